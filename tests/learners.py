"""Learners made ready beside a running service, by its own use cases, and what a program of theirs sends."""

from __future__ import annotations

import http.client
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from badges.demonstration.learning import right_answer
from badges.demonstration.seed import SLUG, ensure_demonstration
from competencies.learning import attempts
from competencies.learning.models import Module
from issuer import accounts, organisations, sessions, tokens
from issuer.base import jobs
from issuer.base.db import db, utc_now
from issuer.identity import SESSION_TOKEN
from issuer.models import Account
from issuer.policy import SCOPES
from tests.live import Instance

PATIENCE = 60
"""Seconds a program waits for a reply."""


@dataclass(frozen=True, slots=True)
class Reply:
    """``headers`` by lower-case name."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Learner:
    """Somebody with an account and a token, and an attempt whose every question is answered rightly."""

    account_id: str
    token: str
    attempt_id: str
    port: int

    def submit(self, *, key: str | None = None) -> Reply:
        """Have the attempt marked. Raises OSError or http.client.HTTPException when the service is gone."""
        return self.send("POST", f"/api/v1/attempts/{self.attempt_id}/submit", key=key)

    def send(self, method: str, path: str, *, key: str | None = None) -> Reply:
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        if key is not None:
            headers["Idempotency-Key"] = key
        return send(self.port, method, path, headers=headers)


def send(port: int, method: str, path: str, *, headers: Mapping[str, str]) -> Reply:
    """One request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request(method, path, headers=dict(headers))
        reply = connection.getresponse()
        named = {name.lower(): value for name, value in reply.getheaders()}
        return Reply(reply.status, named, reply.read())
    finally:
        connection.close()


def load_demonstration(instance: Instance) -> None:
    """Northbridge with its framework, modules and badges, and the job engine's own tables."""
    with instance.use_cases():
        jobs.prepare_store()
        ensure_demonstration()


def make_ready(instance: Instance, count: int, *, code: str = "M01") -> list[Learner]:
    """``count`` new learners, each one request away from having passed the check of module ``code``."""
    ready = []
    with instance.use_cases():
        module = demonstration_module(code)
        for _ in range(count):
            account = make_account()
            _, secret = tokens.make(account, name="test", scopes=SCOPES, days=1)
            attempt = attempts.start(account.id, module, now=utc_now()).attempt
            for item in attempts.drawn_items(attempt):
                attempts.save_answer(account.id, attempt.public_id, item.public_id, right_answer(item), now=utc_now())
            ready.append(Learner(account.public_id, secret, attempt.public_id, instance.port))
    return ready


def make_account(*, name: str = "Salma Haddad") -> Account:
    """Somebody with a proven address and no password."""
    return accounts.create(email=f"{secrets.token_hex(8)}@northbridge.example", name=name, verified=True)


def browser_cookie(app: Flask, account: Account) -> tuple[str, str]:
    """Name and value of the cookie of a browser in which ``account`` is signed in."""
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    kept = {SESSION_TOKEN: sessions.start(account), "_permanent": True}
    return app.config["SESSION_COOKIE_NAME"], str(signer.dumps(kept))


def demonstration_module(code: str) -> Module:
    organisation = organisations.by_slug(SLUG)
    assert organisation is not None
    return db.session.scalars(db.select(Module).filter_by(organisation_id=organisation.id, code=code)).one()
