"""What an attempt led to: the badges it earned, the stacks that these count towards, and the shortest way on."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from badges.catalog.offers import Offer
from badges.models import Achievement, AchievementVersion, Award
from competencies.evidence.models import Evidence
from competencies.learning.models import Attempt
from competencies.learning.proof import evidence_of
from competencies.learning.queries import CatalogEntry
from issuer.base.db import db

NOT_NOW = frozenset({"passed", "refresh_due", "waiting", "used_up"})


def awards_from(attempt: Attempt) -> tuple[Award, ...]:
    """The awards that this attempt brought about, competency badges first.

    Those are the ones that rest on its evidence and on nothing that was recorded later.
    """
    evidence = evidence_of(attempt)
    if not any(piece.met for piece in evidence):
        return ()
    own = {piece.public_id for piece in evidence}
    candidates = [award for award in _awards_since(attempt, evidence) if own & set(award.basis["evidence"])]
    named = {public_id for award in candidates for public_id in award.basis["evidence"]}
    later = _recorded_after(max(piece.id for piece in evidence), named)
    earned = [award for award in candidates if not later & set(award.basis["evidence"])]
    return tuple(sorted(earned, key=lambda award: award.achievement_version.achievement_type != "Competency"))


def next_module(entries: Sequence[CatalogEntry], *, stacks: Sequence[Offer], done: CatalogEntry) -> CatalogEntry | None:
    """The shortest open module to take now, of the same micro-credentials if there is one, else of the same domain."""
    open_ones = [entry for entry in entries if entry.is_open and entry.module_id != done.module_id and _is_due(entry)]
    stacked = {module for offer in stacks if offer.award_id is None for module in offer.modules}
    domains = _domains(done)
    nearest = [entry for entry in open_ones if entry.module_id in stacked]
    near = [entry for entry in open_ones if domains & _domains(entry)]
    return min(nearest or near, key=lambda entry: (entry.minutes, entry.code), default=None)


def _is_due(entry: CatalogEntry) -> bool:
    return entry.progress is None or entry.progress.state not in NOT_NOW


def _domains(entry: CatalogEntry) -> set[str]:
    """What stands before the first point of a human code: PRO of PRO.1."""
    return {share.code.partition(".")[0] for share in entry.competencies if share.code}


def _awards_since(attempt: Attempt, evidence: Sequence[Evidence]) -> Sequence[Award]:
    # An award's time is in whole seconds, so it may seem to lie a moment before the evidence.
    since = min(piece.received_at for piece in evidence).replace(microsecond=0)
    query = (
        select(Award)
        .join(Award.achievement_version)
        .join(AchievementVersion.achievement)
        .options(
            contains_eager(Award.achievement_version).contains_eager(AchievementVersion.achievement),
            joinedload(Award.credential),
        )
        .where(Award.account_id == attempt.account_id, Award.awarded_at >= since)
        .order_by(Achievement.code)
    )
    return db.session.scalars(query).all()


def _recorded_after(last: int, evidence_ids: set[str]) -> set[str]:
    query = select(Evidence.public_id).where(Evidence.id > last, Evidence.public_id.in_(evidence_ids))
    return set(db.session.scalars(query))
