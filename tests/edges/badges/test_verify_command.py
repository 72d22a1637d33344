"""`flask verify`: the exit code a script relies on, and the words a person reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from badges import awards
from issuer.base.db import db
from tests.edges.badges.badge_steps import HeldBadge, held_badge, old_badge

VALID, INVALID, BAD_INPUT, NOT_CHECKED = 0, 1, 2, 3


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["verify", *arguments])


def saved(folder: Path, data: bytes) -> str:
    path = folder / "badge.json"
    path.write_bytes(data)
    return str(path)


def foreign(badge: HeldBadge) -> bytes:
    """The badge as if an issuer whose host does not exist had signed it."""
    return badge.document.replace(b"did:web:localhost%3A8000", b"did:web:nowhere.invalid")


def test_a_genuine_file_is_0_in_both_forms(app: Flask, tmp_path: Path) -> None:
    badge = held_badge(app, public=False)
    for data in (badge.document, badge.jwt):
        result = run(app, saved(tmp_path, data))
        assert result.exit_code == VALID
        assert result.output.startswith("Genuine and valid.")


def test_a_changed_file_is_1_and_names_the_check_that_failed(app: Flask, tmp_path: Path) -> None:
    result = run(app, saved(tmp_path, held_badge(app).document.replace(b"Target List", b"Rocket List")))
    assert result.exit_code == INVALID
    assert result.output.startswith("Altered")
    assert [line.split()[1] for line in result.output.splitlines() if " fail " in line] == ["signature"]


def test_an_expired_and_a_withdrawn_badge_are_1(app: Flask, tmp_path: Path) -> None:
    expired, withdrawn = old_badge(app, days=40, valid_days=30), held_badge(app)
    with app.app_context():
        awards.revoke(awards.find_award(withdrawn.award_id), reason="A mistake.", actor="system")
        db.session.commit()
    for badge, words in ((expired, "Genuine, but expired on "), (withdrawn, "Genuine once, but withdrawn")):
        result = run(app, saved(tmp_path, badge.document))
        assert result.exit_code == INVALID
        assert result.output.startswith(words)


@pytest.mark.parametrize("data", [b"", b"hello", b"{}", b"\xff\xfe\x00", b"[" * 5000, b"PK\x03\x04"])
def test_a_file_that_is_no_badge_is_2(app: Flask, tmp_path: Path, data: bytes) -> None:
    result = run(app, saved(tmp_path, data))
    assert (result.exit_code, result.exception is None or isinstance(result.exception, SystemExit)) == (BAD_INPUT, True)


@pytest.mark.parametrize("source", ["/nowhere/at/all.json", "/", "", "\x00", "https://127.0.0.1/x", "http://a b/"])
def test_what_cannot_be_read_is_2_and_says_so_without_a_trace(app: Flask, source: str) -> None:
    result = run(app, source)
    assert result.exit_code == BAD_INPUT
    assert "Traceback" not in result.output


def test_an_issuer_out_of_reach_is_3_and_nothing_against_the_badge(app: Flask, tmp_path: Path) -> None:
    result = run(app, saved(tmp_path, foreign(held_badge(app))))
    assert result.exit_code == NOT_CHECKED
    assert "could not be checked" in result.output


def test_the_report_as_json_has_the_verdict_and_the_checks(app: Flask, tmp_path: Path) -> None:
    result = run(app, saved(tmp_path, held_badge(app).document), "--json")
    report = json.loads(result.stdout)
    assert (result.exit_code, report["verdict"], len(report["checks"]) > 9) == (VALID, "valid", True)


def test_a_public_badge_of_this_service_is_read_by_its_address_and_a_private_one_is_not(app: Flask) -> None:
    base = app.config["ROSETTE"].base_url
    assert run(app, f"{base}{held_badge(app).path}").exit_code == VALID
    assert run(app, f"{base}{held_badge(app, public=False).path}").exit_code == BAD_INPUT
