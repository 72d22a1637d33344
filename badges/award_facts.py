"""Reads what a credential will say of an award from the rooms that know it, into frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlsplit

from sqlalchemy import select

from badges.credential import AchievementFacts, Alignment, AwardFacts, EvidenceFacts, Recognised, Status
from badges.models import AchievementVersion, Award
from competencies.evidence.models import Evidence
from competencies.frameworks.models import Competency
from issuer import organisations
from issuer.access import settings
from issuer.base.db import db
from issuer.pictures.keeping import address_of
from issuer.profile import issuer_profile


def badge_url(award: Award) -> str:
    """The page of a badge, which is the id of its credential."""
    return badge_address(award.public_id)


def badge_address(award_id: str) -> str:
    """The same, from the award's public id."""
    return f"{settings().base_url}/badges/{award_id}"


def achievement_url(version: AchievementVersion) -> str:
    """The page of an achievement, the same for all its versions, which is its id."""
    return f"{settings().base_url}/achievements/{version.achievement.public_id}"


def facts_of(award: Award, *, status: Status) -> AwardFacts:
    """Everything the credential of ``award`` says; ``status`` is its credentialStatus."""
    version = award.achievement_version
    organisation = version.achievement.organisation
    membership = organisations.join(award.account, organisation, actor="system")
    valid_from = award.awarded_at.replace(microsecond=0)
    return AwardFacts(
        url=badge_url(award),
        recipient_urn=membership.subject_urn,
        recipient_name=award.account.name,
        awarded_at=award.awarded_at,
        valid_from=valid_from,
        valid_until=valid_from + timedelta(days=version.valid_days) if version.valid_days else None,
        issuer=issuer_profile(organisation),
        achievement=achievement_facts(version, values=_values(award)),
        evidence=tuple(_evidence(award)),
        status=status,
    )


def _values(award: Award) -> dict[str, float]:
    """Competency public id -> mastery value 0..1 at the moment of the award."""
    return {entry["competency"]: entry["value"] for entry in award.basis["competencies"]}


def achievement_facts(version: AchievementVersion, *, values: Mapping[str, float]) -> AchievementFacts:
    """What an achievement version says; ``values``: competency public id -> mastery 0..1, for those that were asked."""
    url = achievement_url(version)
    return AchievementFacts(
        url=url,
        name=version.name,
        description=version.description,
        achievement_type=version.achievement_type,
        criteria_narrative=version.criteria_narrative,
        image_url=address_of(version.picture) if version.picture else f"{url}/image.png",
        image_alt=version.image_alt,
        code=version.achievement.code,
        version=version.number,
        language=version.language,
        level=version.level,
        alignments=tuple(
            _alignment(each.competency, value=values.get(each.competency.public_id)) for each in version.competencies
        ),
    )


def _alignment(competency: Competency, *, value: float | None) -> Alignment:
    return Alignment(
        name=competency.full_statement,
        url=_competency_url(competency),
        code=competency.case_identifier,
        framework=competency.framework.title,
        description=", ".join(word for word in (competency.human_code, competency.level) if word),
        value=value,
        required=competency.mastery_threshold,
    )


def _competency_url(competency: Competency) -> str:
    """The CFItem's own address, or our page of it when the framework gives none that can be followed."""
    uri = competency.uri
    try:
        parts = urlsplit(uri)
        followable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        followable = False
    if followable and uri.isascii() and uri.isprintable() and not set(uri) & set(' "<>\\^`{|}'):
        return uri
    return f"{settings().base_url}/competencies/{competency.public_id}"


def _evidence(award: Award) -> list[EvidenceFacts]:
    wanted = award.basis["evidence"]
    rows = db.session.scalars(select(Evidence).where(Evidence.public_id.in_(wanted)))
    pieces = {row.public_id: row for row in rows}
    return [_piece(pieces[public_id]) for public_id in wanted]


def _piece(evidence: Evidence) -> EvidenceFacts:
    version = evidence.module_version
    return EvidenceFacts(
        kind=evidence.kind,
        score=evidence.score,
        trust=evidence.trust,
        earned_at=evidence.earned_at,
        digest=evidence.digest,
        module_title=version.title if version else "",
        module_version=version.number if version else None,
        recognised=recognised_in(evidence),
    )


def recognised_in(evidence: Evidence) -> Recognised | None:
    """The badge that a waiver accepts, as the ledger holds it; None for evidence of another kind."""
    badge = evidence.details.get("recognised")
    if not isinstance(badge, dict):
        return None
    return Recognised(badge["id"], badge["name"], badge["issuerName"], badge["digestSRI"], badge["checkedAt"])
