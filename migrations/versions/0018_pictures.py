"""pictures

What organisations hand in to be shown: the pictures, whose logo is which, and what an achievement looks like.

Revision ID: 0018
Revises: 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from issuer.base.append_only import statements

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

ONLY_GROW = ("picture",)

NONE = sa.text("''")


def upgrade() -> None:
    op.create_table(
        "picture",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=32), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_picture_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_picture")),
        sa.UniqueConstraint("organisation_id", "sha256", name=op.f("uq_picture_organisation_id_sha256")),
    )
    op.create_index(op.f("ix_picture_sha256"), "picture", ["sha256"])
    op.add_column("organisation", sa.Column("logo", sa.String(length=64), nullable=False, server_default=NONE))
    op.add_column(
        "achievement_version", sa.Column("picture", sa.String(length=64), nullable=False, server_default=NONE)
    )
    bind = op.get_bind()
    for table in ONLY_GROW:
        for statement in statements(table, bind.dialect.name):
            bind.exec_driver_sql(statement)


def downgrade() -> None:
    """The pictures are gone with it; badges that name one name nothing."""
    op.drop_column("achievement_version", "picture")
    op.drop_column("organisation", "logo")
    op.drop_table("picture")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION picture_refuse_change()")
