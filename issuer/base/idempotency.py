"""Exactly once over HTTP: the same POST with the same Idempotency-Key gets the same reply and changes nothing.

The reply is stored in the transaction it speaks of, so it exists exactly when the change does. A second
request that runs at the same time meets the unique constraint, is rolled back, and gets the stored reply.
"""

from __future__ import annotations

import hashlib

from flask import Request, Response
from sqlalchemy import Integer, LargeBinary, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from issuer.base.db import CreatedAt, Model, db
from issuer.base.errors import Invalid

HEADER = "Idempotency-Key"
LONGEST_KEY = 255


class IdempotentReply(CreatedAt, Model):
    """The reply given to one key of one caller."""

    __tablename__ = "idempotent_reply"
    __table_args__ = (UniqueConstraint("caller", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    caller: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(255))
    request_digest: Mapped[str] = mapped_column(String(64))
    status: Mapped[int] = mapped_column(Integer)
    media_type: Mapped[str] = mapped_column(String(100))
    body: Mapped[bytes] = mapped_column(LargeBinary)


def key_of(request: Request) -> str | None:
    """The request's key, or None. Raises Invalid for one that is empty, too long or not printable ASCII."""
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not 0 < len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise Invalid("bad_idempotency_key", f"{HEADER} must be 1 to {LONGEST_KEY} printable ASCII characters.")
    return key


def digest_of(request: Request) -> str:
    """SHA-256 (hex) of method, path and body: what must be the same for the key to be the same request."""
    material = b"\0".join((request.method.encode(), request.full_path.encode(), request.get_data()))
    return hashlib.sha256(material).hexdigest()


def earlier_reply(caller: str, key: str, digest: str) -> Response | None:
    """The reply already given, or None. Raises Invalid when the key was used for a different request."""
    row = db.session.scalar(select(IdempotentReply).filter_by(caller=caller, key=key))
    if row is None:
        return None
    if row.request_digest != digest:
        raise Invalid("idempotency_mismatch", f"This {HEADER} was used before for a different request.")
    reply = Response(row.body, status=row.status, content_type=row.media_type)
    reply.headers["Idempotency-Replayed"] = "true"
    return reply


def remember(caller: str, key: str, digest: str, response: Response) -> None:
    """Store ``response`` in the running transaction. A concurrent twin makes the flush fail (IntegrityError)."""
    db.session.add(
        IdempotentReply(
            caller=caller,
            key=key,
            request_digest=digest,
            status=response.status_code,
            media_type=response.content_type or "application/octet-stream",
            body=response.get_data(),
        )
    )
    db.session.flush()
