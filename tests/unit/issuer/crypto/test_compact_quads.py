"""The short way from JSON to statements: taken by what is usual, left to the general way by everything else."""

from typing import Any

import pytest

from issuer.crypto import rdfc
from issuer.crypto.compact_quads import compact_quads
from issuer.crypto.compiled_contexts import MAX_SCOPES, CompiledContexts
from issuer.crypto.contexts import DATA_INTEGRITY_V2_CONTEXT, OB3_CONTEXT, VC2_CONTEXT, ContextSet, pinned_contexts
from issuer.crypto.errors import CryptoError
from issuer.crypto.expanded_quads import MAX_OBJECTS
from issuer.crypto.jsonld import general_quads, to_quads
from issuer.crypto.safe_expansion import SafeProcessor
from tests.unit.issuer.crypto.making import make_credential, make_signed

MADE_UP = "https://contexts.example/made-up"


def short_way(contexts: ContextSet | None = None) -> CompiledContexts:
    return CompiledContexts(SafeProcessor(contexts or pinned_contexts()), contexts or pinned_contexts())


def made_up(context: dict[str, Any]) -> ContextSet:
    return ContextSet({MADE_UP: {"@context": {"id": "@id", "type": "@type", **context}}})


def assert_both_ways(document: dict[str, Any], contexts: ContextSet) -> None:
    found = compact_quads(document, short_way(contexts))
    assert found is not None
    assert rdfc.canonicalize(found) == rdfc.canonicalize(general_quads(document, contexts=contexts))


@pytest.mark.parametrize(
    "document",
    [
        make_credential(),
        make_signed(),
        make_credential(name={"@value": "Zuhören", "@language": "DE"}),
        make_credential(
            name=[
                {"@value": "Zuhören", "@language": "de"},
                {"@value": "الاستماع", "@language": "ar", "@direction": "rtl"},
            ]
        ),
        make_credential(evidence=[{"id": "urn:x", "type": ["Evidence"]}, {"type": ["Evidence"]}]),
        make_credential(evidence=[]),
        make_credential(awardedDate=None),
    ],
)
def test_a_usual_badge_goes_the_short_way_to_the_same_statements(document: dict[str, Any]) -> None:
    assert_both_ways(document, pinned_contexts())


def test_an_ordered_list_keeps_its_order() -> None:
    rubric = {"id": "urn:r", "type": ["ResultDescription"], "name": "Mark", "resultType": "LetterGrade"}
    credential = make_credential()
    credential["credentialSubject"]["achievement"]["resultDescription"] = [{**rubric, "allowedValue": ["B", "A", "B"]}]
    assert_both_ways(credential, pinned_contexts())
    turned = make_credential()
    turned["credentialSubject"]["achievement"]["resultDescription"] = [{**rubric, "allowedValue": ["A", "B", "B"]}]
    assert rdfc.canonicalize(to_quads(credential)) != rdfc.canonicalize(to_quads(turned))


@pytest.mark.parametrize(
    "over",
    [
        {"honours": "first class"},
        {"honours": None},
        {"id": "relative"},
        {"id": "_:b0"},
        {"id": 7},
        {"@id": "urn:twice"},
        {"@type": "VerifiableCredential"},
        {"type": []},
        {"type": ["VerifiableCredential", "Undefined"]},
        {"type": ["VerifiableCredential", None]},
        {"name": [["nested"]]},
        {"name": {"@value": "x", "@language": "not a tag"}},
        {"name": {"@value": "x", "@type": "https://example.org/type"}},
        {"name": {"@value": None, "@language": "en"}},
        {"name": {"@set": ["x"]}},
        {"@graph": []},
        {"@included": []},
        {"https://example.org/term": "x"},
        {"proof": "urn:x"},
        {"proof": {"id": "urn:x"}},
        {"proof": {}},
        {"credentialSubject": {"@context": {"name": "https://example.org/other"}, "name": "x"}},
        {"credentialSubject": {"@context": None, "id": "urn:x"}},
        {"@context": [VC2_CONTEXT, "https://unknown.example/"]},
        {"@context": [VC2_CONTEXT + "/../v2"]},
        {"@context": [VC2_CONTEXT] * 17},
    ],
)
def test_what_is_wrong_or_unusual_is_left_to_the_general_way(over: dict[str, Any]) -> None:
    assert compact_quads({**make_credential(), **over}, short_way()) is None


