"""Start an indicator, a source or a query of the package: the files of `ancrage new`, where the package has its own.

    python tools/new.py {indicator,source,query,filiere} NAME [--root FOLDER]

A file that is there already is left alone, and nothing is written.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from ancrage.api.commands.starts import start

FOLDERS = {
    "indicator": "graph/indicators/declared",
    "query": "queries/tables",
    "source": "loaders/sources",
    "filiere": "loaders/filieres",
}
NEXT = {
    "indicator": "`ancrage demo` publishes it; docs/how-to/indicator.md says each key",
    "query": "`python tools/document_queries.py` documents it; docs/reference/queries.md says each line of its header",
    "source": "docs/how-to/source.md walks through what comes next",
    "filiere": "`ancrage demo` publishes it; docs/how-to/filiere.md says each key",
}


def files(kind: str, name: str) -> dict[str, str]:
    """Give the files that a kind starts with: their paths below the root and their texts; rows of example are test data."""
    up = "../" * (FOLDERS[kind].count("/") + 1 + (kind == "source"))
    schema = f"#:schema {up}docs/schemas/{kind}.json\n"  # by which editors complete it
    found = {
        f"{FOLDERS[kind]}/{path}": schema * path.endswith(".toml") + text
        for path, text in start(kind, name).items()
    }
    rows = f"{FOLDERS[kind]}/{name}/example/{name}.csv"
    if rows in found:
        found[f"tests/data/{name}/{name}.csv"] = found.pop(rows)
    return found


def main() -> int:
    """Write the files, or say which is there."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("kind", choices=NEXT)
    parser.add_argument("name")
    parser.add_argument("--root", type=Path, default=Path(__file__).parents[1])
    chosen = parser.parse_args()
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", chosen.name):
        parser.error(f"“{chosen.name}” is no name in lower case, digits and hyphens")
    wanted = {chosen.root / path: text for path, text in files(chosen.kind, chosen.name).items()}
    if there := [path for path in wanted if path.exists()]:
        print(f"{there[0]} is there already: nothing was written", file=sys.stderr)
        return 1
    for path, text in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(path)
    print(f"next: {NEXT[chosen.kind]}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
