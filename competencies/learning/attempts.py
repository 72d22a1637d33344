"""A learner's attempt at a knowledge check: started, answered one question at a time, submitted, marked here.

Two things that happen at once to one attempt (a late answer and the submission, say) take turns on its row.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from competencies.learning.answers import mark, read_response
from competencies.learning.checks import CheckRule, draw_items, shown_order
from competencies.learning.models import Answer, Attempt, Item, Module, ModuleVersion
from competencies.learning.pools import pool_of
from competencies.learning.standing import Standing, is_open, standing
from issuer.base import facts
from issuer.base.db import db
from issuer.base.errors import Conflict, NotFound
from issuer.organisations import enrol
from issuer.succession.standing import refuse_closed

UNHURRIED = timedelta(hours=24)
"""How long an attempt stays open when its rule names no time."""


@dataclass(frozen=True, slots=True)
class Start:
    """``resumed``: this attempt was open already."""

    attempt: Attempt
    resumed: bool


def start(account_id: int, module: Module, *, now: datetime, seed: str | None = None) -> Start:
    """Begin an attempt at ``module``'s current check, or go on with the one that is open; enrols the learner.

    Raises Conflict: module_not_open, no_check, already_passed, attempts_used_up or cooldown (with the time).
    """
    if (attempt := _open_attempt(account_id, module)) is not None:
        if is_open(attempt, now):
            return Start(attempt, resumed=True)
        attempt.state = "expired"
        db.session.flush()
    version = module.current
    rule = _rule_of_open(module, version)
    past = attempts_at(account_id, module)
    where = standing(past, rule, refresh_after_days=version.refresh_after_days, now=now)
    if where.obstacle is not None:
        retry_after = None
        if where.obstacle.until is not None:
            retry_after = max(1, round((where.obstacle.until - now).total_seconds()))
        raise Conflict(where.obstacle.code, where.obstacle.sentence, retry_after=retry_after)
    enrol(account_id, module.organisation)
    return _open(account_id, version, rule, past, now=now, seed=seed or secrets.token_hex(32))


def standing_of(account_id: int, module: Module, version: ModuleVersion, *, now: datetime) -> Standing | None:
    """Where the learner stands at the check of ``version``; None when it has none."""
    if version.check_rule is None:
        return None
    rule = CheckRule.of(version.check_rule)
    past = attempts_at(account_id, module)
    return standing(past, rule, refresh_after_days=version.refresh_after_days, now=now)


def attempts_at(account_id: int, module: Module) -> Sequence[Attempt]:
    """The learner's attempts at a module, whatever its version, first to last."""
    query = select(Attempt).filter_by(account_id=account_id, module_id=module.id).order_by(Attempt.number)
    return db.session.scalars(query).all()


def find_attempt(account_id: int, attempt_id: str) -> Attempt:
    """The learner's own attempt. Raises NotFound for somebody else's: that it exists is not said."""
    attempt = db.session.scalar(select(Attempt).filter_by(public_id=attempt_id, account_id=account_id))
    if attempt is None:
        raise NotFound("no_such_attempt", gettext("There is no such attempt."))
    return attempt


def save_answer(account_id: int, attempt_id: str, item_id: str, response: Any, *, now: datetime) -> Answer:
    """Keep the learner's answer to one drawn question; a later answer takes its place.

    Raises NotFound (no_such_attempt, unknown_item), Conflict (attempt_closed, deadline_passed), Invalid.
    """
    attempt = _answerable(account_id, attempt_id, now)
    item = _drawn_item(attempt, item_id)
    accepted = read_response(item, response)
    answer = db.session.scalar(select(Answer).filter_by(attempt_id=attempt.id, item_id=item.id))
    if answer is None:
        answer = Answer(attempt_id=attempt.id, item=item)
        db.session.add(answer)
    answer.response = accepted
    answer.saved_at = now
    db.session.flush()
    return answer


def withdraw_answer(account_id: int, attempt_id: str, item_id: str, *, now: datetime) -> None:
    """Take a saved answer back; without one, nothing happens. Raises as ``save_answer`` does."""
    attempt = _answerable(account_id, attempt_id, now)
    item = _drawn_item(attempt, item_id)
    answer = db.session.scalar(select(Answer).filter_by(attempt_id=attempt.id, item_id=item.id))
    if answer is not None:
        db.session.delete(answer)
        db.session.flush()


