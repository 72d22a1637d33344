"""An organisation's 1EdTechRevocationList: the ids of the credentials it has revoked, for who reads no bitstrings.

1EdTech Revocation List 1.0: {id, issuer, revokedCredential: [{id, revoked, revocationReason}]}. Programs in use look
for the list under ``revokedCredentials``, so it stands under both names. A reason stands there only when it may be
public, and a suspension never does: the list knows only what is for good.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from badges.award_facts import badge_address
from badges.models import Award
from issuer.base.db import db
from issuer.models import Organisation, StatusEntry, StatusList
from issuer.profile import issuer_did
from issuer.status.places import REVOCATION, revocation_list_url
from issuer.vc.models import IssuedCredential


def document_of(organisation: Organisation) -> dict[str, Any]:
    """The list as it is now, the oldest revocation first."""
    revoked = [*_badges(organisation), *_issued_for_programs(organisation)]
    return {
        "id": revocation_list_url(organisation),
        "issuer": issuer_did(organisation),
        "revokedCredential": revoked,
        "revokedCredentials": revoked,
    }


def tag_of(organisation: Organisation) -> str:
    """Another text whenever ``document_of`` says something else: nothing that was revoked is ever taken back."""
    counted = select(func.count(StatusEntry.id), func.max(StatusEntry.set_at)).where(*_revoked_by(organisation))
    number, latest = db.session.execute(counted.join(StatusList, StatusList.id == StatusEntry.status_list_id)).one()
    return f"{number}-{latest.timestamp():.6f}" if latest else "0"


def _badges(organisation: Organisation) -> list[dict[str, Any]]:
    revoked = (
        select(Award.public_id, StatusEntry.reason, StatusEntry.reason_is_public)
        .join(StatusEntry, StatusEntry.subject == Award.public_id)
        .join(StatusList, StatusList.id == StatusEntry.status_list_id)
        .where(*_revoked_by(organisation))
        .order_by(StatusEntry.set_at, StatusEntry.id)
    )
    rows = db.session.execute(revoked.execution_options(yield_per=1000))
    return [_listed(badge_address(name), reason if is_public else None) for name, reason, is_public in rows]


def _issued_for_programs(organisation: Organisation) -> list[dict[str, Any]]:
    """Those that are known under a URI: under another name, nobody could find them in the list."""
    revoked = (
        select(IssuedCredential.credential_id, StatusEntry.reason, StatusEntry.reason_is_public)
        .join(StatusEntry, StatusEntry.subject == IssuedCredential.public_id)
        .join(StatusList, StatusList.id == StatusEntry.status_list_id)
        .where(*_revoked_by(organisation), IssuedCredential.credential_id.is_not(None))
        .order_by(StatusEntry.set_at, StatusEntry.id)
    )
    rows = db.session.execute(revoked.execution_options(yield_per=1000))
    return [_listed(name, reason if is_public else None) for name, reason, is_public in rows if name and ":" in name]


def _revoked_by(organisation: Organisation) -> tuple[Any, ...]:
    return (StatusList.organisation_id == organisation.id, StatusList.purpose == REVOCATION, StatusEntry.is_set)


def _listed(credential_id: str, reason: str | None) -> dict[str, Any]:
    return {"id": credential_id, "revoked": True} | ({"revocationReason": reason} if reason else {})
