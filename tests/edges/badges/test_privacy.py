"""A person takes everything along, or goes; and what is then said at each address where something was."""

from __future__ import annotations

import io
import json
import threading
import zipfile
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from badges import awards
from badges.models import Award
from badges.privacy import asking
from badges.privacy.erasing import REQUEST, erase
from badges.privacy.models import Erasure, ErasureRequest
from badges.sharing import links
from badges.verification import sources
from badges.verification.report import Finding
from issuer import accounts
from issuer.base.db import db, utc_now
from issuer.crypto.strict_json import load_object
from issuer.models import Account, Organisation, OutgoingMail, StatusEntry
from issuer.policy import Actor
from tests.edges.badges.badge_steps import HTML, HeldBadge, held_badge
from tests.factories.badges import earn, make_achievement
from tests.factories.bulk_checks import publish_lists
from tests.factories.people import PASSWORD, Person, make_account, make_person, sign_in, submit

NAME = "Amara Okafor"
FORMS = (
    *("", ".json", ".jwt", ".png", ".svg", ".pdf", ".ob2.json", ".ob2.jws", ".ob2.png", ".ob2.svg"),
    *("/qr.svg", "/qr.png", "/social.png"),
)


def badge_of(app: Flask) -> HeldBadge:
    """Of an issuer with an address, without which there is no badge of version 2."""
    holder = make_person(app, "learner", name=NAME)
    with app.app_context():
        db.session.get_one(Organisation, holder.organisation_id).email = "badges@school.example"
        db.session.commit()
    return held_badge(app, holder=holder)


def erase_now(app: Flask, person: Person) -> None:
    with app.app_context():
        erase(db.session.get_one(Account, person.account_id), ground=REQUEST, actor=person.public_id)
        db.session.commit()


def with_password(app: Flask, person: Person) -> None:
    with app.app_context():
        accounts.set_password(accounts.get(person.account_id), PASSWORD, current=None)
        db.session.commit()
        sign_in(person.client, accounts.get(person.account_id))


def asked(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(ErasureRequest)) or 0


@pytest.mark.parametrize("form", FORMS)
def test_every_address_of_an_erased_badge_says_gone_and_names_nobody(
    app: Flask, client: FlaskClient, form: str
) -> None:
    badge = badge_of(app)
    assert client.get(badge.path + form, headers=HTML if not form else {}).status_code == 200
    erase_now(app, badge.holder)
    answer = client.get(badge.path + form, headers=HTML if not form else {})
    assert answer.status_code == 410
    assert b"Amara" not in answer.data and b"Okafor" not in answer.data and b"Target List" not in answer.data


@pytest.mark.parametrize("accept", ["application/vc", "application/vc+jwt", "image/png", "application/pdf"])
def test_an_erased_badge_is_gone_in_every_form_that_can_be_asked_for(
    app: Flask, client: FlaskClient, accept: str
) -> None:
    badge = badge_of(app)
    erase_now(app, badge.holder)
    assert client.get(badge.path, headers={"Accept": accept}).status_code == 410


def test_the_embedded_frame_the_code_and_the_preview_of_an_erased_badge_are_gone(
    app: Flask, client: FlaskClient
) -> None:
    badge = badge_of(app)
    with app.app_context():
        code = db.session.scalars(select(Award.code)).one()
        url = f"{app.config['ROSETTE'].base_url}{badge.path}"
    places_of_it = (f"/embed{badge.path}", f"/c/{code}", f"/oembed?url={url}")
    assert [client.get(place).status_code for place in places_of_it] == [200, 302, 200]
    erase_now(app, badge.holder)
    assert [client.get(place).status_code for place in places_of_it] == [410, 410, 410]


def test_a_share_link_of_an_erased_person_leads_nowhere(app: Flask, client: FlaskClient) -> None:
    badge = badge_of(app)
    with app.app_context():
        _link, secret = links.make(Actor(badge.holder.account_id, badge.holder.public_id), [badge.award_id])
        db.session.commit()
    assert client.get(f"/s/{secret}").status_code == 200
    erase_now(app, badge.holder)
    answer = client.get(f"/s/{secret}")
    assert answer.status_code in (404, 410) and b"Amara" not in answer.data


def test_a_badge_that_was_never_there_is_not_said_to_be_erased(app: Flask, client: FlaskClient) -> None:
    badge = badge_of(app)
    erase_now(app, badge.holder)
    assert client.get(f"{badge.path[:-1]}{'A' if badge.path[-1] != 'A' else 'B'}").status_code == 404


def test_a_saved_file_of_an_erased_badge_still_verifies_and_a_changed_one_does_not(app: Flask) -> None:
    badge = badge_of(app)
    erase_now(app, badge.holder)
    changed = badge.document.replace(b"Target List", b"Target Lisp")
    with app.test_request_context():
        assert sources.check(badge.document).finding is Finding.VALID
        assert sources.check(changed).finding is Finding.ALTERED


def test_a_revoked_badge_stays_revoked_after_its_holder_is_forgotten(app: Flask) -> None:
    badge = badge_of(app)
    with app.app_context():
        award = db.session.scalars(select(Award)).one()
        awards.revoke(award, reason="A mistake.", actor="system")
        db.session.commit()
    erase_now(app, badge.holder)
    with app.app_context():
        publish_lists()
        db.session.commit()
    with app.test_request_context():
        assert sources.check(badge.document).finding is Finding.REVOKED


