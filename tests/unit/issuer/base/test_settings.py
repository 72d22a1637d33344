"""A setting that is unknown, weak or in contradiction refuses to start and names itself."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from issuer.base.settings import Settings, SettingsError

STRONG = "q7Zt4Nf0vYw2mKp9sXc5bRj8hLd3gTe1"
OTHER = "W1eRt6yUi0pAs9dFg8hJk7lZx5cVb4nM"


def production(tmp_path: Path, **over: str | None) -> dict[str, str]:
    env = {
        "ROSETTE_ENVIRONMENT": "production",
        "ROSETTE_BASE_URL": "https://badges.example.org",
        "ROSETTE_SECRET_KEY": STRONG,
        "ROSETTE_KEY_PASSPHRASE": OTHER,
        "ROSETTE_SMTP_URL": "smtp://mail.example.org:25",
        "ROSETTE_DATA_DIR": str(tmp_path),
    } | over
    return {name: value for name, value in env.items() if value is not None}


def test_a_complete_production_configuration_is_accepted(tmp_path: Path) -> None:
    settings = Settings.from_env(production(tmp_path))
    assert settings.is_production
    assert not settings.outbox_page
    assert not settings.allows_loopback_http


@pytest.mark.parametrize(
    ("over", "named"),
    [
        ({"ROSETTE_SECRET_KEY": None}, "ROSETTE_SECRET_KEY"),
        ({"ROSETTE_SECRET_KEY": "short"}, "ROSETTE_SECRET_KEY"),
        ({"ROSETTE_SECRET_KEY": "changeme-changeme-changeme-changeme-1"}, "ROSETTE_SECRET_KEY"),
        ({"ROSETTE_SECRET_KEY": "a" * 64}, "ROSETTE_SECRET_KEY"),
        ({"ROSETTE_KEY_PASSPHRASE": None}, "ROSETTE_KEY_PASSPHRASE"),
        ({"ROSETTE_KEY_PASSPHRASE": STRONG}, "ROSETTE_KEY_PASSPHRASE"),
        ({"ROSETTE_BASE_URL": None}, "ROSETTE_BASE_URL"),
        ({"ROSETTE_BASE_URL": "http://localhost:8000"}, "ROSETTE_BASE_URL"),
        ({"ROSETTE_SMTP_URL": None}, "ROSETTE_SMTP_URL"),
        ({"ROSETTE_OUTBOX_PAGE": "1"}, "ROSETTE_OUTBOX_PAGE"),
        ({"ROSETTE_CONFORMANCE": "1"}, "ROSETTE_CONFORMANCE"),
        ({"FLASK_DEBUG": "1"}, "FLASK_DEBUG"),
    ],
)
def test_production_refuses_to_start_and_names_the_setting(
    tmp_path: Path, over: dict[str, str | None], named: str
) -> None:
    with pytest.raises(SettingsError, match=named):
        Settings.from_env(production(tmp_path, **over))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ROSETTE_SECERT_KEY", STRONG),
        ("ROSETTE_ENVIRONMENT", "prod"),
        ("PORT", "abc"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "８０００"),
        ("ROSETTE_WEB_WORKERS", "-1"),
        ("ROSETTE_BASE_URL", "ftp://example.org"),
        ("ROSETTE_BASE_URL", "https://example.org/badges"),
        ("ROSETTE_BASE_URL", "https://user@example.org"),
        ("ROSETTE_BASE_URL", "https://127.0.0.1"),
        ("ROSETTE_BASE_URL", "http://badges.example.org"),
        ("ROSETTE_BASE_URL", "https://example.org:99999"),
        ("ROSETTE_DATABASE_URL", "mysql://localhost/rosette"),
        ("ROSETTE_OUTBOX_PAGE", "maybe"),
    ],
)
def test_a_setting_nobody_understands_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_env({"ROSETTE_DATA_DIR": str(tmp_path), name: value})


def test_development_makes_its_own_secrets_once_and_keeps_them_private(tmp_path: Path) -> None:
    first = Settings.from_env({"ROSETTE_DATA_DIR": str(tmp_path)})
    second = Settings.from_env({"ROSETTE_DATA_DIR": str(tmp_path)})
    assert (first.secret_key, first.key_passphrase) == (second.secret_key, second.key_passphrase)
    assert first.secret_key != first.key_passphrase
    assert {oct(path.stat().st_mode & 0o777) for path in tmp_path.glob("*.txt")} == {"0o600"}


def test_port_and_data_folder_decide_the_defaults(tmp_path: Path) -> None:
    settings = Settings.from_env({"ROSETTE_DATA_DIR": str(tmp_path), "PORT": "8123"})
    assert settings.base_url == "http://localhost:8123"
    assert settings.database_url == f"sqlite:///{tmp_path / 'rosette.db'}"
    assert settings.bind == "127.0.0.1"


def test_a_plain_postgresql_address_gets_our_driver(tmp_path: Path) -> None:
    env = {"ROSETTE_DATA_DIR": str(tmp_path), "ROSETTE_DATABASE_URL": "postgresql://db/rosette"}
    assert Settings.from_env(env).database_url == "postgresql+psycopg://db/rosette"


def test_secrets_are_not_in_what_gets_printed(tmp_path: Path) -> None:
    settings = Settings.from_env(production(tmp_path))
    assert STRONG not in repr(settings)
    assert OTHER not in repr(settings)


def test_the_environment_of_this_process_is_the_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("ROSETTE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ROSETTE_DATA_DIR", str(tmp_path))
    assert Settings.from_env().data_dir == tmp_path
