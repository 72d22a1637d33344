"""A key that may be in other hands proves nothing from that moment on, and another takes its place at once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from issuer import profile, signing
from issuer.base.audit import AuditEntry
from issuer.base.db import db, utc_now
from issuer.base.errors import Invalid
from issuer.crypto.strict_json import load_object
from issuer.keys import keystore, life
from issuer.keys.compromise import compromise
from issuer.models import Organisation, SigningKey, StatusList
from issuer.status import places, publishing
from tests.factories.keys import make_issuer


def make_key(purpose: str = "badge_proof") -> SigningKey:
    return keystore.active_key(make_issuer(), purpose)


def lose(key: SigningKey, *, since: datetime | None = None) -> None:
    now = utc_now()
    compromise(key, since=since or now - timedelta(days=1), actor="system", now=now)


def signing_now(key: SigningKey) -> SigningKey:
    return keystore.active_key(life.owner_of(key), key.purpose)


def revoked_in_did(key: SigningKey) -> list[str]:
    """When each key of the issuer is revoked, as its DID document says."""
    owner = life.owner_of(key)
    assert owner is not None
    methods = profile.issuer_did_document(owner)["verificationMethod"]
    return [method["revoked"] for method in methods if "revoked" in method]


@pytest.mark.parametrize("purpose", keystore.ORGANISATION_PURPOSES)
def test_a_new_key_signs_at_once(ctx: Flask, purpose: str) -> None:
    key = make_key(purpose)
    lose(key)
    assert key.state == "compromised"
    assert (signing_now(key).state, signing_now(key) is key) == ("active", False)


def test_the_document_says_since_when_the_key_is_revoked_and_lists_the_new_one(ctx: Flask) -> None:
    key, since = make_key(), utc_now() - timedelta(days=3)
    lose(key, since=since)
    assert revoked_in_did(key) == [f"{since:%Y-%m-%dT%H:%M:%SZ}"]
    owner = life.owner_of(key)
    assert owner is not None
    document = profile.issuer_did_document(owner)
    assert profile.method_id(signing_now(key), document["id"]) in document["assertionMethod"]


def test_an_announced_successor_lay_beside_it_and_does_not_follow(ctx: Flask) -> None:
    key = make_key()
    announced = life.rotate(key, actor="system", now=utc_now())
    lose(key)
    assert announced.state == "retired"
    assert signing_now(key) not in (key, announced)


def test_a_retired_key_is_compromised_without_a_change_of_who_signs(ctx: Flask) -> None:
    key = make_key()
    successor = life.replace_now(key, actor="system", now=utc_now())
    lose(key)
    assert (key.state, signing_now(key)) == ("compromised", successor)
    assert len(revoked_in_did(key)) == 1


def test_an_announced_key_that_is_lost_never_signs(ctx: Flask) -> None:
    key = make_key()
    announced = life.rotate(key, actor="system", now=utc_now())
    lose(announced)
    announced.activates_at = utc_now() - timedelta(hours=1)
    life.activate(announced.kid)
    assert signing_now(key) is key


def test_an_earlier_moment_counts_and_a_later_one_does_not(ctx: Flask) -> None:
    key, now = make_key(), utc_now()
    lose(key, since=now - timedelta(days=2))
    successor = signing_now(key)
    for days, wanted in ((1, 2), (2, 2), (5, 5)):
        lose(key, since=now - timedelta(days=days))
        assert key.compromised_since == (now - timedelta(days=wanted)).replace(microsecond=0)
    assert signing_now(key) is successor


def test_a_moment_to_come_is_refused(ctx: Flask) -> None:
    key = make_key()
    with pytest.raises(Invalid) as caught:
        lose(key, since=utc_now() + timedelta(minutes=1))
    assert caught.value.code == "since_in_future"
    assert key.state == "active"


def test_the_part_of_a_second_counts_against_the_key(ctx: Flask) -> None:
    """did.json has whole seconds: cut off, never rounded up."""
    key, since = make_key(), utc_now() - timedelta(days=1)
    lose(key, since=since.replace(microsecond=999_999))
    assert key.compromised_since == since.replace(microsecond=0)


def test_keys_of_others_are_untouched(ctx: Flask) -> None:
    key, other = make_key(), make_key()
    lose(key)
    assert (other.state, revoked_in_did(other)) == ("active", [])


def test_the_instances_own_key_is_replaced_too(ctx: Flask) -> None:
    keystore.ensure_keys(None)
    key = keystore.active_key(None, "log_checkpoint")
    lose(key)
    assert signing_now(key) is not key


def test_lists_signed_with_a_lost_key_are_signed_anew_at_once(ctx: Flask) -> None:
    organisation = make_issuer()
    status_list, _index = places.allocate(organisation, "somebody")
    publishing.publish(status_list.public_id)
    before = status_list.signed
    key = keystore.active_key(organisation, "status_list")
    lose(key)
    assert _signer_of(status_list) == profile.method_id(signing_now(key), profile.issuer_did(organisation))
    assert status_list.signed != before
    assert signing.refusal(status_list.signed or b"", None, organisation=organisation, now=utc_now()) == ""
    assert _refusal_now(before, organisation) == "key_revoked"


def test_lists_are_left_alone_when_another_key_is_lost(ctx: Flask) -> None:
    organisation = make_issuer()
    status_list, _index = places.allocate(organisation, "somebody")
    publishing.publish(status_list.public_id)
    before = status_list.signed
    lose(keystore.active_key(organisation, "badge_proof"))
    assert status_list.signed == before


def test_a_compromise_is_on_the_audit_record(ctx: Flask) -> None:
    key, since = make_key(), utc_now() - timedelta(days=1)
    lose(key, since=since)
    db.session.commit()
    entry = db.session.scalars(select(AuditEntry).filter_by(action="key.compromised")).one()
    assert (entry.subject, entry.details) == (key.kid, {"since": f"{since:%Y-%m-%dT%H:%M:%SZ}"})


def _signer_of(status_list: StatusList) -> str:
    assert status_list.signed is not None
    return str(load_object(status_list.signed)["proof"][0]["verificationMethod"])


def _refusal_now(signed: bytes | None, organisation: Organisation) -> str:
    return signing.refusal(signed or b"", None, organisation=organisation, now=utc_now())
