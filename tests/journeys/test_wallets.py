"""A badge goes from its holder's page into a wallet that scans the code on the screen."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, expect

from badges.demonstration.learning import play
from issuer.base.db import utc_now
from tests.factories.people import make_member
from tests.factories.wallets import Offered, wallet_for
from tests.journeys.browsing import DESKTOP_AT_NIGHT, DESKTOP_WITHOUT_JAVASCRIPT, PHONE, Surface, Visitor, visiting
from tests.journeys.conftest import Service
from tests.learners import browser_cookie, demonstration_module
from tests.live import LiveServer

pytestmark = pytest.mark.browser
SMALLEST = replace(PHONE, name="smallest", width=320)


def holder_of_a_badge(server: LiveServer) -> tuple[str, tuple[str, str]]:
    """The path of a private badge, and the cookie of its holder."""
    with server.instance.use_cases() as app:
        module = demonstration_module("M03")
        account = make_member("learner", organisation=module.organisation).account
        played = play(account, module, answers="right", now=utc_now())
        return f"/badges/{played.awards[0].public_id}", browser_cookie(app, account)


def scanned(visitor: Visitor) -> str:
    """What a camera reads off the screen."""
    picture = Image.open(io.BytesIO(visitor.page.screenshot(full_page=True)))
    (found,) = zxingcpp.read_barcodes(picture)
    return str(found.text)


@pytest.mark.parametrize(
    "surface", [PHONE, SMALLEST, DESKTOP_AT_NIGHT, DESKTOP_WITHOUT_JAVASCRIPT], ids=lambda surface: surface.name
)
def test_a_wallet_scans_the_offer_and_fetches_the_badge(browser: Browser, service: Service, surface: Surface) -> None:
    server = service("sqlite")
    path, (name, value) = holder_of_a_badge(server)
    with visiting(browser, server.instance.base_url, surface) as holder:
        holder.context.add_cookies([{"name": name, "value": value, "url": server.instance.base_url}])
        holder.open(f"{path}/wallet")
        page = holder.press("Make an offer")
        number = page.locator("#transaction-code").inner_text()
        link = page.get_by_role("link", name="Open the wallet").get_attribute("href")
        assert link == scanned(holder)
        assert number not in link
        fetch(server, Offered(link, number), path)
        holder.follow("Load it again")
        expect(page.get_by_role("main")).to_contain_text("A wallet has fetched it.")


def fetch(server: LiveServer, offered: Offered, path: str) -> None:
    """The wallet's part, on the same data."""
    with server.instance.use_cases() as app:
        wallet = wallet_for(app, offered)
        given = wallet.fetch("OpenBadgeCredential_ldp_vc").json["credentials"][0]["credential"]
    assert given["id"].endswith(path)
    assert given["credentialSubject"]["id"] == wallet.did
