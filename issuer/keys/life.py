"""The life of a signing key: announced, active, retired. How it may end otherwise: issuer.keys.compromise.

A new key is published before it signs, so that nobody who reads an issuer's documents once a day meets a signature by
a key he cannot find. Its predecessor signs until then, and stays published for ever: badges outlive keys.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from issuer.base import audit, facts, jobs
from issuer.base.db import db, utc_now
from issuer.base.errors import Conflict, NotFound
from issuer.keys import keystore
from issuer.models import Organisation, SigningKey

LEAD = timedelta(hours=24)
"""How long a new key is published before it signs: longer than anybody keeps a DID document or a key set unread."""

LONGEST_USE = timedelta(days=365)
"""A key that has signed for longer is to be rotated."""

ACTIVATE_JOB = "key.activate"


def find_key(kid: str) -> SigningKey:
    """The key with that id. Raises NotFound."""
    key = db.session.scalar(select(SigningKey).filter_by(kid=kid))
    if key is None:
        raise NotFound("no_such_key", f"There is no key {kid}.")
    return key


def owner_of(key: SigningKey) -> Organisation | None:
    """Whose key it is; None: the instance's own."""
    return None if key.organisation_id is None else db.session.get_one(Organisation, key.organisation_id)


def successor_of(key: SigningKey) -> SigningKey | None:
    """The key that is announced to sign instead of ``key``, or None."""
    announced = select(SigningKey).filter_by(
        organisation_id=key.organisation_id, purpose=key.purpose, state="announced"
    )
    return db.session.scalar(announced)


def is_overdue(key: SigningKey, *, now: datetime) -> bool:
    """Whether the key signs, has for longer than ``LONGEST_USE``, and nobody is to follow it."""
    began = key.activates_at or key.created_at
    return key.state == "active" and now - began > LONGEST_USE and successor_of(key) is None


def rotate(key: SigningKey, *, actor: str, now: datetime, lead: timedelta = LEAD) -> SigningKey:
    """Announce the successor of the active ``key``: published from now, signing after ``lead``.

    Of any number who rotate the same key at once, one announces. Raises Conflict for the others, and for a key that
    does not sign; KeyUnusable when no key can be made.
    """
    lock_keys_of(key)
    _refuse_unless_active(key)
    if (announced := successor_of(key)) is not None:
        raise _already_rotating(key, announced)
    successor = _announce(key, actor=actor, activates_at=now + lead)
    _tell_of_change(key)
    return successor


def replace_now(key: SigningKey, *, actor: str, now: datetime) -> SigningKey:
    """Have the successor of the active ``key`` sign from now on: the announced one, or a new one. For an emergency:
    readers who keep documents for long do not know it yet. Raises Conflict, KeyUnusable."""
    lock_keys_of(key)
    _refuse_unless_active(key)
    successor = successor_of(key) or _announce(key, actor=actor, activates_at=now)
    _take_over(key, successor, actor=actor, now=now)
    _tell_of_change(key)
    return successor


def retire(key: SigningKey, *, actor: str, now: datetime) -> None:
    """End a key that was announced and is not to sign after all. Raises Conflict for any other: an active key is
    retired by its successor's first use, so that no purpose is ever without a key."""
    lock_keys_of(key)
    if key.state == "active":
        raise Conflict("key_in_use", f"The key {key.kid} signs now. Rotate it; its successor's first use retires it.")
    if key.state != "announced":
        raise Conflict("key_ended", f"The key {key.kid} signs no more already: it is {key.state}.")
    end(key, actor=actor, now=now)


def end(key: SigningKey, *, actor: str, now: datetime) -> None:
    """Retire ``key``, whatever it did; whoever holds the lock on the keys may."""
    key.state, key.retired_at = "retired", now
    db.session.flush()
    audit.record("key.retired", key.kid, actor=actor)


def request_activations() -> int:
    """Chore: have every announced key activated whose time has come; how many."""
    now = utc_now()
    due = select(SigningKey.kid).where(SigningKey.state == "announced", SigningKey.activates_at <= now)
    kids = db.session.scalars(due).all()
    for kid in kids:
        jobs.enqueue(ACTIVATE_JOB, f"{kid}:{now:%Y-%m-%dT%H}", kid=kid)
    return len(kids)


def activate(kid: str) -> None:
    """Job "key.activate": the announced key signs from now on, if its time has come. Raises KeyUnusable, and then its
    predecessor goes on signing."""
    key, now = find_key(kid), utc_now()
    lock_keys_of(key)
    if key.state != "announced" or key.activates_at is None or key.activates_at > now:
        return
    _take_over(keystore.active_key(owner_of(key), key.purpose), key, actor="system", now=now)


def lock_keys_of(key: SigningKey) -> None:
    """Hold all keys of the owner of ``key`` until the commit, and read it as it is now."""
    if key.organisation_id is None:
        own = select(SigningKey.id).where(SigningKey.organisation_id.is_(None))
        db.session.execute(own.order_by(SigningKey.id).with_for_update())
    else:
        db.session.execute(select(Organisation.id).filter_by(id=key.organisation_id).with_for_update())
    db.session.refresh(key)


def _announce(key: SigningKey, *, actor: str, activates_at: datetime) -> SigningKey:
    owner = owner_of(key)
    try:
        with db.session.begin_nested():
            successor = keystore.create(owner, key.purpose, state="announced", activates_at=activates_at)
    except IntegrityError as error:
        raise Conflict("already_rotating", f"The key {key.kid} is being rotated by somebody else.") from error
    audit.record("key.announced", successor.kid, actor=actor, follows=key.kid)
    return successor


def _tell_of_change(key: SigningKey) -> None:
    """Last of all: what follows is signed, perhaps by the very key that took over."""
    owner = owner_of(key)
    if owner is not None:
        facts.announce("keys.changed", organisation=owner)


def _take_over(old: SigningKey, new: SigningKey, *, actor: str, now: datetime) -> None:
    """One flush each: the database knows of one active key at every moment."""
    keystore.backend().check(new.kid, new.purpose)
    end(old, actor=actor, now=now)
    new.state, new.activates_at = "active", now
    db.session.flush()
    audit.record("key.activated", new.kid, actor=actor, follows=old.kid)


def _refuse_unless_active(key: SigningKey) -> None:
    if key.state != "active":
        raise Conflict("key_not_active", f"The key {key.kid} does not sign now: it is {key.state}.")


def _already_rotating(key: SigningKey, announced: SigningKey) -> Conflict:
    when = announced.activates_at
    since = f" and signs from {when:%Y-%m-%d %H:%M} UTC" if when else ""
    return Conflict("already_rotating", f"The successor of {key.kid} is announced{since}: {announced.kid}.")
