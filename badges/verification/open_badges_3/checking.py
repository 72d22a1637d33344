"""The walk: from a credential to a report, in the order of Open Badges 3.0, section 9.

1 format   2 data model   3 Open Badge rules   4 schema   5 signature   6 issuer's key   7 refresh   8 period
9 status   10 trust   11 endorsements and credentials inside   12 authority
Later checks still run when an earlier one fails, as far as they can say something; the verdict looks at all. But
nothing is looked up on behalf of a credential whose signature does not hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from badges.trust.authority import check_authority
from badges.verification.open_badges_3.data_model import check_data_model, check_presentation_model
from badges.verification.open_badges_3.enveloped import as_given
from badges.verification.open_badges_3.facts import facts_of
from badges.verification.open_badges_3.inside import Inside, check_credentials, check_endorsements, endorsed
from badges.verification.open_badges_3.kinds import Kind, is_mine, kind_of
from badges.verification.open_badges_3.open_badge import check_context, check_open_badge
from badges.verification.open_badges_3.period import check_period
from badges.verification.open_badges_3.presenter import presenter_of
from badges.verification.open_badges_3.proof import Demand
from badges.verification.open_badges_3.refresh import check_refresh, refresh_address
from badges.verification.open_badges_3.schemas import check_schemas
from badges.verification.open_badges_3.signature import Signed, check_signed
from badges.verification.open_badges_3.signing_keys import SigningKeys
from badges.verification.open_badges_3.status import Standing, check_status, not_looked_up
from badges.verification.open_badges_3.succession import check_succession
from badges.verification.open_badges_3.terms import check_terms
from badges.verification.open_badges_3.tokens import check_token, opened
from badges.verification.open_badges_3.two_texts import without_token_terms
from badges.verification.open_badges_3.values import issuer_id_of
from badges.verification.reading import Given
from badges.verification.recipient import check_recipient
from badges.verification.report import Check, Finding, Outcome, Report
from badges.verification.world import Signatory, Trust, World
from issuer.crypto.errors import StatusListError

__all__ = ["check_credential", "is_mine"]

TRUST = "Rosette: trust"
DEEPEST = 3
"""A badge in a record in a presentation; what lies deeper is not looked at."""


def check_credential(given: Given, form: Check, world: World) -> Report:
    """Check a credential or a presentation. ``form`` is the check "format" that came of reading it. Never raises for
    what is given."""
    return _check(given, form, world, depth=0)


def _check(given: Given, form: Check, world: World, *, depth: int) -> Report:
    whole = opened(given)
    if kind_of(whole.document) is Kind.PRESENTATION:
        return _check_presentation(whole, form, world, depth)
    report = _walk(whole, form, world, depth)
    address = refresh_address(whole.document)
    if address is None or depth:
        return report
    return check_refresh(report, address, world, lambda newer, its_form: _walk(opened(newer), its_form, world, depth))


def _walk(given: Given, form: Check, world: World, depth: int) -> Report:
    document = given.document
    kind = kind_of(document)
    keys = SigningKeys(issuer_id_of(document), world.fetch, world.allow_loopback_http)
    signed = check_signed(given, keys=keys, world=world, demand=Demand(keys.issuer_id, world.now))
    holds = signed.holds
    document = document if signed.is_whole else without_token_terms(document) or document
    standing = _standing(document, signed, keys, world) if holds else not_looked_up()
    inside = _inside(document, kind, world, depth) if holds else Inside()
    checks = (
        form,
        check_data_model(document),
        *((check_open_badge(document, kind),) if kind is not Kind.CREDENTIAL else ()),
        *((old,) if (old := check_context(document)) is not None else ()),
        *check_terms(given),
        *(check_schemas(document, world) if holds else ()),
        *signed.checks,
        *check_token(given, now=world.now),
        check_period(document, now=world.now),
        standing.check,
        _check_trust(signed.signatory, world.trust),
        *_future(document, signed, keys, world),
        *inside.checks,
        *_authority(document, signed, inside, kind),
        *((whose,) if not depth and (whose := check_recipient(document, world.recipient)) is not None else ()),
    )
    return Report(
        checks,
        world.now,
        facts=facts_of(document) if holds else None,
        document=document,
        kind=kind.value,
        parts=inside.parts,
        status_sources=standing.sources,
    )


def _authority(document: Mapping[str, Any], signed: Signed, inside: Inside, kind: Kind) -> tuple[Check, ...]:
    """Of a badge whose issuer is proved: whoever only claims an id is entitled to nothing by it."""
    proved = signed.signatory if signed.holds else None
    if kind is not Kind.BADGE or proved is None or not proved.issuer_id:
        return ()
    return (check_authority(document, inside.parts, domain=proved.domain),)


def _future(document: Mapping[str, Any], signed: Signed, keys: SigningKeys, world: World) -> tuple[Check, ...]:
    """What becomes of an issuer that is proved; nothing is looked up for whoever only claims its name."""
    if not signed.holds or signed.signatory is None or not signed.signatory.issuer_id:
        return ()
    return check_succession(keys, facts_of(document).issuer_name, world)


def _inside(document: Mapping[str, Any], kind: Kind, world: World, depth: int) -> Inside:
    """What other credentials are in it. Those deeper than anything honest are not looked at."""
    if depth >= DEEPEST or kind is Kind.CREDENTIAL:
        return Inside()

    def check(given: Given, form: Check) -> Report:
        return _check(given, form, world, depth=depth + 1)

    endorsements = check_endorsements(endorsed(document), check)
    if kind is not Kind.CLR:
        return endorsements
    subject = document.get("credentialSubject")
    credentials = check_credentials(
        subject.get("verifiableCredential") if isinstance(subject, Mapping) else None, check
    )
    return Inside((*endorsements.checks, *credentials.checks), (*endorsements.parts, *credentials.parts))


def _standing(document: Mapping[str, Any], signed: Signed, keys: SigningKeys, world: World) -> Standing:
    def believe(secured: Mapping[str, Any]) -> Mapping[str, Any]:
        """What a list says, when the issuer has signed it, by a listed key or by that of the credential."""
        given = opened(as_given(secured))
        found = check_signed(given, keys=keys, world=world, demand=Demand(keys.issuer_id, world.now))
        if issuer_id_of(given.document) != keys.issuer_id:
            raise StatusListError("The status list belongs to somebody else.")
        proved = found.issuer.outcome is Outcome.PASS or (
            found.issuer.outcome is Outcome.WARN and found.key == signed.key
        )
        if not found.holds or not proved:
            code = next((check.code for check in found.checks if check.code), "key_not_bound")
            raise StatusListError(f"The status list's own signature does not hold ({code}).")
        return given.document

    return check_status(document, believe, world)


def _check_presentation(given: Given, form: Check, world: World, depth: int) -> Report:
    document = given.document
    holder = presenter_of(given)
    keys = SigningKeys(holder, world.fetch, world.allow_loopback_http)
    signed = check_signed(given, keys=keys, world=world, demand=Demand(holder, world.now, purpose="authentication"))

    def check(inner: Given, its_form: Check) -> Report:
        return _check(inner, its_form, world, depth=depth + 1)

    inside = check_credentials(document.get("verifiableCredential"), check) if depth < DEEPEST else Inside()
    checks = (form, check_presentation_model(document), *signed.checks, *check_token(given, now=world.now))
    checks = (*checks, *inside.checks, _check_issuers([part.report for part in inside.parts]))
    return Report(checks, world.now, document=document, kind=Kind.PRESENTATION.value, parts=inside.parts)


def _check_issuers(reports: Sequence[Report]) -> Check:
    """Of a presentation: it is known no better than the least known of those who issued what is in it."""
    findings = {report.finding for report in reports}
    if Finding.ISSUER_UNPROVEN in findings:
        sentence = _l("For at least one credential in it, only the credential itself says whose key signed it.")
        return Check("trust", Outcome.WARN, sentence, TRUST, code="issuer_unproven")
    if Finding.ISSUER_NOT_KNOWN in findings or not reports:
        sentence = _l("This service does not know every issuer in it. Ask yourself whether you do.")
        return Check("trust", Outcome.WARN, sentence, TRUST, code="issuer_unknown")
    return Check("trust", Outcome.PASS, _l("Every issuer in it is known here."), TRUST)


def _check_trust(signatory: Signatory | None, trust: Trust) -> Check:
    if signatory is None:
        sentence = _l("Whether the issuer is known here does not matter: it is not certain that it signed this.")
        return Check("trust", Outcome.NOT_APPLICABLE, sentence, TRUST)
    known = trust(signatory)
    if known is None:
        sentence = _l("This service does not know the issuer. Ask yourself whether you do.")
        return Check("trust", Outcome.WARN, sentence, TRUST, code="issuer_unknown")
    return Check("trust", Outcome.PASS, _l("The issuer is known here: %(how)s.", how=known), TRUST)
