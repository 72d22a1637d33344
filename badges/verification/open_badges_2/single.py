"""A document of Open Badges 2.0 that is no award: a badge class, an issuer, a key, a list, an endorsement.

It is judged by its class. Handed in by itself, it is not proved to be anybody's, and the report says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from badges.verification.open_badges_2.documents import check_context, properties_check, types_check
from badges.verification.open_badges_2.endorsements import check_endorsement, check_endorsements
from badges.verification.open_badges_2.extensions import check_extensions
from badges.verification.open_badges_2.graph import Graph, Node, Trouble
from badges.verification.open_badges_2.primitives import host_of, is_iri, is_same_address, is_term
from badges.verification.open_badges_2.properties import problems_of, type_problem
from badges.verification.open_badges_2.rules import TABLES
from badges.verification.open_badges_2.signing import public_key
from badges.verification.open_badges_2.vocabulary import CLASSES, PROFILES, id_of, types_of
from badges.verification.reading import Given
from badges.verification.report import Check, Outcome, Report
from badges.verification.world import World
from issuer.crypto.errors import CryptoError

GRAPH = "Open Badges 2.0, BadgeClass and Profile"


def check_single(given: Given, form: Check, world: World, graph: Graph) -> Report:
    """Check a node by its class; a badge class with its issuer besides."""
    document = given.document
    kinds = types_of(document)
    kind = next((each for each in kinds if each in TABLES), "")
    wrong = [] if kind or _is_harmless(kinds) else [_unknown(document, kinds)]
    node = Node(document, *_own_address(given, document))
    checks = [form, check_context(document)]
    if kind == "Endorsement":
        checks += [*check_endorsement(node, None, graph, world)]
        return Report(tuple(checks), world.now, document=document, kind="endorsement")
    issuer, graph_check = _issuer_of(node, kind, graph)
    if issuer is not None and (problem := type_problem(issuer.document, PROFILES)):
        wrong.append(problem)
    problems = [*problems_of(document, kind)] if kind else []
    if issuer is not None and not wrong:
        problems += problems_of(issuer.document, "Issuer")
    problems += _key_problem(document) if kind == "CryptographicKey" else []
    checks += [types_check(wrong), properties_check(problems), *graph_check, _alone(node)]
    checks.append(check_extensions({kind or "node": document}))
    endorsements, parts = check_endorsements([node] if node.host else [], graph, world)
    return Report((*checks, endorsements), world.now, document=document, kind="open_badge_2", parts=parts)


def _own_address(given: Given, document: Mapping[str, Any]) -> tuple[str, str]:
    own = id_of(document)
    return (own, host_of(own)) if given.address and is_same_address(given.address, own) else (own, "")


def _is_harmless(kinds: tuple[str, ...]) -> bool:
    """A class of the vocabulary, or one of somebody else's under an IRI of its own."""
    return bool(kinds) and all(kind in CLASSES or is_iri(kind) or (":" in kind and is_term(kind)) for kind in kinds)


def _unknown(document: Mapping[str, Any], kinds: tuple[str, ...]) -> str:
    named = ", ".join(kind[:80] for kind in kinds) or "no type"
    return f"Node {id_of(document)[:80]} is of no known class: {named}."


def _issuer_of(node: Node, kind: str, graph: Graph) -> tuple[Node | None, tuple[Check, ...]]:
    if kind != "BadgeClass":
        return None, ()
    issuer = graph.node(node.document.get("issuer"), within=node.host)
    if isinstance(issuer, Trouble):
        sentence = issuer.sentence
        return None, (Check("graph", issuer.outcome, sentence, GRAPH, issuer.code, issuer.reason),)
    if issuer.notes:
        sentence = _l("Something it leads to has moved, or lies elsewhere than it says.")
        return issuer, (Check("graph", Outcome.WARN, sentence, GRAPH, "id_mismatch", " ".join(issuer.notes)),)
    return issuer, (Check("graph", Outcome.PASS, _l("Who issues it was read from where it lies."), GRAPH),)


def _key_problem(document: Mapping[str, Any]) -> list[str]:
    try:
        public_key(document.get("publicKeyPem"))
    except CryptoError as error:
        return [error.detail]
    return []


def _alone(node: Node) -> Check:
    section = "Open Badges 2.0, Verification"
    if node.host:
        sentence = _l("It describes a badge or who issues it. It was not awarded to anybody.")
        return Check("hosted", Outcome.WARN, sentence, section, "not_an_award", f"It lies at {node.address[:200]}.")
    sentence = _l(
        "It describes a badge or who issues it, and was not awarded to anybody. Only the document itself says whose it "
        "is."
    )
    return Check("hosted", Outcome.WARN, sentence, section, "issuer_unproven", "It was handed in without its address.")
