"""Pages of indicators in a real Chromium: nothing leaves the host, axe is silent, nothing scrolls sideways."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser
PAGES = (
    "/indicateurs",
    "/indicateurs/population?niveau=commune",
    "/indicateurs/programmes-by-family?par=*&lang=en",
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
def test_a_page_fits_and_asks_nothing_of_others(visit: Any, width: int) -> None:
    visit.page.set_viewport_size({"width": width, "height": 900})
    for path in PAGES:
        assert visit.open(path).status == 200
        assert visit.page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth") <= 0, (
            path
        )
    assert visit.strangers == []
    assert visit.complaints == []
