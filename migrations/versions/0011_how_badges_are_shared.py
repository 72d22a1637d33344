"""how badges are shared

Four answers to who may see a badge, three to which name others read, and a code for paper; old badges get a code.
Links, presentations of a name, and what visitors ask.

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

from badges.sharing.human_codes import new_code
from issuer.base.append_only import statements

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ONLY_GROW = ("shown_form",)

VISIBILITIES = "visibility IN ('private', 'link', 'public', 'listed')"
VISIBILITIES_BEFORE = "visibility IN ('private', 'public')"
SHOWN_NAMES = "shown_name IN ('full', 'initials', 'hidden')"


def upgrade() -> None:
    _change_awards()
    _make_shown_forms()
    _make_links()
    _make_requests()
    _make_reports()
    for table in ONLY_GROW:
        for statement in statements(table, op.get_bind().dialect.name):
            op.execute(statement)


def _change_awards() -> None:
    if _is_sqlite():
        _set_aside()
        with op.batch_alter_table("award") as batch:
            _say_more(batch)
            batch.alter_column("code", nullable=False)
        _put_back(_codes())
        return
    with op.batch_alter_table("award") as batch:
        _say_more(batch)
    awards = op.get_bind().execute(sa.text("SELECT id FROM award ORDER BY id")).scalars().all()
    for award_id, code in zip(awards, _codes(), strict=False):
        op.execute(sa.text("UPDATE award SET code = :code WHERE id = :id").bindparams(code=code, id=award_id))
    op.alter_column("award", "code", nullable=False)


def downgrade() -> None:
    """What is shared by link is private to a service that knows no links."""
    for table in ("problem_report", "evidence_request", "share_link_badge", "share_link", "shown_form"):
        op.drop_table(table)
    if not _is_sqlite():
        op.execute("DROP FUNCTION shown_form_refuse_change()")
    op.execute("UPDATE award SET visibility = 'public' WHERE visibility = 'listed'")
    op.execute("UPDATE award SET visibility = 'private' WHERE visibility = 'link'")
    if _is_sqlite():
        _set_aside()
    with op.batch_alter_table("award") as batch:
        batch.drop_constraint(op.f("ck_award_known_visibility"), type_="check")
        batch.drop_constraint(op.f("ck_award_known_shown_name"), type_="check")
        batch.drop_constraint(op.f("uq_award_code"), type_="unique")
        batch.drop_column("code")
        batch.drop_column("shown_name")
        batch.create_check_constraint(op.f("ck_award_known_visibility"), VISIBILITIES_BEFORE)
    if _is_sqlite():
        _put_back()


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _say_more(batch: BatchOperations) -> None:
    batch.drop_constraint(op.f("ck_award_known_visibility"), type_="check")
    batch.create_check_constraint(op.f("ck_award_known_visibility"), VISIBILITIES)
    shown_name = sa.Column("shown_name", sa.String(length=16), nullable=False, server_default=sa.text("'full'"))
    batch.add_column(shown_name)
    batch.create_check_constraint(op.f("ck_award_known_shown_name"), SHOWN_NAMES)
    batch.add_column(sa.Column("code", sa.String(length=12), nullable=True))
    batch.create_unique_constraint(op.f("uq_award_code"), ["code"])


def _make_shown_forms() -> None:
    op.create_table(
        "shown_form",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("award_id", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("shown_name", sa.String(length=16), nullable=False),
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
        sa.CheckConstraint("shown_name IN ('initials', 'hidden')", name=op.f("ck_shown_form_known_shown_name")),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_shown_form_award_id_award")),
        sa.ForeignKeyConstraint(
            ["status_list_id"], ["status_list.id"], name=op.f("fk_shown_form_status_list_id_status_list")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shown_form")),
        sa.UniqueConstraint(
            "award_id",
            "edition",
            "shown_name",
            "proof_kid",
            "jwt_kid",
            name=op.f("uq_shown_form_award_id_edition_shown_name_proof_kid_jwt_kid"),
        ),
    )
    for column in ("proof_kid", "jwt_kid"):
        op.create_index(f"ix_shown_form_{column}", "shown_form", [column])


def _make_links() -> None:
    op.create_table(
        "share_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.Column("shows_evidence", sa.Boolean(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        *_named_and_dated(),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_share_link_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_share_link_token_hash")),
        sa.UniqueConstraint("public_id", name=op.f("uq_share_link_public_id")),
    )
    op.create_index(op.f("ix_share_link_account_id"), "share_link", ["account_id"])
    op.create_table(
        "share_link_badge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("share_link_id", sa.Integer(), nullable=False),
        sa.Column("award_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["share_link_id"], ["share_link.id"], name=op.f("fk_share_link_badge_share_link_id_share_link")
        ),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_share_link_badge_award_id_award")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share_link_badge")),
        sa.UniqueConstraint("share_link_id", "award_id", name=op.f("uq_share_link_badge_share_link_id_award_id")),
    )
    op.create_index(op.f("ix_share_link_badge_award_id"), "share_link_badge", ["award_id"])


def _make_requests() -> None:
    op.create_table(
        "evidence_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("award_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("sentence", sa.String(length=500), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        *_named_and_dated(),
        sa.CheckConstraint("state IN ('open', 'agreed', 'declined')", name=op.f("ck_evidence_request_known_state")),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_evidence_request_award_id_award")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_request")),
        sa.UniqueConstraint("public_id", name=op.f("uq_evidence_request_public_id")),
    )
    op.create_index(op.f("ix_evidence_request_award_id"), "evidence_request", ["award_id"])


def _make_reports() -> None:
    op.create_table(
        "problem_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket", sa.String(length=8), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("award_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        *_named_and_dated(),
        sa.CheckConstraint("kind IN ('impersonation', 'error', 'other')", name=op.f("ck_problem_report_known_kind")),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_problem_report_known_state")),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_problem_report_closed_at_some_time")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_problem_report_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_problem_report_award_id_award")),
        sa.ForeignKeyConstraint(["closed_by_id"], ["account.id"], name=op.f("fk_problem_report_closed_by_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_problem_report")),
        sa.UniqueConstraint("ticket", name=op.f("uq_problem_report_ticket")),
        sa.UniqueConstraint("public_id", name=op.f("uq_problem_report_public_id")),
    )
    for column in ("organisation_id", "award_id"):
        op.create_index(op.f(f"ix_problem_report_{column}"), "problem_report", [column])


def _named_and_dated() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )


def _codes() -> Iterator[str]:
    """No two alike."""
    given: set[str] = set()
    while True:
        if (code := new_code()) not in given:
            given.add(code)
            yield code


def _set_aside() -> None:
    """SQLite makes a table anew to change it, and drops the old one: what refers to its rows waits for the commit."""
    op.execute("PRAGMA defer_foreign_keys = ON")
    op.execute("CREATE TEMPORARY TABLE award_set_aside AS SELECT * FROM award")
    op.execute("DELETE FROM award")


def _put_back(codes: Iterator[str] | None = None) -> None:
    connection = op.get_bind()
    names = {column["name"] for column in sa.inspect(connection).get_columns("award")}
    for row in connection.execute(sa.text("SELECT * FROM award_set_aside ORDER BY id")).mappings().all():
        values = {name: value for name, value in row.items() if name in names}
        if codes is not None:
            values["code"] = next(codes)
        connection.execute(sa.table("award", *map(sa.column, values)).insert(), values)
    op.execute("DROP TABLE award_set_aside")
