"""Dossiers on the site: the page in Chromium, its files, and what is not there."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from ancrage.api.dossier.batch import Batch, desk
from ancrage.api.dossier.files import write
from fastapi.testclient import TestClient
from pypdf import PdfReader

BASE = "/territoires/epci/200040715"


@pytest.fixture(scope="module")
def host(example_data_dir: Path, served: Callable[..., AbstractContextManager[str]]) -> Iterator[str]:
    """The address of the application on the example graph, for browsers."""
    with served(example_data_dir) as address:
        yield address


@pytest.fixture(scope="module")
def folder(example_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a dossier and an index, as the command writes them."""
    made = tmp_path_factory.mktemp("dossiers")
    with desk(example_data_dir) as opened:
        ground = opened.seen.ground
        place = ground.territory("200040715")
        write(opened.dossier(place), made, ["html"])
        Batch(made, ["html"], "fr", ground.territory("region/84"), opened.matter.snapshot, "").run(
            opened, [place]
        )
    return made


def test_the_page_links_to_its_files_which_are_kept_by_publication(example: TestClient) -> None:
    page = example.get(f"{BASE}/dossier")
    assert page.status_code == 200 and page.headers["etag"]
    assert "style-src 'self' 'sha256-" in page.headers["content-security-policy"]
    for suffix in ("pdf", "docx", "zip"):
        assert f'href="{BASE}/dossier.{suffix}"' in page.text
    again = example.get(f"{BASE}/dossier", headers={"If-None-Match": page.headers["etag"]})
    assert again.status_code == 304
    pdf = example.get(f"{BASE}/dossier.pdf")
    assert pdf.headers["content-type"] == "application/pdf"
    assert PdfReader(io.BytesIO(pdf.content)).pages
    archive = zipfile.ZipFile(io.BytesIO(example.get(f"{BASE}/dossier.zip").content))
    assert "dossier-epci-200040715/index.csv" in archive.namelist()
    word = example.get(f"{BASE}/dossier.docx")
    assert zipfile.ZipFile(io.BytesIO(word.content)).testzip() is None
    assert 'filename="dossier-epci-200040715.docx"' in word.headers["content-disposition"]


def test_the_page_speaks_english_when_asked(example: TestClient) -> None:
    page = example.get(f"{BASE}/dossier?lang=en")
    assert '<html lang="en">' in page.text and f'href="{BASE}/dossier.pdf?lang=en"' in page.text


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (f"{BASE}/dossier.odt", "pdf, docx, zip"),
        ("/territoires/epci/999999999/dossier", "n’est pas dans la région"),
        ("/territoires/canton/1/dossier", "n’est pas un niveau"),
    ],
)
def test_what_is_not_there_is_said(example: TestClient, path: str, said: str) -> None:
    answer = example.get(path, headers={"Accept": "application/json"})
    told = answer.json()
    assert answer.status_code == 404 and said in (told.get("detail_fr") or told["detail"])


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_asks_for_nothing_and_does_not_scroll_sideways(visit: Any, width: int) -> None:
    visit.page.set_viewport_size({"width": width, "height": 900})
    assert visit.open(f"{BASE}/dossier").status == 200
    assert visit.requests == [
        f"{visit.host}{BASE}/dossier"
    ]  # not even an icon: the page says that it has none
    assert visit.complaints == []
    assert visit.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.browser
@pytest.mark.parametrize("name", ["dossier-epci-200040715.html", "index.html"])
def test_files_ask_for_nothing_and_axe_finds_nothing(browser: Any, folder: Path, name: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    context = browser.new_context(locale="fr-FR")
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((folder / name).as_uri())
    found = axe.Axe().run(page).response["violations"]
    context.close()
    assert asked == [(folder / name).as_uri()]
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == []


@pytest.mark.browser
def test_the_page_prints_on_a4_with_page_numbers(browser: Any, folder: Path) -> None:
    page = browser.new_page()
    page.goto((folder / "dossier-epci-200040715.html").as_uri())
    printed = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    page.close()
    assert [round(float(side)) for side in printed.pages[0].mediabox[2:]] in ([595, 842], [596, 842])
    total = len(printed.pages)
    assert f"2 / {total}" in printed.pages[1].extract_text()
    assert "L’essentiel" in printed.pages[1].extract_text()  # two pages that can be read alone
    assert "Sommaire" in printed.pages[2].extract_text()
