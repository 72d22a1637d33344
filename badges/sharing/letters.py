"""The mails of sharing. None repeats what a stranger typed: a form must not be able to send messages."""

from __future__ import annotations

from datetime import datetime

from flask_babel import force_locale, format_date
from flask_babel import gettext as _
from sqlalchemy import select

from badges.models import Award
from badges.sharing.models import EvidenceRequest, ProblemReport
from issuer import accounts, mail
from issuer.access import settings
from issuer.base.db import db
from issuer.letters import Letter
from issuer.models import Account, Membership, MembershipRole, Organisation

MOST_TOLD = 10


def tell_holder(address: str, award: Award) -> None:
    """Somebody asks to see the evidence."""
    with force_locale(award.account.locale):
        badge = award.achievement_version.name
        _send(
            address,
            _("Somebody asks to see the evidence of a badge"),
            _("Somebody who has seen your badge “%(badge)s” asks to see how you earned it.", badge=badge),
            _("They were told nothing about you, not even whether this mail has reached you. Read it and decide here:"),
            f"{settings().base_url}/sharing#requests",
            _("If you do nothing, nothing happens."),
        )


def send_link(request: EvidenceRequest, url: str, *, until: datetime) -> None:
    """The holder agrees."""
    with force_locale(request.locale):
        _send(
            request.email,
            _("The evidence of a badge, as you asked"),
            _("The holder of a badge has agreed to show you how it was earned. This link shows it:"),
            url,
            _("It works until %(day)s, or until the holder ends it.", day=format_date(until, "long")),
            _("If you did not ask for it, do nothing: somebody has mistyped an address."),
        )


def tell_issuer(organisation: Organisation, ticket: str) -> None:
    """A problem was reported: to the organisation's own address, else to its administrators."""
    addresses = [(organisation.email, None)] if organisation.email else _administrators(organisation)
    for address, locale in addresses:
        with force_locale(locale or "en"):
            _send(
                address,
                _("Ticket %(ticket)s: a problem with a badge", ticket=ticket),
                _("Somebody has reported a problem with a badge of %(name)s.", name=organisation.name),
                _("Read it and close it here:"),
                f"{settings().base_url}/admin/problems#ticket-{ticket}",
            )


def answer_reporter(problem: ProblemReport) -> None:
    """The issuer has closed the ticket with an answer."""
    assert problem.email is not None
    with force_locale(problem.locale):
        _send(
            problem.email,
            _("Ticket %(ticket)s is closed", ticket=problem.ticket),
            _("%(name)s has looked at the problem that you reported, and writes:", name=problem.organisation.name),
            problem.answer,
        )


def _administrators(organisation: Organisation) -> list[tuple[str, str]]:
    """(address, language) of those who administer it."""
    administrators = (
        select(Account)
        .join(Membership, Membership.account_id == Account.id)
        .join(MembershipRole, MembershipRole.membership_id == Membership.id)
        .where(Membership.organisation_id == organisation.id, MembershipRole.role == "administrator")
        .order_by(Account.id)
        .limit(MOST_TOLD)
    )
    known = [(accounts.primary_address(account), account.locale) for account in db.session.scalars(administrators)]
    return [(address, locale) for address, locale in known if address is not None]


def _send(address: str, subject: str, *paragraphs: str) -> None:
    mail.send(address, Letter(subject, "\n\n".join(paragraphs) + "\n"))
