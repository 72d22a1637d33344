"""The words of the catalog: how a module is taken, how it is checked, where a learner stands with it."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from badges.award_wording import type_words
from badges.catalog.offers import Offer
from badges.criteria import CompetencyDemand, ModuleDemand, demands
from competencies.learning.checks import CheckRule
from competencies.learning.progress import Progress
from competencies.learning.results import Result

ASSESSED = 3
"""The trust level of what a named person has seen."""


def mode_words(mode: str) -> str:
    """How a module is taken, from its delivery mode."""
    words = {
        "async": _("on your own"),
        "sync": _("live session"),
        "blended": _("reading and live practice"),
    }
    return str(words.get(mode, mode))


def check_words(rule: CheckRule) -> list[str]:
    """How a knowledge check goes, a sentence each."""
    sentences = [
        ngettext(
            "%(num)s question, drawn anew for every attempt.",
            "%(num)s questions, drawn anew for every attempt.",
            rule.draw,
        ),
        _("%(needed)s of %(total)s right answers pass.", needed=rule.needed, total=rule.draw),
        ngettext("You have %(num)s attempt.", "You have %(num)s attempts.", rule.max_attempts),
    ]
    if rule.max_attempts > 1 and rule.cooldown_hours:
        sentences.append(_("After one that did not pass, you wait %(time)s.", time=hours_words(rule.cooldown_hours)))
    if rule.minutes_allowed is None:
        sentences.append(_("Nobody is timed."))
    else:
        sentences.append(
            ngettext(
                "An attempt takes answers for %(num)s minute.",
                "An attempt takes answers for %(num)s minutes.",
                rule.minutes_allowed,
            )
        )
    return [str(sentence) for sentence in sentences]


def hours_words(hours: float) -> str:
    """A waiting time, in hours, or in minutes when it is no whole number of them."""
    if hours == int(hours):
        return str(ngettext("%(num)s hour", "%(num)s hours", int(hours)))
    return str(ngettext("%(num)s minute", "%(num)s minutes", round(hours * 60)))


def state_words(progress: Progress | None) -> str:
    """A learner's place in a module in a word or two; empty for one that was never touched."""
    if progress is None:
        return ""
    words = {
        "passed": _("Done"),
        "refresh_due": _("Due to be refreshed"),
        "answering": _("Check begun"),
        "waiting": _("Try again later"),
        "used_up": _("No attempt left"),
        "failed": _("Not passed yet"),
        "reading": _("Reading"),
    }
    return str(words.get(progress.state, ""))


def kind_words(offer: Offer) -> str:
    """What sort of badge it is, with its level."""
    return " · ".join(word for word in (type_words(offer.version.achievement_type), offer.version.level) if word)


def offer_words(offer: Offer) -> str:
    """How far the learner is with a badge, or what it asks for when nobody is signed in; empty for a single skill."""
    if offer.award_id is not None:
        return str(_("You have earned it"))
    if offer.is_competency_badge:
        return ""
    if offer.evaluation is None:
        return _asked_words(offer)
    met = [finding.demand for finding in offer.evaluation.findings if finding.met]
    modules = sum(isinstance(demand, ModuleDemand) for demand in met)
    sentences = []
    if offer.modules:
        sentences.append(_("%(met)s of %(total)s modules done", met=modules, total=len(offer.modules)))
    if offer.competencies:
        shown = len({demand.competency for demand in met if isinstance(demand, CompetencyDemand)})
        sentences.append(_skills_words(offer, shown))
    return ", ".join(map(str, sentences))


def _skills_words(offer: Offer, shown: int) -> str:
    """A badge that takes a person's word says so: a skill shown in a check alone is not among those it counts."""
    trusts = [demand.min_trust for demand in demands(offer.rule) if isinstance(demand, CompetencyDemand)]
    total = len(offer.competencies)
    if min(trusts) >= ASSESSED:
        return str(_("%(met)s of %(total)s skills assessed by a person", met=shown, total=total))
    return str(_("%(met)s of %(total)s skills shown", met=shown, total=total))


def _asked_words(offer: Offer) -> str:
    modules, skills = len(offer.modules), len(offer.competencies)
    words = []
    if modules:
        words.append(ngettext("%(num)s module", "%(num)s modules", modules))
    if skills:
        words.append(ngettext("%(num)s skill", "%(num)s skills", skills))
    return ", ".join(map(str, words))


def state_kind(progress: Progress | None) -> str:
    """How a learner's place in a module looks: good when it is done."""
    state = "new" if progress is None else progress.state
    return {"passed": "good", "refresh_due": "warn", "answering": "accent", "reading": "accent"}.get(state, "")


def outcome_words(result: Result) -> str:
    """Passed or not, or over before it was submitted."""
    if result.passed is None:
        return str(_("The time was over before you submitted"))
    return str(_("Passed") if result.passed else _("Not passed this time"))


def score_words(result: Result) -> str:
    """The score in whole answers."""
    if result.passed is None:
        return str(_("Nothing of this attempt counts, for or against you."))
    return str(
        _(
            "%(right)s of %(total)s right; %(needed)s were needed.",
            right=result.right,
            total=result.total,
            needed=result.needed,
        )
    )
