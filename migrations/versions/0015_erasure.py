"""erasure

What is asked and what is left of it, and the one way past the guard of tables that hold what is said of a person.

Revision ID: 0015
Revises: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from issuer.base.append_only import statements, statements_for_erasure

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ERASABLE = (
    "credential",
    "shown_form",
    "bound_form",
    "evidence",
    "evidence_competency",
    "status_change",
    "issued_credential",
    "signed_endorsement",
)
PROPOSED = "what was proposed is what is confirmed: who, what and which badges never change"
GROUNDS = "ground IN ('request', 'order', 'retention')"


def upgrade() -> None:
    op.create_table(
        "erasure_door",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_door")),
    )
    op.add_column("account", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    _make_requests()
    _make_erasures()
    _make_erased_credentials()
    bind = op.get_bind()
    for table in ERASABLE:
        for statement in statements_for_erasure(table, bind.dialect.name):
            bind.exec_driver_sql(statement)
    _guard_proposed_badges("NOT EXISTS (SELECT 1 FROM erasure_door)")


def downgrade() -> None:
    bind = op.get_bind()
    _guard_proposed_badges("TRUE")
    for table in ERASABLE:
        if bind.dialect.name == "sqlite":
            bind.exec_driver_sql(f"DROP TRIGGER {table}_no_delete")
            bind.exec_driver_sql(statements(table, "sqlite")[1])
        else:
            bind.exec_driver_sql(statements(table, "postgresql")[0])
    for name in ("erased_credential", "erasure", "erasure_request", "erasure_door"):
        op.drop_table(name)
    op.drop_column("account", "erased_at")


def _make_requests() -> None:
    op.create_table(
        "erasure_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_erasure_request_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_request")),
        sa.UniqueConstraint("account_id", name=op.f("uq_erasure_request_account_id")),
    )
    op.create_index(op.f("ix_erasure_request_due_at"), "erasure_request", ["due_at"])


def _make_erasures() -> None:
    op.create_table(
        "erasure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_hash", sa.String(length=64), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ground", sa.String(length=16), nullable=False),
        sa.Column("badges", sa.Integer(), nullable=False),
        sa.Column("replayed", sa.Boolean(), nullable=False),
        sa.CheckConstraint(GROUNDS, name=op.f("ck_erasure_known_ground")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
        sa.UniqueConstraint("account_hash", name=op.f("uq_erasure_account_hash")),
    )


def _make_erased_credentials() -> None:
    op.create_table(
        "erased_credential",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("credential_hash", sa.String(length=64), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("status_list_id", sa.Integer(), nullable=True),
        sa.Column("status_index", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ground", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_erased_credential_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["status_list_id"], ["status_list.id"], name=op.f("fk_erased_credential_status_list_id_status_list")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erased_credential")),
        sa.UniqueConstraint("credential_hash", name=op.f("uq_erased_credential_credential_hash")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_erased_credential_code_hash")),
    )
    op.create_index(op.f("ix_erased_credential_organisation_id"), "erased_credential", ["organisation_id"])


def _guard_proposed_badges(condition: str) -> None:
    """A badge that was proposed for revocation stays so while ``condition`` holds."""
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        bind.exec_driver_sql("DROP TRIGGER revocation_item_stays")
        bind.exec_driver_sql(
            f"CREATE TRIGGER revocation_item_stays BEFORE DELETE ON revocation_item WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{PROPOSED}'); END"
        )
        return
    bind.exec_driver_sql(
        "CREATE OR REPLACE FUNCTION revocation_item_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN IF TG_OP = 'TRUNCATE' OR {condition} THEN "
        f"RAISE EXCEPTION '{PROPOSED}' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NULL; END $$"
    )
