"""A region of four communes, small enough to count by hand: two near each other in the west, two in the east."""

from __future__ import annotations

from typing import Any

import polars as pl
from ancrage.graph.region.view import RegionView

DEF = "https://w3id.org/ancrage/def/"
WEST, EAST, REGION = "territory/epci/200000001", "territory/epci/200000002", "territory/region/84"
PLACES = {"01001": 5.0, "01002": 5.05, "01003": 6.0, "01004": 6.05}
SCHEMA: dict[str, dict[str, Any]] = {
    "places": {
        "place": pl.String,
        "label": pl.String,
        "lat": pl.Float64,
        "long": pl.Float64,
        "density": pl.String,
        "year": pl.Int64,
        "population": pl.Float64,
        "status": pl.String,
        "source": pl.String,
    },
    "parts": {"place": pl.String, "territory": pl.String},
    "territories": {"territory": pl.String, "level": pl.String, "label": pl.String},
    "former": {"former": pl.String, "place": pl.String},
    "outlines": {"territory": pl.String, "wkt": pl.String},
    "programmes": {
        "programme": pl.String,
        "label": pl.String,
        "level": pl.String,
        "site": pl.String,
        "place": pl.String,
        "capacity": pl.Int64,
        "start": pl.Int64,
        "end": pl.Int64,
        "evidence": pl.String,
    },
    "preparations": {"programme": pl.String, "family": pl.String, "rule": pl.String, "evidence": pl.String},
    "sector-families": {"sector": pl.String, "family": pl.String},
    "concepts": {
        "concept": pl.String,
        "notation": pl.String,
        "label": pl.String,
        "english": pl.String,
        "top": pl.String,
    },
    "units": {
        "unit": pl.String,
        "label": pl.String,
        "place": pl.String,
        "field": pl.String,
        "start": pl.Int64,
        "end": pl.Int64,
        "evidence": pl.String,
    },
    "interactions": {"interaction": pl.String, "type": pl.String, "year": pl.Int64, "evidence": pl.String},
    "participations": {
        "interaction": pl.String,
        "actor": pl.String,
        "type": pl.String,
        "role": pl.String,
        "place": pl.String,
    },
    "members": {
        "chain": pl.String,
        "stage": pl.String,
        "function": pl.String,
        "member": pl.String,
        "label": pl.String,
        "place": pl.String,
        "rule": pl.String,
        "evidence": pl.String,
    },
    "chains": {
        "chain": pl.String,
        "chainLabel": pl.String,
        "stage": pl.String,
        "stageLabel": pl.String,
        "activity": pl.String,
        "sector": pl.String,
    },
    "chain-links": {"chain": pl.String, "activity": pl.String, "wide": pl.String},
    "establishments": {"place": pl.String, "sector": pl.String, "year": pl.Int64, "value": pl.Float64},
    "hirings": {
        "pool": pl.String,
        "occupation": pl.String,
        "family": pl.String,
        "indicator": pl.String,
        "year": pl.Int64,
        "value": pl.Float64,
        "low": pl.Float64,
        "status": pl.String,
        "evidence": pl.String,
        "source": pl.String,
    },
    "jobs": {
        "zone": pl.String,
        "sector": pl.String,
        "year": pl.Int64,
        "value": pl.Float64,
        "status": pl.String,
        "evidence": pl.String,
        "source": pl.String,
    },
    "requests": {
        "announcement": pl.String,
        "class": pl.String,
        "type": pl.String,
        "territory": pl.String,
        "mode": pl.String,
        "evidence": pl.String,
        "led": pl.String,
    },
    "actors": {"actor": pl.String, "country": pl.String},
    "relays": dict.fromkeys(("site", "kind", "place", "evidence", "source"), pl.String),
}
CONCEPTS = [
    ("fap/B", "Bâtiment", "building", None),
    ("fap/M", "Informatique", "computing", None),
    ("sector/a38/FZ", "construction", "construction", None),
    ("field/mesr/1", "Mathématiques", None, None),
    ("field/mesr/2", "Physique", None, None),
    ("level/eqf5", "niveau 5", "level 5", None),
    ("level/eqf6", "niveau 6", "level 6", None),
    ("level/eqf7", "niveau 7", "level 7", None),
    ("interaction-type/training", "formation", "training", None),
    ("interaction-type/internship", "stage", "internship", "interaction-type/training"),
    ("chain-function/trains", "forme", "trains", None),
    ("chain-function/researches", "cherche", "researches", None),
    ("chain-stage/resource", "ressource", "resource", None),
    ("chain-stage/trade", "commerce", "trade", None),
]


