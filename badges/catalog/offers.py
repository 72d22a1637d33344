"""Which badges a module leads to, and how far one learner is with each.

However many modules are asked about, it costs the same handful of queries.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, contains_eager

from badges.criteria import CompetencyDemand, Evaluation, Group, Record, Rule, demands, evaluate, read_rule
from badges.learner_record import record_of
from badges.models import Achievement, AchievementVersion, Award
from competencies.frameworks.models import Competency
from competencies.learning.queries import CatalogEntry
from issuer.base.db import db
from issuer.models import Organisation
from issuer.policy import Actor

COMPETENCY = "Competency"


@dataclass(frozen=True, slots=True)
class Offer:
    """A badge that can be earned now. ``award_id``: this learner holds it; ``evaluation`` None: nobody is signed in."""

    version: AchievementVersion
    rule: Rule
    award_id: str | None = None
    evaluation: Evaluation | None = None

    @property
    def achievement_id(self) -> str:
        return self.version.achievement.public_id

    @property
    def name(self) -> str:
        return self.version.name

    @property
    def is_competency_badge(self) -> bool:
        return self.version.achievement_type == COMPETENCY

    @property
    def modules(self) -> frozenset[str]:
        """The public ids of the modules that its rule names."""
        return frozenset(demand.module for demand in demands(self.rule) if not isinstance(demand, CompetencyDemand))

    @property
    def competencies(self) -> frozenset[str]:
        """The public ids of the competencies that its rule names."""
        return frozenset(demand.competency for demand in demands(self.rule) if isinstance(demand, CompetencyDemand))


def offers_of(entries: Sequence[CatalogEntry], *, actor: Actor) -> Mapping[str, tuple[Offer, ...]]:
    """Module public id -> the badges it leads to: those of its competencies first, the weightiest before the others."""
    offers = _offers({entry.organisation_slug for entry in entries})
    weights = _weights(entries)
    reached = {entry.module_id: _reached(entry.module_id, _proven_alone(entry, weights), offers) for entry in entries}
    known = _with_learner({offer for found in reached.values() for offer in found}, actor)
    return {module_id: tuple(known[offer.achievement_id] for offer in found) for module_id, found in reached.items()}


def _reached(module_id: str, proven: Sequence[str], offers: Iterable[Offer]) -> list[Offer]:
    place = {competency: number for number, competency in enumerate(proven)}
    found = [offer for offer in offers if module_id in offer.modules or offer.competencies & place.keys()]
    return sorted(
        found,
        key=lambda offer: (
            not offer.is_competency_badge,
            module_id not in offer.modules,
            min((place[each] for each in offer.competencies & place.keys()), default=len(place)),
            len(demands(offer.rule)),
            offer.name,
        ),
    )


def _proven_alone(entry: CatalogEntry, weights: Mapping[str, float]) -> list[str]:
    """The competencies that this module can prove by itself; the others it merely supports."""
    return [share.competency_id for share in entry.competencies if share.weight >= weights[share.competency_id]]


def _weights(entries: Sequence[CatalogEntry]) -> dict[str, float]:
    wanted = {share.competency_id for entry in entries for share in entry.competencies}
    query = select(Competency.public_id, Competency.mastery_weight).where(Competency.public_id.in_(wanted))
    return {row.public_id: row.mastery_weight for row in db.session.execute(query)}


def _offers(slugs: set[str]) -> list[Offer]:
    later = aliased(AchievementVersion)
    newest = select(func.max(later.number)).where(later.achievement_id == AchievementVersion.achievement_id)
    query = (
        select(AchievementVersion)
        .join(AchievementVersion.achievement)
        .join(Organisation, Organisation.id == Achievement.organisation_id)
        .options(contains_eager(AchievementVersion.achievement))
        .where(
            Organisation.slug.in_(slugs),
            Achievement.state == "open",
            AchievementVersion.number == newest.scalar_subquery(),
        )
        .order_by(Achievement.code, Achievement.id)
    )
    return [Offer(version, read_rule(version.criteria)) for version in db.session.scalars(query)]


def _with_learner(offers: Iterable[Offer], actor: Actor) -> dict[str, Offer]:
    """Achievement public id -> offer, with what this learner has done for it."""
    offers = list(offers)
    if actor.account_id is None or not offers:
        return {offer.achievement_id: offer for offer in offers}
    record = record_of(actor.account_id, Group(1, tuple(offer.rule for offer in offers)))
    held = _held(actor.account_id, [offer.achievement_id for offer in offers])
    return {offer.achievement_id: _seen_by_learner(offer, record, held) for offer in offers}


def _seen_by_learner(offer: Offer, record: Record, held: Mapping[str, str]) -> Offer:
    return replace(offer, award_id=held.get(offer.achievement_id), evaluation=evaluate(offer.rule, record))


def _held(account_id: int, achievement_ids: Sequence[str]) -> dict[str, str]:
    query = (
        select(Achievement.public_id.label("achievement_id"), Award.public_id.label("award_id"))
        .join(AchievementVersion, AchievementVersion.achievement_id == Achievement.id)
        .join(Award, Award.achievement_version_id == AchievementVersion.id)
        .where(Award.account_id == account_id, Achievement.public_id.in_(achievement_ids))
        .order_by(Award.id)
    )
    return {row.achievement_id: row.award_id for row in db.session.execute(query)}
