"""keys that live and end

A key is announced, active, retired or compromised; every version of an issuer's DID document is kept; and a credential
has editions.

Revision ID: 0002
Revises: 0001
"""

from alembic import op
import sqlalchemy as sa

from issuer.base.append_only import statements


revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ONLY_GROW = ("did_version",)

STATES = "state IN ('announced', 'active', 'retired', 'compromised')"
PURPOSES = (
    "purpose IN ('badge_proof', 'badge_jwt', 'status_list', 'credential_proof', 'did_history', 'log_checkpoint')"
)
ONE_EACH = {
    "uq_signing_key_one_announced": (["organisation_id", "purpose"], "state = 'announced'"),
    "uq_signing_key_one_active_of_instance": (["purpose"], "state = 'active' AND organisation_id IS NULL"),
    "uq_signing_key_one_announced_of_instance": (["purpose"], "state = 'announced' AND organisation_id IS NULL"),
}


def upgrade() -> None:
    _give_keys_a_life()
    _give_credentials_editions()
    op.create_table(
        "did_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("state_sha256", sa.String(length=64), nullable=False),
        sa.Column("signed_kid", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_did_version_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_did_version")),
        sa.UniqueConstraint("organisation_id", "number", name=op.f("uq_did_version_organisation_id_number")),
    )
    for table in ONLY_GROW:
        for statement in statements(table, op.get_bind().dialect.name):
            op.execute(statement)


def downgrade() -> None:
    op.drop_table("did_version")
    op.drop_column("award", "edition")
    for column in ("proof_kid", "jwt_kid"):
        op.drop_index(f"ix_credential_{column}_award_id_edition", table_name="credential")
    with op.batch_alter_table("credential") as batch:
        batch.drop_constraint(op.f("uq_credential_award_id_edition"), type_="unique")
        batch.drop_constraint(op.f("uq_credential_credential_id_edition"), type_="unique")
        batch.drop_column("edition")
        batch.create_unique_constraint(op.f("uq_credential_award_id"), ["award_id"])
        batch.create_unique_constraint(op.f("uq_credential_credential_id"), ["credential_id"])
    _guard_again("credential")
    for name in ONE_EACH:
        op.drop_index(name, table_name="signing_key")
    with op.batch_alter_table("signing_key") as batch:
        batch.drop_constraint(op.f("ck_signing_key_known_purpose"), type_="check")
        batch.drop_constraint(op.f("ck_signing_key_known_state"), type_="check")
        for column in ("activates_at", "compromised_at", "compromised_since"):
            batch.drop_column(column)
        batch.alter_column("organisation_id", existing_type=sa.Integer(), nullable=False)
        batch.create_check_constraint(
            op.f("ck_signing_key_known_purpose"), "purpose IN ('badge_proof', 'badge_jwt', 'status_list')"
        )
        batch.create_check_constraint(op.f("ck_signing_key_known_state"), "state IN ('active', 'retired')")


def _give_keys_a_life() -> None:
    with op.batch_alter_table("signing_key") as batch:
        batch.drop_constraint(op.f("ck_signing_key_known_purpose"), type_="check")
        batch.drop_constraint(op.f("ck_signing_key_known_state"), type_="check")
        for column in ("activates_at", "compromised_at", "compromised_since"):
            batch.add_column(sa.Column(column, sa.DateTime(timezone=True), nullable=True))
        batch.alter_column("organisation_id", existing_type=sa.Integer(), nullable=True)
        batch.create_check_constraint(op.f("ck_signing_key_known_purpose"), PURPOSES)
        batch.create_check_constraint(op.f("ck_signing_key_known_state"), STATES)
    for name, (columns, where) in ONE_EACH.items():
        op.create_index(
            name,
            "signing_key",
            columns,
            unique=True,
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where),
        )


def _give_credentials_editions() -> None:
    """What was signed before is the first edition. The code that ran before knows no other: hence the default."""
    op.add_column("award", sa.Column("edition", sa.Integer(), nullable=False, server_default=sa.text("1")))
    with op.batch_alter_table("credential") as batch:
        batch.add_column(sa.Column("edition", sa.Integer(), nullable=False, server_default=sa.text("1")))
        batch.drop_constraint(op.f("uq_credential_award_id"), type_="unique")
        batch.drop_constraint(op.f("uq_credential_credential_id"), type_="unique")
        batch.create_unique_constraint(op.f("uq_credential_award_id_edition"), ["award_id", "edition"])
        batch.create_unique_constraint(op.f("uq_credential_credential_id_edition"), ["credential_id", "edition"])
    _guard_again("credential")
    for column in ("proof_kid", "jwt_kid"):
        op.create_index(f"ix_credential_{column}_award_id_edition", "credential", [column, "award_id", "edition"])


def _guard_again(table: str) -> None:
    """SQLite makes a table anew to change it, and forgets its triggers."""
    if op.get_bind().dialect.name == "sqlite":
        for statement in statements(table, "sqlite"):
            op.execute(statement)
