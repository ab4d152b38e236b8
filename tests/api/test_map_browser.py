"""Maps in a real Chromium: nothing leaves the host, axe is silent, pointer and keyboard move the drawing."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser
PAGES = (
    "/cartes?indicateur=population",
    "/cartes?indicateur=reach-programme&niveau=epci",
    "/cartes?indicateur=population&compare=programmes&lang=en",
    "/cartes/flux",
)


@pytest.fixture(scope="module")
def host(example_data_dir: Path, served: Callable[..., AbstractContextManager[str]]) -> Iterator[str]:
    with served(example_data_dir) as address:
        yield address


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Any, host: str, path: str, scheme: Any) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    context = browser.new_context(color_scheme=scheme, locale="fr-FR", bypass_csp=True)
    page = context.new_page()
    page.goto(host + path)
    found = axe.Axe().run(page).response["violations"]
    context.close()
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == []


@pytest.mark.parametrize("width", [390, 820, 1440])
def test_a_page_of_maps_fits_and_asks_nothing_of_others(visit: Any, width: int) -> None:
    visit.page.set_viewport_size({"width": width, "height": 900})
    for path in PAGES:
        assert visit.open(path).status == 200
        assert visit.page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth") <= 0
    assert visit.strangers == []
    assert visit.complaints == []


def test_the_drawing_is_enlarged_and_the_row_of_a_territory_told(visit: Any) -> None:
    visit.open(PAGES[0])
    frame = visit.page.locator("[data-carte] svg").first
    before = frame.get_attribute("viewBox")
    visit.page.get_by_role("button", name="Agrandir").first.click()
    assert frame.get_attribute("viewBox") != before
    visit.page.get_by_role("button", name="Tout voir").first.click()
    assert [float(n) for n in frame.get_attribute("viewBox").split()] == [float(n) for n in before.split()]
    link = frame.locator("a").first
    link.focus()
    place = link.locator("[data-t]").get_attribute("data-t")
    assert visit.page.locator(f'tr[data-t="{place}"]').get_attribute("class") == "choisi"
    assert visit.page.locator(".carte-bulle").first.inner_text() == link.get_attribute("aria-label")
    assert link.get_attribute("href") == f"/territoires/{place}"


def test_without_javascript_the_map_stays(browser: Any, host: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(host + PAGES[0])
    assert page.locator("[data-carte] svg a").count() > 0
    assert page.locator("#tableau tbody tr").count() > 0
    context.close()
