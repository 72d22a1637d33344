"""Issuing for test suites: what the named test issuer makes of a credential, and nothing is kept but status places."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext

from issuer.crypto.contexts import open_contexts
from issuer.vc import conformance_status
from issuer.vc.conformance import SuiteIssuer, did_of, means_of
from issuer.vc.conformance_signing import prepare, sign
from issuer.vc.exchange import texts_of, unreadable
from issuer.vc.models import LONGEST_CREDENTIAL_ID
from issuer.vc.status_changes import PURPOSES, REVOCATION


def issue(
    issuer: SuiteIssuer, credential: Mapping[str, Any], *, options: dict[str, Any], now: datetime
) -> dict[str, Any]:
    """The credential, secured by ``issuer`` in its way. Raises Refused, Conflict, KeyUnusable, NotSigned.

    Options: ``mandatoryPointers``; ``credentialStatus`` with a ``statusPurpose``, for the issuer that gives status.
    """
    prepared = prepare(
        _with_status(credential, options) if issuer.gives_status else credential,
        issuer_id=did_of(issuer),
        mechanism=issuer.mechanism,
        means=means_of(issuer),
        contexts=open_contexts(),
        mandatory_pointers=texts_of(options, "mandatoryPointers"),
    )
    return sign(prepared, now=now)


def _with_status(credential: Mapping[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    if "credentialStatus" in credential:
        raise unreadable(gettext("This issuer gives the status itself."))
    wanted = options.get("credentialStatus")
    purpose = wanted.get("statusPurpose", REVOCATION) if isinstance(wanted, dict) else REVOCATION
    if purpose not in PURPOSES:
        raise unreadable(gettext("The status purpose must be revocation or suspension."))
    identifier = credential.get("id")
    known = identifier if isinstance(identifier, str) and len(identifier) <= LONGEST_CREDENTIAL_ID else None
    return {**credential, "credentialStatus": conformance_status.give_place(known, purpose)}
