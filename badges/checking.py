"""Every stored credential, checked again: are the bytes those that were signed, and would a stranger accept them?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from badges import awards
from badges.awards import Standing
from badges.models import Achievement, AchievementVersion, Award, Credential
from badges.sharing.models import ShownForm, SignedForm
from badges.wallets.models import BoundForm
from issuer import signing
from issuer.base.db import db, utc_now


@dataclass(frozen=True, slots=True)
class Fault:
    """A stored credential that does not verify, and the code of what is wrong."""

    credential_id: str
    code: str


@dataclass(frozen=True, slots=True)
class StoredCheck:
    """How many credentials were looked at, and those that failed."""

    checked: int
    faults: tuple[Fault, ...]


def check_stored() -> StoredCheck:
    """Check all stored credentials against their digests and our published keys. Constant memory but for faults."""
    checked, faults = 0, []
    for credential in _stored():
        checked += 1
        if code := _fault_in(credential):
            faults.append(Fault(credential.credential_id, code))
    return StoredCheck(checked, tuple(faults))


def _stored() -> Iterator[SignedForm]:
    """The editions, then what was signed of them besides, under another name or for the key of a wallet."""
    for model in (Credential, ShownForm, BoundForm):
        path = joinedload(model.award).joinedload(Award.achievement_version)
        organisation = path.joinedload(AchievementVersion.achievement).joinedload(Achievement.organisation)
        query: Select[Any] = select(model).options(organisation).order_by(model.id)
        yield from db.session.scalars(query.execution_options(yield_per=200))


def _fault_in(credential: SignedForm) -> str:
    if hashlib.sha256(credential.document).hexdigest() != credential.sha256:
        return "bytes_changed"
    award = credential.award
    if credential.edition < award.edition:
        return ""  # a later edition took its place, and its key may have ended: nobody relies on it any more
    organisation = award.achievement_version.achievement.organisation
    code = signing.refusal(credential.document, credential.jwt, organisation=organisation, now=utc_now())
    if code == "key_revoked" and not isinstance(credential, Credential):
        return ""  # whoever asks for this form gets another one, see badges.sharing.renewing and badges.wallets.binding
    if code == "key_revoked" and awards.standing_of(award, now=utc_now()) in (Standing.REVOKED, Standing.EXPIRED):
        return ""  # it counts no more anyway, so it is not signed again
    return code
