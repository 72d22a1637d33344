"""The words of the mails. No letter repeats what a stranger typed: a form must not be able to send messages."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext


@dataclass(frozen=True, slots=True)
class Letter:
    """Subject on one line, body in plain text."""

    subject: str
    body: str


def sign_in_letter(link: str, minutes: int) -> Letter:
    """For somebody with an account who wants to sign in without a password."""
    return _letter(
        _("Your sign-in link"),
        _("Open this link and press the button to sign in to Rosette:"),
        link,
        _("It works once, for %(minutes)s minutes.", minutes=minutes),
        _("If you did not ask for it, do nothing: nobody can sign in without this mail."),
    )


def welcome_letter(link: str, minutes: int) -> Letter:
    """For a new account: proves that the address is the person's own."""
    return _letter(
        _("Confirm your address"),
        _("An account at Rosette was asked for with this address. Open this link and press the button to begin:"),
        link,
        _("It works once, for %(minutes)s minutes.", minutes=minutes),
        _("If it was not you, do nothing: without this the account cannot be used."),
    )


def address_letter(link: str, minutes: int) -> Letter:
    """For somebody signed in who adds another address."""
    return _letter(
        _("Confirm your address"),
        _("Open this link in the browser in which you are signed in to add this address to your account:"),
        link,
        _("It works once, for %(minutes)s minutes.", minutes=minutes),
        _("If you did not ask for it, do nothing."),
    )


def known_address_letter(sign_in: str) -> Letter:
    """To the owner of an account with whose address somebody tried to sign up or to add it elsewhere."""
    return _letter(
        _("You already have an account"),
        _("Somebody, perhaps you, asked for an account with this address. You have one; sign in here:"),
        sign_in,
        _("If it was not you, do nothing: nothing has changed."),
    )


def unknown_address_letter(sign_up: str) -> Letter:
    """To an address without an account, for which a sign-in link was asked."""
    return _letter(
        _("There is no account with this address"),
        _("Somebody, perhaps you, wanted to sign in to Rosette with this address. It has no account; make one here:"),
        sign_up,
        _("Perhaps you signed up with another address. If it was not you, do nothing."),
    )


def invitation_letter(link: str, organisation: str, days: int) -> Letter:
    """To somebody whom an administrator has added to an organisation."""
    return _letter(
        _("You were added to %(organisation)s", organisation=organisation),
        _("%(organisation)s has made a place for you at Rosette. Open this link to begin:", organisation=organisation),
        link,
        _("It works once, for %(days)s days. After that, ask for a sign-in link with this address.", days=days),
    )


def added_letter(sign_in: str, organisation: str) -> Letter:
    """To somebody with an account whom an administrator has added to an organisation."""
    return _letter(
        _("You were added to %(organisation)s", organisation=organisation),
        _("%(organisation)s has made a place for you at Rosette. Sign in as usual:", organisation=organisation),
        sign_in,
    )


def signed_again_letter(badges_page: str, organisation: str, badges: int) -> Letter:
    """To a learner of whom so many ``badges`` (from 1) were signed again, because a key was compromised."""
    return _letter(
        _("Your badges were signed again"),
        ngettext(
            "%(organisation)s has signed %(num)s badge of yours again, because one of its signing keys may have come"
            " into other hands. You did nothing wrong, and you keep what you earned: the same badge, with the same"
            " date.",
            "%(organisation)s has signed %(num)s badges of yours again, because one of its signing keys may have come"
            " into other hands. You did nothing wrong, and you keep what you earned: the same badges, with the same"
            " dates.",
            badges,
            organisation=organisation,
        ),
        _(
            "Addresses that you gave to others still work. A file that you saved or handed on before no longer"
            " verifies: save it again, and hand on the new one. Your badges are here:"
        ),
        badges_page,
    )


def _letter(subject: str, *paragraphs: str) -> Letter:
    return Letter(subject, "\n\n".join(paragraphs) + "\n")
