"""The badges that were signed for the key of a wallet, for whoever asks what of a badge was ever signed."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from badges.models import Award
from badges.wallets.models import BoundForm
from issuer.base.db import db


def bound_editions(award: Award) -> Iterator[BoundForm]:
    """Every form of the badge that was signed for a wallet, the newest first; asked for when the first is wanted."""
    yield from db.session.scalars(select(BoundForm).filter_by(award_id=award.id).order_by(BoundForm.id.desc()))
