"""Addresses of this service: read here, never asked for over the network."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from issuer.own_addresses import own_path


@pytest.mark.parametrize(
    ("base_url", "url", "path"),
    [
        ("https://badges.example.org", "https://badges.example.org/status/1", "/status/1"),
        ("https://badges.example.org", "https://badges.example.org", ""),
        ("https://badges.example.org", "https://badges.example.org/a%2Fb", "/a/b"),
        ("https://badges.example.org", "http://badges.example.org/status/1", None),
        ("https://badges.example.org", "https://badges.example.org.evil.example/status/1", None),
        ("https://badges.example.org", "https://badges.example.org@evil.example/status/1", None),
        ("https://localhost:8443", "https://localhost:8443/status/1", "/status/1"),
        ("https://localhost:8443", "http://localhost:8443/status/1", "/status/1"),
        ("https://localhost:8443", "http://localhost:8000/status/1", None),
        ("http://localhost:8000", "http://localhost:8000/status/1", "/status/1"),
        ("http://localhost:8000", "https://localhost:8000/status/1", None),
    ],
)
def test_an_own_address_is_told_from_others(ctx: Flask, base_url: str, url: str, path: str | None) -> None:
    ctx.config["ROSETTE"] = replace(ctx.config["ROSETTE"], base_url=base_url)
    assert own_path(url) == path
