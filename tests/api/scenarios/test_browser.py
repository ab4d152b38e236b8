"""« Et si… » walked by a person: from a portrait to an address that another browser opens, without scripts there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.browser
sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
SERVED = "example_data_dir"


def test_from_a_portrait_to_an_address_that_is_shared(
    visit: Any, browser: Any, page_faults: Callable[..., list[Any]]
) -> None:
    visit.open("/territoires/epci/200040715")
    page = visit.page
    page.get_by_role("link", name="Et si… ? ").click()
    page.get_by_role("link", name="Ouvrir une antenne numérique").click()
    sync_api.expect(page.get_by_label("Territoire dont vous voulez")).to_have_value(
        "Grenoble-Alpes-Métropole"
    )
    page.get_by_label("Dans quelle commune ?").fill("Grenobl")
    page.get_by_label("Son nom", exact=True).fill("Antenne du quai")
    page.get_by_label("Tutorat").check()
    page.get_by_role("button", name="Voir ce qui change").click()
    sync_api.expect(page.get_by_role("alert")).to_contain_text(
        "aucune commune ne s’appelle « Grenobl »", ignore_case=True
    )
    page.get_by_role("link", name="Grenoble", exact=True).click()
    sync_api.expect(page.get_by_label("Son nom", exact=True)).to_have_value("Antenne du quai")
    page.get_by_role("button", name="Voir ce qui change").click()
    page.wait_for_url("**/scenarios/essai?*")
    title = page.locator("h1").inner_text()
    assert "Antenne du quai" in title
    assert page.locator(".carte-cadre svg").count() == 2
    assert page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth") <= 0
    assert visit.strangers == []
    assert [one for one in visit.complaints if "422" not in one] == []
    shared = page.url
    for path, status in (
        (shared.removeprefix(visit.host), 200),
        ("/antennes/example-digital-branch", 200),
        ("/relais?territory=Grenobl", 404),
    ):
        assert page_faults(path, status=status) == [], path
    context = browser.new_context(java_script_enabled=False, locale="fr-FR")
    other = context.new_page()
    other.goto(shared)
    assert other.locator("h1").inner_text() == title
    assert other.get_by_text("Réduire").count() == 0  # what moves a map needs a script, and is not shown
    other.get_by_role("link", name="Ajouter une hypothèse").click()
    opened = other.get_by_text("L’ouverture de l’antenne « Antenne du quai »".replace("’", "'"))
    sync_api.expect(opened).to_have_count(1)
    context.close()
