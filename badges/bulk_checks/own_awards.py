"""The badges of this service that a batch names by code or address, read together instead of one by one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from badges import awards
from badges.models import Award
from badges.sharing.shown_forms import credential_shown
from badges.verification.world import Answer, Read
from issuer.access import settings
from issuer.base.db import db
from issuer.own_addresses import own_path
from issuer.policy import Actor

_CODE = r"([A-Za-z0-9_-]{22})"
_BADGE = re.compile(rf"/badges/{_CODE}(?:\.json)?")
_OK = 200


def named_in(given: Iterable[bytes]) -> Mapping[str, Award]:
    """Public id -> award, for each of which nothing but the code or the address was given."""
    home = re.escape(f"{settings().base_url}/badges/")
    address = re.compile(rf"\s*(?:{home})?{_CODE}(?:\.json)?\s*".encode())
    names = {found.group(1).decode() for each in given if (found := address.fullmatch(each))}
    if not names:
        return {}
    wanted = select(Award).where(Award.public_id.in_(names)).options(joinedload(Award.credential))
    return {award.public_id: award for award in db.session.scalars(wanted)}


def reading(held: Mapping[str, Award], actor: Actor, *, otherwise: Read) -> Read:
    """A Read that gives the badges among ``held`` which the actor may see; ``otherwise`` is asked for all else."""

    def read(url: str) -> Answer:
        found = _BADGE.fullmatch(own_path(url) or "")
        award = held.get(found.group(1)) if found else None
        if award is None or award.credential is None or not awards.may_see(actor, award):
            return otherwise(url)
        return Answer(url, _OK, "application/vc", credential_shown(award, actor).document)

    return read
