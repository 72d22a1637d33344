"""Where private signing keys live: one encrypted file a key, opened once a process, readable by its owner only.

The database knows the public half and the purpose of each key (SigningKey); the folder ``data_dir/keys`` holds the
private half. One key has one purpose. A key that cannot be opened raises KeyUnusable when something is to be signed,
and nowhere else: pages and verification need public keys only.
"""

from __future__ import annotations

import os
import secrets
import stat
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from flask import Flask, current_app
from sqlalchemy import func, select

from issuer.base import audit
from issuer.base.db import db
from issuer.base.errors import Conflict
from issuer.base.settings import Settings
from issuer.crypto.multikey import thumbprint, to_jwk, to_multikey
from issuer.crypto.signatures import PrivateKey, Signer, algorithm_of, local_signer
from issuer.keys.key_file import SCRYPT_N, KeyUnusable, open_sealed, seal
from issuer.models import Organisation, SigningKey

BADGE_PROOF = "badge_proof"
BADGE_JWT = "badge_jwt"
STATUS_LIST = "status_list"
RSA_BITS = 2048

_EXTENSION = "rosette_signing_backend"
_SCRYPT_N_IN_TESTS = 2**10


class SigningBackend(Protocol):
    """Something that holds private keys: files here, a token or a key service elsewhere."""

    def add(self, private_key: PrivateKey) -> str:
        """Keep a new private key for ever; its kid. Raises KeyUnusable when it cannot be kept."""
        ...

    def signer(self, kid: str) -> Signer:
        """What signs with the key ``kid``. Raises KeyUnusable."""
        ...


def generate(purpose: str) -> PrivateKey:
    """A fresh key of the type its purpose needs."""
    if purpose == BADGE_JWT:
        return rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)
    return ed25519.Ed25519PrivateKey.generate()


PURPOSES = (BADGE_PROOF, BADGE_JWT, STATUS_LIST)

_Stamp = tuple[int, int, int, int]


class KeyFiles:
    """Private keys as ``<kid>.json`` in one folder. An opened key, or why it cannot be opened, is remembered until
    its file changes: scrypt is meant to be slow."""

    def __init__(self, folder: Path, *, passphrase: str, scrypt_n: int = SCRYPT_N) -> None:
        self._folder = folder
        self._passphrase = passphrase
        self._scrypt_n = scrypt_n
        self._opened: dict[str, tuple[_Stamp, Signer | KeyUnusable]] = {}
        self._lock = threading.Lock()

    def add(self, private_key: PrivateKey) -> str:
        """Write the key's file, durably, before anybody can know its public half."""
        kid = thumbprint(private_key.public_key())
        content = seal(private_key, passphrase=self._passphrase, scrypt_n=self._scrypt_n)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write_durably(self._folder / f"{kid}.json", content)
        except OSError as error:
            raise KeyUnusable("key_not_kept", "A new signing key could not be written to its file.") from error
        with self._lock:
            self._opened[kid] = (self._stamp(kid), local_signer(private_key))
        return kid

    def signer(self, kid: str) -> Signer:
        """Signs with the key ``kid``. Raises KeyUnusable as its file is now, not as it was at start."""
        stamp = self._stamp(kid)
        with self._lock:
            remembered = self._opened.get(kid)
            if remembered is None or remembered[0] != stamp:
                remembered = self._opened[kid] = (stamp, self._open(kid))
        found = remembered[1]
        if isinstance(found, KeyUnusable):
            raise KeyUnusable(found.code, found.detail)
        return found

    def _stamp(self, kid: str) -> _Stamp:
        try:
            status = (self._folder / f"{kid}.json").stat()
        except OSError as error:
            raise KeyUnusable("key_missing", "The file of a signing key is missing.") from error
        if stat.S_IMODE(status.st_mode) & 0o077:
            raise KeyUnusable("key_exposed", "The file of a signing key can be read by others; its mode must be 0600.")
        return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns

    def _open(self, kid: str) -> Signer | KeyUnusable:
        try:
            data = (self._folder / f"{kid}.json").read_bytes()
            return local_signer(open_sealed(data, kid=kid, passphrase=self._passphrase))
        except KeyUnusable as error:
            return error
        except OSError:
            return KeyUnusable("key_missing", "The file of a signing key cannot be read.")


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


