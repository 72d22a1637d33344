"""endorsements

What is said of badges, achievements and issuers, what was signed of it, who was asked, and when to ask again.

Revision ID: 0014
Revises: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from issuer.base.append_only import statements

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ONLY_GROW = ("signed_endorsement",)


def upgrade() -> None:
    _make_invitations()
    _make_endorsements()
    _make_signed()
    _make_reminders()
    for table in ONLY_GROW:
        for statement in statements(table, op.get_bind().dialect.name):
            op.execute(statement)


def downgrade() -> None:
    for table in ("endorsement_reminder", "signed_endorsement", "endorsement", "endorsement_invitation"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION signed_endorsement_refuse_change()")


def _make_invitations() -> None:
    op.create_table(
        "endorsement_invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("award_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("relation", sa.String(length=16), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('comment', 'applied')", name=op.f("ck_endorsement_invitation_known_kind")),
        sa.CheckConstraint(
            "state IN ('open', 'answered', 'declined', 'cancelled')", name=op.f("ck_endorsement_invitation_known_state")
        ),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_endorsement_invitation_award_id_award")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_endorsement_invitation")),
        sa.UniqueConstraint("public_id", name=op.f("uq_endorsement_invitation_public_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_endorsement_invitation_token_hash")),
    )
    op.create_index(op.f("ix_endorsement_invitation_award_id"), "endorsement_invitation", ["award_id"], unique=False)


def _make_endorsements() -> None:
    op.create_table(
        "endorsement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("award_id", sa.Integer(), nullable=True),
        sa.Column("achievement_id", sa.Integer(), nullable=True),
        sa.Column("profile_id", sa.Integer(), nullable=True),
        sa.Column("invitation_id", sa.Integer(), nullable=True),
        sa.Column("who", sa.String(length=200), nullable=False),
        sa.Column("relation", sa.String(length=16), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("skills", sa.JSON(), nullable=False),
        sa.Column("is_shown", sa.Boolean(), nullable=False),
        sa.Column("endorsed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(origin = 'imported') = (organisation_id IS NULL)", name=op.f("ck_endorsement_signed_by_somebody")
        ),
        sa.CheckConstraint("kind IN ('comment', 'applied')", name=op.f("ck_endorsement_known_kind")),
        sa.CheckConstraint(
            "origin IN ('organisation', 'invited', 'imported')", name=op.f("ck_endorsement_known_origin")
        ),
        sa.CheckConstraint(
            "(CASE WHEN award_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN achievement_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN profile_id IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_endorsement_of_one_thing"),
        ),
        sa.ForeignKeyConstraint(
            ["achievement_id"], ["achievement.id"], name=op.f("fk_endorsement_achievement_id_achievement")
        ),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_endorsement_award_id_award")),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["endorsement_invitation.id"],
            name=op.f("fk_endorsement_invitation_id_endorsement_invitation"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_endorsement_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["profile_id"], ["organisation.id"], name=op.f("fk_endorsement_profile_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_endorsement")),
        sa.UniqueConstraint("invitation_id", name=op.f("uq_endorsement_invitation_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_endorsement_public_id")),
    )
    op.create_index(op.f("ix_endorsement_achievement_id"), "endorsement", ["achievement_id"], unique=False)
    op.create_index(op.f("ix_endorsement_award_id"), "endorsement", ["award_id"], unique=False)
    op.create_index(op.f("ix_endorsement_organisation_id"), "endorsement", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_endorsement_profile_id"), "endorsement", ["profile_id"], unique=False)


def _make_signed() -> None:
    op.create_table(
        "signed_endorsement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("endorsement_id", sa.Integer(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=True),
        sa.Column("jwt", sa.LargeBinary(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("proof_kid", sa.String(length=64), nullable=True),
        sa.Column("jwt_kid", sa.String(length=64), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("document IS NOT NULL OR jwt IS NOT NULL", name=op.f("ck_signed_endorsement_in_some_form")),
        sa.ForeignKeyConstraint(
            ["endorsement_id"], ["endorsement.id"], name=op.f("fk_signed_endorsement_endorsement_id_endorsement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signed_endorsement")),
        sa.UniqueConstraint("endorsement_id", name=op.f("uq_signed_endorsement_endorsement_id")),
    )
    op.create_index(op.f("ix_signed_endorsement_sha256"), "signed_endorsement", ["sha256"], unique=False)


def _make_reminders() -> None:
    op.create_table(
        "endorsement_reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("award_id", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("days IN (30, 60)", name=op.f("ck_endorsement_reminder_known_days")),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_endorsement_reminder_award_id_award")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_endorsement_reminder")),
        sa.UniqueConstraint("award_id", "days", name=op.f("uq_endorsement_reminder_award_id_days")),
    )
    op.create_index(op.f("ix_endorsement_reminder_due_at"), "endorsement_reminder", ["due_at"], unique=False)
