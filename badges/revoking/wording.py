"""Proposals to revoke in words."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString, format_datetime
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from badges.models import Achievement
from badges.revoking.models import RevocationProposal
from issuer.base.db import db
from issuer.crypto.timestamps import parse_timestamp

_STATES: Mapping[str, tuple[LazyString, str]] = {
    "proposed": (_l("Waits for a second administrator"), "warn"),
    "expired": (_l("Ran out: nobody confirmed it in time"), "neutral"),
    "withdrawn": (_l("Withdrawn by who proposed it"), "neutral"),
    "confirmed": (_l("Being done"), "unknown"),
    "done": (_l("Done"), "good"),
}
_OUTCOMES: Mapping[str, LazyString] = {
    "": _l("Counts now"),
    "waiting": _l("Waits"),
    "revoked": _l("Revoked"),
    "already": _l("Had been revoked before"),
}
_LEFT_OUT: Mapping[str, LazyString] = {
    "unknown": _l("No badge of this organisation has this number"),
    "named_twice": _l("Named more than once"),
    "already_revoked": _l("Revoked already"),
    "not_signed": _l("Not signed yet"),
    "not_meant": _l("Does not meet the other conditions"),
}


def state_words(state: str) -> tuple[str, str]:
    """(words, kind of mark) for a state."""
    words, kind = _STATES[state]
    return str(words), kind


def outcome_words(outcome: str) -> str:
    """What became of one badge."""
    return str(_OUTCOMES[outcome])


def left_out_words(reason: str) -> str:
    """Why a badge that was named is not in the set."""
    return str(_LEFT_OUT[reason])


def criteria_words(proposal: RevocationProposal) -> list[tuple[str, str]]:
    """(label, value) for each condition, in the order of the form."""
    criteria, rows = proposal.criteria, []
    if "achievement" in criteria:
        rows.append((_("Achievement"), _name_of(criteria["achievement"])))
    if "version" in criteria:
        rows.append((_("Version"), str(criteria["version"])))
    for name, label in (("awarded_from", _("Awarded from")), ("awarded_before", _("Awarded before"))):
        if name in criteria:
            rows.append((label, format_datetime(parse_timestamp(criteria[name]), "medium")))
    labels = {
        "kid": _("Signed with the key"),
        "module": _("Rests on the module"),
        "evidence": _("Rests on the evidence"),
    }
    rows += [(label, criteria[name]) for name, label in labels.items() if name in criteria]
    if "named" in criteria:
        rows.append((_("Named in a list"), str(criteria["named"])))
    return rows


def _name_of(achievement_id: str) -> str:
    achievement = db.session.scalar(select(Achievement).filter_by(public_id=achievement_id))
    return achievement.current.name if achievement else achievement_id
