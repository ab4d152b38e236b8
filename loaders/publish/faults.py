"""What a check of the graph found, by row of the sources: told in sentences, and kept whole in a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import polars as pl
import pyoxigraph as ox

from ...graph.shacl.report import Report, Result
from ...ontology.vocabulary import ID

#: The columns of a table of faults.
FAULTS = {
    "source": pl.String,
    "file": pl.String,
    "row": pl.Int64,
    "column": pl.String,
    "value": pl.String,
    "reason": pl.String,
    "thing": pl.String,
}


MOST = 10_000
"""Results of a check that are followed to their rows."""


class InvalidGraph(ValueError):  # noqa: N818
    """The generation breaks shapes with severity Violation; keeps the `report`, and the rows at `faults` (`FAULTS`)."""

    def __init__(self, report: Report, faults: pl.DataFrame) -> None:
        self.report, self.faults = report, faults
        sentences, rows, count = told(faults), len(faults), len(report.violations)
        head = f"Rien n'est publié : {count} violation{'s' if count > 1 else ''} des formes SHACL"
        more = [f"… et {rows - len(sentences)} autres lignes."] if rows > len(sentences) else []
        if count > max(rows, MOST):
            more = ["… et d'autres : seules les premières sont suivies jusqu'à leurs lignes."]
        whole = f"{head} ; {sentences[0]}" if rows == 1 else "\n    ".join([f"{head} :", *sentences, *more])
        super().__init__(whole)

    def of(self, source: str) -> InvalidGraph:
        """Return the same for the faults of one source."""
        own = self.faults.filter(pl.col("source") == source)
        things = set(own["thing"])
        results = [result for result in self.report.violations if shortened(result.focus) in things]
        return InvalidGraph(Report(results), own)

    def written(self, path: Path, advice: Iterable[str] = ()) -> InvalidGraph:
        """Write all the faults in a file, beside the rejected rows of sources, and say so, with some advice."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.faults.write_csv(path)
        self.args = (" ".join([str(self), f"Détail : {path}.", *advice]),)
        return self


def in_file(name: str, results: Iterable[Result]) -> pl.DataFrame:
    """Return the faults of a file that has no rows, one line a result."""
    lines = [
        (
            None,
            name,
            None,
            "",
            "" if one.value is None else shortened(one.value),
            one.message("fr"),
            shortened(one.focus),
        )
        for one in results
    ]
    return pl.DataFrame(lines, schema=FAULTS, orient="row")


def shortened(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    """Return the text of a term, an identifier of the project without its base.

    >>> shortened(ox.NamedNode(ID + "site/1"))
    'site/1'
    """
    return str(term) if isinstance(term, ox.Triple) else term.value.removeprefix(ID)


def told(faults: pl.DataFrame, most: int = 5) -> list[str]:
    """Say the first few faults, one sentence each: of every thing its first row, then the second ones.

    >>> told(pl.DataFrame([("a", "s.csv", 2, "lat", "x", "Non.", "site/1")], schema=FAULTS, orient="row"))
    ['a : s.csv, ligne 2, colonne « lat », valeur « x » : Non. (site/1)']
    """
    ordered = faults.sort(pl.int_range(pl.len()).over("thing"), maintain_order=True)
    return [_sentence(line) for line in ordered.head(most).iter_rows(named=True)]


def _sentence(line: Mapping[str, object]) -> str:
    parts = [str(line["file"] or "")]
    parts += [f"ligne {line['row']}"] if line["row"] else []
    parts += [f"colonne « {line['column']} »"] if line["column"] else []
    parts += [f"valeur « {line['value']} »"] if line["value"] and line["value"] != line["thing"] else []
    place = ", ".join(part for part in parts if part)
    source = f"{line['source']} : " if line["source"] else ""
    return f"{source}{place}{' : ' if place else ''}{line['reason']} ({line['thing']})"