def install(app: Flask, settings: Settings) -> None:
    """Give ``app`` its place for private keys. Nothing is read yet: a locked key must not keep a server down."""
    scrypt_n = _SCRYPT_N_IN_TESTS if settings.environment == "test" else SCRYPT_N
    app.extensions[_EXTENSION] = KeyFiles(
        settings.data_dir / "keys", passphrase=settings.key_passphrase, scrypt_n=scrypt_n
    )


def backend() -> SigningBackend:
    """Where the running application keeps its private keys."""
    found: SigningBackend = current_app.extensions[_EXTENSION]
    return found


def keys_of(organisation: Organisation | None) -> Sequence[SigningKey]:
    """All keys of an organisation, or the instance's own, from the announced to the ended ones, oldest first."""
    return db.session.scalars(
        select(SigningKey).filter_by(organisation_id=_id_of(organisation)).order_by(SigningKey.id)
    ).all()


def all_keys() -> Sequence[tuple[str, SigningKey]]:
    """Every key with the slug of its organisation, by organisation; the instance's own first, with ""."""
    slug = func.coalesce(Organisation.slug, "")
    joined = select(slug, SigningKey).outerjoin(Organisation, SigningKey.organisation_id == Organisation.id)
    return [(found, key) for found, key in db.session.execute(joined.order_by(slug, SigningKey.id))]


def active_key(organisation: Organisation | None, purpose: str) -> SigningKey:
    """The one key that signs now for ``purpose``; None: the instance's own. Raises Conflict when there is none yet."""
    key = db.session.scalar(
        select(SigningKey).filter_by(organisation_id=_id_of(organisation), purpose=purpose, state="active")
    )
    if key is None:
        raise Conflict("no_signing_key", "There is no key yet that signs this.")
    return key


def _id_of(organisation: Organisation | None) -> int | None:
    return organisation.id if organisation else None


def ensure_keys(organisation: Organisation, *, generate_key: Callable[[str], PrivateKey] = generate) -> None:
    """Give the organisation an active key for each purpose that has none. Raises KeyUnusable.

    The private file is durable before the public half is stored, so a stored key can always sign; a rolled back
    transaction leaves at most a file that nobody names.
    """
    if not _purposes_without_key(organisation):
        return
    db.session.execute(select(Organisation.id).filter_by(id=organisation.id).with_for_update())
    for purpose in _purposes_without_key(organisation):
        adopt(organisation, purpose, generate_key(purpose))


def adopt(
    organisation: Organisation | None,
    purpose: str,
    private_key: PrivateKey,
    *,
    state: str = "active",
    activates_at: datetime | None = None,
) -> SigningKey:
    """Make ``private_key`` the organisation's key for ``purpose``: active at once, or announced for later."""
    public_key = private_key.public_key()
    kid = backend().add(private_key)
    key = SigningKey(
        kid=kid,
        organisation_id=_id_of(organisation),
        purpose=purpose,
        state=state,
        activates_at=activates_at,
        algorithm=algorithm_of(public_key),
        public_jwk=to_jwk(public_key),
        public_multibase=to_multikey(public_key),
    )
    db.session.add(key)
    db.session.flush()
    owner = organisation.public_id if organisation else "instance"
    audit.record("key.created", kid, actor="system", organisation=owner, purpose=purpose)
    return key


def _purposes_without_key(organisation: Organisation) -> list[str]:
    active = select(SigningKey.purpose).filter_by(organisation_id=organisation.id, state="active")
    have = set(db.session.scalars(active))
    return [purpose for purpose in PURPOSES if purpose not in have]
