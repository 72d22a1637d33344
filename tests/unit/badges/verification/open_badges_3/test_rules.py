"""What a badge must be before anybody looks at its signature: every class, every member that the standard asks for."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from badges.verification.open_badges_3.data_model import check_data_model
from badges.verification.open_badges_3.kinds import is_mine, kind_of
from badges.verification.open_badges_3.open_badge import check_context, check_open_badge
from badges.verification.report import Outcome
from issuer.crypto.contexts import CLR2_CONTEXT, OB3_CONTEXT, VC1_CONTEXT, VC2_CONTEXT
from tests.unit.issuer.crypto.making import make_credential

IDENTITY = {"type": "IdentityObject", "hashed": False, "identityType": "name", "identityHash": "Ada"}
ENTRY = {"type": "IdentifierEntry", "identifier": "1", "identifierType": "sourcedId"}
PROFILE = {"id": "https://a.example/", "type": ["Profile"]}
IMAGE = {"id": "https://a.example/i.png", "type": "Image"}
ALIGNMENT = {"type": ["Alignment"], "targetName": "Listening", "targetUrl": "https://a.example/c"}
LEVEL = {"id": "urn:l:1", "type": ["RubricCriterionLevel"], "name": "Mastered"}
DESCRIPTION = {"id": "urn:r:1", "type": ["ResultDescription"], "name": "Grade", "resultType": "LetterGrade"}
RESULT = {"type": ["Result"], "resultDescription": "urn:r:1", "value": "A"}
EVIDENCE = {"id": "https://a.example/e", "type": ["Evidence"]}
FULL = "credentialSubject.achievement."

GOOD: list[tuple[str, Any]] = [
    ("issuer.parentOrg", PROFILE),
    ("issuer.otherIdentifier", [ENTRY]),
    ("issuer.image", IMAGE),
    ("issuer.address", {"type": ["Address"], "geo": {"type": "GeoCoordinates", "latitude": 1, "longitude": 2.5}}),
    ("evidence", [EVIDENCE]),
    ("image", IMAGE),
    ("credentialSubject.identifier", [IDENTITY]),
    ("credentialSubject.identifier", IDENTITY),
    ("credentialSubject.source", PROFILE),
    ("credentialSubject.image", IMAGE),
    (FULL + "alignment", [ALIGNMENT | {"targetType": "CFItem"}]),
    (FULL + "alignment", [ALIGNMENT | {"targetType": "ext:Own-1"}]),
    (FULL + "creator", PROFILE),
    (FULL + "otherIdentifier", [ENTRY]),
    (FULL + "related", [{"id": "urn:x:1", "type": ["Related"]}]),
    (FULL + "resultDescription", [DESCRIPTION | {"rubricCriterionLevel": [LEVEL]}]),
    (FULL + "creditsAvailable", 3),
    ("anExtension", {"of": "somebody"}),
]

BAD: list[tuple[str, Any, str]] = [
    ("issuer", "https://a.example/", "issuer is not an object"),
    ("issuer.type", ["Organization"], "issuer does not contain Profile"),
    ("issuer.parentOrg", PROFILE | {"type": ["Org"]}, "parentOrg of issuer does not contain Profile"),
    ("issuer.otherIdentifier", [ENTRY | {"type": "Id"}], "does not contain IdentifierEntry"),
    ("issuer.otherIdentifier", [ENTRY | {"more": 1}], "not allowed there: 'more'"),
    ("issuer.otherIdentifier", [ENTRY | {"identifierType": "shoeSize"}], "not one of the words"),
    ("issuer.image", "https://a.example/i.png", "image of issuer is not an object"),
    ("issuer.image", IMAGE | {"type": "Picture"}, "does not contain Image"),
    ("issuer.address", {"type": ["Address"], "geo": {"type": "GeoCoordinates"}}, "has no latitude"),
    ("evidence", [EVIDENCE | {"type": ["Proof"]}], "evidence does not contain Evidence"),
    ("evidence", ["https://a.example/e"], "evidence is not an object"),
    ("image", IMAGE | {"width": 5}, "not allowed there: 'width'"),
    ("credentialSubject.type", ["Person"], "does not contain AchievementSubject"),
    ("credentialSubject.identifier", [IDENTITY | {"type": "Identity"}], "does not contain IdentityObject"),
    ("credentialSubject.identifier", [IDENTITY | {"hashed": "no"}], "neither true nor false"),
    ("credentialSubject.source", PROFILE | {"type": ["School"]}, "source does not contain Profile"),
    ("credentialSubject.achievement", None, "has no achievement"),
    ("credentialSubject.achievement", [], "has no achievement"),
    ("credentialSubject.creditsEarned", "3", "is not a number"),
    ("credentialSubject.activityEndDate", "2026-01-01", "not a date and time"),
    ("credentialSubject.result", [RESULT | {"type": ["Grade"]}], "does not contain Result"),
    ("credentialSubject.result", [RESULT], "that the achievement does not have"),
    ("credentialSubject.result", [{"type": ["Result"], "status": "Won"}], "not one of the words"),
    (FULL + "type", ["Course"], "does not contain Achievement"),
    (FULL + "name", None, "has no name"),
    (FULL + "criteria", {}, "neither an id nor a narrative"),
    (FULL + "criteria", None, "has no criteria"),
    (FULL + "criteria", {"type": "Criteria"}, "neither an id nor a narrative"),
    (FULL + "criteria", "Be good.", "criteria of achievement is not an object"),
    (FULL + "image", "https://a.example/i.png", "image of achievement is not an object"),
    (FULL + "alignment", [{"type": ["Alignment"], "targetName": "Listening"}], "has no targetUrl"),
    (FULL + "alignment", [ALIGNMENT | {"targetType": "Skill"}], "not one of the words"),
    (FULL + "resultDescription", [DESCRIPTION | {"type": ["Description"]}], "does not contain ResultDescription"),
    (FULL + "resultDescription", [DESCRIPTION | {"resultType": "Colour"}], "not one of the words"),
    ("validFrom", None, "validFrom is missing"),
    ("id", None, "id is missing"),
    ("@context", [VC2_CONTEXT], "@context number 2"),
    ("@context", [VC2_CONTEXT, "https://imsglobal.github.io/openbadges-specification/context.json"], "number 2"),
    ("type", ["VerifiableCredential"], "neither OpenBadgeCredential nor AchievementCredential"),
]


def changed(path: str, value: Any) -> dict[str, Any]:
    """A good badge with one member replaced, added, or with None removed."""
    badge = copy.deepcopy(make_credential())
    *steps, last = path.split(".")
    place = badge
    for step in steps:
        place = place[step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return badge


@pytest.mark.parametrize(("path", "value"), GOOD)
def test_what_the_standard_allows_is_accepted(path: str, value: Any) -> None:
    check = check_open_badge(changed(path, value))
    assert check.outcome is Outcome.PASS, check.reason


@pytest.mark.parametrize(("path", "value", "reason"), BAD)
def test_what_the_standard_refuses_is_named(path: str, value: Any, reason: str) -> None:
    check = check_open_badge(changed(path, value))
    assert check.outcome is Outcome.FAIL
    assert reason in check.reason


def test_a_result_of_a_described_kind_is_accepted() -> None:
    badge = changed(FULL + "resultDescription", [DESCRIPTION])
    badge["credentialSubject"]["result"] = [RESULT]
    assert check_open_badge(badge).outcome is Outcome.PASS


@pytest.mark.parametrize(
    "context",
    [
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json",
        "https://purl.imsglobal.org/spec/ob/v3p0/context.json",
    ],
)
def test_an_earlier_context_is_accepted_with_a_remark(context: str) -> None:
    badge = changed("@context", [VC2_CONTEXT, context])
    remark = check_context(badge)
    assert check_open_badge(badge).outcome is Outcome.PASS
    assert remark is not None
    assert remark.code == "context_outdated"
    assert check_context(make_credential()) is None


def test_a_badge_of_version_1_has_its_own_names_for_dates() -> None:
    old = make_credential(
        **{"@context": [VC1_CONTEXT, OB3_CONTEXT]}, validFrom=None, validUntil=None, issuanceDate="2024-01-01T00:00:00Z"
    )
    assert check_data_model(old).outcome is Outcome.PASS
    assert check_open_badge(old).outcome is Outcome.PASS
    del old["issuanceDate"]
    assert check_data_model(old).outcome is Outcome.FAIL
    assert check_open_badge(old).outcome is Outcome.FAIL


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        ({"type": ["VerifiableCredential", "ClrCredential"]}, "clr"),
        ({"type": ["VerifiableCredential", "EndorsementCredential"]}, "endorsement"),
        ({"type": "VerifiablePresentation"}, "presentation"),
        ({"@context": [VC2_CONTEXT, OB3_CONTEXT], "type": ["VerifiableCredential"]}, "open_badge_3"),
        ({"@context": [VC2_CONTEXT, CLR2_CONTEXT], "type": ["VerifiableCredential"]}, "credential"),
        ({"@context": VC2_CONTEXT}, "credential"),
    ],
)
def test_a_document_is_of_one_kind_and_belongs_here(document: dict[str, Any], kind: str) -> None:
    assert kind_of(document) == kind
    assert is_mine(document)


@pytest.mark.parametrize(
    "document",
    [{}, {"type": "Assertion", "@context": "https://w3id.org/openbadges/v2"}, {"recipient": "x", "badge": "y"}],
)
def test_what_is_of_another_standard_belongs_elsewhere(document: dict[str, Any]) -> None:
    assert not is_mine(document)
