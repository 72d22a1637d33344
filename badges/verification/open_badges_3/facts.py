"""What a badge says, ready to be shown. Only ever asked of what a signature covers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from badges.verification.open_badges_3.values import as_list, as_object, issuer_id_of, text_of, time_of
from badges.verification.report import BadgeFacts


def facts_of(document: Mapping[str, Any]) -> BadgeFacts:
    """The facts of a badge, or of as much of one as a document of another kind has."""
    subject, issuer = as_object(_first(document.get("credentialSubject"))), as_object(document.get("issuer"))
    achievement = as_object(subject.get("achievement"))
    return BadgeFacts(
        credential_id=text_of(document.get("id")),
        name=text_of(achievement.get("name")) or text_of(document.get("name")),
        description=text_of(achievement.get("description")),
        holder=_holder(subject),
        issuer_id=issuer_id_of(document),
        issuer_name=text_of(issuer.get("name")) or issuer_id_of(document),
        achievement_id=text_of(achievement.get("id")),
        achievement_type=text_of(as_list(achievement.get("achievementType"))),
        issued_at=time_of(document.get("awardedDate")) or _first_time(document, "validFrom", "issuanceDate"),
        valid_until=_first_time(document, "validUntil", "expirationDate"),
        skills=_skills(achievement),
        evidence=tuple(dict(entry) for entry in as_list(document.get("evidence")) if isinstance(entry, Mapping)),
    )


def _skills(achievement: Mapping[str, Any]) -> tuple[str, ...]:
    """Each once: the same skill may be aligned with several frameworks."""
    named = (text_of(as_object(entry).get("targetName")) for entry in as_list(achievement.get("alignment")))
    return tuple(dict.fromkeys(name for name in named if name))


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _first_time(document: Mapping[str, Any], *names: str) -> Any:
    return next((moment for name in names if (moment := time_of(document.get(name))) is not None), None)


def _holder(subject: Mapping[str, Any]) -> str:
    for identifier in as_list(subject.get("identifier")):
        entry = as_object(identifier)
        if entry.get("identityType") == "name" and entry.get("hashed") is False:
            return text_of(entry.get("identityHash"))
    return ""
