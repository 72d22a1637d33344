"""A key is published before it signs, signs until its successor is due, and stays published for ever."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from flask import Flask
from sqlalchemy import select, update

from issuer import profile
from issuer.base.audit import AuditEntry
from issuer.base.db import db, utc_now
from issuer.base.errors import Conflict, NotFound, ServiceError
from issuer.keys import keystore, life
from issuer.keys.key_file import KeyUnusable
from issuer.models import SigningKey
from tests.factories.keys import make_issuer


def make_key(purpose: str = "badge_proof") -> SigningKey:
    return keystore.active_key(make_issuer(), purpose)


def make_log_key() -> SigningKey:
    return keystore.adopt(None, "log_checkpoint", ed25519.Ed25519PrivateKey.generate())


def rotate(key: SigningKey, **over: timedelta) -> SigningKey:
    return life.rotate(key, actor="system", now=utc_now(), **over)


def signing_now(key: SigningKey) -> SigningKey:
    return keystore.active_key(life.owner_of(key), key.purpose)


def published(key: SigningKey) -> bool:
    owner = life.owner_of(key)
    assert owner is not None
    document = profile.issuer_did_document(owner)
    return profile.method_id(key, document["id"]) in document["assertionMethod"]


def let_pass(key: SigningKey) -> None:
    """The lead time of an announced key is over."""
    key.activates_at = utc_now() - timedelta(seconds=1)
    db.session.flush()


def test_a_successor_is_published_a_day_before_it_signs(ctx: Flask) -> None:
    key, now = make_key(), utc_now()
    successor = life.rotate(key, actor="system", now=now)
    assert (successor.state, successor.activates_at) == ("announced", now + timedelta(hours=24))
    assert published(successor)
    assert signing_now(key) is key


def test_a_jwt_key_is_in_the_key_set_before_it_signs(ctx: Flask) -> None:
    key = make_key("badge_jwt")
    successor = rotate(key)
    kids = [jwk["kid"] for jwk in profile.jwk_set()["keys"]]
    assert kids == [profile.key_url(key), profile.key_url(successor)]
    assert profile.find_jwk(successor.kid)["kid"] == profile.key_url(successor)


def test_the_old_key_signs_until_the_lead_time_is_over(ctx: Flask) -> None:
    key = make_key()
    successor = rotate(key)
    life.activate(successor.kid)
    assert signing_now(key) is key
    assert life.request_activations() == 0


def test_a_due_successor_takes_over_and_the_old_key_stays_published(ctx: Flask) -> None:
    key = make_key()
    successor = rotate(key)
    let_pass(successor)
    assert life.request_activations() == 1
    life.activate(successor.kid)
    assert signing_now(key) is successor
    assert (key.state, key.retired_at is not None, published(key)) == ("retired", True, True)


def test_a_job_that_runs_twice_changes_nothing_more(ctx: Flask) -> None:
    key = make_key()
    successor = rotate(key)
    let_pass(successor)
    life.activate(successor.kid)
    since = successor.activates_at
    life.activate(successor.kid)
    assert (signing_now(key), successor.activates_at) == (successor, since)


def test_in_an_emergency_the_new_key_signs_at_once(ctx: Flask) -> None:
    key = make_key()
    successor = life.replace_now(key, actor="system", now=utc_now())
    assert signing_now(key) is successor
    assert key.state == "retired"


def test_in_an_emergency_the_announced_key_is_the_one_that_takes_over(ctx: Flask) -> None:
    key = make_key()
    announced = rotate(key)
    assert life.replace_now(key, actor="system", now=utc_now()) is announced
    assert len(keystore.keys_of(life.owner_of(key))) == len(keystore.ORGANISATION_PURPOSES) + 1


@pytest.mark.parametrize("purpose", keystore.ORGANISATION_PURPOSES)
def test_a_key_whose_file_is_lost_is_replaced_at_once(ctx: Flask, purpose: str) -> None:
    """That of the history too, which would sign the news of its own end."""
    key = make_key(purpose)
    (ctx.config["ROSETTE"].data_dir / "keys" / f"{key.kid}.json").unlink()
    successor = life.replace_now(key, actor="system", now=utc_now())
    assert signing_now(key) is successor
    assert published(successor)


@pytest.mark.parametrize("end", [rotate, lambda key: life.replace_now(key, actor="system", now=utc_now())])
def test_a_key_that_no_longer_signs_has_no_successor(ctx: Flask, end: object) -> None:
    key = make_key()
    life.replace_now(key, actor="system", now=utc_now())
    with pytest.raises(Conflict) as caught:
        end(key)  # type: ignore[operator]
    assert caught.value.code == "key_not_active"


def test_a_key_is_rotated_once_at_a_time(ctx: Flask) -> None:
    key = make_key()
    successor = rotate(key)
    with pytest.raises(Conflict) as caught:
        rotate(key)
    assert caught.value.code == "already_rotating"
    assert successor.kid in str(caught.value.detail)


def test_a_successor_whose_file_is_lost_does_not_take_over(ctx: Flask) -> None:
    key = make_key()
    successor = rotate(key)
    let_pass(successor)
    (ctx.config["ROSETTE"].data_dir / "keys" / f"{successor.kid}.json").unlink()
    with pytest.raises(KeyUnusable):
        life.activate(successor.kid)
    assert signing_now(key) is key


def test_an_announcement_can_be_taken_back(ctx: Flask) -> None:
    key = make_key()
    successor = rotate(key)
    life.retire(successor, actor="system", now=utc_now())
    let_pass(successor)
    life.activate(successor.kid)
    assert (successor.state, signing_now(key)) == ("retired", key)
    assert published(successor)
    assert rotate(key).state == "announced"


def test_the_key_that_signs_is_not_simply_retired(ctx: Flask) -> None:
    with pytest.raises(Conflict) as caught:
        life.retire(make_key(), actor="system", now=utc_now())
    assert caught.value.code == "key_in_use"


def test_an_ended_key_is_not_retired_again(ctx: Flask) -> None:
    key = make_key()
    life.replace_now(key, actor="system", now=utc_now())
    with pytest.raises(Conflict) as caught:
        life.retire(key, actor="system", now=utc_now())
    assert caught.value.code == "key_ended"


def test_keys_of_other_purposes_go_on(ctx: Flask) -> None:
    key = make_key()
    others = {each.kid for each in keystore.keys_of(life.owner_of(key)) if each is not key}
    life.replace_now(key, actor="system", now=utc_now())
    active = {each.kid for each in keystore.keys_of(life.owner_of(key)) if each.state == "active"}
    assert others < active


def test_the_instances_own_key_is_rotated_in_the_same_way(ctx: Flask) -> None:
    key = make_log_key()
    successor = rotate(key)
    with pytest.raises(Conflict):
        rotate(key)
    let_pass(successor)
    life.activate(successor.kid)
    assert signing_now(key) is successor


def test_a_key_is_overdue_after_a_year_unless_somebody_is_to_follow(ctx: Flask) -> None:
    key, now = make_key(), utc_now()
    assert not life.is_overdue(key, now=now + life.LONGEST_USE - timedelta(days=1))
    later = now + life.LONGEST_USE + timedelta(days=1)
    assert life.is_overdue(key, now=later)
    rotate(key)
    assert not life.is_overdue(key, now=later)


def test_a_rotation_is_on_the_audit_record(ctx: Flask) -> None:
    key = make_key()
    successor = rotate(key)
    let_pass(successor)
    life.activate(successor.kid)
    db.session.commit()
    actions = select(AuditEntry.action).where(AuditEntry.subject.in_([key.kid, successor.kid]))
    found = list(db.session.scalars(actions.order_by(AuditEntry.sequence)))
    assert found == ["key.created", "key.created", "key.announced", "key.retired", "key.activated"]


def test_an_unknown_key_is_not_found(ctx: Flask) -> None:
    with pytest.raises(NotFound):
        life.find_key("nobody")


@pytest.mark.parametrize("at_once", [False, True])
@pytest.mark.parametrize("owner", ["issuer", "instance"])
def test_of_many_who_rotate_a_key_at_once_one_makes_the_new_one(app: Flask, owner: str, at_once: bool) -> None:
    with app.app_context():
        kid = (make_key() if owner == "issuer" else make_log_key()).kid
        db.session.commit()
    gate, outcomes = threading.Barrier(4), []

    def run() -> None:
        gate.wait()
        with app.app_context():
            try:
                key = life.find_key(kid)
                if at_once:
                    life.replace_now(key, actor="system", now=utc_now())
                else:
                    life.rotate(key, actor="system", now=utc_now())
                db.session.commit()
                outcomes.append("made")
            except ServiceError as error:
                db.session.rollback()
                outcomes.append(error.code)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refused = "key_not_active" if at_once else "already_rotating"
    assert sorted(outcomes) == sorted(["made", refused, refused, refused])
    with app.app_context():
        key = life.find_key(kid)
        same_use = select(SigningKey.state).filter_by(organisation_id=key.organisation_id, purpose=key.purpose)
        assert sorted(db.session.scalars(same_use)) == (["active", "retired"] if at_once else ["active", "announced"])


def test_the_database_itself_refuses_a_second_announced_key(ctx: Flask) -> None:
    key = make_key()
    successor = rotate(key)
    life.retire(successor, actor="system", now=utc_now())
    rotate(key)
    with pytest.raises(Exception, match=r"(?i)unique"):
        db.session.execute(update(SigningKey).where(SigningKey.kid == successor.kid).values(state="announced"))
