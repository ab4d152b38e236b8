"""The graph of the register: which record of a source is of which body, made of the tables of all sources at each load."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl
import pyoxigraph as ox

from ...graph.snapshots.bodies import RECORD_OF
from ...graph.snapshots.provenance import REGISTER_GRAPH
from ...ontology.vocabulary import ID
from ...words import N_, AncrageError, Spoken
from ..register.bodies import Body, read_bodies
from ..register.decisions import DECISIONS, Decisions, read_decisions
from ..register.linkage import Register, link
from ..register.names import common_words, vocabulary, words
from ..register.record import Link, Record
from ..register.records import read_records
from ..sources.names import normalise
from .derived_graphs import exchange_mapping
from .staging import SourceVersions, Version

_MANY = 60
"""Names that have a word, from which on it tells none from another."""


class NoSourcesError(AncrageError, LookupError):
    """A data folder in which no source is loaded: it has no register; keeps `folder`."""

    code = "no-sources"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        super().__init__(self.told("fr"))

    @property
    def message(self) -> Spoken:
        """What is said."""
        return N_(
            "aucune source n'est chargée dans {folder} : les organismes sont ceux des sources",
            folder=self.folder,
        )


def register_in(folder: Path) -> Register:
    """Make the register of a data folder, of its sources and of what persons decided; raises NoSourcesError, DecisionError."""
    tables = tables_of(SourceVersions(folder).current())
    if not tables:
        raise NoSourcesError(folder)
    made = register_of(tables, read_decisions(folder / DECISIONS))[0]
    words.cache_clear()  # of all names; who asks the register tells few
    normalise.cache_clear()
    return made


def register_of(
    tables: Mapping[str, Mapping[str, Path]], decisions: Decisions | None = None
) -> tuple[Register, list[Link]]:
    """Link the records of sources; return the register of their bodies and the links, in the order they were made.

    Args:
        tables: tables of the exchange layout by source and name, as Parquet files.
        decisions: what persons accepted and refused.
    """
    records = read_records(tables)
    bodies = read_bodies()
    names = [name for record in records if record.identifiers for name in record.names]
    every = [name for body in bodies for name in body.every_name]
    made = decisions or Decisions()
    register = Register(
        bodies,
        towns=_towns(tables),
        zones=_zones(tables),
        vocabulary=vocabulary([*names, *every]),
        stopwords=common_words((record.names[0] for record in records if record.names), _MANY),
        acceptances=_declared(tables, records) | made.acceptances,
        refusals=made.refusals,
    )
    return register, link(records, register)


def tables_of(versions: Mapping[str, Version]) -> dict[str, Mapping[str, Path]]:
    """Return the tables of the base sources, by the name of their graph."""
    return {name: version.tables() for name, version in versions.items() if version.record.role == "base"}


def write_register(links: list[Link], path: Path, bodies: Sequence[Body] = ()) -> Path:
    """Write the graph of the register as N-Quads: each link with its rule and confidence, and whose record each is.

    Those that `bodies` have succeeded are organisations of that graph, with the last year that they were there.
    """
    tables = {"identities": _identities(links), **_successions(bodies)}
    exchange_mapping().write(tables, path, graph=REGISTER_GRAPH)
    graph = ox.NamedNode(REGISTER_GRAPH)
    quads = (
        ox.Quad(ox.NamedNode(ID + one.record), RECORD_OF, ox.NamedNode(ID + one.body), graph) for one in links
    )
    with path.open("ab") as file:
        ox.serialize(quads, file, ox.RdfFormat.N_QUADS)
    return path


def _successions(bodies: Sequence[Body]) -> dict[str, pl.DataFrame]:
    """Return tables of the exchange layout: organisations that are no more, and the changes that bodies came from."""
    formers = [
        (body, one, normalise(one.names[0]).replace(" ", "-")) for body in bodies for one in body.former
    ]
    if not formers:
        return {}
    declared = "evidence-status/declared"
    return {
        "organizations": pl.DataFrame(
            {
                "id": [f"organization/register-{slug}" for _, _, slug in formers],
                "label_fr": [one.names[0] for _, one, _ in formers],
                "end_year": [str(one.until) for _, one, _ in formers],
                "evidence": [declared for _ in formers],
            }
        ),
        "changes": pl.DataFrame(
            {
                "id": [f"change/register-{slug}" for _, _, slug in formers],
                "original": [[f"organization/register-{slug}"] for _, _, slug in formers],
                "resulting": [[body.path] for body, _, _ in formers],
                "evidence": [declared for _ in formers],
            }
        ),
    }


def _identities(links: list[Link]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "id": [f"identity/register/{one.record.rpartition('/')[2]}" for one in links],
            "a": [one.record for one in links],
            "b": [one.body for one in links],
            "confidence": [f"{one.confidence:.2f}" for one in links],
            "rule": [one.rule for one in links],
            "evidence": [
                f"evidence-status/{'declared' if one.rule == 'decision' else 'inferred'}" for one in links
            ],
        },
        schema=dict.fromkeys(("id", "a", "b", "confidence", "rule", "evidence"), pl.String),
    )


def _towns(tables: Mapping[str, Mapping[str, Path]]) -> frozenset[tuple[str, ...]]:
    """Return names of communes, départements and regions as words."""
    names: list[str] = []
    for one in tables.values():
        if "territories" in one:
            frame = pl.read_parquet(one["territories"])
            if {"kind", "label_fr"} <= {*frame.columns}:
                kinds = pl.col("kind").is_in(["Commune", "Department", "Region"])
                names += frame.filter(kinds)["label_fr"].drop_nulls().to_list()
    return frozenset(words(name) for name in names)


def _zones(tables: Mapping[str, Mapping[str, Path]]) -> dict[str, str]:
    """Return the département of each commune that a table of territories puts in one."""
    found: dict[str, str] = {}
    for one in tables.values():
        if "territories" in one:
            frame = pl.read_parquet(one["territories"])
            if "part_of" in frame.columns and isinstance(frame.schema["part_of"], pl.List):
                pairs = frame.select("id", "part_of").explode("part_of").drop_nulls()
                found.update(
                    pairs.filter(pl.col("part_of").str.starts_with("territory/department/")).iter_rows()
                )
    return found


def _declared(tables: Mapping[str, Mapping[str, Path]], records: list[Record]) -> dict[str, str]:
    """Return the identities that partners declare: the record that comes later, and the body that it is of."""
    places = {record.id: rank for rank, record in enumerate(records)}
    found: dict[str, str] = {}
    for one in tables.values():
        if "identities" in one:
            for pair in pl.read_parquet(one["identities"]).select("a", "b").iter_rows():
                if all(end in places for end in pair):
                    body, record = sorted(pair, key=lambda end: places[end])
                    found.setdefault(record, body)
    return found
