"""What a log may never hold, after people have done what they do: addresses, passwords, links, tokens, cookies."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from issuer import mail
from issuer.base.db import db
from issuer.identity import SESSION_TOKEN
from issuer.models import EmailAddress, OutgoingMail
from tests.factories.people import PASSWORD, csrf_token, make_account, submit


def test_the_log_of_signing_up_signing_in_and_using_a_token_holds_no_secret(
    app: Flask, capfd: pytest.CaptureFixture[str]
) -> None:
    client = app.test_client()
    submit(client, "/sign-up", {"name": "Noor Ali", "email": "noor@example.org", "password": PASSWORD})
    with app.app_context():
        row = db.session.scalars(select(OutgoingMail)).one()
        body = row.body
        mail.deliver(row.public_id)
        db.session.commit()
    link = re.search(r"/sign-in/link/([\w-]+)", body)
    assert link
    submit(client, link.group(0))
    submit(client, "/sign-in", {"email": "noor@example.org", "password": "a wrong sentence"})
    form = {"token_name": "Report", "scopes": ["profile:read"], "days": "30"}
    made = submit(client, "/account/tokens", form).get_data(as_text=True)
    secret = re.search(r"rst_[\w-]{43}", made)
    assert secret
    app.test_client().get("/api/v1/me", headers={"Authorization": f"Bearer {secret.group(0)}"})
    with client.session_transaction() as cookie:
        session_token = cookie[SESSION_TOKEN]
    log = capfd.readouterr()
    written = log.out + log.err
    assert written.count("event") + written.count("request") > 5, "there is a log to look at"
    for kept_out in ("noor@", "Noor Ali", PASSWORD, link.group(1), secret.group(0), session_token, csrf_token(client)):
        assert kept_out not in written


def test_a_database_error_says_nothing_of_the_values(app: Flask) -> None:
    with app.app_context():
        account = make_account(email="noor@example.org")
        account_id = account.id
        db.session.add(EmailAddress(account_id=account_id, address="as-typed", lookup="noor@example.org"))
        with pytest.raises(IntegrityError) as error:
            db.session.flush()
        db.session.rollback()
    assert "as-typed" not in str(error.value)
