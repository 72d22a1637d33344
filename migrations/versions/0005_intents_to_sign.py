"""intents to sign

Revision ID: 0005
Revises: 0004
"""

from alembic import op
import sqlalchemy as sa


revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "signing_intent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("status_list_id", sa.Integer(), nullable=True),
        sa.Column("status_index", sa.Integer(), nullable=True),
        sa.Column("proof_kid", sa.String(length=64), nullable=False),
        sa.Column("jwt_kid", sa.String(length=64), nullable=True),
        sa.Column("cryptosuite", sa.String(length=32), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("redeemed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_signing_intent_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["status_list_id"], ["status_list.id"], name=op.f("fk_signing_intent_status_list_id_status_list")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_intent")),
        sa.UniqueConstraint("token", name=op.f("uq_signing_intent_token")),
    )
    op.create_index("ix_signing_intent_subject", "signing_intent", ["subject"], unique=False)
    op.create_index(
        "ix_signing_intent_proof_kid_redeemed_at", "signing_intent", ["proof_kid", "redeemed_at"], unique=False
    )


def downgrade() -> None:
    op.drop_index("ix_signing_intent_proof_kid_redeemed_at", table_name="signing_intent")
    op.drop_index("ix_signing_intent_subject", table_name="signing_intent")
    op.drop_table("signing_intent")
