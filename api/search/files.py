"""What the finder found as data: JSON for programs, and tables for spreadsheets."""

from __future__ import annotations

from typing import Any

from ...graph.finder.finding import Finder, SearchResult
from ...graph.sparql.results import Iri, Rows, Value
from ...ontology.vocabulary import ID
from ...words import N_, Spoken
from ..labels.columns import columns_of
from ..web.links import href
from ..web.negotiation import Language
from .asking import FACETS, Search, detail_name, short, value_name

MOST = 20_000
"""Rows of a file, at most: a larger search is refused, never cut."""
COLUMNS = columns_of("search")
_LISTS = {"fields": "fields", "chains": "chains", "families": "families"}


def places_at(places: list[str], level: str) -> list[str]:
    """Keep the territories of a level."""
    return [one for one in places if one.startswith(f"territory/{level}/")]


def to_rows(finder: Finder, found: SearchResult, language: Language) -> Rows:
    """Give all that was found as rows, in its order; lists are joined by a bar."""

    def joined(paths: list[str]) -> str | None:
        return " | ".join(finder.name(path, language) for path in paths) or None

    rows: list[list[Value]] = []
    for one in finder.rows(found.rows):
        rows.append(
            [
                one["path"].rsplit("/", 1)[-1],
                Iri(ID + one["path"]),
                finder.name(one["path"], language) if one["kind"] == "filieres" else one["label"],
                one["kind"],
                detail_name(finder, one["kind"], one["detail"], language) or None,
                joined(places_at(one["places"], "commune")),
                joined(places_at(one["places"], "department")),
                *(joined(one[name]) for name in _LISTS),
                one["evidence"],
                one["place_evidence"],
                one["lat"],
                one["long"],
            ]
        )
    return Rows(list(COLUMNS), rows)


def about(search: Search, found: SearchResult, snapshot: str, address: str) -> dict[Spoken, str]:
    """Tell where a file comes from."""
    return {
        N_("Recherche"): search.text,
        **{facet.title: ", ".join(search.chosen.get(facet.name, ())) for facet in FACETS},
        N_("Résultats"): str(len(found)),
        N_("Publication"): snapshot,
        N_("Adresse"): address,
    }


def to_data(
    finder: Finder, found: SearchResult, search: Search, snapshot: str, language: Language, size: int
) -> dict[str, Any]:
    """Give one page of what was found, with the counts of every facet, for programs."""
    first = (search.page - 1) * size

    def things(paths: list[str]) -> list[dict[str, str]]:
        return [{"iri": ID + path, "label": finder.name(path, language)} for path in paths]

    results = []
    for one in finder.rows(found.rows[first : first + size]):
        iri = ID + one["path"]
        results.append(
            {
                "iri": iri,
                "label": finder.name(one["path"], language) if one["kind"] == "filieres" else one["label"],
                "kind": one["kind"],
                "detail": detail_name(finder, one["kind"], one["detail"], language),
                "page": href(iri),
                "evidence": one["evidence"],
                "place_evidence": one["place_evidence"],
                "municipalities": things(places_at(one["places"], "commune")),
                "departments": things(places_at(one["places"], "department")),
                **{name: things(one[column]) for name, column in _LISTS.items()},
                "lat": one["lat"],
                "long": one["long"],
                "ties": one["ties"],
            }
        )
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
        "snapshot": snapshot,
        "total": len(found),
        "page": search.page,
        "pages": max(1, -(-len(found) // size)),
        "results": results,
        "facets": facets,
        "substitutes": {word: list(others) for word, others in found.substitutes.items()},
        "near": finder.near(search.text) if search.text and not len(found) else [],
    }
