"""What is said at the address of a badge that was erased: that there was one, and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Set

from flask_babel import gettext
from sqlalchemy import select

from badges.privacy.models import ErasedCredential
from issuer.access import settings
from issuer.base.db import db
from issuer.base.errors import Gone, NotFound, ServiceError
from issuer.secret_text import hash_of


def is_erased(public_id: str) -> bool:
    """Whether there was a badge of this name that was erased."""
    return public_id in erased_among([public_id])


def erased_among(public_ids: Collection[str]) -> Set[str]:
    """Those of these names under which there was a badge that was erased; one question for all."""
    digests = {hash_of(f"{settings().base_url}/badges/{name}"): name for name in public_ids}
    if not digests:
        return frozenset()
    known = select(ErasedCredential.credential_hash).where(ErasedCredential.credential_hash.in_(digests))
    return {digests[digest] for digest in db.session.scalars(known)}


def erased_or_nothing(public_id: str) -> ServiceError:
    """The error for a badge that is not there: Gone where one was erased, else NotFound."""
    if is_erased(public_id):
        return _gone()
    return NotFound("not_found", gettext("There is no badge at this address."))


def refuse_erased_code(code: str) -> None:
    """Raises Gone when this was the code, on paper perhaps, of a badge that was erased."""
    if db.session.scalar(select(ErasedCredential.id).filter_by(code_hash=hash_of(code))) is not None:
        raise _gone()


def _gone() -> Gone:
    sentence = gettext(
        "There was a badge at this address. It was erased, with all that was known of the person who earned it. That"
        " says nothing against the badge or the person."
    )
    return Gone("badge_erased", sentence)
