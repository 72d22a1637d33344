"""Checks, watches and webhooks in words."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from badges.verification.wording.findings import KINDS

_FINDINGS: Mapping[str, LazyString] = {
    "valid": _l("Genuine and valid"),
    "issuer_not_known": _l("Genuine, issuer not known"),
    "issuer_unproven": _l("Not altered, issuer not proved"),
    "expired": _l("Genuine, expired"),
    "not_yet_valid": _l("Genuine, not valid yet"),
    "suspended": _l("Genuine, suspended"),
    "revoked": _l("Withdrawn"),
    "superseded": _l("An older copy"),
    "altered": _l("Altered"),
    "not_valid": _l("Not valid"),
    "could_not_check": _l("Could not be checked"),
    "not_a_badge": _l("Not a badge"),
}
_STATES: Mapping[str, tuple[LazyString, str]] = {
    "waiting": (_l("Being checked"), "unknown"),
    "cancelled": (_l("Cancelled"), "neutral"),
    "done": (_l("Done"), "good"),
}
_WATCHES: Mapping[str, tuple[LazyString, str]] = {
    "asked": (_l("Waits for the holder"), "unknown"),
    "accepted": (_l("Watched"), "good"),
    "declined": (_l("Declined by the holder"), "neutral"),
    "withdrawn": (_l("Ended by who asked"), "neutral"),
    "stopped": (_l("Ended by the holder"), "neutral"),
}
_RHYTHMS: Mapping[str, LazyString] = {
    "daily": _l("Every day"),
    "weekly": _l("Every week"),
    "monthly": _l("Every month"),
}
_DELIVERIES: Mapping[str, tuple[LazyString, str]] = {
    "waiting": (_l("On its way"), "unknown"),
    "delivered": (_l("Taken"), "good"),
    "dead": (_l("Given up"), "bad"),
}
_NOTICES: Mapping[str, LazyString] = {
    "ragged": _l("The row had too few or too many cells."),
    "no_badge": _l("The row names no badge."),
    "unsafe_name": _l("The file's name points outside of the archive."),
    "encrypted": _l("The file is locked with a password."),
    "too_large": _l("The file is too large to be a badge."),
    "nested_archive": _l("An archive within the archive is not opened."),
    "damaged": _l("The file is damaged."),
}
_STANDINGS: Mapping[str, tuple[LazyString, str]] = {
    "valid": (_l("Valid"), "good"),
    "expired": (_l("Expired"), "warn"),
    "suspended": (_l("Suspended"), "warn"),
    "revoked": (_l("Withdrawn"), "bad"),
    "superseded": (_l("Signed again"), "warn"),
}
_KINDS: Mapping[str, str] = {finding.value: kind for finding, kind in KINDS.items()}


def finding_words(finding: str) -> tuple[str, str]:
    """(words, kind of mark) for a finding."""
    return str(_FINDINGS[finding]), _KINDS[finding]


def state_words(state: str) -> tuple[str, str]:
    """(words, kind of mark) for the state of a check."""
    words, kind = _STATES[state]
    return str(words), kind


def watch_words(state: str) -> tuple[str, str]:
    """(words, kind of mark) for the state of a watch."""
    words, kind = _WATCHES[state]
    return str(words), kind


def delivery_words(state: str) -> tuple[str, str]:
    """(words, kind of mark) for what became of an event."""
    words, kind = _DELIVERIES[state]
    return str(words), kind


def rhythm_words(every: str) -> str:
    return str(_RHYTHMS[every])


def rhythms() -> list[tuple[str, str]]:
    """(value, words) of each rhythm."""
    return [(value, str(words)) for value, words in _RHYTHMS.items()]


def notice_words(notice: str) -> str:
    """What was odd about a row; "" for nothing."""
    return str(_NOTICES[notice]) if notice in _NOTICES else ""


def standing_words(standing: str) -> tuple[str, str]:
    """(words, kind of mark) for how a watched badge stands."""
    words, kind = _STANDINGS[standing]
    return str(words), kind


def standing_change_words(change: str, badge: str) -> str:
    """What has become of a watched badge, in a sentence."""
    sentences = {
        "revoked": _("The issuer has withdrawn “%(badge)s” for good.", badge=badge),
        "suspended": _("The issuer has suspended “%(badge)s” for now.", badge=badge),
        "expired": _("“%(badge)s” has run out.", badge=badge),
        "superseded": _("The issuer has signed “%(badge)s” again. Older copies do not count any more.", badge=badge),
        "valid": _("“%(badge)s” counts again.", badge=badge),
    }
    return str(sentences[change])