def commune(code: str) -> str:
    """Give the path of a commune."""
    return f"territory/commune/{code}"


def made(name: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Make a frame of the world; columns that are not given are unknown."""
    return pl.DataFrame(rows, schema=SCHEMA[name])


def programme(number: int, code: str | None, level: str = "level/eqf5", **more: Any) -> dict[str, Any]:
    """Describe a programme taught in a commune."""
    place = {"site": f"site/{code}-{number}", "place": commune(code)} if code else {}
    name = f"programme/{level[-1]}{number}"
    return {"programme": name, "label": f"Formation {number}", "level": level, **place, **more}


def world(**frames: list[dict[str, Any]]) -> RegionView:
    """Make the matter of the region: 2 000 people in the west, 6 000 in the east, and the frames given."""
    west = {"01001", "01002"}
    places = [
        {
            "place": commune(code),
            "label": code,
            "lat": 45.0,
            "long": x,
            "year": 2026,
            "population": 1000.0 if code in west else 3000.0,
            "source": "source/census",
        }
        for code, x in PLACES.items()
    ]
    parts = []
    for code in PLACES:
        side = 1 if code in west else 2
        for territory in (
            f"epci/20000000{side}",
            f"bassin/840{side}",
            f"zone/840{side}",
            "region/84",
        ):
            parts.append({"place": commune(code), "territory": f"territory/{territory}"})
    territories = [
        {"territory": WEST, "level": f"{DEF}Intercommunality", "label": "CC Ouest"},
        {"territory": EAST, "level": f"{DEF}Intercommunality", "label": "CC Est"},
        {"territory": REGION, "level": f"{DEF}Region", "label": "Région"},
        *(
            {"territory": f"territory/{kind}/840{side}", "level": f"{DEF}{level}", "label": f"{kind} {side}"}
            for kind, level in (("bassin", "LabourPool"), ("zone", "EmploymentZone"))
            for side in (1, 2)
        ),
    ]
    concepts = [
        {"concept": path, "label": label, "english": english, "top": top}
        for path, label, english, top in CONCEPTS
    ]
    rows: dict[str, list[dict[str, Any]]] = {
        "places": places,
        "parts": parts,
        "territories": territories,
        "concepts": concepts,
        **{name.replace("_", "-"): rows for name, rows in frames.items()},
    }
    tables = {name: made(name, rows.get(name, [])) for name in SCHEMA}
    return RegionView(None, (), "s1", frames=tables)


def near_abroad(**frames: list[dict[str, Any]]) -> RegionView:
    """Make `world` whose east is 4 km from another country, and whose west has a commune of another département beside it."""
    matter = world(**frames)
    places, parts = matter.frame("places"), matter.frame("parts")
    beyond = places.head(1).with_columns(
        place=pl.lit(commune("71001")), label=pl.lit("71001"), long=pl.lit(4.85)
    )
    outline = "POLYGON ((4.9 44.7, 6.1 44.7, 6.1 45.3, 4.9 45.3, 4.9 44.7))"
    return matter.with_frames(
        places=pl.concat([places, beyond]),
        parts=pl.concat(
            [parts, pl.DataFrame({"place": [commune("71001")], "territory": ["territory/department/71"]})]
        ),
        outlines=pl.DataFrame({"territory": [REGION], "wkt": [outline]}),
    )


def hiring(side: int, family: str, value: float | None, **more: Any) -> dict[str, Any]:
    """Describe the hiring plans of a pool for an occupation of a family; no value: a suppressed cell."""
    return {
        "pool": f"territory/bassin/840{side}",
        "occupation": f"{family}0Z",
        "family": family,
        "indicator": "indicator/hiring-plans",
        "year": 2024,
        "value": value,
        "status": None if value is not None else "obs-status/suppressed",
        **more,
    }
