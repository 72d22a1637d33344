"""Endorsements in words: relations, how often, and what is signed for a person who has no key."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import format_date
from flask_babel import gettext as _

RELATIONS = ("manager", "customer", "colleague", "other")
OFTEN = ("once", "sometimes", "weekly", "daily")
NAMINGS = ("full", "initials", "role")


def relation_words(relation: str) -> str:
    """What somebody is to the holder."""
    words = {
        "manager": _("Manager of the holder"),
        "customer": _("Customer of the holder"),
        "colleague": _("Colleague of the holder"),
        "other": _("Somebody who works with the holder"),
    }
    return str(words.get(relation, ""))


def relation_choices() -> list[tuple[str, str]]:
    return [(relation, relation_words(relation)) for relation in RELATIONS]


def often_words(often: str) -> str:
    words = {
        "once": _("once"),
        "sometimes": _("several times"),
        "weekly": _("every week"),
        "daily": _("every day"),
    }
    return str(words[often])


def often_choices() -> list[tuple[str, str]]:
    return [(often, often_words(often)) for often in OFTEN]


def naming_choices() -> list[tuple[str, str, str]]:
    """(value, words, what it means)"""
    return [
        ("full", _("My name in full"), _("As you write it above.")),
        ("initials", _("My initials"), _("Only the initials are signed and shown.")),
        ("role", _("No name"), _("Only what you are to the holder is signed and shown.")),
    ]


def kind_choices() -> list[tuple[str, str, str]]:
    """(value, words, what it means)"""
    return [
        ("comment", _("What they think of what I can do"), _("Some sentences, and the skills that they have seen.")),
        ("applied", _("What I applied at work"), _("What was applied, how often, and with what result.")),
    ]


def invitation_state(state: str, *, is_expired: bool) -> tuple[str, str]:
    """(words, kind)"""
    if state == "open":
        return (_("expired"), "neutral") if is_expired else (_("waiting for an answer"), "unknown")
    words = {"answered": _("answered"), "declined": _("declined"), "cancelled": _("called back")}
    return str(words[state]), "good" if state == "answered" else "neutral"


def applied_comment(what: str, often: str, result: str) -> str:
    """The answers of the form about work as one comment."""
    lines = [
        _("What was applied: %(what)s", what=what),
        _("How often: %(often)s", often=often_words(often)),
        _("Result: %(result)s", result=result),
    ]
    return "\n".join(lines)


def attested(
    comment: str, *, organisation: str, who: str, naming: str, relation: str, skills: Sequence[str], at: datetime
) -> str:
    """What the organisation signs for an invited person (Markdown): how it knows them, and their words as a quotation.

    It says no more of who they are than they allowed: ``who`` is empty for one who is not to be named.
    """
    day = format_date(at, "long")
    named = {
        "full": _("who gave the name %(who)s", who=who),
        "initials": _("who gave the initials %(who)s", who=who),
        "role": _("who is not named here"),
    }[naming]
    facts = _(
        "%(organisation)s attests that on %(day)s somebody %(named)s, reached at an e-mail address that answered,"
        " wrote what follows. What they are to the holder, they say themselves: %(relation)s.",
        organisation=organisation,
        day=day,
        named=named,
        relation=relation_words(relation),
    )
    quoted = "\n".join(f"> {line}" if line else ">" for line in comment.split("\n"))
    seen = _("Skills that they have seen: %(skills)s", skills="; ".join(skills)) if skills else ""
    return "\n\n".join(part for part in (facts, quoted, seen) if part)
