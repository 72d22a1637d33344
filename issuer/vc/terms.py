"""Every word of a document means something: JSON-LD in safe mode, whatever the way in which it is secured.

An undefined term, a relative identifier, an unknown context or a redefined protected term is an error, also where the
signature does not depend on it (VC Data Model 2.0, section 6.1; Data Integrity 1.0, section 2.4.1). Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from issuer.crypto.contexts import ContextSet
from issuer.crypto.errors import CryptoError
from issuer.crypto.jsonld import to_quads
from issuer.vc.report import DATA_LOSS, MALFORMED, PARSING, PROOF_TRANSFORMATION, Check, Outcome, passed

SECTION = "VC Data Model 2.0, 4.3 and 5.2.1; Data Integrity 1.0, 2.4.1"
_CODES = {
    "unsigned_property": DATA_LOSS,
    "context_not_allowed": PROOF_TRANSFORMATION,
    "context_unavailable": PROOF_TRANSFORMATION,
    "canonicalization_budget": PROOF_TRANSFORMATION,
    "too_deep": PARSING,
}


def check_terms(document: Mapping[str, Any], *, contexts: ContextSet | None = None) -> Check:
    """Whether the document, without its proofs, can be read to the last term with ``contexts`` (the pinned ones)."""
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    try:
        to_quads(unsecured, contexts=contexts)
    except CryptoError as error:
        outcome = Outcome.FAIL if error.conclusive else Outcome.COULD_NOT_CHECK
        return Check("terms", outcome, _CODES.get(error.code, MALFORMED), error.detail, SECTION, error.code)
    return passed("terms", SECTION)
