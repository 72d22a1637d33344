"""Achievements, and awards that were earned the way the product has them earned. ``over`` replaces working defaults."""

from __future__ import annotations

import itertools
from typing import Any

from sqlalchemy import select

from badges.achievement_draft import AchievementDraft
from badges.achievements import ensure_achievement
from badges.models import Achievement, Award
from competencies.frameworks.models import Competency
from issuer.base.db import db
from issuer.models import Account, Organisation
from tests.factories.evidence import make_evidence
from tests.factories.frameworks import make_competency, make_framework
from tests.factories.keys import make_keys
from tests.factories.people import make_account, make_organisation

_numbers = itertools.count(1)


def make_draft(competency: Competency, **over: Any) -> AchievementDraft:
    """A competency badge: mastered once, at trust level 2."""
    fields: dict[str, Any] = {
        "name": "Target List",
        "description": "Can say of each name on a list why it is there.",
        "achievement_type": "Competency",
        "criteria": {"competency": competency.public_id, "min_trust": 2},
        "criteria_narrative": "Pass the knowledge check, marked on the server, with **80 %** or more.",
        "competencies": (competency.public_id,),
        "monogram": "TL",
        "image_alt": "A rosette with the letters T and L.",
        "level": "Foundation",
        **over,
    }
    return AchievementDraft(**fields)


def make_achievement(
    organisation: Organisation | None = None, competency: Competency | None = None, **over: Any
) -> Achievement:
    """An open achievement of an organisation that can sign."""
    organisation = organisation or make_organisation()
    make_keys(organisation)
    competency = competency or make_competency(make_framework(organisation))
    code = over.pop("code", f"badge-{next(_numbers)}")
    return ensure_achievement(organisation, code, make_draft(competency, **over), actor="system")


def earn(account: Account, achievement: Achievement, **evidence: Any) -> Award:
    """The award that one more piece of evidence of the achievement's first competency brings about."""
    competency = achievement.current.competencies[0].competency
    make_evidence(account, competency, **evidence)
    held = select(Award).filter_by(account_id=account.id, achievement_version_id=achievement.current.id)
    return db.session.scalars(held).one()


def make_award(account: Account | None = None, achievement: Achievement | None = None, **over: Any) -> Award:
    """An issued award; ``over`` goes to the achievement when none is given."""
    return earn(account or make_account(), achievement or make_achievement(**over))
