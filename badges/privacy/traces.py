"""By what a person can be known in what is stored: gathered before anything of it goes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from badges.endorsements.models import Endorsement
from badges.models import Award, Credential
from badges.wallets.models import BoundForm
from issuer.access import settings
from issuer.base.db import db
from issuer.models import Account, EmailAddress, Membership
from issuer.people.models import AccountDid


@dataclass(frozen=True, slots=True)
class Traces:
    """``lookups`` and ``addresses``: e-mail, folded and as typed; ``badges`` and the
    ``endorsements`` of these: public ids, under which they stand in status lists and in the log."""

    account_id: int
    public_id: str
    name: str
    lookups: tuple[str, ...]
    addresses: tuple[str, ...]
    identifiers: tuple[str, ...]
    badges: tuple[str, ...]
    endorsements: tuple[str, ...]

    def says(self, content: str) -> bool:
        """Whether ``content`` names an address, an identifier or a badge of the person."""
        folded = content.casefold()
        return any(lookup in folded for lookup in self.lookups) or any(
            each in content for each in (*self.identifiers, *self.badges)
        )


def traces_of(account: Account) -> Traces:
    mails = db.session.execute(select(EmailAddress.lookup, EmailAddress.address).filter_by(account_id=account.id)).all()
    endorsed = select(Endorsement.public_id).join(Award, Award.id == Endorsement.award_id)
    return Traces(
        account_id=account.id,
        public_id=account.public_id,
        name=account.name,
        lookups=tuple(mail.lookup for mail in mails),
        addresses=tuple(mail.address for mail in mails),
        identifiers=tuple(_identifiers(account.id)),
        badges=tuple(db.session.scalars(select(Award.public_id).filter_by(account_id=account.id))),
        endorsements=tuple(db.session.scalars(endorsed.where(Award.account_id == account.id))),
    )


def _identifiers(account_id: int) -> Iterator[str]:
    yield from db.session.scalars(select(Membership.subject_urn).filter_by(account_id=account_id))
    yield from db.session.scalars(select(AccountDid.did).filter_by(account_id=account_id))
    bound = select(BoundForm.holder).join(Award, Award.id == BoundForm.award_id).where(Award.account_id == account_id)
    yield from db.session.scalars(bound.distinct())


def credential_hash(public_id: str) -> str:
    """SHA-256 (hex) of the address that is a badge's credential id."""
    return hashlib.sha256(f"{settings().base_url}/badges/{public_id}".encode()).hexdigest()


def editions_of(account_id: int) -> Iterator[tuple[Award, Credential | None]]:
    """Each award of the person with its newest edition; None while it is not signed."""
    for award in db.session.scalars(select(Award).filter_by(account_id=account_id).order_by(Award.id)):
        yield award, award.credential
