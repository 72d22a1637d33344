"""The credential as a document: everything the standard asks for, nothing that would not be signed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import jsonschema_rs
import pytest

from badges.credential import AchievementFacts, Alignment, AwardFacts, EvidenceFacts, compose, score_band
from issuer.crypto.contexts import contexts_with
from issuer.crypto.jsonld import to_quads
from tests.oracles import needs_shared, shared_json, shared_path

DIGEST = "a3" * 32


def make_alignment(**over: Any) -> Alignment:
    fields: dict[str, Any] = {
        "name": "Researches a company in ten minutes.",
        "url": "https://frameworks.example.org/case/f30f80fc",
        "code": "f30f80fc-f051-5d4b-9dca-a2fcbea709e2",
        "framework": "Everyday selling",
        "description": "PRO.2, Foundation",
        "value": 0.87,
        "required": 0.8,
    }
    return Alignment(**(fields | over))


def make_achievement_facts(**over: Any) -> AchievementFacts:
    fields: dict[str, Any] = {
        "url": "https://badges.example.org/achievements/x",
        "name": "Prospect Research",
        "description": "Finds what matters about a company in ten minutes.",
        "achievement_type": "Competency",
        "criteria_narrative": "Pass the check with 80 % or more.",
        "image_url": "https://badges.example.org/achievements/x/image.png",
        "image_alt": "A rosette with the letters P and R.",
        "code": "PRO.2",
        "version": 3,
        "language": "en",
        "level": "Foundation",
        "alignments": (make_alignment(),),
    }
    return AchievementFacts(**(fields | over))


def make_piece(**over: Any) -> EvidenceFacts:
    fields: dict[str, Any] = {
        "kind": "knowledge_check",
        "score": 0.85,
        "trust": 2,
        "earned_at": datetime(2026, 3, 2, 12, 0, tzinfo=UTC),
        "digest": DIGEST,
        "module_title": "Ten-minute prospect research",
        "module_version": 2,
    }
    return EvidenceFacts(**(fields | over))


def make_award_facts(**over: Any) -> AwardFacts:
    list_url = "https://badges.example.org/status/s"
    fields: dict[str, Any] = {
        "url": "https://badges.example.org/badges/b",
        "recipient_urn": "urn:uuid:6c4ba481-3f21-4d07-a3e3-afdc71ca61d6",
        "recipient_name": "Amara Okafor",
        "awarded_at": datetime(2026, 3, 2, 12, 0, 5, 999_999, tzinfo=UTC),
        "valid_from": datetime(2026, 3, 2, 12, 0, 5, tzinfo=UTC),
        "valid_until": datetime(2028, 3, 1, 12, 0, 5, tzinfo=UTC),
        "issuer": {"id": "did:web:badges.example.org:issuers:guild", "type": ["Profile"], "name": "A guild"},
        "achievement": make_achievement_facts(),
        "evidence": (make_piece(), make_piece(kind="application", score=None, trust=3)),
        "status": {
            "id": f"{list_url}#7",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": "7",
            "statusListCredential": list_url,
        },
    }
    return AwardFacts(**(fields | over))


def least() -> AwardFacts:
    """An award of which as little as possible is known."""
    bare = make_achievement_facts(alignments=(), level="")
    return make_award_facts(recipient_name="", valid_until=None, evidence=(), achievement=bare)


BOTH = pytest.mark.parametrize("award", [make_award_facts(), least()], ids=["full", "least"])


def walk(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, member in value.items():
            yield name, member
            yield from walk(member)
    elif isinstance(value, list):
        for member in value:
            yield from walk(member)


@needs_shared
@BOTH
@pytest.mark.parametrize("form", ["ob_v3p0_achievementcredential_schema.json"])
def test_it_follows_the_official_schema(award: AwardFacts, form: str) -> None:
    schema = jsonschema_rs.validator_for(shared_json(f"standards/schemas/ob3/{form}"))
    assert [error.message for error in schema.iter_errors(compose(award))] == []


@needs_shared
@pytest.mark.parametrize("missing", ["issuer", "validFrom", "credentialSubject", "id"])
def test_the_official_schema_would_notice_a_missing_member(missing: str) -> None:
    document = compose(make_award_facts())
    del document[missing]
    schema = jsonschema_rs.validator_for(shared_json("standards/schemas/ob3/ob_v3p0_achievementcredential_schema.json"))
    assert not schema.is_valid(document)


@BOTH
def test_a_proof_covers_all_of_it(award: AwardFacts) -> None:
    assert to_quads(compose(award))


@needs_shared
def test_it_means_the_same_under_each_published_text_of_the_context(tmp_path: Any) -> None:
    document = compose(make_award_facts())
    ours = to_quads(document)
    variant = shared_json("standards/contexts/ob-v3p0-context-3.0.3.variant-190.json")
    shared = contexts_with(shared_path("standards/contexts"))
    url = document["@context"][1]
    other = type(shared)({**shared.documents, url: variant})
    assert to_quads(document, contexts=other) == ours


@BOTH
def test_what_may_hold_several_values_is_an_array(award: AwardFacts) -> None:
    several = {"@context", "evidence", "credentialSchema", "alignment", "identifier", "result", "tag"}
    for name, member in walk(compose(award)):
        if name in several:
            assert isinstance(member, list), name
    document = compose(award)
    for part in (document, document["credentialSubject"], document["credentialSubject"]["achievement"]):
        assert isinstance(part["type"], list)
    assert isinstance(document["credentialSubject"]["achievement"].get("resultDescription", []), list)


@BOTH
def test_nothing_is_null_or_empty(award: AwardFacts) -> None:
    for name, member in walk(compose(award)):
        assert member not in (None, "", [], {}), name


@BOTH
def test_terms_that_differ_between_texts_of_the_context_are_not_used(award: AwardFacts) -> None:
    assert {"jti", "endorsementJwt"}.isdisjoint(name for name, _ in walk(compose(award)))


def test_every_date_has_whole_seconds_in_utc() -> None:
    document = compose(make_award_facts())
    subject = document["credentialSubject"]
    dates = [document[name] for name in ("awardedDate", "validFrom", "validUntil")]
    dates += [subject["activityStartDate"], subject["activityEndDate"]]
    assert dates == [
        "2026-03-02T12:00:05Z",
        "2026-03-02T12:00:05Z",
        "2028-03-01T12:00:05Z",
        "2026-03-02T12:00:00Z",
        "2026-03-02T12:00:00Z",
    ]


def test_a_badge_for_ever_has_no_end() -> None:
    assert "validUntil" not in compose(make_award_facts(valid_until=None))


def test_a_person_who_is_not_to_be_named_is_not_named() -> None:
    subject = compose(make_award_facts(recipient_name=""))["credentialSubject"]
    assert "identifier" not in subject
    assert subject["id"].startswith("urn:uuid:")


def test_the_recipient_is_known_by_name_and_urn_only() -> None:
    subject = compose(make_award_facts())["credentialSubject"]
    assert subject["identifier"] == [
        {"type": "IdentityObject", "hashed": False, "identityHash": "Amara Okafor", "identityType": "name"}
    ]
    assert "@" not in json.dumps(subject)


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        'O"Neill, \\ back',
        "Zoë 🎓 Søn",
        "مريم",
        "\u202eevil",
        "line\r\nBcc: x@example.org",
        "</textarea>]]>",
        "N" * 200,
    ],
)
def test_a_hostile_name_is_carried_as_it_is_and_changes_nothing_else(name: str) -> None:
    plain, hostile = (compose(make_award_facts(recipient_name=given)) for given in ("X", name))
    read_back = json.loads(json.dumps(hostile, ensure_ascii=False))
    assert read_back["credentialSubject"]["identifier"][0].pop("identityHash") == name
    assert plain["credentialSubject"]["identifier"][0].pop("identityHash") == "X"
    assert read_back == plain
    assert len(to_quads(hostile)) == len(to_quads(plain)) + 1


def test_the_achievement_says_what_was_awarded() -> None:
    achievement = compose(make_award_facts())["credentialSubject"]["achievement"]
    assert achievement["achievementType"] == "Competency"
    assert achievement["version"] == "3"
    assert achievement["humanCode"] == "PRO.2"
    assert achievement["inLanguage"] == "en"
    assert achievement["tag"] == ["Foundation"]
    assert set(achievement["criteria"]) == {"id", "narrative"}
    assert achievement["criteria"]["id"] != achievement["id"]
    assert achievement["image"]["type"] == "Image"
    assert achievement["image"]["caption"] == "A rosette with the letters P and R."


def test_a_competency_becomes_an_alignment_to_a_framework_item() -> None:
    alignment = compose(make_award_facts())["credentialSubject"]["achievement"]["alignment"][0]
    assert alignment["targetType"] == "CFItem"
    assert alignment["targetUrl"] == "https://frameworks.example.org/case/f30f80fc"
    assert alignment["targetCode"] == "f30f80fc-f051-5d4b-9dca-a2fcbea709e2"
    assert alignment["targetFramework"] == "Everyday selling"


def test_every_result_belongs_to_a_description_in_the_achievement() -> None:
    achievement = make_achievement_facts(alignments=(make_alignment(), make_alignment(value=0.999)))
    subject = compose(make_award_facts(achievement=achievement))["credentialSubject"]
    described = [each["id"] for each in subject["achievement"]["resultDescription"]]
    assert [result["resultDescription"] for result in subject["result"]] == described
    assert len(set(described)) == 2
    assert [result["value"] for result in subject["result"]] == ["87", "99"]


def test_a_competency_the_rule_did_not_ask_for_has_no_result() -> None:
    achievement = make_achievement_facts(alignments=(make_alignment(value=None),))
    assert "result" not in compose(make_award_facts(achievement=achievement))["credentialSubject"]


@pytest.mark.parametrize(("value", "shown"), [(0.29, "29"), (0.57, "57"), (0.7999, "79"), (0.8, "80"), (1.0, "100")])
def test_a_percentage_never_says_more_than_was_shown(value: float, shown: str) -> None:
    achievement = make_achievement_facts(alignments=(make_alignment(value=value),))
    assert compose(make_award_facts(achievement=achievement))["credentialSubject"]["result"][0]["value"] == shown


def test_evidence_says_in_words_what_happened_and_names_its_record() -> None:
    first, second = compose(make_award_facts())["evidence"]
    assert first["id"] == "https://badges.example.org/badges/b#evidence-1"
    assert first["name"] == "Knowledge check: Ten-minute prospect research"
    for words in (
        "Knowledge check of the module “Ten-minute prospect research”, version 2.",
        "Score: 80 to 89 %.",
        "Trust level 2: marked on the server, in one sitting of a signed-in learner.",
        "Earned on 2026-03-02T12:00:00Z.",
        DIGEST,
    ):
        assert words in first["narrative"]
    assert second["id"].endswith("#evidence-2")
    assert "Trust level 3: assessed by a named person" in second["narrative"]
    assert "Score" not in second["narrative"]


def test_the_exact_score_is_not_told() -> None:
    narrative = compose(make_award_facts(evidence=(make_piece(score=0.8333),)))["evidence"][0]["narrative"]
    assert "83" not in narrative.replace(DIGEST, "")


@pytest.mark.parametrize(
    ("score", "sentence"),
    [
        (None, ""),
        (0.0, "Score: 0 to 9 %."),
        (0.79999, "Score: 70 to 79 %."),
        (0.8, "Score: 80 to 89 %."),
        (0.9, "Score: 90 to 99 %."),
        (0.99999, "Score: 90 to 99 %."),
        (1.0, "Score: 100 %."),
    ],
)
def test_a_score_is_told_as_a_band(score: float | None, sentence: str) -> None:
    assert score_band(score) == sentence


def test_the_same_award_always_gives_the_same_document() -> None:
    assert compose(make_award_facts()) == compose(replace(make_award_facts()))
