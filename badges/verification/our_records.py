"""What this service's own records hold of badges of its own, read together: as many questions for many as for one."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from badges.models import Achievement, AchievementVersion, Award, Credential
from badges.verification.criteria_since import check_criteria
from badges.verification.report import Check
from competencies.evidence.models import Evidence
from issuer.base.db import db
from issuer.log import proofs
from issuer.log.proofs import Inclusion
from issuer.models import StatusEntry
from issuer.status import places


@dataclass(frozen=True, slots=True)
class Record:
    """All of one badge, as it is in the transaction in which it was read.

    ``places``      purpose of a status list -> its place there.
    ``evidence``    the ledger's records of what it was awarded for.
    ``inclusions``  SHA-256 of an edition -> its proof in the issuance log; None while that is missing.
    ``criteria``    the check "criteria".
    """

    award: Award
    places: Mapping[str, StatusEntry]
    evidence: Sequence[Evidence]
    inclusions: Mapping[bytes, Inclusion | None]
    criteria: Check

    @property
    def newest(self) -> Credential | None:
        """The edition that is the badge now; None while it is not signed."""
        return next((each for each in self.award.editions if each.edition == self.award.edition), None)


Records = Mapping[str, Record]
"""Public id of an award -> what is known of it. An id that is not in it was never awarded."""


def records_of(award_ids: Collection[str]) -> Records:
    """What is known of the badges with these public ids; some hundreds at once."""
    if not award_ids:
        return {}
    found = _awards(award_ids)
    awards = [award for award, _newest in found]
    entries = places.entries_of([award.public_id for award in awards])
    evidence = _evidence(awards)
    inclusions = proofs.inclusions_of([_digest(edition) for award in awards for edition in award.editions])
    criteria = _criteria(found)
    return {
        award.public_id: Record(
            award,
            entries.get(award.public_id, {}),
            evidence.get(award.account_id, ()),
            inclusions,
            criteria[award.achievement_version_id],
        )
        for award in awards
    }


def _awards(award_ids: Collection[str]) -> Sequence[tuple[Award, AchievementVersion]]:
    """The awards with their editions, each beside the current version of its achievement."""
    newest, numbered = aliased(AchievementVersion), aliased(AchievementVersion)
    last = (
        select(func.max(numbered.number))
        .where(numbered.achievement_id == Achievement.id)
        .correlate(Achievement)
        .scalar_subquery()
    )
    version = contains_eager(Award.achievement_version)
    wanted = (
        select(Award, newest)
        .join(Award.achievement_version)
        .join(AchievementVersion.achievement)
        .join(newest, (newest.achievement_id == Achievement.id) & (newest.number == last))
        .where(Award.public_id.in_(award_ids))
        .options(version.contains_eager(AchievementVersion.achievement), joinedload(Award.editions))
    )
    return [(row[0], row[1]) for row in db.session.execute(wanted).unique()]


def _evidence(awards: Sequence[Award]) -> Mapping[int, Sequence[Evidence]]:
    """Account -> the records in the ledger that its awards rest on."""
    wanted = {public_id for award in awards for public_id in award.basis["evidence"]}
    held: dict[int, list[Evidence]] = {}
    if wanted:
        for record in db.session.scalars(select(Evidence).where(Evidence.public_id.in_(wanted))):
            held.setdefault(record.account_id, []).append(record)
    return held


def _criteria(found: Sequence[tuple[Award, AchievementVersion]]) -> Mapping[int, Check]:
    """Version that was awarded -> the check "criteria" of its badges."""
    versions = {award.achievement_version_id: (award.achievement_version, newest) for award, newest in found}
    return {version_id: check_criteria(awarded, current) for version_id, (awarded, current) in versions.items()}


def _digest(edition: Credential) -> bytes:
    return hashlib.sha256(edition.document).digest()
