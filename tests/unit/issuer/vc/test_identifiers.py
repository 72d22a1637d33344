from __future__ import annotations

from typing import Any

import pytest

from issuer.vc.identifiers import is_url


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/credentials/1",
        "https://example.org:8443/a?b=c#d",
        "http://[2001:db8::1]/x",
        "did:example:subject",
        "did:web:example.org%3A3000:issuers:one",
        "did:key:z6MkpJySvETLnxhQG9DzEdmKJtysBDjuuTeDfUj1uNNCUqcj#z6Mkp",
        "urn:uuid:9c9a36f8-518f-4976-a934-6649502d0008",
        "data:application/vc+jwt,eyJ.eyJ.sig",
        "mailto:somebody@example.org",
        "https://example.org/größe",
    ],
)
def test_an_absolute_url_is_one(url: str) -> None:
    assert is_url(url)


@pytest.mark.parametrize(
    "value",
    [
        "https ://not-a-url/vcs/1",
        "https://not a host/",
        "https://",
        "https:///path",
        "https:example.org",
        "https://example.org:port/",
        "https://exa[mple.org/",
        "https://example.org/%zz",
        "https://example.org/<b>",
        "https://example.org/a\nb",
        "https://example.org/" + "a" * 2100,
        "fake-issuer",
        "did:example:",
        "did:Example:a",
        "did:only",
        "urn:x",
        "urn:uuid:",
        ":no-scheme",
        "1http://example.org",
        "",
        "_:blank",
        None,
        7,
        True,
        ["https://example.org/a"],
        {"id": "https://example.org/a"},
    ],
)
def test_anything_else_is_none(value: Any) -> None:
    assert not is_url(value)
