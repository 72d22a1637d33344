"""checks of many badges

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _check_schedule()
    _webhook()
    _bulk_check()
    _webhook_delivery()
    _bulk_row()
    _badge_watch()


def downgrade() -> None:
    for table in ("badge_watch", "bulk_row", "webhook_delivery", "bulk_check", "webhook", "check_schedule"):
        op.drop_table(table)


def _check_schedule() -> None:
    op.create_table(
        "check_schedule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("every", sa.String(length=8), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mails", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("every IN ('daily', 'weekly', 'monthly')", name=op.f("ck_check_schedule_known_every")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_check_schedule_account_id_account")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_check_schedule_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_schedule")),
        sa.UniqueConstraint("public_id", name=op.f("uq_check_schedule_public_id")),
    )
    op.create_index(op.f("ix_check_schedule_next_at"), "check_schedule", ["next_at"])
    op.create_index(op.f("ix_check_schedule_organisation_id"), "check_schedule", ["organisation_id"])


def _webhook() -> None:
    op.create_table(
        "webhook",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_webhook_account_id_account")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_webhook_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
        sa.UniqueConstraint("organisation_id", "url", name=op.f("uq_webhook_organisation_id_url")),
        sa.UniqueConstraint("public_id", name=op.f("uq_webhook_public_id")),
    )


def _bulk_check() -> None:
    op.create_table(
        "bulk_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("schedule_id", sa.Integer(), nullable=True),
        sa.Column("turn", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("locale", sa.String(length=35), nullable=False),
        sa.Column("statement", sa.Text(), nullable=True),
        sa.Column("held_by", sa.String(length=64), nullable=True),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("source IN ('table', 'archive', 'list')", name=op.f("ck_bulk_check_known_source")),
        sa.CheckConstraint("state IN ('waiting', 'cancelled', 'done')", name=op.f("ck_bulk_check_known_state")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_bulk_check_account_id_account")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_bulk_check_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["check_schedule.id"], name=op.f("fk_bulk_check_schedule_id_check_schedule")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_check")),
        sa.UniqueConstraint("account_id", "form_key", name=op.f("uq_bulk_check_account_id_form_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_bulk_check_public_id")),
        sa.UniqueConstraint("schedule_id", "turn", name=op.f("uq_bulk_check_schedule_id_turn")),
    )
    op.create_index(op.f("ix_bulk_check_account_id"), "bulk_check", ["account_id"])
    op.create_index(op.f("ix_bulk_check_expires_at"), "bulk_check", ["expires_at"])
    op.create_index(op.f("ix_bulk_check_organisation_id"), "bulk_check", ["organisation_id"])
    op.create_index(op.f("ix_bulk_check_state"), "bulk_check", ["state"])


def _webhook_delivery() -> None:
    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("webhook_id", sa.Integer(), nullable=False),
        sa.Column("occasion", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("trouble", sa.String(length=200), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'delivered', 'dead')", name=op.f("ck_webhook_delivery_known_state")),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhook.id"], name=op.f("fk_webhook_delivery_webhook_id_webhook"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_delivery")),
        sa.UniqueConstraint("public_id", name=op.f("uq_webhook_delivery_public_id")),
        sa.UniqueConstraint("webhook_id", "occasion", name=op.f("uq_webhook_delivery_webhook_id_occasion")),
    )
    op.create_index("ix_webhook_delivery_state_next_at", "webhook_delivery", ["state", "next_at"])


def _bulk_row() -> None:
    op.create_table(
        "bulk_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("check_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("given", sa.LargeBinary(), nullable=False),
        sa.Column("notice", sa.String(length=16), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("put_off", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=True),
        sa.Column("finding", sa.String(length=24), nullable=True),
        sa.Column("known", sa.String(length=24), nullable=True),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["check_id"], ["bulk_check.id"], name=op.f("fk_bulk_row_check_id_bulk_check"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_row")),
        sa.UniqueConstraint("check_id", "number", name=op.f("uq_bulk_row_check_id_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_bulk_row_public_id")),
    )
    op.create_index("ix_bulk_row_check_id_finding_number", "bulk_row", ["check_id", "finding", "number"])


def _badge_watch() -> None:
    op.create_table(
        "badge_watch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("award_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_look_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("standing", sa.String(length=16), nullable=True),
        sa.Column("edition", sa.Integer(), nullable=True),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state <> 'asked' OR (standing IS NULL AND looked_at IS NULL)",
            name=op.f("ck_badge_watch_no_look_before_consent"),
        ),
        sa.CheckConstraint(
            "state IN ('asked', 'accepted', 'declined', 'withdrawn', 'stopped')",
            name=op.f("ck_badge_watch_known_state"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_badge_watch_account_id_account")),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_badge_watch_award_id_award")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_badge_watch_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_badge_watch")),
        sa.UniqueConstraint("organisation_id", "award_id", name=op.f("uq_badge_watch_organisation_id_award_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_badge_watch_public_id")),
    )
    op.create_index(op.f("ix_badge_watch_award_id"), "badge_watch", ["award_id"])
    op.create_index("ix_badge_watch_state_next_look_at", "badge_watch", ["state", "next_look_at"])
