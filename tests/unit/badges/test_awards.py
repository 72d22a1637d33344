"""Awards are private until their holder publishes them, and what is not for one's eyes is not there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from badges import awards
from badges.awards import Standing
from badges.models import Award
from issuer.base.audit import AuditEntry
from issuer.base.db import db, utc_now
from issuer.base.errors import Conflict, Invalid, NotFound
from issuer.keys import keystore
from issuer.models import Account
from issuer.policy import ANONYMOUS, Actor
from tests.factories.badges import earn, make_achievement, make_award
from tests.factories.people import make_account


def actor_of(account: Account) -> Actor:
    return Actor(account_id=account.id, public_id=account.public_id)


def make_pending_award(app: Flask) -> Award:
    achievement = make_achievement()
    kid = keystore.active_key(achievement.organisation, "badge_jwt").kid
    (app.config["ROSETTE"].data_dir / "keys" / f"{kid}.json").chmod(0o644)
    return earn(make_account(), achievement)


def test_an_award_is_its_holders_own_until_it_is_published(ctx: Flask) -> None:
    award, other = make_award(), make_account()
    holder = actor_of(award.account)
    assert awards.visible_award(holder, award.public_id) is award
    for stranger in (ANONYMOUS, actor_of(other)):
        with pytest.raises(NotFound):
            awards.visible_award(stranger, award.public_id)
    awards.publish(holder, award.public_id)
    for anybody in (ANONYMOUS, actor_of(other), holder):
        assert awards.visible_award(anybody, award.public_id) is award
    awards.unpublish(holder, award.public_id)
    with pytest.raises(NotFound):
        awards.visible_award(ANONYMOUS, award.public_id)


@pytest.mark.parametrize("change", [awards.publish, awards.unpublish, awards.own_award])
def test_nobody_publishes_for_somebody_else(ctx: Flask, change: object) -> None:
    award = make_award()
    for stranger in (ANONYMOUS, actor_of(make_account())):
        with pytest.raises(NotFound):
            change(stranger, award.public_id)  # type: ignore[operator]
    assert award.visibility == "private"


def test_somebody_elses_private_award_and_no_award_give_the_same_answer(ctx: Flask) -> None:
    award = make_award()
    answers = []
    for public_id in (award.public_id, "nothing"):
        with pytest.raises(NotFound) as caught:
            awards.visible_award(ANONYMOUS, public_id)
        answers.append((caught.value.code, caught.value.detail))
    assert answers[0] == answers[1]


def test_publishing_is_on_record_once(ctx: Flask) -> None:
    award = make_award()
    holder = actor_of(award.account)
    for _ in range(2):
        awards.publish(holder, award.public_id)
    db.session.commit()
    entries = db.session.scalars(select(AuditEntry).filter_by(action="award.published")).all()
    assert [(entry.subject, entry.actor) for entry in entries] == [(award.public_id, holder.public_id)]
    assert award.published_at is not None


def test_a_pending_award_cannot_be_published_and_is_seen_by_its_holder_only(ctx: Flask) -> None:
    award = make_pending_award(ctx)
    holder = actor_of(award.account)
    with pytest.raises(Conflict) as caught:
        awards.publish(holder, award.public_id)
    assert caught.value.code == "award_pending"
    assert awards.visible_award(holder, award.public_id) is award
    award.visibility = "public"
    db.session.flush()
    with pytest.raises(NotFound):
        awards.visible_award(ANONYMOUS, award.public_id)


def test_a_persons_awards_come_newest_first_in_pages(ctx: Flask) -> None:
    learner = make_account()
    given = [make_award(account=learner) for _ in range(3)]
    make_award()
    first = awards.awards_of(learner.id, limit=2)
    second = awards.awards_of(learner.id, limit=2, after=first.next)
    assert [award.id for award in [*first.items, *second.items]] == [award.id for award in reversed(given)]
    assert second.next is None


def test_a_cursor_that_was_never_given_is_refused(ctx: Flask) -> None:
    with pytest.raises(Invalid):
        awards.awards_of(make_account().id, limit=2, after="nothing")


def test_a_badge_is_valid_then_expired(ctx: Flask) -> None:
    award = make_award(valid_days=30)
    now = utc_now()
    assert awards.standing_of(award, now=now) is Standing.VALID
    assert awards.standing_of(award, now=now + timedelta(days=29)) is Standing.VALID
    assert awards.standing_of(award, now=now + timedelta(days=31)) is Standing.EXPIRED


def test_a_badge_without_an_end_does_not_expire(ctx: Flask) -> None:
    assert awards.standing_of(make_award(), now=utc_now() + timedelta(days=36_500)) is Standing.VALID


def test_a_revoked_badge_says_revoked_even_when_it_has_expired(ctx: Flask) -> None:
    award = make_award(valid_days=30)
    awards.revoke(award, reason="Issued in error.", actor="administrator-1")
    assert awards.standing_of(award, now=utc_now()) is Standing.REVOKED
    assert awards.standing_of(award, now=utc_now() + timedelta(days=31)) is Standing.REVOKED


def test_revoking_one_badge_leaves_the_others(ctx: Flask) -> None:
    achievement = make_achievement()
    first, second = (earn(make_account(), achievement) for _ in range(2))
    awards.revoke(first, reason="Issued in error.", actor="administrator-1")
    assert awards.standing_of(second, now=utc_now()) is Standing.VALID


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501, "nul\x00"])
def test_a_revocation_needs_a_reason(ctx: Flask, reason: str) -> None:
    award = make_award()
    with pytest.raises(Invalid):
        awards.revoke(award, reason=reason, actor="administrator-1")
    assert awards.standing_of(award, now=utc_now()) is Standing.VALID


def test_what_was_never_signed_cannot_be_revoked(ctx: Flask) -> None:
    award = make_pending_award(ctx)
    assert awards.standing_of(award, now=utc_now()) is Standing.PENDING
    with pytest.raises(Conflict):
        awards.revoke(award, reason="Issued in error.", actor="administrator-1")
