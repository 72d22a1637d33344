"""From the code on paper to the badge, for whoever may see it."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from badges.awards import may_see
from badges.models import Award
from badges.privacy.remains import refuse_erased_code
from badges.sharing import human_codes
from issuer.base.db import db
from issuer.base.errors import NotFound
from issuer.policy import Actor


def coded_award(actor: Actor, text: str) -> Award:
    """The badge with that code, however it is written, that ``actor`` may see. Raises NotFound: a badge that is not
    theirs to see, a code that was never given and one that was misread are not told apart.
    Raises Gone for the code of an erased badge.
    """
    code = human_codes.read(text)
    award = db.session.scalar(select(Award).filter_by(code=code)) if code is not None else None
    if code is not None and award is None:
        refuse_erased_code(code)
    if award is None or not may_see(actor, award):
        raise NotFound("not_found", _("There is no badge with this code that you may see. Is each sign as written?"))
    return award
