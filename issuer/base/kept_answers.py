"""Answers that are the same for every stranger, kept for a second: what many look at is made once.

Kept is what a view calls the same for every stranger (``same_for_strangers``), asked for without cookie, token, query
or range. Each is found again by address, host and what was accepted, so nobody can have another's answer kept under a
name of their choice. What this process commits is seen at once; what another one commits, after a second at most.
RFC 9111, section 4; RFC 9110, section 13.1.2.
"""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from flask import Flask, current_app, has_app_context, request
from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.http import parse_etags

from issuer.base.db import reads_only

KEPT_SECONDS = 1.0
MOST_KEPT = 256
LARGEST = 512 * 1024
LONGEST_NAME = 500
_EXTENSION = "rosette.kept_answers"
_SAME = "rosette.same_for_strangers"
_APART = ("HTTP_COOKIE", "HTTP_AUTHORIZATION", "HTTP_RANGE", "QUERY_STRING", "rosette.archived_at")
_TOLD_BY = (
    *("PATH_INFO", "HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE", "HTTP_HOST", "wsgi.url_scheme"),
    *("HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PROTO"),
)
_OWN = "X-Request-Id"
_OF_A_BODY = frozenset({"Content-Length", "Content-Type"})
_OK, _UNCHANGED = "200 OK", "304 NOT MODIFIED"

Headers = list[tuple[str, str]]
Start = Callable[..., Any]
Application = Callable[[dict[str, Any], Start], Iterable[bytes]]
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """200, its headers and its body; ``tag`` is its ETag without quotes, "" for none."""

    until: float
    headers: tuple[tuple[str, str], ...]
    body: bytes
    tag: str

    def send(self, environ: Mapping[str, Any], start: Start) -> Iterable[bytes]:
        """As the view would have answered: 304 to who has it already, no body to HEAD."""
        own = (_OWN, secrets.token_hex(8))
        asked = environ.get("HTTP_IF_NONE_MATCH", "")
        if self.tag and asked and parse_etags(asked).contains_weak(self.tag):
            start(_UNCHANGED, [own, *(each for each in self.headers if each[0] not in _OF_A_BODY)])
            return []
        start(_OK, [own, *self.headers])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [self.body]


@dataclass(slots=True)
class KeptAnswers:
    """A WSGI application around ``application``, with the answers of one process; the oldest gives way."""

    application: Application
    answers: OrderedDict[Key, Answer] = field(default_factory=OrderedDict)
    age: int = 0
    """How often everything was forgotten: what was begun before that is not kept."""
    lock: Lock = field(default_factory=Lock)

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        key = _key_of(environ)
        if key is None:
            return self.application(environ, start)
        found = self.answers.get(key)
        if found is not None and time.monotonic() < found.until:
            return found.send(environ, start)
        return self._made(key, environ, start)

    def forget(self) -> None:
        with self.lock:
            self.answers.clear()
            self.age += 1

    def _made(self, key: Key, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        age = self.age
        said: list[Any] = []

        def listen(status: str, headers: Headers, *more: Any) -> Any:
            said[:] = [status, headers]
            return start(status, headers, *more)

        parts = self.application(environ, listen)
        if not environ.get(_SAME) or environ["REQUEST_METHOD"] != "GET" or not _may_be_kept(*said):
            return parts
        try:
            body = b"".join(parts)
        finally:
            close = getattr(parts, "close", None)
            if close is not None:
                close()
        self._keep(key, said[1], body, age=age)
        return [body]

    def _keep(self, key: Key, headers: Headers, body: bytes, *, age: int) -> None:
        if len(body) > LARGEST:
            return
        kept = tuple(each for each in headers if each[0] != _OWN)
        tag = next((value.strip('"') for name, value in kept if name == "ETag"), "")
        with self.lock:
            if self.age == age:
                self.answers[key] = Answer(time.monotonic() + KEPT_SECONDS, kept, body, tag)
                self.answers.move_to_end(key)
                while len(self.answers) > MOST_KEPT:
                    self.answers.popitem(last=False)


def init_app(app: Flask) -> None:
    """Stand before everything else that answers."""
    kept = KeptAnswers(app.wsgi_app)
    app.extensions[_EXTENSION] = kept
    app.wsgi_app = kept  # type: ignore[method-assign, assignment]


def same_for_strangers() -> None:
    """Say of the answer to this request that whoever asks the same without a name gets the same."""
    request.environ[_SAME] = True


def _key_of(environ: Mapping[str, Any]) -> Key | None:
    """What tells one answer from another; None for a request that only its view can answer."""
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or any(environ.get(name) for name in _APART):
        return None
    key = tuple(environ.get(name, "") for name in _TOLD_BY)
    return None if any(len(each) > LONGEST_NAME for each in key) else key


def _may_be_kept(status: str = "", headers: Headers | None = None) -> bool:
    return status == _OK and headers is not None and all(name != "Set-Cookie" for name, _value in headers)


@event.listens_for(Session, "after_commit")
def _see_what_was_committed(_session: Session) -> None:
    if has_app_context() and not reads_only.get():
        kept = current_app.extensions.get(_EXTENSION)
        if kept is not None:
            kept.forget()
