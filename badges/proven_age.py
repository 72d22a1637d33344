"""How old a badge of this service is, by more than its own word: by the issuance log."""

from __future__ import annotations

from datetime import datetime

from badges.sharing.models import SignedForm
from issuer.log import proofs


def is_proven_older(edition: SignedForm, moment: datetime) -> bool:
    """Whether this edition was provably signed before ``moment``."""
    return is_digest_proven_older(edition.sha256, moment)


def is_digest_proven_older(sha256: str, moment: datetime) -> bool:
    """The same by the hex SHA-256 of a signed document."""
    return proofs.logged_before(bytes.fromhex(sha256), moment)
