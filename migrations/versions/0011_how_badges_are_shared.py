"""how badges are shared

Four answers to who may see a badge, three to which name others read, and a code for paper; old badges get a code.

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

from badges.sharing.human_codes import new_code

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

VISIBILITIES = "visibility IN ('private', 'link', 'public', 'listed')"
VISIBILITIES_BEFORE = "visibility IN ('private', 'public')"
SHOWN_NAMES = "shown_name IN ('full', 'initials', 'hidden')"


def upgrade() -> None:
    if _is_sqlite():
        _set_aside()
        with op.batch_alter_table("award") as batch:
            _say_more(batch)
            batch.alter_column("code", nullable=False)
        _put_back(_codes())
        return
    with op.batch_alter_table("award") as batch:
        _say_more(batch)
    awards = op.get_bind().execute(sa.text("SELECT id FROM award ORDER BY id")).scalars().all()
    for award_id, code in zip(awards, _codes(), strict=False):
        op.execute(sa.text("UPDATE award SET code = :code WHERE id = :id").bindparams(code=code, id=award_id))
    op.alter_column("award", "code", nullable=False)


def downgrade() -> None:
    """What is shared by link is private to a service that knows no links."""
    op.execute("UPDATE award SET visibility = 'public' WHERE visibility = 'listed'")
    op.execute("UPDATE award SET visibility = 'private' WHERE visibility = 'link'")
    if _is_sqlite():
        _set_aside()
    with op.batch_alter_table("award") as batch:
        batch.drop_constraint(op.f("ck_award_known_visibility"), type_="check")
        batch.drop_constraint(op.f("ck_award_known_shown_name"), type_="check")
        batch.drop_constraint(op.f("uq_award_code"), type_="unique")
        batch.drop_column("code")
        batch.drop_column("shown_name")
        batch.create_check_constraint(op.f("ck_award_known_visibility"), VISIBILITIES_BEFORE)
    if _is_sqlite():
        _put_back()


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _say_more(batch: BatchOperations) -> None:
    batch.drop_constraint(op.f("ck_award_known_visibility"), type_="check")
    batch.create_check_constraint(op.f("ck_award_known_visibility"), VISIBILITIES)
    shown_name = sa.Column("shown_name", sa.String(length=16), nullable=False, server_default=sa.text("'full'"))
    batch.add_column(shown_name)
    batch.create_check_constraint(op.f("ck_award_known_shown_name"), SHOWN_NAMES)
    batch.add_column(sa.Column("code", sa.String(length=12), nullable=True))
    batch.create_unique_constraint(op.f("uq_award_code"), ["code"])


def _codes() -> Iterator[str]:
    """No two alike."""
    given: set[str] = set()
    while True:
        if (code := new_code()) not in given:
            given.add(code)
            yield code


def _set_aside() -> None:
    """SQLite makes a table anew to change it, and drops the old one: what refers to its rows waits for the commit."""
    op.execute("PRAGMA defer_foreign_keys = ON")
    op.execute("CREATE TEMPORARY TABLE award_set_aside AS SELECT * FROM award")
    op.execute("DELETE FROM award")


def _put_back(codes: Iterator[str] | None = None) -> None:
    connection = op.get_bind()
    names = {column["name"] for column in sa.inspect(connection).get_columns("award")}
    for row in connection.execute(sa.text("SELECT * FROM award_set_aside ORDER BY id")).mappings().all():
        values = {name: value for name, value in row.items() if name in names}
        if codes is not None:
            values["code"] = next(codes)
        connection.execute(sa.table("award", *map(sa.column, values)).insert(), values)
    op.execute("DROP TABLE award_set_aside")
