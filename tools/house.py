"""Measure the house: lines, complex functions, rooms, floors and arrows of each folder, modules a request crosses, words in code.

    python tools/house.py [--json] [--walks DATA_DIR]

Lines are those of Python in the five folders (blank lines and comments included); complexity is radon's. A room is a module or
package directly inside a folder; an arrow is an import from one room to another; floors are what the arrows leave when circles
are drawn together. A place with two languages is a call of `say` or `dit` with a text in each, or of `*_fr`/`*_en`, a
dict with the keys `fr` and `en`, or an expression that asks whether the language is `en`. Walks are counted on a published data
directory (`tools/walks.py`), that of the demo for instance.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import subprocess
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import grimp
import networkx as nx
from radon.complexity import cc_visit
from radon.visitors import Function

ROOT = Path(__file__).parents[1]
FOLDERS = ("ontology", "queries", "graph", "loaders", "api")
SHAPES = ("Table", "Block", "Column", "Cell")
COMPLEX = 15


def sources() -> list[Path]:
    """List the Python files of the five folders that git knows."""
    named = subprocess.run(
        ["git", "ls-files", *FOLDERS], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    return [ROOT / name for name in named if name.endswith(".py")]


def complex_functions(texts: Iterable[str]) -> int:
    """Count the functions and methods above complexity 15."""
    found = (block for text in texts for block in cc_visit(text) if isinstance(block, Function))
    return sum(block.complexity > COMPLEX for block in found)


def house(graph: grimp.ImportGraph, folder: str) -> dict[str, int]:
    """Count the rooms, floors and arrows of a folder, the circles among its rooms, and those among its files."""
    package = f"ancrage.{folder}"
    rooms = graph.find_children(package)
    arrows, imports = nx.DiGraph(), nx.DiGraph()
    arrows.add_nodes_from(rooms)
    for module in graph.find_descendants(package):
        for other in graph.find_modules_directly_imported_by(module):
            if other.startswith(package + "."):
                imports.add_edge(module, other)
            ends = [
                ".".join(name.split(".")[:3]) for name in (module, other) if name.startswith(package + ".")
            ]
            if len(ends) == 2 and ends[0] != ends[1]:
                arrows.add_edge(*ends)
    drawn = nx.condensation(arrows)
    circles = sum(len(members) > 1 for _, members in drawn.nodes(data="members"))
    floors = nx.dag_longest_path_length(drawn) + 1 if drawn else 0
    return {
        "rooms": len(rooms),
        "floors": floors,
        "arrows": arrows.number_of_edges(),
        "circles": circles,
        "circles of files": sum(len(members) > 1 for members in nx.strongly_connected_components(imports)),
    }


def bilingual(tree: ast.AST) -> int:
    """Count the places of a module that hold, or choose between, two languages."""
    count = 0
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            texts = [arg for arg in node.args if isinstance(arg, ast.JoinedStr | ast.Constant)]
            count += (name in ("say", "dit") and len(texts) > 1) or name.endswith(("_fr", "_en"))
        elif isinstance(node, ast.Dict):
            keys = {key.value for key in node.keys if isinstance(key, ast.Constant)}
            count += {"fr", "en"} <= keys
        elif isinstance(node, ast.IfExp) and isinstance(node.test, ast.Compare):
            sides = [node.test.left, *node.test.comparators]
            values = {side.value for side in sides if isinstance(side, ast.Constant)}
            is_a_key = isinstance(
                node.test.ops[0], ast.In | ast.NotIn
            )  # what a file has, not what is asked for
            count += not is_a_key and bool({"fr", "en"} & values)
    return count


def measure() -> dict[str, Any]:
    """Give every figure of the house."""
    files = sources()
    texts = {path: path.read_text() for path in files}
    trees = {path: ast.parse(text) for path, text in texts.items()}
    classes = Counter(
        node.name
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and node.name in SHAPES
    )
    templates = [path.read_text() for path in (ROOT / "api" / "templates").rglob("*.html")]
    graph = grimp.build_graph("ancrage")
    return {
        "lines": sum(text.count("\n") for text in texts.values()),
        "modules": len(files),
        "modules above 300 lines": sum(text.count("\n") > 300 for text in texts.values()),
        "functions above complexity 15": complex_functions(texts.values()),
        "places with two languages": sum(map(bilingual, trees.values()))
        + sum(len(re.findall(r"\b(?:dit|say)\(", text)) for text in templates),
        "classes called Table, Block, Column, Cell": dict(sorted(classes.items())),
        "folders": {folder: house(graph, folder) for folder in FOLDERS},
    }


def main() -> None:
    """Print the figures, as text or JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument(
        "--walks", type=Path, metavar="DATA_DIR", help="count the modules that walks cross on these data"
    )
    chosen = parser.parse_args()
    figures = measure()
    if chosen.walks:
        from walks import walks

        figures["modules crossed"] = walks(chosen.walks)
    if chosen.json:
        print(json.dumps(figures, indent=1))
        return
    for name, value in figures.items():
        if name not in ("folders", "modules crossed"):
            print(f"{name:45} {value}")
    for folder, numbers in figures["folders"].items():
        print(f"{folder:12}", "  ".join(f"{count} {what}" for what, count in numbers.items()))
    for walk, (count, bar) in figures.get("modules crossed", {}).items():
        print(f"{walk:45} {count} modules{f' (bar: {bar})' if bar else ''}")


if __name__ == "__main__":
    main()
