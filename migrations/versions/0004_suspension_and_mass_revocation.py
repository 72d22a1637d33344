"""suspension and mass revocation

A place in a status list is given for ever, and a revocation is never taken back; every change of a place is kept; and
many badges are revoked by two people. The database itself sees to all three.

Revision ID: 0004
Revises: 0003
"""

from alembic import op
import sqlalchemy as sa

from issuer.base.append_only import statements


revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ONLY_GROW = ("status_change",)

KEPT = "a place in a status list is never moved or removed, and a revocation never taken back"
PROPOSED = "what was proposed is what is confirmed: who, what and which badges never change"
TAKEN_BACK = (
    "(OLD.is_set AND NOT NEW.is_set AND (SELECT purpose FROM status_list WHERE id = OLD.status_list_id) = 'revocation')"
)
CONFIRMED_AGAIN = (
    "(OLD.confirmed_by_id IS NOT NULL AND (NEW.confirmed_by_id IS NULL OR NEW.confirmed_by_id <> OLD.confirmed_by_id))"
)


def _changed(*columns: str) -> str:
    return " OR ".join(f"OLD.{name} <> NEW.{name}" for name in columns)


GUARDS = {
    "status_entry": (_changed("status_list_id", '"index"') + f" OR {TAKEN_BACK}", KEPT),
    "revocation_proposal": (
        f"{_changed('organisation_id', 'badges', 'set_digest', 'proposed_by_id', 'expires_at')}"
        f" OR {_changed('reason', 'reason_code', 'reason_is_public')} OR {CONFIRMED_AGAIN}",
        PROPOSED,
    ),
    "revocation_item": (_changed("proposal_id", "award_id", "account_id"), PROPOSED),
}
NO_LONGER_PROPOSED = "(SELECT state FROM revocation_proposal WHERE id = NEW.proposal_id) <> 'proposed'"


def upgrade() -> None:
    _let_achievements_choose()
    _keep_reasons_and_history()
    _make_proposals()
    for table in ONLY_GROW:
        for statement in statements(table, _dialect()):
            op.execute(statement)
    for table, (condition, sentence) in GUARDS.items():
        _guard(table, condition, sentence)


def downgrade() -> None:
    for table in GUARDS:
        _let_go(table)
    op.drop_table("revocation_item")
    op.drop_table("revocation_proposal")
    op.drop_table("status_change")
    op.drop_column("status_list", "publication_asked_at")
    op.drop_column("status_entry", "reason_is_public")
    op.drop_column("status_entry", "reason_code")
    op.drop_column("achievement_version", "names_revocation_list")
    op.drop_column("achievement_version", "may_be_suspended")


def _dialect() -> str:
    return op.get_bind().dialect.name


def _let_achievements_choose() -> None:
    for name in ("may_be_suspended", "names_revocation_list"):
        column = sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.text("false"))
        op.add_column("achievement_version", column)


def _keep_reasons_and_history() -> None:
    op.add_column("status_entry", sa.Column("reason_code", sa.String(length=32), nullable=True))
    is_public = sa.Column("reason_is_public", sa.Boolean(), nullable=False, server_default=sa.text("false"))
    op.add_column("status_entry", is_public)
    op.add_column("status_list", sa.Column("publication_asked_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "status_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("status_entry_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("is_set", sa.Boolean(), nullable=False),
        sa.Column("reason_code", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["status_entry_id"], ["status_entry.id"], name=op.f("fk_status_change_status_entry_id_status_entry")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_change")),
    )
    op.create_index(op.f("ix_status_change_status_entry_id"), "status_change", ["status_entry_id"])


def _make_proposals() -> None:
    op.create_table(
        "revocation_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("criteria", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("reason_code", sa.String(length=32), nullable=False),
        sa.Column("reason_is_public", sa.Boolean(), nullable=False),
        sa.Column("badges", sa.Integer(), nullable=False),
        sa.Column("learners", sa.Integer(), nullable=False),
        sa.Column("set_digest", sa.String(length=64), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('proposed', 'withdrawn', 'confirmed', 'done')",
            name=op.f("ck_revocation_proposal_known_state"),
        ),
        sa.CheckConstraint(
            "confirmed_by_id IS NULL OR confirmed_by_id <> proposed_by_id",
            name=op.f("ck_revocation_proposal_two_people"),
        ),
        sa.CheckConstraint(
            "(state IN ('confirmed', 'done')) = (confirmed_by_id IS NOT NULL)",
            name=op.f("ck_revocation_proposal_confirmed_by_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_revocation_proposal_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["account.id"], name=op.f("fk_revocation_proposal_proposed_by_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["account.id"], name=op.f("fk_revocation_proposal_confirmed_by_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revocation_proposal")),
        sa.UniqueConstraint("public_id", name=op.f("uq_revocation_proposal_public_id")),
    )
    op.create_index(op.f("ix_revocation_proposal_organisation_id"), "revocation_proposal", ["organisation_id"])
    op.create_table(
        "revocation_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("award_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('waiting', 'revoked', 'already')", name=op.f("ck_revocation_item_known_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["revocation_proposal.id"],
            name=op.f("fk_revocation_item_proposal_id_revocation_proposal"),
        ),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_revocation_item_award_id_award")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_revocation_item_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revocation_item")),
        sa.UniqueConstraint("proposal_id", "award_id", name=op.f("uq_revocation_item_proposal_id_award_id")),
    )
    columns = ["proposal_id", "outcome", "account_id"]
    op.create_index("ix_revocation_item_proposal_id_outcome_account_id", "revocation_item", columns)


def _guard(table: str, condition: str, sentence: str) -> None:
    """Refuse deleting a row, and changing it where ``condition`` holds; items are added while their proposal is one."""
    frozen = table == "revocation_item"
    if _dialect() == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
        op.execute(f"CREATE TRIGGER {table}_is_kept BEFORE UPDATE ON {table} WHEN {condition} {refuse}")
        op.execute(f"CREATE TRIGGER {table}_stays BEFORE DELETE ON {table} {refuse}")
        if frozen:
            op.execute(f"CREATE TRIGGER {table}_frozen BEFORE INSERT ON {table} WHEN {NO_LONGER_PROPOSED} {refuse}")
        return
    raising = f"RAISE EXCEPTION '{sentence}' USING ERRCODE = 'integrity_constraint_violation'"
    function = "CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"
    op.execute(function.format(name=f"{table}_refuse", body=f"{raising};"))
    kept = f"IF {condition} THEN {raising}; END IF; RETURN NEW;"
    op.execute(function.format(name=f"{table}_keep", body=kept))
    update = f"BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_keep()"
    op.execute(f"CREATE TRIGGER {table}_is_kept {update}")
    delete = f"BEFORE DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()"
    op.execute(f"CREATE TRIGGER {table}_stays {delete}")
    if frozen:
        still = f"IF {NO_LONGER_PROPOSED} THEN {raising}; END IF; RETURN NEW;"
        op.execute(function.format(name=f"{table}_join", body=still))
        insert = f"BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_join()"
        op.execute(f"CREATE TRIGGER {table}_frozen {insert}")


def _let_go(table: str) -> None:
    names = {"is_kept": "keep", "stays": "refuse"} | ({"frozen": "join"} if table == "revocation_item" else {})
    for trigger, function in names.items():
        if _dialect() == "sqlite":
            op.execute(f"DROP TRIGGER {table}_{trigger}")
        else:
            op.execute(f"DROP TRIGGER {table}_{trigger} ON {table}")
            op.execute(f"DROP FUNCTION {table}_{function}()")
