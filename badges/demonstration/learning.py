"""Plays a learner through one module with the use cases that the pages call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from badges.models import Award
from competencies.evidence.models import Evidence, Mastery
from competencies.learning import attempts
from competencies.learning.models import Attempt, Item, Module
from issuer.access import settings
from issuer.base.db import db
from issuer.models import Account


@dataclass(frozen=True, slots=True)
class Played:
    """What one go at a module's check led to."""

    attempt: Attempt
    evidence: tuple[Evidence, ...]
    masteries: tuple[Mastery, ...]
    awards: tuple[Award, ...]


def play(account: Account, module: Module, *, answers: str, now: datetime) -> Played:
    """Start, answer every question ("right" or "wrong"), submit. Raises what the use cases raise."""
    attempt = attempts.start(account.id, module, now=now).attempt
    choose = right_answer if answers == "right" else wrong_answer
    for item in attempts.drawn_items(attempt):
        attempts.save_answer(account.id, attempt.public_id, item.public_id, choose(item), now=now)
    attempts.submit(account.id, attempt.public_id, now=now)
    return outcome_of(account, attempt)


def outcome_of(account: Account, attempt: Attempt) -> Played:
    """The evidence of this attempt, the masteries it touches, and the awards of the learner."""
    evidence = db.session.scalars(select(Evidence).filter_by(idempotency_key=f"attempt:{attempt.public_id}"))
    touched = [share.competency_id for share in attempt.module_version.competencies]
    masteries = db.session.scalars(
        select(Mastery).where(Mastery.account_id == account.id, Mastery.competency_id.in_(touched))
    )
    awards = db.session.scalars(select(Award).where(Award.account_id == account.id).order_by(Award.id))
    return Played(attempt, tuple(evidence), tuple(masteries), tuple(awards))


def right_answer(item: Item) -> Any:
    """The response that the item's key asks for."""
    return _RIGHT[item.kind](item.key)


_RIGHT: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    "single_choice": lambda key: key["option"],
    "multiple_choice": lambda key: key["options"],
    "true_false": lambda key: key["answer"],
    "numeric": lambda key: str(key["answer"]),
    "short_text": lambda key: key["accept"][0],
    "ordering": lambda key: key["order"],
    "matching": lambda key: key["pairs"],
}


def wrong_answer(item: Item) -> Any:
    """A well-formed response that is not right."""
    key = item.key
    if item.kind == "single_choice":
        return next(option["key"] for option in item.body["options"] if option["key"] != key["option"])
    if item.kind == "multiple_choice":
        return [next(option["key"] for option in item.body["options"] if option["key"] not in key["options"])]
    if item.kind == "true_false":
        return not key["answer"]
    if item.kind == "ordering":
        return list(reversed(key["order"]))
    if item.kind == "matching":
        lefts, rights = list(key["pairs"]), list(key["pairs"].values())
        return dict(zip(lefts, rights[1:] + rights[:1], strict=True))
    return "987654321" if item.kind == "numeric" else "none of it"


def as_json(played: Played) -> dict[str, Any]:
    """{"attempt", "evidence", "masteries", "awards"} with ids, scores and URLs, for programs."""
    base = settings().base_url
    return {
        "attempt": {"id": played.attempt.public_id, "score": played.attempt.score, "passed": played.attempt.passed},
        "evidence": [
            {
                "id": entry.public_id,
                "kind": entry.kind,
                "score": entry.score,
                "met": entry.met,
                "trust": f"T{entry.trust}",
                "earned_at": entry.earned_at.isoformat(),
                "sha256": entry.digest,
            }
            for entry in played.evidence
        ],
        "masteries": [
            {
                "competency": mastery.competency.human_code,
                "statement": mastery.competency.full_statement,
                "value": round(mastery.value, 4),
                "mastered": mastery.mastered_at is not None,
            }
            for mastery in played.masteries
        ],
        "awards": [
            {
                "id": award.public_id,
                "achievement": award.achievement_version.name,
                "type": award.achievement_version.achievement_type,
                "state": award.state,
                "visibility": award.visibility,
                "url": f"{base}/badges/{award.public_id}",
                "json": f"{base}/badges/{award.public_id}.json",
                "jwt": f"{base}/badges/{award.public_id}.jwt",
            }
            for award in played.awards
        ],
    }
