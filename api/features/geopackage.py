"""A collection as a GeoPackage (OGC 12-128, 1.3): a file of SQLite, which geographic programs open as it is."""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime

import shapely

from .collections import Collection

MEDIA_TYPE = "application/geopackage+sqlite3"
_TABLES = """
PRAGMA application_id = 0x47504B47;
PRAGMA user_version = 10300;
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
    organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
INSERT INTO gpkg_spatial_ref_sys VALUES
    ('Undefined cartesian', -1, 'NONE', -1, 'undefined', NULL), ('Undefined geographic', 0, 'NONE', 0, 'undefined', NULL),
    ('WGS 84', 4326, 'EPSG', 4326, 'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],'
    || 'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4326"]]', NULL);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
    description TEXT DEFAULT '', last_change DATETIME NOT NULL, min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE,
    srs_id INTEGER REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL REFERENCES gpkg_contents(table_name), column_name TEXT NOT NULL,
    geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL REFERENCES gpkg_spatial_ref_sys(srs_id), z TINYINT NOT NULL,
    m TINYINT NOT NULL, PRIMARY KEY (table_name, column_name));
"""
_HEADER = struct.pack("<2sBBi", b"GP", 0, 1, 4326)
"""What stands before a geometry's well-known binary: version, little-endian without an envelope, WGS 84."""


def geopackage(
    collection: Collection, name: str, title: str, description: str, base: str, changed: datetime
) -> bytes:
    """Write a collection as a GeoPackage of one table, `name`, in WGS 84: id, geometry (NULL where unknown), properties.

    `base` is the address of the service, `changed` (UTC) when its data were published: the same gives the same bytes.

    >>> made = geopackage(Collection([]), "sites", "Sites", "", "https://a.example", datetime(2026, 1, 1))
    >>> made[:15], made[68:72]
    (b'SQLite format 3', b'GPKG')
    """
    told = [feature.properties for feature in collection.features]
    columns = list(dict.fromkeys(key for one in told for key in one))
    counts = {key for key in columns if any(isinstance(one.get(key), int) for one in told)}
    kinds = "".join(f', "{key}" {"INTEGER" if key in counts else "TEXT"}' for key in columns)
    with closing(sqlite3.connect(":memory:")) as file:
        file.executescript(_TABLES)
        moment = f"{changed:%Y-%m-%dT%H:%M:%S.000Z}"
        file.execute(
            "INSERT INTO gpkg_contents VALUES (?, 'features', ?, ?, ?, ?, ?, ?, ?, 4326)",
            (name, title, description, moment, *(collection.extent or (None,) * 4)),
        )
        file.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', 'GEOMETRY', 4326, 0, 0)", (name,))
        file.execute(
            f'CREATE TABLE "{name}" (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom GEOMETRY, id TEXT UNIQUE{kinds})'
        )
        places = ", ".join("?" * (len(columns) + 2))
        names = ", ".join(f'"{key}"' for key in ("geom", "id", *columns))
        file.executemany(
            f'INSERT INTO "{name}" ({names}) VALUES ({places})',
            (
                (shape, feature.id, *(base + one[key] if key == "page" else one.get(key) for key in columns))
                for feature, one, shape in zip(collection.features, told, _shapes(collection), strict=True)
            ),
        )
        file.commit()
        return file.serialize()


def _shapes(collection: Collection) -> Sequence[bytes | None]:
    return [
        None if feature.geometry is None else _HEADER + shapely.to_wkb(feature.geometry, byte_order=1)
        for feature in collection.features
    ]
