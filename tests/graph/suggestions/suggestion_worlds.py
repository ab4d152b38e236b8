"""Small worlds of interactions written by hand, for the tests of suggestions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import polars as pl
from ancrage.graph.region.view import RegionView

EMPTY: dict[str, Sequence[str]] = {
    "records": ("record", "body", "rule", "confidence", "evidence", "label", "source"),
    "ends": ("organization", "end", "successor", "evidence"),
    "kin": ("part", "whole", "relation", "evidence"),
    "units": ("unit", "label", "place", "field", "start", "end", "evidence", "source"),
    "supervisions": ("unit", "institution", "relation"),
    "concepts": ("concept", "notation", "label", "english", "top"),
    "members": ("chain", "stage", "function", "member", "label", "place", "rule", "evidence"),
    "chains": ("chain", "chainLabel", "stage", "stageLabel", "activity", "sector"),
    "programmes": (
        "programme",
        "label",
        "level",
        "field",
        "institution",
        "site",
        "place",
        "capacity",
        "start",
        "end",
        "evidence",
        "source",
    ),
    "preparations": ("programme", "family", "rule", "evidence"),
    "hirings": ("pool", "occupation", "family", "indicator", "year", "value", "low", "status"),
    "requests": (
        "announcement",
        "class",
        "label",
        "type",
        "territory",
        "about",
        "mode",
        "issuer",
        "created",
        "evidence",
        "led",
    ),
    "relays": ("site", "kind", "label", "organization", "place", "service", "serves", "evidence"),
    "titles": ("interaction", "label"),
    "institutions": ("organization", "place"),
    "former": ("former", "place"),
}
NUMBERS = {
    "year": pl.Int64,
    "start": pl.Int64,
    "end": pl.Int64,
    "created": pl.Int64,
    "value": pl.Float64,
    "low": pl.Float64,
}
PLACES = pl.DataFrame(
    {
        "place": [f"territory/commune/{code}" for code in ("38185", "38421", "07064", "26362")],
        "label": ["Grenoble", "Saint-Martin-d'Hères", "Le Cheylard", "Valence"],
        "lat": [45.1875, 45.1786, 44.9064, 44.9256],
        "long": [5.7358, 5.7681, 4.4236, 4.9096],
        "density": ["density/1"] * 4,
        "year": [2026] * 4,
        "population": [157_000.0, 38_000.0, 3_000.0, 65_000.0],
        "status": pl.Series([None] * 4, dtype=pl.String),
    }
)
EPCI = {"38185": "200040715", "38421": "200040715", "07064": "200041465", "26362": "200068781"}


def world(
    projects: Iterable[tuple[str, int | None, str, Sequence[str]]],
    kinds: dict[str, str],
    *,
    labels: dict[str, str] | None = None,
    places: dict[str, str] | None = None,
    illustrative: bool = False,
    evidence: dict[str, str] | None = None,
    **frames: list[dict[str, Any]],
) -> RegionView:
    """Make a matter of projects (name, year, source, actors); `kinds` are the actors' types, by short name."""
    rows = list(projects)
    made = {name: pl.DataFrame(schema=_schema(columns)) for name, columns in EMPTY.items()}
    made |= {name: pl.DataFrame(found, schema=_schema(EMPTY[name])) for name, found in frames.items()}
    made["words"] = made["concepts"].select("concept", "label", "english")
    made["actors"] = pl.DataFrame(
        {
            "actor": [f"organization/{one}" for one in kinds],
            "label": [(labels or {}).get(one, one.upper()) for one in kinds],
            "short": pl.Series([None] * len(kinds), dtype=pl.String),
            "type": [f"actor-type/{kind}" for kind in kinds.values()],
            "country": pl.Series([None] * len(kinds), dtype=pl.String),
        }
    )
    made["interactions"] = pl.DataFrame(
        {
            "interaction": [name for name, *_ in rows],
            "type": ["interaction-type/collaborative-project"] * len(rows),
            "year": pl.Series([year for _, year, _, _ in rows], dtype=pl.Int64),
            "evidence": [(evidence or {}).get(name, "documented") for name, *_ in rows],
            "source": [f"source/{source}" for _, _, source, _ in rows],
            "funding": pl.Series([None] * len(rows), dtype=pl.Float64),
            "about": pl.Series([None] * len(rows), dtype=pl.String),
        }
    )
    inside = [(name, actor) for name, _, _, actors in rows for actor in actors]
    made["participations"] = pl.DataFrame(
        {
            "interaction": [name for name, _ in inside],
            "actor": [f"organization/{actor}" for _, actor in inside],
            "type": [f"actor-type/{kinds[actor]}" for _, actor in inside],
            "role": ["actor-role/partner"] * len(inside),
            "place": pl.Series(
                [
                    f"territory/commune/{places[actor]}" if places and actor in places else None
                    for _, actor in inside
                ],
                dtype=pl.String,
            ),
        }
    )
    made["places"] = PLACES
    made["parts"] = pl.DataFrame(
        [
            (f"territory/commune/{code}", f"territory/{level}/{name}")
            for code, epci in EPCI.items()
            for level, name in (("epci", epci), ("bassin", "84" + code[:2]))
        ],
        schema=["place", "territory"],
        orient="row",
    )
    made["territories"] = pl.DataFrame(
        {
            "territory": [
                *(f"territory/epci/{one}" for one in ("200040715", "200041465", "200068781")),
                *(f"territory/bassin/84{one}" for one in ("38", "07", "26")),
            ],
            "level": ["def/Intercommunality"] * 3 + ["def/LabourPool"] * 3,
            "label": [
                "Grenoble-Alpes-Métropole",
                "CC Val Eyrieux",
                "Valence Romans Agglo",
                "Bassin 38",
                "Bassin 07",
                "Bassin 26",
            ],
        }
    )
    made["authorities"] = pl.DataFrame(
        {
            "territory": [f"territory/epci/{one}" for one in ("200040715", "200041465", "200068781")],
            "authority": [f"organization/{one}" for one in ("200040715", "200041465", "200068781")],
        }
    )
    return RegionView(None, (), "hand", frames=made, illustrative=illustrative)


def random_world(
    seed: int = 1,
    years: Sequence[int] = range(2005, 2017),
    late: int | None = None,
    late_seed: int = 7,
    located: bool = False,
) -> RegionView:
    """Make a world of four circles that mostly keep to themselves; years after `late` are drawn from another seed."""
    labs, firms = [f"lab{n:02}" for n in range(40)], [f"firm{n:02}" for n in range(60)]
    projects = []
    for year in years:
        random = np.random.default_rng([late_seed if late is not None and year > late else seed, year])
        for number in range(25):
            circle = int(random.integers(4))
            mine = [one for at, one in enumerate(labs) if at % 4 == circle or random.random() < 0.05]
            theirs = [one for at, one in enumerate(firms) if at % 4 == circle or random.random() < 0.05]
            actors = [*random.choice(mine, 2, replace=False), *random.choice(theirs, 2, replace=False)]
            projects.append((f"project/{year}-{number}", year, "anr-aapg", [str(one) for one in actors]))
    kinds = dict.fromkeys(labs, "research-unit") | dict.fromkeys(firms, "company")
    places = {one: list(EPCI)[at % 4] for at, one in enumerate(firms)} if located else None
    return world(projects, kinds, places=places)


def _schema(columns: Sequence[str]) -> dict[str, Any]:
    return {name: NUMBERS.get(name, pl.String) for name in columns}
