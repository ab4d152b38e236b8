"""What is between two parties: a part has never more than the whole, and a tie of a side is of who acts from there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np
import polars as pl
import pytest
from ancrage.api.dossier.meeting.between import Pair
from ancrage.api.dossier.meeting.party import Party
from ancrage.api.pages.actor.matter import Context
from ancrage.api.reading.rows import By
from ancrage.graph.region.gazetteer import Territory

COLUMNS: Mapping[str, Sequence[str]] = {
    "participations": ("interaction", "actor", "place", "role"),
    "interactions": ("interaction", "year", "source", "type"),
    "ties": ("first", "second", "shared", "source"),
    "supervisions": ("unit", "institution", "relation"),
    "kin": ("part", "whole", "relation"),
}


class Known:
    """Frames of a few rows, and no other."""

    def __init__(self, **frames: Sequence[tuple[Any, ...]]) -> None:
        self.frames = frames
        self.names: dict[str, str] = {}

    def by(self, name: str, key: str) -> By:
        rows = self.frames.get(name, ())
        return By(pl.DataFrame(rows, schema=COLUMNS[name], orient="row", infer_schema_length=None), key)


class Sheet:
    """What a party asks of the context of a page."""

    def __init__(self, known: Known) -> None:
        self.known = known


def party(known: Known, path: str, actors: Mapping[str, set[str]], towns: str = "", **more: Any) -> Party:
    """Give an organisation, or the territory of some communes, with who takes part in what for it."""
    place = Territory(f"territory/department/{path}", path, "department", np.array([], np.intp))
    return Party(
        path, path, "", "", cast("Context", Sheet(known)), {one: frozenset(who) for one, who in actors.items()},
        frozenset(), frozenset(), (), tuple(towns), territory=place if towns else None, **more,
    )  # fmt: skip


def shared(*sides: Party) -> list[str]:
    """Give the interactions of both, whoever comes first."""
    first, second = (sorted(one.path for one in Pair(*two).shared) for two in (sides, sides[::-1]))
    assert first == second
    return first


EVENTS = Known(interactions=[(f"i{n}", 2020, "source/anr", "t") for n in range(5)])


def test_a_part_of_a_territory_shares_no_more_than_the_whole() -> None:
    university = party(
        EVENTS, "uga", {f"i{n}": {"uga"} for n in range(4)}, family=frozenset(("lab",)),
    )  # fmt: skip
    town = party(EVENTS, "town", {"i0": {"lab"}, "i1": {"lab", "firm"}, "i2": {"uga"}}, "a")
    whole = party(
        EVENTS, "whole", {"i0": {"lab", "uga"}, "i1": {"lab", "firm"}, "i2": {"uga"}, "i3": {"firm"}}, "ab"
    )
    assert shared(town, university) == ["i1"]
    assert shared(whole, university) == ["i1", "i3"]


def test_two_territories_share_what_both_act_in_from_both() -> None:
    rhone = party(EVENTS, "69", {"i0": {"cnrs", "inserm"}, "i1": {"cnrs"}}, "c")
    assert shared(party(EVENTS, "town", {"i0": {"cnrs"}, "i1": {"cnrs"}}, "a"), rhone) == ["i0"]
    assert shared(party(EVENTS, "38", {"i0": {"cnrs", "inserm"}, "i1": {"cnrs"}}, "ab"), rhone) == ["i0"]


def test_a_territory_in_the_other_is_bound_to_its_rest() -> None:
    inner = party(EVENTS, "town", {"i0": {"lab", "firm"}, "i1": {"lab"}}, "a")
    outer = party(EVENTS, "38", {"i0": {"lab", "firm"}, "i1": {"lab", "plant"}}, "ab")
    assert Pair(inner, outer).nested and shared(inner, outer) == ["i1"]


def test_a_tie_without_place_is_told_of_who_acts_mostly_from_the_side_alone() -> None:
    known = Known(
        ties=[("inp", "uga", 108, "source/scanr"), ("firm", "uga", 2, "source/scanr"), ("cnrs", "firm", 9, "s")],
        participations=[("i0", "inp", "a", None), *((f"j{n}", "inp", "far", None) for n in range(20)),
                        ("i0", "firm", "a", None), ("j1", "firm", None, None), ("i1", "cnrs", "a", None)],
    )  # fmt: skip
    drome = party(known, "26", {"i0": {"inp", "firm"}, "i1": {"cnrs"}}, "a")
    university = party(known, "uga", {"i9": {"uga"}})
    assert drome.local == {"firm", "cnrs"}
    assert Pair(drome, university).undated == [("firm", "uga", 2, "scanr")]
    both = party(known, "38", {"i0": {"firm"}, "i1": {"cnrs"}}, "b")
    assert Pair(drome, both).undated == []  # who acts from both sides ties none to the other


@pytest.mark.parametrize("turned", [False, True])
def test_what_one_organisation_is_to_the_other_is_said_and_their_projects_count(turned: bool) -> None:
    known = Known(
        interactions=[("i0", 2023, "source/ilab", "t")],
        supervisions=[("Laboratoire d’Informatique", "Université Alpes", "supervised")],
    )
    lab = party(known, "Laboratoire d’Informatique", {"i0": {"Laboratoire d’Informatique"}},
                family=frozenset(("Université Alpes",)))  # fmt: skip
    university = party(known, "Université Alpes", {"i0": {"Université Alpes"}}, family=frozenset((lab.path,)))
    pair = Pair(lab, university) if turned else Pair(university, lab)
    assert pair.kinship is not None
    assert (
        pair.kinship["fr"]
        == "Le Laboratoire d’Informatique est une unité dont l'Université Alpes est tutelle."
    )
    assert [one.path for one in pair.shared] == ["i0"]
