"""`flask verify --receipt FILE`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask

from tests.edges.badges.badge_steps import held_badge


@pytest.mark.parametrize("name", ["receipt.json", "receipt.pdf"])
def test_the_command_writes_a_receipt_that_it_finds_genuine(app: Flask, tmp_path: Path, name: str) -> None:
    badge, receipt = tmp_path / "badge.json", tmp_path / name
    badge.write_bytes(held_badge(app).document)
    run = app.test_cli_runner().invoke
    assert run(args=["verify", str(badge), "--receipt", str(receipt)]).exit_code == 0
    again = run(args=["verify", str(receipt), "--json"])
    assert again.exit_code == 0
    assert json.loads(again.output)["kind"] == "receipt"


def test_a_receipt_is_never_written_over_a_file(app: Flask, tmp_path: Path) -> None:
    badge = tmp_path / "badge.json"
    badge.write_bytes(before := held_badge(app).document)
    assert app.test_cli_runner().invoke(args=["verify", str(badge), "--receipt", str(badge)]).exit_code == 2
    assert badge.read_bytes() == before


def test_no_receipt_is_made_of_another_time(app: Flask, tmp_path: Path) -> None:
    asked = ["verify", "{}", "--now", "2020-01-01T00:00:00Z", "--receipt", str(tmp_path / "receipt.json")]
    assert app.test_cli_runner().invoke(args=asked).exit_code == 2
    assert not (tmp_path / "receipt.json").exists()
