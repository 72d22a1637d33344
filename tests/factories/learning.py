"""Modules, their content and attempts for tests. Every ``over`` replaces a field of a working default."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from competencies.frameworks.models import Competency, Framework
from competencies.learning import attempts, authoring
from competencies.learning.models import Attempt, Item, Module
from issuer.base.db import db
from issuer.models import Account, Organisation
from tests.factories.people import make_organisation

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
"""A Monday, in the time zone of the tests."""


def single_choice(key: str = "Q1", *, right: str = "b", **over: Any) -> dict[str, Any]:
    """An authored question; its feedback sentences say the question's key, so that a leak can be found."""
    options = [
        {
            "key": name,
            "text": f"{key} option {name}",
            "correct": name == right,
            "feedback": f"{key} secret about {name}",
        }
        for name in "abcd"
    ]
    return _item(key, "single_choice", {"options": options}, over)


def multiple_choice(key: str = "Q1", *, right: str = "ac", **over: Any) -> dict[str, Any]:
    options = [
        {
            "key": name,
            "text": f"{key} option {name}",
            "correct": name in right,
            "feedback": f"{key} secret about {name}",
        }
        for name in "abcd"
    ]
    return _item(key, "multiple_choice", {"options": options}, over)


def true_false(key: str = "Q1", *, answer: bool = True, **over: Any) -> dict[str, Any]:
    feedback = {"true": f"{key} secret about true", "false": f"{key} secret about false"}
    return _item(key, "true_false", {"answer": answer, "feedback": feedback}, over)


def numeric(key: str = "Q1", *, answer: float = 65, **over: Any) -> dict[str, Any]:
    own = {"answer": answer, "tolerance": 0, "unit": "names", "feedback": _right_and_wrong(key)}
    return _item(key, "numeric", own, over)


def short_text(key: str = "Q1", **over: Any) -> dict[str, Any]:
    return _item(key, "short_text", {"accept": ["trigger", "a trigger"], "feedback": _right_and_wrong(key)}, over)


def ordering(key: str = "Q1", **over: Any) -> dict[str, Any]:
    options = [{"key": name, "text": f"{key} step {place}"} for place, name in enumerate("abcd", start=1)]
    return _item(key, "ordering", {"options": options, "feedback": _right_and_wrong(key)}, over)


def matching(key: str = "Q1", **over: Any) -> dict[str, Any]:
    pairs = [{"key": name, "left": f"{key} left {name}", "right": f"{key} right {name}"} for name in "abc"]
    return _item(key, "matching", {"pairs": pairs, "feedback": _right_and_wrong(key)}, over)


EVERY_KIND = (single_choice, multiple_choice, true_false, numeric, short_text, ordering, matching)


def _right_and_wrong(key: str) -> dict[str, str]:
    return {"right": f"{key} secret when right", "wrong": f"{key} secret when wrong"}


def _item(key: str, kind: str, own: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    common = {"key": key, "kind": kind, "competency": "PRO.1", "difficulty": 1, "card": 1, "prompt": f"What of {key}?"}
    return {**common, **own, **over}


def make_content(**over: Any) -> dict[str, Any]:
    """An authored module that can be published and opened: two cards, thirteen questions, five drawn, four needed."""
    check = {"draw": 5, "pass_mark": 0.8, "max_attempts": 3, "cooldown_hours": 4, **over.pop("check", {})}
    check.setdefault("items", [single_choice(f"Q{number}") for number in range(1, 14)])
    content = {
        "code": "M01",
        "title": "Who belongs on your list",
        "summary": "You can say why each name is on it.",
        "language": "en",
        "minutes": 12,
        "content_type": "foundational",
        "delivery_mode": "async",
        "format": "text+check",
        "competencies": [{"code": "PRO.1", "weight": 1}],
        "cards": [
            {"title": "Every name costs an hour", "body": "Hold each name to **one** test."},
            {"title": "Fit and timing", "body": "Two questions, not one."},
        ],
        "check": check,
        "refresh_after_days": 365,
    }
    return {**content, **over}


def make_competencies(organisation: Organisation, *codes: str) -> None:
    """Competencies of these human codes in a framework of the organisation, where they are not there yet."""
    known = set(
        db.session.scalars(
            select(Competency.human_code).join(Framework).where(Framework.organisation_id == organisation.id)
        )
    )
    framework = Framework(
        organisation_id=organisation.id,
        case_identifier=str(uuid.uuid4()),
        uri="https://example.org/framework",
        title="Selling",
    )
    for place, code in enumerate(code for code in codes if code not in known):
        framework.competencies.append(
            Competency(
                case_identifier=str(uuid.uuid4()),
                uri=f"https://example.org/{code}",
                human_code=code,
                full_statement=f"Can do {code}",
                position=place,
            )
        )
    db.session.add(framework)
    db.session.flush()


def make_module(organisation: Organisation | None = None, *, state: str = "open", **over: Any) -> Module:
    """A published module in ``state``; ``over`` goes to ``make_content``."""
    organisation = organisation or make_organisation()
    content = make_content(**over)
    make_competencies(organisation, *(share["code"] for share in content["competencies"]))
    module = authoring.publish_version(organisation, content["code"], content=content, actor="system").module
    {"open": authoring.open_module, "listed": authoring.list_module, "archived": authoring.archive_module}[state](
        module, actor="system"
    )
    return module


def start_attempt(account: Account, module: Module, *, now: datetime = NOON, seed: str = "seed") -> Attempt:
    return attempts.start(account.id, module, now=now, seed=seed).attempt


def right_response(item: Item) -> Any:
    """What a learner who knows would answer."""
    key = item.key
    return key["accept"][0] if item.kind == "short_text" else key[_KEY_NAMES[item.kind]]


_KEY_NAMES = {
    "single_choice": "option",
    "multiple_choice": "options",
    "true_false": "answer",
    "numeric": "answer",
    "ordering": "order",
    "matching": "pairs",
}


def wrong_response(item: Item) -> Any:
    """An answer that is well formed and wrong."""
    right = right_response(item)
    if item.kind == "single_choice":
        return next(option["key"] for option in item.body["options"] if option["key"] != right)
    if item.kind == "multiple_choice":
        return [option["key"] for option in item.body["options"]]
    if item.kind == "true_false":
        return not right
    if item.kind == "ordering":
        return right[::-1]
    if item.kind == "matching":
        lefts, rights = list(right), list(right.values())
        return dict(zip(lefts, rights[1:] + rights[:1], strict=True))
    return "1000001" if item.kind == "numeric" else "something else"


def answer_all(account: Account, attempt: Attempt, *, right: int, now: datetime = NOON) -> None:
    """Answer every question, the first ``right`` of them rightly."""
    for place, item in enumerate(attempts.drawn_items(attempt)):
        response = right_response(item) if place < right else wrong_response(item)
        attempts.save_answer(account.id, attempt.public_id, item.public_id, response, now=now)


def make_marked_attempt(
    account: Account, module: Module, *, right: int, now: datetime = NOON, seed: str = "s"
) -> Attempt:
    """A submitted attempt with ``right`` right answers."""
    attempt = start_attempt(account, module, now=now, seed=seed)
    answer_all(account, attempt, right=right, now=now)
    return attempts.submit(account.id, attempt.public_id, now=now)
