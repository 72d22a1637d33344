"""The signature, and whether it is the issuer's: two separate answers.

A signature may hold and still be nobody's: anybody can sign with a key of their own. Open Badges 3.0, 8.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from badges.verification.open_badges_3.signing_keys import BeforeRevocation, Keys
from badges.verification.open_badges_3.two_texts import OF_A_TEXT, without_token_terms
from badges.verification.reading import Given
from badges.verification.world import WasBefore
from issuer.crypto.errors import CryptoError
from issuer.crypto.jwt_verification import verify_jwt
from issuer.crypto.proof_verification import ProofResult, verify_proof
from issuer.crypto.vc_jwt import Jwt
from issuer.crypto.verification_method import VerificationMethod, issuer_of

KEY_PROBLEMS = frozenset(
    {
        *("key_not_bound", "key_not_found", "key_unavailable", "key_refused", "key_revoked", "purpose"),
        *("unsupported_key", "unsupported_did_method", "url_not_allowed"),
    }
)


@dataclass(frozen=True, slots=True)
class Secured:
    """What one proof or token is worth. ``outcome``: verified, invalid, unknown; ``method``: its key, if it was had.

    ``signature_valid``: None when it could not be checked; ``older_than``: the moment of its key's revocation, when it
    is proved to be older than that; ``suite``: what it was made with; ``covers_token_terms``: see ``two_texts``.
    """

    outcome: str
    code: str
    detail: str
    signature_valid: bool | None
    method: VerificationMethod | None = None
    suite: str = ""
    older_than: datetime | None = None
    by_issuer: bool = True
    covers_token_terms: bool = True

    @property
    def holds(self) -> bool:
        """Whether not a letter was changed, whoever signed it."""
        return self.outcome == "verified" or (bool(self.signature_valid) and self.code in KEY_PROBLEMS)


@dataclass(frozen=True, slots=True)
class Demand:
    """What a proof is asked for besides its signature. ``signer``: whose key it should be."""

    signer: str
    now: datetime
    purpose: str = "assertionMethod"


def secured_by(given: Given, *, keys: Keys, demand: Demand, was_before: WasBefore) -> tuple[Secured, ...]:
    """Every proof of what was given; one for a token; none when it is not signed. Never raises.

    A key that the issuer has revoked since a moment proves nothing, whatever dates stand in the badge: its holder
    writes them. What is proved to be older than that moment is judged as if the key had never been revoked.
    """
    found = _verify(given, keys, demand)
    ends = [each.method.revoked for each in found if each.code == "key_revoked" and each.method]
    end = min((moment for moment in ends if moment is not None), default=None)
    if end is None or not was_before(given, end):
        return found
    older = _verify(given, BeforeRevocation(keys), demand)
    return tuple(replace(each, older_than=end) for each in older)


def deciding(found: Sequence[Secured]) -> Secured:
    """The proof that decides for the whole: what fails before what is unknown, and the issuer's own before others'."""
    order = ("invalid", "unknown", "verified")
    counted = [each for each in found if not is_beside(each, found)]
    first = min(order.index(each.outcome) for each in counted)
    return max((each for each in counted if each.outcome == order[first]), key=lambda each: each.by_issuer)


def is_beside(proof: Secured, found: Sequence[Secured]) -> bool:
    """Whether a proof is of a kind that is not supported, beside one by the issuer that holds: one is enough (Open
    Badges 3.0, 8.3), and a forged one of a kind that is supported still counts."""
    unread = proof.code == "unsupported_cryptosuite"
    return unread and any(each.outcome == "verified" and each.by_issuer for each in found)


def _verify(given: Given, keys: Keys, demand: Demand) -> tuple[Secured, ...]:
    try:
        if given.jwt is not None:
            return (_verify_token(given.jwt, keys, demand),)
        issuer_of(given.document)
        return _under_either_text(given, keys, demand)
    except CryptoError as error:
        return (Secured("invalid" if error.conclusive else "unknown", error.code, error.detail, None),)


def _under_either_text(given: Given, keys: Keys, demand: Demand) -> tuple[Secured, ...]:
    found = _embedded(given.document, keys, demand)
    other = without_token_terms(given.document)
    if other is None or not any(each.code in OF_A_TEXT for each in found):
        return found
    again = _embedded(other, keys, demand)
    if any(each.code in OF_A_TEXT for each in again):
        return found
    return tuple(replace(each, covers_token_terms=False) for each in again)


def _embedded(document: Mapping[str, Any], keys: Keys, demand: Demand) -> tuple[Secured, ...]:
    report = verify_proof(
        document,
        resolve_key=keys.resolve,
        now=demand.now,
        purpose=demand.purpose,
        controller=demand.signer,
    )
    return tuple(_of_result(result, _proof_at(document, place)) for place, result in enumerate(report.results))


def _proof_at(document: Mapping[str, Any], place: int) -> Mapping[str, Any]:
    proofs = document.get("proof")
    entries = proofs if isinstance(proofs, list) else [proofs]
    proof = entries[place] if place < len(entries) else None
    return proof if isinstance(proof, Mapping) else {}


def _of_result(result: ProofResult, proof: Mapping[str, Any]) -> Secured:
    suite = result.cryptosuite or str(proof.get("type", ""))[:80]
    return Secured(
        result.outcome,
        result.code,
        result.detail,
        result.signature_valid,
        result.method,
        suite,
        by_issuer=result.by_issuer,
    )


def _verify_token(jwt: Jwt, keys: Keys, demand: Demand) -> Secured:
    token = verify_jwt(
        _with_absolute_kid(jwt),
        resolve_key=keys.resolve,
        list_keys=lambda _issuer: (keys.carried(jwt.header["jwk"]),),
        now=demand.now,
        purpose=demand.purpose,
    )
    return Secured(token.outcome, token.code, token.detail, token.signature_valid, token.method, token.algorithm)


def _with_absolute_kid(jwt: Jwt) -> Jwt:
    """A kid that is a bare name is looked for among the issuer's keys (VC-JOSE-COSE 1.0, 4.1.1)."""
    kid = jwt.header.get("kid")
    if (
        not isinstance(kid, str)
        or not kid
        or not kid.isascii()
        or not kid.isprintable()
        or set(kid) & set(":/#?% '\"\\")
    ):
        return jwt
    return replace(jwt, header={**jwt.header, "kid": f"#{kid}"})
