"""Take the pictures of the main pages from a running demo, and write their index.

    python tools/screenshots.py http://127.0.0.1:8000          # after `ancrage demo`; writes docs/screenshots*
    python tools/screenshots.py http://127.0.0.1:8000 --dark   # on a dark screen

Needs playwright (of the `dev` extra) and a Chromium: the system's, or the one that ANCRAGE_CHROMIUM names.
"""

from __future__ import annotations

import argparse
import base64
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[1] / "docs"
WIDTHS = (390, 820, 1280)
MOST = 3_000_000
"""Bytes of all pictures."""
QUALITY = 60
#: Longest part of a page that is kept, in pixels, by width: what a first look shows, and somewhat more.
LONGEST = {390: 1700, 820: 1500, 1280: 1400}


@dataclass(frozen=True)
class Shot:
    """A page that is pictured: the name of its files, its address, and what it is in French and in English."""

    name: str
    path: str
    french: str
    english: str
    ready: str = "main"
    """What must be on the page before it is pictured (a CSS selector)."""

    def file(self, width: int, dark: bool = False) -> str:
        """Give the name of its picture at a width."""
        return f"{self.name}-{width}{'-dark' if dark else ''}.webp"


SHOTS = (
    Shot("home", "/", "Accueil", "Home"),
    Shot("portrait-epci", "/territoires/epci/200040715", "Portrait d’une intercommunalité", "Portrait of an EPCI"),
    Shot("portrait-commune", "/territoires/commune/38185", "Portrait d’une commune", "Portrait of a commune"),
    Shot("map", "/cartes?indicator=research-units&level=epci", "Carte d’un indicateur", "Map of an indicator"),
    Shot(
        "two-maps",
        "/cartes?indicator=research-units&compare=programmes&level=epci",
        "Deux cartes côte à côte",
        "Two maps side by side",
    ),
    Shot("chain", "/filieres/timber-construction", "Une filière", "A value chain", "canvas, .graphe"),
    Shot("actor", "/acteurs/0383546Y", "Un acteur", "An actor"),
    Shot("finder", "/recherche?q=bois&territory=epci/200040715", "Qui travaille sur quoi, où", "Who works on what, where"),
    Shot("missing", "/ce-qui-manque", "Ce qui manque", "What is missing"),
    Shot("sparql", "/sparql?query={query}", "L’éditeur SPARQL", "The SPARQL editor", ".yasr_results table"),
)  # fmt: skip
QUERY = (
    "SELECT%20%3Ftype%20%28COUNT%28DISTINCT%20%3Forganization%29%20AS%20%3Fcount%29%20WHERE%20%7B%0A%20%20"
    "%3Forganization%20a%20%3Chttp%3A%2F%2Fwww.w3.org%2Fns%2Forg%23Organization%3E%20%2C%20%3Ftype%20.%0A%7D%0A"
    "GROUP%20BY%20%3Ftype%0AORDER%20BY%20DESC%28%3Fcount%29"
)


def index(shots: Sequence[Shot] = SHOTS, widths: Sequence[int] = WIDTHS, dark: bool = False) -> str:
    """Write the index of the pictures, in Markdown: a table a page, its widths side by side."""
    lines = [
        "# Screenshots",
        "",
        "The main pages on the demo graph at three widths, made by `tools/screenshots.py` from a running `ancrage demo`.",
        "*Les pages principales sur le graphe de démonstration, à trois largeurs.*",
    ]
    for shot in shots:
        address = shot.path.partition("?")[0]
        lines += ["", f"## {shot.english} · *{shot.french}*", "", f"`{address}`", ""]
        lines.append("| " + " | ".join(f"{width} px" for width in widths) + " |")
        lines.append("| " + " | ".join("---" for _ in widths) + " |")
        pictures = (
            f"![{shot.english}, {width} px wide](screenshots/{shot.file(width, dark)})" for width in widths
        )
        lines.append("| " + " | ".join(pictures) + " |")
    return "\n".join(lines) + "\n"


def height_of(whole: int, width: int) -> int:
    """Give how much of a page is kept: all of it, up to the longest at that width."""
    return max(1, min(whole, LONGEST.get(width, 1500)))


def weigh(folder: Path, most: int = MOST) -> int:
    """Add up the pictures of a folder, in bytes; raises ValueError above `most`."""
    sizes = {path.name: path.stat().st_size for path in sorted(folder.glob("*.webp"))}
    total = sum(sizes.values())
    if total > most:
        largest = sorted(sizes, key=lambda name: -sizes[name])[:3]
        raise ValueError(f"{total} bytes of pictures, more than {most}; the largest: {', '.join(largest)}")
    return total


def take(base: str, folder: Path, chromium: str, dark: bool, quality: int) -> list[str]:
    """Picture every page at every width; give what went wrong, a line for each page that is no good."""
    from playwright.sync_api import sync_playwright

    folder.mkdir(parents=True, exist_ok=True)
    wrong = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for width in WIDTHS:
            context = browser.new_context(
                viewport={"width": width, "height": 1000},
                color_scheme="dark" if dark else "light",
                reduced_motion="reduce",
                locale="fr-FR",
            )
            page = context.new_page()
            for shot in SHOTS:
                fault = _picture(page, base, shot, width, folder / shot.file(width, dark), quality)
                if fault:
                    wrong.append(f"{shot.path} at {width} px: {fault}")
            context.close()
        browser.close()
    return wrong


def _picture(page: Any, base: str, shot: Shot, width: int, path: Path, quality: int) -> str:
    answer = page.goto(base + shot.path.format(query=QUERY), wait_until="networkidle", timeout=120_000)
    if answer is None or answer.status >= 400:
        return f"status {answer.status if answer else 'unknown'}"
    page.wait_for_selector(shot.ready, timeout=60_000)
    page.wait_for_timeout(500)  # drawings of scripts
    sizes = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    shown = height_of(sizes[1], width)
    session = page.context.new_cdp_session(page)
    taken = session.send(
        "Page.captureScreenshot",
        {
            "format": "webp",
            "quality": quality,
            "captureBeyondViewport": True,
            "clip": {"x": 0, "y": 0, "width": width, "height": shown, "scale": 1},
        },
    )
    session.detach()
    path.write_bytes(base64.b64decode(taken["data"]))
    return f"{sizes[0]} px wide: it scrolls sideways" if sizes[0] > width else ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Take the pictures and write the index; 1 where a page is no good or the pictures are too heavy."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("base", help="address of a running demo, as http://127.0.0.1:8000")
    parser.add_argument(
        "--docs", type=Path, default=DOCS, help="folder of the index; pictures go in screenshots/"
    )
    parser.add_argument("--dark", action="store_true", help="on a dark screen")
    parser.add_argument("--quality", type=int, default=QUALITY, help="of WebP, 1 to 100")
    chosen = parser.parse_args(arguments)
    chromium = os.environ.get("ANCRAGE_CHROMIUM", "/usr/bin/chromium")
    folder = chosen.docs / "screenshots"
    wrong = take(chosen.base.rstrip("/"), folder, chromium, chosen.dark, chosen.quality)
    try:
        total = weigh(folder)
    except ValueError as error:
        wrong.append(str(error))
    else:
        print(f"{len(SHOTS) * len(WIDTHS)} pictures, {total / 1e6:.1f} MB in {folder.name}/", file=sys.stderr)
    (chosen.docs / "screenshots.md").write_text(index(dark=chosen.dark), encoding="utf-8")
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
