"""A person asks to be erased, has a day to think better of it, and is erased by a worker after that."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import force_locale, format_datetime
from flask_babel import gettext as _
from sqlalchemy import select

from badges.privacy.erasing import REQUEST, erase
from badges.privacy.models import ErasureRequest
from issuer import mail, organisations
from issuer.access import settings
from issuer.base import audit
from issuer.base.db import db, utc_now
from issuer.base.errors import Conflict, ServiceError
from issuer.letters import Letter
from issuer.models import Account
from issuer.passwords import matches
from issuer.plain_text import refuse

COOL_OFF = timedelta(hours=24)


def request_of(account: Account) -> ErasureRequest | None:
    """What the person has asked and not taken back, or None."""
    return db.session.scalar(select(ErasureRequest).filter_by(account_id=account.id))


def ask(account: Account, *, password: str, proven_by_mail: bool) -> ErasureRequest:
    """Ask for one's own erasure; asking again changes nothing. Every proven address is told when, and how to stop it.

    ``proven_by_mail``: the person came by a mailed link a short while ago; otherwise the password is needed.
    Raises Invalid "wrong_password", Conflict "prove_by_mail" or "last_administrator".
    """
    _check(account, password, proven_by_mail=proven_by_mail)
    refuse_last_administrator(account)
    known = request_of(account)
    if known is not None:
        return known
    asked = ErasureRequest(account_id=account.id, due_at=utc_now() + COOL_OFF)
    db.session.add(asked)
    db.session.flush()
    _tell(account, asked)
    audit.record("account.erasure_asked", account.public_id, actor=account.public_id)
    return asked


def take_back(account: Account) -> None:
    """Stay. Nothing to do for one who has not asked."""
    asked = request_of(account)
    if asked is None:
        return
    db.session.delete(asked)
    db.session.flush()
    audit.record("account.erasure_taken_back", account.public_id, actor=account.public_id)


def carry_out_due() -> int:
    """Chore: erase whoever asked a day ago; how many. One who has become the last administrator waits."""
    now, done = utc_now(), 0
    due = select(ErasureRequest).where(ErasureRequest.due_at <= now).order_by(ErasureRequest.id)
    for account_id in [asked.account_id for asked in db.session.scalars(due)]:
        account = db.session.get_one(Account, account_id)
        try:
            refuse_last_administrator(account)
        except ServiceError:
            continue
        done += erase(account, ground=REQUEST, actor=account.public_id) is not None
    return done


def refuse_last_administrator(account: Account) -> None:
    """Raises Conflict for whoever leaves an organisation without an administrator."""
    for membership in account.memberships:
        organisations.refuse_last_administrator(membership)


def _check(account: Account, password: str, *, proven_by_mail: bool) -> None:
    if proven_by_mail:
        return
    if account.password_hash is None:
        sentence = _("Sign out, sign in by a mailed link, and come back within half an hour: then we know it is you.")
        raise Conflict("prove_by_mail", sentence)
    if not matches(password, account.password_hash):
        raise refuse("password", _("This is not your present password."), "wrong_password")


def _tell(account: Account, asked: ErasureRequest) -> None:
    with force_locale(account.locale):
        paragraphs = (
            _("You have asked us to erase your account and your badges, or somebody has who can use your account."),
            _(
                "It will be done on %(moment)s (UTC), and cannot be undone.",
                moment=format_datetime(asked.due_at, "long"),
            ),
            _("Until then you can take it back, and save what we know of you, here:"),
            f"{settings().base_url}/account/erase",
            _("This is the last mail about it: afterwards we have no address to write to."),
        )
        letter = Letter(_("Your account will be erased"), "\n\n".join(paragraphs) + "\n")
    for address in account.addresses:
        if address.verified_at is not None:
            mail.send(address.address, letter)
