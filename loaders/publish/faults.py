"""What a check of the graph found, by row of the sources: told in sentences, and kept whole in a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import polars as pl
import pyoxigraph as ox

from ...graph.shacl.report import Report, Result
from ...ontology.vocabulary import ID
from ...words import SOURCE, AncrageError, Said, Spoken, gettext, ngettext

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


class InvalidGraph(AncrageError, ValueError):  # noqa: N818
    """The generation breaks shapes with severity Violation; keeps the `report`, and the rows at `faults` (`FAULTS`).

    Once written, it keeps the `path` of all the faults, and some `advice`.
    """

    code = "invalid-graph"
    said_in = SOURCE

    def __init__(
        self,
        report: Report,
        faults: pl.DataFrame,
        path: Path | None = None,
        advice: Iterable[Spoken] = (),
    ) -> None:
        super().__init__(report, faults)
        self.report, self.faults, self.path, self.advice = report, faults, path, tuple(advice)

    @property
    def message(self) -> Spoken:
        """What is said: how many violations, and the first ones."""
        return Said(_whole, (self,))

    def of(self, source: str) -> InvalidGraph:
        """Return the same for the faults of one source."""
        own = self.faults.filter(pl.col("source") == source)
        things = set(own["thing"])
        results = [result for result in self.report.violations if short_text(result.focus) in things]
        return InvalidGraph(Report(results), own)

    def written(self, path: Path, advice: Iterable[Spoken] = ()) -> InvalidGraph:
        """Write all the faults in a file, beside the rejected rows of sources; give the error that says so, with advice."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.faults.write_csv(path)
        return InvalidGraph(self.report, self.faults, path, advice)

    def advised(self, advice: Iterable[Spoken]) -> InvalidGraph:
        """Return the same with more advice."""
        return InvalidGraph(self.report, self.faults, self.path, (*self.advice, *advice))


def reasons_in(error: InvalidGraph, language: str) -> dict[str, str]:
    """Give the reasons of the faults, which are French, in a language."""
    return {one.message(SOURCE): one.message(language) for one in error.report.violations}


def _whole(error: InvalidGraph, language: str) -> str:
    faults, count = error.faults, len(error.report.violations)
    sentences, rows = fault_sentences(faults, language, reasons_in(error, language)), len(faults)
    head = ngettext(
        "Rien n'est publié : {n} violation des formes SHACL",
        "Rien n'est publié : {n} violations des formes SHACL",
        count,
        language,
    )
    more: list[str] = []
    if count > max(rows, MOST):
        more = [gettext("… et d'autres : seules les premières sont suivies jusqu'à leurs lignes.", language)]
    elif rows > len(sentences):
        more = [gettext("… et {n} autres lignes.", language, n=rows - len(sentences))]
    if rows == 1:
        whole = gettext("{head} ; {rest}", language, head=head, rest=sentences[0])
    else:
        whole = "\n    ".join([gettext("{head} :", language, head=head), *sentences, *more])
    if error.path is None:
        return whole
    detail = gettext("Détail : {path}.", language, path=error.path)
    advice = (gettext("Attention : {warning}", language, warning=one) for one in error.advice)
    return "\n    ".join([f"{whole} {detail}", *advice])


def in_file(name: str, results: Iterable[Result]) -> pl.DataFrame:
    """Return the faults of a file that has no rows, one line a result."""
    lines = [
        (
            None,
            name,
            None,
            "",
            "" if one.value is None else short_text(one.value),
            one.message("fr"),
            short_text(one.focus),
        )
        for one in results
    ]
    return pl.DataFrame(lines, schema=FAULTS, orient="row")


def short_text(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    """Return the text of a term, an identifier of the project without its base.

    >>> short_text(ox.NamedNode(ID + "site/1"))
    'site/1'
    """
    return str(term) if isinstance(term, ox.Triple) else term.value.removeprefix(ID)


def fault_sentences(
    faults: pl.DataFrame, language: str, reasons: Mapping[str, str] | None = None, most: int = 5
) -> list[str]:
    """Say the first few faults, one sentence each: of every thing its first row, then the second ones.

    `reasons` gives the reasons of the table, which are French, in the language.

    >>> fault_sentences(pl.DataFrame([("a", "s.csv", 2, "lat", "x", "Non.", "site/1")], schema=FAULTS, orient="row"), "fr")
    ['a : s.csv, ligne 2, colonne « lat », valeur « x » : Non. (site/1)']
    """
    ordered = faults.sort(pl.int_range(pl.len()).over("thing"), maintain_order=True)
    return [_sentence(line, language, reasons or {}) for line in ordered.head(most).iter_rows(named=True)]


def _sentence(line: Mapping[str, object], language: str, reasons: Mapping[str, str]) -> str:
    parts = [str(line["file"] or "")]
    parts += [gettext("ligne {row}", language, row=line["row"])] if line["row"] else []
    parts += [gettext("colonne « {column} »", language, column=line["column"])] if line["column"] else []
    if line["value"] and line["value"] != line["thing"]:
        parts.append(gettext("valeur « {value} »", language, value=line["value"]))
    reason = f"{reasons.get(str(line['reason']), line['reason'])} ({line['thing']})"
    between = gettext(" : ", language)
    place = ", ".join(part for part in parts if part)
    return between.join(part for part in (str(line["source"] or ""), place, reason) if part)
