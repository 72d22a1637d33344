"""The mails of endorsements. The one to an invited person repeats nothing that the holder typed."""

from __future__ import annotations

from datetime import datetime

from flask_babel import force_locale, format_date
from flask_babel import gettext as _

from badges.models import Award
from issuer import accounts, mail
from issuer.access import settings
from issuer.letters import Letter


def invite(address: str, award: Award, *, url: str, until: datetime, locale: str) -> None:
    """In the language that the holder chose for whoever is asked."""
    version = award.achievement_version
    with force_locale(locale):
        holder = award.account.name or _("Somebody")
        _send(
            address,
            _("You are asked to endorse a badge"),
            _(
                "%(holder)s holds the badge “%(badge)s” of %(issuer)s, and asks what you have seen of it.",
                holder=holder,
                badge=version.name,
                issuer=version.achievement.organisation.name,
            ),
            _("Read what you are asked here. You need no account, and you may decline:"),
            url,
            _("The link works once, until %(day)s.", day=format_date(until, "long")),
            _("If you do not know who asks, do nothing: your address is forgotten then."),
        )


def tell_holder(award: Award) -> None:
    """Somebody has endorsed the badge; the holder decides who sees it."""
    address = accounts.primary_address(award.account)
    if address is None:
        return
    with force_locale(award.account.locale):
        _send(
            address,
            _("A badge of yours was endorsed"),
            _("Somebody has endorsed your badge “%(badge)s”.", badge=award.achievement_version.name),
            _("Nobody else sees it before you say so. Read it and decide here:"),
            page_of(award),
        )


def remind(award: Award, *, days: int) -> None:
    """As the holder has asked for."""
    address = accounts.primary_address(award.account)
    if address is None:
        return
    with force_locale(award.account.locale):
        _send(
            address,
            _("What have you applied at work?"),
            _("It is %(days)s days since you earned “%(badge)s”.", days=days, badge=award.achievement_version.name),
            _("You wanted to be reminded to ask somebody who has seen you apply it. Ask them here:"),
            page_of(award),
        )


def page_of(award: Award) -> str:
    """Where a holder reads and asks for endorsements of one badge."""
    return f"{settings().base_url}/badges/{award.public_id}/endorsements"


def _send(address: str, subject: str, *paragraphs: str) -> None:
    mail.send(address, Letter(subject, "\n\n".join(paragraphs) + "\n"))
