"""Every page that the service has, as an administrator meets it: it opens, fits and can be used by everybody."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.journeys.browsing import DESKTOP_AT_NIGHT, PHONE, Surface, visiting
from tests.live import LiveServer


@pytest.mark.browser
@pytest.mark.parametrize("surface", [PHONE, DESKTOP_AT_NIGHT], ids=lambda surface: surface.name)
def test_every_page_opens_fits_and_can_be_used_by_everybody(
    browser: Browser, furnished: tuple[LiveServer, tuple[str, str], list[str]], surface: Surface
) -> None:
    server, (name, value), paths = furnished
    assert len(paths) > 25
    with visiting(browser, server.instance.base_url, surface) as administrator:
        administrator.context.add_cookies([{"name": name, "value": value, "url": server.instance.base_url}])
        for path in paths:
            administrator.open(path)
