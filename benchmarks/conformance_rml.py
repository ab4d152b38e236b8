"""The suites of RML: what `ancrage map` gives beside what each case expects, written into docs/conformance.md.

    python benchmarks/conformance_rml.py SUITES

SUITES holds clones of RMLio/rml-test-cases, kg-construct/rml-core and kg-construct/rml-io. Graphs are compared once their
blank nodes are canonical. Where a case expects an error, a sentence of ours is one, and nothing may be written. A case that
is not met, or is left out, has its reason here; one without a reason ends the run in failure, and so does a reason for a
case that is met.
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pyoxigraph as ox
from ancrage.loaders.mapping.mapping import Mapping as TableMapping
from ancrage.loaders.mapping.rml import MappingError
from ancrage.loaders.sources.declaration import SourceError

PAGE = Path(__file__).parents[1] / "docs" / "conformance.md"
HEADING = "## RML: `python benchmarks/conformance_rml.py SUITES`"

_EMPTY = "an empty cell gives no triple here, whatever the vocabulary; the case wants empty literals (decision 0114)"
#: Cases that are not met, each with its reason.
NOT_MET = {
    "RMLTC0027b-JSON": "the expected IRIs hold a space (`rml:UnsafeIRI`), which stores refuse: so is the cell, with its row",
    "RMLSTC0004a": _EMPTY,
    "RMLSTC0009a": "an error is expected of a header between quotes, and an output given, which is ours",
}
#: Cases left out of the counts, each with its reason.
LEFT_OUT = {
    "RMLSTC0003": "SPARQL results as a source are not read",
    "RMLSTC0006a": "databases of servers are not read",
    **dict.fromkeys(("RMLSTC0007c", "RMLSTC0007d"), "XML is not read"),
    **{f"RMLSTC0012{letter}": "XML is not read" for letter in "abcde"},
}
#: Cases read as errors though their metadata do not say so, each with its reason; their output has no byte.
ERRORS = {
    "RMLTC0002g-JSON": "its source is a file that does not exist",
    **dict.fromkeys(("RMLTC0007h-CSV", "RMLTC0007h-JSON"), "its description says that it is one"),
}


@dataclass(frozen=True)
class Suite:
    """A suite: its title, where its cases stand, the beginning and the ends of their names, and how its mappings are applied."""

    title: str
    folder: str
    metadata: str
    columns: tuple[str, str]
    begins: str
    ends: tuple[str, ...] = ("",)
    base: str = ""
    skip: bool = False

    def cases(self, suites: Path) -> Iterator[tuple[Path, bool]]:
        """Yield the folder of each case, and whether it expects an error."""
        name, error = self.columns
        with (suites / self.metadata).open(encoding="utf-8", newline="") as file:
            errors = {row[name]: row[error].strip().lower() == "true" for row in csv.DictReader(file)}
        for folder in sorted((suites / self.folder).iterdir()):
            if folder.is_dir() and folder.name.startswith(self.begins) and folder.name.endswith(self.ends):
                yield folder, errors.get(folder.name, False) or folder.name in ERRORS


SUITES = (
    Suite(
        "Before rml-core (RMLio/rml-test-cases), CSV and JSON, wrong cells left out (`--skip-wrong`)",
        "rml-test-cases/test-cases",
        "rml-test-cases/metadata.csv",
        ("RML id", "error expected?"),
        "RMLTC",
        ("-CSV", "-JSON"),
        skip=True,
    ),
    Suite(
        "rml-core (kg-construct/rml-core)",
        "rml-core/test-cases",
        "rml-core/test-cases/metadata.csv",
        ("ID", "error"),
        "RMLTC",
        base="http://example.com/",
    ),
    Suite(
        "rml-io (kg-construct/rml-io), sources",
        "rml-io/test-cases",
        "rml-io/test-cases/metadata.csv",
        ("ID", "error"),
        "RMLSTC",
        base="http://example.com/",
    ),
)


def canonical(data: bytes) -> set[str]:
    """Return the quads of a text in N-Quads, blank nodes canonical."""
    dataset = ox.Dataset(ox.parse(data, format=ox.RdfFormat.N_QUADS, lenient=True))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in dataset}


def failure(folder: Path, error: bool, suite: Suite) -> str:
    """Return what is not as a case expects; nothing where all is."""
    with tempfile.TemporaryDirectory() as place:
        out = Path(place) / "out.nq"
        try:
            mapping = TableMapping.read(folder / "mapping.ttl", base=suite.base)
            mapping.write(folder, out, wrong="skip" if suite.skip else "refuse")
        except (MappingError, SourceError) as refused:
            return "" if error and not out.exists() else f"refused: {refused}"
        if error:
            return "an error was expected"
        given = [folder / name for name in ("output.nq", "default.nq") if (folder / name).exists()]
        expected = canonical(given[0].read_bytes()) if given else set()
        found = canonical(out.read_bytes())
    return (
        ""
        if found == expected
        else f"{len(expected - found)} quads missing, {len(found - expected)} too many"
    )


def section(suites: Path) -> tuple[str, list[str]]:
    """Return the section of the page, and what is met or not without being told here."""
    lines = [
        HEADING,
        "",
        f"{date.today():%d %B %Y}.",
        "",
        "| suite | met | of | left out |",
        "| --- | --- | --- | --- |",
    ]
    told: list[str] = []
    strange: list[str] = []
    for suite in SUITES:
        cases = dict(suite.cases(suites))
        left = {folder.name: LEFT_OUT[folder.name] for folder in cases if folder.name in LEFT_OUT}
        failures = {
            folder.name: failure(folder, error, suite)
            for folder, error in cases.items()
            if folder.name not in left
        }
        failed = {name: reason for name, reason in failures.items() if reason}
        lines.append(f"| {suite.title} | {len(failures) - len(failed)} | {len(failures)} | {len(left)} |")
        if suite.skip:
            plain = replace(suite, skip=False)
            refused = [folder.name for folder, error in cases.items() if failure(folder, error, plain)]
            told.append(f"- {_names(refused)}: refused without `--skip-wrong`, as a cell is no IRI.")
        told += [f"- `{name}`: not met; {NOT_MET[name]}." for name in failed if name in NOT_MET]
        told += [f"- {_names(names)}: left out; {reason}." for reason, names in _by_reason(left)]
        strange += [f"{name}: {reason}" for name, reason in failed.items() if name not in NOT_MET]
        strange += [f"{name}: met, though a reason is told" for name in NOT_MET if failures.get(name) == ""]
    read = [
        "",
        "Outside: XML, SPARQL and database variants of the first suite; targets of rml-io (`RMLTTC…`): there is one file.",
        "",
        *(
            f"- {_names(names)}: read as an error, which metadata do not say; {why}."
            for why, names in _by_reason(ERRORS)
        ),
    ]
    return "\n".join([*lines, *read, *told, ""]), strange


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _by_reason(left: Mapping[str, str]) -> list[tuple[str, list[str]]]:
    return [
        (reason, [name for name in left if left[name] == reason]) for reason in dict.fromkeys(left.values())
    ]


def main() -> int:
    """Run the suites, print the section and put it in place of the one of before."""
    parser = argparse.ArgumentParser(
        description="Run the suites of RML and write their section of docs/conformance.md."
    )
    parser.add_argument("suites", type=Path, metavar="SUITES")
    text, strange = section(parser.parse_args().suites)
    print(text)
    for line in strange:
        print(f"WITHOUT REASON  {line}", file=sys.stderr)
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else "# Conformance\n\nWhat public suites say.\n"
    before, _, after = page.partition(HEADING)
    following = after.find("\n## ")
    rest = after[following + 1 :] if following >= 0 else ""
    PAGE.write_text(f"{before.rstrip()}\n\n{text}" + (f"\n{rest}" if rest else ""), encoding="utf-8")
    return 1 if strange else 0


if __name__ == "__main__":
    sys.exit(main())
