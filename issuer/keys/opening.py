"""Opens the place that private keys are kept in, as the settings say."""

from __future__ import annotations

import importlib
from pathlib import Path

from issuer.base.key_settings import TokenSettings
from issuer.keys.backends import PrivateKeys
from issuer.keys.key_file import SCRYPT_N
from issuer.keys.key_folder import KeyFiles

_SCRYPT_N_IN_TESTS = 2**10


def private_keys(*, data_dir: Path, passphrase: str, token: TokenSettings | None, environment: str) -> PrivateKeys:
    """The token, or else the folder ``data_dir``/keys. Nothing is read yet: a locked key keeps no server down."""
    if token is None:
        scrypt_n = _SCRYPT_N_IN_TESTS if environment == "test" else SCRYPT_N
        return KeyFiles(data_dir / "keys", passphrase=passphrase, scrypt_n=scrypt_n)
    # Loaded only where somebody has a token: it brings a compiled library with it.
    keys: PrivateKeys = importlib.import_module("issuer.keys.token").TokenKeys(token)
    return keys
