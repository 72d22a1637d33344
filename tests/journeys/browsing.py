"""A person's browser in a journey, and what must never happen on any page it opens."""

from __future__ import annotations

import functools
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Address
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Playwright, Request

ARGUMENTS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
PATIENCE = 10_000
"""Milliseconds a page may take before the journey gives up."""

OFFLINE = "ERR_INTERNET_DISCONNECTED"

_REPORT_POLICY_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`content security policy: ${event.violatedDirective} stopped ${event.blockedURI}`));
"""


@dataclass(frozen=True, slots=True)
class Surface:
    """What somebody holds: the size of its window in CSS pixels, whether it is touched, whether scripts run.

    ``looked_at``: every page is measured and given to axe; needs scripts, and once for each page is enough.
    ``dark``: its owner prefers dark pages. ``pixels``: how many of its own make one CSS pixel across.
    """

    name: str
    width: int
    height: int
    touch: bool = False
    javascript: bool = True
    looked_at: bool = True
    dark: bool = False
    pixels: int = 1


PHONE = Surface("phone", 360, 740, touch=True)
DESKTOP = Surface("desktop", 1280, 900)
DESKTOP_AT_NIGHT = Surface("desktop-at-night", 1280, 900, dark=True)
DESKTOP_WITHOUT_JAVASCRIPT = Surface("desktop-without-javascript", 1280, 900, javascript=False)


def chromium_path() -> str | None:
    """Where this machine's Chromium is, or None."""
    return shutil.which("chromium")


def launch(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=chromium_path(), args=list(ARGUMENTS))


class Visitor:
    """One browser window with cookies of its own. ``troubles`` is everything that must not have happened.

    Each comes from a place of its own, so that what one of them tries does not count against the next.
    """

    def __init__(self, browser: Browser, base_url: str, surface: Surface, *, language: str) -> None:
        self.base_url = base_url
        self.surface = surface
        self.troubles: list[str] = []
        self._refused: set[str] = set()
        self._was_offline = False
        self.context = browser.new_context(
            base_url=base_url,
            viewport={"width": surface.width, "height": surface.height},
            has_touch=surface.touch,
            is_mobile=surface.touch,
            java_script_enabled=surface.javascript,
            color_scheme="dark" if surface.dark else "light",
            device_scale_factor=surface.pixels,
            locale=language,
            accept_downloads=True,
            extra_http_headers={"X-Forwarded-For": str(_a_place())},
        )
        self.context.set_default_timeout(PATIENCE)
        self.context.add_init_script(_REPORT_POLICY_VIOLATIONS)
        self.page: Page = self.context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.troubles.append(f"script error on {self.page.url}: {error}"))
        self.page.on("request", self._watch)

    def open(self, path: str, *, status: int = 200) -> Page:
        """Go to ``path`` of this service; another status than ``status`` is an error at once."""
        if status >= 400:
            self._refused.add(self.url(path))
        reply = self.page.goto(path)
        assert reply is not None
        assert reply.status == status, f"{path} answered {reply.status}, not {status}: {self.page.inner_text('body')}"
        self.look()
        return self.page

    def press(self, name: str) -> Page:
        """Press the button called ``name`` in the page itself, and wait for the page behind it."""
        return self._go(self.page.get_by_role("main").get_by_role("button", name=name, exact=True))

    def follow(self, name: str) -> Page:
        """Follow the link called ``name`` in the page itself."""
        return self._go(self.page.get_by_role("main").get_by_role("link", name=name, exact=True))

    def _go(self, target: Locator) -> Page:
        with self.page.expect_navigation():
            target.first.click()
        self.look()
        return self.page

    def look(self) -> None:
        """See whether the page fits its window and whether everybody can use it (axe: WCAG 2.2 A and AA)."""
        if not (self.surface.javascript and self.surface.looked_at):
            return
        too_wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if too_wide > 0:
            self.troubles.append(f"{self.page.url} is {too_wide} pixels wider than the {self.surface.name}")
        for violation in _axe().run(self.page).response["violations"]:
            where = "; ".join(" ".join(node["target"][0:1]) for node in violation["nodes"][:4])
            self.troubles.append(f"{self.page.url}: axe {violation['id']}: {violation['help']}: {where}")

    @contextmanager
    def offline(self) -> Iterator[None]:
        """No network while the block runs; that requests fail then is no trouble."""
        self._was_offline = True
        self.context.set_offline(True)
        try:
            yield
        finally:
            self.context.set_offline(False)

    def url(self, path: str) -> str:
        return self.base_url + path

    def path(self) -> str:
        """Where the window is now, without scheme and host."""
        return urlsplit(self.page.url).path

    def _hear(self, message: ConsoleMessage) -> None:
        expected = message.location.get("url") in self._refused or (self._was_offline and OFFLINE in message.text)
        if message.type == "error" and not expected:
            self.troubles.append(f"console on {self.page.url}: {message.text}")

    def _watch(self, request: Request) -> None:
        if not request.url.startswith((f"{self.base_url}/", "data:", "blob:")):
            self.troubles.append(f"{self.page.url} asked another host: {request.url}")


@contextmanager
def visiting(
    browser: Browser, base_url: str, surface: Surface = DESKTOP, *, language: str = "en-CA"
) -> Iterator[Visitor]:
    """A visitor; leaving says what went wrong on the pages opened, unless the journey has failed already."""
    visitor = Visitor(browser, base_url, surface, language=language)
    try:
        yield visitor
    finally:
        visitor.context.close()
    assert not visitor.troubles, "\n".join(visitor.troubles)


def _a_place() -> IPv4Address:
    """One of the addresses of this machine: the mails of a development server are shown to it alone."""
    return IPv4Address("127.0.0.1") + secrets.randbelow(2**24 - 2)


@functools.cache
def _axe() -> Axe:
    return Axe()