def test_the_place_of_an_erased_badge_is_never_given_again(app: Flask) -> None:
    badge = badge_of(app)
    taken = int(load_object(badge.document)["credentialStatus"]["statusListIndex"])
    erase_now(app, badge.holder)
    with app.app_context():
        achievement = make_achievement(db.session.get_one(Organisation, badge.holder.organisation_id))
        for _each in range(5):
            earn(make_account(), achievement)
        db.session.commit()
        indexes = db.session.scalars(select(StatusEntry.index)).all()
        assert indexes.count(taken) == 1 and len(indexes) == 6
        with pytest.raises(IntegrityError):
            db.session.execute(delete(StatusEntry).where(StatusEntry.index == taken))
        db.session.rollback()


def test_erasure_is_asked_with_a_tick_and_a_password_and_waits_a_day(app: Flask) -> None:
    person = make_person(app, "learner", name=NAME)
    with_password(app, person)
    assert submit(person.client, "/account/erase", {"password": PASSWORD}).status_code == 422
    assert submit(person.client, "/account/erase", {"sure": "1", "password": "guessed"}).status_code == 422
    assert asked(app) == 0
    assert submit(person.client, "/account/erase", {"sure": "1", "password": PASSWORD}).status_code == 303
    assert asked(app) == 1
    with app.app_context():
        assert asking.carry_out_due() == 0
        mail = db.session.scalars(select(OutgoingMail.body).filter_by(recipient=person.email)).one()
    assert "/account/erase" in mail


def test_whoever_has_no_password_proves_by_mail_who_they_are(app: Flask) -> None:
    person = make_person(app, "learner")
    answer = submit(person.client, "/account/erase", {"sure": "1"})
    assert answer.status_code == 409 and asked(app) == 0


def test_a_day_later_the_person_is_gone_and_signed_out(app: Flask) -> None:
    person = make_person(app, "learner", name=NAME)
    with_password(app, person)
    submit(person.client, "/account/erase", {"sure": "1", "password": PASSWORD})
    with app.app_context():
        db.session.execute(update(ErasureRequest).values(due_at=utc_now() - timedelta(minutes=1)))
        assert asking.carry_out_due() == 1
        db.session.commit()
        assert db.session.get_one(Account, person.account_id).name == ""
    assert person.client.get("/account", headers=HTML).status_code in (302, 303, 401)


def test_within_the_day_it_can_be_taken_back(app: Flask) -> None:
    person = make_person(app, "learner")
    with_password(app, person)
    submit(person.client, "/account/erase", {"sure": "1", "password": PASSWORD})
    assert submit(person.client, "/account/erase/take-back").status_code == 303
    assert asked(app) == 0


def test_the_last_administrator_first_hands_the_organisation_on(app: Flask) -> None:
    person = make_person(app, "administrator")
    with_password(app, person)
    answer = submit(person.client, "/account/erase", {"sure": "1", "password": PASSWORD})
    assert answer.status_code == 409 and asked(app) == 0


def test_two_erasures_at_one_moment_are_one(app: Flask) -> None:
    badge = badge_of(app)
    gate = threading.Barrier(2)
    done: list[bool] = []

    def go() -> None:
        with app.app_context():
            gate.wait()
            account = db.session.get_one(Account, badge.holder.account_id)
            done.append(erase(account, ground=REQUEST, actor="system") is not None)
            db.session.commit()

    threads = [threading.Thread(target=go) for _each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [False, True]
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Erasure)) == 1


def test_the_export_holds_the_badge_byte_for_byte_and_everything_in_words(app: Flask) -> None:
    badge = badge_of(app)
    answer = submit(badge.holder.client, "/account/export")
    assert answer.status_code == 200 and answer.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.read(f"badges/{badge.award_id}/edition-1.json") == badge.document
        assert archive.read(f"badges/{badge.award_id}/edition-1.jwt") == badge.jwt
        said = json.loads(archive.read("person.json"))
    assert said["records"]["account"][0]["name"] == NAME
    assert said["records"]["award"][0]["public_id"] == badge.award_id
    assert any(entry["action"] == "account.exported" for entry in said["audit"]) or said["audit"]


def test_an_export_says_nothing_of_anybody_else_and_no_secret(app: Flask) -> None:
    badge, other = badge_of(app), held_badge(app, holder=make_person(app, "learner", name="Lin Zhao"))
    with_password(app, badge.holder)
    with zipfile.ZipFile(io.BytesIO(submit(badge.holder.client, "/account/export").data)) as archive:
        whole = b"".join(archive.read(name) for name in archive.namelist())
    assert b"Lin Zhao" not in whole and other.award_id.encode() not in whole
    assert b"password_hash" not in whole and b"token_hash" not in whole


def test_nobody_exports_or_erases_without_being_signed_in(client: FlaskClient) -> None:
    assert client.get("/account/export").status_code in (302, 303, 401)
    assert client.post("/account/export").status_code in (302, 303, 400, 401, 403)
    assert client.get("/account/erase").status_code in (302, 303, 401)


def test_the_command_first_says_what_would_go_and_then_erases(app: Flask) -> None:
    badge = badge_of(app)
    runner = app.test_cli_runner()
    looked = runner.invoke(args=["privacy", "erase", badge.holder.email])
    assert looked.exit_code == 0 and "nothing was erased" in looked.output and "award: 1" in looked.output
    done = runner.invoke(args=["privacy", "erase", badge.holder.email, "--yes"])
    assert done.exit_code == 0 and done.output.startswith("erased:")
    assert runner.invoke(args=["privacy", "erase", badge.holder.email, "--yes"]).exit_code == 2
    report = runner.invoke(args=["privacy", "report"])
    assert report.exit_code == 0 and "erased: 1, in the register: 1" in report.output
