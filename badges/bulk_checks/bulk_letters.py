"""Mails about checks and watches, in plain words. Whose badges they are stands in none of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Protocol

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from badges.bulk_checks.models import BadgeWatch, BulkCheck
from badges.bulk_checks.wording import finding_words, standing_change_words
from issuer import accounts, mail
from issuer.access import settings
from issuer.letters import Letter
from issuer.models import Account

MOST_NAMED = 50


class _Change(Protocol):
    @property
    def number(self) -> int: ...
    @property
    def after(self) -> str: ...


def tell_changed(check: BulkCheck, changes: Sequence[_Change]) -> None:
    """To who planned a check: how many badges are found otherwise than before, and in which rows."""
    assert check.schedule is not None
    account = check.schedule.account
    with force_locale(account.locale):
        counted = Counter(each.after for each in changes)
        lines = [f"- {finding_words(after)[0]}: {number}" for after, number in counted.most_common()]
        rows = ", ".join(str(each.number) for each in changes[:MOST_NAMED])
        if len(changes) > MOST_NAMED:
            rows = _("%(rows)s and %(more)s more", rows=rows, more=len(changes) - MOST_NAMED)
        _send(
            account,
            ngettext("A badge you check has changed", "%(num)s badges you check have changed", len(changes)),
            _("“%(name)s” was checked again. Found otherwise than before:", name=check.name),
            "\n".join(lines),
            _("Rows: %(rows)s", rows=rows),
            f"{settings().base_url}/checks/{check.public_id}",
        )


def ask_holder(watch: BadgeWatch, holder: Account, badge: str) -> None:
    """To the holder of a badge: who asks to watch it, and why. Nothing happens unless they agree."""
    with force_locale(holder.locale):
        asker = watch.organisation.name
        _send(
            holder,
            _("%(organisation)s asks to watch a badge of yours", organisation=asker),
            _(
                "%(organisation)s asks to be told when your badge “%(badge)s” changes: when it is withdrawn, suspended,"
                " runs out or is signed again. Nothing else about you is told.",
                organisation=asker,
                badge=badge,
            ),
            _("What they wrote: %(purpose)s", purpose=watch.purpose),
            _("Nobody watches it unless you agree, and you can stop it at any time. Accept or decline here:"),
            f"{settings().base_url}/badges/watchers",
        )


def tell_answer(watch: BadgeWatch, badge: str) -> None:
    """To who asked: the holder has accepted, declined or stopped."""
    account = watch.account
    with force_locale(account.locale):
        sentences = {
            "accepted": _("The holder of “%(badge)s” has agreed: you are told when it changes.", badge=badge),
            "declined": _("The holder of “%(badge)s” does not want it to be watched.", badge=badge),
            "stopped": _("The holder of “%(badge)s” has ended your watching it.", badge=badge),
        }
        _send(account, _("An answer about a badge you asked to watch"), sentences[watch.state], _watches())


def tell_watcher(watch: BadgeWatch, badge: str, change: str) -> None:
    """To who watches a badge: what has become of it."""
    account = watch.account
    with force_locale(account.locale):
        _send(
            account,
            _("A badge you watch has changed"),
            standing_change_words(change, badge),
            _("Its page says more: %(url)s", url=f"{settings().base_url}/watches/{watch.public_id}"),
        )


def _watches() -> str:
    return f"{settings().base_url}/watches"


def _send(account: Account, subject: str, *parts: str) -> None:
    address = accounts.primary_address(account)
    if address is not None:
        mail.send(address, Letter(subject, "\n\n".join(parts) + "\n"))
