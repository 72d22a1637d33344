"""The walk for Open Badges 2.0, 1.1 and 1.0: from a document to a report.

1 format   2 context   3 types   4 properties   5 graph   6 hosted, or signature   7 issuer   8 trust   9 period
10 status   11 extensions   12 endorsements   13 recipient
Of a hosted assertion everything is asked of the copy at its own address; of a signed one, of the signed text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import lazy_gettext as _l

from badges.verification.open_badges_2.documents import check_context, check_properties, check_types
from badges.verification.open_badges_2.endorsements import check_endorsements
from badges.verification.open_badges_2.extensions import check_extensions
from badges.verification.open_badges_2.facts import facts_of
from badges.verification.open_badges_2.graph import Graph, Node, Trouble
from badges.verification.open_badges_2.hosting import Hosted, check_hosted, find_hosted
from badges.verification.open_badges_2.sameness import difference
from badges.verification.open_badges_2.signing import check_signed
from badges.verification.open_badges_2.single import check_single
from badges.verification.open_badges_2.standing import (
    Standing,
    check_hosted_status,
    check_period,
    check_signed_status,
    withdrawn,
)
from badges.verification.open_badges_2.vocabulary import HOSTED, SIGNED, is_mine, is_old, text_of, types_of
from badges.verification.reading import Given
from badges.verification.recipient import check_recipient
from badges.verification.report import BadgeFacts, Check, Outcome, Report
from badges.verification.world import Signatory, World

__all__ = ["check", "is_mine"]

GRAPH = "Open Badges 2.0, BadgeClass and Profile"
IDENTITY = "Open Badges 2.0, Profile"
TRUST = "Rosette: trust"


@dataclass(frozen=True, slots=True)
class Found:
    """The badge class and the issuer of an assertion, None for what was not had, and the check "graph"."""

    badge: Node | None
    issuer: Node | None
    check: Check


def check(given: Given, form: Check, world: World) -> Report:
    """Check a document of Open Badges 1 or 2. ``form`` is the check "format" that came of reading it. Never raises for
    what is given."""
    graph = Graph(world.read)
    if form.outcome is Outcome.PASS and given.jwt is None and given.container == "json":
        form = replace(form, sentence=_l("It is a document in JSON, in the words of Open Badges 1 or 2."))
    if given.jwt is None and not _is_assertion(given.document):
        return check_single(given, form, world, graph)
    if _is_signed(given):
        return _check_signed(given, form, world, graph)
    return _check_hosted(given, form, world, graph)


def _is_assertion(document: Mapping[str, Any]) -> bool:
    return "Assertion" in types_of(document) or "recipient" in document


def _is_signed(given: Given) -> bool:
    verification = given.document.get("verify" if is_old(given.document) else "verification")
    kinds = set(types_of(verification))
    return bool(kinds & SIGNED) or (given.jwt is not None and not kinds & HOSTED)


def _check_hosted(given: Given, form: Check, world: World, graph: Graph) -> Report:
    hosted = find_hosted(given, graph)
    copy = hosted.copy
    document = copy.document if copy is not None and _is_assertion(copy.document) else given.document
    if hosted.is_withdrawn and hosted.fault is None:
        return _withdrawn(given, form, world, hosted)
    if copy is not None and copy.document.get("revoked") is True and "badge" not in copy.document:
        return _withdrawn(given, form, world, hosted, text_of(copy.document.get("revocationReason")))
    found = _found(document, copy.host if copy is not None else "", graph)
    lies = _also_its_class(check_hosted(hosted, found.issuer), given.document, found)
    proven = lies.outcome is Outcome.PASS and _vouches(found)
    is_asked = copy is not None or document.get("revoked") is True
    standing = Standing(check_hosted_status(document) if is_asked else _unasked())
    signatory = Signatory(found.issuer.identifier, "", found.issuer.host) if proven and found.issuer else None
    checks = (form, *_written(document, found), found.check, lies, _issuer(found.issuer, lies))
    return _report(Case(document, found, world, graph), checks, standing, signatory)


def _check_signed(given: Given, form: Check, world: World, graph: Graph) -> Report:
    document = given.document
    found = _found(document, "", graph) if given.jwt is not None else _UNASKED
    signed = check_signed(given, found.issuer, graph)
    standing = (
        check_signed_status(document, found.issuer, graph) if signed.holds and found.issuer else Standing(_unasked())
    )
    signatory = None
    if signed.holds and found.issuer is not None:
        signatory = Signatory(found.issuer.identifier if signed.is_bound else "", signed.key, found.issuer.host)
    checks = (form, *_written(document, found), found.check, *signed.checks)
    return _report(Case(document, found, world, graph), checks, standing, signatory)


@dataclass(frozen=True, slots=True)
class Case:
    """What counts of an assertion, and what it is judged with."""

    document: Mapping[str, Any]
    found: Found
    world: World
    graph: Graph


def _report(case: Case, checks: tuple[Check, ...], standing: Standing, signatory: Signatory | None) -> Report:
    document, found, world = case.document, case.found, case.world
    nodes = {"Assertion": document}
    if found.badge is not None:
        nodes["BadgeClass"] = found.badge.document
    if found.issuer is not None:
        nodes["Issuer"] = found.issuer.document
    own = Node(document)
    endorsed = [node for node in (own, found.badge, found.issuer) if node is not None]
    endorsements, parts = check_endorsements(endorsed if signatory is not None else [], case.graph, world)
    recipient = check_recipient(dict(document), world.recipient)
    whole = (
        *checks,
        _check_trust(signatory, world),
        check_period(document, now=world.now),
        standing.check,
        check_extensions(nodes),
        endorsements,
        *((recipient,) if recipient is not None else ()),
    )
    facts: BadgeFacts | None = None
    if signatory is not None and found.badge is not None and found.issuer is not None:
        facts = facts_of(document, found.badge, found.issuer)
    kind = "open_badge_1" if is_old(document) else "open_badge_2"
    return Report(
        whole,
        world.now,
        facts=facts,
        document=dict(document),
        kind=kind,
        parts=parts,
        status_sources=standing.sources,
    )


def _withdrawn(given: Given, form: Check, world: World, hosted: Hosted, reason: str = "") -> Report:
    """A host that says only that a badge is gone: nothing else can be asked of it."""
    sentence = _l("The address of the badge answers that it was withdrawn.")
    lies = Check("hosted", Outcome.PASS, sentence, "Open Badges 2.0, Hosted Verification", reason=hosted.address[:200])
    kind = "open_badge_1" if is_old(given.document) else "open_badge_2"
    checks = (form, check_context(given.document), lies, withdrawn(reason))
    return Report(checks, world.now, document=dict(given.document), kind=kind)


def _found(document: Mapping[str, Any], within: str, graph: Graph) -> Found:
    """Badge class and issuer, from the address in the assertion onwards."""
    badge = graph.node(document.get("badge"), within=within)
    if isinstance(badge, Trouble):
        return Found(None, None, _lost(badge, _l("What the badge stands for could not be read.")))
    issuer = graph.node(badge.document.get("issuer"), within=badge.host)
    if isinstance(issuer, Trouble):
        return Found(badge, None, _lost(issuer, _l("Who issued it could not be read.")))
    notes = (*badge.notes, *issuer.notes)
    if notes:
        sentence = _l("Something it leads to has moved, or lies elsewhere than it says.")
        return Found(badge, issuer, Check("graph", Outcome.WARN, sentence, GRAPH, "id_mismatch", " ".join(notes)))
    sentence = _l("What it stands for and who issued it were read from where they lie.")
    return Found(badge, issuer, Check("graph", Outcome.PASS, sentence, GRAPH))


_UNASKED = Found(
    None,
    None,
    Check("graph", Outcome.NOT_APPLICABLE, _l("What it leads to was not looked at: it is not signed."), GRAPH),
)


def _lost(trouble: Trouble, sentence: str) -> Check:
    said = trouble.sentence if trouble.outcome is Outcome.COULD_NOT_CHECK else sentence
    return Check("graph", trouble.outcome, said, GRAPH, trouble.code, trouble.reason)


def _written(document: Mapping[str, Any], found: Found) -> tuple[Check, ...]:
    badge = found.badge.document if found.badge is not None else None
    issuer = found.issuer.document if found.issuer is not None else None
    old = is_old(document)
    return (
        check_context(document, badge, issuer),
        check_types(document, badge, issuer, is_old=old),
        check_properties(document, badge, issuer, is_old=old),
    )


def _also_its_class(lies: Check, given: Mapping[str, Any], found: Found) -> Check:
    """A copy with its badge class inside must not say more of it than where the class lies."""
    inside = given.get("badge")
    if lies.outcome is not Outcome.PASS or not isinstance(inside, Mapping) or found.badge is None:
        return lies
    changed = difference(inside, found.badge.document)
    if not changed:
        return lies
    sentence = _l("This copy was altered: its issuer's own copy says something else.")
    reason = f"Different from the hosted copy: badge.{changed}."
    return Check("hosted", Outcome.FAIL, sentence, lies.section, "altered", reason)


def _vouches(found: Found) -> bool:
    return found.badge is not None and found.issuer is not None and bool(found.issuer.host and found.issuer.address)


def _issuer(issuer: Node | None, lies: Check) -> Check:
    """Of a hosted assertion: who speaks is told by the host that the profile was read from."""
    if issuer is None or lies.outcome is Outcome.FAIL:
        sentence = _l("Who issued it is not certain.")
        return Check("issuer", Outcome.NOT_APPLICABLE, sentence, IDENTITY)
    if issuer.host and issuer.address:
        sentence = _l("The issuer's profile lies at %(host)s.", host=issuer.host)
        return Check("issuer", Outcome.PASS, sentence, IDENTITY)
    sentence = _l("Only the badge itself says who issued it: the issuer has no address of its own.")
    reason = "The issuer profile is not hosted with an HTTP-based identifier."
    return Check("issuer", Outcome.WARN, sentence, IDENTITY, "issuer_unproven", reason)


def _unasked() -> Check:
    sentence = _l("Whether it was withdrawn was not asked, as it is not proved to be the issuer's.")
    return Check("status", Outcome.NOT_APPLICABLE, sentence, "Open Badges 2.0, RevocationList")


def _check_trust(signatory: Signatory | None, world: World) -> Check:
    if signatory is None:
        sentence = _l("Whether the issuer is known here does not matter: it is not certain that the badge is theirs.")
        return Check("trust", Outcome.NOT_APPLICABLE, sentence, TRUST)
    known = world.trust(signatory)
    if known is None:
        sentence = _l("This service does not know the issuer. Ask yourself whether you do.")
        return Check("trust", Outcome.WARN, sentence, TRUST, code="issuer_unknown")
    return Check("trust", Outcome.PASS, _l("The issuer is known here: %(how)s.", how=known), TRUST)
