"""Nobody changes, drops or reorders an entry of the audit record without being found out."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from issuer.base import audit
from issuer.base.audit import AuditEntry, verify_chain
from issuer.base.db import db


@pytest.fixture
def three_entries(ctx: Flask) -> None:
    for number in range(3):
        audit.record("thing.changed", f"subject-{number}", actor="somebody", number=number)
        db.session.commit()


def _tamper(statement: str) -> None:
    """What an administrator of the database could do: take the guards away, then change the table."""
    if db.engine.dialect.name == "sqlite":
        for trigger in ("audit_entry_no_update", "audit_entry_no_delete"):
            db.session.execute(db.text(f"DROP TRIGGER {trigger}"))
    else:
        db.session.execute(db.text("DROP TRIGGER audit_entry_only_grows ON audit_entry"))
    db.session.execute(db.text(statement))
    db.session.commit()
    db.session.expire_all()


def test_an_untouched_record_is_intact(three_entries: None) -> None:
    report = verify_chain()
    assert (report.is_intact, report.entries) == (True, 3)


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("UPDATE audit_entry SET actor = 'another' WHERE sequence = 2", 2),
        ("UPDATE audit_entry SET subject = 'another' WHERE sequence = 3", 3),
        ("UPDATE audit_entry SET details = '{\"number\": 7}' WHERE sequence = 1", 1),
        ("DELETE FROM audit_entry WHERE sequence = 2", 2),
        ("DELETE FROM audit_entry WHERE sequence = 1", 1),
        ("UPDATE audit_entry SET sequence = 9 WHERE sequence = 3", 3),
    ],
)
def test_a_change_is_found_where_it_was_made(three_entries: None, statement: str, place: int) -> None:
    _tamper(statement)
    report = verify_chain()
    assert not report.is_intact
    assert report.broken_at == place


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET actor = 'another'", "DELETE FROM audit_entry"])
def test_the_database_itself_refuses_a_change(three_entries: None, statement: str) -> None:
    with pytest.raises(IntegrityError):
        db.session.execute(db.text(statement))


def test_several_entries_of_one_transaction_are_chained_in_order(ctx: Flask) -> None:
    for number in range(5):
        audit.record("thing.changed", str(number), actor="somebody")
    db.session.commit()
    assert [entry.subject for entry in db.session.scalars(db.select(AuditEntry).order_by(AuditEntry.sequence))] == list(
        "01234"
    )
    assert verify_chain().is_intact
