"""The walk for a presentation: its form, its data model, the holder's proof, then every credential in it.

VC Data Model 2.0, section 4.13. A presentation that nobody signed is not accepted here. A credential in it without a
proof of its own is what the holder says of themselves: then holder and issuer are the same (section 4.13.3).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from issuer.crypto.data_integrity import proofs_of
from issuer.crypto.errors import CryptoError
from issuer.vc.data_model import check_credential, check_presentation, flattened
from issuer.vc.dates import check_period
from issuer.vc.identifiers import identifier_of, is_url
from issuer.vc.opening import Opened, is_enveloped, open_secured
from issuer.vc.proofs import SECTION, Demand, check_embedded_proofs
from issuer.vc.report import INVALID_VERIFICATION_METHOD, PROOF_VERIFICATION, Check, Outcome, VcReport, failed, passed
from issuer.vc.tokens import PRESENTATION, check_token
from issuer.vc.verifying import verify_credential
from issuer.vc.world import World

HOLDER = "VC Data Model 2.0, 4.13 and 4.13.3"
MOST_CREDENTIALS = 100


def verify_presentation(
    value: Any,
    world: World,
    *,
    purpose: str = "authentication",
    challenge: str | None = None,
    domain: str | None = None,
) -> VcReport:
    """Check a presentation with embedded proofs, or one in an envelope. Never raises for anything in ``value``.

    The checks of the first credential in it are named "credential_1.proof" and so on.
    """
    opened, form = open_secured(value, PRESENTATION)
    if opened is None:
        return VcReport(form)
    model = check_presentation(opened.document, contexts=world.contexts)
    secured = _check_secured(opened, world, Demand("", purpose, challenge, domain))
    trusted = not any(check.hinders for check in secured)
    inside = tuple(_check_credentials(opened.document, world, presented=trusted))
    return VcReport((*form, *model, *secured, *inside))


def _check_secured(opened: Opened, world: World, demand: Demand) -> tuple[Check, ...]:
    presenter = _presenter_of(opened)
    if presenter is None:
        detail = "The presentation does not say by whose key it is signed."
        return (failed("proof", SECTION, detail, code=PROOF_VERIFICATION, reason="no_proof"),)
    named = replace(demand, signer=presenter)
    if opened.token is not None:
        return check_token(opened.token, named, world)
    return check_embedded_proofs(opened.document, named, world)


def _presenter_of(opened: Opened) -> str | None:
    """The holder; where none is named, whoever the DID of the key names."""
    if "holder" in opened.document:
        holder = identifier_of(opened.document["holder"])
        return holder if isinstance(holder, str) and is_url(holder) else None
    method_id = opened.token.header.get("kid") if opened.token is not None else _first_method(opened.document)
    did = method_id.partition("#")[0] if isinstance(method_id, str) else ""
    return did if did.startswith("did:") and is_url(did) else None


def _first_method(document: Mapping[str, Any]) -> Any:
    try:
        proofs = proofs_of(document)
    except CryptoError:
        return None
    return proofs[0].get("verificationMethod") if proofs else None


def _check_credentials(document: Mapping[str, Any], world: World, *, presented: bool) -> Iterator[Check]:
    credentials = flattened(document.get("verifiableCredential"))
    if len(credentials) > MOST_CREDENTIALS:
        yield failed("credentials", HOLDER, f"The presentation has more than {MOST_CREDENTIALS} credentials.")
        return
    holder = identifier_of(document.get("holder"))
    for number, credential in enumerate(credentials, start=1):
        if not isinstance(credential, Mapping):
            continue  # the data model has said so
        if world.is_over():
            yield _left_unchecked(number)
            return
        if "proof" in credential or is_enveloped(credential):
            checks = verify_credential(credential, world).checks
        else:
            checks = _check_self_asserted(credential, world, holder=holder if presented else None)
        for check in checks:
            detail = f"Credential {number}: {check.detail}" if check.detail else ""
            yield replace(check, name=f"credential_{number}.{check.name}", detail=detail)


def _left_unchecked(number: int) -> Check:
    detail = f"The presentation is too much work: credential {number} and what follows were not checked."
    return Check("credentials", Outcome.COULD_NOT_CHECK, PROOF_VERIFICATION, detail, HOLDER, "work_limit")


def _check_self_asserted(credential: Mapping[str, Any], world: World, *, holder: Any) -> tuple[Check, ...]:
    """A credential that only the presentation's proof secures; ``holder`` None: it has none, or it does not hold."""
    model = check_credential(credential, contexts=world.contexts)
    if holder is not None and identifier_of(credential.get("issuer")) == holder:
        secured = passed("proof", HOLDER, "The holder says this of themselves.")
    else:
        detail = "It has no proof of its own, and is not by the holder of the presentation."
        secured = failed("proof", HOLDER, detail, code=INVALID_VERIFICATION_METHOD, reason="no_proof")
    return (*model, secured, check_period(credential, now=world.now))
