"""offers to wallets

Offers, the tokens they are exchanged for, what was handed over, spent nonces, and badges signed for a wallet's key.

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from issuer.base.append_only import statements

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ONLY_GROW = ("bound_form",)

EVENTS = "event IN ('', 'credential_accepted', 'credential_failure', 'credential_deleted')"


def upgrade() -> None:
    _make_offers()
    _make_handovers()
    _make_bound_forms()
    bind = op.get_bind()
    for table in ONLY_GROW:
        for statement in statements(table, bind.dialect.name):
            bind.exec_driver_sql(statement)


def downgrade() -> None:
    for table in ("bound_form", "wallet_spent_nonce", "wallet_handover", "wallet_access", "wallet_offer"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION bound_form_refuse_change()")


def _make_offers() -> None:
    op.create_table(
        "wallet_offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("award_id", sa.Integer(), nullable=False),
        sa.Column("configurations", sa.JSON(), nullable=False),
        sa.Column("name_hash", sa.String(length=64), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("redeemed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_wallet_offer_award_id_award")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wallet_offer")),
        sa.UniqueConstraint("name_hash", name=op.f("uq_wallet_offer_name_hash")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_wallet_offer_code_hash")),
        sa.UniqueConstraint("public_id", name=op.f("uq_wallet_offer_public_id")),
    )
    op.create_index("ix_wallet_offer_award_id_id", "wallet_offer", ["award_id", "id"])
    op.create_index(op.f("ix_wallet_offer_expires_at"), "wallet_offer", ["expires_at"])
    op.create_table(
        "wallet_access",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("client_id", sa.String(length=255), nullable=False),
        sa.Column("has_identifiers", sa.Boolean(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["wallet_offer.id"], name=op.f("fk_wallet_access_offer_id_wallet_offer"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wallet_access")),
        sa.UniqueConstraint("offer_id", name=op.f("uq_wallet_access_offer_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_wallet_access_token_hash")),
    )


def _make_handovers() -> None:
    op.create_table(
        "wallet_handover",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("access_id", sa.Integer(), nullable=False),
        sa.Column("configuration", sa.String(length=64), nullable=False),
        sa.Column("event", sa.String(length=32), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(EVENTS, name=op.f("ck_wallet_handover_known_event")),
        sa.ForeignKeyConstraint(
            ["access_id"],
            ["wallet_access.id"],
            name=op.f("fk_wallet_handover_access_id_wallet_access"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wallet_handover")),
        sa.UniqueConstraint("public_id", name=op.f("uq_wallet_handover_public_id")),
    )
    op.create_index(op.f("ix_wallet_handover_access_id"), "wallet_handover", ["access_id"])
    op.create_table(
        "wallet_spent_nonce",
        sa.Column("nonce_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("nonce_hash", name=op.f("pk_wallet_spent_nonce")),
    )
    op.create_index(op.f("ix_wallet_spent_nonce_expires_at"), "wallet_spent_nonce", ["expires_at"])


def _make_bound_forms() -> None:
    op.create_table(
        "bound_form",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("award_id", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(length=500), nullable=False),
        sa.Column("credential_id", sa.String(length=300), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("jwt", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("proof_kid", sa.String(length=64), nullable=False),
        sa.Column("jwt_kid", sa.String(length=64), nullable=False),
        sa.Column("status_list_id", sa.Integer(), nullable=False),
        sa.Column("status_index", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_bound_form_award_id_award")),
        sa.ForeignKeyConstraint(
            ["status_list_id"], ["status_list.id"], name=op.f("fk_bound_form_status_list_id_status_list")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bound_form")),
        sa.UniqueConstraint(
            "award_id",
            "edition",
            "holder",
            "proof_kid",
            "jwt_kid",
            name=op.f("uq_bound_form_award_id_edition_holder_proof_kid_jwt_kid"),
        ),
    )
    for column in ("proof_kid", "jwt_kid"):
        op.create_index(f"ix_bound_form_{column}", "bound_form", [column])
