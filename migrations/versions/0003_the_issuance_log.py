"""the issuance log

Revision ID: 0003
Revises: 0002
"""

from alembic import op
import sqlalchemy as sa

from issuer.base.append_only import statements


revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ONLY_GROW = ("log_entry", "log_leaf", "log_node", "log_checkpoint")


def upgrade() -> None:
    op.create_table(
        "log_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("leaf_data", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_entry")),
        sa.UniqueConstraint("leaf_data", name=op.f("uq_log_entry_leaf_data")),
    )
    op.create_table(
        "log_blinding",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("credential_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("blinding", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["log_entry.id"], name=op.f("fk_log_blinding_entry_id_log_entry")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_log_blinding")),
        sa.UniqueConstraint("credential_sha256", name=op.f("uq_log_blinding_credential_sha256")),
    )
    op.create_index(op.f("ix_log_blinding_subject"), "log_blinding", ["subject"])
    op.create_table(
        "log_waiting",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["log_entry.id"], name=op.f("fk_log_waiting_entry_id_log_entry")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_log_waiting")),
    )
    op.create_table(
        "log_leaf",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["log_entry.id"], name=op.f("fk_log_leaf_entry_id_log_entry")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_log_leaf")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_log_leaf_entry_id")),
    )
    op.create_table(
        "log_node",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "index", name=op.f("pk_log_node")),
    )
    op.create_table(
        "log_checkpoint",
        sa.Column("size", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("kid", sa.String(length=64), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_log_checkpoint")),
    )
    turn = op.create_table(
        "log_turn", sa.Column("id", sa.Integer(), nullable=False), sa.PrimaryKeyConstraint("id", name=op.f("pk_log_turn"))
    )
    op.bulk_insert(turn, [{"id": 1}])
    for table in ONLY_GROW:
        for statement in statements(table, op.get_bind().dialect.name):
            op.execute(statement)


def downgrade() -> None:
    for table in ("log_turn", "log_checkpoint", "log_node", "log_leaf", "log_waiting", "log_blinding", "log_entry"):
        op.drop_table(table)
