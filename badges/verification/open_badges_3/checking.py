"""The walk: from a credential to a report, in the order of Open Badges 3.0, section 9.

1 format   2 data model   3 Open Badge rules   4 signature   5 issuer's key   6 period   7 status   8 trust
Later checks still run when an earlier one fails, as far as they can say something; the verdict looks at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from badges.verification.open_badges_3.data_model import check_data_model
from badges.verification.open_badges_3.facts import facts_of, issuer_id_of
from badges.verification.open_badges_3.open_badge import check_open_badge, is_badge
from badges.verification.open_badges_3.proof import Demand
from badges.verification.open_badges_3.signature import check_signed
from badges.verification.open_badges_3.signing_keys import SigningKeys
from badges.verification.open_badges_3.standing import check_period, check_status
from badges.verification.reading import Given
from badges.verification.report import Check, Outcome, Report
from badges.verification.world import Signatory, Trust, World


def is_mine(document: Mapping[str, Any]) -> bool:
    """Whether a document is a W3C credential of any kind, by its type or by what it holds."""
    return is_badge(document) or "credentialSubject" in document


def check_credential(given: Given, form: Check, world: World) -> Report:
    """Check a credential. ``form`` is the check "format" that came of reading it. Never raises for what is given."""
    document = given.document
    if not is_badge(document):
        sentence = _l("It is a credential, but not an Open Badge of version 3.")
        unread = Check("format", Outcome.FAIL, sentence, form.section, code="unsupported_type")
        return Report((unread,), world.now, document=document)
    keys = SigningKeys(issuer_id_of(document), world.fetch, world.allow_loopback_http)
    signed = check_signed(given, keys=keys, world=world, demand=Demand(keys.issuer_id, world.now))
    checks = (
        form,
        check_data_model(document),
        check_open_badge(document),
        *signed.checks,
        check_period(document, now=world.now),
        check_status(document, keys=keys, now=world.now),
        _check_trust(signed.signatory, world.trust),
    )
    return Report(checks, world.now, facts=facts_of(document) if signed.holds else None, document=document)


def _check_trust(signatory: Signatory | None, trust: Trust) -> Check:
    section = "Rosette: trust"
    if signatory is None:
        sentence = _l("Whether the issuer is known here does not matter: it is not certain that it signed this.")
        return Check("trust", Outcome.NOT_APPLICABLE, sentence, section)
    known = trust(signatory)
    if known is None:
        sentence = _l("This service does not know the issuer. Ask yourself whether you do.")
        return Check("trust", Outcome.WARN, sentence, section, code="issuer_unknown")
    return Check("trust", Outcome.PASS, _l("The issuer is known here: %(how)s.", how=known), section)
