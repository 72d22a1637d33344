"""Giving our badge to all who hold another one that counts as it, each with the proof of where it comes from.

Only whoever is entitled to the holders may do so: the issuer of the other badge itself, or the one that it has named as
its successor in a signed statement. Each badge is checked at that moment, as whoever asks would check it. What is
recorded in the ledger and signed into the new badge names the old one, its digest, and when it was found valid.

Nobody gets it twice: the evidence is named by rule and badge, and the award is unique. Whatever is killed in the middle
goes on with those who do not hold it yet.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import aliased

from badges import awarding
from badges.models import Achievement, AchievementVersion, Award
from badges.succession import received_letters
from badges.trust import counting, equivalences
from badges.trust.knowing import trust_of
from badges.trust.models import EquivalenceRule
from badges.verification.report import Report
from badges.verification.sources import check, this_world
from competencies.evidence import ledger
from competencies.evidence.models import Evidence
from competencies.evidence.trust import STATEMENT
from issuer.base import audit, jobs
from issuer.base.db import db, utc_now
from issuer.base.errors import Conflict, Forbidden
from issuer.base.faults import fault_point
from issuer.crypto.timestamps import format_timestamp
from issuer.models import Organisation
from issuer.own_addresses import own_path
from issuer.profile import issuer_did, issuer_url
from issuer.succession.standing import refuse_closed, told_of

JOB = "equivalence.reissue"
AT_ONCE = 20
SOURCE = "rosette:equivalence"


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom a rule would reach: how many hold the other badge, and how many of them hold ours already."""

    holders: int
    served: int


def reach_of(rule: EquivalenceRule) -> Reach:
    """Raises Conflict and Forbidden as ``request`` does."""
    theirs, ours = _both(rule)
    holders = select(func.count()).select_from(Award).where(_is_of(Award, theirs))
    return Reach(db.session.scalar(holders) or 0, db.session.scalar(holders.where(_holds(ours))) or 0)


def request(rule: EquivalenceRule, *, actor: str) -> None:
    """Have a worker give our badge to the holders of the other one.

    Raises Conflict for a rule that names no two achievements of this service, for an achievement that is archived, or
    a closed organisation; Forbidden "not_successor" for whoever is not entitled to the holders.
    """
    _both(rule)
    audit.record("equivalence.reissue_asked", rule.public_id, actor=actor, organisation=rule.organisation.public_id)
    jobs.enqueue(JOB, f"{rule.public_id}:{utc_now():%Y-%m-%dT%H:%M:%S}", rule_id=rule.public_id)


def carry_out(rule_id: str) -> Iterator[None]:
    """Job "equivalence.reissue", in parts. A rule that was removed or does not hold any more gives nothing."""
    last = 0
    while (rule := db.session.scalar(select(EquivalenceRule).filter_by(public_id=rule_id))) is not None:
        try:
            theirs, ours = _both(rule)
        except (Conflict, Forbidden):
            return
        found = _next(theirs, ours, after=last)
        if not found:
            return
        for award in found:
            _consider(rule, award, ours)
        last = found[-1].id
        fault_point("reissuing.after_part")
        yield


def would_get(rule: EquivalenceRule) -> Iterator[tuple[Award, tuple[str, ...]]]:
    """Every holder's badge with the conditions it does not meet, without giving anything. Raises as ``request``."""
    theirs, ours = _both(rule)
    last = 0
    while found := _next(theirs, ours, after=last):
        for award in found:
            yield award, _missing(rule, _checked(rule, award))
        last = found[-1].id


def _consider(rule: EquivalenceRule, award: Award, ours: Achievement) -> Award | None:
    """One holder: check the badge they have, and give ours when it counts. None when it does not."""
    ledger.hold(award.account)
    if awarding.is_held(award.account, ours):
        return None
    report = _checked(rule, award)
    if _missing(rule, report):
        return None
    version = ours.current
    evidence = ledger.record(_happening(rule, award, version, report))
    given = awarding.give_recognised(award.account, version, evidence)
    if given is not None:
        received_letters.tell(given, _issuer_of(award))
    return given


