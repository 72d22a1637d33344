"""What is changed about who somebody is, is told to every address of theirs: one of them notices if it was not them."""

from __future__ import annotations

from flask_babel import force_locale
from flask_babel import gettext as _

from issuer import mail
from issuer.letters import Letter
from issuer.models import Account


def tell_addresses(account: Account, subject: str, what: str, *, also: str | None = None) -> None:
    """Mail ``subject`` and ``what`` it is about to all proven addresses, and to ``also``, which was one until now."""
    with force_locale(account.locale):
        paragraphs = (
            what,
            _("Your badges stay yours. If it was not you, sign in and change it back; then choose another password."),
        )
        letter = Letter(subject, "\n\n".join(paragraphs) + "\n")
    proven = {each.address for each in account.addresses if each.verified_at is not None}
    for address in sorted(proven | ({also} if also else set())):
        mail.send(address, letter)
