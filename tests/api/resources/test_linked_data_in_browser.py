"""The ontology page and descriptions in a real Chromium: filter, anchors, data blocks, widths, axe, hostile texts."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.graph.snapshots.store import build_store

PAGES = (
    *(
        "/def/",
        "/def/?lang=en",
        "/def/?q=commune",
        "/doc/interaction-type",
        "/doc/interaction-type/internship?lang=en",
    ),
    *("/doc/evidence-status/documented", "/doc/territory/commune/99101", "/doc/interaction/illustrative/1"),
    *("/doc/correspondence/naf08-naf25", "/doc?iri=http://id.insee.fr/codes/nafr2/naf"),
    *("/methodes", "/methodes?lang=en"),
)
HOSTILE = Path(__file__).parents[2] / "data" / "pages" / "hostile.ttl"

pytestmark = pytest.mark.browser
sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_in_order(page_faults: Any, path: str) -> None:
    assert (
        page_faults(path, locale="en-US", opened="main details") == []
    )  # no policy stops a data block of JSON-LD


def test_terms_are_filtered_while_one_types(visit: Any) -> None:
    visit.open("/def/")
    shown = visit.page.locator("article.terme:visible")
    everything = shown.count()
    visit.page.fill("#mots", "Université")
    some = shown.count()
    assert 0 < some < everything
    assert visit.page.locator("#University").is_visible()
    assert visit.page.locator("#mots-compte").inner_text().startswith(f"{some} ")
    assert not visit.page.locator("#regles").is_visible()
    visit.page.fill("#mots", "qqqq")
    assert shown.count() == 0
    assert visit.page.locator("#mots-compte").inner_text() == "Aucun terme ne contient ces mots."
    visit.page.fill("#mots", "")
    assert shown.count() == everything
    assert visit.complaints == []


def test_an_address_opens_what_it_points_to(visit: Any) -> None:
    visit.open("/def/shapes/InteractionShape")
    shape = visit.page.locator("#InteractionShape")
    sync_api.expect(shape).to_have_attribute("open", "")
    sync_api.expect(shape).to_be_in_viewport()
    visit.open("/def/Commune")
    sync_api.expect(visit.page.locator("#Commune")).to_be_in_viewport()


def test_a_link_in_a_filtered_page_shows_its_target(visit: Any) -> None:
    visit.open("/def/")
    visit.page.fill("#mots", "chef-lieu")
    visit.page.locator("#seat").get_by_role("link", name="commune (territoire)").click()
    sync_api.expect(visit.page.locator("#Commune")).to_be_in_viewport()
    assert visit.page.locator("#mots").input_value() == ""


def test_the_ontology_reads_without_javascript(browser: Any, host: str) -> None:
    context = browser.new_context(java_script_enabled=False, locale="fr-FR")
    page = context.new_page()
    page.goto(host + "/def/")
    page.fill("#mots", "chef-lieu")
    page.get_by_role("button", name="Filtrer").click()
    page.wait_for_url("**/def/?q=*")
    assert [one.get_attribute("id") for one in page.locator("article.terme").all()] == ["seat"]
    context.close()


def test_a_scheme_opens_by_keyboard(visit: Any) -> None:
    visit.open("/doc/interaction-type")
    summary = visit.page.locator("summary", has_text=re.compile("^formation et professionnalisation"))
    summary.focus()
    visit.page.keyboard.press("Enter")
    sync_api.expect(visit.page.locator(".arbre").get_by_role("link", name="projet tuteuré")).to_be_visible()


@pytest.fixture
def hostile_data(tmp_path: Path) -> Path:
    graph = "https://w3id.org/ancrage/graph/hostile"
    quads = build_store([(HOSTILE, graph)], tmp_path / "store")
    manifest = {"quads": quads, "graphs": {graph: {"role": "base"}}}
    Snapshots(tmp_path / "data").publish(tmp_path / "store", manifest)
    return tmp_path / "data"


@pytest.mark.parametrize("language", ["fr-FR", "en-GB"])
def test_hostile_texts_run_nothing(
    browser: Any, hostile_data: Path, served: Callable[[Path], Any], language: str
) -> None:
    with served(hostile_data) as address:
        context = browser.new_context(locale=language)
        page = context.new_page()
        heard: list[str] = []

        def refuse(dialog: Any) -> None:
            heard.append(dialog.message)
            dialog.dismiss()

        page.on("dialog", refuse)
        page.on("console", lambda message: heard.append(message.text))
        page.on("pageerror", lambda error: heard.append(str(error)))
        for path in (
            "/doc/organization/hostile",
            "/doc/interaction/hostile",
            "/doc?iri=javascript:alert%25283%2529",
        ):
            assert page.goto(address + path, wait_until="networkidle").status == 200
            for link in page.locator("main a").all():
                assert (link.get_attribute("href") or "").startswith(("/", "#", "http"))
            page.mouse.move(300, 300)
        context.close()
    assert heard == []
