"""identities that last

Identifiers that people hold alone, the texts they sign to show it, and who was reminded of a personal address.

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_did",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("did", sa.String(length=500), nullable=False),
        sa.Column("proven_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_did_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_did")),
        sa.UniqueConstraint("did", name=op.f("uq_account_did_did")),
        sa.UniqueConstraint("public_id", name=op.f("uq_account_did_public_id")),
    )
    op.create_index(op.f("ix_account_did_account_id"), "account_did", ["account_id"])
    op.create_table(
        "identity_challenge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("nonce_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_identity_challenge_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_challenge")),
        sa.UniqueConstraint("nonce_hash", name=op.f("uq_identity_challenge_nonce_hash")),
    )
    op.create_index(op.f("ix_identity_challenge_account_id"), "identity_challenge", ["account_id"])
    op.create_index(op.f("ix_identity_challenge_expires_at"), "identity_challenge", ["expires_at"])
    op.create_table(
        "address_reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_address_reminder_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_reminder")),
        sa.UniqueConstraint("account_id", name=op.f("uq_address_reminder_account_id")),
    )


def downgrade() -> None:
    for name in ("address_reminder", "identity_challenge", "account_did"):
        op.drop_table(name)
