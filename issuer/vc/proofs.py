"""Embedded proofs of any document: do they hold, and whose are they. Two answers, because anybody can sign.

Data Integrity 1.0, section 4.3 to 4.6. Of a proof set or a chain every proof must hold, and one of them must be by a
key that the issuer of the credential, or the holder of the presentation, lists as its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from issuer.crypto.data_integrity import proofs_of
from issuer.crypto.errors import CryptoError
from issuer.crypto.jsonld import MAX_OBJECTS
from issuer.crypto.proof_verification import ProofReport, ProofResult, verify_proof
from issuer.vc.identifiers import as_list
from issuer.vc.keys import keys_of
from issuer.vc.report import (
    CRYPTOGRAPHIC_SECURITY,
    DATA_LOSS,
    INVALID_CHALLENGE,
    INVALID_DOMAIN,
    INVALID_VERIFICATION_METHOD,
    PROOF_TRANSFORMATION,
    PROOF_VERIFICATION,
    Check,
    Outcome,
    failed,
    passed,
    warned,
)
from issuer.vc.world import World

SECTION = "Data Integrity 1.0, 4.3"
BINDING = "Controlled Identifiers 1.0, 2.3; VC Data Model 2.0, 4.7"
ANSWER = "Data Integrity 1.0, 2.1 (challenge, domain)"

KEY_PROBLEMS = frozenset(
    {
        *("key_not_found", "key_not_bound", "key_refused", "key_revoked", "key_unavailable", "url_not_allowed"),
        *("unsupported_key", "unsupported_did_method"),
    }
)
_CODES = {
    "unsigned_property": DATA_LOSS,
    "context_not_allowed": PROOF_TRANSFORMATION,
    "context_unavailable": PROOF_TRANSFORMATION,
    "canonicalization_budget": PROOF_TRANSFORMATION,
    "alg_not_allowed": CRYPTOGRAPHIC_SECURITY,
}


@dataclass(frozen=True, slots=True)
class Demand:
    """What a proof must be: by a key of ``signer``, made for ``purpose``, and given in answer to the rest if asked."""

    signer: str
    purpose: str = "assertionMethod"
    challenge: str | None = None
    domain: str | None = None


def problem_code(reason: str) -> str:
    """The standards' name for what our own code calls ``reason``."""
    return INVALID_VERIFICATION_METHOD if reason in KEY_PROBLEMS else _CODES.get(reason, PROOF_VERIFICATION)


def not_passed(name: str, section: str, *, outcome: str, reason: str, detail: str) -> Check:
    """A failed check, or one that could not be made when ``outcome`` is "unknown"."""
    ended = Outcome.COULD_NOT_CHECK if outcome == "unknown" else Outcome.FAIL
    return Check(name, ended, problem_code(reason), detail, section, reason)


def check_embedded_proofs(document: Mapping[str, Any], demand: Demand, world: World) -> tuple[Check, ...]:
    """One check "proof" for each proof, then "key_binding", then "challenge" and "domain" where they were asked for."""
    if _is_too_much(document):
        detail = "The document has too many parts for so many proofs."
        return (failed("proof", SECTION, detail, code=PROOF_TRANSFORMATION, reason="canonicalization_budget"),)
    results = _verify(document, demand.signer, demand, world).results
    if not results:
        return (failed("proof", SECTION, "The document has no proof.", code=PROOF_VERIFICATION, reason="no_proof"),)
    own = [result.outcome == "verified" and result.by_issuer for result in results]
    if (stranger := _only_signer(results)) is not None:
        results = _verify(document, stranger, demand, world).results
    checks = tuple(_check_result(result, place, len(results)) for place, result in enumerate(results))
    return (*checks, _check_binding(results, own, demand.signer, world), *_check_answers(document, demand))


def _is_too_much(document: Mapping[str, Any]) -> bool:
    """Every proof may take reading the whole document anew: what one document may have is the limit for all of them."""
    objects, pending = 0, [value for name, value in document.items() if name != "proof"]
    while pending:
        value = pending.pop()
        if isinstance(value, Mapping):
            objects += 1
            pending.extend(value.values())
        elif isinstance(value, list):
            pending.extend(value)
    return objects * len(as_list(document.get("proof"))) > MAX_OBJECTS


