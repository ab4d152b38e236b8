"""The alignments with other vocabularies: a table in SSSOM, and the same as SKOS in the ontology graph."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from .vocabulary import FOLDER, PREFIXES

TABLE: Final = FOLDER / "alignments.sssom.tsv"
"""The table (https://mapping-commons.github.io/sssom/); its header names the prefixes."""

GRAPH: Final = FOLDER / "alignments.ttl"
"""The same as triples, written by ``tools/build_alignments.py``."""


_WRITTEN: Final = frozenset(
    PREFIXES["skos"] + name for name in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch")
)


class Alignment(NamedTuple):
    """One row: the IRIs of a term of ours, of the relation and of their term, and the short name of the latter."""

    subject: str
    predicate: str
    object: str
    short: str


def read_alignments(table: Path = TABLE) -> Iterator[Alignment]:
    """Yield the rows of a table of alignments; raises KeyError for a prefix that its header lacks.

    Examples:
        >>> next(read_alignments()).object
        'http://vivoweb.org/ontology/core#University'
    """
    lines = table.read_text(encoding="utf-8").splitlines()
    spaces = dict(line.removeprefix("#   ").split(": ") for line in lines if line.startswith("#   "))
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    for subject, _, predicate, object, *_ in rows[1:]:
        ours, relation, theirs = (
            spaces[prefix] + local
            for prefix, _, local in (name.partition(":") for name in (subject, predicate, object))
        )
        yield Alignment(ours, relation, theirs, object)


def turtle() -> str:
    """Write as Turtle the matches; not the axioms, which the ontology has, nor what is only related.

    In the graph, `skos:relatedMatch` leads from sectors to the families of occupations that they hire, and nowhere else.
    """
    rows = sorted({row[:3] for row in read_alignments() if row.predicate in _WRITTEN})
    said = "".join(f"<{subject}> <{predicate}> <{object}> .\n" for subject, predicate, object in rows)
    return f"# Written by tools/build_alignments.py from {TABLE.name}: change that.\n\n{said}"
