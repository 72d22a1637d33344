"""An award becomes a signed credential in one transaction, or stays pending and is signed later."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from badges import issuing
from badges.achievements import ensure_achievement
from badges.models import Achievement, Award, Credential
from badges.verification.report import Outcome, Verdict
from badges.verification.verifying import verify
from badges.verification.world import World
from issuer.base import jobs
from issuer.base.audit import AuditEntry
from issuer.base.db import db, utc_now
from issuer.base.errors import NotFound
from issuer.crypto.bitstring import expand, read_status
from issuer.crypto.strict_json import load_object
from issuer.crypto.vc_jwt import parse_jwt
from issuer.keys import keystore
from issuer.keys.key_file import KeyUnusable
from issuer.models import Organisation, StatusEntry, StatusList
from issuer.signing.models import SigningIntent
from issuer.status import places
from tests.factories.badges import earn, make_achievement, make_award, make_draft
from tests.factories.evidence import make_evidence
from tests.factories.frameworks import make_competency, make_framework
from tests.factories.learning import make_marked_attempt, make_module
from tests.factories.people import make_account, make_organisation
from tests.oracles import needs_shared, shared_json

TAMPERINGS: list[tuple[tuple[str | int, ...], Any]] = [
    (("name",), "Another name"),
    (("validFrom",), "2025-01-01T00:00:00Z"),
    (("validUntil",), "2099-01-01T00:00:00Z"),
    (("awardedDate",), "2025-01-01T00:00:00Z"),
    (("issuer", "name"), "University of Elsewhere"),
    (("credentialStatus", "statusListIndex"), "1"),
    (("credentialSubject", "identifier", 0, "identityHash"), "Somebody Else"),
    (("credentialSubject", "result", 0, "value"), "100"),
    (("evidence", 0, "narrative"), "Score: 100 %."),
]
HOSTILE_NAMES = ["<script>alert(1)</script>", "Zoë 🎓 O'Neill", "مريم الأسدي", 'a"}],"issuer":"did:key:z', "N" * 200]


def key_file_of(app: Flask, organisation: Organisation, purpose: str) -> Path:
    path: Path = app.config["ROSETTE"].data_dir / "keys" / f"{keystore.active_key(organisation, purpose).kid}.json"
    return path


def organisation_of(achievement: Achievement) -> Organisation:
    return achievement.organisation


def document_of(award: Award) -> dict[str, Any]:
    assert award.credential is not None
    return load_object(award.credential.document)


def world_of(client: FlaskClient) -> World:
    """What a stranger can learn: only what the service answers over HTTP."""

    def fetch(url: str) -> dict[str, Any]:
        answer = client.get(url.removeprefix("http://localhost:8000"))
        assert answer.status_code == 200, url
        return load_object(answer.get_data())

    return World(fetch=fetch, trust=lambda _issuer: None, now=utc_now(), allow_loopback_http=True)


def test_an_award_is_issued_with_the_bytes_that_were_signed(ctx: Flask) -> None:
    award = make_award()
    credential = award.credential
    assert award.state == "issued" and credential is not None
    assert credential.credential_id == f"http://localhost:8000/badges/{award.public_id}"
    assert document_of(award)["id"] == credential.credential_id
    assert hashlib.sha256(credential.document).hexdigest() == credential.sha256
    assert parse_jwt(credential.jwt).credential["id"] == credential.credential_id


def test_both_forms_say_the_same(ctx: Flask) -> None:
    award = make_award()
    assert award.credential is not None
    secured = document_of(award)
    del secured["proof"]
    assert dict(parse_jwt(award.credential.jwt).credential) == secured


@needs_shared
@pytest.mark.parametrize("name", ["Amara Okafor", ""])
def test_what_is_issued_follows_the_official_schema(ctx: Flask, name: str) -> None:
    organisation = make_organisation()
    module = make_module(organisation)
    make_achievement(organisation, module.current.competencies[0].competency, valid_days=365)
    learner = make_account(name=name)
    make_marked_attempt(learner, module, right=5)
    award = db.session.scalars(select(Award)).one()
    schema = jsonschema_rs.validator_for(shared_json("standards/schemas/ob3/ob_v3p0_achievementcredential_schema.json"))
    assert [error.message for error in schema.iter_errors(document_of(award))] == []


@pytest.mark.parametrize("form", ["document", "jwt"])
def test_a_stranger_with_our_public_documents_finds_it_genuine(app: Flask, client: FlaskClient, form: str) -> None:
    with app.app_context():
        data = getattr(make_award().credential, form)
        db.session.commit()
        report = verify(data, world_of(client))
    assert report.verdict is Verdict.VALID, [(check.name, check.code, check.reason) for check in report.checks]
    outcomes = {check.name: check.outcome for check in report.checks}
    assert outcomes["signature"] == outcomes["issuer"] == outcomes["status"] == Outcome.PASS


def test_a_stranger_notices_every_change(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        data = make_award(valid_days=30).credential.document
        db.session.commit()
        world = world_of(client)
        assert verify(data, world).verdict is Verdict.VALID
        for path, value in TAMPERINGS:
            document = load_object(data)
            place: Any = document
            for step in path[:-1]:
                place = place[step]
            assert place[path[-1]] != value
            place[path[-1]] = value
            assert verify(json.dumps(document).encode(), world).verdict is Verdict.INVALID, path


def test_a_revoked_badge_is_found_revoked(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        award = make_award()
        data, award_id, list_id = award.credential.document, award.public_id, status_list_of(award).public_id
        db.session.commit()
        places.revoke(award_id, reason="Issued in error.", actor="system")
        db.session.commit()
        jobs_of(app)["status.publish"](list_id=list_id)
        db.session.commit()
        report = verify(data, world_of(client))
    assert {check.code for check in report.checks if check.name == "status"} == {"revoked"}


def status_list_of(award: Award) -> StatusList:
    assert award.credential is not None
    return db.session.get_one(StatusList, award.credential.status_list_id)


def jobs_of(app: Flask) -> dict[str, Any]:
    table: dict[str, Any] = app.extensions["rosette_jobs"]
    return table


def test_its_place_in_the_status_list_is_recorded_and_its_list_is_published_before_it_is_shown(ctx: Flask) -> None:
    award = make_award()
    assert award.credential is not None
    entry = places.entry_of(award.public_id)
    assert (entry.status_list_id, entry.index) == (award.credential.status_list_id, award.credential.status_index)
    published = status_list_of(award).signed
    assert published is not None
    bits = expand(load_object(published)["credentialSubject"]["encodedList"])
    assert read_status(bits, document_of(award)["credentialStatus"]["statusListIndex"]) == 0


def test_a_hostile_name_is_signed_as_it_is_and_changes_nothing_else(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        achievement = make_achievement()
        awards = [make_award(make_account(name=name), achievement) for name in HOSTILE_NAMES]
        signed = [(document_of(award), award.credential.document) for award in awards]
        db.session.commit()
        for name, (document, data) in zip(HOSTILE_NAMES, signed, strict=True):
            assert document["credentialSubject"]["identifier"][0]["identityHash"] == name
            report = verify(data, world_of(client))
            assert report.verdict is Verdict.VALID, name
            assert report.facts is not None and report.facts.holder == name


def test_the_same_person_has_another_name_at_another_issuer(ctx: Flask) -> None:
    learner = make_account()
    first, second = make_award(account=learner), make_award(account=learner)
    urns = {document_of(award)["credentialSubject"]["id"] for award in (first, second)}
    assert len(urns) == 2


def test_badges_of_one_issuer_name_the_person_alike(ctx: Flask) -> None:
    learner, organisation = make_account(), make_organisation()
    awards = [make_award(learner, make_achievement(organisation)) for _ in range(2)]
    urns = {document_of(award)["credentialSubject"]["id"] for award in awards}
    assert len(urns) == 1


def test_a_stored_credential_cannot_be_changed_in_the_database(ctx: Flask) -> None:
    make_award()
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(update(Credential).values(document=b"{}"))


@pytest.mark.parametrize("purpose", ["badge_proof", "badge_jwt", "status_list"])
def test_i18_a_key_that_cannot_be_used_leaves_the_award_pending_and_nothing_half_made(ctx: Flask, purpose: str) -> None:
    achievement = make_achievement()
    key_file_of(ctx, organisation_of(achievement), purpose).unlink()
    award = earn(make_account(), achievement)
    db.session.commit()
    assert award.state == "pending"
    assert db.session.scalars(select(Credential)).all() == []
    waiting = db.session.scalars(select(SigningIntent.subject).where(SigningIntent.content.is_not(None))).all()
    places_given = db.session.scalars(select(StatusEntry.subject)).all()
    assert waiting == places_given == ([] if purpose == "status_list" else [award.public_id])
    actions = db.session.scalars(select(AuditEntry.action).filter_by(subject=award.public_id)).all()
    assert actions == ["award.made"]


def test_i18_a_pending_award_is_signed_later_as_if_nothing_had_happened(ctx: Flask) -> None:
    achievement = make_achievement()
    path = key_file_of(ctx, organisation_of(achievement), "badge_jwt")
    path.chmod(0o644)
    award = earn(make_account(), achievement)
    awarded_at = award.awarded_at
    path.chmod(0o600)
    issuing.sign_pending(award.public_id)
    db.session.commit()
    assert award.state == "issued"
    assert document_of(award)["awardedDate"] == document_of(award)["validFrom"] == f"{awarded_at:%Y-%m-%dT%H:%M:%SZ}"
    actions = db.session.scalars(select(AuditEntry.action).filter_by(subject=award.public_id)).all()
    assert actions == ["award.made", "award.issued"]


def test_a_second_try_signs_the_bytes_and_the_time_that_were_recorded_first(ctx: Flask) -> None:
    achievement = make_achievement()
    path = key_file_of(ctx, organisation_of(achievement), "badge_jwt")
    path.chmod(0o644)
    award = earn(make_account(name="Amara"), achievement)
    recorded = db.session.scalars(select(SigningIntent).filter_by(subject=award.public_id)).one()
    content, created, code = recorded.content, recorded.created, recorded.outcome
    award.account.name = "A name that was changed while the badge waited"
    path.chmod(0o600)
    issuing.sign_pending(award.public_id)
    document = document_of(award)
    proof = document.pop("proof")[0]
    assert content is not None and document == load_object(content)
    assert proof["created"] == f"{created:%Y-%m-%dT%H:%M:%SZ}"
    db.session.refresh(recorded)
    assert (code, recorded.outcome, recorded.content) == ("key_exposed", "signed", None)


def test_what_a_later_try_signs_was_recorded_by_a_transaction_before_it(ctx: Flask) -> None:
    achievement = make_achievement()
    path = key_file_of(ctx, organisation_of(achievement), "status_list")
    path.chmod(0o644)
    award = earn(make_account(), achievement)
    path.chmod(0o600)
    issuing.sign_pending(award.public_id)
    assert award.state == "pending"
    assert db.session.scalars(select(SigningIntent.outcome).filter_by(subject=award.public_id)).one() == "prepared"
    issuing.sign_pending(award.public_id)
    assert award.state == "issued"


def test_the_job_tries_again_while_the_key_is_locked(ctx: Flask) -> None:
    achievement = make_achievement()
    key_file_of(ctx, organisation_of(achievement), "badge_proof").chmod(0o644)
    award = earn(make_account(), achievement)
    with pytest.raises(KeyUnusable):
        issuing.sign_pending(award.public_id)


def test_signing_an_issued_award_again_changes_nothing(ctx: Flask) -> None:
    award = make_award()
    assert award.credential is not None
    before = award.credential.document
    issuing.sign_pending(award.public_id)
    assert award.credential.document == before


def test_signing_an_unknown_award_is_not_found(ctx: Flask) -> None:
    with pytest.raises(NotFound):
        issuing.sign_pending("nothing")


def test_a_worker_signs_what_was_left_pending(app: Flask) -> None:
    with app.app_context():
        achievement = make_achievement()
        path = key_file_of(app, organisation_of(achievement), "badge_proof")
        path.chmod(0o644)
        award_id = earn(make_account(), achievement).public_id
        db.session.commit()
        path.chmod(0o600)
    jobs.drain(app)
    with app.app_context():
        assert db.session.scalars(select(Award).filter_by(public_id=award_id)).one().state == "issued"


def test_all_pending_awards_can_be_asked_for_again(app: Flask) -> None:
    with app.app_context():
        achievement = make_achievement()
        path = key_file_of(app, organisation_of(achievement), "badge_proof")
        path.chmod(0o644)
        for _ in range(3):
            earn(make_account(), achievement)
        db.session.commit()
        path.chmod(0o600)
    result = app.test_cli_runner().invoke(args=["badge", "sign-pending"])
    assert result.output == "3 to sign\n"
    jobs.drain(app)
    with app.app_context():
        assert set(db.session.scalars(select(Award.state))) == {"issued"}
        assert len(db.session.scalars(select(Credential)).all()) == 3


def test_a_worker_that_starts_takes_up_what_is_pending_and_what_runs_out(app: Flask) -> None:
    with app.app_context():
        achievement = make_achievement()
        award = earn(make_account(), achievement)
        status_list_of(award).valid_until = utc_now() + timedelta(hours=1)
        path = key_file_of(app, organisation_of(achievement), "badge_proof")
        path.chmod(0o644)
        pending_id = earn(make_account(), achievement).public_id
        db.session.commit()
        path.chmod(0o600)
    jobs.do_chores(app)
    jobs.do_chores(app)
    jobs.drain(app)
    with app.app_context():
        assert db.session.scalars(select(Award).filter_by(public_id=pending_id)).one().state == "issued"
        assert db.session.scalars(select(StatusList)).one().valid_until > utc_now() + timedelta(days=6)


def test_an_organisation_gets_its_keys_with_its_first_badge(ctx: Flask) -> None:
    organisation = make_organisation()
    competency = make_competency(make_framework(organisation))
    ensure_achievement(organisation, "B01", make_draft(competency), actor="system")
    assert keystore.keys_of(organisation) == []
    make_evidence(make_account(), competency)
    assert {key.purpose for key in keystore.keys_of(organisation)} == set(keystore.ORGANISATION_PURPOSES)
    assert db.session.scalars(select(Award)).one().state == "issued"


@needs_shared
def test_the_official_schema_would_notice_a_broken_badge(ctx: Flask) -> None:
    document = document_of(make_award())
    document["credentialSubject"]["achievement"]["image"] = "https://elsewhere.example/image.png"
    schema = jsonschema_rs.validator_for(shared_json("standards/schemas/ob3/ob_v3p0_achievementcredential_schema.json"))
    assert not schema.is_valid(document)
