"""Organisations, and who belongs to them with which roles."""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection
from urllib.parse import urlsplit

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from issuer import sessions
from issuer.addresses import clean_address
from issuer.base import audit, facts
from issuer.base.db import db
from issuer.base.errors import Conflict, Forbidden, NotFound
from issuer.models import ROLES, Account, Membership, MembershipRole, Organisation
from issuer.plain_text import clean_text, refuse, required_line

LONGEST_DESCRIPTION = 5000
LONGEST_URL = 500

_SLUG = re.compile(r"[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?")


def create(
    *, slug: str, name: str, url: str = "", email: str = "", description: str = "", actor: str = "system"
) -> Organisation:
    """A new issuer. ``slug``: 1-64 lower-case letters, digits, inner hyphens. Raises Invalid, Conflict "slug_taken"."""
    if not _SLUG.fullmatch(slug):
        raise refuse("slug", _("Use lower-case letters, digits and hyphens."))
    organisation = Organisation(slug=slug)
    _describe(organisation, name=name, url=url, email=email, description=description)
    try:
        with db.session.begin_nested():
            db.session.add(organisation)
            db.session.flush()
    except IntegrityError as error:
        raise Conflict("slug_taken", _("There is an organisation with this short name.")) from error
    audit.record("organisation.created", organisation.public_id, actor=actor)
    return organisation


def ensure(*, slug: str, name: str, url: str = "", email: str = "", description: str = "") -> Organisation:
    """The organisation with that slug, made if need be; for seeding. One that exists is left as it is."""
    known = by_slug(slug)
    return known or create(slug=slug, name=name, url=url, email=email, description=description)


def by_slug(slug: str) -> Organisation | None:
    return db.session.scalar(select(Organisation).filter_by(slug=slug))


def get(public_id: str) -> Organisation:
    """The organisation with that public id. Raises NotFound."""
    organisation = db.session.scalar(select(Organisation).filter_by(public_id=public_id))
    if organisation is None:
        raise NotFound("not_found", _("There is nothing at this address."))
    return organisation


def with_ids(organisation_ids: Collection[int]) -> list[Organisation]:
    """The organisations with these internal ids, by name."""
    statement = select(Organisation).where(Organisation.id.in_(organisation_ids))
    return list(db.session.scalars(statement.order_by(Organisation.name, Organisation.id)))


def edit(organisation: Organisation, *, name: str, url: str, email: str, description: str, actor: str) -> None:
    """Change the profile. The slug is in the issuer's DID and never changes. Raises Invalid."""
    _describe(organisation, name=name, url=url, email=email, description=description)
    audit.record("organisation.edited", organisation.public_id, actor=actor)


def _describe(organisation: Organisation, *, name: str, url: str, email: str, description: str) -> None:
    organisation.name = required_line(name, field="name")
    organisation.url = _web_address(url)
    organisation.email = clean_address(email) if email.strip() else None
    organisation.description = clean_text(description, field="description", longest=LONGEST_DESCRIPTION)


def _web_address(text: str) -> str | None:
    text = text.strip()
    if not text:
        return None
    try:
        parts = urlsplit(text)
        well_formed = parts.scheme in ("http", "https") and parts.hostname and not parts.username
    except ValueError:
        well_formed = False
    if not well_formed or len(text) > LONGEST_URL or not text.isascii() or not text.isprintable() or " " in text:
        raise refuse("url", _("This does not look like a web address. Example: https://example.org"))
    return text


def membership_of(account_id: int, organisation_id: int) -> Membership | None:
    """The place of a person in an organisation, or None."""
    return db.session.scalar(select(Membership).filter_by(account_id=account_id, organisation_id=organisation_id))


