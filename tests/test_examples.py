"""What `tools/build_examples.py` keeps of a data directory for the example of one region."""

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import polars as pl
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
examples: Any = import_module("build_examples")
TOWN = "territory/commune/"


def _table(data: Path, source: str, table: str, rows: dict[str, list[Any]]) -> None:
    path = data / "sources" / source / "tables" / f"{table}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    pl.DataFrame(rows).write_parquet(path)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    """The example of region 84 of which Rives is: Serres, beyond its edge, took over Vieux-Serres, and Brest is far."""
    data = tmp_path_factory.mktemp("data")
    codes, regions = ["38901", "05901", "29901"], ["84", "93", "53"]
    towns = [TOWN + code for code in codes]
    _table(
        data, "decoupage-administratif", "register_communes",
        {
            "territory": towns, "code": codes, "region": regions, "department": [code[:2] for code in codes],
            "epci": ["200000001", "200000001", None], "current": [True] * 3,
        },
    )  # fmt: skip
    _table(
        data, "decoupage-administratif", "territories",
        {
            "id": [*towns, f"{TOWN}05902"], "kind": ["Commune"] * 3 + ["FormerCommune"],
            "label_fr": ["Rives", "Serres", "Brest", "Vieux-Serres"], "code": [*codes, "05902"],
            "succeeded_by": [None, None, None, f"{TOWN}05901"],
        },
    )  # fmt: skip
    _table(
        data, "laposte-hexasmal", "territories",
        {"id": towns, "lat": ["45.0", "44.99", "48.4"], "lon": ["5.0", "5.0", "-4.5"]},
    )  # fmt: skip
    _table(
        data, "contours", "geometries", {"id": [f"{towns[0]}/geometry"], "territory": towns[:1], "wkt": ["POINT (5 45)"]}
    )  # fmt: skip
    schools = [f"organization/{code}" for code in ("0389001A", "0389002B", "0299003C")]
    _table(
        data, "mesr-etablissements", "organizations",
        {"id": schools, "label_fr": ["Sise", "Sans site", "Du lointain"], "homepage": ["https://e.org"] * 3},
    )  # fmt: skip
    _table(
        data, "mesr-etablissements", "sites",
        {"id": ["site/1", "site/3"], "organizations": [[schools[0]], [schools[2]]], "territory": [towns[0], towns[2]]},
    )  # fmt: skip
    units = [f"organization/2000{number}A" for number in (1, 2)]
    _table(
        data, "mesr-rnsr", "organizations",
        {
            "id": units, "kind": ["ResearchUnit"] * 2, "label_fr": ["D'ici", "De Brest"],
            "part_of": [[units[1]], None], "homepage": ["https://u.org"] * 2,
        },
    )  # fmt: skip
    _table(
        data, "mesr-rnsr", "sites",
        {"id": ["site/4", "site/5"], "organizations": [[one] for one in units], "territory": [towns[0], towns[2]]},
    )  # fmt: skip
    places = [towns[0], towns[0], towns[2], f"{TOWN}05902", towns[1]]
    _table(
        data, "insee-clap", "observations",
        {
            "id": [f"observation/{number}" for number in range(5)], "territory": places,
            "organization": [*schools, None, None], "value": ["7", "55", "9", "12", "30"],
        },
    )  # fmt: skip
    return dict(examples.build(examples.Loaded(data), "84", None)[0])


def test_what_is_observed_in_the_region_is_kept_with_who_it_is_of(built: dict[str, pl.DataFrame]) -> None:
    """Students that a school of elsewhere has there, and accounts of an institution without a site, count in the place."""
    kept = built["observations"].filter(pl.col("organization").is_not_null())
    assert dict(kept.select("organization", "value").iter_rows()) == {
        "organization/0389001A": "7",
        "organization/0389002B": "55",
    }
    assert dict(built["organizations"].select("label_fr", "homepage").iter_rows()) == {
        "Sise": "https://e.org",
        "Sans site": None,  # in brief
        "D'ici": "https://u.org",
        "De Brest": None,
    }


def test_a_unit_of_elsewhere_is_where_it_is(built: dict[str, pl.DataFrame]) -> None:
    """Without its place it might be anywhere: no unit in a commune of the region would be nothing known."""
    kept = built["sites"].select(pl.col("organizations").list.first(), "territory")
    assert {"organization/20001A": f"{TOWN}38901", "organization/20002A": f"{TOWN}29901"}.items() <= dict(
        kept.iter_rows()
    ).items()
    assert not kept.filter(
        organizations="organization/0299003C"
    ).height  # a school of elsewhere is nobody's place here


def test_what_straddles_the_edge_of_the_region_is_counted_whole(built: dict[str, pl.DataFrame]) -> None:
    """The establishments of 2014 of a commune beyond it are those of the communes that it took over too."""
    around = built["observations"].filter(pl.col("organization").is_null())
    assert dict(around.select("territory", "value").iter_rows()) == {
        f"{TOWN}05901": "30",
        f"{TOWN}05902": "12",
    }
    assert set(built["territories"]["id"]) == {
        f"{TOWN}{code}" for code in ("38901", "05901", "05902", "29901")
    }
