"""Portraits and pages of what is missing say what their figures are of: zones, comparisons, counts, methods, numbers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from ancrage.api.app import create_app
from ancrage.api.missing.asked import Asked
from ancrage.api.missing.unresolved import REFERENCES, interactions, references
from ancrage.api.portraits.economy import jobs
from ancrage.api.portraits.matter import Seen
from ancrage.api.settings import Settings
from ancrage.graph.ground import Territory
from fastapi.testclient import TestClient

HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def example(example_data_dir: Path) -> Iterator[TestClient]:
    """The application on the example graph."""
    settings = Settings(data_dir=example_data_dir, workers=1)
    with TestClient(create_app(settings), raise_server_exceptions=False) as made:
        made.get("/territoires/region/84/emplois", headers=HTML)
        yield made


@pytest.fixture(scope="module")
def seen(example: TestClient) -> Seen:
    """What portraits of the example graph read."""
    state = example.app.state  # type: ignore[attr-defined]
    found: Seen = state.portraits.found(state.pool.snapshot().id)
    return found


def test_jobs_of_whole_zones_are_added_up_and_shared_zones_are_told_one_by_one(seen: Seen) -> None:
    region = seen.ground.territory("region/84")
    added = jobs(seen, region, "fr")
    every = seen.rest["jobs"].filter(seen.rest["jobs"]["sector"].str.contains("/a38/"))
    assert sum(row["value"] or 0 for row in added.rows) == every["value"].sum()
    assert {row["zone"] for row in added.rows} == {"2 zones entières, additionnées"}
    (first, _), (second, _) = seen.containing(region, "zone")
    most = Territory("territory/x", "X", "department", [*first.communes, second.communes[0]])  # type: ignore[arg-type]
    told = jobs(seen, most, "fr")
    assert {row["zone"] for row in told.rows} == {first.label, second.label}
    assert f"{second.label} : 1 des {len(most.communes)} communes d’ici" in {
        row["group"] for row in told.rows
    }
    assert f"qu’une partie de la zone d’emploi {second.label}" in told.notes[-1][0]


def test_interactions_without_any_participant_are_counted(
    seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = pl.DataFrame({"interaction": "interaction/x", "label": "x", "source": "source/s", "year": 2020})
    more = pl.concat([seen.rest["happenings"], alone], how="diagonal_relaxed")
    monkeypatch.setitem(seen.rest, "happenings", more)  # type: ignore[arg-type]
    rows = [row for row in interactions(seen, Asked("fr")).rows if row["source"] == "s"]
    assert ("Interactions sans aucun participant", 1, 1) in [
        (row["what"], row["missing"], row["of"]) for row in rows
    ]
    assert not any("situé" in row["what"] for row in rows)


def test_a_membership_is_counted_once_whatever_its_places(seen: Seen) -> None:
    members = seen.rest["members"].select("chain", "stage", "function", "member").unique()
    lost = members["stage"].null_count()
    rows = [row for row in references(seen, Asked("en")).rows if row["what"].startswith("Members")]
    assert [(row["missing"], row["of"]) for row in rows] == ([(lost, members.height)] if lost else [])
    places = [one[4] for one in REFERENCES if one[1] == "programmes"]
    assert places == ["programmes-without-place"]


def test_the_count_of_territories_without_data_says_of_how_many(example: TestClient) -> None:
    text = example.get("/ce-qui-manque", headers=HTML).text
    assert "intercommunalités sans site, unité de recherche ni interaction connus, sur " in text
