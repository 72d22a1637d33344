"""Signing up and signing in, by password or by a mailed link.

Whether an address has an account is nobody's business: every answer is the same for both, and what differs
is said in a mail to that address.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from issuer import accounts, links, mail
from issuer.addresses import clean_address, lookup_of
from issuer.base.db import db, new_public_id
from issuer.base.errors import Conflict, Invalid, NotSignedIn
from issuer.letters import (
    address_letter,
    known_address_letter,
    sign_in_letter,
    unknown_address_letter,
    welcome_letter,
)
from issuer.models import Account, EmailAddress
from issuer.passwords import hash_password, matches, needs_new_hash
from issuer.plain_text import clean_line
from issuer.policy import Actor


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody was let in: the account, where to go next, and whether a password had to be dropped."""

    account: Account
    next_path: str
    password_dropped: bool = False


def sign_up(
    *, name: str, email: str, password: str | None, locale: str, next_path: str = "/", mark: str | None = None
) -> str:
    """Ask for an account; a mail to the address says how it goes on. Raises Invalid for the input.

    Returns the mark the browser keeps: proving the address in that browser keeps the password chosen here.
    ``mark`` is the one the browser has from an earlier try.
    """
    address, name = clean_address(email), clean_line(name, field="name")
    password_hash = hash_password(password) if password else None
    known = accounts.address_of(address)
    if known is None:
        try:
            account = accounts.create(email=address, name=name, locale=locale)
        except Conflict:
            known = accounts.address_of(address)  # another request was faster
        else:
            account.password_hash = password_hash
            _welcome(address, next_path)
            return account.public_id
    if known is None or known.verified_at is not None:
        mail.send(known.address if known else address, known_address_letter(_page("/sign-in")))
        return new_public_id()
    _welcome(known.address, next_path)
    if mark != known.account.public_id:
        return new_public_id()
    known.account.name, known.account.password_hash = name, password_hash
    return mark


def sign_in(email: str, password: str) -> Account:
    """The account that address and password belong to. Raises Invalid "sign_in_failed", one sentence for all causes."""
    row = db.session.execute(
        select(EmailAddress.account_id, EmailAddress.verified_at, Account.password_hash)
        .join(Account)
        .where(EmailAddress.lookup == lookup_of(email))
    ).first()
    usable = row.password_hash if row and row.verified_at else None
    db.session.rollback()  # hashing takes long: nobody waits for our lock on the database meanwhile
    if not matches(password, usable) or row is None:
        raise _failed()
    account = accounts.get(row.account_id)
    if account.password_hash != usable:
        raise _failed()
    if usable and needs_new_hash(usable):
        account.password_hash = hash_password(password)
    return account


def _failed() -> Invalid:
    sentence = _("Address and password do not go together. If the account is new, open the link in our mail first.")
    return Invalid("sign_in_failed", sentence, fields={"password": [sentence]})


def request_link(email: str, *, next_path: str = "/") -> None:
    """Mail a sign-in link, or the word that there is no account. Raises Invalid for a bad address."""
    address = clean_address(email)
    known = accounts.address_of(address)
    if known is None:
        mail.send(address, unknown_address_letter(_page("/sign-up")))
        return
    link = links.make(links.SIGN_IN, known.lookup, next_path=next_path)
    mail.send(known.address, sign_in_letter(link, links.MINUTES))


def request_address(account: Account, email: str) -> None:
    """Mail a link that adds ``email`` to the account, or tell its owner that somebody tried. Raises Invalid."""
    address = clean_address(email)
    known = accounts.address_of(address)
    if known is not None and known.verified_at is not None and known.account_id != account.id:
        mail.send(known.address, known_address_letter(_page("/sign-in")))
        return
    link = links.make(links.VERIFY_ADDRESS, address, next_path="/account")
    mail.send(address, address_letter(link, links.MINUTES))


def use_link(token: str, *, actor: Actor, mark: str | None) -> Entry:
    """Use a mailed link: prove the address, and let its owner in.

    A link for a further address is used while signed in: NotSignedIn otherwise. Raises NotFound, Gone, Conflict.
    """
    link = links.read(token)
    if link.purpose == links.VERIFY_ADDRESS:
        account = accounts.get(_signed_in(actor))
        links.use(token)
        accounts.add_proven_address(account, link.lookup)
        return Entry(account, link.next_path)
    links.use(token)
    known = accounts.address_of(link.lookup)
    if known is None:
        raise Conflict("no_account", _("There is no account with this address any more."))
    keeps = known.verified_at is not None or mark == known.account.public_id
    dropped = not keeps and known.account.password_hash is not None
    accounts.prove(known, keeps_password=keeps)
    return Entry(known.account, link.next_path, dropped)


def _signed_in(actor: Actor) -> int:
    if actor.account_id is None:
        raise NotSignedIn("sign_in_needed", _("Sign in to your account first; then open the link again."))
    return actor.account_id


def _welcome(address: str, next_path: str) -> None:
    link = links.make(links.SIGN_IN, address, next_path=next_path)
    mail.send(address, welcome_letter(link, links.MINUTES))


def _page(path: str) -> str:
    return f"{current_app.config['ROSETTE'].base_url}{path}"
