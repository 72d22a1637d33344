"""The walk: from whatever was handed in as a credential to a report, in this order.

1 form   2 data model and terms   3 proofs or token   4 whose key   5 challenge and domain   6 period   7 status
Later checks still run when an earlier one fails, as far as they can say something; but nothing is looked up on behalf
of a credential whose proof does not hold. Not done here: whether the issuer is known, credentialSchema, refreshService.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from issuer.vc.data_model import ISSUANCE_DATE, check_credential
from issuer.vc.dates import check_period
from issuer.vc.identifiers import as_list, identifier_of, is_url
from issuer.vc.opening import Opened, open_secured
from issuer.vc.proofs import SECTION, Demand, check_embedded_proofs
from issuer.vc.report import Check, Outcome, VcReport, warned
from issuer.vc.status import SECTION as STATUS_SECTION
from issuer.vc.status import check_status
from issuer.vc.tokens import CREDENTIAL, check_token
from issuer.vc.world import STRICT, UNLISTED_EXAMPLE_ISSUERS, Policy, World

__all__ = ["STRICT", "UNLISTED_EXAMPLE_ISSUERS", "Policy", "World", "verify_credential"]

_DISCLOSES_SELECTIVELY = "ecdsa-sd-2023"
_DISCLOSURE = "ECDSA cryptosuites 1.0, 3.4; RFC 9901, 4"
_MAY_BE_HIDDEN = frozenset({"validUntil", "credentialStatus"})


def verify_credential(
    value: Any,
    world: World,
    *,
    purpose: str = "assertionMethod",
    challenge: str | None = None,
    domain: str | None = None,
) -> VcReport:
    """Check a credential with embedded proofs, or one in an envelope. Never raises for anything in ``value``.

    ``challenge`` and ``domain`` are compared with those of the proofs when they are given.
    """
    opened, form = open_secured(value, CREDENTIAL)
    if opened is None:
        return VcReport(form)
    secured = check_secured(opened, world, purpose=purpose, challenge=challenge, domain=domain)
    return VcReport((*form, *secured, *_check_standing(opened.document, secured, world)))


def check_secured(
    opened: Opened, world: World, *, purpose: str, challenge: str | None = None, domain: str | None = None
) -> tuple[Check, ...]:
    """The checks of a credential's data model and of what secures it."""
    document = opened.document
    model = check_credential(document, contexts=world.contexts)
    issuer = identifier_of(document.get("issuer"))
    if not isinstance(issuer, str) or not is_url(issuer):
        detail = "Without an issuer there is nobody whose proof it could be."
        return (*model, Check("proof", Outcome.NOT_APPLICABLE, "", detail, SECTION))
    demand = Demand(issuer, purpose, challenge, domain)
    if _shows_a_part(opened):
        model = _as_disclosed(model, document)
    if opened.token is not None:
        return (*model, *check_token(opened.token, demand, world))
    return (*model, *check_embedded_proofs(document, demand, world))


def _shows_a_part(opened: Opened) -> bool:
    """Whether the holder could leave things out (ECDSA cryptosuites 1.0, section 3.4; RFC 9901)."""
    if opened.token is not None:
        return opened.token.presented is not None
    proofs = [proof for proof in as_list(opened.document.get("proof")) if isinstance(proof, Mapping)]
    return any(proof.get("cryptosuite") == _DISCLOSES_SELECTIVELY for proof in proofs)


def _as_disclosed(model: tuple[Check, ...], document: Mapping[str, Any]) -> tuple[Check, ...]:
    """The data model of a credential of which its holder may show a part only: its date of issue may be missing, and
    nobody can see whether it has an end or a status, unless the issuer made them stay."""
    shown = tuple(
        replace(check, outcome=Outcome.WARN, code="", reason="not_disclosed")
        if check.name == ISSUANCE_DATE and check.hinders
        else check
        for check in model
    )
    if document.keys() >= _MAY_BE_HIDDEN:
        return shown
    detail = "The holder shows a part of the credential, and may have left out when it ends or its status."
    return (*shown, warned("disclosure", _DISCLOSURE, detail, reason="selectively_disclosed"))


def _check_standing(document: Mapping[str, Any], secured: tuple[Check, ...], world: World) -> tuple[Check, ...]:
    period = check_period(document, now=world.now)
    if any(check.hinders for check in secured):
        detail = "The status was not looked up, as the credential is not what its issuer signed."
        return (period, Check("status", Outcome.NOT_APPLICABLE, "", detail, STATUS_SECTION))
    return (period, *check_status(document, world, _check_list))


def _check_list(value: Mapping[str, Any], world: World) -> tuple[Mapping[str, Any] | None, str]:
    opened, form = open_secured(value, CREDENTIAL)
    if opened is None:
        return None, form[0].detail
    checks = check_secured(opened, world, purpose="assertionMethod")
    for check in (*checks, check_period(opened.document, now=world.now)):
        if check.hinders:
            return None, f"The status list cannot be believed. {check.detail}"
    return opened.document, ""
