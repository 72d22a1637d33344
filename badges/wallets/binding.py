"""Signing a badge for the key of a wallet: the newest edition once more, with the holder's DID as its subject.

The same credential id, dates and place in the status list, so that whatever becomes of one becomes of all. The name
stays as it is in the edition: the holder carries it away, and decides whom to show it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from badges import issuing
from badges.awards import Standing, credential_of, standing_of
from badges.models import Award, Credential
from badges.wallets.models import BoundForm
from issuer import signing
from issuer.base import audit
from issuer.base.db import db, utc_now
from issuer.base.errors import Conflict, Unavailable
from issuer.crypto.strict_json import load_object
from issuer.keys.key_file import KeyUnusable
from issuer.models import SigningKey

_KEPT = (
    "edition",
    "credential_id",
    "document",
    "jwt",
    "sha256",
    "proof_kid",
    "jwt_kid",
    "status_list_id",
    "status_index",
    "valid_from",
    "valid_until",
    "signed_at",
)


def ensure_bound(award: Award, holder: str) -> BoundForm:
    """The newest edition for ``holder`` (a DID), signed now unless it was, by keys that hold.

    Raises KeyUnusable and NotSigned when it cannot be signed.
    """
    held = select(Award).filter_by(id=award.id).with_for_update(of=Award)
    award = db.session.scalars(held.execution_options(populate_existing=True)).one()
    form = _newest(award, holder)
    if form is not None and not _is_compromised(form):
        return form
    return _sign(award, credential_of(award), holder)


def signed_for(award: Award, holder: str) -> BoundForm:
    """The same for whoever waits for it. Raises Conflict while the badge is pending or is not valid, Unavailable."""
    if standing_of(award, now=utc_now()) is not Standing.VALID:
        raise Conflict("not_valid", _("This badge is not valid now, so it is not signed for another identifier."))
    try:
        with db.session.begin_nested():
            return ensure_bound(award, holder)
    except (KeyUnusable, signing.NotSigned) as error:
        raise Unavailable("not_signed_now", _("It cannot be signed just now. Try again later.")) from error


def bound_document(document: Mapping[str, Any], holder: str) -> dict[str, Any]:
    """The credential without its proof, about ``holder``. Pure."""
    said = {name: value for name, value in document.items() if name != "proof"}
    return {**said, "credentialSubject": {**said["credentialSubject"], "id": holder}}


def _newest(award: Award, holder: str) -> BoundForm | None:
    wanted = select(BoundForm).filter_by(award_id=award.id, edition=award.edition, holder=holder)
    return db.session.scalar(wanted.order_by(BoundForm.id.desc()).limit(1))


def _is_compromised(form: BoundForm) -> bool:
    kids = (form.proof_kid, form.jwt_kid)
    lost = select(SigningKey.id).where(SigningKey.kid.in_(kids), SigningKey.state == "compromised")
    return db.session.scalar(lost.limit(1)) is not None


def _sign(award: Award, edition: Credential, holder: str) -> BoundForm:
    """Prepare, sign, read back, store and note in the log, as every badge."""
    if hashlib.sha256(edition.document).hexdigest() != edition.sha256:
        raise signing.NotSigned("bytes_changed", "The stored badge is not what was signed, so it is not signed again.")
    now = utc_now()
    document = issuing.linted(bound_document(load_object(edition.document), holder))
    organisation = award.achievement_version.achievement.organisation
    prepared = signing.prepare_badge(document, organisation=organisation, subject=award.public_id, now=now)
    signed = signing.sign(prepared, now=now)
    kept = issuing.kept(signed, prepared.intent, edition=edition.edition)
    form = BoundForm(award_id=award.id, holder=holder, **{name: getattr(kept, name) for name in _KEPT})
    db.session.add(form)
    db.session.flush()
    audit.record("award.bound", award.public_id, actor="wallet", edition=edition.edition, key=signed.proof_kid)
    return form
