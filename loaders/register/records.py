"""Records of organisations, read from the tables of the sources: one a path of identifier, registers first."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path

import polars as pl

from ...graph.snapshots.labels import rank
from ...graph.snapshots.provenance import GRAPHS
from .contradictions import contradictions
from .identifiers import identifiers
from .record import Record

_SCHEMES = ("siren", "siret", "uai", "rnsr", "pic", "paysage", "ror", "idref", "wikidata")
_COMPANY = "actor-type/company"
_UNITS = frozenset((
    "actor-type/research-unit", "actor-type/research-team", "actor-type/research-federation", "actor-type/doctoral-school",
))  # fmt: skip
_NONE = frozenset[str]()  # one: Python makes another of 216 bytes each time
_UNKNOWN = frozenset(
    (
        "",
        *(
            f"actor-type/{name}"
            for name in ("public-research", "association", "transfer-office", "incubator")
        ),
    )
)
"""Types that firms and public bodies may have: a SATT is a firm by its statutes."""
_COLUMNS = (
    "id", "kind", "label_fr", "label_en", "acronym", "actor_type", "former_codes", "country", "source", *_SCHEMES,
)  # fmt: skip
_UNITS_REGISTER = "source/mesr-rnsr"
"""Source of the rows that describe research units that are there, in its own tables and in those made of it."""
_SCHOOL = re.compile(r"/ed-(\d+)$")
_HASHED = re.compile(r"-[0-9a-f]{10}$")


def read_records(sources: Mapping[str, Mapping[str, Path]]) -> list[Record]:
    """Return what sources say of each organisation, in the order in which they are believed.

    Args:
        sources: tables of the exchange layout by source and name, as Parquet files: organizations, sites and
            participations are read, and where a source has them `register_numbers` (organization, number). A number
            that a source gives to names far apart links nobody. A unit whose number the register of units that are
            there does not give, where it is loaded, is closed.
    """
    rows: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    order: dict[str, tuple[tuple[int, str], bool]] = {}
    active: set[str] = set()
    doubtful: set[str] = set()
    for source in sorted(sources, key=lambda name: rank(GRAPHS + name)):
        tables = sources[source]
        if "organizations" in tables:
            place = rank(GRAPHS + source)
            frame = pl.read_parquet(tables["organizations"])
            doubtful |= contradictions(frame).keys()
            for row in _texts(frame).iter_rows(named=True):
                order.setdefault(row["id"], (place, bool(_HASHED.search(row["id"]))))
                if row.get("source") == _UNITS_REGISTER:
                    active.add(row.get("rnsr", ""))
                for column, value in row.items():
                    if value:
                        rows[row["id"]][column] += [one for one in value.split("\x1f") if one]
        for path, places in _places(tables):
            rows[path]["places"] += places
        for path in _observed(tables):
            rows[path]["observed"].append(source)
        if "register_numbers" in tables:
            for path, number in (
                pl.read_parquet(tables["register_numbers"]).select("organization", "number").iter_rows()
            ):
                rows[path]["numbers"].append(number)
    records = {path: _record(path, rows[path], active, doubtful) for path in order}
    # Legal bodies before units: ESRF is listed as both, and is a body. What says no country may be of any that is known by then.
    ranks = sorted(
        order,
        key=lambda path: (
            order[path][1],
            records[path].group == "unit",
            records[path].is_closed,
            order[path][0],
            order[path][1] and not records[path].country,
            path,
        ),
    )
    return [records[path] for path in ranks]


def _record(
    path: str, row: Mapping[str, list[str]], active: AbstractSet[str], doubtful: AbstractSet[str]
) -> Record:
    names = dict.fromkeys((*row.get("label_fr", ()), *row.get("label_en", ())))
    numbers = {
        one for scheme in _SCHEMES for value in row.get(scheme, ()) for one in identifiers(scheme, value)
    }
    if school := _SCHOOL.search(path):
        numbers.add(f"ed:{school[1]}")
    former = {f"{'rnsr' if len(value) == 10 else 'uai'}:{value}" for value in row.get("former_codes", ())}
    return Record(
        path,
        tuple(names),
        tuple(dict.fromkeys(row.get("acronym", ()))),
        frozenset(numbers - doubtful) or _NONE,
        _group(row),
        next(iter(row.get("country", ())), ""),
        frozenset(row.get("places", ())) or _NONE,
        frozenset(row.get("numbers", ())) or _NONE,
        frozenset(former - numbers) or _NONE,
        bool(row.get("observed")),
        bool(active and row.get("rnsr") and active.isdisjoint(row["rnsr"])),
    )


def _group(row: Mapping[str, list[str]]) -> str:
    types = {*row.get("actor_type", ())} - _UNKNOWN
    kinds = {*row.get("kind", ())}
    if types & _UNITS or kinds & {"ResearchUnit", "ResearchTeam", "ResearchFederation", "DoctoralSchool"}:
        return "unit"
    if _COMPANY in types or "Company" in kinds:
        return "company"
    sirens = (*row.get("siren", ()), *row.get("siret", ()))
    if types or any(value[:1] in "12" for value in sirens):
        return "public"
    return ""


def _places(tables: Mapping[str, Path]) -> Iterable[tuple[str, list[str]]]:
    frames = []
    if "sites" in tables:
        sites = pl.read_parquet(tables["sites"])
        if {"organizations", "territory"} <= {*sites.columns}:
            frames.append(sites.select("organizations", "territory").explode("organizations"))
    if "participations" in tables:
        given = pl.read_parquet(tables["participations"])
        if {"organization", "place"} <= {*given.columns}:
            frames.append(given.select("organization", "place"))
    for frame in frames:
        if isinstance(frame.schema[frame.columns[1]], pl.List):
            frame = frame.explode(frame.columns[1])
        named = (
            frame.rename(dict(zip(frame.columns, ("organization", "place"), strict=True)))
            .drop_nulls()
            .unique()
        )
        yield from named.group_by("organization").agg("place").iter_rows()


def _observed(tables: Mapping[str, Path]) -> list[str]:
    """Return the organisations that observations are of."""
    if "observations" not in tables or "organization" not in pl.read_parquet_schema(tables["observations"]):
        return []
    return (
        pl.read_parquet(tables["observations"], columns=["organization"])["organization"]
        .drop_nulls()
        .unique()
        .to_list()
    )


def _texts(frame: pl.DataFrame) -> pl.DataFrame:
    wanted = [name for name in _COLUMNS if name in frame.columns]
    return frame.select(
        pl.col(name).list.join("\x1f")
        if frame.schema[name] == pl.List(pl.String)
        else pl.col(name).cast(pl.String)
        for name in wanted
    )
