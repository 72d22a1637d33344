"""Levels, freshness and kinds of evidence in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flask_babel import LazyString, format_date, lazy_gettext
from flask_babel import gettext as _

from competencies.evidence.freshness import Freshness, State
from competencies.profiles.profile import Piece, Skill, of_100

_KINDS: Mapping[str, LazyString] = {
    "knowledge_check": lazy_gettext("Knowledge check"),
    "assignment": lazy_gettext("Assignment"),
    "facilitator_rubric": lazy_gettext("Observation by a facilitator"),
    "attendance": lazy_gettext("Attendance"),
    "participation": lazy_gettext("Participation"),
    "application": lazy_gettext("Used at work"),
    "cmi5": lazy_gettext("Interactive course"),
    "xapi": lazy_gettext("Learning record"),
    "lti_score": lazy_gettext("Score from another tool"),
    "waiver": lazy_gettext("Recognised prior learning"),
}
_LEVEL_WORDS = (
    lazy_gettext("%(level)s: mastered"),
    lazy_gettext("%(level)s: well shown, needs more evidence"),
    lazy_gettext("%(level)s: on the way"),
)
_WORDS_WITHOUT_LEVEL = (
    lazy_gettext("Mastered"),
    lazy_gettext("Well shown, needs more evidence"),
    lazy_gettext("On the way"),
)
_FRESHNESS_WORDS = {
    State.FRESH: lazy_gettext("Fresh"),
    State.DUE: lazy_gettext("Due again"),
    State.STALE: lazy_gettext("Long ago"),
}
_FRESHNESS_KIND = {State.FRESH: "good", State.DUE: "warn", State.STALE: "unknown"}


def kind_words(kind: str) -> str:
    return str(_KINDS.get(kind, kind))


def level_words(skill: Skill) -> str:
    """How far the learner is, with the level the competency belongs to."""
    mastered, nearly, begun = _LEVEL_WORDS if skill.level else _WORDS_WITHOUT_LEVEL
    words = mastered if skill.is_mastered else nearly if skill.value >= skill.threshold else begun
    return str(words) % {"level": skill.level} if skill.level else str(words)


def freshness_words(freshness: Freshness) -> str:
    """One or two words, for a mark."""
    return str(_FRESHNESS_WORDS[freshness.state])


def freshness_sentence(freshness: Freshness) -> str:
    """The same with its dates."""
    due, shown = format_date(freshness.due_at, "long"), format_date(freshness.last_shown_at, "long")
    if freshness.state is State.FRESH:
        return str(_("Last shown on %(shown)s; fresh until %(due)s.", shown=shown, due=due))
    if freshness.state is State.DUE:
        return str(_("Last shown on %(shown)s; due to be shown again since %(due)s.", shown=shown, due=due))
    return str(_("Last shown on %(shown)s; much of it may be forgotten by now.", shown=shown))


def freshness_kind(freshness: Freshness) -> str:
    """The mark of the look: good, warn or unknown."""
    return _FRESHNESS_KIND[freshness.state]


def piece_title(piece: Piece) -> str:
    """What it was and from which module."""
    kind = kind_words(piece.kind)
    if not piece.module_title:
        return kind
    return str(
        _("%(kind)s: %(module)s, version %(version)s", kind=kind, module=piece.module_title, version=piece.version)
    )


def score_words(piece: Piece) -> str:
    if piece.score is None:
        return str(_("Met") if piece.met else _("Not met"))
    score = of_100(piece.score)
    if piece.met:
        return str(_("Passed with %(score)s of 100", score=score))
    return str(_("%(score)s of 100, not passed", score=score))


def day_words(time: datetime) -> str:
    return str(format_date(time, "long"))


def table_row(skill: Skill) -> list[str | int]:
    """What the bar of a skill shows, as words: name, level, value and threshold of 100, evidence, freshness."""
    fresh = freshness_sentence(skill.freshness) if skill.freshness else ""
    return [skill.name, level_words(skill), skill.percent, skill.needed, skill.count, fresh]
