"""Terms that a document defines itself: read where they are allowed, and still nothing is left out in silence."""

from typing import Any

import pytest

from issuer.crypto.contexts import EXAMPLES_CONTEXT, VC2_CONTEXT, open_contexts, pinned_contexts
from issuer.crypto.errors import CanonicalizationBudget, ContextRefused, CryptoError, UnsignedProperty
from issuer.crypto.jsonld import MAX_OBJECTS, to_quads
from issuer.crypto.rdfc import canonicalize


def credential(*contexts: Any, **over: Any) -> dict[str, Any]:
    return {
        "@context": [VC2_CONTEXT, *contexts],
        "type": ["VerifiableCredential"],
        "issuer": "did:example:issuer",
        "credentialSubject": {"id": "did:example:subject"},
        **over,
    }


def lines(document: dict[str, Any]) -> str:
    return canonicalize(to_quads(document, contexts=open_contexts()))


def test_a_term_of_the_document_s_own_is_signed() -> None:
    document = credential({"degree": "https://example.org/degree"}, degree="Bachelor")
    assert '<https://example.org/degree> "Bachelor"' in lines(document)


def test_the_example_context_gives_a_meaning_to_every_term() -> None:
    assert '<https://www.w3.org/ns/credentials/examples#alumniOf> "X"' in lines(
        credential(EXAMPLES_CONTEXT, credentialSubject={"alumniOf": "X"})
    )


def test_they_stay_refused_where_nobody_allowed_them() -> None:
    document = credential({"degree": "https://example.org/degree"}, degree="Bachelor")
    with pytest.raises(ContextRefused):
        to_quads(document, contexts=pinned_contexts())
    with pytest.raises(ContextRefused):
        to_quads(credential(EXAMPLES_CONTEXT), contexts=pinned_contexts())


@pytest.mark.parametrize(
    "context",
    [
        {"VerifiableCredential": "https://example.org/Nothing"},
        {"name": "https://example.org/name"},
        {"@base": "https://example.org/"},
        {"@import": VC2_CONTEXT},
        {"name2": {"@id": "https://example.org/n", "@context": "https://attacker.example/context"}},
        {"name2": {"@id": "https://example.org/n", "@context": {"@base": "https://example.org/"}}},
        "https://attacker.example/context",
        ["https://attacker.example/context"],
        7,
        None,
        True,
    ],
)
def test_v22_a_context_that_redefines_leads_elsewhere_or_is_none_is_refused(context: Any) -> None:
    with pytest.raises(CryptoError):
        lines(credential(context))


@pytest.mark.parametrize(
    "over",
    [
        {"honours": "first class"},
        {"credentialSubject": {"id": "relative"}},
        {"type": ["VerifiableCredential", "Relative"]},
        {"credentialSubject": {"id": "https ://example.org"}},
    ],
)
def test_v21_what_nobody_defines_is_refused_beside_terms_that_are_defined(over: dict[str, Any]) -> None:
    with pytest.raises(UnsignedProperty):
        lines(credential({"degree": "https://example.org/degree"}, **over))


def test_a_vocabulary_that_is_switched_off_leaves_terms_undefined() -> None:
    with pytest.raises(UnsignedProperty):
        lines(credential(EXAMPLES_CONTEXT, {"@vocab": None}, alumniOf="X"))


def test_one_document_s_terms_mean_nothing_to_the_next() -> None:
    lines(credential({"degree": "https://example.org/degree"}, degree="Bachelor"))
    with pytest.raises(UnsignedProperty):
        lines(credential(degree="Bachelor"))


def test_a_context_of_too_many_terms_is_refused() -> None:
    terms = {f"term{number}": {"@id": f"https://example.org/{number}"} for number in range(MAX_OBJECTS)}
    with pytest.raises(CanonicalizationBudget):
        lines(credential(terms))
