"""Links between records: from points to territories and communes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import polars as pl
import shapely

from ...words import N_
from ..sources.declaration import SourceError
from ..sources.parts import Locate

BESIDE = 300.0
"""How near, in metres, a known address must be for a point to be in its commune."""
DEGREE = 111_320.0
"""Metres in a degree of latitude."""


def locate(table: pl.DataFrame, step: Locate, registers: Mapping[str, Path]) -> pl.DataFrame:
    """Return a table with three more columns: the EPCI and the commune of each point, and what told the commune.

    Args:
        table: a raw table whose coordinates (degrees) are in `step.lat` and `step.lon`, or in `step.point`.
        step: what to look in: `polygons` has columns territory and wkt, `nearest` has id, lat and lon, `addresses`
            are tables of territory, lat and lon.
        registers: the tables of other sources by name; communes are kept to the containing EPCI as far as
            `decoupage_administratif__territories` says which are part of it.

    The commune is the one whose polygon holds the point ("polygon"); where communes have none, or where its polygon is
    of another EPCI than the one that holds the point, it is that of the nearest known address within 300 m ("address"),
    else the nearest official point in that EPCI, or of all when no EPCI holds it ("nearest"): a centre may be nearer
    than that of one's own commune, an address at the other side of the street seldom is elsewhere. Polygons and
    addresses that are not loaded hold nothing. A row without coordinates, or with impossible ones, gets nulls.
    """
    lat, lon = _coordinates(table, step)
    known = np.isfinite(lat) & np.isfinite(lon) & (np.abs(lat) <= 90) & (np.abs(lon) <= 180)
    polygons = pl.DataFrame(schema={"territory": pl.String, "wkt": pl.String})
    if step.polygons in registers:
        polygons = _register(step.polygons, ("territory", "wkt"), registers).drop_nulls()
    epcis, communes = (
        _containing(polygons.filter(pl.col("territory").str.starts_with(kind)), lon, lat, known)
        for kind in ("territory/epci/", "territory/commune/")
    )
    points = _register(step.nearest, ("id", "lat", "lon"), registers).drop_nulls()
    points = points.with_columns(pl.col("lat", "lon").cast(pl.Float64))
    members = _members(registers)
    near = _nearest(points, members, epcis, lon, lat, known)
    # Outlines of EPCI and of communes are simplified apart: near a border they may disagree.
    held = _of_their_epci(communes, epcis, members)
    beside = _of_their_epci(_beside(_addresses(step, registers), lon, lat, known), epcis, members)
    placed, rules = [], []
    for commune, address, nearest in zip(held, beside, near, strict=True):
        placed.append(commune or address or nearest)
        rules.append("polygon" if commune else "address" if address else nearest and "nearest")
    return table.with_columns(
        pl.Series(name, values, pl.String)
        for name, values in zip(step.adds, (epcis, placed, rules), strict=True)
    )


def _of_their_epci(
    communes: list[str | None], epcis: list[str | None], members: Mapping[str, set[str]]
) -> list[str | None]:
    """Return the communes that are in the EPCI beside them, where its communes are known; None for the others."""
    return [
        commune if commune and (epci is None or epci not in members or commune in members[epci]) else None
        for commune, epci in zip(communes, epcis, strict=True)
    ]


def _coordinates(table: pl.DataFrame, step: Locate) -> tuple[np.ndarray, np.ndarray]:
    if step.point is not None:
        parts = table[step.point].str.extract_groups(r"^\s*(-?[0-9.]+)\s*,\s*(-?[0-9.]+)\s*$").struct.unnest()
        lat, lon = (parts.to_series(rank) for rank in (0, 1))
    else:
        assert step.lat is not None and step.lon is not None
        lat, lon = table[step.lat], table[step.lon]
    return tuple(column.cast(pl.Float64, strict=False).to_numpy() for column in (lat, lon))  # type: ignore[return-value]


def _register(name: str, columns: tuple[str, ...], registers: Mapping[str, Path]) -> pl.DataFrame:
    if name not in registers:
        raise SourceError(
            N_("L'étape « locate » demande la table « {name} », qui n'est pas chargée.", name=name)
        )
    frame = pl.scan_parquet(registers[name])
    missing = [column for column in columns if column not in frame.collect_schema().names()]
    if missing:
        raise SourceError(
            N_("La table « {name} » n'a pas la colonne « {missing} ».", name=name, missing=missing[0]),
            column=missing[0],
        )
    return frame.select(columns).collect()


def _members(registers: Mapping[str, Path]) -> dict[str, set[str]]:
    """Return the communes of each EPCI."""
    path = registers.get("decoupage_administratif__territories")
    if path is None:
        return {}
    pairs = (
        pl.scan_parquet(path)
        .filter(pl.col("id").str.starts_with("territory/commune/"))
        .select("id", "part_of")
        .explode("part_of")
        .filter(pl.col("part_of").str.starts_with("territory/epci/"))
        .collect()
    )
    members: dict[str, set[str]] = {}
    for commune, epci in pairs.iter_rows():
        members.setdefault(epci, set()).add(commune)
    return members


def _containing(
    polygons: pl.DataFrame, lon: np.ndarray, lat: np.ndarray, known: np.ndarray
) -> list[str | None]:
    """Return for each point the territory that holds it (the first by name on a border), or None."""
    held: list[str | None] = [None] * len(known)
    if polygons.is_empty() or not known.any():
        return held
    ordered = polygons.sort("territory")
    shapes = shapely.from_wkt(ordered["wkt"].to_list())
    rows = np.flatnonzero(known)
    pairs = shapely.STRtree(shapes).query(shapely.points(lon[rows], lat[rows]), predicate="intersects")
    names = ordered["territory"].to_list()
    for point, shape in sorted(zip(*pairs.tolist(), strict=True), reverse=True):
        held[int(rows[point])] = names[shape]
    return held


def _addresses(step: Locate, registers: Mapping[str, Path]) -> pl.DataFrame:
    """Return the known addresses with their communes, of the registers that are loaded."""
    columns = ("territory", "lat", "lon")
    loaded = [_register(name, columns, registers) for name in step.addresses if name in registers]
    frames = [frame.with_columns(pl.col("lat", "lon").cast(pl.Float64)).drop_nulls() for frame in loaded]
    schema = {"territory": pl.String, "lat": pl.Float64, "lon": pl.Float64}
    return pl.concat([pl.DataFrame(schema=schema), *frames]).sort(columns)


def _beside(addresses: pl.DataFrame, lon: np.ndarray, lat: np.ndarray, known: np.ndarray) -> list[str | None]:
    """Return for each known point the commune of the nearest address within `BESIDE` metres, or None."""
    communes: list[str | None] = [None] * len(known)
    rows = np.flatnonzero(known)
    if addresses.is_empty() or not len(rows):
        return communes
    scale = np.cos(np.radians(lat[rows]))
    east = (lon[rows][:, None] - addresses["lon"].to_numpy()) * scale[:, None]
    north = lat[rows][:, None] - addresses["lat"].to_numpy()
    metres = np.hypot(east, north) * DEGREE
    nearest = metres.argmin(axis=1)
    names = addresses["territory"].to_list()
    for rank, row in enumerate(rows.tolist()):
        if metres[rank, nearest[rank]] <= BESIDE:
            communes[row] = names[int(nearest[rank])]
    return communes


def _nearest(
    points: pl.DataFrame,
    members: Mapping[str, set[str]],
    held: list[str | None],
    lon: np.ndarray,
    lat: np.ndarray,
    known: np.ndarray,
) -> list[str | None]:
    """Return for each known point the nearest official point, of the territory that holds it if possible."""
    near: list[str | None] = [None] * len(known)
    if points.is_empty():
        return near
    ids = points["id"].to_list()
    scale = float(np.cos(np.radians(points["lat"].mean())))  # type: ignore[arg-type]
    plane = np.column_stack([points["lon"].to_numpy() * scale, points["lat"].to_numpy()])
    groups: dict[str | None, list[int]] = {}
    for row in np.flatnonzero(known).tolist():
        groups.setdefault(held[row], []).append(row)
    for territory, rows in groups.items():
        inside = members.get(territory or "", set())
        kept = [rank for rank, name in enumerate(ids) if name in inside] or list(range(len(ids)))
        tree = shapely.STRtree(np.asarray(shapely.points(plane[kept])))
        places = np.asarray(tree.nearest(np.asarray(shapely.points(lon[rows] * scale, lat[rows]))))
        for row, place in enumerate(places.tolist()):
            near[rows[row]] = ids[kept[place]]
    return near
