"""The check "endorsements": what others say of the badge, its class or its issuer; each has a report of its own.

Open Badges 2.0, "Endorsement". A bad endorsement is worth nothing, and takes nothing away from the badge.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from badges.verification.open_badges_2.graph import Graph, Node, Trouble
from badges.verification.open_badges_2.hosting import SECTION as HOSTED
from badges.verification.open_badges_2.hosting import scope_problem
from badges.verification.open_badges_2.primitives import is_same_address
from badges.verification.open_badges_2.properties import problems_of, type_problem
from badges.verification.open_badges_2.standing import check_period
from badges.verification.open_badges_2.vocabulary import HOSTED as HOSTED_TYPES
from badges.verification.open_badges_2.vocabulary import PROFILES, as_list, id_of, types_of
from badges.verification.report import Check, Outcome, Part, Report, Verdict
from badges.verification.world import World

SECTION = "Open Badges 2.0, Endorsement"
MOST = 5


def check_endorsements(nodes: list[Node], graph: Graph, world: World) -> tuple[Check, tuple[Part, ...]]:
    """Every endorsement that the nodes of a badge have, up to five; they never change what the badge is worth."""
    found = [(node, reference) for node in nodes for reference in as_list(node.document.get("endorsement"))]
    if not found:
        return Check("endorsements", Outcome.NOT_APPLICABLE, _l("Nobody endorses it."), SECTION), ()
    reports = [_report(reference, node, graph, world) for node, reference in found[:MOST]]
    parts = tuple(Part("endorsement", report) for report in reports)
    bad = sum(report.verdict is not Verdict.VALID for report in reports)
    if bad or len(found) > MOST:
        sentence = _l("Of what others say of it, not everything is confirmed. The badge itself is not affected.")
        reason = f"{len(found)} endorsements, {len(reports)} looked at, {bad} not confirmed."
        return Check("endorsements", Outcome.WARN, sentence, SECTION, "endorsement_invalid", reason), parts
    return Check("endorsements", Outcome.PASS, _l("What others say of it is theirs."), SECTION), parts


def _report(reference: Any, endorsed: Node, graph: Graph, world: World) -> Report:
    node = graph.node(reference, within="")
    if isinstance(node, Trouble):
        unread = Check("hosted", node.outcome, node.sentence, HOSTED, node.code, node.reason)
        return Report((unread,), world.now, kind="endorsement")
    checks = tuple(check_endorsement(node, endorsed, graph, world))
    return Report(checks, world.now, document=dict(node.document), kind="endorsement")


def check_endorsement(node: Node, endorsed: Node | None, graph: Graph, world: World) -> Iterator[Check]:
    """The checks of one endorsement; ``endorsed`` is what it must be about, None when it stands alone."""
    problem = type_problem(node.document, {"Endorsement"})
    if problem:
        yield Check("types", Outcome.FAIL, _l("It is no endorsement."), SECTION, "types_wrong", problem)
        return
    problems = " ".join([*problems_of(node.document, "Endorsement")][:10])
    if problems:
        sentence = _l("It lacks something that an endorsement must have.")
        yield Check("properties", Outcome.FAIL, sentence, SECTION, "properties_broken", problems)
    else:
        yield Check("properties", Outcome.PASS, _l("It has everything that an endorsement must have."), SECTION)
    yield from _claim(node, endorsed)
    yield _hosted(node, graph)
    yield check_period(node.document, now=world.now)


def _claim(node: Node, endorsed: Node | None) -> Iterator[Check]:
    claim = node.document.get("claim")
    about = id_of(claim) if isinstance(claim, Mapping) else ""
    if endorsed is None or any(is_same_address(about, each) for each in (endorsed.address, id_of(endorsed.document))):
        return
    reason = f"The claim is about {about[:200]}."
    yield Check("claim", Outcome.FAIL, _l("It is about something else."), SECTION, "claim_mismatch", reason)


def _hosted(node: Node, graph: Graph) -> Check:
    issuer = graph.node(node.document.get("issuer"), within=node.host)
    if isinstance(issuer, Trouble):
        return Check("issuer", issuer.outcome, issuer.sentence, SECTION, issuer.code, issuer.reason)
    if problem := type_problem(issuer.document, PROFILES):
        return Check("issuer", Outcome.FAIL, _l("Who endorses is not known."), SECTION, "types_wrong", problem)
    verification = node.document.get("verification")
    if not set(types_of(verification)) & HOSTED_TYPES or not node.host:
        sentence = _l("It is not at an address of whoever endorses, so only itself says who that is.")
        return Check("hosted", Outcome.FAIL, sentence, HOSTED, "not_hosted")
    if not issuer.host:
        sentence = _l("Only the endorsement itself says who endorses.")
        return Check("hosted", Outcome.WARN, sentence, HOSTED, "issuer_unproven")
    if problem := scope_problem(node.address, node.host, issuer):
        sentence = _l("It lies at an address that does not belong to whoever it names.")
        return Check("hosted", Outcome.FAIL, sentence, HOSTED, "hosted_scope", problem)
    return Check("hosted", Outcome.PASS, _l("Whoever endorses has it at %(host)s.", host=node.host), HOSTED)
