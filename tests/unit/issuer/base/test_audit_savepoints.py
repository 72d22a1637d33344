"""The audit record keeps step with savepoints: what was undone is not told, what was kept is."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from issuer.base import audit
from issuer.base.audit import AuditEntry
from issuer.base.db import db


class Undone(Exception):
    """Leaves a savepoint, undoing it."""


def _recorded_actions() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.sequence)))


def test_an_entry_made_before_an_undone_savepoint_is_kept(ctx: Flask) -> None:
    audit.record("kept", "thing", actor="system")
    try:
        with db.session.begin_nested():
            audit.record("undone", "thing", actor="system")
            raise Undone
    except Undone:
        audit.record("kept.too", "thing", actor="system")
    db.session.commit()
    assert _recorded_actions() == ["kept", "kept.too"]


def test_an_entry_made_in_a_released_savepoint_is_kept(ctx: Flask) -> None:
    with db.session.begin_nested():
        audit.record("released", "thing", actor="system")
    db.session.commit()
    assert _recorded_actions() == ["released"]


def test_a_rolled_back_transaction_leaves_no_entry(ctx: Flask) -> None:
    db.session.connection()
    audit.record("lost", "thing", actor="system")
    with db.session.begin_nested():
        audit.record("lost.too", "thing", actor="system")
    db.session.rollback()
    audit.record("told", "thing", actor="system")
    db.session.commit()
    assert _recorded_actions() == ["told"]
