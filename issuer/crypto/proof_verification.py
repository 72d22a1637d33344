"""Checking embedded proofs: one frozen result per proof (Data Integrity 1.0, sections 4.3 and 4.6).

A bad proof is a value, not an exception. For each proof, in this order; the first that fails gives the result its code:
  1. it has the shape of a proof in a suite that is supported;
  2. its key may be asked for at all (nothing is fetched from elsewhere than the issuer);
  3. the document and the proof configuration canonicalize, with nothing left out;
  4. the key resolves (where it says how to canonicalize, before step 3), and its signature holds over both;
  5. the key is the issuer's own, listed for the purpose, and neither revoked nor expired;
  6. the proof's purpose, dates, domain and challenge are the expected ones.
Of several proofs, in a set or a chain, every one must hold, and at least one must be by a key of the issuer. Beside it
others may sign with keys of their own, which steps 5 and 6 then hold against them in the issuer's place.
Not done here: whether the issuer is trusted, dates and status of the credential, and its schema.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from issuer.crypto.contexts import ContextSet
from issuer.crypto.cryptosuites import ECDSA_SD_2023, Cryptosuite, suite_of
from issuer.crypto.data_integrity import configure, deserialize, hash, proofs_of, transform, with_previous_proofs
from issuer.crypto.errors import (
    AlgorithmRefused,
    CanonicalizationBudget,
    ChallengeMismatch,
    ContextRefused,
    CryptoError,
    KeyNotBound,
    Malformed,
    ProofTime,
    PurposeMismatch,
    SignatureInvalid,
)
from issuer.crypto.selective_disclosure import check_disclosed
from issuer.crypto.signatures import algorithm_of, verify_again
from issuer.crypto.strict_json import check_json
from issuer.crypto.timestamps import parse_timestamp
from issuer.crypto.verification_method import (
    ResolveKey,
    VerificationMethod,
    check_bound,
    check_in_force,
    check_may_be_asked,
    check_method_id,
    check_purpose,
    issuer_of,
)

MAX_PROOFS = 16
# Each proof may have the document canonicalized anew: a megabyte is read twice, a badge sixteen times.
MAX_PROVED_LETTERS = 2 * 1024 * 1024
CLOCK_SKEW = timedelta(minutes=5)

Outcome = Literal["verified", "invalid", "unknown"]


@dataclass(frozen=True, slots=True)
class ProofResult:
    """What one proof is worth. `code` is "" when verified.

    `signature_valid` is None when it could not be checked; it can be True in an invalid result, for instance of a key
    that is not the issuer's. `by_issuer` is False until the key is known to be the issuer's own.
    """

    outcome: Outcome
    code: str
    detail: str
    signature_valid: bool | None
    cryptosuite: str
    verification_method: str
    created: str
    method: VerificationMethod | None
    by_issuer: bool = False


@dataclass(frozen=True, slots=True)
class ProofReport:
    """The results of all proofs of a document, in its order. No proof at all is invalid, with the code "no_proof"."""

    results: tuple[ProofResult, ...]

    @property
    def outcome(self) -> Outcome:
        """Invalid if any proof is, else unknown if any could not be checked, else verified."""
        outcomes = {result.outcome for result in self.results}
        if not outcomes or "invalid" in outcomes:
            return "invalid"
        return "unknown" if "unknown" in outcomes else "verified"

    @property
    def verified(self) -> bool:
        """Whether there are proofs, each of them is verified, and one of them is the issuer's."""
        return self.outcome == "verified"

    @property
    def deciding(self) -> ProofResult | None:
        """The first result that decides the outcome, when verified the issuer's first; None without proofs."""
        deciding = [result for result in self.results if result.outcome == self.outcome]
        return max(deciding, key=lambda result: result.by_issuer, default=None)

    @property
    def code(self) -> str:
        """The code of the result that decides the outcome; "" when verified."""
        return "no_proof" if self.deciding is None else self.deciding.code


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the caller demands of every proof besides its signature."""

    now: datetime
    issuer: str
    purpose: str
    domain: str | None
    challenge: str | None


def verify_proof(
    document: Mapping[str, Any],
    *,
    resolve_key: ResolveKey,
    now: datetime,
    purpose: str = "assertionMethod",
    controller: str | None = None,
    domain: str | None = None,
    challenge: str | None = None,
    contexts: ContextSet | None = None,
) -> ProofReport:
    """Check every proof of a document. `controller` is who must own the key of one of them, and of the only one: by
    default the document's issuer."""
    try:
        proofs = proofs_of(document)
        if len(proofs) > MAX_PROOFS:
            raise Malformed(f"The document has more than {MAX_PROOFS} proofs.")
        if not proofs:
            return ProofReport(())
        if len(proofs) > 1:
            _check_extent(document, len(proofs))
        issuer = issuer_of(document) if controller is None else controller
    except CryptoError as error:
        return ProofReport((_Checking({}).failed(error),))
    expected = Expectation(now=now, issuer=issuer, purpose=purpose, domain=domain, challenge=challenge)
    results: list[ProofResult] = []
    for proof in proofs:
        if results and results[-1].code == CanonicalizationBudget.code:
            given_up = CanonicalizationBudget("The document was too much work for the proof before this one.")
            results.append(_Checking(proof).failed(given_up))
        else:
            results.append(_check(document, proof, resolve_key, expected, contexts))
    if any(result.outcome == "verified" for result in results):
        results = [_beside_issuer(proof, result, expected) for proof, result in zip(proofs, results, strict=True)]
    return ProofReport(tuple(results))


