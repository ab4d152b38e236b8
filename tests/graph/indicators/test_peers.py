"""Structural peers beside their plain definition, on hand-made territories."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from math import log, sqrt
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from ancrage.graph.analysis.uncertainty import TooFewData
from ancrage.graph.indicators.peers import LEAST_TERRITORIES, MOST, SCHEMA, Structures
from ancrage.graph.region.view import RegionView
from ancrage.graph.snapshots.reader import LocalReader

TRAITS = {
    "a": (1000.0, 3.0, 10.0, [0.5, 0.5]),
    "b": (1200.0, 3.1, 12.0, [0.5, 0.5]),
    "c": (900.0, 2.9, 9.0, [0.4, 0.6]),
    "d": (90000.0, 1.2, 0.0, [0.1, 0.9]),
    "e": (80000.0, 1.1, 1.0, [0.2, 0.8]),
    "f": (5000.0, 2.0, 5.0, [0.9, 0.1]),
    "g": (7000.0, 2.2, 4.0, [0.7, 0.3]),
    "h": (300.0, 4.0, 30.0, [1.0, 0.0]),
}


def structures(traits: Mapping[str, tuple[Any, ...]] | None = None) -> Structures:
    rows = [
        {"territory": f"territory/epci/{name}", "label": name.upper(), "level": "epci"}
        | dict(zip(("population", "density", "remoteness", "sectors"), found, strict=True))
        for name, found in (traits or TRAITS).items()
    ]
    return Structures(pl.DataFrame(rows, schema=SCHEMA))


def plain(one: str, other: str) -> float:
    """The distance as it is written: each squared difference over its mean over pairs, the root of the mean of four."""

    def squares(a: str, b: str) -> list[float]:
        (p, d, r, s), (q, e, t, u) = TRAITS[a], TRAITS[b]
        hellinger = 1 - sum(sqrt(x * y) for x, y in zip(s, u, strict=True))
        return [(log(p) - log(q)) ** 2, (d - e) ** 2, (log(1 + r) - log(1 + t)) ** 2, hellinger]

    pairs = [squares(a, b) for a, b in combinations(TRAITS, 2)]
    means = [sum(column) / len(pairs) for column in zip(*pairs, strict=True)]
    return sqrt(sum(x / m for x, m in zip(squares(one, other), means, strict=True)) / 4)


@pytest.mark.parametrize("name", TRAITS)
def test_peers_are_the_nearest_by_the_written_distance(name: str) -> None:
    found = structures().peers(f"territory/epci/{name}", 3)
    wanted = sorted((other for other in TRAITS if other != name), key=lambda other: plain(name, other))[:3]
    wanted = [other for other in wanted if plain(name, other) <= MOST]
    assert {one.label for one in found} == {other.upper() for other in wanted}
    for one in found:
        assert one.distance == pytest.approx(plain(name, one.label.lower()))


def test_peers_are_in_the_order_of_codes_and_never_the_territory_itself() -> None:
    found = [one.id for one in structures().peers("territory/epci/g", 5)]
    assert found == sorted(found) and "territory/epci/g" not in found and len(found) == 5


def test_who_differs_by_more_than_two_at_random_is_no_peer() -> None:
    """The peers of a département told the first line of its portrait, and two differed more than any two."""
    found = structures().peers("territory/epci/d", 7)
    assert {one.label for one in found} == {"E", "G"} and all(one.distance <= MOST for one in found)


def test_a_peer_says_its_figures_and_those_of_here() -> None:
    found = {one.label: one for one in structures().peers("territory/epci/a", 2)}
    assert found["B"].why["fr"].replace("\u202f", " ").startswith("1 200 habitants (ici 1 000)")
    assert "12 km from a programme (here 10 km); close mix of sectors" in found["B"].why["en"]


def test_near_the_edge_of_what_is_known_the_other_traits_tell() -> None:
    """Its distance to a programme is not known, where the nearest may lie beyond what the source covers."""
    edge = structures({**TRAITS, "i": (1000.0, 3.0, None, [0.5, 0.5])})
    found = {one.label: one for one in edge.peers("territory/epci/i", 3)}
    assert set(found) == {"A", "B", "C"}  # A differs in nothing that is known
    assert found["A"].distance == pytest.approx(0.0, abs=1e-9) and "remoteness" not in found["A"].parts
    assert "distance to a programme not compared: one of the two is not known" in found["A"].why["en"]


def test_who_is_near_that_edge_is_a_peer_of_those_that_are_its_peers() -> None:
    """Cantal had Haute-Loire among its peers, and Haute-Loire neither Cantal nor any other whose distance is not known."""
    edge = structures({**TRAITS, "i": (1000.0, 3.0, None, [0.5, 0.5]), "j": (1100.0, 3.0, None, [0.5, 0.5])})
    distances = {
        (one, other.label.lower()): other.distance
        for one in ("a", "i", "j")
        for other in edge.peers(f"territory/epci/{one}", 9)
    }
    for one, other in (("a", "i"), ("i", "j"), ("a", "j")):
        assert distances[one, other] == pytest.approx(distances[other, one])
    assert "remoteness" not in {peer.label: peer for peer in edge.peers("territory/epci/a", 9)}["I"].traits


def test_who_lacks_a_trait_is_nobodys_peer_and_has_none() -> None:
    lacking = {**TRAITS, "i": (1000.0, 3.0, 10.0, None)}
    made = structures(lacking)
    assert all(one.label != "I" for one in made.peers("territory/epci/a", 8))
    with pytest.raises(TooFewData, match="sectors"):
        made.peers("territory/epci/i")


def test_a_level_with_few_territories_has_no_peers() -> None:
    few = dict(list(TRAITS.items())[: LEAST_TERRITORIES - 1])
    with pytest.raises(TooFewData, match="7 territories"):
        structures(few).peers("territory/epci/a")


def test_traits_are_measured_from_a_graph(example_data_dir: Path) -> None:
    with LocalReader.current(example_data_dir) as reader:
        frame = Structures.of(RegionView.of(reader)).frame
    metropole = frame.row(by_predicate=pl.col("territory") == "territory/epci/200040715", named=True)
    assert metropole["level"] == "epci" and metropole["population"] > 0
