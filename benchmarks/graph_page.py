"""The graph of a filière of 2,000 actors in headless Chromium, and its page at 8 connections.

Usage: python benchmarks/graph_page.py [--actors 2000] [--json]

A made-up filière is loaded as three sheets in a new data directory and served. `draw` is the time from the data to the
first drawing on the canvas, `open` that from the request of the page to the drawn graph, `filter` the slowest of the
filters (function, kind, territory, year, ego view), `page` the p95 of the page at 8 connections once it is kept, `fresh`
that of the same page with filters nobody asked for. Chromium is that of the system, or ANCRAGE_CHROMIUM.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import statistics
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from ancrage.api.app import create_app
from ancrage.api.web.settings import Settings
from ancrage.loaders.publish.pipeline import Pipeline

BARS = {"draw": 1.0, "open": None, "filter": 0.2, "page": 0.15, "fresh": None}
PAGE = "/filieres/essai"


def tables(actors: int) -> dict[str, list[list[object]]]:
    """Make a filière of so many actors: two in five programmes, one in five units, one in five projects, the rest tied."""
    programmes, units, projects, schools = (actors * share // 10 for share in (4, 2, 2, 2))
    stages = ("resource", "first-processing", "implementation")
    return {
        "about": [["key", "value"], ["name", "banc"], ["title", "Banc"], ["publisher", "Banc"], ["licence", "CC0-1.0"]],
        "territories": [
            ["id", "kind", "label_fr", "code", "vintage", "part_of", "lat", "lon"],
            ["R84", "Region", "Auvergne-Rhône-Alpes", "84", 2026, "", "", ""],
            ["26", "Department", "Drôme", "26", 2026, "R84", "", ""],
            ["38", "Department", "Isère", "38", 2026, "R84", "", ""],
            ["26362", "Commune", "Valence", "26362", 2026, "26;R84", 44.93, 4.89],
            ["38185", "Commune", "Grenoble", "38185", 2026, "38;R84", 45.19, 5.72],
        ],
        "organizations": [["id", "kind", "label_fr", "actor_type", "supervised_by"]]
        + [[f"ecole-{n}", "School", f"École d'essai {n}", "higher-education", ""] for n in range(schools)]
        + [
            [f"labo-{n}", "ResearchUnit", f"Laboratoire du bois {n}", "research-unit", f"ecole-{n % schools}"]
            for n in range(units)
        ],
        "sites": [["id", "organizations", "territory"]]
        + [[f"s-{n}", f"ecole-{n}", ("26362", "38185")[n % 2]] for n in range(schools)]
        + [[f"l-{n}", f"labo-{n}", ("26362", "38185")[n % 2]] for n in range(units)],
        "programmes": [["id", "label_fr", "organizations", "sites"]]
        + [[f"p{n}", f"Licence bois {stages[n % 3]} {n}", f"ecole-{n % schools}", f"s-{n % schools}"] for n in range(programmes)],
        "interactions": [["id", "label_fr", "types", "year"]]
        + [[f"x{n}", f"Projet bois {n}", "collaborative-project", 2000 + n % 25] for n in range(projects)],
        "participations": [["interaction", "organization", "roles"]]
        + [
            [f"x{n}", one, "partner"]
            for n in range(projects)
            for one in {f"labo-{n % units}", f"labo-{(7 * n + 3) % units}", f"ecole-{(3 * n) % schools}"}
        ],
        "chains": [
            ["id", "label_fr", "label_en", "definition_fr", "definition_en"],
            ["essai", "bois d'essai", "trial timber", "Pour mesurer.", "To measure."],
        ],
        "components": [
            ["id", "stage"],
            ["essai/02.10Z", "resource"],
            ["essai/16.10A", "first-processing"],
            ["essai/43.91A", "implementation"],
            ["essai/02.10Y", "resource"],
        ],
        "chain_rules": [["id", "chain", "subject", "function", "stage", "words"]]
        + [[f"p-{stage}", "essai", "programme", "trains", stage, stage.replace("-", " ")] for stage in stages]
        + [["u", "essai", "research-unit", "researches", "", "bois"], ["x", "essai", "project", "researches", "", "bois"]],
    }  # fmt: skip


def load(folder: Path, actors: int) -> Path:
    """Load the filière in a data directory of a folder; return it."""
    sheets = folder / "sheets"
    sheets.mkdir()
    for name, rows in tables(actors).items():
        with (sheets / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    Pipeline(folder / "data").load("exchange", [sheets])
    return folder / "data"


@contextmanager
def served(data: Path) -> Iterator[str]:
    """Serve a data directory on a port of its own."""
    server = uvicorn.Server(uvicorn.Config(create_app(Settings(data_dir=data)), port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(20)


def in_browser(host: str) -> dict[str, float]:
    """Open the page in Chromium, draw, filter."""
    from playwright.sync_api import sync_playwright

    path = os.environ.get("ANCRAGE_CHROMIUM", "/usr/bin/chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="fr-FR")
        start = time.perf_counter()
        page.goto(host + PAGE)
        page.wait_for_selector("#graphe[data-dessin]", timeout=60_000)
        opened = time.perf_counter() - start
        draw = float(page.get_attribute("#graphe", "data-dessin") or "nan") / 1000
        print(f"nodes: {page.get_attribute('#graphe', 'data-noeuds')}")
        slowest = max(_filter(page, act) for act in _FILTERS)
        browser.close()
    return {"draw": draw, "open": opened, "filter": slowest}


_CHANGE = "(e => {{ e.value = '{}'; e.dispatchEvent(new Event('change', {{bubbles: true}})) }})(document.getElementById('{}'))"
_CLICK = "document.querySelector('input[name={}][value={}]').click()"
_FILTERS = (
    _CLICK.format("function", "trains"),
    _CLICK.format("function", "trains"),
    _CLICK.format("kind", "project"),
    _CLICK.format("kind", "project"),
    _CHANGE.format("department/26", "c-territoire"),
    _CHANGE.format("2015", "c-de"),
    _CHANGE.format("Laboratoire du bois 3", "c-around"),
)


def _filter(page: Any, act: str) -> float:
    """Do one filter; seconds from the change to the graph redrawn, the painting of the next frame in."""
    took = page.evaluate(
        f"""() => new Promise((done) => {{ const start = performance.now(); {act};
        requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - start))); }})"""
    )
    return float(took) / 1000


def p95(host: str, addresses: list[str]) -> float:
    """Ask for addresses over 8 connections; the 95th percentile in seconds."""

    def ask(address: str) -> float:
        start = time.perf_counter()
        with urllib.request.urlopen(
            urllib.request.Request(host + address, headers={"Accept": "text/html"})
        ) as answer:
            answer.read()
        return time.perf_counter() - start

    with ThreadPoolExecutor(8) as threads:
        took = list(threads.map(ask, addresses))
    return statistics.quantiles(took, n=20)[-1]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--actors", type=int, default=2000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        data = load(Path(folder), options.actors)
        with served(data) as host:
            p95(host, [PAGE] * 8)
            found = in_browser(host)
            found["page"] = p95(host, [PAGE] * 400)
            found["fresh"] = p95(
                host,
                [f"{PAGE}?since={year}&until={year + n}" for year in range(1990, 2015) for n in (1, 3, 7)],
            )
    if options.json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        bar = BARS[name]
        print(f"{name:8} {value * 1000:8.0f} ms" + (f"   bar {bar * 1000:.0f} ms" if bar else ""))


if __name__ == "__main__":
    main()
