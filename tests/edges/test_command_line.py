"""Commands given what they cannot use, or run where something is missing: one line, the right code, nothing kept."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from issuer import organisations
from issuer.base.db import db
from issuer.base.settings import CHECKOUT, Settings, SettingsError
from issuer.models import Organisation
from tests.databases import test_settings as settings_of
from wsgi import create_app

NO_BYTES_OF_TEXT = b"\xff\xfe".decode("utf-8", "surrogateescape")
"""What a command is given when its caller types bytes that are no text."""


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=words)


def ends_with_one_line(answer: Result, code: int) -> bool:
    return answer.exit_code == code and isinstance(answer.exception, SystemExit | None) and bool(answer.output.strip())


COMMANDS_OF_THE_DATABASE = (
    ("audit", "verify"),
    ("badge", "check"),
    ("badge", "export", "nothing", "--out", "badge.json"),
    ("badge", "revoke", "nothing", "--reason", "Given by mistake"),
    ("badge", "sign-pending"),
    ("keys", "list"),
    ("status", "renew"),
    ("organisations", "add", "--slug", "north", "--name", "North"),
    ("people", "add", "--email", "ann@example.org", "--organisation", "north"),
    ("learn", "--learner", "ann@example.org", "--module", "M01"),
    ("seed",),
    ("demo", "--no-serve"),
)


@pytest.mark.parametrize("words", COMMANDS_OF_THE_DATABASE, ids=" ".join)
def test_without_the_tables_every_command_says_how_to_make_them(tmp_path: Path, words: tuple[str, ...]) -> None:
    app = create_app(settings_of(tmp_path, f"sqlite:///{tmp_path / 'empty.db'}"))
    answer = run(app, *words)
    assert answer.exit_code == 1
    assert answer.output == "Error: The database is empty or of another version. Run: flask db upgrade\n"


def test_without_the_tables_a_badge_of_ours_cannot_be_checked(tmp_path: Path) -> None:
    app = create_app(settings_of(tmp_path, f"sqlite:///{tmp_path / 'empty.db'}"))
    answer = run(app, "verify", f"{app.config['ROSETTE'].base_url}/badges/AAAAAAAAAAAAAAAAAAAAAA")
    assert answer.exit_code == 3
    assert "flask db upgrade" in answer.output


def test_an_older_schema_is_said_to_be_one(app: Flask) -> None:
    with app.app_context():
        db.session.execute(db.text("UPDATE alembic_version SET version_num = '0000'"))
        for table in ("status_change", "status_entry"):
            db.session.execute(db.text(f"DROP TABLE {table}"))
        db.session.commit()
    answer = run(app, "status", "renew")
    assert answer.exit_code == 1
    assert answer.output == "Error: The database is empty or of another version. Run: flask db upgrade\n"


@pytest.mark.parametrize("content", [b"", b"no database" * 1_000])
def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    place = tmp_path / "other.db"
    place.write_bytes(content)
    answer = run(create_app(settings_of(tmp_path, f"sqlite:///{place}")), "keys", "list")
    assert ends_with_one_line(answer, 1)
    assert "flask db upgrade" in answer.output or "file is not a database" in answer.output


def test_a_folder_that_is_not_there_is_named_by_its_setting(tmp_path: Path) -> None:
    answer = run(create_app(settings_of(tmp_path, f"sqlite:///{tmp_path / 'nowhere' / 'rosette.db'}")), "keys", "list")
    assert ends_with_one_line(answer, 1)
    assert "ROSETTE_DATABASE_URL" in answer.output


def test_a_server_that_does_not_answer_is_named_without_the_password(tmp_path: Path) -> None:
    url = "postgresql+psycopg://rosette:quiet-river@127.0.0.1:1/rosette"
    answer = run(create_app(settings_of(tmp_path, url)), "keys", "list")
    assert ends_with_one_line(answer, 1)
    assert "ROSETTE_DATABASE_URL" in answer.output
    assert "quiet-river" not in answer.output


TEXTS = {"bytes that are no text": NO_BYTES_OF_TEXT, "nothing": "", "far too much": "a" * 100_000, "a NUL": "a\x00b"}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize(
    "words",
    [
        ("organisations", "add", "--slug", "TEXT", "--name", "North"),
        ("organisations", "add", "--slug", "south", "--name", "TEXT"),
        ("people", "add", "--email", "TEXT", "--organisation", "north"),
        ("people", "add", "--email", "ann@example.org", "--organisation", "TEXT"),
        ("framework", "import", "FILE", "--organisation", "TEXT"),
        ("module", "publish", "FOLDER", "--organisation", "TEXT"),
        ("badge", "export", "TEXT", "--out", "badge.json"),
        ("badge", "revoke", "TEXT", "--reason", "Given by mistake"),
        ("learn", "--learner", "TEXT", "--module", "M01"),
        ("jobs", "work", "--name", "TEXT"),
    ],
    ids=" ".join,
)
def test_text_that_cannot_be_meant_is_refused(app: Flask, tmp_path: Path, words: tuple[str, ...], text: str) -> None:
    if words[0] == "jobs" and text in ("", "a" * 100_000):
        pytest.skip("a name of a worker may be long, and a worker without one is no fault")
    with app.app_context():
        organisations.create(slug="north", name="North")
        db.session.commit()
    (tmp_path / "package.json").write_text("{}")
    given = {"TEXT": text, "FILE": str(tmp_path / "package.json"), "FOLDER": str(tmp_path)}
    answer = run(app, *(given.get(word, word) for word in words))
    assert ends_with_one_line(answer, 2), answer.output[:500]
    with app.app_context():
        assert list(db.session.scalars(db.select(Organisation.slug))) == ["north"]


FILES = {
    "empty": b"",
    "truncated": b'{"CFDocument": {',
    "binary": bytes(range(256)) * 50,
    "nested a hundred thousand deep": b"[" * 100_000,
    "no package": b"{}",
    "a key twice": b'{"CFDocument": {"a": 1, "a": 2}}',
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_package_or_badge_is_refused(app: Flask, tmp_path: Path, name: str) -> None:
    with app.app_context():
        organisations.create(slug="north", name="North")
        db.session.commit()
    path = tmp_path / "given"
    path.write_bytes(FILES[name])
    assert ends_with_one_line(run(app, "framework", "import", str(path), "--organisation", "north"), 2)
    assert ends_with_one_line(run(app, "verify", str(path)), 2)
    (tmp_path / "module.yaml").write_bytes(FILES[name])
    assert ends_with_one_line(run(app, "module", "publish", str(tmp_path), "--organisation", "north"), 2)


@pytest.mark.parametrize("words", [("framework", "import"), ("module", "publish")], ids=" ".join)
def test_what_is_not_there_or_of_another_kind_is_refused(app: Flask, tmp_path: Path, words: tuple[str, ...]) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"{}")
    other = tmp_path if words[0] == "framework" else file
    for path in (tmp_path / "missing", other):
        assert run(app, *words, str(path), "--organisation", "north").exit_code == 2


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("ROSETTE_DATABASE_URL", "mysql://localhost/rosette"),
        ("ROSETTE_DATABASE_URL", "sqlite:///"),
        ("ROSETTE_DATABASE_URL", "postgresql://quiet-river@[::1"),
        ("ROSETTE_SMTP_URL", "mail.example.org"),
        ("ROSETTE_SMTP_URL", "smtp://mail.example.org:mail"),
        ("ROSETTE_SECRET_KEY", NO_BYTES_OF_TEXT * 40),
        ("ROSETTE_KEY_PASSPHRASE", "a\x00b" * 20),
        ("ROSETTE_DATA_DIR", "/dev/null"),
        ("PORT", "abc"),
    ],
)
def test_a_setting_that_cannot_be_is_named_and_not_repeated(tmp_path: Path, setting: str, value: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.from_env({"ROSETTE_DATA_DIR": str(tmp_path)} | {setting: value})
    assert setting in str(refused.value)
    assert "quiet-river" not in str(refused.value)
    assert refused.value.exit_code == 2


def test_a_counter_that_nobody_knows_is_named_by_its_setting(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="ROSETTE_RATE_LIMIT_STORAGE"):
        create_app(settings_of(tmp_path, f"sqlite:///{tmp_path / 'a.db'}", rate_limit_storage="bogus://x"))


def test_a_wrong_setting_ends_the_command_itself_with_one_line(tmp_path: Path) -> None:
    environment = os.environ | {"ROSETTE_DATA_DIR": str(tmp_path), "ROSETTE_COLOUR": "blue"}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "keys", "list"]
    ended = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 2
    assert ended.stderr.startswith("Error: ROSETTE_COLOUR: no such setting.")
    assert ended.stderr.count("\n") == 1
