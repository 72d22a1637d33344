"""Private keys as one encrypted file each, opened once a process, readable by their owner only."""

from __future__ import annotations

import os
import secrets
import stat
import threading
from pathlib import Path

from issuer.crypto.multikey import PublicKey, thumbprint
from issuer.crypto.signatures import PrivateKey, local_signer
from issuer.keys.backends import HeldKey
from issuer.keys.key_file import SCRYPT_N, KeyUnusable, open_sealed, seal
from issuer.keys.purposes import generate

_Stamp = tuple[int, int, int, int]


class KeyFiles:
    """Private keys as ``<kid>.json`` in one folder. An opened key, or why it cannot be opened, is remembered until
    its file changes: scrypt is meant to be slow."""

    def __init__(self, folder: Path, *, passphrase: str, scrypt_n: int = SCRYPT_N) -> None:
        self._folder = folder
        self._passphrase = passphrase
        self._scrypt_n = scrypt_n
        self._opened: dict[str, tuple[_Stamp, HeldKey | KeyUnusable]] = {}
        self._lock = threading.Lock()

    def create(self, purpose: str) -> PublicKey:
        """A new key for ``purpose``; its file is durable before anybody can know its public half."""
        private_key = generate(purpose)
        self.add(private_key, purpose=purpose)
        return private_key.public_key()

    def add(self, private_key: PrivateKey, *, purpose: str) -> str:
        """Keep a key that was made elsewhere; its kid. Raises KeyUnusable when its file cannot be written."""
        kid = thumbprint(private_key.public_key())
        content = seal(private_key, purpose=purpose, passphrase=self._passphrase, scrypt_n=self._scrypt_n)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write_durably(self._folder / f"{kid}.json", content)
        except OSError as error:
            raise KeyUnusable("key_not_kept", "A new signing key could not be written to its file.") from error
        held = HeldKey(local_signer(private_key), private_key.public_key(), purpose)
        with self._lock:
            self._opened[kid] = (self._stamp(kid), held)
        return kid

    def open(self, kid: str) -> HeldKey:
        """The key ``kid``. Raises KeyUnusable as its file is now, not as it was at start."""
        stamp = self._stamp(kid)
        with self._lock:
            remembered = self._opened.get(kid)
            if remembered is None or remembered[0] != stamp:
                remembered = self._opened[kid] = (stamp, self._read(kid))
        found = remembered[1]
        if isinstance(found, KeyUnusable):
            raise KeyUnusable(found.code, found.detail)
        return found

    def _path(self, kid: str) -> Path:
        if not kid.replace("-", "").replace("_", "").isalnum():
            raise KeyUnusable("key_missing", "There is no signing key of that name.")
        return self._folder / f"{kid}.json"

    def _stamp(self, kid: str) -> _Stamp:
        try:
            status = self._path(kid).stat()
        except OSError as error:
            raise KeyUnusable("key_missing", "The file of a signing key is missing.") from error
        if stat.S_IMODE(status.st_mode) & 0o077:
            raise KeyUnusable("key_exposed", "The file of a signing key can be read by others; its mode must be 0600.")
        return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns

    def _read(self, kid: str) -> HeldKey | KeyUnusable:
        try:
            opened = open_sealed(self._path(kid).read_bytes(), kid=kid, passphrase=self._passphrase)
        except KeyUnusable as error:
            return error
        except OSError:
            return KeyUnusable("key_missing", "The file of a signing key cannot be read.")
        return HeldKey(local_signer(opened.private_key), opened.private_key.public_key(), opened.purpose)


def _write_durably(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
