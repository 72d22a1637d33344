"""A set is checked again, and its owner and webhooks are told of what changed, and of nothing else."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from flask import Flask
from sqlalchemy import select

from badges import awards
from badges.bulk_checks import schedules, webhooks
from badges.bulk_checks.models import BulkCheck, BulkRow, CheckSchedule, WebhookDelivery
from issuer.base.db import db, utc_now
from issuer.base.errors import Invalid
from issuer.models import OutgoingMail
from tests.factories.bulk_checks import carry_out, make_check, make_public_awards, organisation_of, publish_lists
from tests.factories.revoking import make_administrator


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.told.append((dict(self.headers), body))  # type: ignore[attr-defined]
        self.send_response(self.server.answers)  # type: ignore[attr-defined]
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *_of_it: object) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    server.told, server.answers = [], 204  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def url_of(server: HTTPServer) -> str:
    return f"http://localhost:{server.server_address[1]}/hook"


def deliver(delivery_id: str) -> None:
    for _part in webhooks.deliver(delivery_id):
        db.session.commit()
    db.session.commit()


def next_check(schedule: CheckSchedule) -> BulkCheck:
    schedule.next_at = utc_now() - timedelta(seconds=1)
    db.session.commit()
    schedules.again(schedule.public_id)
    db.session.commit()
    check = schedules.newest_of(schedule)
    assert check is not None
    return check


def test_a_change_is_told_once_by_mail_and_webhook_and_names_nobody(ctx: Flask, receiver: HTTPServer) -> None:
    stays, goes = make_public_awards(2)
    place = organisation_of(stays)
    by = make_administrator(place)
    _webhook, secret = webhooks.make(place, url_of(receiver), by=by)
    check = make_check(place, [stays.public_id, goes.public_id], by=by)
    carry_out(check)
    schedule = schedules.plan(check, every="daily", mails=True, by=by, now=utc_now())

    same = next_check(schedule)
    carry_out(same)
    assert db.session.scalars(select(WebhookDelivery)).all() == []

    awards.revoke(goes, reason="A mistake.", actor="system")
    publish_lists()
    before = len(db.session.scalars(select(OutgoingMail)).all())
    changed = next_check(schedule)
    carry_out(changed)
    assert [(each.number, each.before, each.after) for each in schedules.changes_of(changed)] == [
        (2, "valid", "revoked")
    ]
    mails = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)).all()[before:]
    assert len(mails) == 1 and "Rows: 2" in mails[0].body and goes.account.name not in mails[0].body

    (delivery,) = db.session.scalars(select(WebhookDelivery)).all()
    deliver(delivery.public_id)
    ((headers, body),) = receiver.told  # type: ignore[attr-defined]
    seconds, signed = (part.partition("=")[2] for part in headers["Rosette-Signature"].split(","))
    assert hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest() == signed
    event = json.loads(body)
    assert (event["id"], event["type"]) == (delivery.public_id, "check.changed")
    assert event["data"]["rows"] == [{"row": 2, "before": "valid", "after": "revoked"}]
    assert delivery.state == "delivered"


def test_trouble_on_the_way_is_no_news_and_not_forgotten(ctx: Flask) -> None:
    (award,) = make_public_awards(1)
    check = make_check(organisation_of(award), [award.public_id])
    carry_out(check)
    by = make_administrator(organisation_of(award))
    schedule = schedules.plan(check, every="weekly", mails=True, by=by, now=utc_now())
    troubled = next_check(schedule)
    row = db.session.scalars(select(BulkRow).filter_by(check_id=troubled.id)).one()
    row.finding, troubled.state = "could_not_check", "done"
    assert schedules.changes_of(troubled) == []
    after = next_check(schedule)
    assert db.session.scalars(select(BulkRow.known).filter_by(check_id=after.id)).one() == "valid"


@pytest.mark.parametrize("answers", [301, 404, 500])
def test_an_event_that_is_not_taken_is_tried_later_and_given_up_after_three_days(
    ctx: Flask, receiver: HTTPServer, answers: int
) -> None:
    (award,) = make_public_awards(1)
    place = organisation_of(award)
    webhook, _secret = webhooks.make(place, url_of(receiver), by=make_administrator(place))
    webhooks.test(webhook, now=utc_now())
    db.session.commit()
    receiver.answers = answers  # type: ignore[attr-defined]
    (delivery,) = db.session.scalars(select(WebhookDelivery)).all()
    deliver(delivery.public_id)
    assert (delivery.state, delivery.tries) == ("waiting", 1)
    assert timedelta(seconds=30) < delivery.next_at - utc_now() <= timedelta(minutes=1)
    delivery.next_at, delivery.tries = utc_now(), 12
    delivery.created_at = utc_now() - timedelta(hours=70)
    db.session.commit()
    deliver(delivery.public_id)
    assert delivery.state == "dead"
    assert len(receiver.told) == 2  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "url",
    [
        "https://10.0.0.1/hook",
        "https://[::1]/hook",
        "https://169.254.169.254/latest",
        "https://service.internal/hook",
        "http://hooks.example/plain",
        "https://user:secret@hooks.example/",
        "https://hooks.example:8443/",
        "javascript:alert(1)",
        "",
    ],
)
def test_a_webhook_leads_to_the_public_web_only(ctx: Flask, url: str) -> None:
    (award,) = make_public_awards(1)
    with pytest.raises(Invalid) as refused:
        webhooks.make(organisation_of(award), url, by=make_administrator(organisation_of(award)))
    assert refused.value.fields.keys() == {"url"}


def test_the_secret_is_not_kept_as_it_is(ctx: Flask, receiver: HTTPServer) -> None:
    (award,) = make_public_awards(1)
    place = organisation_of(award)
    webhook, secret = webhooks.make(place, url_of(receiver), by=make_administrator(place))
    assert secret.encode() not in webhook.secret
