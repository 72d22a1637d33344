"""The name that others read in a badge: in full, as initials, or not at all; and what is signed, as the holder chose.

For initials and for no name the edition is signed once more with another identifier: the same badge with the same id,
dates and place in the status list, so that whatever becomes of one becomes of all. Nobody but the holder is given the
full one from then on. What others had saved before stays genuine: it says nothing that is not so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import select

from badges import issuing
from badges.awards import credential_of, is_held_by, own_award
from badges.models import Award, Credential
from badges.sharing.models import ShownForm, SignedForm
from badges.sharing.presenting import FULL, SHOWN_NAMES, presented
from issuer import signing
from issuer.base import audit
from issuer.base.db import db, utc_now
from issuer.base.errors import Conflict, Unavailable
from issuer.crypto.strict_json import load_object
from issuer.keys.key_file import KeyUnusable
from issuer.models import SigningKey
from issuer.plain_text import refuse
from issuer.policy import Actor


def choose_name(actor: Actor, public_id: str, shown_name: str) -> Award:
    """Have others read one's name in full, as initials or not at all; what they get is signed before this returns.

    Raises NotFound for a badge that is not one's own, Invalid for another word, Conflict while it is pending, and
    Unavailable when it cannot be signed now: then nothing has changed.
    """
    award = own_award(actor, public_id)
    if shown_name not in SHOWN_NAMES:
        raise refuse("shown_name", _("Choose full, initials or hidden."))
    credential_of(award)
    held = select(Award).filter_by(id=award.id).with_for_update()
    award = db.session.scalars(held.execution_options(populate_existing=True)).one()
    if award.shown_name == shown_name:
        return award
    try:
        with db.session.begin_nested():
            ensure_form(award, shown_name)
    except (KeyUnusable, signing.NotSigned) as error:
        sentence = _("The badge cannot be signed with that name just now, so nothing has changed. Try again later.")
        raise Unavailable("not_signed_now", sentence) from error
    award.shown_name = shown_name
    db.session.flush()
    audit.record("award.name_chosen", award.public_id, actor=actor.public_id, shown_name=shown_name)
    return award


def credential_shown(award: Award, actor: Actor) -> SignedForm:
    """What ``actor`` is given of a badge that may be seen: the holder the full one, all others the one that was chosen.

    Raises Conflict while there is none.
    """
    edition = credential_of(award)
    if is_held_by(actor, award):
        return edition
    return shown_to_others(award)


def shown_to_others(award: Award) -> SignedForm:
    """What everybody but the holder is given. Raises Conflict while there is none."""
    edition = credential_of(award)
    if award.shown_name == FULL or not _says_more(edition, award.shown_name):
        return edition
    form = _newest_form(award, award.shown_name)
    if form is None:
        raise Conflict("award_pending", _("This badge is not signed yet. It will be in a few minutes."))
    return form


def forms_of(award: Award) -> Sequence[ShownForm]:
    """Every presentation of the badge that was ever signed besides its editions, the oldest first."""
    return db.session.scalars(select(ShownForm).filter_by(award_id=award.id).order_by(ShownForm.id)).all()


def ensure_form(award: Award, shown_name: str) -> None:
    """Have the newest edition signed with that name, unless it is, by keys that hold. Raises KeyUnusable, NotSigned."""
    edition = credential_of(award)
    if shown_name == FULL or not _says_more(edition, shown_name):
        return
    form = _newest_form(award, shown_name)
    if form is None or _is_compromised(form):
        _sign(award, edition, shown_name)


def follow_edition(award: Award) -> None:
    """The badge was signed again: so is what others are given of it. Raises KeyUnusable, NotSigned."""
    ensure_form(award, award.shown_name)


def _says_more(edition: Credential, shown_name: str) -> bool:
    """Whether the full badge says more of the name than was chosen: one without a name never does."""
    document = load_object(edition.document)
    return presented(document, shown_name) != presented(document, FULL)


def _newest_form(award: Award, shown_name: str) -> ShownForm | None:
    wanted = select(ShownForm).filter_by(award_id=award.id, edition=award.edition, shown_name=shown_name)
    return db.session.scalar(wanted.order_by(ShownForm.id.desc()).limit(1))


def _is_compromised(form: ShownForm) -> bool:
    kids = (form.proof_kid, form.jwt_kid)
    lost = select(SigningKey.id).where(SigningKey.kid.in_(kids), SigningKey.state == "compromised")
    return db.session.scalar(lost.limit(1)) is not None


def _sign(award: Award, edition: Credential, shown_name: str) -> None:
    """Prepare, sign, read back, store and note in the log, as every badge. Raises KeyUnusable, NotSigned."""
    if hashlib.sha256(edition.document).hexdigest() != edition.sha256:
        raise signing.NotSigned("bytes_changed", "The stored badge is not what was signed, so it is not signed again.")
    now = utc_now()
    document = issuing.linted(presented(load_object(edition.document), shown_name))
    organisation = award.achievement_version.achievement.organisation
    prepared = signing.prepare_badge(document, organisation=organisation, subject=award.public_id, now=now)
    signed = signing.sign(prepared, now=now)
    noted = issuing.noted(signed, prepared.intent)
    db.session.add(ShownForm(award_id=award.id, edition=edition.edition, shown_name=shown_name, **noted))
    db.session.flush()
    audit.record("award.presented", award.public_id, actor="system", shown_name=shown_name, key=signed.proof_kid)
