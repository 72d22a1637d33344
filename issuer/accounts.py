"""People: how an account comes to be, and what its owner can change about it.

An address counts for nothing until a link mailed to it has been used. An account whose only address is not
proven belongs to nobody yet: nobody can sign in to it, and its password is dropped when the address is proven
in another browser than the one that chose the password. So a stranger cannot lay an account in wait.
"""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from issuer import sessions
from issuer.addresses import clean_address, lookup_of
from issuer.base import audit
from issuer.base.db import db, utc_now
from issuer.base.errors import Conflict, NotFound
from issuer.models import Account, EmailAddress, Membership
from issuer.passwords import hash_password, matches
from issuer.people.telling import tell_addresses
from issuer.plain_text import clean_line, refuse


def get(account_id: int) -> Account:
    """The account with that internal id. Raises NotFound."""
    account = db.session.get(Account, account_id)
    if account is None:
        raise NotFound("not_found", _("There is nothing at this address."))
    return account


def address_of(email: str) -> EmailAddress | None:
    """The address on file that is the same as ``email`` but for case, or None."""
    return db.session.scalar(select(EmailAddress).filter_by(lookup=lookup_of(email)))


def create(
    *, email: str, name: str = "", password: str | None = None, locale: str = "en", verified: bool = False
) -> Account:
    """A new account. Raises Invalid for its input, Conflict "address_taken"."""
    address, name = clean_address(email), clean_line(name, field="name")
    account = Account(name=name, locale=locale, password_hash=hash_password(password) if password else None)
    verified_at = utc_now() if verified else None
    try:
        with db.session.begin_nested():
            db.session.add(account)
            db.session.flush()
            _attach(account, address, verified_at=verified_at, is_primary=True)
    except IntegrityError as error:
        raise Conflict("address_taken", _("There is an account with this address.")) from error
    audit.record("account.created", account.public_id, actor=account.public_id)
    return account


def ensure(*, email: str, name: str = "", password: str | None = None, locale: str = "en") -> Account:
    """The account with this address, made and proven if need be; for seeding. Sets ``password`` when given."""
    known = address_of(clean_address(email))
    if known is None:
        return create(email=email, name=name, password=password, locale=locale, verified=True)
    account = known.account
    known.verified_at = known.verified_at or utc_now()
    account.name = clean_line(name, field="name") or account.name
    if password and not matches(password, account.password_hash):
        account.password_hash = hash_password(password)
    db.session.flush()
    return account


def rename(account: Account, name: str) -> None:
    """Set the name that the next badges say; empty for none. Badges issued before keep theirs."""
    account.name = clean_line(name, field="name")
    audit.record("account.renamed", account.public_id, actor=account.public_id)


def choose_language(account: Account, language: str) -> None:
    account.locale = language


def set_password(account: Account, password: str, *, current: str | None) -> None:
    """Set a password and sign out everywhere. ``current`` None: the owner has just been proven by mail.

    Raises Invalid for a wrong current or a weak new password. An account without one needs no current.
    """
    if account.password_hash and current is not None and not matches(current, account.password_hash):
        raise refuse("current", _("This is not your present password."), "wrong_password")
    account.password_hash = hash_password(password)
    sessions.end_all(account)
    audit.record("account.password_set", account.public_id, actor=account.public_id)


def prove(address: EmailAddress, *, keeps_password: bool) -> None:
    """A link mailed to ``address`` was used: it is the person's own. See the module for ``keeps_password``."""
    if address.verified_at is not None:
        return
    account = address.account
    address.verified_at = utc_now()
    if not keeps_password:
        account.password_hash = None
    audit.record("account.address_proven", account.public_id, actor=account.public_id)


def add_proven_address(account: Account, address: str) -> None:
    """Give ``account`` an address that a used link has proven; nothing to do if it is there already.

    Raises Conflict "address_taken" when somebody else has it.
    """
    known = address_of(address)
    if known is not None and known.account_id == account.id:
        prove(known, keeps_password=True)
        return
    if known is not None and not _is_abandoned(known):
        raise Conflict("address_taken", _("This address belongs to another account. Sign in with it instead."))
    if known is not None:
        _forget(known)
    try:
        with db.session.begin_nested():
            _attach(account, address, verified_at=utc_now(), is_primary=not account.addresses)
    except IntegrityError as error:
        raise Conflict("address_taken", _("There is an account with this address.")) from error
    audit.record("account.address_added", account.public_id, actor=account.public_id)


def make_primary(account: Account, email: str) -> None:
    """Choose the proven address that mails go to. Raises NotFound, Conflict."""
    address = _own_address(account, email)
    if address.verified_at is None:
        raise Conflict("address_not_proven", _("Open the link that was mailed to this address first."))
    db.session.execute(update(EmailAddress).filter_by(account_id=account.id).values(is_primary=False))
    address.is_primary = True
    tell_addresses(account, _("Mails about your badges go to another address now"), address.address)
    audit.record("account.primary_address_chosen", account.public_id, actor=account.public_id)


def remove_address(account: Account, email: str) -> None:
    """Take an address off the account. Raises NotFound, Conflict for the one that mails go to."""
    address = _own_address(account, email)
    if address.is_primary:
        raise Conflict("primary_address", _("Make another address the main one first."))
    removed = address.address if address.verified_at is not None else None
    db.session.delete(address)
    db.session.flush()
    db.session.expire(account, ["addresses"])
    if removed is not None:
        tell_addresses(account, _("An address was removed from your account"), removed, also=removed)
    audit.record("account.address_removed", account.public_id, actor=account.public_id)


def primary_address(account: Account) -> str | None:
    """Where mails to the person go."""
    return next((address.address for address in account.addresses if address.is_primary), None)


def _attach(account: Account, address: str, *, verified_at: object, is_primary: bool) -> None:
    row = EmailAddress(address=address, lookup=lookup_of(address), verified_at=verified_at, is_primary=is_primary)
    account.addresses.append(row)
    db.session.flush()


def _own_address(account: Account, email: str) -> EmailAddress:
    # The account's row is locked: which address is the main one is decided by one request at a time.
    db.session.execute(select(Account.id).filter_by(id=account.id).with_for_update())
    address = db.session.scalar(select(EmailAddress).filter_by(lookup=lookup_of(email), account_id=account.id))
    if address is None:
        raise NotFound("not_found", _("There is nothing at this address."))
    return address


def _is_abandoned(address: EmailAddress) -> bool:
    """Never proven, and nobody has given the account a place: a sign-up that went no further."""
    places = select(func.count()).select_from(Membership).filter_by(account_id=address.account_id)
    return address.verified_at is None and not db.session.scalar(places)


def _forget(address: EmailAddress) -> None:
    account = address.account
    db.session.delete(address)
    db.session.flush()
    db.session.delete(account)
    db.session.flush()