def enrol(account_id: int, organisation: Organisation) -> Membership:
    """The person's own place as a learner, made if need be; two requests at once make one.

    Announces account.joined for a new place. Raises Forbidden where people cannot enrol themselves.
    """
    membership = membership_of(account_id, organisation.id)
    if membership is None and not organisation.open_enrolment:
        raise Forbidden("enrolment_closed", _("This organisation adds its learners itself. Ask it for a place."))
    account = db.session.get_one(Account, account_id)
    membership = membership or join(account, organisation, actor=account.public_id)
    if _give_role(membership, "learner"):
        _record_roles(membership, account.public_id)
    return membership


def join(account: Account, organisation: Organisation, *, actor: str) -> Membership:
    """The person's place in the organisation, made without a role if there is none."""
    known = membership_of(account.id, organisation.id)
    if known is not None:
        return known
    try:
        with db.session.begin_nested():
            membership = Membership(account=account, organisation=organisation, subject_urn=uuid.uuid4().urn)
            db.session.add(membership)
            db.session.flush()
    except IntegrityError:
        return db.session.scalars(
            select(Membership).filter_by(account_id=account.id, organisation_id=organisation.id)
        ).one()
    audit.record("membership.made", account.public_id, actor=actor, organisation=organisation.public_id)
    facts.announce("account.joined", membership=membership)
    return membership


def roles_of(membership: Membership) -> frozenset[str]:
    return frozenset(held.role for held in membership.roles)


def change_roles(membership: Membership, roles: Collection[str], *, actor: str) -> None:
    """Give exactly these roles, and sign the person out everywhere if they differ from before.

    Raises Invalid for an unknown role or none, Conflict "last_administrator".
    """
    wanted = frozenset(roles)
    if not wanted or not wanted <= set(ROLES):
        raise refuse("roles", _("Choose at least one role."))
    _lock(membership.organisation_id)
    before = roles_of(membership)
    if wanted == before:
        return
    if "administrator" in before - wanted:
        _refuse_last_administrator(membership)
    for held in [held for held in membership.roles if held.role not in wanted]:
        membership.roles.remove(held)
    for role in sorted(wanted - before):
        _give_role(membership, role)
    db.session.flush()
    _record_roles(membership, actor)
    sessions.end_all(membership.account)


def leave(membership: Membership, *, actor: str) -> None:
    """Take every role away: the person stays known for the badges earned, and can do nothing more here.

    Raises Conflict "last_administrator".
    """
    _lock(membership.organisation_id)
    if "administrator" in roles_of(membership):
        _refuse_last_administrator(membership)
    membership.roles.clear()
    db.session.flush()
    _record_roles(membership, actor)
    sessions.end_all(membership.account)


def _give_role(membership: Membership, role: str) -> bool:
    """Whether the role is new; one that another request gave at the same moment is not."""
    if role in roles_of(membership):
        return False
    try:
        with db.session.begin_nested():
            membership.roles.append(MembershipRole(role=role))
            db.session.flush()
    except IntegrityError:
        db.session.refresh(membership, ["roles"])
        return False
    return True


def _lock(organisation_id: int) -> None:
    db.session.execute(select(Organisation.id).filter_by(id=organisation_id).with_for_update())


def refuse_last_administrator(membership: Membership) -> None:
    """Raises Conflict "last_administrator" if the organisation would have none without this person."""
    _lock(membership.organisation_id)
    if "administrator" in roles_of(membership):
        _refuse_last_administrator(membership)


def _refuse_last_administrator(membership: Membership) -> None:
    others = (
        select(func.count())
        .select_from(MembershipRole)
        .join(Membership)
        .where(
            Membership.organisation_id == membership.organisation_id,
            Membership.id != membership.id,
            MembershipRole.role == "administrator",
        )
    )
    if not db.session.scalar(others):
        sentence = _("This is the last administrator. Make somebody else administrator first.")
        raise Conflict("last_administrator", sentence)


def _record_roles(membership: Membership, actor: str) -> None:
    audit.record(
        "membership.roles_changed",
        membership.account.public_id,
        actor=actor,
        organisation=membership.organisation.public_id,
        roles=sorted(roles_of(membership)),
    )
