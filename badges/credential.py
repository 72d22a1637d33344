"""From what is known of an award to an OpenBadgeCredential (Open Badges 3.0, B.1.8; VC Data Model 2.0). PURE.

Everything that may hold several values is an array; nothing is null or empty. The terms ``jti`` and ``endorsementJwt``
are never used: published texts of the context 3.0.3 differ in them, and a proof must hold under each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from issuer.crypto.contexts import OB3_CONTEXT, OB3_EXTENSIONS_CONTEXT, VC2_CONTEXT
from issuer.crypto.timestamps import format_timestamp

CREDENTIAL_SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
CREDENTIAL_SCHEMA_TYPE = "1EdTechJsonSchemaValidator2019"

EVIDENCE_WORDS: Mapping[str, str] = {
    "knowledge_check": "Knowledge check",
    "assignment": "Assignment",
    "facilitator_rubric": "Practice assessed by a facilitator",
    "attendance": "Attendance",
    "participation": "Participation",
    "application": "Applied at work",
    "cmi5": "Interactive module",
    "xapi": "Reported activity",
    "lti_score": "Score from another learning system",
    "waiver": "Recognition of earlier learning",
}
"""What the ledger calls a kind of evidence, in words for a reader."""

Status = dict[str, str] | list[dict[str, str]]

TRUST_WORDS = (
    "reported by the learner; nobody checked it",
    "reported by another system; it was not tied to one sitting",
    "marked on the server, in one sitting of a signed-in learner",
    "assessed by a named person who watched or read the work",
)
"""Trust levels 0..3."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """A CFItem that the achievement stands for (Open Badges 3.0, B.1.3).

    ``value`` 0..1: how well it was mastered when the award was made, None when the rule did not ask for it.
    """

    name: str
    url: str
    code: str
    framework: str
    value: float | None
    required: float
    description: str = ""


@dataclass(frozen=True, slots=True)
class AchievementFacts:
    """An achievement version. ``url`` is its stable address, which is also its id; ``image_url`` is its picture."""

    url: str
    name: str
    description: str
    achievement_type: str
    criteria_narrative: str
    image_url: str
    image_alt: str
    code: str
    version: int
    language: str
    level: str = ""
    alignments: tuple[Alignment, ...] = ()


@dataclass(frozen=True, slots=True)
class Recognised:
    """The badge that was accepted in place of anything else: its id and name, its issuer's name, the digest of the file
    (digestSRI of the VC Data Model 2.0, 5.3), and when it was found valid (a timestamp)."""

    id: str
    name: str
    issuer_name: str
    digest_sri: str
    checked_at: str


@dataclass(frozen=True, slots=True)
class EvidenceFacts:
    """One piece of evidence. ``score`` 0..1 or None, ``trust`` 0..3, ``digest`` SHA-256 (hex) of its ledger record."""

    kind: str
    score: float | None
    trust: int
    earned_at: datetime
    digest: str
    module_title: str = ""
    module_version: int | None = None
    recognised: Recognised | None = None


@dataclass(frozen=True, slots=True)
class AwardFacts:
    """Who was awarded what, when, on which evidence. ``url`` is the badge's page and the credential's id.

    ``recipient_urn`` is a urn:uuid; ``recipient_name`` as the person wrote it, or "" for one who is not to be named.
    ``valid_until`` None: for ever. ``issuer`` is the Profile, ``status`` the credentialStatus: one object, or an array.
    """

    url: str
    recipient_urn: str
    recipient_name: str
    awarded_at: datetime
    valid_from: datetime
    valid_until: datetime | None
    issuer: Mapping[str, Any]
    achievement: AchievementFacts
    evidence: tuple[EvidenceFacts, ...]
    status: Status


def compose(award: AwardFacts) -> dict[str, Any]:
    """The credential without a proof."""
    return _without_nothing(
        {
            "@context": [VC2_CONTEXT, OB3_CONTEXT, OB3_EXTENSIONS_CONTEXT],
            "id": award.url,
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "name": award.achievement.name,
            "description": award.achievement.description,
            "issuer": dict(award.issuer),
            "awardedDate": format_timestamp(award.awarded_at),
            "validFrom": format_timestamp(award.valid_from),
            "validUntil": format_timestamp(award.valid_until) if award.valid_until else None,
            "credentialSubject": _subject(award),
            "evidence": [_evidence(award.url, n, piece) for n, piece in enumerate(award.evidence, start=1)],
            "credentialSchema": [{"id": CREDENTIAL_SCHEMA, "type": CREDENTIAL_SCHEMA_TYPE}],
            "credentialStatus": award.status,
        }
    )


def _subject(award: AwardFacts) -> dict[str, Any]:
    earned = [piece.earned_at for piece in award.evidence]
    return _without_nothing(
        {
            "id": award.recipient_urn,
            "type": ["AchievementSubject"],
            "identifier": _identifiers(award.recipient_name),
            "activityStartDate": format_timestamp(min(earned)) if earned else None,
            "activityEndDate": format_timestamp(max(earned)) if earned else None,
            "achievement": achievement_document(award.achievement, creator=award.issuer),
            "result": [
                _result(award.achievement, n, alignment.value)
                for n, alignment in enumerate(award.achievement.alignments, start=1)
                if alignment.value is not None
            ],
        }
    )


def _identifiers(name: str) -> list[dict[str, Any]]:
    """B.1.11: the name as it is, for a reader; a hash of a name would hide nothing."""
    if not name:
        return []
    return [{"type": "IdentityObject", "hashed": False, "identityHash": name, "identityType": "name"}]


def achievement_document(achievement: AchievementFacts, *, creator: Mapping[str, Any]) -> dict[str, Any]:
    """The Achievement (B.1.1); ``creator`` is the Profile of its issuer."""
    return _without_nothing(
        {
            "id": achievement.url,
            "type": ["Achievement"],
            "achievementType": achievement.achievement_type,
            "name": achievement.name,
            "description": achievement.description,
            "criteria": {"id": f"{achievement.url}#criteria", "narrative": achievement.criteria_narrative},
            "image": {"id": achievement.image_url, "type": "Image", "caption": achievement.image_alt},
            "creator": dict(creator),
            "humanCode": achievement.code,
            "version": str(achievement.version),
            "inLanguage": achievement.language,
            "tag": [achievement.level] if achievement.level else [],
            "alignment": [_alignment(alignment) for alignment in achievement.alignments],
            "resultDescription": [
                _result_description(achievement, n, alignment)
                for n, alignment in enumerate(achievement.alignments, start=1)
            ],
        }
    )


def _alignment(alignment: Alignment) -> dict[str, Any]:
    return _without_nothing(
        {
            "type": ["Alignment"],
            "targetType": "CFItem",
            "targetName": alignment.name,
            "targetDescription": alignment.description,
            "targetUrl": alignment.url,
            "targetCode": alignment.code,
            "targetFramework": alignment.framework,
        }
    )


def _result_description(achievement: AchievementFacts, number: int, alignment: Alignment) -> dict[str, Any]:
    return {
        "id": _result_id(achievement, number),
        "type": ["ResultDescription"],
        "name": f"Mastery: {alignment.name}",
        "resultType": "Percent",
        "valueMin": "0",
        "valueMax": "100",
        "requiredValue": _percent(alignment.required),
        "alignment": [_alignment(alignment)],
    }


def _result(achievement: AchievementFacts, number: int, value: float) -> dict[str, Any]:
    return {
        "type": ["Result"],
        "resultDescription": _result_id(achievement, number),
        "value": _percent(value),
        "status": "Completed",
    }


def _result_id(achievement: AchievementFacts, number: int) -> str:
    return f"{achievement.url}#version-{achievement.version}-result-{number}"


def _percent(share: float) -> str:
    """0..1 -> whole percent, rounded down: a badge never says more than was shown. 0.29 is 29, not 28."""
    return str(int(share * 100 + 1e-9))


def _evidence(url: str, number: int, piece: EvidenceFacts) -> dict[str, Any]:
    kind = EVIDENCE_WORDS.get(piece.kind, "Evidence")
    title = piece.recognised.name if piece.recognised else piece.module_title
    return {
        "id": f"{url}#evidence-{number}",
        "type": ["Evidence"],
        "name": f"{kind}: {title}" if title else kind,
        "narrative": _narrative(kind, piece),
    }


def _narrative(kind: str, piece: EvidenceFacts) -> str:
    """Plain sentences: what, in which module and version, how well, how sure, when, and how to recognise the record."""
    where = f" of the module “{piece.module_title}”, version {piece.module_version}" if piece.module_title else ""
    sentences: Sequence[str] = (
        f"{kind}{where}.",
        _recognition(piece.recognised),
        score_band(piece.score),
        f"Trust level {piece.trust}: {TRUST_WORDS[piece.trust]}.",
        f"Earned on {format_timestamp(piece.earned_at)}.",
        f"SHA-256 of the record in the issuer's ledger: {piece.digest}.",
    )
    return " ".join(sentence for sentence in sentences if sentence)


def _recognition(badge: Recognised | None) -> str:
    if badge is None:
        return ""
    return (
        f"Accepted: the badge “{badge.name}” of {badge.issuer_name}, {badge.id}, found valid on {badge.checked_at}; "
        f"digest of its file: {badge.digest_sri}."
    )


def score_band(score: float | None) -> str:
    """A score as the band it lies in, as a sentence: employers need no more, and learners are spared the rest."""
    if score is None:
        return ""
    percent = int(score * 100 + 1e-9)
    if percent >= 100:
        return "Score: 100 %."
    low = percent // 10 * 10
    return f"Score: {low} to {low + 9} %."


def _without_nothing(members: Mapping[str, Any]) -> dict[str, Any]:
    """Open Badges 3.0, section 4: null and empty values are left out."""
    return {name: value for name, value in members.items() if value is not None and value not in ("", [], {})}
