"""Sharing in words that a holder understands before choosing."""

from __future__ import annotations

from flask_babel import gettext as _

from badges.sharing.models import ShareLink
from badges.sharing.presenting import FULL, HIDDEN, INITIALS

Choice = tuple[str, str, str]


def visibility_choices() -> list[Choice]:
    """(value, words, what it means)"""
    return [
        ("private", _("Only me"), _("Nobody else sees it here, whatever links you gave away.")),
        ("link", _("Whoever has a link from me"), _("You make links, each for a time, and end them when you like.")),
        ("public", _("Whoever has its address"), _("Search engines are asked not to list it.")),
        ("listed", _("Everybody"), _("It is listed here, and search engines may list it too.")),
    ]


def seen_by(visibility: str) -> str:
    """What was just chosen."""
    sentences = {
        "private": _("Private again. Only you can see this badge here; files that others saved stay theirs."),
        "link": _("Whoever has a link from you sees this badge, and nobody else."),
        "public": _("Published. Whoever has the address of the badge can see and check it."),
        "listed": _("Published and listed. Everybody can find and check this badge."),
    }
    return str(sentences[visibility])


def name_choices(name: str, initials: str) -> list[Choice]:
    """(value, words, what it means)"""
    return [
        (FULL, _("In full"), name or _("You have given no name, so the badge names nobody.")),
        (INITIALS, _("Initials"), initials or _("You have given no name, so the badge names nobody.")),
        (HIDDEN, _("No name"), _("The page and the files name nobody. You can still prove that it is yours.")),
    ]


def kind_words(kind: str) -> str:
    """What kind of problem was reported."""
    words = {
        "impersonation": _("Somebody shows a badge that is not theirs"),
        "error": _("Something in it is wrong"),
        "other": _("Something else"),
    }
    return str(words[kind])


def kind_choices() -> list[tuple[str, str]]:
    return [(kind, kind_words(kind)) for kind in ("impersonation", "error", "other")]


def link_state(link: ShareLink, *, is_working: bool) -> tuple[str, str]:
    """(words, kind) of a link now."""
    if is_working:
        return _("works"), "good"
    return (_("ended by you"), "neutral") if link.revoked_at is not None else (_("expired"), "neutral")
