"""Passwords: Argon2id, a few at a time.

Hashing is meant to be expensive, so only ``AT_ONCE`` of a process's threads do it at the same time; the
others wait their turn, and after ``PATIENCE_SECONDS`` are told to come back: a flood of sign-ins can slow
sign-in down, and nothing else.
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import Flask, current_app
from flask_babel import gettext as _

from issuer.base.errors import Unavailable
from issuer.base.settings import Settings
from issuer.plain_text import refuse

SHORTEST = 10
LONGEST = 200
FEWEST_DIFFERENT = 5
AT_ONCE = 2
PATIENCE_SECONDS = 10.0

_EXTENSION = "rosette_passwords"


@dataclass(frozen=True, slots=True)
class Passwords:
    """How this process hashes. ``decoy`` is verified when there is nothing to verify, so that it takes as long."""

    hasher: PasswordHasher
    turns: threading.BoundedSemaphore
    decoy: str

    @contextmanager
    def turn(self) -> Iterator[PasswordHasher]:
        if not self.turns.acquire(timeout=PATIENCE_SECONDS):
            raise Unavailable("sign_in_busy", _("Very many people sign in now. Try again in a moment."), retry_after=5)
        try:
            yield self.hasher
        finally:
            self.turns.release()


def init_app(app: Flask) -> None:
    """Set the cost: 19 MiB and two passes a hash, as OWASP's Password Storage sheet asks; cheap in tests."""
    settings: Settings = app.config["ROSETTE"]
    memory, passes = (1024, 1) if settings.environment == "test" else (19 * 1024, 2)
    hasher = PasswordHasher(time_cost=passes, memory_cost=memory, parallelism=1)
    turns = threading.BoundedSemaphore(AT_ONCE)
    app.extensions[_EXTENSION] = Passwords(hasher, turns, hasher.hash("nobody has this password"))


def accept(password: str, *, field: str = "password") -> str:
    """A password good enough to be set, in NFKC (RFC 8265). Raises Invalid "weak_password" naming ``field``."""
    text = unicodedata.normalize("NFKC", password)
    if not SHORTEST <= len(text) <= LONGEST:
        sentence = _("Use %(low)s to %(high)s characters; a short sentence works well.", low=SHORTEST, high=LONGEST)
        raise refuse(field, sentence, "weak_password")
    if len(set(text)) < FEWEST_DIFFERENT or any("\ud800" <= character <= "\udfff" for character in text):
        raise refuse(field, _("This password is too easy to guess; use a short sentence."), "weak_password")
    return text


def hash_password(password: str) -> str:
    """The Argon2id hash, with its salt and cost, as a PHC string. Raises Unavailable when too many wait."""
    with _passwords().turn() as hasher:
        return hasher.hash(accept(password))


def matches(password: str, stored: str | None) -> bool:
    """Whether ``password`` belongs to the hash. Takes as long when there is no hash. Raises Unavailable."""
    text = unicodedata.normalize("NFKC", password[:LONGEST]).encode(errors="replace")
    passwords = _passwords()
    with passwords.turn() as hasher:
        try:
            return hasher.verify(stored or passwords.decoy, text) and stored is not None
        except (VerificationError, InvalidHashError):
            return False


def needs_new_hash(stored: str) -> bool:
    """Whether the hash was made at an earlier cost."""
    return _passwords().hasher.check_needs_rehash(stored)


def _passwords() -> Passwords:
    passwords: Passwords = current_app.extensions[_EXTENSION]
    return passwords
