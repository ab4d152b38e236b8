"""The facts of figures, counted some territories at a time."""

import polars as pl
import pytest
from ancrage.graph.indicators import facts
from ancrage.graph.indicators.board import Board
from ancrage.graph.indicators.computing import compute
from ancrage.graph.indicators.declaration import FOLDER, read_indicators
from ancrage.graph.region.derived import rows_of
from ancrage.graph.region.view import RegionView
from ancrage.graph.snapshots.reader import LocalReader


@pytest.fixture(scope="module")
def matter(example_reader: LocalReader) -> RegionView:
    return RegionView.of(example_reader)


def test_figures_are_the_same_however_few_rows_are_held_at_a_time(
    matter: RegionView, monkeypatch: pytest.MonkeyPatch
) -> None:
    indicators, _ = read_indicators((FOLDER,))
    whole = compute(matter, indicators, lambda _: None)
    monkeypatch.setattr(facts, "_ROWS", 3)
    assert compute(matter, indicators, lambda _: None).equals(whole)
    assert whole["facts"].drop_nulls().len() > 0


def test_no_more_rows_are_held_than_of_one_territory_and_what_is_allowed(
    matter: RegionView, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = Board.of(matter)
    at = board.ground.locate(rows_of(matter, "interaction-places"))["at"]
    monkeypatch.setattr(facts, "_ROWS", 3)
    parts = list(facts._some_territories(board, at))
    rows = pl.DataFrame({"at": at})
    sizes = [rows.join(part, on="at").group_by("of").len()["len"].to_list() for part in parts]
    assert len(parts) > 1 and all(sum(size) <= 3 + max(size) for size in sizes if size)
    told = pl.concat(part["of"].unique() for part in parts)
    assert told.n_unique() == len(told) == len(board)


def test_who_classed_the_places_is_a_source_of_their_population(matter: RegionView) -> None:
    indicators, _ = read_indicators((FOLDER,))
    chosen = {name: indicators[name] for name in ("population", "population-sparse")}
    told = compute(matter, chosen, lambda _: None).group_by("indicator").agg(pl.col("sources").unique())
    found = {
        name: {source for text in texts for source in facts.names_of(text)}
        for name, texts in told.iter_rows()
    }
    assert "insee-densite" in found["population-sparse"] and "insee-densite" not in found["population"]
