"""When a stranger sees the public badge page: the largest contentful paint in Chromium, with nothing in its cache.

Source: W3C, Largest Contentful Paint. The phone has a processor that Chromium slows down to a quarter.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from playwright.sync_api import Browser, sync_playwright

from tests.bench.figures import Figure
from tests.bench.pages import publish_one
from tests.journeys.browsing import DESKTOP, PHONE, Surface, launch
from tests.live import Instance, running

VISITS = 7
SLOWER = {PHONE.name: 4, DESKTOP.name: 1}
AIM_MILLISECONDS = 1000.0

_LARGEST = """() => new Promise((resolve) => {
  const seen = [];
  const observer = new PerformanceObserver((list) => seen.push(...list.getEntries()));
  observer.observe({type: "largest-contentful-paint", buffered: true});
  setTimeout(() => { seen.push(...observer.takeRecords()); resolve(seen.at(-1)?.startTime ?? 0); }, 500);
})"""


def measure(instance: Instance) -> Iterator[Figure]:
    """The median of some first visits, in milliseconds."""
    path = publish_one(instance)
    with running(instance) as server, sync_playwright() as playwright:
        browser = launch(playwright)
        for surface in (PHONE, DESKTOP):
            times = [first_visit(browser, server.instance.base_url + path, surface) for _ in range(VISITS)]
            name = f"public badge page, largest paint, {surface.name} (processor {SLOWER[surface.name]} x slower)"
            yield Figure(name, statistics.median(times), "ms", AIM_MILLISECONDS, "what was aimed at")
        browser.close()


def first_visit(browser: Browser, url: str, surface: Surface) -> float:
    """Milliseconds until the largest thing of the page stood there, in a browser that knows nothing of it."""
    size = {"width": surface.width, "height": surface.height}
    context = browser.new_context(viewport=size, is_mobile=surface.touch, has_touch=surface.touch)
    try:
        page = context.new_page()
        chromium = context.new_cdp_session(page)
        chromium.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER[surface.name]})
        page.goto(url, wait_until="load")
        painted = float(page.evaluate(_LARGEST))
        if not painted:
            raise RuntimeError(f"Chromium saw nothing painted on {url}.")
        return painted
    finally:
        context.close()
