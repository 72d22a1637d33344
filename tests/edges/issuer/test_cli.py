from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from issuer import accounts, organisations
from issuer.base.audit import AuditEntry
from issuer.base.db import db
from tests.factories.people import make_organisation


def run(app: Flask, *words: str, typed: str | None = None):  # type: ignore[no-untyped-def]
    return app.test_cli_runner().invoke(args=words, input=typed)


def test_a_person_is_added_with_roles_and_keeps_them_when_more_are_given(app: Flask) -> None:
    with app.app_context():
        make_organisation(slug="north")
        db.session.commit()
    words = ("people", "add", "--email", "ann@example.org", "--name", "Ann", "--organisation", "north")
    assert run(app, *words, "--role", "administrator").exit_code == 0
    assert run(app, *words, "--role", "author").exit_code == 0
    with app.app_context():
        known, north = accounts.address_of("ann@example.org"), organisations.by_slug("north")
        assert known is not None and north is not None
        membership = organisations.membership_of(known.account_id, north.id)
        assert membership is not None
        assert organisations.roles_of(membership) == {"administrator", "author"}
        assert known.verified_at is not None


def test_a_password_is_asked_for_on_the_terminal_and_never_shown(app: Flask) -> None:
    with app.app_context():
        make_organisation(slug="north")
        db.session.commit()
    words = ("people", "add", "--email", "ann@example.org", "--organisation", "north", "--with-password")
    answer = run(app, *words, typed="a quiet walk by the river\na quiet walk by the river\n")
    assert answer.exit_code == 0
    assert "quiet walk" not in answer.output


def test_what_is_wrong_is_one_line_and_changes_nothing(app: Flask) -> None:
    with app.app_context():
        make_organisation(slug="north")
        db.session.commit()
    answer = run(app, "people", "add", "--email", "no address", "--organisation", "north")
    assert answer.exit_code == 2
    assert answer.output.startswith("email: This does not look like an e-mail address.")
    assert run(app, "people", "add", "--email", "a@b.ca", "--organisation", "south").exit_code == 2
    with app.app_context():
        assert accounts.address_of("a@b.ca") is None


def test_an_issuer_is_added_once(app: Flask) -> None:
    words = ("organisations", "add", "--slug", "north", "--name", "North")
    assert run(app, *words).exit_code == 0
    assert run(app, *words).exit_code == 2


def test_a_whole_audit_record_is_zero_and_a_broken_one_is_one(app: Flask) -> None:
    run(app, "organisations", "add", "--slug", "north", "--name", "North")
    run(app, "organisations", "add", "--slug", "south", "--name", "South")
    whole = run(app, "audit", "verify")
    assert (whole.exit_code, whole.output.startswith("intact: 2 entries")) == (0, True)
    with app.app_context():
        first = db.session.scalars(select(AuditEntry.sequence)).first()
        if db.engine.dialect.name == "sqlite":
            for name in db.session.execute(db.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars():
                db.session.execute(db.text(f"DROP TRIGGER {name}"))
        else:
            db.session.execute(db.text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
        db.session.execute(db.text("DELETE FROM audit_entry WHERE sequence = :first"), {"first": first})
        db.session.commit()
    broken = run(app, "audit", "verify")
    assert broken.exit_code == 1
    assert "An entry is missing here." in broken.output
