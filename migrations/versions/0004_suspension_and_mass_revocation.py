"""suspension and mass revocation

A place in a status list is given for ever, and a revocation is never taken back: the database itself sees to it.

Revision ID: 0004
Revises: 0003
"""

from alembic import op


revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEPT = "a place in a status list is never moved or removed, and a revocation never taken back"
MOVED = 'OLD.status_list_id <> NEW.status_list_id OR OLD."index" <> NEW."index"'
TAKEN_BACK = (
    "OLD.is_set AND NOT NEW.is_set"
    " AND (SELECT purpose FROM status_list WHERE id = OLD.status_list_id) = 'revocation'"
)
SQLITE = (
    f"CREATE TRIGGER status_entry_is_kept BEFORE UPDATE ON status_entry WHEN {MOVED} OR ({TAKEN_BACK})"
    f" BEGIN SELECT RAISE(ABORT, '{KEPT}'); END",
    f"CREATE TRIGGER status_entry_stays BEFORE DELETE ON status_entry BEGIN SELECT RAISE(ABORT, '{KEPT}'); END",
)
POSTGRESQL = (
    "CREATE FUNCTION status_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    f" RAISE EXCEPTION '{KEPT}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
    "CREATE FUNCTION status_entry_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    f" IF {MOVED} OR ({TAKEN_BACK}) THEN"
    f" RAISE EXCEPTION '{KEPT}' USING ERRCODE = 'integrity_constraint_violation'; END IF;"
    " RETURN NEW; END $$",
    "CREATE TRIGGER status_entry_is_kept BEFORE UPDATE ON status_entry"
    " FOR EACH ROW EXECUTE FUNCTION status_entry_keep()",
    "CREATE TRIGGER status_entry_stays BEFORE DELETE OR TRUNCATE ON status_entry"
    " FOR EACH STATEMENT EXECUTE FUNCTION status_entry_refuse()",
)


def upgrade() -> None:
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    on_table = "" if op.get_bind().dialect.name == "sqlite" else " ON status_entry"
    op.execute(f"DROP TRIGGER status_entry_stays{on_table}")
    op.execute(f"DROP TRIGGER status_entry_is_kept{on_table}")
    if on_table:
        op.execute("DROP FUNCTION status_entry_keep()")
        op.execute("DROP FUNCTION status_entry_refuse()")
