"""A publication whose every name is code, in a real Chromium: nothing runs, nothing links to code, nothing leaves."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

CHROMIUM = Path(os.environ.get("ANCRAGE_CHROMIUM", "/usr/bin/chromium"))
ARGUMENTS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
]
CODE = "%3Cscript%3Ealert(1)%3C/script%3E%22'%3E%3Cimg%20src=x%20onerror=alert(1)%3E"
EVERYTHING = "SELECT * { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } FILTER(ISLITERAL(?o) || STRSTARTS(STR(?o), 'j')) }"
PAGES = (
    *(
        "/",
        "/territoires",
        "/sources",
        "/filieres",
        "/queries",
        "/def/",
        "/def/Commune",
        "/sparql",
        "/catalog",
    ),
    *("/territoires/region/99", "/territoires/department/991", "/territoires/epci/299000001"),
    *("/territoires/commune/99101", "/acteurs/0990001A", "/acteurs/essai-0000000001", "/acteurs/199900001A"),
    *(
        "/filieres/timber-construction",
        "/doc/site/0990001A",
        "/doc/organization/0990001A",
        "/doc/source/essai",
    ),
    *("/doc/organization/essai-0000000001", "/doc/project/essai/1", "/doc/territory/epci/299000001"),
    *("/recherche?q=essai", "/recherche?q=script", f"/recherche?q={CODE}", f"/{CODE}", f"/doc/{CODE}"),
    *(
        f"/acteurs/{CODE}",
        f"/territoires/commune/{CODE}",
        f"/def/{CODE}",
        f"/queries/{CODE}",
        f"/?lang={CODE}",
    ),
    "/queries/territory-programmes?territory=299000001",
    "/queries/actor-filiere",
    f"/queries/territory-programmes?territory={CODE}",
    f"/sparql?query=SELECT+*%7B%3Fs+%3Fp+%22{CODE}%22%7D",
    f"/sparql?query={CODE}",
    f"/sparql?query={quote(EVERYTHING)}",
    f"/sparql?format={CODE}",
)
#: Addresses of all that can be followed or is fetched, with their scheme.
LINKS = """() => [...document.querySelectorAll('[href], [src], [action], [formaction], [data], [xlink\\\\:href]')]
  .flatMap(e => ['href', 'src', 'action', 'formaction', 'data', 'xlink:href'].map(n => e.getAttribute(n)))
  .filter(Boolean).map(a => { try { return new URL(a, location.href).protocol } catch { return 'none:' } })"""
HANDLERS = """() => [...document.querySelectorAll('*')].flatMap(e => [...e.attributes])
  .filter(a => /^on/i.test(a.name) || a.name === 'srcdoc').map(a => a.name)"""
REPORTS = """() => { window.__reports = [];
  document.addEventListener('securitypolicyviolation', e => window.__reports.push(e.effectiveDirective + ' ' + e.blockedURI)) }"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not CHROMIUM.exists(), reason=f"no Chromium at {CHROMIUM} (ANCRAGE_CHROMIUM names another)"
    ),
]
sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Any, target: Any) -> Iterator[Any]:
    """A page that fails the test when a dialog opens, a script is refused, or anything leaves the host."""
    found = browser.new_page()
    dialogs: list[str] = []
    requests: list[str] = []
    complaints: list[str] = []

    def dismissed(dialog: Any) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    found.on("dialog", dismissed)
    found.on("request", lambda request: requests.append(request.url))
    found.on("console", lambda message: complaints.append(message.text))
    found.add_init_script(f"({REPORTS})()")
    yield found
    found.close()
    assert dialogs == []
    assert [url for url in requests if not url.startswith((target.url, "data:", "blob:", "about:"))] == []
    assert [text for text in complaints if "script" in text.lower() and "policy" in text.lower()] == []


def check(page: Any) -> None:
    """Check what a page holds once it is drawn."""
    reports = page.evaluate("() => window.__reports")
    assert [one for one in reports if one.startswith("script")] == []
    assert set(page.evaluate(LINKS)) <= {"http:", "https:", "mailto:", "data:"}
    assert not [href for href in page.evaluate(HREFS) if href.startswith("data:")]
    assert page.evaluate(HANDLERS) == []
    assert page.evaluate("() => document.querySelectorAll('script:not([src]):not([type*=json])').length") == 0


HREFS = "() => [...document.querySelectorAll('a[href], area[href]')].map(e => e.href)"


def test_no_page_runs_a_name_nor_links_to_code(page: Any, target: Any) -> None:
    hostile = 0
    for path in PAGES:
        response = page.goto(target.url + path, wait_until="load")
        assert response.status < 500 or response.status == 503, path
        check(page)
        hostile += "onerror=alert(1)" in page.evaluate("() => document.body.innerText")
    assert hostile > 8, "the payloads are on the pages, as text"


def test_the_graph_shows_code_as_text_when_pointed_at(page: Any, target: Any) -> None:
    page.goto(f"{target.url}/filieres/timber-construction", wait_until="load")
    canvas = page.locator("canvas").first
    if canvas.count():
        box = canvas.bounding_box()
        for across in range(1, 8):
            for down in range(1, 6):
                page.mouse.move(box["x"] + box["width"] * across / 8, box["y"] + box["height"] * down / 6)
        page.wait_for_timeout(400)  # a tooltip opens after a delay
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    check(page)


def test_answers_that_are_no_pages_are_not_shown_as_pages(target: Any) -> None:
    query = "SELECT%20*%20%7B%3Fs%20%3Fp%20%3Fo%7D"
    for form in ("json", "xml", "csv", "tsv", "csv-fr"):
        answer = target.ask(f"/sparql?query={query}&format={form}")
        assert answer.status == 200
        assert "html" not in answer.headers["content-type"]
        assert answer.headers["x-content-type-options"] == "nosniff"
    for suffix in ("ttl", "nt", "rdf", "jsonld", "csv"):
        answer = target.ask(f"/doc/site/0990001A.{suffix}")
        assert answer.status == 200
        assert "html" not in answer.headers["content-type"]
