"""What the finder found as data: JSON for programs, and tables for spreadsheets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ...graph.finder.finding import Finder, Rows, SearchResult
from ...graph.sparql.results import Iri, Value
from ...graph.sparql.results import Rows as Table
from ...ontology.vocabulary import ID
from ...words import N_, Spoken
from ..labels.columns import columns_of
from ..web.links import href
from ..web.negotiation import Language
from .asking import FACETS, Search, detail_name, short, value_name

MOST = 20_000
"""Rows of a file, at most: a larger search is refused, never cut."""
COLUMNS = columns_of("search")
LISTS = ("municipalities", "departments", "fields", "chains", "families")
"""Columns that hold several things: of JSON a list of their IRIs and names, of tables their names joined by a bar."""


def places_at(places: list[str], level: str) -> list[str]:
    """Keep the territories of a level."""
    return [one for one in places if one.startswith(f"territory/{level}/")]


def records(finder: Finder, rows: Rows, language: Language) -> Iterator[dict[str, Any]]:
    """Give things of the finder by the names of COLUMNS, in the order of their rows: what files and JSON say of each."""

    def things(paths: list[str]) -> list[dict[str, str]]:
        return [{"iri": ID + path, "label": finder.name(path, language)} for path in paths]

    for one in finder.rows(rows):
        iri = ID + one["path"]
        yield {
            "code": one["path"].rsplit("/", 1)[-1],
            "iri": iri,
            "label": finder.name(one["path"], language) if one["kind"] == "filieres" else one["label"],
            "kind": one["kind"],
            "detail": detail_name(finder, one["kind"], one["detail"], language),
            "page": href(iri),
            "municipalities": things(places_at(one["places"], "commune")),
            "departments": things(places_at(one["places"], "department")),
            **{name: things(one[name]) for name in ("fields", "chains", "families")},
            **{name: one[name] for name in ("evidence", "place_evidence", "lat", "long", "ties")},
        }


def to_table(found: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> Table:
    """Give columns of records as a table.

    >>> to_table([{"code": "a", "fields": [{"iri": "u:1", "label": "droit"}, {"iri": "u:2", "label": "eau"}]}], ["fields"]).rows
    [['droit | eau']]
    """
    return Table(list(columns), [[_cell(name, one[name]) for name in columns] for one in found])


def _cell(name: str, value: Any) -> Value:
    if name in LISTS:
        value = " | ".join(one["label"] for one in value)
    return Iri(value) if name == "iri" else None if value == "" else value


def about(
    title: Mapping[Any, str], search: Search, found: SearchResult, snapshot: str, address: str
) -> dict[Spoken, str]:
    """Tell where a file comes from, under its title."""
    return {
        **title,
        **{facet.title: ", ".join(search.chosen.get(facet.name, ())) for facet in FACETS},
        N_("Résultats"): str(len(found)),
        N_("Publication"): snapshot,
        N_("Adresse"): address,
    }


def facets_of(finder: Finder, found: SearchResult, search: Search, language: Language) -> dict[str, Any]:
    """Give the counts of every facet, and the words beside those that nothing holds, for programs."""
    facets = {
        facet.name: [
            {
                "value": short(facet, path),
                "label": value_name(finder, facet, path, language),
                "count": count,
            }
            for path, count in sorted(
                found.counts[facet.column].items(), key=lambda pair: (-pair[1], pair[0])
            )
        ]
        for facet in FACETS
    }
    return {
        "facets": facets,
        "substitutes": {word: list(others) for word, others in found.substitutes.items()},
        "near": finder.near(search.text) if search.text and not len(found) else [],
    }
