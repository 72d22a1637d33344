from __future__ import annotations

import json
import logging

import pytest
import structlog

from issuer.base.logging import configure


@pytest.fixture
def log_line(capsys: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    """Write with ``say``, read the JSON line that came out."""
    configure("production")

    def written(say) -> dict[str, object]:  # type: ignore[no-untyped-def]
        say()
        return json.loads(capsys.readouterr().err.splitlines()[-1])

    yield written
    configure("test")


def test_production_writes_one_json_object_a_line(log_line) -> None:  # type: ignore[no-untyped-def]
    line = log_line(lambda: structlog.get_logger("rosette.test").info("request", status=200))
    assert (line["event"], line["status"], line["level"]) == ("request", 200, "info")


@pytest.mark.parametrize(
    "secret",
    ["ann.lee+x@example.org", "rst_AbC-123_xyz", "GET /sign-in/link/AbC-123_xyz HTTP/1.1"],
)
def test_addresses_and_handed_out_secrets_never_reach_the_log(log_line, secret: str) -> None:  # type: ignore[no-untyped-def]
    for say in (
        lambda: structlog.get_logger("rosette.test").info("x", detail=secret),
        lambda: logging.getLogger("library").warning("saw %s", secret),
        lambda: structlog.get_logger("rosette.test").info(secret),
    ):
        text = json.dumps(log_line(say))
        assert "AbC-123" not in text
        assert "ann.lee" not in text


def test_an_exception_is_logged_without_the_address_in_it(log_line) -> None:  # type: ignore[no-untyped-def]
    def fail() -> None:
        try:
            raise ValueError("Key (lookup)=(ann.lee@example.org) already exists")
        except ValueError:
            structlog.get_logger("rosette.test").exception("failed")

    line = log_line(fail)
    assert "already exists" in str(line["exception"])
    assert "ann.lee" not in json.dumps(line)


@pytest.mark.parametrize("name", ["password", "token", "Cookie", "authorization"])
def test_a_value_that_is_called_a_secret_is_masked(log_line, name: str) -> None:  # type: ignore[no-untyped-def]
    assert log_line(lambda: structlog.get_logger("rosette.test").info("x", **{name: "abc"}))[name] == "[masked]"
