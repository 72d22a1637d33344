"""Pictures are taken in, kept once for an organisation, and found again by their digest."""

from __future__ import annotations

import hashlib

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from issuer.access import settings
from issuer.base import audit, confined
from issuer.base.db import db
from issuer.base.errors import Invalid, NotFound, TooLarge
from issuer.models import Organisation
from issuer.pictures.models import Picture
from issuer.pictures.sentences import sentence_for

MOST_BYTES = 2 * 1024 * 1024
FIELD = "picture"
_READER = "issuer.pictures.reading:picture"


def keep(organisation: Organisation, data: bytes, *, actor: str) -> Picture:
    """The picture, read, written anew and kept; the one that is there already when it is the same.

    Raises Invalid and TooLarge with a code of `sentences.SENTENCES`, Unavailable.
    """
    answer = _read(data)
    content = answer.blobs[0]
    digest = hashlib.sha256(content).hexdigest()
    wanted = select(Picture).filter_by(organisation_id=organisation.id, sha256=digest)
    if (found := db.session.scalar(wanted)) is not None:
        return found
    try:
        with db.session.begin_nested():
            picture = Picture(organisation_id=organisation.id, sha256=digest, content=content, **answer.value)
            db.session.add(picture)
    except IntegrityError:
        return db.session.scalars(wanted).one()  # handed in by somebody else at the same moment
    audit.record("picture.kept", organisation.public_id, actor=actor, sha256=digest)
    return picture


def find(digest: str) -> Picture:
    """The picture with that digest, whoever handed it in. Raises NotFound."""
    found = db.session.scalar(select(Picture).filter_by(sha256=digest).order_by(Picture.id).limit(1))
    if found is None:
        raise NotFound("not_found", gettext("There is no such picture."))
    return found


def is_kept(organisation: Organisation, digest: str) -> bool:
    """Whether the organisation has handed in the picture with that digest."""
    wanted = select(Picture.id).filter_by(organisation_id=organisation.id, sha256=digest)
    return db.session.scalar(wanted) is not None


def address_of(digest: str) -> str:
    """Where anybody gets it, and what documents name: another picture has another address."""
    return f"{settings().base_url}/pictures/{digest}"


def show_logo(organisation: Organisation, data: bytes, *, actor: str) -> Picture:
    """The picture becomes the organisation's logo: from now on its profile names it. Raises as ``keep``."""
    picture = keep(organisation, data, actor=actor)
    organisation.logo = picture.sha256
    audit.record("organisation.logo_changed", organisation.public_id, actor=actor, sha256=picture.sha256)
    return picture


def remove_logo(organisation: Organisation, *, actor: str) -> None:
    """The drawn emblem is shown again; what was signed keeps the picture that it names."""
    if organisation.logo:
        organisation.logo = ""
        audit.record("organisation.logo_removed", organisation.public_id, actor=actor)


def _read(data: bytes) -> confined.Answer:
    if not data:
        raise _refused("picture_missing")
    if len(data) > MOST_BYTES:
        sentence = sentence_for("picture_too_large")
        raise TooLarge("picture_too_large", sentence, fields={FIELD: [sentence]})
    try:
        answer = confined.run(_READER, data)
    except confined.TooMuchWork as error:
        raise _refused("picture_too_much_work") from error
    except confined.Unreadable as error:
        raise _refused("picture_damaged") from error
    if "refused" in answer.value:
        raise _refused(answer.value["refused"], answer.value["name"])
    return answer


def _refused(code: str, name: str = "") -> Invalid:
    sentence = sentence_for(code, name)
    return Invalid(code, sentence, fields={FIELD: [sentence]})
