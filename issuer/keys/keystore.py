"""The signing keys of organisations and of the instance: the database knows the public half and the purpose of each
key (SigningKey), a backend holds the private half. One key has one purpose.

A key that cannot be used raises KeyUnusable when something is to be signed, and nowhere else: pages and verification
need public keys only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from flask import Flask, current_app
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from issuer.base import audit, facts
from issuer.base.db import db
from issuer.base.errors import Conflict
from issuer.base.settings import Settings
from issuer.crypto.multikey import PublicKey, thumbprint, to_jwk, to_multikey
from issuer.crypto.signatures import PrivateKey, algorithm_of
from issuer.keys.backends import LocalBackend, SigningBackend
from issuer.keys.opening import private_keys
from issuer.keys.purposes import (
    BADGE_JWT,
    BADGE_PROOF,
    CONFORMANCE,
    CREDENTIAL_PROOF,
    DID_HISTORY,
    INSTANCE_PURPOSES,
    LOG_CHECKPOINT,
    ORGANISATION_PURPOSES,
    PURPOSES,
    STATUS_LIST,
    VERIFICATION_RECEIPT,
    generate,
)
from issuer.keys.signer_client import SignerClient
from issuer.models import Organisation, SigningKey

__all__ = [
    "BADGE_JWT",
    "BADGE_PROOF",
    "CONFORMANCE",
    "CREDENTIAL_PROOF",
    "DID_HISTORY",
    "LOG_CHECKPOINT",
    "ORGANISATION_PURPOSES",
    "PURPOSES",
    "STATUS_LIST",
    "VERIFICATION_RECEIPT",
    "active_key",
    "adopt",
    "all_keys",
    "backend",
    "create",
    "ensure_keys",
    "generate",
    "install",
    "keys_of",
]

_EXTENSION = "rosette_signing_backend"


def install(app: Flask, settings: Settings) -> None:
    """Give ``app`` its place for private keys: the signer process if there is one, a token, or files."""
    app.extensions[_EXTENSION] = _backend_for(settings)


def _backend_for(settings: Settings) -> SigningBackend:
    if settings.signer_socket is not None:
        return SignerClient(settings.signer_socket)
    keys = private_keys(
        data_dir=settings.data_dir,
        passphrase=settings.key_passphrase,
        token=settings.token,
        environment=settings.environment,
    )
    return LocalBackend(keys, base_url=settings.base_url)


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


def ensure_keys(
    organisation: Organisation | None,
    *,
    purposes: Sequence[str] | None = None,
    generate_key: Callable[[str], PrivateKey] | None = None,
) -> None:
    """Give the organisation, or the instance (None), an active key for each purpose that has none. Raises KeyUnusable.

    The private half is durable before the public half is stored, so a stored key can always sign; a rolled back
    transaction leaves at most a key that nobody names. Whoever asks at the same moment uses the key of the first.
    """
    wanted = purposes or (ORGANISATION_PURPOSES if organisation else INSTANCE_PURPOSES)
    if not _without_key(organisation, wanted):
        return
    if organisation is not None:
        db.session.execute(select(Organisation.id).filter_by(id=organisation.id).with_for_update())
    for purpose in _without_key(organisation, wanted):
        try:
            with db.session.begin_nested():
                if generate_key is None:
                    create(organisation, purpose)
                else:
                    adopt(organisation, purpose, generate_key(purpose))
        except IntegrityError:
            active_key(organisation, purpose)  # somebody else has just made it
    if organisation is not None:
        facts.announce("keys.changed", organisation=organisation)


def create(
    organisation: Organisation | None, purpose: str, *, state: str = "active", activates_at: datetime | None = None
) -> SigningKey:
    """A new key for ``purpose``, made where private keys live. Raises KeyUnusable; IntegrityError for a second one."""
    return _record(organisation, purpose, backend().create(purpose), state=state, activates_at=activates_at)


def adopt(
    organisation: Organisation | None,
    purpose: str,
    private_key: PrivateKey,
    *,
    state: str = "active",
    activates_at: datetime | None = None,
) -> SigningKey:
    """The same with a key that was made elsewhere. Raises KeyUnusable where none can be brought in."""
    backend().add(private_key, purpose=purpose)
    return _record(organisation, purpose, private_key.public_key(), state=state, activates_at=activates_at)


def _record(
    organisation: Organisation | None, purpose: str, public_key: PublicKey, *, state: str, activates_at: datetime | None
) -> SigningKey:
    key = SigningKey(
        kid=thumbprint(public_key),
        organisation_id=_id_of(organisation),
        purpose=purpose,
        algorithm=algorithm_of(public_key),
        public_jwk=to_jwk(public_key),
        public_multibase=to_multikey(public_key),
        state=state,
        activates_at=activates_at,
    )
    db.session.add(key)
    db.session.flush()
    owner = organisation.public_id if organisation else "instance"
    audit.record("key.created", key.kid, actor="system", organisation=owner, purpose=purpose)
    return key


def _id_of(organisation: Organisation | None) -> int | None:
    return organisation.id if organisation else None


def _without_key(organisation: Organisation | None, purposes: Sequence[str]) -> list[str]:
    active = select(SigningKey.purpose).filter_by(organisation_id=_id_of(organisation), state="active")
    have = set(db.session.scalars(active))
    return [purpose for purpose in purposes if purpose not in have]
