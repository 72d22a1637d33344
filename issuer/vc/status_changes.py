"""What a request to change a status says (VC API, update status), before anybody looks whether that can be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from issuer.vc.exchange import member, unreadable

ENTRY_TYPE = "BitstringStatusListEntry"
REVOCATION = "revocation"
SUSPENSION = "suspension"
PURPOSES = (REVOCATION, SUSPENSION)


@dataclass(frozen=True, slots=True)
class StatusChange:
    """Set the status with that purpose of the credential with that id, or clear it."""

    credential_id: str
    purpose: str
    status: bool


def read_change(body: dict[str, Any]) -> StatusChange:
    """{credentialId, credentialStatus {type, statusPurpose}, status} -> what is wanted. Raises Refused.

    ``status`` may be left out and then means true; other members of credentialStatus are ignored.
    """
    credential_id, entry, status = body.get("credentialId"), member(body, "credentialStatus"), body.get("status", True)
    if not isinstance(credential_id, str) or not credential_id:
        raise unreadable(gettext("credentialId must be the id of a credential."))
    if entry.get("type") != ENTRY_TYPE:
        raise unreadable(gettext("The type of credentialStatus must be %(name)s.", name=ENTRY_TYPE))
    purpose = entry.get("statusPurpose")
    if purpose not in PURPOSES:
        raise unreadable(gettext("The status purpose must be revocation or suspension."))
    if not isinstance(status, bool):
        raise unreadable(gettext("status must be true or false."))
    return StatusChange(credential_id, str(purpose), status)
