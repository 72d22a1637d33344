from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from issuer import accounts, links, sessions
from issuer.base.db import db, utc_now
from issuer.forgetting import forget_what_is_spent
from issuer.models import Account, BrowserSession, OneTimeLink, OutgoingMail
from tests.factories.people import make_account, make_member


def mail(**over: object) -> OutgoingMail:
    row = OutgoingMail(recipient="ann@example.org", subject="Your link", body="…", **over)
    db.session.add(row)
    return row


def test_what_is_still_needed_stays(ctx: Flask) -> None:
    account = make_account()
    sessions.start(account)
    links.make(links.SIGN_IN, "ann@example.org")
    mail()
    mail(sent_at=utc_now())
    make_account(verified=False)
    db.session.flush()
    assert forget_what_is_spent() == 0


def test_old_mails_links_and_sessions_go(ctx: Flask) -> None:
    long_ago = utc_now() - timedelta(days=60)
    account = make_account()
    sessions.start(account)
    db.session.scalars(select(BrowserSession)).one().ended_at = long_ago
    links.make(links.SIGN_IN, "ann@example.org")
    db.session.scalars(select(OneTimeLink)).one().expires_at = long_ago
    mail(sent_at=long_ago)
    waiting = mail(created_at=long_ago)
    db.session.flush()
    assert forget_what_is_spent() == 3
    assert db.session.scalars(select(OutgoingMail)).all() == [waiting], "a mail that is not sent is not forgotten"


def test_a_sign_up_that_went_no_further_goes_and_its_address_is_free(ctx: Flask) -> None:
    long_ago = utc_now() - timedelta(days=60)
    abandoned = make_account(email="home@example.org", verified=False)
    invited = make_member("learner", account=make_account(verified=False)).account
    proven = make_account()
    for account in (abandoned, invited, proven):
        account.created_at = long_ago
    db.session.flush()
    assert forget_what_is_spent() == 1
    db.session.expire_all()
    assert set(db.session.scalars(select(Account))) == {invited, proven}
    assert accounts.address_of("home@example.org") is None
