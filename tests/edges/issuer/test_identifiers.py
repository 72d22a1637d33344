"""Identifiers of people: shown to be theirs by a signature, or not believed."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from typing import Any

import jwt as pyjwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from flask import Flask
from sqlalchemy import select

from badges.verification import sources
from badges.verification.report import Finding
from issuer import accounts
from issuer.base.audit import AuditEntry
from issuer.base.db import db
from issuer.crypto.did import did_jwk_for, did_key_for, did_key_method_id
from issuer.crypto.multikey import to_jwk
from issuer.models import Organisation, OutgoingMail
from issuer.people import reminding
from issuer.people.models import AccountDid
from tests.edges.badges.badge_steps import HTML, held_badge
from tests.factories.people import Person, make_person, submit
from tests.factories.wallets import PrivateKey, jws

PAGE = "/account/identifiers"


def new_key(kind: str = "ed25519") -> PrivateKey:
    return ed25519.Ed25519PrivateKey.generate() if kind == "ed25519" else ec.generate_private_key(ec.SECP256R1())


def asked(person: Person) -> tuple[str, str]:
    """(audience, nonce) of a new text to sign."""
    page = submit(person.client, f"{PAGE}/challenge").text
    found = re.search(r'"aud": "([^"]+)", "nonce": "([^"]+)"', page)
    assert found, page
    return found.group(1), found.group(2)


def signed(key: PrivateKey, claims: Mapping[str, Any], **header: Any) -> str:
    alg = "EdDSA" if isinstance(key, ed25519.Ed25519PrivateKey) else "ES256"
    kid = did_key_method_id(did_key_for(key.public_key()))
    return jws({"alg": alg, "kid": kid} | header, claims, key)


def answer_to(person: Person, **over: Any) -> dict[str, Any]:
    audience, nonce = asked(person)
    return {"aud": audience, "nonce": nonce, "iat": int(time.time())} | over


def hand_in(person: Person, token: str) -> int:
    return submit(person.client, PAGE, {"token": token}).status_code


def held(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(AccountDid.did)))


@pytest.mark.parametrize("kind", ["ed25519", "p256"])
@pytest.mark.parametrize("method", ["did:key", "did:jwk"])
def test_whoever_signs_the_text_holds_the_identifier(app: Flask, kind: str, method: str) -> None:
    person, key = make_person(app, "learner"), new_key(kind)
    did = did_key_for(key.public_key()) if method == "did:key" else did_jwk_for(key.public_key())
    kid = did_key_method_id(did) if method == "did:key" else f"{did}#0"
    assert hand_in(person, signed(key, answer_to(person), kid=kid)) == 303
    assert held(app) == [did]
    with app.app_context():
        assert "account.identifier_added" in db.session.scalars(select(AuditEntry.action)).all()
        mail = db.session.scalars(select(OutgoingMail).filter_by(recipient=person.email)).all()
        assert any(did in each.body for each in mail)


def test_a_text_is_signed_once_and_by_the_person_it_was_given_to(app: Flask) -> None:
    person, other, key = make_person(app, "learner"), make_person(app, "learner"), new_key()
    claims = answer_to(person)
    assert hand_in(other, signed(key, claims)) == 422
    assert hand_in(person, signed(key, claims)) == 303
    assert hand_in(person, signed(new_key(), claims)) == 422
    assert len(held(app)) == 1


def test_an_identifier_is_one_persons(app: Flask) -> None:
    person, other, key = make_person(app, "learner"), make_person(app, "learner"), new_key()
    assert hand_in(person, signed(key, answer_to(person))) == 303
    assert hand_in(other, signed(key, answer_to(other))) == 422
    assert len(held(app)) == 1


@pytest.mark.parametrize(
    "over",
    [
        {"aud": "https://elsewhere.example"},
        {"aud": None},
        {"nonce": "another"},
        {"nonce": 7},
        {"iat": 1},
        {"iat": 99999999999},
        {"iat": "now"},
        {"iat": True},
        {"iss": "did:key:z6MkSomebodyElse"},
    ],
    ids=json.dumps,
)
def test_a_text_that_says_something_else_is_refused(app: Flask, over: dict[str, Any]) -> None:
    person, key = make_person(app, "learner"), new_key()
    assert hand_in(person, signed(key, answer_to(person, **over))) == 422
    assert held(app) == []


def test_no_header_brings_its_own_key_or_algorithm(app: Flask) -> None:
    person, key, other = make_person(app, "learner"), new_key(), new_key()
    victim = did_key_method_id(did_key_for(other.public_key()))
    claims = answer_to(person)
    secret = str(to_jwk(other.public_key())["x"])
    forged = [
        signed(key, claims, kid=victim),
        signed(key, claims, kid=victim, jwk=to_jwk(key.public_key())),
        signed(key, claims, jwk=to_jwk(key.public_key())),
        signed(key, claims, x5u="https://elsewhere.example"),
        signed(key, claims, crit=["b64"], b64=False),
        jws({"alg": "none", "kid": victim}, claims, None),
        pyjwt.encode(claims, secret, algorithm="HS256", headers={"kid": victim}),
        signed(key, claims, kid="did:web:127.0.0.1#key"),
        signed(key, claims, kid="did:foo:bar#key"),
        signed(key, claims, kid="did:key:z" + "6" * 10_000 + "#k"),
        signed(key, claims, kid=7),
    ]
    assert {hand_in(person, token) for token in forged} == {422}
    assert held(app) == []
    assert hand_in(person, signed(key, claims)) == 303


@pytest.mark.parametrize("token", ["", "nonsense", "a.b", "a.b.c", "x" * 20_000, "\u0000.\u0000.\u0000", "é.é.é"])
def test_what_is_no_token_is_refused_in_words(app: Flask, token: str) -> None:
    person = make_person(app, "learner")
    assert hand_in(person, token) == 422


def test_it_is_removed_by_its_owner_alone(app: Flask) -> None:
    person, other, key = make_person(app, "learner"), make_person(app, "learner"), new_key()
    hand_in(person, signed(key, answer_to(person)))
    with app.app_context():
        name = db.session.scalars(select(AccountDid.public_id)).one()
    submit(other.client, f"{PAGE}/{name}/remove")
    assert len(held(app)) == 1
    submit(person.client, f"{PAGE}/{name}/remove")
    assert held(app) == []


def test_a_badge_is_signed_for_ones_own_identifier_and_is_genuine(app: Flask) -> None:
    badge, key = held_badge(app), new_key()
    hand_in(badge.holder, signed(key, answer_to(badge.holder)))
    with app.app_context():
        name = db.session.scalars(select(AccountDid.public_id)).one()
    answer = submit(badge.holder.client, f"{badge.path}/for-identifier", {"identifier": name, "form": "json"})
    assert answer.status_code == 200
    said = json.loads(answer.data)
    assert said["credentialSubject"]["id"] == did_key_for(key.public_key())
    assert said["id"] == json.loads(badge.document)["id"]
    with app.test_request_context():
        assert sources.check(answer.data).finding is Finding.VALID
        assert sources.check(answer.data.replace(b"did:key:z6Mk", b"did:key:z6Ml")).finding is Finding.ALTERED


def test_nobody_has_a_badge_signed_for_somebody_elses_identifier(app: Flask) -> None:
    badge, other, key = held_badge(app), make_person(app, "learner"), new_key()
    hand_in(other, signed(key, answer_to(other)))
    with app.app_context():
        name = db.session.scalars(select(AccountDid.public_id)).one()
    assert submit(badge.holder.client, f"{badge.path}/for-identifier", {"identifier": name}).status_code == 404
    assert submit(other.client, f"{badge.path}/for-identifier", {"identifier": name}).status_code == 404


def test_a_change_of_address_is_told_to_the_old_and_the_new_one(app: Flask) -> None:
    person = make_person(app, "learner")
    with app.app_context():
        accounts.add_proven_address(accounts.get(person.account_id), "home@private.example")
        db.session.commit()
    submit(person.client, "/account/addresses/primary", {"email": "home@private.example"})
    submit(person.client, "/account/addresses/remove", {"email": person.email})
    with app.app_context():
        told = {mail.recipient for mail in db.session.scalars(select(OutgoingMail))}
        assert {person.email, "home@private.example"} <= told
        actions = db.session.scalars(select(AuditEntry.action)).all()
        assert {"account.primary_address_chosen", "account.address_removed"} <= set(actions)


def test_whoever_is_known_at_work_only_is_reminded_once(app: Flask) -> None:
    at_work = make_person(app, "learner", email="amara@school.example")
    make_person(app, "learner", email="lin@private.example", organisation_id=at_work.organisation_id)
    with app.app_context():
        db.session.get_one(Organisation, at_work.organisation_id).url = "https://www.school.example/"
        db.session.commit()
        assert (reminding.remind(), reminding.remind()) == (1, 0)
        db.session.commit()
        assert db.session.scalars(select(OutgoingMail.recipient)).all() == ["amara@school.example"]
    assert "We know you only by an address at work." in at_work.client.get("/account", headers=HTML).text
