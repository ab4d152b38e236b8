"""Record what a running service and the command line say, so that a change of the code can be held against it.

    python tools/record.py keep FOLDER [--base http://127.0.0.1:8000]   write one file an answer
    python tools/record.py compare BEFORE AFTER                         print what differs; exit 3 if anything does

Kept: pages and files of some 400 addresses in French and in English (those of the site map, evenly picked, and the files that
pages link), every named question with its example, and the help of every command. Pages are kept as their text, one piece a
line, and what each publication changes (identifiers, dates, times) is blanked, so that two recordings of the same data are equal.
"""

from __future__ import annotations

import argparse
import difflib
import html
import http.client
import itertools
import re
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

SAMPLES = {"territoires": 90, "acteurs": 60, "formations": 25}
FILES = re.compile(r"""href="(/[^"#?]+\.(?:csv|csv-fr|json|ttl|svg|rq)(?:\?[^"#]*)?)\"""")
COMMANDS = re.compile(r"^  ([a-z][a-z-]+)  ", re.MULTILINE)
CHANGING = (
    (re.compile(r"\d{8}T\d{6}\w*|[0-9a-f]{16,64}"), "#"),
    (re.compile(r"https?://[\w.]+:\d+"), "http://site"),
    (re.compile(r"\d{4}-\d\d-\d\d(?:T[\d:.]+Z?(?:\+00:00)?)?|\d+ \w+ 20\d\d(?: à \d+[:h]\d+)?"), "DATE"),
)


def get(address: str) -> tuple[str, str]:
    """Ask an address; return the first line to keep (status and type) and the body."""
    try:
        with urllib.request.urlopen(
            urllib.request.Request(address, headers={"Accept": "text/html,*/*;q=0.5"}), timeout=120
        ) as answer:
            status, kind, body = answer.status, answer.headers.get_content_type(), answer.read()
    except urllib.error.HTTPError as error:
        status, kind, body = error.code, error.headers.get_content_type(), error.read()
    except http.client.IncompleteRead:
        return "cut", ""
    return f"{status} {kind}", body.decode("utf-8", "replace")


def addresses(base: str) -> list[str]:
    """List the pages to keep: all of the small site maps, an even sample of the large ones, always the same for the same data."""
    found = []
    for site_map in re.findall(r"<loc>([^<]+)</loc>", get(f"{base}/sitemap.xml")[1]):
        pages = sorted(html.unescape(page) for page in re.findall(r"<loc>([^<]+)</loc>", get(site_map)[1]))
        most = SAMPLES.get(site_map.rpartition("/")[2].partition("-")[0], len(pages))
        found += pages[:: max(1, len(pages) // most)]
    return [urllib.parse.urlsplit(page)._replace(scheme="", netloc="").geturl() for page in found]


def text_of(page: str) -> str:
    """Keep what a person reads of a page, one piece a line."""
    page = re.sub(r"(?s)<(script|style)\b.*?</\1>", "", page)
    pieces = (" ".join(html.unescape(piece).split()) for piece in re.split(r"<[^>]*>", page))
    return "\n".join(piece for piece in pieces if piece)


def settled(text: str) -> str:
    """Blank what each publication changes."""
    for pattern, blank in CHANGING:
        text = pattern.sub(blank, text)
    return text


def answers(base: str, known: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    """Give each address kept and what it answers, in both languages, then the files that the pages link.

    What is `known` is not given again; a French page is asked for all the same, since it links files.
    """
    files: set[str] = set()
    for page in addresses(base):
        for language in ("fr", "en"):
            address = f"{page}{'&' if '?' in page else '?'}lang={language}"
            if language == "en" and known(address):
                continue
            head, body = get(base + address)
            if language == "fr":
                links = sorted(set(map(html.unescape, FILES.findall(body))))
                files.update(links[:2])
            yield address, f"{head}\n{text_of(body) if head.endswith('html') else body}"
    for path in sorted(files):
        if known(path):
            continue
        head, body = get(base + path)
        yield path, f"{head}\n{body}"


def helps() -> Iterator[tuple[str, str]]:
    """Give the help of every command."""
    ancrage = str(Path(sys.executable).with_name("ancrage"))

    def help_of(*command: str) -> str:
        return subprocess.run(
            [ancrage, *command, "--help"], capture_output=True, text=True, check=True
        ).stdout

    top = help_of()
    yield "help", top
    for command in COMMANDS.findall(top):
        told = help_of(command)
        yield f"help {command}", told
        for part in COMMANDS.findall(told.partition("Commandes")[2]):
            yield f"help {command} {part}", help_of(command, part)


def keep(folder: Path, base: str) -> None:
    """Write each answer to a file named by its address; one that is there already is not asked for again."""
    folder.mkdir(parents=True, exist_ok=True)

    def path_of(name: str) -> Path:
        return folder / urllib.parse.quote(name, safe="")[:200]

    for name, text in itertools.chain(helps(), answers(base, lambda name: path_of(name).exists())):
        path_of(name).write_text(settled(text))
    print(f"{sum(1 for _ in folder.iterdir())} answers kept in {folder}")


def compare(before: Path, after: Path) -> int:
    """Print what two recordings say differently; return 3 if anything, else 0."""
    names = sorted({path.name for folder in (before, after) for path in folder.iterdir()})
    unlike = 0
    for name in names:
        sides = [
            (folder / name).read_text().splitlines() if (folder / name).exists() else []
            for folder in (before, after)
        ]
        lines = list(difflib.unified_diff(*sides, "before", "after", n=0, lineterm=""))[2:]
        if lines:
            unlike += 1
            print(urllib.parse.unquote(name), *(f"    {line}" for line in lines[:40]), sep="\n")
    print(f"{len(names)} answers, {unlike} differ")
    return 3 if unlike else 0


def main() -> int:
    """Keep or compare."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    keeping = commands.add_parser("keep")
    keeping.add_argument("folder", type=Path)
    keeping.add_argument("--base", default="http://127.0.0.1:8000")
    comparing = commands.add_parser("compare")
    comparing.add_argument("before", type=Path)
    comparing.add_argument("after", type=Path)
    chosen = parser.parse_args()
    if chosen.command == "keep":
        keep(chosen.folder, chosen.base)
        return 0
    return compare(chosen.before, chosen.after)


if __name__ == "__main__":
    raise SystemExit(main())
