"""Badges of this service in a batch: many need as many questions as few, and each gets its own answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event

from badges import awards
from badges.achievements import ensure_achievement
from badges.bulk_checks import carrying_out
from badges.models import Award
from issuer.base.db import db
from tests.factories.badges import make_draft
from tests.factories.bulk_checks import (
    carry_out,
    findings_of,
    make_check,
    make_public_awards,
    organisation_of,
    publish_lists,
)
from tests.factories.log import keep_up
from tests.factories.revoking import make_awards

FORMS: dict[str, Callable[[Award], str]] = {
    "code": lambda award: award.public_id,
    "address": lambda award: f"http://localhost:8000/badges/{award.public_id}",
    "document": lambda award: awards.credential_of(award).document.decode(),
    "token": lambda award: awards.credential_of(award).jwt.decode(),
}


@contextmanager
def asked() -> Iterator[list[str]]:
    """The statements that the database is given while the block runs."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def questions_for(given: Sequence[str], award: Award) -> Counter[str]:
    """Table -> how often it is asked first while these badges are checked; all of them are valid."""
    check = make_check(organisation_of(award), given)
    with asked() as statements:
        carry_out(check)
    assert findings_of(check) == ["valid"] * len(given)
    return Counter(each.partition("FROM ")[2].split()[0] for each in statements if "FROM " in each)


@pytest.mark.parametrize("form", FORMS)
def test_many_badges_of_a_batch_need_as_many_questions_as_few(ctx: Flask, form: str) -> None:
    badges = make_public_awards(12)
    keep_up()
    given = [FORMS[form](award) for award in badges]
    questions_for(given[:1], badges[0])  # what is made once, as the key that signs the result
    assert questions_for(given, badges[0]) == questions_for(given[:2], badges[0])


def test_badges_of_an_older_version_need_no_more_questions_each(ctx: Flask) -> None:
    badges = make_public_awards(6)
    version = badges[0].achievement_version
    draft = make_draft(version.competencies[0].competency, level="Practitioner")
    ensure_achievement(version.achievement.organisation, version.achievement.code, draft, actor="system")
    keep_up()
    given = [award.public_id for award in badges]
    questions_for(given[:1], badges[0])
    assert questions_for(given, badges[0]) == questions_for(given[:2], badges[0])


def test_each_badge_of_a_batch_gets_what_the_records_say_of_it(ctx: Flask) -> None:
    good, revoked, suspended, _private = badges = make_awards(4, may_be_suspended=True)
    for award in (good, revoked, suspended):
        award.visibility = "public"
    publish_lists()
    awards.revoke(revoked, reason="A mistake.", actor="system")
    awards.suspend(suspended, reason="A doubt.", actor="system")
    db.session.commit()
    check = make_check(organisation_of(good), [award.public_id for award in badges])
    carry_out(check)
    assert findings_of(check) == ["valid", "revoked", "suspended", "not_a_badge"]


def test_a_code_is_answered_as_its_own_address_would_answer(ctx: Flask) -> None:
    (award,) = make_public_awards(1)
    check = make_check(organisation_of(award), [award.public_id, f"{FORMS['address'](award)}.json", "A" * 22])
    carry_out(check)
    assert findings_of(check) == ["valid", "valid", "not_a_badge"]


def test_what_changes_between_two_batches_counts_in_the_second(ctx: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrying_out, "BATCH", 1)
    first, second = make_public_awards(2)
    check = make_check(organisation_of(first), [first.public_id, second.public_id])
    begun = carrying_out.carry_out(check.public_id, "run")
    while findings_of(check)[0] is None:
        next(begun)
        db.session.commit()
    awards.revoke(second, reason="A mistake.", actor="system")
    db.session.commit()
    for _part in begun:
        db.session.commit()
    assert findings_of(check) == ["valid", "revoked"]
