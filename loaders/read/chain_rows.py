"""Rows about filières, looked up as they are read: a filière, a link or an activity that nothing knows is rejected there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pyoxigraph as ox

from ...ontology.vocabulary import ID, PREFIXES, ontology_files
from ...words import N_, Spoken
from ..filieres.files import SHIPPED, read_filieres
from ..sources.declaration import nearest
from .checks import Fault

_SCHEME = "value-chain/"
_ACTIVITIES = ("http://id.insee.fr/codes/nafr2/", f"{ID}naf2025/", "naf2025/")
Row = Mapping[str, Any]


@dataclass(frozen=True)
class KnownChains:
    """What rows about filières may name: filières by short name, links as "filière/code", activities by code."""

    chains: frozenset[str]
    links: frozenset[str]
    activities: frozenset[str]

    @classmethod
    def of(cls, filieres: Iterable[Path], tables: Iterable[Mapping[str, Path]]) -> KnownChains:
        """Tell what the package, the files of folders, and the tidy tables of loaded sources make known."""
        read, _ = read_filieres(SHIPPED, *filieres)
        chains = {one.id for one in read}
        links = {f"{one.id}/{link.code}" for one in read for link in one.links}
        activities = set(_activities())
        for loaded in tables:
            chains |= {_short(one) for one in _column(loaded, "chains", "id")}
            links |= {_short(one) for one in _column(loaded, "components", "id")}
            activities |= _column(loaded, "concepts", "notation", kind="EconomicActivity")
        return cls(frozenset(chains), frozenset(links), frozenset(activities))


def chain_faults(tables: Mapping[str, pl.DataFrame], known: KnownChains) -> list[Fault]:
    """List the faults of the raw tables `components`, `chain_rules` and `memberships`; addresses are taken as they are."""
    own = tables["chains"]["id"].drop_nulls().to_list() if "chains" in tables else []
    chains = known.chains | {_short(one) for one in own}
    look_up = _Lookup(known, chains)
    found: list[Fault] = []
    for table, columns in (
        ("components", {"chain": look_up.chain, "id": look_up.link, "activity": look_up.activity}),
        ("chain_rules", {"chain": look_up.chain}),
        ("memberships", {"chain": look_up.chain}),
    ):
        for column, fault in columns.items():
            if table in tables and column in tables[table].columns:
                wrong = dict(_wrong(tables[table], column, fault))
                found += [Fault(table, column, wrong)] if wrong else []
    return found


class _Lookup:
    """Gives the reason why a cell of a row is wrong, or None."""

    def __init__(self, known: KnownChains, chains: Collection[str]) -> None:
        self._known, self._chains = known, chains

    def chain(self, cell: str, _: Row) -> Spoken | None:
        return None if cell.startswith("http") else self._chain(_short(cell))

    def activity(self, cell: str, _: Row) -> Spoken | None:
        if "/" in cell and not cell.startswith(_ACTIVITIES):
            return None
        code = cell.rpartition("/")[2]
        if code in self._known.activities:
            return None
        return N_(
            "Le code « {code} » n'est pas dans la NAF chargée{hint}.",
            code=code,
            hint=nearest(code, self._known.activities),
        )

    def link(self, cell: str, row: Row) -> Spoken | None:
        """Look up an identifier "filière/code": of a new link its filière and its code, else the link itself."""
        if cell.startswith("http"):
            return None
        name = _short(cell)
        chain, _, code = name.rpartition("/")
        if not any(row.get(key) for key in ("stage", "activity", "chain")):
            if name in self._known.links:
                return None
            return N_(
                "Ce maillon n'existe pas{hint} : un maillon nouveau dit son étape (« stage »).",
                hint=nearest(name, self._known.links),
            )
        reason = None if row.get("chain") else self._chain(chain)
        return reason or (None if row.get("activity") else self.activity(code, row))

    def _chain(self, name: str) -> Spoken | None:
        if name in self._chains:
            return None
        return N_("La filière « {name} » est inconnue{hint}.", name=name, hint=nearest(name, self._chains))


def _wrong(
    table: pl.DataFrame, column: str, fault: Callable[[str, Row], Spoken | None]
) -> Iterator[tuple[int, Spoken]]:
    for row in table.iter_rows(named=True):
        if row[column] is not None and (reason := fault(str(row[column]), row)):
            yield row["_row"], reason


def _short(name: str) -> str:
    """Shorten the identifier of a filière or of something of it: "value-chain/bois" is "bois"."""
    return name.removeprefix(ID).removeprefix(_SCHEME)


def _column(tables: Mapping[str, Path], table: str, column: str, kind: str = "") -> set[str]:
    if table not in tables:
        return set()
    frame = pl.scan_parquet(tables[table])
    if column not in frame.collect_schema().names():
        return set()
    frame = frame.filter(pl.col("kind") == kind) if kind else frame
    return set(frame.select(pl.col(column).cast(pl.String)).collect()[column].drop_nulls())


@cache
def _activities() -> frozenset[str]:
    """Give the codes of the activities that the ontology describes."""
    store = ox.Store()
    for path in ontology_files():
        if path.stem == "naf":
            store.load(path=str(path), format=ox.RdfFormat.TURTLE)
    notation = ox.NamedNode(PREFIXES["skos"] + "notation")
    return frozenset(
        quad.object.value
        for quad in store.quads_for_pattern(None, notation, None)
        if isinstance(quad.object, ox.Literal)
    )
