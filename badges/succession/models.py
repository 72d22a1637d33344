"""Which holders were told of a statement."""

from __future__ import annotations

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from issuer.base.db import CreatedAt, Model


class SuccessionLetter(CreatedAt, Model):
    """One holder was told of one statement; written together with the mail, so nobody is told twice."""

    __tablename__ = "succession_letter"
    __table_args__ = (UniqueConstraint("statement_id", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("succession_statement.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
