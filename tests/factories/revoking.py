"""Administrators, and badges that they may revoke together."""

from __future__ import annotations

from typing import Any

from badges.models import Achievement, Award
from badges.revoking import proposals
from badges.revoking.criteria import Criteria
from badges.revoking.models import RevocationProposal
from issuer.base.db import utc_now
from issuer.models import Account, Organisation
from issuer.status.reasons import Reason
from tests.factories.badges import earn, make_achievement
from tests.factories.people import make_account, make_member

REASON = Reason("The check had leaked.", "evidence_not_valid")


def make_administrator(organisation: Organisation) -> Account:
    return make_member("administrator", organisation=organisation).account


def make_awards(count: int, achievement: Achievement | None = None, **over: Any) -> list[Award]:
    """Issued badges of one achievement, each of another learner; ``over`` goes to the achievement."""
    achievement = achievement or make_achievement(**over)
    return [earn(make_account(), achievement) for _ in range(count)]


def make_proposal(achievement: Achievement, proposer: Account | None = None, **over: Any) -> RevocationProposal:
    """A proposal to revoke all badges of an achievement."""
    values: dict[str, Any] = {
        "reason": REASON,
        "proposer": proposer or make_administrator(achievement.organisation),
        "now": utc_now(),
    }
    criteria = over.pop("criteria", Criteria(achievement=achievement.public_id))
    return proposals.propose(achievement.organisation, criteria, **(values | over))
