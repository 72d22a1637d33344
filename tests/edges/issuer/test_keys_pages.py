"""Keys in a browser: an administrator sees them, and starts the ordinary change of one."""

from __future__ import annotations

import pytest
from flask import Flask

from issuer.base.db import db, utc_now
from issuer.keys import keystore, life
from issuer.keys.compromise import compromise
from issuer.models import Organisation
from tests.factories.keys import make_issuer, make_keys
from tests.factories.people import Person, make_person, submit

HTML = {"Accept": "text/html"}


@pytest.fixture
def admin(app: Flask) -> Person:
    """An administrator of an organisation that can sign."""
    person = make_person(app, "administrator")
    with app.app_context():
        make_keys(db.session.get_one(Organisation, person.organisation_id))
        db.session.commit()
    return person


def kid_of(app: Flask, person: Person, purpose: str = "badge_proof") -> str:
    with app.app_context():
        return keystore.active_key(db.session.get_one(Organisation, person.organisation_id), purpose).kid


def keys_path(person: Person) -> str:
    return f"/admin/organisations/{person.organisation}/keys"


def page(person: Person, path: str) -> str:
    answer = person.client.get(path, headers=HTML)
    assert answer.status_code == 200
    return str(answer.get_data(as_text=True))


def test_the_table_says_what_each_key_is_for_and_what_it_does(app: Flask, admin: Person) -> None:
    shown = page(admin, keys_path(admin))
    for words in ("Badges as tokens (JWT)", "Lists of withdrawn badges", "Signs now", kid_of(app, admin)):
        assert words in shown


def test_a_rotation_is_explained_before_it_is_begun(app: Flask, admin: Person) -> None:
    kid = kid_of(app, admin)
    assert "It signs from" in page(admin, f"{keys_path(admin)}/{kid}/rotate")
    assert kid_of(app, admin) == kid
    with app.app_context():
        assert life.successor_of(life.find_key(kid)) is None


def test_a_rotation_announces_the_next_key_and_the_old_one_goes_on(app: Flask, admin: Person) -> None:
    kid = kid_of(app, admin)
    answer = submit(admin.client, f"{keys_path(admin)}/{kid}/rotate", {})
    assert (answer.status_code, answer.headers["Location"]) == (303, keys_path(admin))
    with app.app_context():
        key = life.find_key(kid)
        successor = life.successor_of(key)
        assert successor is not None and key.state == "active"
        announced = successor.kid
    assert announced in page(admin, keys_path(admin))
    assert "Published; signs from" in page(admin, keys_path(admin))


def test_a_second_press_changes_nothing_and_says_so(app: Flask, admin: Person) -> None:
    kid = kid_of(app, admin)
    for _ in range(2):
        submit(admin.client, f"{keys_path(admin)}/{kid}/rotate", {})
    assert "is being replaced already" in page(admin, keys_path(admin))
    with app.app_context():
        place = db.session.get_one(Organisation, admin.organisation_id)
        assert len([key for key in keystore.keys_of(place) if key.purpose == "badge_proof"]) == 2


def test_a_key_that_is_being_replaced_is_not_offered(app: Flask, admin: Person) -> None:
    kid = kid_of(app, admin)
    path = f"{keys_path(admin)}/{kid}/rotate"
    assert path in page(admin, keys_path(admin))
    submit(admin.client, path, {})
    assert path not in page(admin, keys_path(admin))
    assert admin.client.get(path, headers=HTML).status_code == 303


def test_ended_keys_say_what_became_of_what_they_signed(app: Flask, admin: Person) -> None:
    proof, jwt = kid_of(app, admin), kid_of(app, admin, "badge_jwt")
    with app.app_context():
        now = utc_now()
        life.replace_now(life.find_key(proof), actor="system", now=now)
        compromise(life.find_key(jwt), since=now, actor="system", now=now)
        db.session.commit()
    shown = page(admin, keys_path(admin))
    assert "what it signed stays valid" in shown
    assert "it proves nothing any more" in shown


def test_a_key_of_another_organisation_is_not_there(app: Flask, admin: Person) -> None:
    with app.app_context():
        foreign = keystore.active_key(make_issuer(), "badge_proof").kid
        db.session.commit()
    path = f"{keys_path(admin)}/{foreign}/rotate"
    assert admin.client.get(path, headers=HTML).status_code == 404
    assert submit(admin.client, path, {}).status_code == 404
    with app.app_context():
        assert life.successor_of(life.find_key(foreign)) is None


@pytest.mark.parametrize("role", ["author", "assessor", "learner"])
def test_who_does_not_administer_sees_no_keys(app: Flask, role: str) -> None:
    person = make_person(app, role)
    assert person.client.get(keys_path(person), headers=HTML).status_code in (403, 404)


def test_an_organisation_without_keys_is_told_when_they_come(app: Flask) -> None:
    person = make_person(app, "administrator")
    assert "No keys yet" in page(person, keys_path(person))
