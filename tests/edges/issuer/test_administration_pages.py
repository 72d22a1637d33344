"""What administrators do with their organisation in a browser."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select, update

from issuer import organisations
from issuer.base import audit
from issuer.base.audit import AuditEntry
from issuer.base.db import db
from issuer.models import Organisation, OutgoingMail
from tests.factories.people import Person, make_person, submit

HTML = {"Accept": "text/html"}


def roles_of(app: Flask, person: Person) -> frozenset[str]:
    with app.app_context():
        membership = organisations.membership_of(person.account_id, person.organisation_id)
        return organisations.roles_of(membership) if membership else frozenset()


def members_path(person: Person) -> str:
    return f"/admin/organisations/{person.organisation}/members"


def test_the_profile_is_edited_and_the_short_name_never(app: Flask) -> None:
    admin = make_person(app, "administrator")
    form = {"name": "North", "url": "https://north.example", "email": "", "description": "A\r\nB", "slug": "stolen"}
    path = f"/admin/organisations/{admin.organisation}"
    assert submit(admin.client, path, form).status_code == 303
    with app.app_context():
        place = db.session.get_one(Organisation, admin.organisation_id)
        assert (place.name, place.url, place.email, place.description) == (
            "North",
            "https://north.example",
            None,
            "A\nB",
        )
        assert place.slug != "stolen"
    assert 'value="North"' in admin.client.get(path, headers=HTML).get_data(as_text=True)


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("url", "javascript:alert(1)"), ("email", "a@b\r\nBcc: c@d.ca"), ("description", "x" * 5001)],
)
def test_a_bad_profile_is_refused_at_its_field_and_nothing_is_half_saved(app: Flask, field: str, value: str) -> None:
    admin = make_person(app, "administrator")
    form = {"name": "North", "url": "", "email": "", "description": ""} | {field: value}
    answer = submit(admin.client, f"/admin/organisations/{admin.organisation}", form)
    assert answer.status_code == 422
    assert f'id="f-{field}-error"' in answer.get_data(as_text=True)
    with app.app_context():
        assert db.session.get_one(Organisation, admin.organisation_id).name != "North"


def test_a_person_is_added_by_address_and_gets_a_mail(app: Flask) -> None:
    admin = make_person(app, "administrator")
    form = {"email": "new@example.org", "roles": ["author", "learner"]}
    assert submit(admin.client, members_path(admin), form).status_code == 303
    page = admin.client.get(members_path(admin), headers=HTML).get_data(as_text=True)
    assert "new@example.org" in page
    assert "has not confirmed the address yet" in page
    with app.app_context():
        assert db.session.scalars(select(OutgoingMail.recipient)).one() == "new@example.org"


def test_adding_a_member_again_is_said_and_changes_nothing(app: Flask) -> None:
    admin = make_person(app, "administrator")
    learner = make_person(app, "learner", organisation_id=admin.organisation_id)
    submit(admin.client, members_path(admin), {"email": learner.email, "roles": ["administrator"]})
    assert "a member already" in admin.client.get(members_path(admin), headers=HTML).get_data(as_text=True)
    assert roles_of(app, learner) == {"learner"}


def test_new_roles_count_at_once_and_need_a_new_sign_in(app: Flask) -> None:
    admin = make_person(app, "administrator")
    learner = make_person(app, "learner", organisation_id=admin.organisation_id)
    path = f"{members_path(admin)}/{learner.public_id}/roles"
    assert submit(admin.client, path, {"roles": ["author"]}).status_code == 303
    assert roles_of(app, learner) == {"author"}
    assert learner.client.get("/account", headers=HTML).status_code == 303


def test_who_changes_the_own_roles_stays_signed_in_with_a_new_session(app: Flask) -> None:
    admin = make_person(app, "administrator")
    with admin.client.session_transaction() as cookie:
        before = dict(cookie)
    path = f"{members_path(admin)}/{admin.public_id}/roles"
    assert submit(admin.client, path, {"roles": ["administrator", "learner"]}).status_code == 303
    assert admin.client.get("/account", headers=HTML).status_code == 200
    old = app.test_client()
    with old.session_transaction() as cookie:
        cookie.update(before)
    assert old.get("/account", headers=HTML).status_code == 303


def test_the_last_administrator_cannot_be_removed_and_the_page_says_so(app: Flask) -> None:
    admin = make_person(app, "administrator")
    submit(admin.client, f"{members_path(admin)}/{admin.public_id}/remove")
    submit(admin.client, f"{members_path(admin)}/{admin.public_id}/roles", {"roles": ["learner"]})
    assert "This is the last administrator." in admin.client.get(members_path(admin), headers=HTML).get_data(
        as_text=True
    )
    assert roles_of(app, admin) == {"administrator"}


def test_a_removed_member_can_do_nothing_more(app: Flask) -> None:
    admin = make_person(app, "administrator")
    author = make_person(app, "author", organisation_id=admin.organisation_id)
    assert submit(admin.client, f"{members_path(admin)}/{author.public_id}/remove").status_code == 303
    assert roles_of(app, author) == frozenset()
    assert author.email not in admin.client.get(members_path(admin), headers=HTML).get_data(as_text=True)


def test_the_organisation_of_others_does_not_exist_for_an_administrator(app: Flask) -> None:
    admin, other = make_person(app, "administrator"), make_person(app, "administrator")
    for path in (f"/admin/organisations/{other.organisation}", members_path(other)):
        assert admin.client.get(path, headers=HTML).status_code == 404
        assert (
            submit(admin.client, path, {"name": "Stolen", "email": admin.email, "roles": ["administrator"]}).status_code
            == 404
        )
    assert submit(admin.client, f"{members_path(other)}/{other.public_id}/remove").status_code == 404
    assert submit(admin.client, f"{members_path(admin)}/{other.public_id}/remove").status_code == 404
    assert roles_of(app, other) == {"administrator"}


@pytest.mark.parametrize("role", ["learner", "author", "assessor"])
def test_other_roles_administer_nothing(app: Flask, role: str) -> None:
    person = make_person(app, role)
    for path in ("/admin", f"/admin/organisations/{person.organisation}", members_path(person), "/admin/audit"):
        assert person.client.get(path, headers=HTML).status_code == 403


def test_the_first_page_leads_to_what_one_administers(app: Flask) -> None:
    admin = make_person(app, "administrator")
    page = admin.client.get("/admin", headers=HTML).get_data(as_text=True)
    assert members_path(admin) in page
    assert "/admin/audit" in page


def test_the_audit_record_is_shown_and_checked(app: Flask) -> None:
    admin = make_person(app, "administrator")
    submit(admin.client, f"{members_path(admin)}/{admin.public_id}/roles", {"roles": ["administrator", "author"]})
    page = admin.client.get("/admin/audit?check=yes", headers=HTML).get_data(as_text=True)
    assert "membership.roles_changed" in page
    assert "The record is whole" in page
    assert admin.email not in page.split("<main")[1]


def test_a_changed_entry_is_found_and_named(app: Flask) -> None:
    admin = make_person(app, "administrator")
    with app.app_context():
        tampered = db.session.scalars(select(AuditEntry).order_by(AuditEntry.sequence)).first()
        assert tampered is not None
        report = audit.verify_chain()
        assert report.is_intact
        if db.engine.dialect.name == "sqlite":
            for name in db.session.execute(db.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars():
                db.session.execute(db.text(f"DROP TRIGGER {name}"))
        else:
            db.session.execute(db.text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
        db.session.execute(update(AuditEntry).where(AuditEntry.sequence == 1).values(actor="somebody-else"))
        db.session.commit()
    page = admin.client.get("/admin/audit?check=yes", headers=HTML).get_data(as_text=True)
    assert "The record is broken at entry 1." in page
