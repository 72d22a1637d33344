"""The commands about badges: exact bytes out, and plain words when something is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from badges import awards
from badges.awards import Standing
from issuer.base.db import db, utc_now
from tests.factories.badges import make_award


@pytest.fixture
def award_id(app: Flask) -> str:
    with app.app_context():
        award = make_award()
        db.session.commit()
        return award.public_id


@pytest.mark.parametrize(("form", "column"), [("json", "document"), ("jwt", "jwt")])
def test_export_writes_what_was_signed_byte_for_byte(
    app: Flask, award_id: str, tmp_path: Path, form: str, column: str
) -> None:
    out = tmp_path / "badge"
    result = app.test_cli_runner().invoke(args=["badge", "export", award_id, "--format", form, "--out", str(out)])
    assert result.exit_code == 0
    with app.app_context():
        assert out.read_bytes() == getattr(awards.find_award(award_id).credential, column)


def test_export_of_an_unknown_badge_fails_with_one_line(app: Flask, tmp_path: Path) -> None:
    out = tmp_path / "badge"
    result = app.test_cli_runner().invoke(args=["badge", "export", "nothing", "--out", str(out)])
    assert result.exit_code == 2
    assert result.output == "Error: There is no badge at this address.\n"
    assert not out.exists()


def test_export_into_a_folder_that_is_not_there_fails_with_one_line(app: Flask, award_id: str, tmp_path: Path) -> None:
    result = app.test_cli_runner().invoke(args=["badge", "export", award_id, "--out", str(tmp_path / "no" / "badge")])
    assert result.exit_code == 1
    assert len(result.output.splitlines()) == 1


@pytest.mark.parametrize(
    "args", [["badge", "export", "x"], ["badge", "revoke", "x"], ["badge", "export", "--out", "y"]]
)
def test_a_command_that_lacks_something_is_bad_input(app: Flask, args: list[str]) -> None:
    assert app.test_cli_runner().invoke(args=args).exit_code == 2


def test_revoke_takes_the_badge_back(app: Flask, award_id: str) -> None:
    result = app.test_cli_runner().invoke(args=["badge", "revoke", award_id, "--reason", "Issued in error."])
    assert result.exit_code == 0
    with app.app_context():
        assert awards.standing_of(awards.find_award(award_id), now=utc_now()) is Standing.REVOKED


def test_revoke_without_a_reason_in_words_changes_nothing(app: Flask, award_id: str) -> None:
    result = app.test_cli_runner().invoke(args=["badge", "revoke", award_id, "--reason", " "])
    assert result.exit_code == 2
    with app.app_context():
        assert awards.standing_of(awards.find_award(award_id), now=utc_now()) is Standing.VALID


def test_check_says_how_many_are_well(app: Flask, award_id: str) -> None:
    result = app.test_cli_runner().invoke(args=["badge", "check"])
    assert (result.exit_code, result.output) == (0, "1 checked, 0 failed\n")
