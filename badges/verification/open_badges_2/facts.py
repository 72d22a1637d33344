"""What a badge of version 1 or 2 says, ready to be shown. Only ever asked of what is hosted or signed by its issuer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from badges.verification.open_badges_2.graph import Node
from badges.verification.open_badges_2.standing import dates_of
from badges.verification.open_badges_2.vocabulary import as_list, id_of, text_of
from badges.verification.report import BadgeFacts

MOST_ENTRIES = 100


def facts_of(assertion: Mapping[str, Any], badge: Node, issuer: Node) -> BadgeFacts:
    """The facts of an assertion whose badge class and issuer are known."""
    issued, expires = dates_of(assertion)
    issuer_id = issuer.identifier
    return BadgeFacts(
        credential_id=id_of(assertion),
        name=text_of(badge.document.get("name")),
        description=text_of(badge.document.get("description")),
        holder=_holder(assertion),
        issuer_id=issuer_id,
        issuer_name=text_of(issuer.document.get("name")) or issuer_id,
        achievement_id=badge.identifier,
        achievement_type="Badge",
        issued_at=issued,
        valid_until=expires,
        skills=tuple(_skills(badge.document)),
        evidence=tuple(_evidence(assertion)),
    )


def _holder(assertion: Mapping[str, Any]) -> str:
    """The name of the holder, where an issuer has added one; identities are for `recipient`, not for showing."""
    profile = assertion.get("extensions:recipientProfile")
    return text_of(profile.get("name")) if isinstance(profile, Mapping) else ""


def _skills(badge: Mapping[str, Any]) -> list[str]:
    entries = [entry for entry in as_list(badge.get("alignment"))[:MOST_ENTRIES] if isinstance(entry, Mapping)]
    named = (text_of(entry.get("targetName")) or text_of(entry.get("name")) for entry in entries)
    return list(dict.fromkeys(name for name in named if name))


def _evidence(assertion: Mapping[str, Any]) -> list[dict[str, Any]]:
    entries = as_list(assertion.get("evidence"))[:MOST_ENTRIES]
    shown = [dict(entry) if isinstance(entry, Mapping) else {"id": entry} for entry in entries]
    narrative = text_of(assertion.get("narrative"))
    return [*shown, {"narrative": narrative}] if narrative else shown
