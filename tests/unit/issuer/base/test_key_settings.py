"""Where keys live is said once, and whoever does not open them needs no secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from issuer.base.key_settings import SignerSettings
from issuer.base.settings import Settings, SettingsError
from tests.unit.issuer.base.test_settings import OTHER, production

SOCKET = "/run/rosette/signer.sock"
TOKEN = {"ROSETTE_PKCS11_MODULE": "/usr/lib/softhsm/libsofthsm2.so", "ROSETTE_PKCS11_TOKEN": "badges"}


def test_with_a_signer_the_service_starts_without_the_passphrase_and_makes_none(tmp_path: Path) -> None:
    over = {"ROSETTE_SIGNER_SOCKET": SOCKET, "ROSETTE_KEY_PASSPHRASE": None}
    settings = Settings.from_env(production(tmp_path, **over))
    assert (settings.signer_socket, settings.key_passphrase) == (Path(SOCKET), "")
    development = {"ROSETTE_SIGNER_SOCKET": SOCKET, "ROSETTE_DATA_DIR": str(tmp_path)}
    assert Settings.from_env(development).key_passphrase == ""
    assert not (tmp_path / "key_passphrase.txt").exists()


def test_with_a_signer_the_service_does_not_even_look_at_the_passphrase_or_the_pin(tmp_path: Path) -> None:
    over = {"ROSETTE_SIGNER_SOCKET": SOCKET, **TOKEN, "ROSETTE_PKCS11_PIN_FILE": "/nowhere"}
    settings = Settings.from_env(production(tmp_path, **over))
    assert (settings.key_passphrase, settings.token) == ("", None)


def test_the_signer_needs_no_session_key_mail_or_database(tmp_path: Path) -> None:
    everything = production(tmp_path, ROSETTE_SIGNER_SOCKET=SOCKET)
    for name in ("ROSETTE_SECRET_KEY", "ROSETTE_SMTP_URL"):
        del everything[name]
    settings = SignerSettings.from_env(everything)
    assert (settings.passphrase, settings.socket, settings.token) == (OTHER, Path(SOCKET), None)
    assert OTHER not in repr(settings)


def test_a_pin_is_read_from_its_file_and_not_shown(tmp_path: Path) -> None:
    (tmp_path / "pin").write_text("12345678\n")
    env = {**production(tmp_path), **TOKEN, "ROSETTE_PKCS11_PIN_FILE": str(tmp_path / "pin")}
    del env["ROSETTE_KEY_PASSPHRASE"]
    settings = Settings.from_env(env)
    assert settings.token is not None and settings.token.pin == "12345678"
    assert "12345678" not in repr(settings)


@pytest.mark.parametrize(
    ("over", "named"),
    [
        ({"ROSETTE_SIGNER_SOCKET": "signer.sock"}, "ROSETTE_SIGNER_SOCKET"),
        ({"ROSETTE_SIGNER_SOCKET": "/" + "x" * 101}, "ROSETTE_SIGNER_SOCKET"),
        ({"ROSETTE_PKCS11_MODULE": "/lib/x.so"}, "ROSETTE_PKCS11_TOKEN"),
        ({"ROSETTE_PKCS11_TOKEN": "badges"}, "ROSETTE_PKCS11_MODULE"),
        (TOKEN, "ROSETTE_PKCS11_PIN_FILE"),
        ({**TOKEN, "ROSETTE_PKCS11_PIN_FILE": "/nowhere/at/all"}, "ROSETTE_PKCS11_PIN_FILE"),
    ],
)
def test_a_setting_of_keys_that_cannot_work_is_named(tmp_path: Path, over: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        Settings.from_env(production(tmp_path, **over))


@pytest.mark.parametrize("where", [{"ROSETTE_SIGNER_SOCKET": SOCKET}, {**TOKEN, "ROSETTE_PKCS11_PIN": "12345678"}])
def test_issuers_for_test_suites_do_not_share_a_signer_or_a_token(tmp_path: Path, where: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="ROSETTE_CONFORMANCE"):
        Settings.from_env({"ROSETTE_CONFORMANCE": "1", "ROSETTE_DATA_DIR": str(tmp_path), **where})


def test_a_signer_without_a_socket_is_told_which_setting_is_missing(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="ROSETTE_SIGNER_SOCKET"):
        SignerSettings.from_env(production(tmp_path))
