"""verifications answered later

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "asked_verification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("locale", sa.String(length=35), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=True),
        sa.Column("answer", sa.JSON(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'done', 'failed')", name=op.f("ck_asked_verification_known_state")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_asked_verification_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asked_verification")),
        sa.UniqueConstraint("public_id", name=op.f("uq_asked_verification_public_id")),
    )
    op.create_index(op.f("ix_asked_verification_account_id"), "asked_verification", ["account_id"])
    op.create_index(op.f("ix_asked_verification_expires_at"), "asked_verification", ["expires_at"])


def downgrade() -> None:
    op.drop_table("asked_verification")
