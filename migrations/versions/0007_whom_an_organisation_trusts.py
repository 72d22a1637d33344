"""whom an organisation trusts

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KINDS = "kind IN ('id', 'domain', 'key')"


def upgrade() -> None:
    _trusted_issuer()
    _trust_registry()
    _registered_issuer()
    _equivalence_rule()


def downgrade() -> None:
    for table in ("equivalence_rule", "registered_issuer", "trust_registry", "trusted_issuer"):
        op.drop_table(table)


def _owned_by_an_organisation(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["added_by_id"], ["account.id"], name=op.f(f"fk_{table}_added_by_id_account")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f(f"fk_{table}_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{table}_public_id")),
    ]


def _trusted_issuer() -> None:
    op.create_table(
        "trusted_issuer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("subject", sa.String(length=1000), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        *_owned_by_an_organisation("trusted_issuer"),
        sa.CheckConstraint(KINDS, name=op.f("ck_trusted_issuer_known_kind")),
        sa.UniqueConstraint(
            "organisation_id", "kind", "subject", name=op.f("uq_trusted_issuer_organisation_id_kind_subject")
        ),
    )
    op.create_index("ix_trusted_issuer_kind_subject", "trusted_issuer", ["kind", "subject"])


def _trust_registry() -> None:
    op.create_table(
        "trust_registry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("form", sa.String(length=16), nullable=False),
        sa.Column("address", sa.String(length=500), nullable=True),
        sa.Column("anchor", sa.String(length=500), nullable=False),
        sa.Column("anchor_keys", sa.JSON(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("trouble", sa.String(length=500), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        *_owned_by_an_organisation("trust_registry"),
        sa.CheckConstraint("form IN ('known_dids', 'list', 'federation')", name=op.f("ck_trust_registry_known_form")),
        sa.UniqueConstraint("organisation_id", "name", name=op.f("uq_trust_registry_organisation_id_name")),
        sa.UniqueConstraint("organisation_id", "address", name=op.f("uq_trust_registry_organisation_id_address")),
    )


def _registered_issuer() -> None:
    op.create_table(
        "registered_issuer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registry_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("subject", sa.String(length=1000), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_registered_issuer_known_kind")),
        sa.ForeignKeyConstraint(
            ["registry_id"],
            ["trust_registry.id"],
            name=op.f("fk_registered_issuer_registry_id_trust_registry"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registered_issuer")),
        sa.UniqueConstraint(
            "registry_id", "kind", "subject", name=op.f("uq_registered_issuer_registry_id_kind_subject")
        ),
    )
    op.create_index("ix_registered_issuer_kind_subject", "registered_issuer", ["kind", "subject"])


def _equivalence_rule() -> None:
    op.create_table(
        "equivalence_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("achievement_url", sa.String(length=500), nullable=False),
        sa.Column("requirement_kind", sa.String(length=16), nullable=False),
        sa.Column("requirement", sa.String(length=100), nullable=False),
        sa.Column("trusted_only", sa.Boolean(), nullable=False),
        sa.Column("minimum_result", sa.String(length=100), nullable=False),
        sa.Column("result_type", sa.String(length=100), nullable=False),
        sa.Column("most_days_old", sa.Integer(), nullable=True),
        sa.Column("days_left", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        *_owned_by_an_organisation("equivalence_rule"),
        sa.CheckConstraint(
            "requirement_kind IN ('achievement', 'code')", name=op.f("ck_equivalence_rule_known_requirement_kind")
        ),
        sa.UniqueConstraint(
            "organisation_id",
            "achievement_url",
            "requirement_kind",
            "requirement",
            name="uq_equivalence_rule_once",
        ),
    )
