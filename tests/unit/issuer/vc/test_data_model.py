"""Each rule of the data model with what breaks it; the published inputs say by their names which they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from issuer.crypto.contexts import VC1_CONTEXT, VC2_CONTEXT, open_contexts
from issuer.vc.data_model import check_credential, check_presentation, flattened
from issuer.vc.report import Check, Outcome
from tests.factories.credentials import HOLDER, ISSUER, make_vc, make_vc_1, make_vp
from tests.oracles import SHARED, needs_shared

FOLDER = SHARED / "standards" / "vectors" / "vcdm2" / "input" if SHARED else Path("absent")
STAMPS = {"PAST DATE": "2020-01-01T00:00:00Z", "FUTURE DATE": "2090-01-01T00:00:00Z"}


def hindrances(checks: tuple[Check, ...]) -> set[str]:
    return {check.name for check in checks if check.hinders}


def published(kind: str, *endings: str) -> list[Any]:
    paths = sorted(path for path in FOLDER.rglob("*.json") if path.stem.endswith(endings))
    is_presentation = kind == "presentation"
    return [pytest.param(path, id=path.stem) for path in paths if path.stem.startswith(kind) or not is_presentation]


def credential_at(path: Path) -> dict[str, Any]:
    """As whoever runs these inputs sends them: with an issuer of their own, unless the issuer is what is wrong."""
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    for name in ("validFrom", "validUntil"):
        if document.get(name) in STAMPS:
            document[name] = STAMPS[document[name]]
    if path.stem != "credential-no-issuer-fail":
        document.setdefault("issuer", ISSUER.did)
    if isinstance(document.get("issuer"), dict):
        document["issuer"].setdefault("id", ISSUER.did)
    return document


CREDENTIALS_OK = [case for case in published("", "-ok") if not case.id.startswith("presentation")]
CREDENTIALS_BAD = [case for case in published("", "-fail", "-fail-or-inject") if not case.id.startswith("presentation")]
# What is wrong in these is in a credential inside, which is checked by itself.
INSIDE = {"presentation-enveloped-vc-missing-type-fail", "presentation-vc-missing-required-type-fail"}


@needs_shared
def test_there_are_published_inputs_of_both_kinds() -> None:
    assert len(CREDENTIALS_OK) > 45
    assert len(CREDENTIALS_BAD) > 35


@needs_shared
@pytest.mark.parametrize("path", CREDENTIALS_OK)
def test_a_published_good_credential_is_accepted(path: Path) -> None:
    assert hindrances(check_credential(credential_at(path), contexts=open_contexts())) == set()


@needs_shared
@pytest.mark.parametrize("path", CREDENTIALS_BAD)
def test_a_published_bad_credential_is_refused(path: Path) -> None:
    assert hindrances(check_credential(credential_at(path), contexts=open_contexts())) != set()


@needs_shared
@pytest.mark.parametrize("path", published("presentation", "-ok"))
def test_a_published_good_presentation_is_accepted(path: Path) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))
    assert hindrances(check_presentation(document, contexts=open_contexts())) == set()


@needs_shared
@pytest.mark.parametrize("path", [c for c in published("presentation", "-fail", "-inject") if c.id not in INSIDE])
def test_a_published_bad_presentation_is_refused(path: Path) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))
    assert hindrances(check_presentation(document, contexts=open_contexts())) != set()


def test_a_well_formed_credential_passes_every_check() -> None:
    checks = check_credential(make_vc())
    assert {check.outcome for check in checks} == {Outcome.PASS}
    assert [check.name for check in checks] == [
        *("context", "type", "identifier", "names", "issuer", "subject", "dates", "parts", "schema", "terms")
    ]


SCHEMA = {"id": "did:example:schemas/1", "type": "JsonSchema"}
URL_TYPED = "https://example.org/#Thing"


@pytest.mark.parametrize(
    "over",
    [
        {"credentialSubject": {"id": "did:example:alice"}},
        {"credentialSubject": [{"id": "did:example:alice"}, {"id": "did:example:bob"}]},
        {"type": [URL_TYPED, "VerifiableCredential"]},
        {"type": "VerifiableCredential"},
        {"validFrom": None},
        {"id": None},
        {"issuer": {"id": ISSUER.did, "name": {"@value": "Harbour", "@language": "en"}}},
        {"credentialSchema": [SCHEMA, {**SCHEMA, "id": "did:example:schemas/2"}]},
        {"credentialStatus": {"type": URL_TYPED}},
        {"evidence": [{"type": URL_TYPED}]},
        {"refreshService": {"id": "did:example:refresh/1", "type": URL_TYPED}},
    ],
    ids=lambda over: next(iter(over)),
)
def test_what_the_standard_leaves_open_is_accepted(over: dict[str, Any]) -> None:
    assert hindrances(check_credential(make_vc(**over))) == set()


@pytest.mark.parametrize(
    ("rule", "over"),
    [
        ("context", {"@context": None}),
        ("context", {"@context": VC2_CONTEXT}),
        ("context", {"@context": []}),
        ("context", {"@context": ["https://www.w3.org/ns/credentials/examples/v2", VC2_CONTEXT]}),
        ("context", {"@context": [VC2_CONTEXT, "https ://not-a-url/contexts/example/v1"]}),
        ("context", {"@context": [VC2_CONTEXT, 123192875]}),
        ("type", {"type": None}),
        ("type", {"type": []}),
        ("type", {"type": ["RelationshipCredential"]}),
        ("type", {"type": ["VerifiableCredential", 7]}),
        ("type", {"type": {"VerifiableCredential": True}}),
        ("terms", {"type": ["VerifiableCredential", "UndefinedCredential"]}),
        ("identifier", {"id": ["urn:uuid:9c9a36f8-518f-4976-a934-6649502d0008"]}),
        ("identifier", {"id": "https ://not-a-url/vcs/1"}),
        ("identifier", {"id": 7}),
        ("names", {"name": {"@value": "A", "url": "did:example:x"}}),
        ("names", {"description": 7}),
        ("names", {"issuer": {"id": ISSUER.did, "name": ["Harbour"]}}),
        ("issuer", {"issuer": None}),
        ("issuer", {"issuer": "fake-issuer"}),
        ("issuer", {"issuer": {"id": "fake-issuer"}}),
        ("issuer", {"issuer": {"id": None}}),
        ("issuer", {"issuer": {"name": "Harbour"}}),
        ("issuer", {"issuer": [ISSUER.did]}),
        ("subject", {"credentialSubject": None}),
        ("subject", {"credentialSubject": {}}),
        ("subject", {"credentialSubject": []}),
        ("subject", {"credentialSubject": "did:example:alice"}),
        ("subject", {"credentialSubject": [{"id": "did:example:alice"}, {}]}),
        ("subject", {"credentialSubject": {"id": ["did:example:one", "did:example:two"]}}),
        ("dates", {"validFrom": "yesterday"}),
        ("dates", {"validUntil": "2020-01-01T00:00:00Z"}),
        ("parts", {"credentialStatus": {"id": "did:example:status"}}),
        ("parts", {"credentialStatus": {"id": "did:example:status", "type": 2}}),
        ("parts", {"credentialStatus": {"type": URL_TYPED, "id": ["did:example:1", "did:example:2"]}}),
        ("parts", {"credentialStatus": {"type": URL_TYPED, "id": "https ://not-a-url/statusList/4"}}),
        ("parts", {"credentialStatus": []}),
        ("parts", {"credentialSchema": {"id": "did:example:schemas/1"}}),
        ("parts", {"credentialSchema": {"type": "JsonSchema", "id": "not a url"}}),
        ("schema", {"credentialSchema": {"type": "JsonSchema"}}),
        ("parts", {"refreshService": {"id": "did:example:refresh/1"}}),
        ("parts", {"termsOfUse": {}}),
        ("parts", {"termsOfUse": [{"type": URL_TYPED}, {"id": "did:example:terms/1"}]}),
        ("parts", {"evidence": {}}),
        ("parts", {"evidence": "https://example.org/evidence"}),
        ("parts", {"proof": {"created": "2023-07-28T22:25:05Z"}}),
        ("parts", {"proof": []}),
        ("related_resources", {"relatedResource": ["https://example.org/a"]}),
        ("terms", {"honours": "first class"}),
        ("terms", {"@context": [VC2_CONTEXT, "https://attacker.example/context"]}),
    ],
)
def test_what_breaks_a_rule_is_refused_by_it(rule: str, over: dict[str, Any]) -> None:
    assert rule in hindrances(check_credential(make_vc(**over)))


def test_id_null_is_no_id() -> None:
    assert "identifier" in hindrances(check_credential({**make_vc(), "id": None}))


def test_proof_null_is_no_proof() -> None:
    assert "parts" in hindrances(check_credential({**make_vc(), "proof": None}))


def test_version_1_is_checked_by_its_own_rules() -> None:
    assert hindrances(check_credential(make_vc_1())) == set()
    assert hindrances(check_credential(make_vc_1(issuanceDate=None))) == {"issuance_date"}
    assert hindrances(check_credential(make_vc_1(expirationDate="2020-01-01T00:00:00Z"))) == {"dates"}


def test_contexts_of_both_versions_do_not_mix() -> None:
    assert "terms" in hindrances(check_credential(make_vc(**{"@context": [VC2_CONTEXT, VC1_CONTEXT]})))


@pytest.mark.parametrize("inline", [{"term": "https://example.org/#term"}, {"@vocab": "https://example.org/#"}])
def test_v22_an_inline_context_is_refused_by_default(inline: dict[str, str]) -> None:
    checks = check_credential(make_vc(**{"@context": [VC2_CONTEXT, inline]}))
    assert {check.reason for check in checks if check.hinders} == {"context_not_allowed"}


@pytest.mark.parametrize(
    ("rule", "over"),
    [
        ("context", {"@context": None}),
        ("context", {"@context": ["https://www.w3.org/ns/credentials/examples/v2", VC2_CONTEXT]}),
        ("type", {"type": None}),
        ("type", {"type": ["VerifiableCredential"]}),
        ("identifier", {"id": "one"}),
        ("holder", {"holder": "z6MkpJySvETLnxhQG9DzEdmKJtysBDjuuTeDfUj1uNNCUqcj"}),
        ("holder", {"holder": {"name": "Acme"}}),
        ("holder", {"holder": [HOLDER.did]}),
        ("credentials", {"verifiableCredential": ["eyJ.eyJ.sig"]}),
        ("credentials", {"verifiableCredential": 7}),
        ("parts", {"termsOfUse": {"id": "did:example:terms/1"}}),
    ],
)
def test_what_breaks_a_rule_of_presentations_is_refused(rule: str, over: dict[str, Any]) -> None:
    assert rule in hindrances(check_presentation(make_vp(**over)))


def test_a_presentation_may_be_empty_and_have_no_holder() -> None:
    assert hindrances(check_presentation(make_vp(holder=None))) == set()


def test_arrays_in_arrays_are_read_in_order() -> None:
    assert flattened([[1, [2]], 3, [], [[4]]]) == [1, 2, 3, 4]
    assert flattened(None) == []
    assert flattened({"a": 1}) == [{"a": 1}]


@pytest.mark.parametrize("value", [None, 7, "text", [], {}, [[]], {"@value": None}, {"id": {}}, True])
@pytest.mark.parametrize("name", sorted(make_vc(credentialStatus=1, relatedResource=1, evidence=1, proof=1)))
def test_no_value_anywhere_raises(name: str, value: Any) -> None:
    assert check_credential({**make_vc(), name: value})
    assert check_presentation({**make_vp(), name: value})
