"""What a learner sees of an open attempt: the questions as shown, and the answers saved so far.

These values are all that pages and API get before an attempt is marked, so no key can slip through them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext
from sqlalchemy import select

from competencies.learning.attempts import drawn_items
from competencies.learning.models import Answer, Attempt, Item
from competencies.learning.wording import truth_words
from issuer.base.db import db
from issuer.base.errors import NotFound

Choice = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ShownItem:
    """One question. ``options`` (key, text) in the order shown; for a matching they are the right column.

    ``lefts``: the left column of a matching. ``response``: the saved answer, None without one.
    """

    number: int
    item_id: str
    kind: str
    prompt: str
    options: tuple[Choice, ...]
    lefts: tuple[Choice, ...]
    unit: str
    response: Any
    saved_at: datetime | None

    @property
    def is_answered(self) -> bool:
        return self.saved_at is not None


@dataclass(frozen=True, slots=True)
class Sheet:
    """An attempt as its learner works on it."""

    attempt_id: str
    module_id: str
    title: str
    language: str
    number: int
    state: str
    opened_at: datetime
    deadline_at: datetime
    is_timed: bool
    items: tuple[ShownItem, ...]

    @property
    def answered(self) -> int:
        return sum(item.is_answered for item in self.items)

    @property
    def total(self) -> int:
        return len(self.items)

    def item(self, number: int) -> ShownItem:
        """The question at ``number`` (from 1). Raises NotFound."""
        if not 1 <= number <= len(self.items):
            raise NotFound("unknown_item", gettext("There is no such question."))
        return self.items[number - 1]


def sheet_of(attempt: Attempt) -> Sheet:
    """The sheet of an attempt: three queries, however many questions."""
    answers = {answer.item_id: answer for answer in db.session.scalars(select(Answer).filter_by(attempt_id=attempt.id))}
    items = drawn_items(attempt)
    orders = [drawn["order"] for drawn in attempt.drawn]
    version = attempt.module_version
    return Sheet(
        attempt_id=attempt.public_id,
        module_id=attempt.module.public_id,
        title=version.title,
        language=version.language,
        number=attempt.number,
        state=attempt.state,
        opened_at=attempt.opened_at,
        deadline_at=attempt.deadline_at,
        is_timed=bool((version.check_rule or {}).get("minutes_allowed")),
        items=tuple(_shown(index + 1, item, orders[index], answers.get(item.id)) for index, item in enumerate(items)),
    )


def _shown(number: int, item: Item, order: Sequence[str], answer: Answer | None) -> ShownItem:
    return ShownItem(
        number=number,
        item_id=item.public_id,
        kind=item.kind,
        prompt=item.body["prompt"],
        options=_options(item, order),
        lefts=tuple((left["key"], left["text"]) for left in item.body.get("lefts", ())),
        unit=item.body.get("unit", ""),
        response=None if answer is None else answer.response,
        saved_at=None if answer is None else answer.saved_at,
    )


def _options(item: Item, order: Sequence[str]) -> tuple[Choice, ...]:
    if item.kind == "true_false":
        return (("true", truth_words(True)), ("false", truth_words(False)))
    members: Sequence[Mapping[str, Any]] = item.body.get("rights" if item.kind == "matching" else "options", ())
    texts = {member["key"]: member["text"] for member in members}
    return tuple((key, texts[key]) for key in order)