def _check_extent(document: Mapping[str, Any], proofs: int) -> None:
    check_json(dict(document))
    if proofs * len(json.dumps(document, ensure_ascii=False)) > MAX_PROVED_LETTERS:
        raise CanonicalizationBudget("The document is too long for so many proofs.")


def _beside_issuer(proof: Mapping[str, Any], result: ProofResult, expected: Expectation) -> ProofResult:
    """A proof with a valid signature by somebody else, held against that somebody: the issuer has signed as well."""
    method = result.method
    if result.code != KeyNotBound.code or not result.signature_valid or method is None or not method.controller:
        return result
    checking = _Checking(proof, signature_valid=True, method=method)
    try:
        _check_terms(proof, method, replace(expected, issuer=method.controller))
    except CryptoError as error:
        return checking.failed(error)
    return checking.verified()


@dataclass(slots=True)
class _Checking:
    """What is known of a proof so far, so that a failure can tell it."""

    proof: Mapping[str, Any]
    signature_valid: bool | None = None
    method: VerificationMethod | None = None
    by_issuer: bool = False

    def failed(self, error: CryptoError) -> ProofResult:
        return self._result("invalid" if error.conclusive else "unknown", error.code, error.detail)

    def verified(self) -> ProofResult:
        return self._result("verified", "", "The proof is valid.")

    def _result(self, outcome: Outcome, code: str, detail: str) -> ProofResult:
        return ProofResult(
            outcome,
            code,
            detail,
            self.signature_valid,
            cryptosuite=self._text("cryptosuite"),
            verification_method=self._text("verificationMethod"),
            created=self._text("created"),
            method=self.method,
            by_issuer=self.by_issuer,
        )

    def _text(self, name: str) -> str:
        value = self.proof.get(name)
        return value if isinstance(value, str) else ""


def _check(
    document: Mapping[str, Any],
    proof: Mapping[str, Any],
    resolve_key: ResolveKey,
    expected: Expectation,
    contexts: ContextSet | None,
) -> ProofResult:
    checking = _Checking(proof)
    try:
        suite = suite_of(proof)
        method_id = check_method_id(proof.get("verificationMethod"))
        check_may_be_asked(method_id, issuer=expected.issuer)
        if suite is ECDSA_SD_2023:
            method = checking.method = resolve_key(method_id)
            _check_disclosed(document, proof, checking, method, contexts)
        else:
            method = _check_whole(document, proof, suite, checking, resolve_key, contexts)
        checking.signature_valid = True
        checking.by_issuer = method.controller == expected.issuer
        _check_terms(proof, method, expected)
    except CryptoError as error:
        return checking.failed(error)
    return checking.verified()


def _check_terms(proof: Mapping[str, Any], method: VerificationMethod, expected: Expectation) -> None:
    """A key that may speak for the issuer, in a proof that says what was expected: steps 5 and 6."""
    check_bound(method, issuer=expected.issuer)
    check_purpose(method, purpose=expected.purpose)
    check_in_force(method, now=expected.now)
    _check_options(proof, expected)


