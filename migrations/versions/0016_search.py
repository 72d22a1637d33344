"""search

What may be found, one row for each thing, and its words: an FTS5 table on SQLite, a tsvector on PostgreSQL. Nothing is
filled in here: the worker's next round does that, or `flask search rebuild`.

Revision ID: 0016
Revises: 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

KINDS = "kind IN ('badge', 'achievement', 'module', 'competency', 'issuer')"
SQLITE_WORDS = (
    "CREATE VIRTUAL TABLE search_words USING fts5(kind, strong, weak, tokenize = 'unicode61 remove_diacritics 0')"
)
POSTGRESQL_WORDS = (
    "CREATE TABLE search_words ("
    "entry_id INTEGER NOT NULL PRIMARY KEY REFERENCES search_entry (id) ON DELETE CASCADE, words TSVECTOR NOT NULL)"
)


def upgrade() -> None:
    op.create_table(
        "search_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_search_entry_known_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entry")),
        sa.UniqueConstraint("kind", "subject_id", name=op.f("uq_search_entry_kind_subject_id")),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(SQLITE_WORDS)
        return
    op.execute(POSTGRESQL_WORDS)
    op.execute("CREATE INDEX ix_search_words_words ON search_words USING gin (words)")


def downgrade() -> None:
    """An index is made of what is stored elsewhere."""
    op.execute("DROP TABLE search_words")
    op.drop_table("search_entry")
