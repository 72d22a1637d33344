"""The log in public: what a monitor needs, and what must not come out of it."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask import Flask
from flask.testing import FlaskClient

from issuer.base.db import db, utc_now
from issuer.crypto.checkpoints import read_note
from issuer.crypto.merkle import leaf_hash, verify_consistency, verify_inclusion
from issuer.keys import keystore, life
from issuer.log import entries
from tests.factories.log import keep_up


def digest(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()


def issue(app: Flask, *names: str) -> None:
    with app.app_context():
        for name in names:
            entries.record(name, digest(name))
        keep_up()


def root_in(note: str) -> bytes:
    return base64.b64decode(note.split("\n")[2])


def test_an_empty_log_says_so(client: FlaskClient) -> None:
    assert client.get("/log", headers={"Accept": "text/html"}).status_code == 200
    answer = client.get("/log/checkpoint")
    assert (answer.status_code, answer.json["code"]) == (404, "no_checkpoint")  # type: ignore[index]


def test_the_page_leads_to_nothing_that_is_not_there(app: Flask, client: FlaskClient) -> None:
    for names in ((), ("a",)):
        if names:
            issue(app, *names)
        page = client.get("/log", headers={"Accept": "text/html"}).get_data(as_text=True)
        links = set(re.findall(r'href="(/log/[a-z]+)"', page))
        assert links >= {"/log/checkpoints", "/log/entries", "/log/keys"}
        assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)
    assert client.get("/log/key").get_data(as_text=True).strip() in html.unescape(page)


def test_a_document_s_digest_finds_its_proof(app: Flask, client: FlaskClient) -> None:
    issue(app, "a", "b", "c")
    found: Any = client.get(f"/log/proof/{digest('b').hex()}").json
    leaf = leaf_hash(hashlib.sha256(b"\x00" + base64.b64decode(found["blinding"]) + digest("b")).digest())
    path = [base64.b64decode(each) for each in found["proof"]]
    root = root_in(found["checkpoint"])
    assert verify_inclusion(leaf=leaf, index=found["number"], size=found["size"], proof=path, root_hash=root)


def test_the_newer_tree_is_proved_to_begin_with_the_older(app: Flask, client: FlaskClient) -> None:
    issue(app, "a", "b", "c")
    issue(app, "d", "e")
    listed: Any = client.get("/log/checkpoints").json
    old, new = (root_in(each["note"]) for each in listed["items"])
    found: Any = client.get("/log/proof/consistency?from=3&to=5").json
    proof = [base64.b64decode(each) for each in found["proof"]]
    assert verify_consistency(old=3, new=5, old_root=old, new_root=new, proof=proof)


def test_after_a_rotation_every_checkpoint_is_checked_with_the_key_it_was_signed_with(
    app: Flask, client: FlaskClient
) -> None:
    issue(app, "a")
    first = client.get("/log/key").get_data(as_text=True).strip()
    with app.app_context():
        successor = life.rotate(keystore.active_key(None, keystore.LOG_CHECKPOINT), actor="system", now=utc_now())
        db.session.commit()
        listed: Any = client.get("/log/keys").json
        assert [each["state"] for each in listed["items"]] == ["active", "announced"]
        life.replace_now(keystore.active_key(None, keystore.LOG_CHECKPOINT), actor="system", now=utc_now())
        db.session.commit()
        assert successor.state == "active"
    issue(app, "b")
    second = client.get("/log/key").get_data(as_text=True).strip()
    assert [each["key"] for each in listed["items"]] == [first, second]
    found: Any = client.get("/log/checkpoints").json
    assert [each["key"] for each in found["items"]] == [first, second]
    for each in found["items"]:
        name, _, encoded = each["key"].split("+", 2)
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(encoded)[1:])
        assert read_note(each["note"].encode(), name=name, key=key).size == each["size"]
    assert app.test_cli_runner().invoke(args=["log", "verify"]).exit_code == 0


def test_the_log_names_nobody(app: Flask, client: FlaskClient) -> None:
    issue(app, "somebody's badge")
    for path in ("/log", "/log/checkpoint", "/log/checkpoints", "/log/entries", "/log/key", "/log/keys"):
        body = client.get(path).get_data()
        assert b"somebody" not in body
        assert digest("somebody's badge").hex().encode() not in body
        assert base64.b64encode(digest("somebody's badge")) not in body


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/log/proof/" + "0" * 64, 404),
        ("/log/proof/abc", 404),
        ("/log/proof/" + "Z" * 64, 404),
        ("/log/proof/%00", 404),
        ("/log/proof/consistency", 422),
        ("/log/proof/consistency?from=0&to=1", 422),
        ("/log/proof/consistency?from=2&to=1", 422),
        ("/log/proof/consistency?from=1&to=999999999999", 422),
        ("/log/proof/consistency?from=-1&to=1e3", 422),
        ("/log/proof/consistency?from=%D9%A1&to=1", 422),
        ("/log/entries?start=-1", 422),
        ("/log/checkpoints?after=x", 422),
    ],
)
def test_questions_without_an_answer_are_refused(app: Flask, client: FlaskClient, path: str, status: int) -> None:
    issue(app, "a")
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"


def test_what_was_read_before_is_not_sent_again(app: Flask, client: FlaskClient) -> None:
    issue(app, "a")
    answer = client.get("/log/checkpoint")
    assert client.get("/log/checkpoint", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_the_commands_show_check_and_sign(app: Flask) -> None:
    with app.app_context():
        entries.record("a", digest("a"))
        db.session.commit()
    run = app.test_cli_runner().invoke
    assert run(args=["log", "show"]).exit_code == 1
    assert "1 entries added, 1 in all" in run(args=["log", "checkpoint"]).output
    assert run(args=["log", "show"]).output.splitlines()[1] == "1"
    checked = run(args=["log", "verify"])
    assert (checked.exit_code, "the log is whole" in checked.output) == (0, True)