def _only_signer(results: Sequence[ProofResult]) -> str | None:
    """Who signed a document that only others than its issuer have signed: the proofs are then looked at as theirs."""
    if any(result.code != "key_not_bound" or not result.signature_valid for result in results):
        return None
    return next((result.method.controller for result in results if result.method and result.method.controller), None)


def _verify(document: Mapping[str, Any], signer: str, demand: Demand, world: World) -> ProofReport:
    return verify_proof(
        document,
        resolve_key=keys_of(signer, world).resolve,
        now=world.now,
        purpose=demand.purpose,
        controller=signer,
        contexts=world.contexts,
    )


def _check_result(result: ProofResult, place: int, how_many: int) -> Check:
    which = f"proof {place + 1} of {how_many}" if how_many > 1 else "the proof"
    if result.outcome == "verified":
        return passed("proof", SECTION, f"{which.capitalize()} ({result.cryptosuite or 'legacy suite'}) holds.")
    detail = f"{result.detail} ({which.capitalize()}.)" if how_many > 1 else result.detail
    return not_passed("proof", SECTION, outcome=result.outcome, reason=result.code, detail=detail)


def _check_binding(results: Sequence[ProofResult], own: Sequence[bool], signer: str, world: World) -> Check:
    if not all(result.outcome == "verified" for result in results):
        detail = "Whose keys they are does not matter, as not every proof holds."
        return Check("key_binding", Outcome.NOT_APPLICABLE, "", detail, BINDING)
    if all(own):
        return passed("key_binding", BINDING)
    if any(own):
        detail = "The document also has a proof by a key of somebody else than its issuer."
        return warned("key_binding", BINDING, detail, reason="signed_by_others_too")
    by_named_keys = all(result.verification_method.startswith("did:key:") for result in results)
    return check_unlisted(signer, world) if by_named_keys else not_bound()


def check_unlisted(signer: str, world: World) -> Check:
    """The check "key_binding" of a valid signature by a did:key that ``signer`` does not list."""
    if not world.policy.may_be_unlisted(signer):
        return not_bound()
    detail = f"The key is not bound to the issuer: nobody can publish a key at {signer}, so anybody may have signed."
    return warned("key_binding", BINDING, detail, reason="key_not_bound")


def not_bound() -> Check:
    detail = "The signature is by a key that the issuer does not list as its own."
    return failed("key_binding", BINDING, detail, code=INVALID_VERIFICATION_METHOD, reason="key_not_bound")


def _check_answers(document: Mapping[str, Any], demand: Demand) -> tuple[Check, ...]:
    try:
        proofs = proofs_of(document)
    except CryptoError:
        return ()
    given = [(proof.get("challenge"), proof.get("domain")) for proof in proofs]
    return check_answers(given, demand)


def check_answers(given: Sequence[tuple[Any, Any]], demand: Demand) -> tuple[Check, ...]:
    """Every proof answers the challenge and is meant for the domain, of those that were asked for.

    ``given``: challenge and domain of each proof; a domain may be an array that has the one asked for.
    """
    checks = []
    if demand.challenge is not None:
        right = all(challenge == demand.challenge for challenge, _ in given)
        detail = "The proof does not answer the challenge."
        checks.append(
            passed("challenge", ANSWER)
            if right
            else failed("challenge", ANSWER, detail, code=INVALID_CHALLENGE, reason="challenge")
        )
    elif any(challenge is not None for challenge, _ in given):
        detail = "The proof answers a challenge, but none was given to compare it with: it may be a repetition."
        checks.append(warned("challenge", ANSWER, detail, reason="challenge_not_compared"))
    if demand.domain is not None:
        right = all(_is_meant_for(demand.domain, domain) for _, domain in given)
        detail = "The proof is meant for another domain."
        checks.append(
            passed("domain", ANSWER)
            if right
            else failed("domain", ANSWER, detail, code=INVALID_DOMAIN, reason="domain")
        )
    return tuple(checks)


def _is_meant_for(domain: str, named: Any) -> bool:
    return named == domain or (isinstance(named, list) and domain in named)
