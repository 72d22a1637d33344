"""What a badge says of its status, and what becomes of that when it is signed again."""

from __future__ import annotations

import hashlib
from typing import Any

import jsonschema_rs
import pytest
from flask import Flask
from sqlalchemy import select

from badges import awards
from badges.achievement_draft import AchievementDraft, digest_of
from badges.awards import Standing
from badges.models import Award
from badges.verification import sources
from badges.verification.report import Verdict
from issuer.base.db import db, utc_now
from issuer.crypto.jcs import canonicalize
from issuer.crypto.jsonld import to_quads
from issuer.keys.statements import NotSigned
from issuer.models import StatusEntry, StatusList
from issuer.signing import prepare_badge
from issuer.status import history, places
from tests.factories.badges import earn, make_achievement, make_award
from tests.factories.people import make_account
from tests.oracles import needs_shared, shared_json
from tests.unit.badges.losing import document_of, key_of, lose, publish_lists, sign_again


def places_of(award: Award) -> set[tuple[str, str]]:
    """(list, index) that the served credential names."""
    status = document_of(award)["credentialStatus"]
    entries = status if isinstance(status, list) else [status]
    return {(entry["statusListCredential"], entry["statusListIndex"]) for entry in entries if "statusPurpose" in entry}


def test_a_badge_has_one_status_object_unless_its_achievement_asks_for_more(ctx: Flask) -> None:
    assert document_of(make_award())["credentialStatus"]["statusPurpose"] == "revocation"
    both = document_of(make_award(may_be_suspended=True))["credentialStatus"]
    assert [entry["statusPurpose"] for entry in both] == ["revocation", "suspension"]
    listed = document_of(make_award(names_revocation_list=True))["credentialStatus"]
    assert [entry["type"] for entry in listed] == ["BitstringStatusListEntry", "1EdTechRevocationList"]


def test_every_list_that_a_badge_names_is_published_before_it(ctx: Flask) -> None:
    make_award(may_be_suspended=True)
    lists = db.session.scalars(select(StatusList)).all()
    assert {each.purpose for each in lists} == {"revocation", "suspension"}
    assert all(each.signed is not None for each in lists)


@pytest.mark.parametrize("choice", ["may_be_suspended", "names_revocation_list"])
def test_a_badge_with_several_statuses_verifies_and_its_proof_covers_all_of_them(ctx: Flask, choice: str) -> None:
    award = make_award(**{choice: True})
    with ctx.test_request_context():
        assert sources.check_award(award).verdict is Verdict.VALID
    document = document_of(award)
    signed = {name: value for name, value in document.items() if name != "proof"}
    fewer = signed | {"credentialStatus": signed["credentialStatus"][:1]}
    assert to_quads(signed) != to_quads(fewer)


@needs_shared
def test_the_schema_of_open_badges_minds_nothing_but_the_array(ctx: Flask) -> None:
    """Known and chosen: docs/adr/0016."""
    schema = jsonschema_rs.validator_for(shared_json("standards/schemas/ob3/ob_v3p0_achievementcredential_schema.json"))
    found = list(schema.iter_errors(document_of(make_award(may_be_suspended=True))))
    assert [list(error.instance_path) for error in found] == [["credentialStatus"]]
    assert schema.is_valid(document_of(make_award()))


@pytest.mark.parametrize(
    "change",
    [
        lambda status: status[:1],
        lambda status: status[::-1],
        lambda status: status[0],
        lambda status: [*status, {"id": "https://elsewhere.example/revocations", "type": "1EdTechRevocationList"}],
        lambda status: [status[0], status[1] | {"statusListIndex": "7"}],
        lambda status: [status[0], status[0]],
    ],
    ids=["one is missing", "swapped", "one object", "a list of others", "another place", "twice"],
)
def test_nothing_is_signed_that_names_other_places_than_were_given(ctx: Flask, change: Any) -> None:
    award = make_award(may_be_suspended=True)
    document = document_of(award)
    del document["proof"]
    document["credentialStatus"] = change(document["credentialStatus"])
    organisation = award.achievement_version.achievement.organisation
    with pytest.raises(NotSigned):
        prepare_badge(document, organisation=organisation, subject=award.public_id, now=utc_now())


def test_a_badge_that_is_signed_again_has_new_places_and_none_is_given_twice(ctx: Flask) -> None:
    achievement = make_achievement(may_be_suspended=True)
    held = [earn(make_account(), achievement) for _ in range(3)]
    before = [places_of(award) for award in held]
    key = key_of(held[0])
    lose(key)
    sign_again(key)
    after = [places_of(award) for award in held]
    everything = [place for taken in (*before, *after) for place in taken]
    assert len(everything) == len(set(everything)) == 12
    entries = db.session.execute(select(StatusEntry.status_list_id, StatusEntry.index)).all()
    assert len(entries) == len(set(entries)) == 12


@pytest.mark.parametrize("is_lifted", [False, True])
def test_what_was_suspended_stays_so_when_it_is_signed_again(ctx: Flask, is_lifted: bool) -> None:
    award = make_award(may_be_suspended=True)
    awards.suspend(award, reason="A complaint.", actor="a", code="under_review")
    if is_lifted:
        awards.lift(award, reason="It was unfounded.", actor="a")
    key = key_of(award)
    lose(key)
    sign_again(key)
    publish_lists()
    assert awards.standing_of(award, now=utc_now()) is (Standing.VALID if is_lifted else Standing.SUSPENDED)
    with ctx.test_request_context():
        failure = sources.check_award(award).failure()
    assert (failure.code if failure else "") == ("" if is_lifted else "suspended")
    if not is_lifted:
        assert places.entry_of(award.public_id, places.SUSPENSION).reason == "A complaint."
        awards.lift(award, reason="It was unfounded.", actor="a")
        assert awards.standing_of(award, now=utc_now()) is Standing.VALID


def test_the_place_of_the_old_edition_is_revoked_and_its_history_says_why(ctx: Flask) -> None:
    award = make_award(may_be_suspended=True)
    key = key_of(award)
    lose(key)
    sign_again(key)
    told = [
        (purpose, change.is_set, change.reason_code) for purpose, change in history.history_of(f"{award.public_id}#1")
    ]
    assert told == [("revocation", True, "key_compromised")]
    assert history.history_of(award.public_id) == []


def test_an_achievement_that_says_nothing_of_it_keeps_its_digest() -> None:
    """A draft of before has the digest of before: no new version of anything comes from the choice existing."""
    fields: dict[str, Any] = {
        **{"name": "A", "description": "A", "achievement_type": "Badge", "criteria": {}, "criteria_narrative": "A"},
        **{"competencies": (), "monogram": "A", "image_alt": "A"},
    }
    before = fields | {"competencies": [], "level": "", "language": "en", "valid_days": None}
    assert digest_of(AchievementDraft(**fields)) == hashlib.sha256(canonicalize(before)).hexdigest()
    digests = {
        digest_of(AchievementDraft(**fields, **choice))
        for choice in ({}, {"may_be_suspended": True}, {"names_revocation_list": True})
    }
    assert len(digests) == 3
