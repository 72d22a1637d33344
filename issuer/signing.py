"""Signing: prepare, sign, verify our own output, return. Nothing else in the service makes a signature.

A document is checked against what is recorded before any key is touched; what comes out is a Prepared value that can be
redeemed once. ``sign`` takes nothing else, so signing something unchecked cannot be written down. What was signed is
then read back as a stranger would read it, with the keys that we publish, and only then returned.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from issuer.access import settings
from issuer.base.db import db
from issuer.base.errors import Unavailable
from issuer.base.faults import fault_point
from issuer.crypto.contexts import OB3_CONTEXT, OB3_EXTENSIONS_CONTEXT, VC2_CONTEXT
from issuer.crypto.data_integrity import add_proof
from issuer.crypto.errors import CryptoError
from issuer.crypto.jwt_verification import verify_jwt
from issuer.crypto.proof_verification import verify_proof
from issuer.crypto.strict_json import load_object
from issuer.crypto.timestamps import parse_timestamp
from issuer.crypto.vc_jwt import issue_jwt, parse_jwt
from issuer.keys.keystore import BADGE_JWT, BADGE_PROOF, STATUS_LIST, active_key, backend
from issuer.models import Organisation, SigningKey, StatusList
from issuer.profile import issuer_did, key_resolver, key_url, method_id
from issuer.status.places import entry_of, status_list_url, status_reference

BADGE_CONTEXTS = [VC2_CONTEXT, OB3_CONTEXT, OB3_EXTENSIONS_CONTEXT]
STATUS_LIST_CONTEXTS = [VC2_CONTEXT]
CLOCK_SKEW = timedelta(minutes=5)

# A term that stands in some published texts of the context 3.0.3 and not in others would break the proof for readers of
# the other text.
_AMBIGUOUS_TERMS = frozenset({"jti", "endorsementJwt"})
_WAIT_SECONDS = 30
_SEAL = object()


class NotSigned(Unavailable):
    """The document was not signed, and must not be: it is not what is recorded, or our own check refused the result."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code, detail, retry_after=_WAIT_SECONDS)


class Prepared:
    """A checked document with the keys that may sign it. Made here only, redeemed once."""

    __slots__ = ("_document", "jwt_key", "organisation", "proof_key")

    def __init__(
        self,
        seal: object,
        document: Mapping[str, Any],
        *,
        organisation: Organisation,
        proof_key: SigningKey,
        jwt_key: SigningKey | None,
    ) -> None:
        if seal is not _SEAL:
            raise TypeError("A document becomes Prepared by being checked, see prepare_badge and prepare_status_list.")
        # A copy by way of JSON: nobody can change the document between its check and its signature.
        self._document: str | None = json.dumps(document, ensure_ascii=False, allow_nan=False)
        self.organisation = organisation
        self.proof_key = proof_key
        self.jwt_key = jwt_key

    def redeem(self) -> dict[str, Any]:
        """The document, once. Raises NotSigned the second time."""
        text, self._document = self._document, None
        if text is None:
            raise NotSigned("already_signed", "This document was prepared for one signature and has been signed.")
        document: dict[str, Any] = json.loads(text)
        return document


@dataclass(frozen=True, slots=True)
class Signed:
    """What was signed, byte for byte: UTF-8 JSON with an embedded proof, and the same as a compact JWS if asked for."""

    document: bytes
    jwt: bytes | None
    proof_kid: str
    jwt_kid: str | None
    signed_at: datetime


def prepare_badge(document: Mapping[str, Any], *, organisation: Organisation, subject: str, now: datetime) -> Prepared:
    """Check a credential against what is recorded of the award with public id ``subject``.

    Its place in a status list must have been given before: what could not be revoked is not signed.
    Raises NotSigned, NotFound (no place), Conflict (no key yet).
    """
    entry = entry_of(subject)
    status_list = db.session.get_one(StatusList, entry.status_list_id)
    _check_common(document, organisation=organisation, contexts=BADGE_CONTEXTS, now=now)
    _refuse_if(status_list.organisation_id != organisation.id, "issuer")
    _refuse_if(document["id"] != f"{settings().base_url}/badges/{subject}", "id")
    _refuse_if(document.get("credentialStatus") != status_reference(status_list, entry.index), "credentialStatus")
    _refuse_if(bool(_AMBIGUOUS_TERMS & document.keys()), "endorsementJwt")
    return Prepared(
        _SEAL,
        document,
        organisation=organisation,
        proof_key=active_key(organisation, BADGE_PROOF),
        jwt_key=active_key(organisation, BADGE_JWT),
    )


