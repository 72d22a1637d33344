"""What is kept for a second: only what is the same for every stranger, and nothing that was changed since."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask, Response, request

from issuer.base import http, kept_answers
from issuer.base.db import db
from issuer.base.kept_answers import KEPT_SECONDS, KeptAnswers


@pytest.fixture()
def small() -> Iterator[tuple[Flask, list[str]]]:
    """An application that notes what it was asked."""
    app, asked = Flask(__name__), []

    @app.get("/kept")
    def kept() -> Response:
        asked.append(request.method)
        kept_answers.same_for_strangers()
        body = f"{request.headers.get('Accept-Language', '')} {len(asked)}".encode()
        return http.published(body, "text/plain", cache_control="private, no-cache")

    @app.get("/own")
    def own() -> str:
        asked.append(request.method)
        return f"{len(asked)}"

    @app.get("/cookie")
    def cookie() -> Response:
        asked.append(request.method)
        kept_answers.same_for_strangers()
        response = Response(f"{len(asked)}")
        response.set_cookie("name", "value")
        return response

    kept_answers.init_app(app)
    yield app, asked


def test_a_second_stranger_is_answered_without_asking_again(small: tuple[Flask, list[str]]) -> None:
    app, asked = small
    one, other = app.test_client().get("/kept"), app.test_client().get("/kept")
    assert one.data == other.data and one.headers["ETag"] == other.headers["ETag"]
    assert len(asked) == 1
    assert other.headers["Cache-Control"] == "private, no-cache" and other.headers["X-Request-Id"]


def test_head_and_unchanged_are_answered_as_the_view_would(small: tuple[Flask, list[str]]) -> None:
    app, asked = small
    client = app.test_client()
    first = client.get("/kept")
    head = client.head("/kept")
    assert (head.status_code, head.data, head.headers["Content-Length"]) == (200, b"", str(len(first.data)))
    for tag in (first.headers["ETag"], f'"another", {first.headers["ETag"]}', "*"):
        same = client.get("/kept", headers={"If-None-Match": tag})
        assert (same.status_code, same.data, same.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert client.get("/kept", headers={"If-None-Match": '"another"'}).status_code == 200
    assert len(asked) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept-Language": "fr"},
        {"Accept": "text/html"},
        {"Host": "elsewhere.example"},
        {"Authorization": "Bearer x"},
        {"Cookie": "session=x"},
        {"Range": "bytes=0-1"},
        {"Accept": "x" * 600},
    ],
    ids=lambda headers: next(iter(headers)) + str(len(str(headers))),
)
def test_whoever_asks_otherwise_is_asked_for_anew(small: tuple[Flask, list[str]], headers: dict[str, str]) -> None:
    app, asked = small
    app.test_client().get("/kept")
    app.test_client(use_cookies=False).get("/kept", headers=headers)
    assert len(asked) == 2


def test_a_query_is_no_way_to_fill_what_others_get(small: tuple[Flask, list[str]]) -> None:
    app, asked = small
    app.test_client().get("/kept?x=1")
    app.test_client().get("/kept?x=1")
    assert len(asked) == 2
    assert app.test_client().get("/kept").data.endswith(b"3")


def test_a_made_up_forwarded_name_fills_nothing_that_others_get(small: tuple[Flask, list[str]]) -> None:
    app, asked = small
    app.test_client().get("/kept", headers={"X-Forwarded-Host": "evil.example"})
    app.test_client().get("/kept", headers={"X-Forwarded-Proto": "https"})
    assert len(asked) == 2
    assert app.test_client().get("/kept").data.endswith(b"3")


@pytest.mark.parametrize("path", ["/own", "/cookie", "/nowhere"])
def test_what_is_not_the_same_for_everybody_is_never_kept(small: tuple[Flask, list[str]], path: str) -> None:
    app, _asked = small
    one, other = app.test_client().get(path), app.test_client().get(path)
    assert path == "/nowhere" or one.data != other.data


def test_it_is_kept_for_a_second_and_no_longer(small: tuple[Flask, list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    app, asked = small
    now = [100.0]
    monkeypatch.setattr("issuer.base.kept_answers.time.monotonic", lambda: now[0])
    app.test_client().get("/kept")
    now[0] += KEPT_SECONDS - 0.01
    app.test_client().get("/kept")
    assert len(asked) == 1
    now[0] += 0.02
    app.test_client().get("/kept")
    assert len(asked) == 2


def test_what_this_process_commits_is_seen_at_once(app: Flask) -> None:
    kept = app.extensions["rosette.kept_answers"]
    assert isinstance(kept, KeptAnswers)
    before = kept.age
    with app.app_context():
        db.session.execute(db.text("SELECT 1"))
        db.session.commit()
    assert kept.age > before


def test_an_answer_that_was_begun_before_a_commit_is_not_kept(small: tuple[Flask, list[str]]) -> None:
    app, asked = small
    kept = app.extensions["rosette.kept_answers"]

    @app.get("/slow")
    def slow() -> str:
        asked.append("slow")
        kept_answers.same_for_strangers()
        kept.forget()
        return "old"

    app.test_client().get("/slow")
    app.test_client().get("/slow")
    assert len(asked) == 2
