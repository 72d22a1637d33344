"""The database: one code path over SQLite and PostgreSQL.

SQLite opens in WAL with synchronous=FULL, foreign keys on and a busy timeout; a transaction that is
going to write says so at its beginning (``BEGIN IMMEDIATE``), because a reader that turns into a writer
half-way is refused at once by SQLite instead of waiting its turn. Writers of one process queue here, in order: SQLite
itself lets whoever happens to ask at the right moment go first, and somebody may ask in vain until the timeout.
"""

from __future__ import annotations

import secrets
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, Engine, MetaData, String, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from issuer.base.turns import Turns

BUSY_TIMEOUT_MS = 5_000
TURN_SECONDS = 20.0
"""How long a writer queues behind others of its process before it tries its luck with SQLite's own waiting."""
PUBLIC_ID_BYTES = 16
_TURN = "has_the_turn_to_write"

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

reads_only: ContextVar[bool] = ContextVar("reads_only", default=False)
"""True while a request that cannot change anything is served: its transactions take no write lock."""


class Model(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Model, disable_autonaming=True)


class UTCTime(TypeDecorator[datetime]):
    """An aware UTC datetime, to the microsecond; a naive one is refused. SQLite keeps it as sortable text."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("A time without a zone cannot be stored.")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def new_public_id() -> str:
    """128 random bits as 22 characters of base64url."""
    while (text := secrets.token_urlsafe(PUBLIC_ID_BYTES)).startswith(("-", "_")):
        pass  # a leading sign is taken for an option on a command line
    return text


def utc_now() -> datetime:
    return datetime.now(UTC)


class PublicId:
    """Mixin: the only name of a row that leaves the service."""

    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_public_id)


class CreatedAt:
    """Mixin: when the row was made, by the server's clock."""

    created_at: Mapped[datetime] = mapped_column(UTCTime, default=utc_now)


def init_app(app: Flask) -> None:
    """Bind the database to ``app`` and set SQLite up for durable concurrent use."""
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            _durable_sqlite(db.engine)


def _durable_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver's own implicit BEGIN would come too late
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_TIMEOUT_MS}"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    turns = Turns()

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Any) -> None:
        if reads_only.get():
            connection.exec_driver_sql("BEGIN")
            return
        kept = connection.connection.record_info
        if not kept.get(_TURN):
            kept[_TURN] = turns.take(seconds=TURN_SECONDS)
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    @event.listens_for(engine, "checkin")
    def _on_checkin(_connection: Any, record: Any) -> None:
        if record.record_info.pop(_TURN, False):
            turns.give_back()
