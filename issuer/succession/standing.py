"""How an organisation stands now, for whoever issues something in its name or shows it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, select

from issuer.base.db import db, utc_now
from issuer.base.errors import Conflict, NotFound
from issuer.crypto.strict_json import load_object
from issuer.models import Organisation
from issuer.profile import issuer_url
from issuer.succession.models import SuccessionStatement
from issuer.succession.statement import Succession, read_member
from issuer.succession.wording import sentence_of


def statement_url(organisation: Organisation, number: int | None = None) -> str:
    """Where the newest statement is published, or the one with that number."""
    return f"{issuer_url(organisation)}/succession{'' if number is None else f'/{number}'}.json"


def newest(organisation: Organisation) -> SuccessionStatement | None:
    """What counts; None for an organisation that never stated anything, without asking the database."""
    if not organisation.statement_number:
        return None
    return db.session.scalar(
        select(SuccessionStatement).filter_by(organisation_id=organisation.id, number=organisation.statement_number)
    )


def find(slug: str, number: int | None = None) -> SuccessionStatement:
    """The statement of the organisation with that slug, the newest for None. Raises NotFound."""
    found = select(SuccessionStatement).join(Organisation, Organisation.id == SuccessionStatement.organisation_id)
    numbered = Organisation.statement_number if number is None else number
    statement = db.session.scalar(found.where(Organisation.slug == slug, SuccessionStatement.number == numbered))
    if statement is None:
        raise NotFound("not_found", _("This issuer has stated nothing about its future."))
    return statement


def told_of(organisation: Organisation) -> Succession | None:
    """What the organisation has stated, or None."""
    statement = newest(organisation)
    return None if statement is None else read_member(load_object(statement.document))


def sentence_about(organisation: Organisation, *, now: datetime | None = None) -> str:
    """What to tell people of it: one sentence, "" for an organisation that is open."""
    said = told_of(organisation)
    return "" if said is None else sentence_of(said, organisation.name, now=now or utc_now())


def closed_ids(now: datetime) -> Select[Any]:
    """A query for the internal ids of organisations that are closed."""
    return (
        select(SuccessionStatement.organisation_id)
        .join(Organisation, Organisation.id == SuccessionStatement.organisation_id)
        .where(
            SuccessionStatement.number == Organisation.statement_number,
            SuccessionStatement.state == "closed",
            SuccessionStatement.since <= now,
        )
    )


def refuse_closed(organisation: Organisation) -> None:
    """Raises Conflict "issuer_closed" when the organisation issues nothing any more."""
    statement = newest(organisation)
    if statement is not None and statement.state == "closed" and statement.since <= utc_now():
        sentence = _("%(issuer)s is closed, and issues nothing any more.", issuer=organisation.name)
        raise Conflict("issuer_closed", sentence)