def _check_disclosed(
    document: Mapping[str, Any],
    proof: Mapping[str, Any],
    checking: "_Checking",
    method: VerificationMethod,
    contexts: ContextSet | None,
) -> None:
    """A proof whose statements are signed one by one."""
    if algorithm_of(method.key) not in ECDSA_SD_2023.algorithms:
        raise AlgorithmRefused("The key is not of the type that the proof's cryptosuite uses.")
    if "previousProof" in proof:
        raise Malformed("A proof that discloses a part cannot build on another proof.")
    checking.signature_valid = False
    check_disclosed(document, proof, method.key, contexts=contexts)


def _check_whole(
    document: Mapping[str, Any],
    proof: Mapping[str, Any],
    suite: Cryptosuite,
    checking: "_Checking",
    resolve_key: ResolveKey,
    contexts: ContextSet | None,
) -> VerificationMethod:
    """A proof with one signature over the whole document; its key."""
    method_id, algorithm = proof["verificationMethod"], suite.algorithms[0]
    if len(suite.algorithms) > 1:  # the key says how to hash, even to canonicalize
        method = checking.method = resolve_key(method_id)
        algorithm = algorithm_of(method.key)
    transformed, configured = _signed_bytes(document, proof, suite, algorithm, contexts)
    if len(suite.algorithms) == 1:
        method = checking.method = resolve_key(method_id)
    checking.signature_valid = False
    _check_signature(proof, method, suite, transformed, configured)
    return method


def _signed_bytes(
    document: Mapping[str, Any],
    proof: Mapping[str, Any],
    suite: Cryptosuite,
    algorithm: str,
    contexts: ContextSet | None,
) -> tuple[bytes, bytes]:
    unsecured = with_previous_proofs(document, proof)
    if suite.carries_context and "@context" in proof:
        unsecured["@context"] = _shared_context(document, proof)
    transformed = transform(unsecured, suite=suite, algorithm=algorithm, contexts=contexts)
    return transformed, configure(proof, document=document, suite=suite, algorithm=algorithm, contexts=contexts)


def _shared_context(document: Mapping[str, Any], proof: Mapping[str, Any]) -> Any:
    """eddsa-jcs-2022, section 3.3.2: the document's contexts begin with those of the proof, which were signed."""
    in_proof, in_document = (
        value if isinstance(value, list) else [value] for value in (proof["@context"], document.get("@context"))
    )
    if in_document[: len(in_proof)] != in_proof:
        raise ContextRefused("The document's JSON-LD contexts do not begin with those that were signed.")
    return proof["@context"]


def _check_signature(
    proof: Mapping[str, Any], method: VerificationMethod, suite: Cryptosuite, transformed: bytes, configured: bytes
) -> None:
    algorithm = algorithm_of(method.key)
    if algorithm not in suite.algorithms:
        raise AlgorithmRefused("The key is not of the type that the proof's cryptosuite uses.")
    signature = deserialize(proof, algorithm=algorithm)
    signed = hash(transformed, configured, algorithm=algorithm)
    if not verify_again(method.key, signature, signed, alg=algorithm):
        raise SignatureInvalid("The signature does not match the document.")


def _check_options(proof: Mapping[str, Any], expected: Expectation) -> None:
    if proof.get("proofPurpose") != expected.purpose:
        raise PurposeMismatch(f"The proof was not made for {expected.purpose}.")
    try:
        created = parse_timestamp(proof["created"]) if "created" in proof else None
        expires = parse_timestamp(proof["expires"]) if "expires" in proof else None
    except Malformed as error:
        raise ProofTime(f"A date of the proof cannot be read. {error.detail}") from error
    if created is not None and created > expected.now + CLOCK_SKEW:
        raise ProofTime("The proof was made in the future.")
    if expires is not None and expires < expected.now - CLOCK_SKEW:
        raise ProofTime("The proof has expired.")
    if expected.domain is not None and proof.get("domain") not in (expected.domain, [expected.domain]):
        raise ChallengeMismatch("The proof was made for another domain.")
    if expected.challenge is not None and proof.get("challenge") != expected.challenge:
        raise ChallengeMismatch("The proof was made for another challenge.")