def submit(account_id: int, attempt_id: str, *, now: datetime) -> Attempt:
    """Mark the attempt: once. Asked again, it answers the same; after the deadline it is expired, and nothing counts.

    Questions without an answer are wrong. Announces attempt.marked in this transaction.
    """
    attempt = _held(account_id, attempt_id)
    if attempt.state != "open":
        return attempt
    if now >= attempt.deadline_at:
        attempt.state = "expired"
        db.session.flush()
        return attempt
    rule = CheckRule.of(attempt.module_version.check_rule or {})
    items = {item.id: item for item in drawn_items(attempt)}
    right = 0
    for answer in attempt.answers:
        answer.correct = mark(items[answer.item_id], answer.response).correct
        right += answer.correct
    attempt.score = right / len(attempt.drawn)
    attempt.passed = right >= rule.needed
    attempt.state = "marked"
    attempt.marked_at = now
    db.session.flush()
    facts.announce("attempt.marked", attempt=attempt)
    return attempt


def drawn_items(attempt: Attempt) -> list[Item]:
    """The items of an attempt in the order in which they are asked."""
    names = [drawn["item"] for drawn in attempt.drawn]
    query = select(Item).where(Item.module_version_id == attempt.module_version_id, Item.public_id.in_(names))
    found = {item.public_id: item for item in db.session.scalars(query)}
    return [found[name] for name in names]


def _rule_of_open(module: Module, version: ModuleVersion) -> CheckRule:
    refuse_closed(module.organisation)
    if module.state != "open":
        raise Conflict("module_not_open", gettext("This module is not open."))
    if version.check_rule is None or not version.items:
        raise Conflict("no_check", gettext("This module has no knowledge check."))
    return CheckRule.of(version.check_rule)


def _open_attempt(account_id: int, module: Module) -> Attempt | None:
    query = select(Attempt).filter_by(account_id=account_id, module_id=module.id, state="open").with_for_update()
    return db.session.scalar(query.execution_options(populate_existing=True))


def _held(account_id: int, attempt_id: str) -> Attempt:
    """The learner's own attempt, nobody else changing it until this transaction ends."""
    query = select(Attempt).filter_by(public_id=attempt_id, account_id=account_id).with_for_update()
    attempt = db.session.scalar(query.execution_options(populate_existing=True))
    if attempt is None:
        raise NotFound("no_such_attempt", gettext("There is no such attempt."))
    return attempt


def _answerable(account_id: int, attempt_id: str, now: datetime) -> Attempt:
    """The learner's own attempt, held, while it takes answers."""
    attempt = _held(account_id, attempt_id)
    if attempt.state != "open":
        raise Conflict("attempt_closed", gettext("This attempt is closed; its answers stay as they are."))
    if now >= attempt.deadline_at:
        raise Conflict("deadline_passed", gettext("The time for this attempt is over; this answer was not taken."))
    return attempt


def _drawn_item(attempt: Attempt, item_id: str) -> Item:
    item = None
    if any(drawn["item"] == item_id for drawn in attempt.drawn):
        item = db.session.scalar(select(Item).filter_by(public_id=item_id, module_version_id=attempt.module_version_id))
    if item is None:
        raise NotFound("unknown_item", gettext("That question is not part of this attempt."))
    return item


def _open(
    account_id: int, version: ModuleVersion, rule: CheckRule, past: Sequence[Attempt], *, now: datetime, seed: str
) -> Start:
    allowed = timedelta(minutes=rule.minutes_allowed) if rule.minutes_allowed else UNHURRIED
    attempt = Attempt(
        account_id=account_id,
        module_id=version.module_id,
        module_version=version,
        number=max((attempt.number for attempt in past), default=0) + 1,
        seed=seed,
        drawn=_draw(version, rule, seed=seed, avoid=_codes_of_last(past)),
        state="open",
        opened_at=now,
        deadline_at=now + allowed,
    )
    try:
        with db.session.begin_nested():
            db.session.add(attempt)
        return Start(attempt, resumed=False)
    except IntegrityError:  # the same learner started on another device at the same moment
        earlier = _open_attempt(account_id, version.module)
        if earlier is None:
            raise
        return Start(earlier, resumed=True)


def _draw(version: ModuleVersion, rule: CheckRule, *, seed: str, avoid: frozenset[str]) -> list[dict[str, Any]]:
    items = {item.code: item for item in version.items}
    pool, weights = pool_of(version)
    codes = draw_items(pool, weights, rule.draw, seed=seed, avoid=avoid)
    return [{"item": items[code].public_id, "order": shown_order(items[code], seed)} for code in codes]


def _codes_of_last(past: Sequence[Attempt]) -> frozenset[str]:
    """The questions of the last attempt by their authors' codes, which stay the same from version to version."""
    return frozenset(item.code for item in drawn_items(past[-1])) if past else frozenset()
