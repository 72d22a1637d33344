"""How long a document may be used again is for its host to say, within our own limit."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from issuer.base.fetching.asking import Reply
from issuer.base.fetching.freshness import LONGEST, OF_AN_ABSENCE, UNSAID, fresh_seconds, refreshed, validators

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TEN_MINUTES_LATER = "Sun, 01 Mar 2026 12:10:00 GMT"


def seconds(status: int = 200, **headers: str) -> float | None:
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    return fresh_seconds(Reply(status, said, b"{}"), now=NOW)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"cache_control": "max-age=60"}, 60),
        ({"cache_control": "public, max-age=60, s-maxage=120"}, 120),
        ({"cache_control": 'max-age="60"'}, 60),
        ({"cache_control": "MAX-AGE=60"}, 60),
        ({"cache_control": "max-age=60", "expires": TEN_MINUTES_LATER}, 60),
        ({"cache_control": "max-age=60", "age": "20"}, 40),
        ({"cache_control": "max-age=60", "age": "600"}, 0),
        ({"cache_control": "max-age=31536000, immutable"}, LONGEST),
        ({"cache_control": "max-age=999999999999999999999"}, 0),
        ({"cache_control": "max-age=-1"}, 0),
        ({"cache_control": "no-cache, max-age=60"}, 0),
        ({"cache_control": "no-store"}, None),
        ({"cache_control": "private, max-age=60"}, None),
        ({"vary": "*", "cache_control": "max-age=60"}, None),
        ({"vary": "Accept", "cache_control": "max-age=60"}, 60),
        ({"expires": TEN_MINUTES_LATER}, 600),
        ({"expires": TEN_MINUTES_LATER, "date": "Sun, 01 Mar 2026 12:05:00 GMT"}, 300),
        ({"expires": "0"}, 0),
        ({"expires": "Sun, 01 Mar 2020 12:00:00 GMT"}, 0),
        ({}, UNSAID),
    ],
)
def test_a_document_is_fresh_as_long_as_its_host_says(headers: dict[str, str], expected: float | None) -> None:
    assert seconds(**headers) == expected


@pytest.mark.parametrize("status", [404, 410])
def test_that_there_is_nothing_is_believed_for_seconds_only(status: int) -> None:
    assert seconds(status, cache_control="max-age=86400") == OF_AN_ABSENCE
    assert seconds(status, cache_control="no-store") is None


@pytest.mark.parametrize("status", [401, 403, 302, 206, 429, 500])
def test_trouble_and_passing_redirects_are_never_kept(status: int) -> None:
    assert seconds(status, cache_control="max-age=86400") is None


def test_a_document_that_still_stands_takes_the_new_times_and_keeps_its_own_type() -> None:
    kept = Reply(200, {"content-type": "application/json", "etag": '"1"', "cache-control": "max-age=1"}, b"{}")
    newer = refreshed(kept, Reply(304, {"cache-control": "max-age=9", "content-type": "text/html"}, b""))
    assert (newer.status, newer.body, newer.media_type) == (200, b"{}", "application/json")
    assert fresh_seconds(newer, now=NOW) == 9


def test_what_a_host_gave_as_a_tag_is_sent_back_only_if_it_can_stand_in_a_header() -> None:
    assert validators(Reply(200, {"etag": '"1"'}, b"")) == {"If-None-Match": '"1"'}
    assert validators(Reply(200, {"etag": '"1"\x00'}, b"")) == {}
