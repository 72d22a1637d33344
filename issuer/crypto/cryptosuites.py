"""The Data Integrity cryptosuites as a table: how each one canonicalizes, and which keys it takes.

Data Integrity EdDSA Cryptosuites 1.0 (eddsa-rdfc-2022, eddsa-jcs-2022, Ed25519Signature2020) and Data Integrity ECDSA
Cryptosuites 1.0 (ecdsa-rdfc-2019, ecdsa-jcs-2019). The suite that discloses in part is in `selective_disclosure`.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from issuer.crypto import jcs, rdfc
from issuer.crypto.compacted_form import check_compacted_form
from issuer.crypto.contexts import ContextSet
from issuer.crypto.errors import UnsupportedCryptosuite
from issuer.crypto.jsonld import checked_quads
from issuer.crypto.remembered import Remembered
from issuer.crypto.strict_json import check_json

DATA_INTEGRITY_PROOF = "DataIntegrityProof"

_LONGEST_REMEMBERED = 32 * 1024


def canonicalize_rdf(document: Mapping[str, Any], contexts: ContextSet | None, algorithm: str) -> bytes:
    """JSON-LD object in compacted form -> canonical N-Quads. Raises as `to_quads`, and CanonicalizationBudget."""
    check_json(dict(document))
    hash_name: rdfc.HashName = "sha384" if algorithm == "ES384" else "sha256"
    text = json.dumps(document, ensure_ascii=False)
    if len(text) > _LONGEST_REMEMBERED:
        return _canonical_rdf(text, contexts, hash_name)
    return _remembered_rdf(text, contexts, hash_name)


def _canonical_rdf(text: str, contexts: ContextSet | None, hash_name: rdfc.HashName) -> bytes:
    document = json.loads(text)
    canonical = rdfc.canonicalize(checked_quads(document, contexts=contexts), hash_name=hash_name).encode("utf-8")
    check_compacted_form(document)
    return canonical


# What was signed a moment ago is canonicalized again to be verified; a status list, for every badge that names it.
_remembered_rdf = Remembered(_canonical_rdf, results=128, longest=256 * 1024)


def canonicalize_json(document: Mapping[str, Any], contexts: ContextSet | None, algorithm: str) -> bytes:
    """JSON object -> canonical JSON; contexts give the bytes no meaning. Raises Malformed."""
    return jcs.canonicalize(dict(document))


@dataclass(frozen=True, slots=True)
class Cryptosuite:
    """One way to secure a document. `algorithms` are the JOSE names of the signatures it allows; `for_issuing` is False
    for suites that `add_proof` does not make."""

    name: str
    algorithms: tuple[str, ...]
    canonicalize: Callable[[Mapping[str, Any], ContextSet | None, str], bytes]
    proof_type: str = DATA_INTEGRITY_PROOF
    # The JCS suites repeat the document's @context inside the proof (eddsa-jcs-2022, section 3.3.1, step 2).
    carries_context: bool = False
    for_issuing: bool = True


EDDSA_RDFC_2022 = Cryptosuite("eddsa-rdfc-2022", ("EdDSA",), canonicalize_rdf)
EDDSA_JCS_2022 = Cryptosuite("eddsa-jcs-2022", ("EdDSA",), canonicalize_json, carries_context=True)
ECDSA_RDFC_2019 = Cryptosuite("ecdsa-rdfc-2019", ("ES256", "ES384"), canonicalize_rdf)
ECDSA_JCS_2019 = Cryptosuite("ecdsa-jcs-2019", ("ES256", "ES384"), canonicalize_json, carries_context=True)
# Statements are signed one by one: see issuer.crypto.selective_disclosure.
ECDSA_SD_2023 = Cryptosuite("ecdsa-sd-2023", ("ES256",), canonicalize_rdf, for_issuing=False)
# The name of eddsa-rdfc-2022 in drafts, still found in badges of its time.
EDDSA_2022 = Cryptosuite("eddsa-2022", ("EdDSA",), canonicalize_rdf, for_issuing=False)
ED25519_SIGNATURE_2020 = Cryptosuite(
    "", ("EdDSA",), canonicalize_rdf, proof_type="Ed25519Signature2020", for_issuing=False
)

_SUITES = {
    (suite.proof_type, suite.name): suite
    for suite in (
        EDDSA_RDFC_2022,
        EDDSA_JCS_2022,
        ECDSA_RDFC_2019,
        ECDSA_JCS_2019,
        ECDSA_SD_2023,
        EDDSA_2022,
        ED25519_SIGNATURE_2020,
    )
}


def suite_of(proof: Mapping[str, Any]) -> Cryptosuite:
    """The suite that a proof names. Raises UnsupportedCryptosuite."""
    proof_type, name = proof.get("type"), proof.get("cryptosuite", "")
    suite = _SUITES.get((proof_type, name)) if isinstance(proof_type, str) and isinstance(name, str) else None
    if suite is None:
        raise UnsupportedCryptosuite("The proof is of a type or cryptosuite that is not supported.")
    return suite


def digest(data: bytes, *, algorithm: str) -> bytes:
    """SHA-384 beside P-384 keys, SHA-256 beside all others (ECDSA cryptosuites, section 3.2.4)."""
    return hashlib.sha384(data).digest() if algorithm == "ES384" else hashlib.sha256(data).digest()
