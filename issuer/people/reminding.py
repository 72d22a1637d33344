"""Whoever is known here by addresses of employers alone is reminded once to add a personal one.

Badges outlast a job; an address at work does not. An address is one at work if its domain is that of an organisation
of this service, by its own e-mail address or its web site.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, exists, or_, select

from issuer import mail
from issuer.access import settings
from issuer.base.db import db, utc_now
from issuer.letters import Letter
from issuer.models import Account, EmailAddress, Membership, Organisation
from issuer.people.models import AddressReminder

MOST_AT_ONCE = 200


def is_known_at_work_only(account: Account) -> bool:
    """Whether there is a proven address, and each is at an organisation of this service."""
    domains = work_domains()
    proven = [each.address for each in account.addresses if each.verified_at is not None]
    return bool(proven) and all(_domain_of(address) in domains for address in proven)


def work_domains() -> frozenset[str]:
    """The domains of the organisations here."""
    rows = db.session.execute(select(Organisation.email, Organisation.url)).all()
    mails = {_domain_of(email) for email, _url in rows if email}
    sites = {(urlsplit(url).hostname or "").removeprefix("www.") for _email, url in rows if url}
    return frozenset(mails | sites) - {""}


def remind() -> int:
    """Chore: tell those who have a place somewhere, once in their life; how many."""
    domains = work_domains()
    if not domains:
        return 0
    reminded = exists().where(AddressReminder.account_id == Account.id)
    placed = exists().where(Membership.account_id == Account.id)
    elsewhere = exists().where(
        EmailAddress.account_id == Account.id, EmailAddress.verified_at.is_not(None), ~_is_at(domains)
    )
    at_work = exists().where(
        EmailAddress.account_id == Account.id, EmailAddress.verified_at.is_not(None), _is_at(domains)
    )
    due = select(Account).where(~reminded, placed, at_work, ~elsewhere, Account.erased_at.is_(None))
    people = db.session.scalars(due.order_by(Account.id).limit(MOST_AT_ONCE)).all()
    for account in people:
        db.session.add(AddressReminder(account_id=account.id, sent_at=utc_now()))
        _mail(account)
    db.session.flush()
    return len(people)


def _is_at(domains: frozenset[str]) -> ColumnElement[bool]:
    return or_(*(EmailAddress.lookup.endswith(f"@{domain}", autoescape=True) for domain in sorted(domains)))


def _mail(account: Account) -> None:
    primary = next((each.address for each in account.addresses if each.is_primary), None)
    if primary is None:
        return
    with force_locale(account.locale):
        paragraphs = (
            _("We know you only by an address at work. Your badges are yours, also when you change employers."),
            _("Add a personal address, so that you can still sign in then:"),
            f"{settings().base_url}/account#addresses",
            _("This is the only mail about it."),
        )
        mail.send(primary, Letter(_("Add a personal address, so that your badges stay yours"), "\n\n".join(paragraphs)))


def _domain_of(address: str) -> str:
    return address.rpartition("@")[2].casefold()
