"""Before a credential is signed: the data model's checks, and what nobody but the issuer may set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from issuer.crypto.contexts import ContextSet
from issuer.vc.data_model import check_credential
from issuer.vc.exchange import Refused
from issuer.vc.mechanisms import Mechanism, with_proof_terms
from issuer.vc.report import failed

_ISSUER = "VC Data Model 2.0, 4.7"
_PROOF = "VC Data Model 2.0, 4.12"


def checked(
    credential: Mapping[str, Any], *, issuer_id: str, mechanism: Mechanism, contexts: ContextSet | None = None
) -> dict[str, Any]:
    """The credential as it is to be signed, well-formed and with ``issuer_id`` as its issuer.

    Without an ``issuer`` it gets that one; any other is refused. Raises Refused, with every reason.
    """
    named = {**credential} if "issuer" in credential else {**credential, "issuer": issuer_id}
    document = with_proof_terms(named) if mechanism.is_embedded else named
    hindrances = [check for check in check_credential(document, contexts=contexts) if check.hinders]
    if hindrances:
        raise Refused(hindrances)
    issuer = document["issuer"]
    if (issuer["id"] if isinstance(issuer, Mapping) else issuer) != issuer_id:
        raise Refused((failed("issuer", _ISSUER, f"The issuer is not {issuer_id}."),))
    if "proof" in document:
        raise Refused((failed("proof", _PROOF, "A credential that is to be signed has no proof yet."),))
    return document
