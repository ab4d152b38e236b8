"""The catalogue in a real Chromium: nothing leaves the host, axe is silent, keyboard and no JavaScript suffice."""

from typing import Any

import pytest

PAGES = (
    "/queries?lang=en&q=territory",
    "/queries?tag=nothing",
    "/queries/resources-by-class?lang=en",
    "/queries/territory-identity?territory=essai",
    "/queries/territory-identity?territory=zzz+z",
    "/queries/indicator-series",
    "/queries/chain-members-in-territory",
    "/developpeurs",
)

pytestmark = pytest.mark.browser
sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_in_order(page_faults: Any, path: str) -> None:
    assert page_faults(path, status=400 if "zzz" in path else 200, locale="en-US") == []


def test_a_territory_is_found_by_name_with_the_keyboard(visit: Any) -> None:
    visit.open("/queries/territory-programmes")
    field = visit.page.get_by_role("combobox", name="Territoire")
    field.fill("")
    field.press_sequentially("metropole ess")
    option = visit.page.get_by_role("option")
    sync_api.expect(option).to_have_count(1)
    assert field.get_attribute("aria-expanded") == "true"
    field.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") == option.get_attribute("id")
    field.press("Enter")
    assert field.input_value() == "299000001"
    assert field.get_attribute("aria-expanded") == "false"
    assert visit.page.locator("#m-territory").inner_text() == "Métropole d'Essai (intercommunalité)"
    field.press("Enter")
    visit.page.wait_for_url("**/queries/territory-programmes?territory=299000001")
    assert visit.page.get_by_role("link", name="Licence professionnelle bois").count() == 1
    assert visit.complaints == []
    assert visit.strangers == []


def test_a_refused_parameter_has_the_focus_and_says_why(visit: Any) -> None:
    visit.open("/queries/territory-identity?territory=zzz+z")
    field = visit.page.locator("[name=territory]:focus")
    assert "e-territory" in field.get_attribute("aria-describedby").split()
    assert "zzz z" in visit.page.locator("#e-territory[role=alert]").inner_text()


def test_suggestions_close_and_run_nothing(visit: Any) -> None:
    visit.open("/queries/actor-identity")
    field = visit.page.get_by_role("combobox", name="Organisation")
    field.fill("")
    field.press_sequentially("script alert")
    sync_api.expect(visit.page.get_by_role("option")).to_have_count(1)
    assert "<script>" in visit.page.get_by_role("option").inner_text()
    field.press("Escape")
    sync_api.expect(visit.page.get_by_role("listbox")).to_be_hidden()
    assert visit.complaints == []


def test_without_javascript_a_name_is_understood_and_the_chart_is_there(browser: Any, host: str) -> None:
    context = browser.new_context(java_script_enabled=False, locale="fr-FR")
    page = context.new_page()
    page.goto(host + "/queries/territory-programmes")
    page.get_by_label("Territoire", exact=True).fill("métropole d'essai")
    page.get_by_role("button", name="Poser la question").click()
    sync_api.expect(page.get_by_role("link", name="Licence professionnelle bois")).to_have_count(1)
    assert page.get_by_text("compris comme").is_visible()
    assert not page.get_by_role("button", name="Copier").is_visible()
    page.goto(host + "/queries/resources-by-class")
    assert page.get_by_role("img").count() == 1
    page.goto(host + "/queries")
    page.get_by_label("Mots du titre").fill("formations")
    page.get_by_role("button", name="Chercher", exact=True).click()
    sync_api.expect(page.get_by_role("link", name="Formations d'un territoire", exact=True)).to_have_count(1)
    context.close()


def test_the_query_is_copied(browser: Any, host: str) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"], locale="fr-FR")
    page = context.new_page()
    page.goto(host + "/queries/territory-programmes?territory=299000001")
    page.get_by_role("button", name="Copier").click()
    sync_api.expect(page.get_by_role("button", name="Copiée")).to_be_visible()
    assert "epci/299000001" in page.evaluate("() => navigator.clipboard.readText()")
    context.close()
