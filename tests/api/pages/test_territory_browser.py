"""Portraits, actors, programmes, blocks and what is missing in a real Chromium: axe is silent, nothing scrolls sideways."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from ancrage.api.pages.territory.tabs import TABS
from ancrage.api.precompute import findings as portrait_ahead
from ancrage.graph.snapshots.reader import LocalReader

pytestmark = pytest.mark.browser
pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

METRO = "/territoires/epci/200040715"
PAGES = (
    *("/", METRO, f"{METRO}/liens?compare=peers&lang=en", f"{METRO}/a-faire", f"{METRO}/lacunes"),
    *("/territoires/department/07/qui-est-la", f"{METRO}/formations-et-recherche"),
    *("/territoires/department/07/economie-et-besoins", "/territoires/department/38/filieres?lang=en"),
    *(f"{METRO}/chiffres-cles", f"{METRO}/evolutions", f"{METRO}/partenaires?embed=1", f"{METRO}/pairs"),
    *(
        "/ce-qui-manque",
        "/ce-qui-manque/territoires",
        "/ce-qui-manque/sources",
        "/ce-qui-manque/references?lang=en",
    ),
    *("/acteurs/0383546Y", "/acteurs/0383546Y?lang=en", "/acteurs/199512057G", "/acteurs/510000001?lang=en"),
    *("/acteurs/0383546Y/suggestions", "/acteurs/199512057G/suggestions?lang=en"),
    *("/acteurs/199512057G/partenaires?lang=en", "/acteurs/0383546Y/activite?embed=1"),
    *(
        "/formations/parcoursup-09babf0f7d",
        "/formations/parcoursup-4?lang=en",
        "/formations/parcoursup-09babf0f7d/metiers",
    ),
)


@pytest.fixture(scope="module")
def host(example_data_dir: Path, served: Callable[..., AbstractContextManager[str]]) -> Iterator[str]:
    """The address of the application on the example graph."""
    with LocalReader.current(example_data_dir) as reader:
        for _ in portrait_ahead.compute(reader, portrait_ahead.portraits_folder(reader.snapshot)):
            pass
    with served(example_data_dir) as address:
        yield address


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_in_order(page_faults: Any, path: str) -> None:
    assert page_faults(path) == []


@pytest.mark.parametrize("tab", ["", *(f"/{one.name}" for one in TABS)])
def test_a_tab_is_read_in_few_screens_and_reached_in_few_stops(visit: Any, tab: str) -> None:
    visit.page.set_viewport_size({"width": 1440, "height": 900})
    visit.open(METRO + tab)
    height, stops = visit.page.evaluate(
        """() => [document.documentElement.scrollHeight, [...document.querySelectorAll(
        'a[href], button, input, select, summary, [tabindex="0"]')].filter((one) => one.checkVisibility()).length]"""
    )
    assert height <= 6 * 900 and stops <= 150
    assert visit.page.locator(".onglets [aria-current=page]").count() == 1


def test_files_of_a_block_are_named_and_shown_of_one_block_at_a_time(visit: Any) -> None:
    visit.open("/acteurs/0383546Y")
    menus = visit.page.locator(".menu-bloc")
    names = visit.page.locator(".menu-bloc a").all_text_contents()
    assert menus.count() > 2 and len(names) == len(set(names))
    for place in (0, 1):
        menus.nth(place).locator("summary").press("Enter")
        assert [one.get_attribute("open") is not None for one in menus.all()].count(True) == 1
        shown = menus.nth(place).locator("ul").bounding_box()
        head = menus.nth(place).locator("xpath=ancestor::*[@class='bloc-tete']").bounding_box()
        assert shown["y"] + shown["height"] <= head["y"] + head["height"]  # it covers nothing


def test_a_link_to_a_block_of_the_former_page_falls_on_the_line_that_leads_to_it(visit: Any) -> None:
    visit.open(f"{METRO}#partenaires")
    visit.page.locator("li:target a").click()
    visit.page.wait_for_url(f"**{METRO}/liens#partenaires")
    assert visit.page.locator("section#partenaires:target").is_visible()


def test_the_text_to_embed_is_copied_and_frames_the_block(visit: Any, tmp_path: Path) -> None:
    visit.open(f"{METRO}/acteurs")
    button = visit.page.locator("[data-copie]")
    assert button.is_visible()
    button.click()
    visit.page.wait_for_function("() => document.querySelector('[data-copie]').textContent === 'Copié'")
    value = visit.page.locator("#code-integrer").input_value()
    assert value.startswith('<iframe src="http://') and value.endswith("</iframe>")
    (tmp_path / "index.html").write_text(f"<!doctype html><title>x</title>{value}", encoding="utf-8")
    serve = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(
        ("127.0.0.1", 0), serve
    ) as partner:  # a site of somebody else's, without our policy
        threading.Thread(target=partner.serve_forever, daemon=True).start()
        elsewhere = visit.page.context.new_page()
        elsewhere.goto(f"http://127.0.0.1:{partner.server_port}/")
        framed = elsewhere.frame_locator("iframe").locator("h1")
        assert "Grenoble-Alpes-Métropole" in framed.inner_text()
        partner.shutdown()


def test_without_scripts_the_text_is_in_a_field(browser: Any, host: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{host}{METRO}/acteurs")
    assert page.locator("#code-integrer").is_visible() and not page.locator("[data-copie]").is_visible()
    context.close()
