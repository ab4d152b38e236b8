"""Bars of the pages: content policy on every one, nothing off the host, the corpus of attacks of the tests."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from html import unescape
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from clients import ask
from measures import Measure
from serving import Server

ATTACKS = Path(__file__).parents[1] / "tests" / "api" / "attacks"
_LINK = re.compile(r'<a\b[^>]*?\bhref="([^"]+)"', re.IGNORECASE)
_LOADED = re.compile(
    r'<(?:script|img|iframe|source|embed|object|audio|video)\b[^>]*?\b(?:src|data)="([^"]+)"'
    r'|<link\b(?=[^>]*\brel="(?:stylesheet|icon|preload|modulepreload|manifest)")[^>]*?\bhref="([^"]+)"',
    re.IGNORECASE,
)
_ERRORS = (
    ("GET", "/nothing-here", "text/html"),
    ("GET", "/doc/nothing/here", "text/html"),
    ("GET", "/sparql?query=SELECT", "application/json"),
    ("POST", "/", "text/html"),
    ("GET", "/doc/%00", "text/html"),
    ("GET", "/static/nothing.js", "text/html"),
)


def policy(server: Server, most: int, subjects: Sequence[str]) -> list[Measure]:
    """Follow the links of the site from its home page; read the policy of every answer and what pages would load."""
    doc = [urlsplit(one).path.replace("/ancrage/id/", "/doc/", 1) for one in subjects]
    here = f"127.0.0.1:{server.port}"
    todo = ["/", "/sparql", "/queries", "/def", *doc[: most // 4]]
    seen: dict[str, None] = {}
    bad: list[str] = []
    off: set[str] = set()
    styles: Counter[str] = Counter()
    pages = 0
    while todo and len(seen) < most:
        path = todo.pop(0)
        if path in seen:
            continue
        seen[path] = None
        reply = ask(server.port, path, Accept="text/html")
        found = reply.headers.get("content-security-policy", "")
        if not _tight(found):
            bad.append(f"{path} ({reply.status})")
        if not reply.headers.get("content-type", "").startswith("text/html"):
            continue
        pages += 1
        if "'unsafe-inline'" in found:
            styles[_kind(path)] += 1
        text = reply.body.decode(errors="replace")
        off |= {
            address
            for address in (unescape(a or b) for a, b in _LOADED.findall(text))
            if urlsplit(urljoin(server.url("/"), address)).netloc != here and not address.startswith("data:")
        }
        todo += _next(server, path, text, seen)
    for method, path, accept in _ERRORS:
        reply = ask(server.port, path, method, Accept=accept)
        if not _tight(reply.headers.get("content-security-policy", "")):
            bad.append(f"{method} {path} ({reply.status})")
    inline = ", ".join(f"{kind} {count}" for kind, count in styles.most_common())
    browser, requests = _in_browser(server, [*list(seen)[:40]])
    return [
        Measure(
            f"content policy of {len(seen)} addresses and {len(_ERRORS)} errors",
            "default-src 'none'; script-src 'self'; inline styles only on editor, graph and chart pages",
            f"{len(seen) + len(_ERRORS) - len(bad)} of {len(seen) + len(_ERRORS)} have it; inline styles on: {inline or 'none'}",
            not bad and set(styles) <= _INLINE,
            f"without it: {', '.join(bad[:5])}" if bad else f"{pages} of them are HTML pages",
        ),
        Measure(
            "requests off the host",
            "0",
            f"{len(off)} in the text of {pages} pages{browser}",
            not off and not requests,
            ", ".join(sorted(off | requests)[:5]),
        ),
    ]


def _tight(policy: str) -> bool:
    parts = {part.split()[0]: part.split()[1:] for part in policy.split(";") if part.split()}
    scripts = parts.get("script-src", parts.get("default-src"))
    inline = [
        name for name, values in parts.items() if "'unsafe-inline'" in values or "'unsafe-eval'" in values
    ]
    return (
        parts.get("default-src") == ["'none'"]
        and scripts in (["'self'"], ["'none'"])
        and set(inline)
        <= {
            "style-src",
            "style-src-attr",
            "style-src-elem",
        }
    )


#: Pages with the editor, a graph or a chart.
_INLINE = {"/sparql", "/queries/…", "graph", "/filieres/…"}


def _kind(path: str) -> str:
    parts = urlsplit(path).path.strip("/").split("/")
    if "graph" in parts or "graphe" in parts:
        return "graph"
    return f"/{parts[0]}" + ("/…" if len(parts) > 1 else "")


def _next(server: Server, path: str, text: str, seen: dict[str, None]) -> list[str]:
    """Choose links to follow: a few of each kind, so that many kinds of page are seen."""
    kinds = Counter(_kind(one) for one in seen)
    found = []
    for link in _LINK.findall(text):
        address = urlsplit(urljoin(server.url(path), unescape(link)))
        if address.netloc != f"127.0.0.1:{server.port}":
            continue
        target = address.path + (f"?{address.query}" if address.query else "")
        kinds[_kind(target)] += 1
        if target not in seen and kinds[_kind(target)] <= 30:
            found.append(target)
    return found


def _in_browser(server: Server, paths: Sequence[str]) -> tuple[str, set[str]]:
    """Open pages in Chromium, and list what they ask from elsewhere."""
    chromium = shutil.which("chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        chromium = None
    if chromium is None:
        return " (no Chromium here: not opened)", set()
    off: set[str] = set()
    here = f"127.0.0.1:{server.port}"
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        page = browser.new_page()
        page.on(
            "request",
            lambda asked: (
                off.add(asked.url)
                if urlsplit(asked.url).scheme in ("http", "https", "ws", "wss")
                and urlsplit(asked.url).netloc != here
                else None
            ),
        )
        opened = 0
        for path in paths:
            try:
                page.goto(server.url(path), wait_until="load", timeout=20_000)
                opened += 1
            except Exception:  # a download is not a page
                continue
        browser.close()
    return f", {len(off)} by Chromium on {opened} pages", off


def corpus(name: str, bar: str, *files: str, quick: bool = False) -> Measure:
    """Run a part of the tests' corpus of attacks, on the service of its own that it starts."""
    present = [str(ATTACKS / file) for file in files if (ATTACKS / file).is_file()]
    if quick or not present:
        missing = "" if present else " (not written yet)"
        return Measure(name, bar, f"checked by tests/api/attacks: {', '.join(files)}{missing}; not run here")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *present]
    done = subprocess.run(command, cwd=ATTACKS.parents[2], capture_output=True, text=True)
    last = next((line for line in reversed(done.stdout.splitlines()) if " in " in line), "no result").strip(
        "= "
    )
    failed = [line.split(" ")[1] for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return Measure(
        name,
        bar,
        f"{re.sub(r' in .*', '', last)} of tests/api/attacks: {', '.join(Path(one).name for one in present)}",
        done.returncode == 0,
        "; ".join(one.rsplit("/", 1)[-1] for one in failed[:4]),
    )
