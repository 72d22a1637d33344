"""Tables that only grow: neither a statement nor a changed object gets past the database."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from issuer.base import audit
from issuer.base.db import db

pytestmark = pytest.mark.usefixtures("ctx")


@pytest.fixture(autouse=True)
def entry(ctx: object) -> audit.AuditEntry:
    """One entry of the audit record, written and committed."""
    audit.record("thing.done", "a-thing", actor="somebody")
    db.session.commit()
    return db.session.scalars(select(audit.AuditEntry)).one()


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET actor = 'somebody else'", "DELETE FROM audit_entry"])
def test_a_written_row_can_be_neither_changed_nor_removed(statement: str) -> None:
    with pytest.raises(IntegrityError):
        db.session.execute(text(statement))
    db.session.rollback()
    assert audit.verify_chain().entries == 1


def test_a_changed_object_is_refused_when_it_is_stored(entry: audit.AuditEntry) -> None:
    entry.actor = "somebody else"
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()
    assert db.session.scalars(select(audit.AuditEntry.actor)).one() == "somebody"


def test_rows_are_still_added(entry: audit.AuditEntry) -> None:
    audit.record("thing.done", "another-thing", actor="somebody")
    db.session.commit()
    assert audit.verify_chain().entries == 2
