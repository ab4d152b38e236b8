"""Pages of indicators in a real Chromium: nothing leaves the host, axe is silent, nothing scrolls sideways."""

from typing import Any

import pytest

pytestmark = pytest.mark.browser
SERVED = "example_data_dir"
PAGES = (
    "/indicateurs",
    "/indicateurs/population?niveau=commune",
    "/indicateurs/programmes-by-family?par=*&lang=en",
)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(axe_faults: Any, path: str, scheme: str) -> None:
    assert axe_faults(path, scheme) == []


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
