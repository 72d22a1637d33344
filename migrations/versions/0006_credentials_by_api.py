"""credentials by api

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

from issuer.base.append_only import statements

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ONLY_GROW = ("issued_credential",)


def upgrade() -> None:
    op.create_table(
        "issued_credential",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.String(length=500), nullable=True),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("proof_kid", sa.String(length=64), nullable=False),
        sa.Column("issued_by", sa.String(length=32), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_issued_credential_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issued_credential")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_issued_credential_credential_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_issued_credential_public_id")),
    )
    op.create_index(op.f("ix_issued_credential_organisation_id"), "issued_credential", ["organisation_id"])
    op.create_table(
        "conformance_status",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.String(length=500), nullable=True),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("index", sa.Integer(), nullable=False),
        sa.Column("is_set", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("purpose IN ('revocation', 'suspension')", name=op.f("ck_conformance_status_known_purpose")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conformance_status")),
        sa.UniqueConstraint("purpose", "index", name=op.f("uq_conformance_status_purpose_index")),
    )
    op.create_index(op.f("ix_conformance_status_credential_id"), "conformance_status", ["credential_id"])
    for table in ONLY_GROW:
        for statement in statements(table, op.get_bind().dialect.name):
            op.execute(statement)


def downgrade() -> None:
    op.drop_table("conformance_status")
    op.drop_table("issued_credential")
