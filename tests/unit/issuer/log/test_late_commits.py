"""Whoever issues commits when it likes: also while somebody numbers what was issued before."""

from __future__ import annotations

import secrets
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, insert, select

from issuer.base.db import db, utc_now
from issuer.log import entries
from issuer.log.models import LogEntry, LogLeaf, LogWaiting
from tests.factories.log import keep_up


def test_what_is_committed_in_the_middle_of_numbering_gets_its_number_next_time(ctx: Flask) -> None:
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time: nobody can commit in the middle")
    with db.engine.connect() as slow:
        transaction = slow.begin()
        values = {"leaf_data": secrets.token_bytes(32), "created_at": utc_now()}
        early = slow.execute(insert(LogEntry).values(**values).returning(LogEntry.id)).scalar_one()
        slow.execute(insert(LogWaiting).values(entry_id=early))
        entries.record("later", secrets.token_bytes(32))
        db.session.commit()

        def commit_the_slow_one(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            if statement.startswith("INSERT INTO log_leaf") and transaction.is_active:
                transaction.commit()

        event.listen(db.engine, "after_cursor_execute", commit_the_slow_one)
        for _minute in range(2):
            keep_up()
        assert not transaction.is_active
    numbered = db.session.scalars(select(LogLeaf.entry_id).order_by(LogLeaf.number)).all()
    assert (len(numbered), numbered[1]) == (2, early)
