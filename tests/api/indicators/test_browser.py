"""Pages of indicators in a real Chromium: nothing leaves the host, axe is silent, nothing scrolls sideways."""

from typing import Any

import pytest

pytestmark = pytest.mark.browser
SERVED = "example_data_dir"
PAGES = (
    "/indicateurs",
    "/indicateurs/population?level=commune",
    "/indicateurs/programmes-by-family?by=*&lang=en",
)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_in_order(page_faults: Any, path: str) -> None:
    assert page_faults(path) == []
