"""The signature, and whether it is the issuer's: two separate answers.

A signature may hold and still be nobody's: anybody can sign with a key of their own. Open Badges 3.0, 8.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from flask_babel import format_date
from flask_babel import lazy_gettext as _l

from badges.verification.keys import BeforeRevocation, Keys
from badges.verification.reading import Given
from badges.verification.report import Check, Outcome
from badges.verification.world import WasBefore, nothing_is_proved
from issuer.crypto.contexts import ContextSet
from issuer.crypto.errors import CryptoError
from issuer.crypto.jwt_verification import verify_jwt
from issuer.crypto.proof_verification import verify_proof
from issuer.crypto.verification_method import VerificationMethod, issuer_of

EMBEDDED = "Data Integrity 1.0, 4.3; Open Badges 3.0, 8.3"
TOKEN = "RFC 7515; Open Badges 3.0, 8.2"  # noqa: S105 - the name of a section
IDENTITY = "Controlled Identifiers 1.0, 2.3; DID Core 1.0, 5.3"

KEY_PROBLEMS = frozenset(
    {
        *("key_not_bound", "key_not_found", "key_unavailable", "key_refused", "key_revoked", "purpose"),
        *("unsupported_key", "unsupported_did_method", "url_not_allowed"),
    }
)


@dataclass(frozen=True, slots=True)
class _Found:
    """What checking the proof gave, whatever its form. ``revoked``: since when its key is, if it is."""

    outcome: str
    code: str
    detail: str
    signature_valid: bool | None
    revoked: datetime | None = None


def check_proof(
    given: Given,
    *,
    keys: Keys,
    now: datetime,
    contexts: ContextSet | None = None,
    was_before: WasBefore = nothing_is_proved,
) -> tuple[Check, Check]:
    """The checks "signature" and "issuer".

    A key that the issuer has revoked since a moment proves nothing, whatever dates stand in the badge: its holder
    writes them. What is proved to be older than that moment is judged as if the key had never been revoked.
    """
    section = EMBEDDED if given.jwt is None else TOKEN
    try:
        issuer_of(given.document)
        found = _verify(given, keys=keys, now=now, contexts=contexts)
        if found.code == "key_revoked" and found.revoked is not None and was_before(given, found.revoked):
            older = _verify(given, keys=BeforeRevocation(keys), now=now, contexts=contexts)
            found = replace(older, revoked=found.revoked)
    except CryptoError as error:
        found = _Found("invalid" if error.conclusive else "unknown", error.code, error.detail, None)
    return _signature(found, section), _issuer(found)


def _verify(given: Given, *, keys: Keys, now: datetime, contexts: ContextSet | None) -> _Found:
    if given.jwt is not None:
        token = verify_jwt(given.jwt, resolve_key=keys.resolve, list_keys=keys.listed, now=now)
        return _Found(token.outcome, token.code, token.detail, token.signature_valid, _end_of(token.method))
    report = verify_proof(given.document, resolve_key=keys.resolve, now=now, contexts=contexts)
    deciding = report.deciding
    if deciding is None:
        return _Found("invalid", "no_proof", "The document has no proof.", None)
    end = _end_of(deciding.method)
    return _Found(report.outcome, deciding.code, deciding.detail, deciding.signature_valid, end)


def _end_of(method: VerificationMethod | None) -> datetime | None:
    return method.revoked if method is not None else None


def _signature(found: _Found, section: str) -> Check:
    if found.outcome == "verified" or (found.signature_valid and found.code in KEY_PROBLEMS):
        return Check("signature", Outcome.PASS, _l("The signature holds: not a letter was changed since."), section)
    if found.outcome == "unknown" or (found.signature_valid is None and found.code in KEY_PROBLEMS):
        sentence = _l("The signature could not be checked, because the key could not be had.")
        return Check("signature", Outcome.COULD_NOT_CHECK, sentence, section, code=found.code, reason=found.detail)
    sentence = _l("The signature does not hold: this is not what was signed.")
    if found.code == "no_proof":
        sentence = _l("It is not signed, so it proves nothing.")
    return Check("signature", Outcome.FAIL, sentence, section, code=found.code, reason=found.detail)


def _issuer(found: _Found) -> Check:
    if found.outcome == "verified":
        sentence = _l("The key is one that the issuer publishes as its own.")
        if found.revoked is not None:
            sentence = _l(
                "The issuer has revoked the key since %(day)s. It is proved that this badge is older.",
                day=format_date(found.revoked, "long"),
            )
        return Check("issuer", Outcome.PASS, sentence, IDENTITY)
    if found.code not in KEY_PROBLEMS:
        sentence = _l("Whose key it is does not matter: the signature itself does not hold.")
        return Check("issuer", Outcome.NOT_APPLICABLE, sentence, IDENTITY)
    if found.outcome == "unknown":
        sentence = _l("The issuer's keys could not be read, so it is not known who signed this.")
        return Check("issuer", Outcome.COULD_NOT_CHECK, sentence, IDENTITY, code=found.code, reason=found.detail)
    if found.code == "key_revoked" and found.revoked is not None:
        sentence = _l(
            "The issuer has revoked the key since %(day)s, and it is not proved that this badge is older.",
            day=format_date(found.revoked, "long"),
        )
        return Check("issuer", Outcome.FAIL, sentence, IDENTITY, code=found.code, reason=found.detail)
    sentence = _l("It was not signed by the issuer it names: the key is not one of the issuer's.")
    return Check("issuer", Outcome.FAIL, sentence, IDENTITY, code=found.code, reason=found.detail)
