"""What people do in a browser, in the words of their journey."""

from __future__ import annotations

import secrets

from tests.journeys.browsing import Visitor


def fresh_address() -> str:
    """An e-mail address nobody has used here."""
    return f"learner.{secrets.token_hex(6)}@northbridge.example"


def sign_up(visitor: Visitor, *, name: str) -> str:
    """Create an account without a password, through the mailed link; signed in afterwards. The address used."""
    email = fresh_address()
    page = visitor.open("/sign-up")
    page.get_by_label("Your name").fill(name)
    page.get_by_label("E-mail address").fill(email)
    visitor.press("Create my account")
    use_mailed_link(visitor, email)
    return email


def sign_in_by_mail(visitor: Visitor, email: str) -> None:
    """Sign in with a link, in whichever browser this is."""
    page = visitor.open("/sign-in")
    page.get_by_label("E-mail address").fill(email)
    visitor.press("Mail me a link")
    use_mailed_link(visitor, email)


def use_mailed_link(visitor: Visitor, email: str) -> None:
    """Open the newest mail to ``email`` in the outbox of this machine, follow its link, press its button."""
    page = visitor.open("/outbox")
    mail = page.locator("section").filter(has_text=email).first
    link = mail.locator("a[href*='/sign-in/link/']").get_attribute("href")
    assert link is not None
    visitor.open(link.removeprefix(visitor.base_url))
    visitor.press("Sign in")


def open_module(visitor: Visitor, title: str) -> None:
    """Find a module in the catalog and open its page."""
    visitor.open("/catalog")
    visitor.follow(title)


def read_all_cards(visitor: Visitor) -> int:
    """From the module's page through its cards, to the last one; how many there are."""
    visitor.follow("Start reading")
    cards = 1
    while visitor.page.get_by_role("link", name="Next", exact=True).count():
        visitor.follow("Next")
        cards += 1
    return cards


def begin_check(visitor: Visitor, title: str) -> None:
    """From the catalog to the first question of a module's check."""
    open_module(visitor, title)
    visitor.press("Answer the check")
