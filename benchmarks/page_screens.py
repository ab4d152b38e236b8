"""What a page asks of who reads it, in Chromium: screens, tab stops, words, weight, and what goes over the side.

`python benchmarks/pages.py DATA --screens` prints it for PATHS, or for the addresses given after it. A screen is 1440 × 900.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from playwright.sync_api import Page, sync_playwright

SCREEN = 900
NARROW = 320
MOST_SCREENS, MOST_STOPS = 6.0, 150
"""What no page of a portrait may exceed at 1440 × 900."""
TABS = ("", "/qui-est-la", "/formations-et-recherche", "/economie-et-besoins", "/liens", "/a-faire")
PLACES = ("epci/200040715", "epci/200046977", "epci/240700617", "department/07", "region/84", "commune/38185")
PATHS = tuple(f"/territoires/{place}{tab}" for place in PLACES for tab in TABS)
"""The first page and the tabs of the heaviest territories of each level, and of a small one."""
_MEASURE = """() => {
  const stops = 'a[href], button, input:not([type=hidden]), select, textarea, summary, iframe, [tabindex="0"]';
  const there = (one) => one.checkVisibility({visibilityProperty: true, contentVisibilityAuto: true});
  return {
    height: document.documentElement.scrollHeight,
    stops: [...document.querySelectorAll(stops)].filter((one) => there(one) && !one.disabled && one.tabIndex >= 0).length,
    words: document.querySelector('main').innerText.split(/\\s+/).filter(Boolean).length,
    over: document.documentElement.scrollWidth - window.innerWidth,
  };
}"""


@dataclass(frozen=True)
class Shape:
    """A page as it is met: its address, status, screens, tab stops, words, bytes, and pixels over the side at 320 wide."""

    path: str
    status: int
    screens: float
    stops: int
    words: int
    weight: int
    over: int

    @property
    def held(self) -> bool:
        """Whether it fits what a page of a portrait may be."""
        fits = self.screens <= MOST_SCREENS and self.stops <= MOST_STOPS
        return self.status == 200 and fits and self.over <= 0


def shapes(port: int, paths: Sequence[str] = PATHS) -> Iterator[Shape]:
    """Measure pages of a running service, one after the other."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("ANCRAGE_CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(locale="fr-FR")
        for path in paths or PATHS:
            yield _shape(page, f"http://127.0.0.1:{port}", path)
        browser.close()


def _shape(page: Page, host: str, path: str) -> Shape:
    page.set_viewport_size({"width": 1440, "height": SCREEN})
    answer = page.goto(host + path, wait_until="networkidle")
    assert answer is not None
    met = page.evaluate(_MEASURE)
    page.set_viewport_size({"width": NARROW, "height": SCREEN})
    over = page.evaluate(_MEASURE)["over"]
    return Shape(
        path,
        answer.status,
        met["height"] / SCREEN,
        met["stops"],
        met["words"],
        len(answer.body()),
        max(0, over),
    )


def table(port: int, paths: Sequence[str]) -> bool:
    """Print the shape of each page; tell whether all fit."""
    print(f"{'page':<52} {'screens':>7} {'stops':>6} {'words':>6} {'kB':>6} {'over':>5}")
    fit = True
    for one in shapes(port, paths):
        verdict = "fits" if one.held else "TOO MUCH" if one.status == 200 else f"status {one.status}"
        kilobytes = one.weight / 1000
        print(
            f"{one.path:<52} {one.screens:7.1f} {one.stops:6d} {one.words:6d} {kilobytes:6.1f} {one.over:5d}  {verdict}",
            flush=True,
        )
        fit &= one.held
    return fit
