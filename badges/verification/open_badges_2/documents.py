"""The checks "context", "types" and "properties": how a badge and what it leads to are written. PURE."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from badges.verification.open_badges_2.properties import problems_of, type_problem, unusual_identity
from badges.verification.open_badges_2.vocabulary import PROFILES, context_problem, contexts_of, is_old
from badges.verification.report import Check, Outcome

CONTEXT = "Open Badges 2.0, Serialization"
VOCABULARY = "Open Badges 2.0, Open Badges Vocabulary"
OLD_VOCABULARY = "Open Badges 1.1, Assertions"
MOST_SHOWN = 10

Document = Mapping[str, Any]


def check_context(document: Document, *others: Document | None) -> Check:
    """Of the document itself, and of those it leads to where they have a context."""
    problems = [context_problem(document)]
    problems += [context_problem(other) for other in others if other is not None and contexts_of(other)]
    problem = next((each for each in problems if each), "")
    if problem:
        sentence = _l("It is written in words that are not those of the standard, so what they mean is not certain.")
        return Check("context", Outcome.FAIL, sentence, CONTEXT, "context_wrong", problem)
    return Check("context", Outcome.PASS, _l("It is written in the words of the standard."), CONTEXT)


def check_types(assertion: Document, badge: Document | None, issuer: Document | None, *, is_old: bool) -> Check:
    """Each node is of a class that may stand where it stands. Version 1.0 has no types."""
    asked: list[tuple[Document | None, frozenset[str]]] = [
        (assertion, frozenset({"Assertion"})),
        (badge, frozenset({"BadgeClass"})),
        (issuer, PROFILES),
    ]
    wrong = [
        problem
        for node, allowed in asked
        if node is not None and not (is_old and _says_no_type(node)) and (problem := type_problem(node, allowed))
    ]
    return types_check(wrong)


def types_check(wrong: list[str]) -> Check:
    if wrong:
        sentence = _l("Something in it is not what should stand there.")
        return Check("types", Outcome.FAIL, sentence, VOCABULARY, "types_wrong", " ".join(wrong))
    return Check("types", Outcome.PASS, _l("Everything in it is of the kind that it should be."), VOCABULARY)


def _says_no_type(node: Document) -> bool:
    return "type" not in node and "@type" not in node


def check_properties(assertion: Document, badge: Document | None, issuer: Document | None, *, is_old: bool) -> Check:
    """Everything that must be there is there, and of the right kind."""
    found = [*problems_of(assertion, "Assertion", is_old=is_old)]
    if badge is not None:
        found += problems_of(badge, "BadgeClass", is_old=_is_old(badge, is_old))
    if issuer is not None:
        found += problems_of(issuer, "Issuer", is_old=_is_old(issuer, is_old))
    return properties_check(found, unusual_identity(assertion.get("recipient")))


def _is_old(node: Document, inherited: bool) -> bool:
    """Badge classes of version 1 outlive it: an issuer may have brought them up to 2.0 since."""
    return inherited if not contexts_of(node) else is_old(node)


def properties_check(problems: list[str], unusual: str = "") -> Check:
    if problems:
        more = f" And {len(problems) - MOST_SHOWN} more." if len(problems) > MOST_SHOWN else ""
        sentence = _l("It lacks something that a badge must have, or has it in a wrong form.")
        reason = " ".join(problems[:MOST_SHOWN]) + more
        return Check("properties", Outcome.FAIL, sentence, VOCABULARY, "properties_broken", reason)
    if unusual:
        sentence = _l("It names its holder in a way that the standard does not know.")
        reason = f"The identity is of the type {unusual}."
        return Check("properties", Outcome.WARN, sentence, VOCABULARY, "identity_unusual", reason)
    return Check("properties", Outcome.PASS, _l("It has everything that a badge must have."), VOCABULARY)
