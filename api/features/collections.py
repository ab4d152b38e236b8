"""The collections: the features of a snapshot, with an index of where they are."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import shapely
from shapely.geometry import MultiPoint, Point
from shapely.geometry.base import BaseGeometry

from ...words import N_, Spoken
from ..reading.solutions import Reading, Row
from ..web.links import BASE, href, local_name

TITLES: Final[Mapping[str, tuple[Spoken, Spoken]]] = {
    "territories": (
        N_("Territoires"),
        N_("Communes, EPCI, départements, régions, zones d’emploi, bassins et territoires de projet : contour, ou position."),
    ),
    "sites": (
        N_("Sites"),
        N_("Sites des organismes : leur position, ou celle de leur commune où elle n’est pas connue."),
    ),
    "actors": (
        N_("Organismes"),
        N_("Organismes dont un site est connu, à l’endroit de leurs sites."),
    ),
}  # fmt: skip
"""Title and description of each collection, by its id."""

Box = tuple[float, float, float, float]
"""West, south, east, north, in degrees; west beyond east goes across the antimeridian."""


@dataclass(frozen=True)
class Feature:
    """One feature: its id in the collection, its geometry (WGS 84, longitude first; None where unknown) and properties."""

    id: str
    geometry: BaseGeometry | None
    properties: Mapping[str, Any]

    def written(self, base: str) -> dict[str, Any]:
        """Give it as GeoJSON (RFC 7946), with its page below the address `base` of the service."""
        shape = None if self.geometry is None else json.loads(shapely.to_geojson(self.geometry))
        told = {**self.properties, "page": base + self.properties["page"]}
        return {"type": "Feature", "id": self.id, "geometry": shape, "properties": told}


@dataclass(frozen=True)
class Collection:
    """Features in the order of their ids."""

    features: Sequence[Feature]

    @cached_property
    def by_id(self) -> Mapping[str, Feature]:
        """The features by id."""
        return {feature.id: feature for feature in self.features}

    @cached_property
    def kinds(self) -> list[str]:
        """The kinds of the features, in order."""
        return sorted({kind for feature in self.features if (kind := feature.properties.get("kind"))})

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree([feature.geometry or Point() for feature in self.features])

    @cached_property
    def extent(self) -> list[float] | None:
        """West, south, east and north of all; None where nothing has a place."""
        shapes = [feature.geometry for feature in self.features if feature.geometry is not None]
        return [round(float(bound), 6) for bound in shapely.total_bounds(shapes)] if shapes else None

    def select(self, box: Box | None = None, kind: str = "") -> list[Feature]:
        """Give the features that meet a box and are of a kind, in order.

        >>> near = Feature("a", Point(5, 45), {"kind": "Commune"})
        >>> Collection([near, Feature("b", None, {})]).select((4, 44, 6, 46)) == [near]
        True
        """
        found: Iterable[Feature] = self.features
        if box is not None:
            west, south, east, north = box
            parts = [(west, east)] if west <= east else [(west, 180), (-180, east)]
            boxes = [shapely.box(start, south, end, north) for start, end in parts]
            hits = {int(at) for one in boxes for at in self._tree.query(one, predicate="intersects")}
            found = (self.features[at] for at in sorted(hits))
        return [feature for feature in found if not kind or feature.properties.get("kind") == kind]


def read_collections(reading: Reading) -> dict[str, Collection]:
    """Read the collections of a snapshot; raises what the pool raises."""
    sites = reading.facts("features/sites").rows
    return {
        "territories": _collection(map(_territory, reading.facts("features/territories").rows)),
        "sites": _collection(map(_site, sites)),
        "actors": _collection(_actors(sites)),
    }


def _collection(features: Iterable[Feature]) -> Collection:
    first: dict[str, Feature] = {}
    for feature in features:
        first.setdefault(feature.id, feature)
    return Collection(sorted(first.values(), key=lambda feature: feature.id))


def _id(iri: str) -> str:
    """Give the id of a thing: its path without what it is.

    >>> _id(BASE + "territory/commune/38185")
    'commune/38185'
    """
    return iri.removeprefix(BASE).partition("/")[2] or local_name(iri)


def _point(row: Row, lat: str = "lat", long: str = "long") -> Point | None:
    return Point(float(row[long]), float(row[lat])) if lat in row and long in row else None


def _properties(iri: str, name: str, kind: str | None, **more: object) -> dict[str, Any]:
    return {"name": name, "kind": kind and local_name(kind), "iri": iri, "page": href(iri), **more}


def _territory(row: Row) -> Feature:
    shape = _outline(row["wkt"]) if "wkt" in row else None
    return Feature(
        _id(row["thing"]),
        shape or _point(row),
        _properties(row["thing"], row["label"], row.get("kind"), code=row.get("code")),
    )


def _outline(text: str) -> BaseGeometry | None:
    """Read a literal of GeoSPARQL in WGS 84, longitude first; None for what is none, or empty."""
    shape = shapely.from_wkt(text.partition(">")[2] if text.startswith("<") else text, on_invalid="ignore")
    return None if shape is None or shape.is_empty else shape


def _place(row: Row) -> tuple[Point | None, str | None]:
    """Give where a site is, and whose position that is."""
    if (exact := _point(row)) is not None:
        return exact, "site"
    near = _point(row, "placeLat", "placeLong")
    return near, None if near is None else "commune"


def _site(row: Row) -> Feature:
    where, position = _place(row)
    place = row.get("place")
    return Feature(
        _id(row["thing"]),
        where,
        _properties(
            row["thing"],
            row.get("label") or row.get("ownerLabel") or local_name(row["thing"]),
            row.get("kind"),
            organization=row["owner"],
            organizationName=row.get("ownerLabel"),
            territory=place,
            position=position,
            evidence=local_name(row["evidence"]) if "evidence" in row else None,
        ),
    )


def _actors(sites: Iterable[Row]) -> Iterable[Feature]:
    points: dict[str, set[tuple[float, float]]] = defaultdict(set)
    rows: dict[str, Row] = {}
    for row in sites:
        rows.setdefault(row["owner"], row)
        where = _place(row)[0]
        if where is not None:
            points[row["owner"]].add((where.x, where.y))
    for iri, row in rows.items():
        places = sorted(points[iri])
        shape = None if not places else Point(places[0]) if len(places) == 1 else MultiPoint(places)
        name = row.get("ownerLabel") or local_name(iri)
        yield Feature(_id(iri), shape, _properties(iri, name, row.get("ownerType"), sites=len(places)))
