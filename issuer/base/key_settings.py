"""Where private keys live: settings of the PKCS#11 token and of the process that alone opens keys."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from issuer.base import environment as reading
from issuer.base.environment import SettingsError

LONGEST_SOCKET_PATH = 100
"""Bytes; the kernel's own limit is 107."""


@dataclass(frozen=True, slots=True)
class TokenSettings:
    """A PKCS#11 token: the library that speaks to it, its label, and the PIN of its user."""

    module: Path
    label: str
    pin: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignerSettings:
    """The configuration of the signer process: it needs no database, no mail and no session key."""

    environment: str
    base_url: str
    data_dir: Path
    socket: Path
    passphrase: str = field(repr=False)
    token: TokenSettings | None = None

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> SignerSettings:
        """Read the same variables as the service does. Raises SettingsError."""
        env = os.environ if environ is None else environ
        reading.refuse_unknown(env)
        environment = reading.environment(env)
        data_dir = reading.data_dir(env)
        socket, held = signer_socket(env), token(env)
        if socket is None:
            raise SettingsError("ROSETTE_SIGNER_SOCKET is needed: the path of the socket that the signer listens on.")
        passphrase = "" if held else reading.secret(env, "ROSETTE_KEY_PASSPHRASE", environment, data_dir)
        return cls(
            environment=environment,
            base_url=reading.base_url(env, environment, reading.port(env)),
            data_dir=data_dir,
            socket=socket,
            passphrase=passphrase,
            token=held,
        )


def signer_socket(env: Mapping[str, str]) -> Path | None:
    """ROSETTE_SIGNER_SOCKET, an absolute path, or None. Raises SettingsError."""
    text = env.get("ROSETTE_SIGNER_SOCKET")
    if not text:
        return None
    if not text.startswith("/") or not text.isprintable() or len(text.encode()) > LONGEST_SOCKET_PATH:
        raise SettingsError(
            f"ROSETTE_SIGNER_SOCKET must be an absolute path of at most {LONGEST_SOCKET_PATH} bytes, "
            "such as /run/rosette/signer.sock."
        )
    return Path(text)


def token(env: Mapping[str, str]) -> TokenSettings | None:
    """ROSETTE_PKCS11_MODULE, _TOKEN and _PIN or _PIN_FILE, or None without a module. Raises SettingsError."""
    module = env.get("ROSETTE_PKCS11_MODULE")
    if not module:
        if any(env.get(f"ROSETTE_PKCS11_{name}") for name in ("TOKEN", "PIN", "PIN_FILE")):
            raise SettingsError("ROSETTE_PKCS11_MODULE is needed: the path of the token's PKCS#11 library.")
        return None
    label = env.get("ROSETTE_PKCS11_TOKEN", "")
    if not label:
        raise SettingsError("ROSETTE_PKCS11_TOKEN is needed: the label of the token that holds the keys.")
    return TokenSettings(Path(module), label, _pin(env))


def _pin(env: Mapping[str, str]) -> str:
    path = env.get("ROSETTE_PKCS11_PIN_FILE")
    if path:
        try:
            pin = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise SettingsError("ROSETTE_PKCS11_PIN_FILE cannot be read.") from None
    else:
        pin = env.get("ROSETTE_PKCS11_PIN", "")
    if not pin:
        raise SettingsError("ROSETTE_PKCS11_PIN_FILE is needed: a file, for the service only, with the token's PIN.")
    return pin
