"""A small published graph, invented for the pages, and the application that serves it."""

import atexit
import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
import uvicorn
from ancrage.api.app import create_app
from ancrage.api.web.settings import Settings
from ancrage.graph.finder.artifacts import FINDER, MAKERS
from ancrage.graph.snapshots.artifacts import PARTITIONS, derive, derived_folder
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.graph.snapshots.store import build_store
from ancrage.ontology.vocabulary import ontology_files
from fastapi.testclient import TestClient

from ..chains import write_shipped

# What the services of these tests would make ahead, in a process each, is made when a test asks; test_reading_ahead.py has it.
os.environ.setdefault("ANCRAGE_READ_AHEAD", "false")
os.environ.setdefault("ANCRAGE_COLUMNS", "false")
CHROMIUM = Path(os.environ.get("ANCRAGE_CHROMIUM", "/usr/bin/chromium"))
ARGUMENTS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
]
GRAPHS = "https://w3id.org/ancrage/graph/"
PAGES = Path(__file__).parents[1] / "data" / "pages"
ROLES = {
    "essai": "base",
    "filieres": "base",
    "ontology": "ontology",
    "illustrative": "illustrative",
    "provenance": "provenance",
}


@cache
def built() -> tuple[Path, int]:
    """Build the fixture's store, once; give its folder, to be copied, and its quads."""
    folder = Path(mkdtemp(prefix="ancrage-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    named = [
        (PAGES / f"{'base' if name == 'essai' else name}.ttl", GRAPHS + name)
        for name in ROLES
        if name != "ontology"
    ]
    chains = write_shipped(folder / "filieres.nt")
    files = [*named, *((path, GRAPHS + "ontology") for path in [*ontology_files(), chains])]
    merged = [GRAPHS + name for name, role in ROLES.items() if role in ("base", "ontology")]
    return folder / "store", build_store(files, folder / "store", merged=merged)


def publish(data_dir: Path, work: Path) -> str:
    """Publish the fixture's store, copied to a folder of one's own; give the snapshot's id."""
    store, quads = built()
    shutil.copytree(store, work)
    graphs = {GRAPHS + name: {"role": role, "quads": 1} for name, role in ROLES.items()}
    return Snapshots(data_dir).publish(work, {"quads": quads, "graphs": graphs, "merged": True}).id


@pytest.fixture(scope="session")
def publisher() -> Callable[[Path, Path], str]:
    """The function that publishes the fixture in a data directory."""
    return publish


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with one publication."""
    folder = tmp_path_factory.mktemp("published")
    snapshot = Snapshots(folder / "data").get(publish(folder / "data", folder / "store"))
    # as the service does by itself after a while
    derive(snapshot, derived_folder(snapshot), [PARTITIONS, FINDER], MAKERS)
    return folder / "data"


@pytest.fixture(scope="session")
def client(data_dir: Path) -> Iterator[TestClient]:
    """The application on the published fixture, with real worker processes."""
    with TestClient(
        create_app(Settings(data_dir=data_dir, workers=1)), raise_server_exceptions=False
    ) as made:
        yield made


@pytest.fixture(scope="module")
def example(example_data_dir: Path) -> Iterator[TestClient]:
    """The application on the example graph, which has a region."""
    settings = Settings(data_dir=example_data_dir, workers=1)
    with TestClient(create_app(settings), raise_server_exceptions=False) as made:
        yield made


#: Ids told twice, and tables without a name, on a page.
MARKUP = """() => {
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  const bare = [...document.querySelectorAll("table:not([aria-label], [aria-labelledby])")].filter((one) => !one.caption);
  return [...ids.filter((id, place) => ids.indexOf(id) < place), ...bare.map((one) => one.outerHTML.slice(0, 80))];
}"""
SIDEWAYS = "() => document.documentElement.scrollWidth - window.innerWidth"
PATIENCE_MS = 180_000
"""How long a page may take where other work has the processors; a page that hangs fails all the same."""


@dataclass
class Visit:
    """A page of the browser, and what it asked for and complained of."""

    page: Any
    host: str
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Any:
        response = self.page.goto(self.host + path, wait_until="networkidle")
        assert response is not None
        return response

    @property
    def strangers(self) -> list[str]:
        return [url for url in self.requests if not url.startswith((self.host, "data:"))]


@contextmanager
def serving(data_dir: Path, *, port: int = 0, **settings: Any) -> Iterator[str]:
    """Serve a data directory for browsers, with settings of one's own, and give its address: that of a port, or any free."""
    taken = socket.create_server(("127.0.0.1", port))
    chosen = Settings(data_dir=data_dir, **{"workers": 1, **settings})
    server = uvicorn.Server(uvicorn.Config(create_app(chosen), log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [taken]}, daemon=True)
    thread.start()
    for _ in range(200):
        if server.started:
            break
        time.sleep(0.05)
    yield f"http://127.0.0.1:{taken.getsockname()[1]}"
    server.should_exit = True
    thread.join(20)
    taken.close()


@pytest.fixture(scope="session")
def served() -> Callable[..., AbstractContextManager[str]]:
    """The context manager that serves a data directory for browsers."""
    return serving


@pytest.fixture(scope="module")
def host(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of the application on the data directory that the module names in `SERVED`: a fixture's name."""
    with serving(request.getfixturevalue(getattr(request.module, "SERVED", "data_dir"))) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """The system's Chromium; for one module, since playwright keeps an event loop running beside the tests."""
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM} (ANCRAGE_CHROMIUM names another)")
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    sync_api.expect.set_options(timeout=PATIENCE_MS)
    with sync_api.sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        launched.on("context", lambda context: context.set_default_timeout(PATIENCE_MS))
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def visitor(browser: Any) -> Callable[..., AbstractContextManager[Any]]:
    """The context manager that gives a page of a new visitor, by the options of Chromium's contexts.

    A visitor who has left is forgotten (cookies, what the pages stored) and the next takes its place: starting a process
    of Chromium for each takes longer than all that most tests do.
    """
    contexts: dict[str, Any] = {}

    @contextmanager
    def come(**options: Any) -> Iterator[Any]:
        asked = {"viewport": {"width": 1280, "height": 900}, "locale": "fr-FR", **options}
        if repr(asked) not in contexts:
            contexts[repr(asked)] = (made := browser.new_context(**asked))
            made.new_page()  # stays open, or the process would end with the last visitor
        context = contexts[repr(asked)]
        others = {*context.pages}
        page = context.new_page()
        try:
            yield page
        finally:
            session = context.new_cdp_session(page)
            for origin in {
                frame.url.partition("?")[0] for frame in page.frames if frame.url.startswith("http")
            }:
                session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
            context.clear_cookies()
            for one in {*context.pages} - others:
                one.close()

    return come


@pytest.fixture
def axe() -> Callable[..., list[tuple[str, str, str]]]:
    """The function that gives what axe finds on an open page, by options of axe: rule, first place, what would mend it."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")

    def faults(page: Any, **options: Any) -> list[tuple[str, str, str]]:
        found = axe.Axe().run(page, options={"resultTypes": ["violations"], **options}).response["violations"]
        return [(one["id"], (at := one["nodes"][0])["html"][:200], at.get("failureSummary")) for one in found]

    return faults


@contextmanager
def visiting(visitor: Any, host: str, **options: Any) -> Iterator[Visit]:
    """Note requests and complaints of the page of a new visitor."""
    with visitor(**options) as page:
        visit = Visit(page, host)
        page.on("request", lambda request: visit.requests.append(request.url))
        page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        page.on(
            "console",
            lambda message: (
                visit.complaints.append(message.text) if message.type in ("error", "warning") else None
            ),
        )
        yield visit


@pytest.fixture
def page_faults(visitor: Any, host: str, axe: Callable[..., Any]) -> Callable[..., list[Any]]:
    """The function that gives what is wrong with a page, at several widths and in both colour schemes, from one visit."""

    def faults(
        path: str,
        *,
        status: int = 200,
        widths: tuple[int, ...] = (320, 390, 820, 1440),
        opened: str = "details",
        **options: Any,
    ) -> list[Any]:
        """Look at a page, once it is quiet; axe looks once the `details` that the selector `opened` finds are open.

        In dark only the rules on colours are asked again: no other depends on the scheme.
        """
        with visiting(visitor, host, **options) as visit:
            page = visit.page
            response = visit.open(path)
            wrong: list[Any] = [] if response.status == status else [f"{response.status}, not {status}"]
            if (titles := page.locator("h1").count()) != 1:
                wrong.append(f"{titles} h1")
            for width in widths:
                page.set_viewport_size({"width": width, "height": 900})
                if (over := page.evaluate(SIDEWAYS)) > 0:
                    wrong.append(f"{over} px too wide at {width} px")
            page.evaluate(
                f"() => document.querySelectorAll('{opened}').forEach(one => {{ one.open = true }})"
            )
            wrong += page.evaluate(MARKUP)
            wrong += axe(page)
            page.emulate_media(color_scheme="dark", reduced_motion="reduce")
            wrong += axe(page, runOnly=["color-contrast", "link-in-text-block"])
            wrong += visit.strangers
            return wrong + [one for one in visit.complaints if status == 200 or str(status) not in one]

    return faults


@pytest.fixture
def visit(visitor: Any, host: str) -> Iterator[Visit]:
    """A page of a new visitor, which notes requests and complaints."""
    with visiting(visitor, host) as made:
        yield made