def test_a_document_of_too_many_parts_is_left_to_the_general_way() -> None:
    assert compact_quads(make_credential(evidence=[{"type": "Evidence"}] * MAX_OBJECTS), short_way()) is None


def test_a_type_that_redefines_a_protected_term_is_left_to_the_general_way() -> None:
    contexts = made_up(
        {"@protected": True, "name": "urn:name", "Bad": {"@id": "urn:Bad", "@context": {"name": "urn:x"}}}
    )
    good = {"@context": MADE_UP, "type": "urn:Good", "name": "x"}
    assert_both_ways(good, contexts)
    bad = {**good, "type": "Bad"}
    assert compact_quads(bad, short_way(contexts)) is None
    with pytest.raises(CryptoError):
        general_quads(bad, contexts=contexts)


def test_what_a_type_defines_ends_with_its_object() -> None:
    contexts = made_up(
        {
            "inner": "urn:inner",
            "name": "urn:outside",
            "Kind": {"@id": "urn:Kind", "@context": {"name": "urn:inside", "inner": "urn:inner"}},
        }
    )
    document = {"@context": MADE_UP, "type": "Kind", "name": "x", "inner": {"name": "y"}}
    assert_both_ways(document, contexts)
    lines = rdfc.canonicalize(to_quads(document, contexts=contexts))
    assert '<urn:inside> "x"' in lines
    assert '<urn:outside> "y"' in lines


def test_what_a_property_defines_holds_within_its_objects_only() -> None:
    contexts = made_up(
        {"inner": {"@id": "urn:inner", "@context": {"name": "urn:inside"}}, "name": "urn:outside", "next": "urn:next"}
    )
    document = {"@context": MADE_UP, "name": "x", "inner": {"name": "y", "next": {"name": "z"}}}
    assert_both_ways(document, contexts)
    assert rdfc.canonicalize(to_quads(document, contexts=contexts)).count("<urn:inside>") == 2


def test_another_context_gives_another_meaning() -> None:
    document = {"@context": MADE_UP, "id": "urn:x", "name": "y"}
    one, two = made_up({"name": "urn:one"}), made_up({"name": "urn:two"})
    assert to_quads(document, contexts=one) != to_quads(document, contexts=two)


def test_ever_new_types_do_not_fill_the_memory() -> None:
    kinds = {f"T{number}": {"@id": f"urn:T{number}", "@context": {"name": f"urn:n{number}"}} for number in range(40)}
    contexts = made_up(kinds)
    table = short_way(contexts)
    for one in range(40):
        for two in range(40):
            document = {"@context": MADE_UP, "id": "urn:x", "type": [f"T{one}", f"T{two}"], "name": "x"}
            assert compact_quads(document, table) is not None
    assert len(table._scopes) < 2 * MAX_SCOPES


@pytest.mark.parametrize("context", [{"@vocab": "urn:v:"}, {"@language": "en"}, {"v": "@value", "name": "urn:n"}])
def test_contexts_with_a_say_in_everything_are_left_to_the_general_way(context: dict[str, Any]) -> None:
    document = {"@context": MADE_UP, "id": "urn:x", "type": "urn:T"}
    assert compact_quads(document, short_way(made_up(context))) is None
    assert general_quads(document, contexts=made_up(context))


def test_a_json_literal_may_not_name_contexts() -> None:
    contexts = made_up({"data": {"@id": "urn:data", "@type": "@json"}})
    document = {"@context": MADE_UP, "id": "urn:x", "data": {"b": [1, None], "a": "é"}}
    assert_both_ways(document, contexts)
    hiding = {**document, "data": [{"@context": "https://unknown.example/"}]}
    assert compact_quads(hiding, short_way(contexts)) is None
    with pytest.raises(CryptoError):
        to_quads(hiding, contexts=contexts)


def test_contexts_in_another_order_are_another_document() -> None:
    orders = [
        [VC2_CONTEXT, OB3_CONTEXT, DATA_INTEGRITY_V2_CONTEXT],
        [VC2_CONTEXT, DATA_INTEGRITY_V2_CONTEXT, OB3_CONTEXT],
    ]
    for order in orders:
        assert_both_ways(make_credential(**{"@context": order}), pinned_contexts())