def prepare_status_list(
    document: Mapping[str, Any], *, organisation: Organisation, status_list: StatusList, now: datetime
) -> Prepared:
    """Check a BitstringStatusListCredential against the list it publishes. Raises NotSigned, Conflict (no key yet)."""
    _check_common(document, organisation=organisation, contexts=STATUS_LIST_CONTEXTS, now=now)
    _refuse_if(document["id"] != status_list_url(status_list), "id")
    return Prepared(
        _SEAL,
        document,
        organisation=organisation,
        proof_key=active_key(organisation, STATUS_LIST),
        jwt_key=None,
    )


def sign(prepared: Prepared, *, now: datetime) -> Signed:
    """Sign, and verify what came out before anybody else sees it. Raises KeyUnusable, NotSigned."""
    document = prepared.redeem()
    did = issuer_did(prepared.organisation)
    proof_signer = backend().signer(prepared.proof_key.kid)
    fault_point("signing.before_sign")
    try:
        secured = add_proof(
            document, signer=proof_signer, verification_method=method_id(prepared.proof_key, did), created=now
        )
        jwt = _jwt_of(document, prepared.jwt_key)
    except CryptoError as error:
        raise NotSigned(f"not_signable_{error.code}", error.detail) from error
    fault_point("signing.after_sign")
    signed = Signed(
        document=json.dumps(secured, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8"),
        jwt=jwt,
        proof_kid=prepared.proof_key.kid,
        jwt_kid=prepared.jwt_key.kid if prepared.jwt_key else None,
        signed_at=now,
    )
    _verify_own(signed, document, organisation=prepared.organisation, now=now)
    return signed


def _jwt_of(document: Mapping[str, Any], key: SigningKey | None) -> bytes | None:
    if key is None:
        return None
    signer = backend().signer(key.kid)
    return issue_jwt(document, signer=signer, kid=key_url(key), algorithm=key.algorithm).encode("ascii")


def _check_common(
    document: Mapping[str, Any], *, organisation: Organisation, contexts: list[str], now: datetime
) -> None:
    issuer = document.get("issuer")
    named = issuer.get("id") if isinstance(issuer, Mapping) else issuer
    _refuse_if(document.get("@context") != contexts, "@context")
    _refuse_if(named != issuer_did(organisation), "issuer")
    _refuse_if("proof" in document, "proof")
    _refuse_if("id" not in document, "id")
    try:
        valid_from = parse_timestamp(document.get("validFrom"))
        valid_until = parse_timestamp(document["validUntil"]) if "validUntil" in document else None
    except CryptoError as error:
        raise NotSigned("not_as_recorded", "The dates of the document cannot be read.") from error
    _refuse_if(valid_from > now.astimezone(UTC) + CLOCK_SKEW, "validFrom")
    _refuse_if(valid_until is not None and valid_until <= valid_from, "validUntil")


def _refuse_if(wrong: bool, name: str) -> None:
    if wrong:
        raise NotSigned("not_as_recorded", f"The document's {name} is not what is recorded, so it is not signed.")


def refusal(document: bytes, jwt: bytes | None, *, organisation: Organisation, now: datetime) -> str:
    """Why a stranger who has our published keys would refuse what we signed; "" when nothing is wrong.

    Bytes in, because bytes are what is stored and served: codes such as "signature" or "claim_mismatch".
    """
    resolve_key = key_resolver(organisation)
    try:
        secured = load_object(document)
        report = verify_proof(secured, resolve_key=resolve_key, now=now)
        if not report.verified or jwt is None:
            return report.code
        token = parse_jwt(jwt)
        result = verify_jwt(token, resolve_key=resolve_key, now=now)
    except CryptoError as error:
        return error.code
    if result.outcome != "verified":
        return result.code
    return "" if token.credential == _without_proof(secured) else "forms_differ"


def _verify_own(signed: Signed, document: Mapping[str, Any], *, organisation: Organisation, now: datetime) -> None:
    """Read the bytes back and verify them with our published documents, as a stranger would."""
    refused = refusal(signed.document, signed.jwt, organisation=organisation, now=now)
    if refused or _without_proof(load_object(signed.document)) != document:
        raise NotSigned("own_signature_refused", "Our own check refused the signature, so it was thrown away.")


def _without_proof(secured: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in secured.items() if name != "proof"}
