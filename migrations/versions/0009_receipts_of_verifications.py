"""receipts of verifications

The instance may have a key that signs what it found when it checked a badge.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BEFORE = "purpose IN ('badge_proof', 'badge_jwt', 'status_list', 'credential_proof', 'did_history', 'log_checkpoint')"
PURPOSES = (
    "purpose IN ('badge_proof', 'badge_jwt', 'status_list', 'credential_proof', 'did_history',"
    " 'log_checkpoint', 'verification_receipt')"
)


def upgrade() -> None:
    _widen(PURPOSES, now=16, then=32)


def downgrade() -> None:
    op.execute("DELETE FROM signing_key WHERE purpose = 'verification_receipt'")
    _widen(BEFORE, now=32, then=16)


def _widen(purposes: str, *, now: int, then: int) -> None:
    with op.batch_alter_table("signing_key") as batch:
        batch.drop_constraint(op.f("ck_signing_key_known_purpose"), type_="check")
        batch.alter_column(
            "purpose", existing_type=sa.String(length=now), type_=sa.String(length=then), existing_nullable=False
        )
        batch.create_check_constraint(op.f("ck_signing_key_known_purpose"), purposes)
