"""What a learner learns from a marked attempt: the score, why each answer was right or wrong, what to do next.

Right answers are shown once they can no longer help: after passing, or when no attempt is left.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext

from competencies.learning.answers import explains_solution, mark
from competencies.learning.attempts import attempts_at, drawn_items
from competencies.learning.checks import CheckRule
from competencies.learning.models import Answer, Attempt, Item
from competencies.learning.standing import Obstacle, standing
from competencies.learning.wording import right_words, words_of
from issuer.base.db import utc_now
from issuer.base.errors import Conflict, NotFound
from issuer.models import Account


@dataclass(frozen=True, slots=True)
class MarkedItem:
    """One question after marking. ``prompt`` is Markdown; ``given`` and ``right`` are lines of text.

    ``feedback``: the author's sentences. ``right`` is empty while right answers are withheld.
    ``card``: the number of the card that teaches it, for an answer that was wrong.
    """

    number: int
    item_id: str
    kind: str
    prompt: str
    given: tuple[str, ...]
    correct: bool
    feedback: tuple[str, ...]
    right: tuple[str, ...]
    card: int | None


@dataclass(frozen=True, slots=True)
class ShownCompetency:
    """A competency that the module speaks of; ``weight`` 0..1."""

    competency_id: str
    code: str
    statement: str
    weight: float


@dataclass(frozen=True, slots=True)
class Result:
    """``right`` of ``total``, ``needed`` to pass; score and passed None for an attempt that expired.

    ``attempts_left`` and ``obstacle`` say whether the learner may try again now, and if not, why and from when.
    """

    attempt_id: str
    module_id: str
    module_code: str
    title: str
    version_number: int
    number: int
    state: str
    opened_at: datetime
    marked_at: datetime | None
    score: float | None
    passed: bool | None
    right: int
    total: int
    needed: int
    attempts_left: int
    obstacle: Obstacle | None
    shows_right_answers: bool
    items: tuple[MarkedItem, ...]
    competencies: tuple[ShownCompetency, ...]

    @property
    def may_retry(self) -> bool:
        return not self.passed and self.obstacle is None


def result_of(attempt: Attempt, account: Account, *, now: datetime | None = None) -> Result:
    """The result of the learner's own attempt. Raises NotFound for another's, Conflict (attempt_open) while open."""
    if attempt.account_id != account.id:
        raise NotFound("no_such_attempt", gettext("There is no such attempt."))
    now = now or utc_now()
    if attempt.state == "open" and now < attempt.deadline_at:
        raise Conflict("attempt_open", gettext("This attempt has not been submitted yet."))
    version = attempt.module_version
    rule = CheckRule.of(version.check_rule or {})
    where = standing(
        attempts_at(account.id, attempt.module), rule, refresh_after_days=version.refresh_after_days, now=now
    )
    is_marked = attempt.state == "marked"
    reveals = is_marked and (bool(attempt.passed) or where.left == 0)
    answers = {answer.item_id: answer for answer in attempt.answers}
    items = drawn_items(attempt) if is_marked else []
    marked = tuple(
        _marked(index, item, answers.get(item.id), reveals=reveals) for index, item in enumerate(items, start=1)
    )
    return Result(
        attempt_id=attempt.public_id,
        module_id=attempt.module.public_id,
        module_code=attempt.module.code,
        title=version.title,
        version_number=version.number,
        number=attempt.number,
        state=attempt.state if is_marked else "expired",
        opened_at=attempt.opened_at,
        marked_at=attempt.marked_at,
        score=attempt.score,
        passed=attempt.passed,
        right=sum(item.correct for item in marked),
        total=len(attempt.drawn),
        needed=rule.needed,
        attempts_left=where.left,
        obstacle=where.obstacle,
        shows_right_answers=reveals,
        items=marked,
        competencies=_competencies(attempt),
    )


def _marked(number: int, item: Item, answer: Answer | None, *, reveals: bool) -> MarkedItem:
    response = None if answer is None else answer.response
    correct = bool(answer and answer.correct)
    withheld = not correct and not reveals and explains_solution(item.kind)
    return MarkedItem(
        number=number,
        item_id=item.public_id,
        kind=item.kind,
        prompt=item.body["prompt"],
        given=words_of(item, response),
        correct=correct,
        feedback=() if withheld else mark(item, response).feedback,
        right=right_words(item) if reveals and not correct else (),
        card=None if correct else item.card,
    )


def _competencies(attempt: Attempt) -> tuple[ShownCompetency, ...]:
    return tuple(
        ShownCompetency(
            competency_id=share.competency.public_id,
            code=share.competency.human_code,
            statement=share.competency.full_statement,
            weight=share.weight,
        )
        for share in attempt.module_version.competencies
    )
