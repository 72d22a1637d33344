"""What a learner is told when a badge is withdrawn, suspended or counts again: in plain words, one mail."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from issuer import accounts, mail
from issuer.access import settings
from issuer.letters import Letter
from issuer.models import Account, Organisation
from issuer.status.reasons import OTHER, Reason, words_of

MOST_NAMED = 20


def tell_revoked(account: Account, organisation: Organisation, names: Sequence[str], reason: Reason) -> None:
    """Tell somebody that badges with these names (at least one) were withdrawn for good."""
    with force_locale(account.locale):
        opening = ngettext(
            "%(organisation)s has withdrawn a badge of yours, for good:",
            "%(organisation)s has withdrawn %(num)s badges of yours, for good:",
            len(names),
            organisation=organisation.name,
        )
        subject = ngettext("A badge of yours was withdrawn", "Badges of yours were withdrawn", len(names))
        meaning = _(
            "Whoever checks it from now on is told that it was withdrawn. Your badge page keeps it, and says so."
        )
        _send(account, organisation, subject, opening, names, _why(reason), meaning)


def tell_suspended(account: Account, organisation: Organisation, name: str, reason: Reason) -> None:
    """Tell somebody that a badge is suspended."""
    with force_locale(account.locale):
        opening = _("%(organisation)s has suspended a badge of yours for now:", organisation=organisation.name)
        meaning = _("Whoever checks it is told that it is suspended. When the suspension is lifted, you hear from us.")
        _send(account, organisation, _("A badge of yours is suspended"), opening, [name], _why(reason), meaning)


def tell_lifted(account: Account, organisation: Organisation, name: str, sentence: str) -> None:
    """Tell somebody that the suspension of a badge was lifted."""
    with force_locale(account.locale):
        opening = _("%(organisation)s has lifted the suspension of a badge of yours:", organisation=organisation.name)
        meaning = _("It counts again, as before. You need not do anything.")
        why = _("What they wrote: %(reason)s", reason=sentence)
        _send(account, organisation, _("A badge of yours counts again"), opening, [name], why, meaning)


def _why(reason: Reason) -> str:
    if reason.code == OTHER:
        return str(_("What they wrote: %(reason)s", reason=reason.sentence))
    code = words_of(reason.code)
    return str(_("The reason: %(code)s. What they wrote: %(reason)s", code=code, reason=reason.sentence))


def _send(
    account: Account,
    organisation: Organisation,
    subject: str,
    opening: str,
    names: Sequence[str],
    why: str,
    meaning: str,
) -> None:
    address = accounts.primary_address(account)
    if address is None:
        return
    listed = [f"- {name}" for name in names[:MOST_NAMED]]
    if len(names) > MOST_NAMED:
        listed.append(_("- and %(more)s more", more=len(names) - MOST_NAMED))
    contact = (
        _("If you think that this is wrong, write to %(address)s.", address=organisation.email)
        if organisation.email
        else _("If you think that this is wrong, write to them.")
    )
    parts = (opening, "\n".join(listed), why, meaning, contact, f"{settings().base_url}/badges")
    mail.send(address, Letter(subject, "\n\n".join(parts) + "\n"))
