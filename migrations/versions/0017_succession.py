"""succession

What an organisation states about its future, who proposed and confirmed it, and who was told.

Revision ID: 0017
Revises: 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from issuer.base.append_only import statements

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

ONLY_GROW = ("succession_statement",)

STATES = "state IN ('open', 'moving', 'closed')"


def upgrade() -> None:
    op.add_column(
        "organisation", sa.Column("statement_number", sa.Integer(), nullable=False, server_default=sa.text("0"))
    )
    _make_proposals()
    _make_statements()
    _make_letters()
    bind = op.get_bind()
    for table in ONLY_GROW:
        for statement in statements(table, bind.dialect.name):
            bind.exec_driver_sql(statement)


def downgrade() -> None:
    """What was stated is gone with it; signed copies that others keep stay what they are."""
    for table in ("succession_letter", "succession_statement", "succession_proposal"):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION succession_statement_refuse_change()")
    op.drop_column("organisation", "statement_number")


def _make_proposals() -> None:
    op.create_table(
        "succession_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("successor_id", sa.String(length=300), nullable=False),
        sa.Column("successor_name", sa.String(length=200), nullable=False),
        sa.Column("successor_url", sa.String(length=500), nullable=False),
        sa.Column("successor_takes_over", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(STATES, name=op.f("ck_succession_proposal_known_state")),
        sa.CheckConstraint(
            "outcome IN ('waiting', 'withdrawn', 'stated')", name=op.f("ck_succession_proposal_known_outcome")
        ),
        sa.CheckConstraint(
            "confirmed_by_id IS NULL OR confirmed_by_id <> proposed_by_id",
            name=op.f("ck_succession_proposal_two_people"),
        ),
        sa.CheckConstraint(
            "(outcome = 'stated') = (confirmed_by_id IS NOT NULL)",
            name=op.f("ck_succession_proposal_confirmed_by_somebody"),
        ),
        _to("organisation", "succession_proposal", "organisation_id"),
        _to("account", "succession_proposal", "proposed_by_id"),
        _to("account", "succession_proposal", "confirmed_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_succession_proposal")),
        sa.UniqueConstraint("public_id", name=op.f("uq_succession_proposal_public_id")),
    )
    waits = sa.text("outcome = 'waiting'")
    op.create_index(
        "uq_succession_proposal_one_waiting",
        "succession_proposal",
        ["organisation_id"],
        unique=True,
        sqlite_where=waits,
        postgresql_where=waits,
    )


def _make_statements() -> None:
    op.create_table(
        "succession_statement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("signed_kid", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(STATES, name=op.f("ck_succession_statement_known_state")),
        _to("organisation", "succession_statement", "organisation_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_succession_statement")),
        sa.UniqueConstraint("organisation_id", "number", name=op.f("uq_succession_statement_organisation_id_number")),
    )


def _make_letters() -> None:
    op.create_table(
        "succession_letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _to("succession_statement", "succession_letter", "statement_id"),
        _to("account", "succession_letter", "account_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_succession_letter")),
        sa.UniqueConstraint("statement_id", "account_id", name=op.f("uq_succession_letter_statement_id_account_id")),
    )
    op.create_index(op.f("ix_succession_letter_account_id"), "succession_letter", ["account_id"])


def _to(table: str, of: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_{of}_{column}_{table}"))
