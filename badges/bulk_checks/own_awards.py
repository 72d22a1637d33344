"""The badges of this service that a batch names, read together: one by one each would cost half a dozen questions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from badges.models import Achievement, AchievementVersion, Award
from issuer.access import settings
from issuer.base.db import db

_CODE = re.compile(rb"[A-Za-z0-9_-]{22}")


def named_in(given: Iterable[bytes]) -> Sequence[Award]:
    """The awards whose code or address stands in one of ``given``, with what a verification reads of them.

    While they are held, the session answers from them; nothing is decided here about who may see which.
    """
    home = re.escape(f"{settings().base_url}/badges/".encode())
    address = re.compile(rb"\s*(?:" + home + rb")?(" + _CODE.pattern + rb")(?:\.json|\.jwt)?\s*")
    inside = re.compile(home + rb"(" + _CODE.pattern + rb")")
    names = {found.group(1).decode() for each in given if (found := address.fullmatch(each) or inside.search(each))}
    achievement = joinedload(Award.achievement_version).joinedload(AchievementVersion.achievement)
    wanted = (
        select(Award)
        .where(Award.public_id.in_(names))
        .options(
            achievement.joinedload(Achievement.organisation),
            achievement.selectinload(Achievement.versions),
            joinedload(Award.credential),
            selectinload(Award.editions),
        )
    )
    return db.session.scalars(wanted).all()
