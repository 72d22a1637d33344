"""Every endpoint, asked by everybody: the table in issuer/policy.py is what happens, without an exception.

The walk is made from the routes of the running application, so a new endpoint is in it at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from issuer.access import permission_of
from issuer.base.db import db
from issuer.base.http import PROGRAM_PATHS
from issuer.models import ROLES, Account
from issuer.policy import ANONYMOUS, PERMISSIONS, Actor, permits
from tests.factories.people import csrf_token, make_person, make_token, sign_in

HTML = {"Accept": "text/html"}
SAMPLES = {
    "int": "1",
    "integer": "1",
    "place": "1",
    "float": "1.0",
    "path": "nothing",
    "uuid": "00000000-0000-4000-8000-000000000000",
}
MAY_BE_UNAVAILABLE = {"health.ready"}
ASK_FOR_THEMSELVES = {"verifying.credential": "credentials.verify", "verifying.presentation": "credentials.verify"}
"""Open to anybody on an instance for test suites, so the view itself asks for this permission elsewhere."""

TOKENS_OF_THEIR_OWN = {"wallet_protocol.token", "wallet_protocol.credential", "wallet_protocol.notification"}
"""Open to anybody with an access token of a wallet, whoever is signed in: without one they answer 401 themselves."""


@dataclass(frozen=True, slots=True)
class Call:
    endpoint: str
    method: str
    path: str
    permission: str


def calls(app: Flask) -> Iterator[Call]:
    """Each method of each rule, with made-up names of things."""
    for rule in app.url_map.iter_rules():
        permission = ASK_FOR_THEMSELVES.get(rule.endpoint) or permission_of(app, rule.endpoint)
        assert permission, f"{rule.endpoint} says nothing about who may use it"
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
            yield Call(rule.endpoint, method, path_of(app, rule), permission)


def path_of(app: Flask, rule: Rule) -> str:
    values: dict[str, object] = {
        name: SAMPLES.get(converter.__class__.__name__.removesuffix("Converter").lower(), "nothing-here")
        for name, converter in rule._converters.items()
    }
    values = {name: int(value) if value == "1" else value for name, value in values.items()}
    return app.url_map.bind("localhost").build(rule.endpoint, values, method=next(iter(rule.methods or {"GET"})))


def test_every_endpoint_names_a_permission_of_the_table(app: Flask) -> None:
    unknown = {call.endpoint: call.permission for call in calls(app) if call.permission not in PERMISSIONS}
    assert unknown == {}


def test_a_view_that_names_no_permission_is_refused(app: Flask) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    person = make_person(app, "administrator")
    assert app.test_client().get("/forgotten").status_code == 403
    assert person.client.get("/forgotten").status_code == 403


def send(client: FlaskClient, call: Call, **more: object) -> TestResponse:
    return client.open(call.path, method=call.method, **more)  # type: ignore[arg-type]


def test_nobody_gets_further_than_the_sign_in(app: Flask) -> None:
    client = app.test_client()
    token = {"X-CSRFToken": csrf_token(client)}
    wrong = []
    for call in calls(app):
        program = send(client, call, headers=token)
        browser = send(client, call, headers=token | HTML)
        if permits(ANONYMOUS, call.permission):
            right = is_opened(call, program)
        elif call.path.startswith(PROGRAM_PATHS):
            right = program.status_code == browser.status_code == 401
        else:
            to_sign_in = browser.status_code == 303 and browser.location.startswith("/sign-in")
            right = program.status_code == 401 and to_sign_in
        if not right:
            wrong.append((call, program.status_code, browser.status_code))
    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_what_the_table_says_and_nothing_else(app: Flask, role: str) -> None:
    person = make_person(app, role)
    actor = Actor(person.account_id, person.public_id, roles={person.organisation_id: frozenset({role})})
    wrong = []
    for call in calls(app):
        client = person.client if call.method == "GET" else fresh_browser(app, person.account_id)
        answer = send(client, call)
        right = is_opened(call, answer) if permits(actor, call.permission) else answer.status_code in (403, 404)
        if not right:
            wrong.append((call, answer.status_code))
    assert wrong == []


def test_a_token_opens_only_what_its_scopes_say(app: Flask) -> None:
    person = make_person(app, "administrator")
    headers = make_token(app, person.account_id, "profile:read")
    roles = {person.organisation_id: frozenset({"administrator"})}
    actor = Actor(person.account_id, person.public_id, roles=roles, scopes=frozenset({"profile:read"}))
    wrong = []
    for call in calls(app):
        answer = send(app.test_client(), call, headers=headers)
        right = is_opened(call, answer) if permits(actor, call.permission) else answer.status_code == 403
        if not right:
            wrong.append((call, answer.status_code))
    assert wrong == []


def test_a_form_without_its_token_is_refused_everywhere(app: Flask) -> None:
    person = make_person(app, "administrator", "author", "assessor", "learner")
    accepted = []
    for call in calls(app):
        if call.method == "GET" or call.endpoint == "identity.language":
            continue
        status = send(person.client, call, headers={"Sec-Fetch-Site": "cross-site"}).status_code
        without = send(person.client, call).status_code
        if (status, without) != (400, 400):
            accepted.append((call, status, without))
    assert accepted == []


def is_opened(call: Call, answer: TestResponse) -> bool:
    """The policy let it through, and what followed is no failure of ours: the thing asked for need not exist."""
    unknown = answer.status_code == 401 and call.endpoint not in TOKENS_OF_THEIR_OWN
    refused = unknown or (answer.is_json and (answer.json or {}).get("code") == "not_allowed")
    failed = answer.status_code >= 500 and not (answer.status_code == 503 and call.endpoint in MAY_BE_UNAVAILABLE)
    return not refused and not failed


def fresh_browser(app: Flask, account_id: int) -> FlaskClient:
    """A browser signed in anew: what an earlier call did to the session is of no matter."""
    client = app.test_client()
    with app.app_context():
        sign_in(client, db.session.get_one(Account, account_id))
    client.environ_base["HTTP_X_CSRFTOKEN"] = csrf_token(client)
    return client
