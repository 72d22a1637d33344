"""The public pages as anybody meets them: on three widths, by day and night, in both languages (WCAG 2.2 A and AA)."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser

from tests.journeys.browsing import Surface, visiting
from tests.live import LiveServer

WIDTHS = (320, 360, 1280)
PUBLIC = re.compile(
    r"/(badges|endorsements|s)/[\w-]{22,}|/(achievements|issuers|competencies)/[^/]+|/|/issuers|/search|/verify|/catalog|/log"
)
NOBODY_S = "/badges/nobodyHasABadgeLikeIt1"


def day_or_night(dark: bool) -> Surface:
    return Surface("night" if dark else "day", 360, 740, dark=dark)


@pytest.mark.browser
@pytest.mark.parametrize("dark", [False, True], ids=["day", "night"])
@pytest.mark.parametrize("language", ["en-CA", "fr-CA"])
def test_everybody_can_use_them(
    browser: Browser, furnished: tuple[LiveServer, tuple[str, str], list[str]], language: str, dark: bool
) -> None:
    server, _cookie, paths = furnished
    public = [path for path in paths if PUBLIC.fullmatch(path)]
    assert len({path.split("/")[1] for path in public}) > 8, public
    with visiting(browser, server.instance.base_url, day_or_night(dark), language=language) as stranger:
        for path in (*public, *(f"/embed{path}" for path in public if path.startswith("/badges/"))):
            stranger.open(path)
            for width in WIDTHS:
                stranger.page.set_viewport_size({"width": width, "height": 800})
                stranger.look()
        stranger.open(NOBODY_S, status=404)
