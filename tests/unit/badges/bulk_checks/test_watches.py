"""A badge is watched with its holder's consent, and not a moment longer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from badges import awards
from badges.bulk_checks import watches
from badges.bulk_checks.models import BadgeWatch
from issuer.base.db import db, utc_now
from issuer.base.errors import Conflict, Invalid, NotFound
from issuer.models import OutgoingMail
from tests.factories.bulk_checks import make_public_awards
from tests.factories.people import make_organisation
from tests.factories.revoking import make_administrator

PURPOSE = "We rely on it for the night shift."


def asked() -> BadgeWatch:
    (award,) = make_public_awards(1)
    place = make_organisation()
    by = make_administrator(place)
    return watches.ask(place, award.public_id, purpose=PURPOSE, by=by, now=utc_now())


def mails_to(address: str | None) -> list[str]:
    return list(db.session.scalars(select(OutgoingMail.body).filter_by(recipient=address)))


def due_again(watch: BadgeWatch) -> None:
    watch.next_look_at = utc_now()
    db.session.flush()


def test_the_holder_is_asked_and_told_who_and_why(ctx: Flask) -> None:
    watch = asked()
    holder = watches.award_of(watch).account
    (body,) = mails_to(holder.addresses[0].address)
    assert watch.organisation.name in body and PURPOSE in body


def test_nothing_is_looked_at_before_the_holder_agrees(ctx: Flask) -> None:
    watch = asked()
    awards.revoke(watches.award_of(watch), reason="A mistake.", actor="system")
    assert watches.look() == 0
    assert (watch.looked_at, watch.standing) == (None, None)


def test_a_watcher_is_told_of_a_change_once(ctx: Flask) -> None:
    watch = asked()
    award, watcher = watches.award_of(watch), watch.account.addresses[0].address
    watches.accept(watch, by=award.account, now=utc_now())
    told = len(mails_to(watcher))
    assert watches.look() == 0 and watch.standing == "valid" and watch.looked_at is not None
    awards.revoke(award, reason="A mistake.", actor="system")
    due_again(watch)
    assert watches.look() == 1
    due_again(watch)
    assert watches.look() == 0
    assert len(mails_to(watcher)) == told + 1


def test_the_holder_sees_the_looks_and_ends_them(ctx: Flask) -> None:
    watch = asked()
    award = watches.award_of(watch)
    watches.accept(watch, by=award.account, now=utc_now())
    watches.look()
    assert [each.looked_at for each in watches.about_holder(award.account_id)] == [watch.looked_at]
    watches.refuse(watch, by=award.account, now=utc_now())
    assert (watch.state, watch.looked_at, watch.standing) == ("stopped", None, None)
    awards.revoke(award, reason="A mistake.", actor="system")
    assert watches.look() == 0
    assert watches.about_holder(award.account_id) == []


def test_a_no_is_not_asked_about_again_for_ninety_days_and_then_forgotten(ctx: Flask) -> None:
    watch = asked()
    award, place, by = watches.award_of(watch), watch.organisation, watch.account
    watches.refuse(watch, by=award.account, now=utc_now())
    with pytest.raises(Conflict) as refused:
        watches.ask(place, award.public_id, purpose=PURPOSE, by=by, now=utc_now())
    assert refused.value.code == "watch_refused"
    with pytest.raises(Conflict):
        watches.accept(watch, by=award.account, now=utc_now())
    watch.ended_at = utc_now() - timedelta(days=91)
    db.session.flush()
    assert watches.forget_old() == 1
    watches.ask(place, award.public_id, purpose=PURPOSE, by=by, now=utc_now())


def test_one_request_a_badge_and_organisation(ctx: Flask) -> None:
    watch = asked()
    award = watches.award_of(watch)
    with pytest.raises(Conflict):
        watches.ask(watch.organisation, award.public_id, purpose=PURPOSE, by=watch.account, now=utc_now())


def test_a_private_badge_cannot_be_asked_for_and_leaves_no_trace(ctx: Flask) -> None:
    (award,) = make_public_awards(1)
    award.visibility = "private"
    place = make_organisation()
    with pytest.raises(NotFound):
        watches.ask(place, award.public_id, purpose=PURPOSE, by=make_administrator(place), now=utc_now())
    assert db.session.scalar(select(func.count(BadgeWatch.id))) == 0


def test_a_badge_of_somebody_else_cannot_be_watched(ctx: Flask) -> None:
    place = make_organisation()
    by = make_administrator(place)
    for badge in ("https://badges.example/badges/1", "two words"):
        with pytest.raises(Invalid) as refused:
            watches.ask(place, badge, purpose=PURPOSE, by=by, now=utc_now())
        assert refused.value.code == "no_badge_of_ours"


def test_only_the_holder_answers(ctx: Flask) -> None:
    watch = asked()
    with pytest.raises(NotFound):
        watches.find_of_holder(watch.public_id, watch.account_id)
