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


@pytest.mark.parametrize(
    ("context", "members"),
    [
        ({"@vocab": "relative/"}, {"honours": "yes"}),
        ({"@vocab": ""}, {"honours": "yes"}),
        ({"honours": None}, {"honours": "yes"}),
        ({"honours": {"@id": "relative"}}, {"honours": "yes"}),
        ({"see": {"@id": "urn:x:see", "@type": "@id"}}, {"see": "relative"}),
        ({"see": {"@id": "urn:x:see", "@type": "@id"}}, {"see": "https ://example.org"}),
        ({"see": {"@id": "urn:x:see", "@type": "@vocab"}}, {"see": "nothing"}),
        ({"see": {"@id": "urn:x:see", "@type": "a datatype"}}, {"see": "x"}),
        ({"kind": "@type"}, {"evidence": {"kind": ["Relative"]}}),
        ({"by": {"@id": "urn:x:by", "@container": "@index"}}, {"by": {"page 3": "x"}}),
        ({"by": {"@id": "urn:x:by", "@container": "@language"}}, {"by": {"not a tag": "x"}}),
        ({"by": {"@id": "urn:x:by", "@language": "not a tag"}}, {"by": "x"}),
        ({"by": {"@id": "urn:x:by", "@container": "@graph"}}, {"by": ["x"]}),
        ({"list": {"@id": "urn:x:list", "@container": "@list"}}, {"list": [{"@value": None}]}),
    ],
    ids=str,
)
def test_v21_a_term_of_one_s_own_leaves_nothing_out_of_the_signature(
    context: dict[str, Any], members: dict[str, Any]
) -> None:
    with pytest.raises(CryptoError):
        lines(credential(context, **members))


def test_what_was_signed_under_a_base_is_refused_without_it() -> None:
    """A relative name means nothing by itself, however good the signature that somebody made elsewhere."""
    with pytest.raises(ContextRefused):
        lines(credential({"@base": "https://example.org/"}, id="credentials/1"))
    with pytest.raises(UnsignedProperty):
        lines(credential(id="credentials/1"))
    with pytest.raises(UnsignedProperty):
        lines(credential(type=["VerifiableCredential", "../Degree"]))


def test_a_protected_term_of_one_s_own_is_not_redefined_either() -> None:
    first = {"@protected": True, "degree": "urn:x:degree"}
    assert "urn:x:degree" in lines(credential(first, dict(first), degree="x"))
    for second in ({"degree": "urn:x:another"}, {"degree": None}):
        with pytest.raises(ContextRefused):
            lines(credential(first, second, degree="x"))


@pytest.mark.parametrize(
    ("context", "members", "line"),
    [
        ({"degree": {"@id": "urn:x:d", "@language": "fr-CA"}}, {"degree": "x"}, '<urn:x:d> "x"@fr-ca'),
        ({"see": {"@id": "urn:x:s", "@type": "@id"}}, {"see": "urn:y"}, "<urn:x:s> <urn:y>"),
        ({"no": {"@id": "urn:x:n", "@type": "@json"}}, {"no": {"b": [1], "a": None}}, r'"{\"a\":null,\"b\":[1]}"^^'),
        ({"by": {"@id": "urn:x:b", "@container": "@id"}}, {"by": {"urn:y": {"name": "n"}}}, "<urn:x:b> <urn:y>"),
        ({"@vocab": "urn:v:"}, {"degree": {"grade": 3}}, '<urn:v:grade> "3"^^'),
        ({"of": {"@reverse": "urn:x:has"}}, {"of": {"id": "urn:y"}}, "<urn:y> <urn:x:has>"),
    ],
    ids=str,
)
def test_terms_of_every_kind_are_read(context: dict[str, Any], members: dict[str, Any], line: str) -> None:
    assert line in lines(credential(context, **members))


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
