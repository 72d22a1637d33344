"""Safe mode: whatever a proof would not cover is refused, at any depth."""

import copy
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pyld import jsonld as pyld_jsonld

from issuer.crypto import rdfc
from issuer.crypto.contexts import (
    CLR2_CONTEXT,
    DATA_INTEGRITY_V2_CONTEXT,
    OB3_CONTEXT,
    OB3_EXTENSIONS_CONTEXT,
    VC2_CONTEXT,
    ContextSet,
    contexts_with,
    pinned_contexts,
)
from issuer.crypto.errors import (
    CanonicalizationBudget,
    ContextRefused,
    CryptoError,
    Malformed,
    TooDeep,
    UnsignedProperty,
)
from issuer.crypto.jsonld import MAX_OBJECTS, to_quads
from tests.oracles import needs_shared, shared_json, shared_path
from tests.unit.issuer.crypto.making import make_credential


def set_at(document: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A deep copy with the member at a dotted path replaced or added."""
    changed = copy.deepcopy(document)
    *parents, last = path.split(".")
    place = changed
    for name in parents:
        place = place[name]
    place[last] = value
    return changed


def test_an_open_badge_becomes_quads_with_every_statement_in_it() -> None:
    lines = rdfc.canonicalize(to_quads(make_credential()))
    for text in (
        "Listening before proposing",
        "Harbour Sales School",
        '"1.5E0"',
        "Two observed conversations",
        "discovery",
    ):
        assert text in lines


@pytest.mark.parametrize("place", ["", "issuer.", "credentialSubject.", "credentialSubject.achievement.criteria."])
def test_v21_an_undefined_property_is_refused_at_any_depth(place: str) -> None:
    with pytest.raises(UnsignedProperty, match="honours"):
        to_quads(set_at(make_credential(), place + "honours", "first class"))


def test_v21_an_undefined_property_inside_a_list_is_refused() -> None:
    evidence = [{"id": "urn:uuid:1", "type": ["Evidence"]}, {"id": "urn:uuid:2", "type": ["Evidence"], "grade": "A"}]
    with pytest.raises(UnsignedProperty, match="grade"):
        to_quads(make_credential(evidence=evidence))


def test_a_property_of_another_type_is_refused_where_it_has_no_meaning() -> None:
    with pytest.raises(UnsignedProperty):
        to_quads(set_at(make_credential(), "issuer.criteria", {"narrative": "none"}))


@pytest.mark.parametrize("name", ["@honours", "@none", "@index", "@default", "@embed", "@value", "@base"])
def test_keywords_and_what_looks_like_them_are_refused_as_properties(name: str) -> None:
    with pytest.raises((UnsignedProperty, Malformed)):
        to_quads(make_credential(**{name: "hidden"}))


@pytest.mark.parametrize("type_", ["HonoursCredential", "", "a b", "relative/type", "_:type", "#type"])
def test_an_unknown_or_relative_type_is_refused(type_: str) -> None:
    with pytest.raises(UnsignedProperty):
        to_quads(make_credential(type=["VerifiableCredential", "OpenBadgeCredential", type_]))


@pytest.mark.parametrize(
    "identifier",
    ["credentials/1", "../1", "", "#1", "//badges.example.org/1", "no-scheme", "https://a.example/ b", 'https://a.example/"',
     "https://a.example/<b>", "https://a.example/{b}", "https://a.example/b\\c", "https://a.example/^", "https://a.example/`",
     "https://a.example/|", "https://a.example/\n", "https://a.example/\u0000", "https://a.example/\t"],
)  # fmt: skip
@pytest.mark.parametrize("place", ["id", "issuer.id", "credentialSubject.id", "credentialSubject.achievement.id"])
def test_an_identifier_that_is_relative_or_has_refused_characters_is_refused(identifier: str, place: str) -> None:
    with pytest.raises(UnsignedProperty):
        to_quads(set_at(make_credential(), place, identifier))


def test_a_relative_reference_is_refused() -> None:
    with pytest.raises(UnsignedProperty):
        to_quads(set_at(make_credential(), "credentialStatus", {"id": "status 1", "type": "BitstringStatusListEntry"}))


def test_an_international_identifier_is_accepted_as_it_is() -> None:
    assert "https://école.example/évaluation" in rdfc.canonicalize(
        to_quads(make_credential(id="https://école.example/évaluation"))
    )


@pytest.mark.parametrize("language", ["not a tag", "", "en_CA", "toolonglanguage", "-en", "fr-"])
def test_an_invalid_language_tag_is_refused(language: str) -> None:
    with pytest.raises(UnsignedProperty):
        to_quads(make_credential(name={"@value": "Écoute", "@language": language}))


def test_a_language_tag_is_signed() -> None:
    assert '"Écoute"@fr-ca' in rdfc.canonicalize(
        to_quads(make_credential(name={"@value": "Écoute", "@language": "fr-CA"}))
    )


@pytest.mark.parametrize(("language", "datatype"), [({"@language": "ar-EG"}, "ar-eg_rtl"), ({}, "_rtl")])
def test_a_direction_is_signed_with_the_text(language: dict[str, str], datatype: str) -> None:
    name = {"@value": "إصغاء", **language, "@direction": "rtl"}
    assert f'"إصغاء"^^<https://www.w3.org/ns/i18n#{datatype}>' in rdfc.canonicalize(
        to_quads(make_credential(name=name))
    )


@pytest.mark.parametrize("direction", ["up", "", 5, None, ["rtl"]])
def test_an_unknown_direction_is_refused(direction: object) -> None:
    with pytest.raises((UnsignedProperty, Malformed)):
        to_quads(make_credential(name={"@value": "a", "@language": "fr", "@direction": direction}))


@pytest.mark.parametrize(
    "value", [{"@value": None}, {"@language": "en"}, [{"@value": None}], {"@value": "a", "@language": "en", "note": 1}]
)
def test_a_value_that_would_vanish_is_refused(value: Any) -> None:
    with pytest.raises((UnsignedProperty, Malformed)):
        to_quads(make_credential(name=value))


@pytest.mark.parametrize(
    "claims", [{"@graph": ["hidden"]}, {"@graph": [{}]}, {"id": "urn:uuid:1"}, {"@set": ["hidden"]}]
)
def test_a_document_that_says_nothing_is_refused(claims: dict[str, Any]) -> None:
    with pytest.raises(UnsignedProperty):
        to_quads({"@context": [VC2_CONTEXT], **claims})


def test_a_reference_in_place_of_a_signed_graph_is_refused() -> None:
    presentation = {
        "@context": [VC2_CONTEXT],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": ["https://badges.example.org/credentials/7f9c"],
    }
    with pytest.raises(UnsignedProperty):
        to_quads(presentation)


@pytest.mark.parametrize("place", ["", "issuer.", "credentialSubject.achievement."])
@pytest.mark.parametrize(
    "inline",
    [
        {"honours": "https://attacker.example/#honours"},
        {"@vocab": "https://attacker.example/#"},
        {},
        None,
        1,
        True,
        [None],
    ],
    ids=["term", "vocab", "empty", "null", "number", "boolean", "null in a list"],
)
def test_v22_an_inline_context_is_refused_at_any_depth(inline: Any, place: str) -> None:
    with pytest.raises(ContextRefused):
        to_quads(set_at(make_credential(), place + "@context", inline))
    with pytest.raises(ContextRefused):
        to_quads(set_at(make_credential(), place + "@context", [VC2_CONTEXT, OB3_CONTEXT, inline]))


@pytest.mark.parametrize("place", ["", "credentialSubject.achievement."])
def test_v25_an_unknown_context_is_refused_at_any_depth(place: str) -> None:
    with pytest.raises(ContextRefused):
        to_quads(set_at(make_credential(), place + "@context", ["https://attacker.example/context.json"]))


def test_a_context_that_redefines_a_protected_term_is_refused() -> None:
    evil = {"@context": {"name": "https://attacker.example/#name"}}
    contexts = ContextSet({**pinned_contexts().documents, "https://partner.example/v1": evil})
    with pytest.raises(ContextRefused):
        to_quads(
            make_credential(**{"@context": [VC2_CONTEXT, OB3_CONTEXT, "https://partner.example/v1"]}), contexts=contexts
        )


def test_a_very_long_list_of_contexts_is_refused() -> None:
    with pytest.raises(ContextRefused):
        to_quads(make_credential(**{"@context": [VC2_CONTEXT] * 17}))


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), 2**53, "\ud800", b"bytes", {"\udc00": 1}],
    ids=lambda value: type(value).__name__,
)
def test_values_that_are_not_json_are_malformed(value: Any) -> None:
    with pytest.raises(Malformed):
        to_quads(make_credential(name=value))


@pytest.mark.parametrize(
    "change",
    [{"type": 5}, {"type": {"a": 1}}, {"id": 5}, {"id": ["urn:a:b"]}, {"issuer": {"id": {}}}, {"@id": "urn:other:id"},
     {"credentialSubject": {"@list": [1], "@set": [2]}}, {"@reverse": 5}, {"@included": "text"}, {"@nest": {"a": 1}}],
)  # fmt: skip
def test_structures_that_json_ld_forbids_are_refused_without_leaking_other_errors(change: dict[str, Any]) -> None:
    with pytest.raises(CryptoError):
        to_quads(make_credential(**change))


def test_a_deep_document_is_refused() -> None:
    nested: dict[str, Any] = {"id": "urn:uuid:1", "type": ["Profile"]}
    for _ in range(100):
        nested = {"id": "urn:uuid:1", "type": ["Profile"], "parentOrg": nested}
    with pytest.raises(TooDeep):
        to_quads(make_credential(issuer=nested))


def test_an_object_of_undefined_meaning_is_not_taken_for_nothing() -> None:
    with pytest.raises(UnsignedProperty):
        to_quads(set_at(make_credential(), "credentialSubject.narrative", {"text": "hidden"}))


@pytest.mark.parametrize(
    ("number", "spelled"),
    [
        (3, '"3"'),
        (3.0, '"3"'),
        (-0.0, '"0"'),
        (1.5, '"1.5E0"'),
        (0.1, '"1.0E-1"'),
        (-2.5e-7, '"-2.5E-7"'),
        (1e21, '"1.0E21"'),
        (1e-300, '"1.0E-300"'),
        (123456789.125, '"1.23456789125E8"'),
        (1125899906842624.5, '"1.125899906842625E15"'),
    ],
)
def test_numbers_are_spelled_as_an_ecmascript_processor_does(number: float, spelled: str) -> None:
    lines = rdfc.canonicalize(to_quads(set_at(make_credential(), "credentialSubject.creditsEarned", number)))
    assert f"{spelled}^^<https://www.w3.org/2001/XMLSchema#float>" in lines


def test_allowed_values_keep_their_order_and_tags_do_not() -> None:
    description = {"id": "urn:uuid:1", "type": ["ResultDescription"], "name": "Level", "resultType": "PerformanceLevel"}

    def lines(allowed: list[str], tags: list[str]) -> str:
        described = [{**description, "allowedValue": allowed}]
        badge = set_at(make_credential(), "credentialSubject.achievement.resultDescription", described)
        return rdfc.canonicalize(to_quads(set_at(badge, "credentialSubject.achievement.tag", tags)))

    assert lines(["met", "not met"], ["a", "b"]) == lines(["met", "not met"], ["b", "a"])
    assert lines(["met", "not met"], ["a", "b"]) != lines(["not met", "met"], ["a", "b"])


def test_blank_node_labels_of_the_author_do_not_collide_with_ours() -> None:
    labelled = set_at(make_credential(), "credentialSubject.achievement.criteria.id", "_:b1")
    assert len(to_quads(labelled)) == len(to_quads(make_credential()))


def pyld_canonical(document: dict[str, Any], contexts: ContextSet) -> str:
    """The same step by PyLD alone, which is not safe but spells alike."""

    def load(url: str, options: Any = None) -> dict[str, Any]:
        return {"contextUrl": None, "documentUrl": url, "document": contexts.document(url)}

    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": load}
    return str(pyld_jsonld.normalize(document, options))


@needs_shared
@pytest.mark.parametrize(
    "name",
    ["complete.json", "simple.json", "endorsement-valid.json", "simple-context-alias.json", "simple-eddsa-2022.json",
     "simple-did-key-method.json", "bit-string-list/testlist", "bit-string-list/credential-status-revoked.json"],
)  # fmt: skip
def test_sample_badges_canonicalize_as_with_pyld_alone(name: str) -> None:
    contexts = contexts_with(shared_path("standards/contexts"))
    document = shared_json("standards/samples/ob30/" + name)
    assert rdfc.canonicalize(to_quads(document, contexts=contexts)) == pyld_canonical(document, contexts)


@needs_shared
@pytest.mark.parametrize("name", ["basicOpenBadgeCredential.json", "fullOpenBadge.json", "skillAssertionCase.json"])
def test_specification_examples_hash_alike_under_both_texts_of_context_3_0_3(name: str) -> None:
    other_text = shared_json("standards/contexts/ob-v3p0-context-3.0.3.variant-190.json")
    other = ContextSet({**pinned_contexts().documents, OB3_CONTEXT: other_text})
    badge = shared_json("standards/vectors/ob3-spec-examples/" + name)
    assert rdfc.canonicalize(to_quads(badge)) == rdfc.canonicalize(to_quads(badge, contexts=other))


def test_our_badge_hashes_alike_under_the_shorter_text_of_context_3_0_3() -> None:
    shorter = copy.deepcopy(dict(pinned_contexts().document(OB3_CONTEXT)))
    for term in ("endorsementJwt", "jti"):
        del shorter["@context"][term]
    contexts = ContextSet({**pinned_contexts().documents, OB3_CONTEXT: shorter})
    assert to_quads(make_credential(), contexts=contexts) == to_quads(make_credential())
    with pytest.raises(UnsignedProperty):
        to_quads(make_credential(jti="urn:uuid:1"), contexts=contexts)


@pytest.mark.parametrize(
    "urls",
    [
        [VC2_CONTEXT, OB3_CONTEXT],
        [VC2_CONTEXT, OB3_CONTEXT, OB3_EXTENSIONS_CONTEXT],
        [VC2_CONTEXT, OB3_CONTEXT, DATA_INTEGRITY_V2_CONTEXT],
        [VC2_CONTEXT, CLR2_CONTEXT, OB3_CONTEXT, OB3_EXTENSIONS_CONTEXT],
    ],
)
def test_a_badge_may_name_the_contexts_that_belong_together(urls: list[str]) -> None:
    assert to_quads(make_credential(**{"@context": urls})) == to_quads(make_credential())


def test_many_threads_get_the_same_quads() -> None:
    contexts = ContextSet(dict(pinned_contexts().documents))
    badges = [make_credential(id=f"urn:uuid:{number}") for number in range(24)]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda badge: to_quads(badge, contexts=contexts), badges))
    assert together == [to_quads(badge) for badge in badges]


def test_the_document_is_left_as_it_was() -> None:
    badge = make_credential()
    to_quads(badge)
    assert badge == make_credential()


def test_a_document_of_too_many_parts_is_refused_before_it_is_expanded() -> None:
    with pytest.raises(CanonicalizationBudget):
        to_quads(make_credential(evidence=[{}] * MAX_OBJECTS))


def test_a_transcript_of_hundreds_of_parts_is_read() -> None:
    evidence = [{"id": f"urn:uuid:{number}", "type": ["Evidence"]} for number in range(500)]
    assert len(to_quads(make_credential(evidence=evidence))) > 1_000


def test_what_was_read_before_does_not_change_how_a_document_is_judged() -> None:
    redefining = make_credential(type=["VerifiableCredential", "cnf"], name=None)
    redefining["@context"] = [VC2_CONTEXT]
    redefining["credentialSubject"] = {"id": "urn:x"}
    redefining["issuer"] = "urn:issuer"
    confirming = {**redefining, "type": ["VerifiableCredential"], "cnf": {"kid": "urn:key"}}
    for _ in range(2):
        assert to_quads(confirming)
        with pytest.raises(ContextRefused, match="protects"):
            to_quads(redefining)