def _checked(rule: EquivalenceRule, award: Award) -> Report:
    world = replace(this_world(), trust=trust_of(rule.organisation))
    assert award.credential is not None
    return check(award.credential.document, world=world)


def _missing(rule: EquivalenceRule, report: Report) -> tuple[str, ...]:
    return counting.missing(report, equivalences.conditions_of(rule), now=utc_now())


def _happening(rule: EquivalenceRule, award: Award, version: AchievementVersion, report: Report) -> ledger.Happening:
    """Recorded under a name of its own, and told a second time in the same words: the time is that of the badge."""
    assert award.credential is not None and report.facts is not None
    digest = base64.b64encode(hashlib.sha256(award.credential.document).digest()).decode("ascii")
    key = f"equivalence:{rule.public_id}:{award.public_id}:{version.public_id}"
    known = db.session.scalar(select(Evidence).filter_by(idempotency_key=key))
    checked_at = known.details["recognised"]["checkedAt"] if known else format_timestamp(report.checked_at)
    recognised = {
        "id": award.credential.credential_id,
        "name": report.facts.name,
        "issuer": report.facts.issuer_id,
        "issuerName": report.facts.issuer_name,
        "digestSRI": f"sha256-{digest}",
        "checkedAt": checked_at,
    }
    return ledger.Happening(
        account=award.account,
        kind="waiver",
        competencies=[(each.competency, 1.0) for each in version.competencies],
        met=True,
        trust=STATEMENT,
        source=SOURCE,
        earned_at=award.awarded_at,
        idempotency_key=key,
        details={"rule": rule.public_id, "recognised": recognised},
    )


def _both(rule: EquivalenceRule) -> tuple[Achievement, Achievement]:
    """(the achievement that is held, ours that is given). Raises as ``request`` does."""
    theirs, ours = _achievement_at(rule.achievement_url), None
    if rule.requirement_kind == equivalences.ACHIEVEMENT:
        ours = db.session.scalar(select(Achievement).filter_by(public_id=rule.requirement))
    if theirs is None or ours is None or theirs.id == ours.id:
        sentence = _("Only a rule from one achievement of this service to another can be carried out for all holders.")
        raise Conflict("rule_names_no_holders", sentence)
    if ours.state != "open":
        raise Conflict("achievement_archived", _("This achievement is archived; it is not awarded any more."))
    refuse_closed(rule.organisation)
    _refuse_stranger(rule.organisation, theirs.organisation)
    return theirs, ours


def _refuse_stranger(organisation: Organisation, issuer: Organisation) -> None:
    if organisation.id == issuer.id:
        return
    said = told_of(issuer)
    named = said.successor.id if said is not None and said.successor is not None else ""
    if named not in (issuer_did(organisation), issuer_url(organisation)):
        sentence = _(
            "%(issuer)s has not named %(organisation)s as its successor, so its holders are not yours to serve.",
            issuer=issuer.name,
            organisation=organisation.name,
        )
        raise Forbidden("not_successor", sentence)


def _achievement_at(url: str) -> Achievement | None:
    folder, _slash, name = (own_path(url) or "").removeprefix("/").partition("/")
    if folder != "achievements" or not name:
        return None
    return db.session.scalar(select(Achievement).filter_by(public_id=name[:64]))


def _next(theirs: Achievement, ours: Achievement, *, after: int) -> Sequence[Award]:
    wanted = select(Award).where(_is_of(Award, theirs), ~_holds(ours), Award.id > after)
    return db.session.scalars(wanted.order_by(Award.id).limit(AT_ONCE)).all()


def _is_of(award: type[Award], achievement: Achievement) -> ColumnElement[bool]:
    """A signed badge of the achievement, in any version."""
    versions = select(AchievementVersion.id).filter_by(achievement_id=achievement.id)
    return (award.state == "issued") & award.achievement_version_id.in_(versions)


def _holds(achievement: Achievement) -> ColumnElement[bool]:
    """Whether the holder of an award has the achievement too."""
    other = aliased(Award)
    versions = select(AchievementVersion.id).filter_by(achievement_id=achievement.id)
    return exists().where(other.account_id == Award.account_id, other.achievement_version_id.in_(versions))


def _issuer_of(award: Award) -> Organisation:
    return award.achievement_version.achievement.organisation
