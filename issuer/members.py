"""The members of an organisation, as its administrators see and add them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import contains_eager, selectinload

from issuer import accounts, links, mail, organisations
from issuer.addresses import clean_address
from issuer.base.db import db
from issuer.base.errors import Conflict, NotFound
from issuer.base.paging import Page, oldest_first
from issuer.letters import added_letter, invitation_letter
from issuer.models import Account, Membership, Organisation


def page(organisation: Organisation, *, limit: int, after: str | None) -> Page:
    """Memberships with a role, the earliest account first. The cursor is an account's public id."""
    statement = (
        select(Membership)
        .join(Membership.account)
        .where(Membership.organisation_id == organisation.id, Membership.roles.any())
        .options(contains_eager(Membership.account).selectinload(Account.addresses), selectinload(Membership.roles))
    )
    return oldest_first(statement, Account, limit=limit, after=after, name_of=_name)


def _name(membership: Membership) -> str:
    return membership.account.public_id


def find(organisation: Organisation, account_public_id: str) -> Membership:
    """The place of that person in the organisation. Raises NotFound, also for people who are elsewhere."""
    statement = select(Membership).join(Account).where(Account.public_id == account_public_id)
    membership = db.session.scalar(statement.where(Membership.organisation_id == organisation.id))
    if membership is None:
        raise NotFound("not_found", _("There is nothing at this address."))
    return membership


def add(organisation: Organisation, email: str, roles: Collection[str], *, actor: str) -> Membership:
    """Give the person with this address a place with these roles, and tell the person by mail.

    Somebody new gets an account that counts once the mailed link is used. Raises Invalid, Conflict
    "already_member" for somebody who has a role here.
    """
    address = clean_address(email)
    known = accounts.address_of(address)
    account = known.account if known else accounts.create(email=address)
    membership = organisations.join(account, organisation, actor=actor)
    if membership.roles:
        raise Conflict("already_member", _("This person is a member already; change the roles in the list."))
    organisations.change_roles(membership, roles, actor=actor)
    if known is not None and known.verified_at is not None:
        mail.send(known.address, added_letter(f"{current_app.config['ROSETTE'].base_url}/sign-in", organisation.name))
        return membership
    lifetime = timedelta(days=links.INVITATION_DAYS)
    link = links.make(links.SIGN_IN, address, lifetime=lifetime)
    mail.send(address, invitation_letter(link, organisation.name, links.INVITATION_DAYS))
    return membership
