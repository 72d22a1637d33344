"""Awarding: when evidence has led to a completion or a mastery, give the badges that it makes due, once each.

An award is unique by a constraint in the database. It records what it rests on, exactly: the public ids of the evidence
and completions, and the mastery values at that moment. The ledger takes one piece of evidence of a learner after the
other, so what was shown in two places at once is seen together by the later one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Text, cast, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from badges.criteria import evaluate, read_rule
from badges.learner_record import basis_of, record_of
from badges.models import Achievement, AchievementVersion, Award
from competencies.evidence.models import Evidence
from issuer.base import audit, facts
from issuer.base.db import db, utc_now
from issuer.base.faults import fault_point
from issuer.models import Account
from issuer.succession.standing import closed_ids


def consider_evidence(evidence: Evidence) -> list[Award]:
    """Give what one more piece of evidence makes due. Answers evidence.recorded.

    Completions and masteries have been brought up to date before, so one look sees all that follows from it.
    """
    competencies = [each.competency for each in evidence.competencies]
    touched = [competency.public_id for competency in competencies]
    organisations = {competency.framework.organisation_id for competency in competencies}
    if evidence.module_version is not None:
        touched.append(evidence.module_version.module.public_id)
        organisations.add(evidence.module_version.module.organisation_id)
    return [
        award
        for organisation_id in sorted(organisations)
        for award in _consider(evidence.account_id, touched, organisation_id=organisation_id)
    ]


def is_held(account: Account, achievement: Achievement) -> bool:
    """Whether the learner holds the achievement in any version."""
    return bool(_held(account.id, [achievement.id]))


def give_recognised(account: Account, version: AchievementVersion, evidence: Evidence) -> Award | None:
    """Award ``version`` because another badge counts as it, which ``evidence`` (a waiver) records; None when somebody
    else gave it at the same moment. That it is not held yet, the caller has asked while the learner was held."""
    basis: dict[str, list[object]] = {"evidence": [evidence.public_id], "completions": [], "competencies": []}
    return _give(account.id, version, basis=basis)


def _consider(account_id: int, touched: Sequence[str], *, organisation_id: int) -> list[Award]:
    """Award each version whose rule the learner meets, unless the achievement is held in any version yet."""
    versions = _open_versions(organisation_id, touched)
    held = _held(account_id, [version.achievement_id for version in versions])
    given = [_consider_version(account_id, version) for version in versions if version.achievement_id not in held]
    return [award for award in given if award is not None]


def _consider_version(account_id: int, version: AchievementVersion) -> Award | None:
    rule = read_rule(version.criteria)
    evaluation = evaluate(rule, record_of(account_id, rule))
    if not evaluation.met:
        return None
    return _give(account_id, version, basis=basis_of(account_id, evaluation))


def _give(account_id: int, version: AchievementVersion, *, basis: dict[str, list[object]]) -> Award | None:
    award = Award(
        account_id=account_id,
        achievement_version=version,
        awarded_at=utc_now().replace(microsecond=0),
        basis=basis,
    )
    try:
        with db.session.begin_nested():
            db.session.add(award)
    except IntegrityError:
        return None  # given at the same moment by somebody else, who announces it
    fault_point("awarding.after_insert")
    holder = db.session.get_one(Account, account_id)
    audit.record("award.made", award.public_id, actor="system", account=holder.public_id, achievement=version.public_id)
    facts.announce("award.made", award=award)
    return award


def _held(account_id: int, achievement_ids: Sequence[int]) -> set[int]:
    """Those of the achievements that the learner holds in any version."""
    held = (
        select(AchievementVersion.achievement_id)
        .join(Award, AchievementVersion.id == Award.achievement_version_id)
        .where(Award.account_id == account_id, AchievementVersion.achievement_id.in_(achievement_ids))
    )
    return set(db.session.scalars(held))


def _open_versions(organisation_id: int, touched: Iterable[str]) -> Sequence[AchievementVersion]:
    """The current versions of open achievements whose rule may name one of the public ids.

    The rule is looked at as text here, which only narrows the search; reading it decides.
    """
    later = aliased(AchievementVersion)
    newest = select(func.max(later.number)).where(later.achievement_id == AchievementVersion.achievement_id)
    rule_text = cast(AchievementVersion.criteria, Text)
    query = (
        select(AchievementVersion)
        .join(Achievement, Achievement.id == AchievementVersion.achievement_id)
        .where(
            Achievement.organisation_id == organisation_id,
            Achievement.organisation_id.not_in(closed_ids(utc_now())),
            Achievement.state == "open",
            AchievementVersion.number == newest.scalar_subquery(),
            or_(*(rule_text.contains(f'"{public_id}"', autoescape=True) for public_id in touched)),
        )
        .order_by(AchievementVersion.id)
    )
    return db.session.scalars(query).all()
