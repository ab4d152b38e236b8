"""The network of a filière on small frames: members, who is tied to them, ways between them, and their words."""

from itertools import pairwise

import polars as pl
import pytest
from ancrage.graph.chains.network import Actor, ChainNetwork, Tie
from ancrage.graph.chains.networks import network_of, proposed
from ancrage.graph.chains.stories import tell
from ancrage.graph.region.view import RegionView
from hypothesis import given
from hypothesis import strategies as st

CHAIN = "value-chain/wood"
TRAINS, RESEARCHES = "chain-function/trains", "chain-function/researches"
SCHEMAS = {
    "members": ["chain", "stage", "function", "member", "label", "place", "rule", "evidence"],
    "proposals": ["chain", "stage", "function", "member", "label", "rule"],
    "actors": ["actor", "label", "short", "type", "country"],
    "titles": ["interaction", "label"],
    "units": ["unit", "label", "place", "field", "start", "end", "evidence", "source"],
    "programmes": ["programme", "label", "institution", "place", "start", "evidence"],
    "interactions": ["interaction", "type", "year", "evidence", "source"],
    "participations": ["interaction", "actor", "type", "role", "place"],
    "supervisions": ["unit", "institution", "relation"],
    "ties": ["tie", "first", "second", "shared", "evidence", "source"],
    "institutions": ["organization", "label", "type", "site", "place"],
    "places": ["place", "label", "lat", "long", "density", "year", "population", "status"],
    "parts": ["place", "territory"],
    "territories": ["territory", "level", "label"],
    "former": ["former", "place"],
}
_NUMBERS = {"year": pl.Int64, "start": pl.Int64, "end": pl.Int64, "shared": pl.Int64}
_FLOATS = ("lat", "long", "population")


def frame(name: str, rows: list[dict[str, object]]) -> pl.DataFrame:
    types = {
        column: pl.Float64() if column in _FLOATS else _NUMBERS.get(column, pl.String)()
        for column in SCHEMAS[name]
    }
    return pl.DataFrame([{column: row.get(column) for column in types} for row in rows], schema=types)


def matter() -> RegionView:
    """A programme taught in Crest, a laboratory with no known place, a project of 2019 with a firm; another filière beside."""
    told: dict[str, list[dict[str, object]]] = {
        "members": [
            {"chain": CHAIN, "function": TRAINS, "member": "programme/p", "label": "Licence bois", "rule": "r1",
             "stage": "chain-stage/resource", "place": "territory/commune/26108", "evidence": "inferred"},
            {"chain": CHAIN, "function": RESEARCHES, "member": "organization/u", "label": "Labo", "rule": "r2",
             "place": "territory/commune/75056", "evidence": "inferred"},
            {"chain": CHAIN, "function": RESEARCHES, "member": "project/x", "label": "Projet X", "rule": "r3",
             "evidence": "declared"},
            {"chain": "value-chain/other", "function": TRAINS, "member": "programme/q", "label": "Autre"},
        ],
        "actors": [
            {"actor": "organization/s", "label": "École", "type": "actor-type/higher-education"},
            {"actor": "organization/f", "label": "Scierie", "type": "actor-type/company"},
        ],
        "titles": [{"interaction": "project/x", "label": "Projet X"}],
        "units": [{"unit": "organization/u", "label": "Labo", "start": 2008}],
        "programmes": [{"programme": "programme/p", "institution": "organization/s", "evidence": "documented"}],
        "interactions": [{"interaction": "project/x", "year": 2019, "evidence": "declared"}],
        "participations": [
            {"interaction": "project/x", "actor": "organization/f", "place": "territory/commune/26108"},
            {"interaction": "project/x", "actor": "organization/u"},
            {"interaction": "project/elsewhere", "actor": "organization/f"},
        ],
        "supervisions": [{"unit": "organization/u", "institution": "organization/s"}],
        "ties": [
            {"tie": "t", "first": "organization/s", "second": "organization/f", "shared": 3},
            {"tie": "t2", "first": "organization/s", "second": "organization/nobody", "shared": 9},
        ],
        "places": [{"place": "territory/commune/26108", "label": "Crest", "lat": 44.7, "long": 5.0}],
        "parts": [{"place": "territory/commune/26108", "territory": "territory/department/26"}],
        "territories": [
            {"territory": "territory/department/26", "level": "https://w3id.org/ancrage/def/Department", "label": "Drôme"}
        ],
    }  # fmt: skip
    return RegionView(None, (), "s1", frames={name: frame(name, told.get(name, [])) for name in SCHEMAS})


def test_members_and_those_tied_to_them_make_the_network() -> None:
    network = network_of(matter(), CHAIN)
    assert {path: (actor.kind, actor.member) for path, actor in network.actors.items()} == {
        "programme/p": ("programme", True),
        "organization/u": ("unit", True),
        "project/x": ("project", True),
        "organization/s": ("institution", False),
        "organization/f": ("company", False),
    }
    assert {(tie.first, tie.second, tie.kind, tie.year, tie.evidence, tie.count) for tie in network.ties} == {
        ("programme/p", "organization/s", "offers", None, "documented", 1),
        ("organization/u", "organization/s", "supervises", None, "documented", 1),
        ("project/x", "organization/f", "takes-part", 2019, "declared", 1),
        ("project/x", "organization/u", "takes-part", 2019, "declared", 1),
        ("organization/s", "organization/f", "works-with", None, "documented", 3),
        ("organization/f", "organization/u", "works-with", 2019, "declared", 1),
    }


def test_who_is_proposed_is_known_by_its_holder_and_its_town() -> None:
    taught: list[dict[str, object]] = [
        {"programme": f"programme/{one}", "institution": "organization/s", "place": "territory/commune/26108"}
        for one in "ab"
    ]
    rows: list[dict[str, object]] = [
        {
            "chain": CHAIN,
            "function": TRAINS,
            "member": f"programme/{one}",
            "label": "Architecture",
            "rule": "r",
        }
        for one in "ba"
    ]
    rebuilt = matter().with_frames(programmes=frame("programmes", taught), proposals=frame("proposals", rows))
    found = proposed(rebuilt, CHAIN)
    assert [actor.path for actor in found.members] == ["programme/a", "programme/b"]
    assert found.holders("programme/a") == ["École"] and found.holders("organization/s") == []
    assert found.actors["programme/a"].towns == {"territory/commune/26108"}


def test_where_and_when_are_known_or_not() -> None:
    actors = network_of(matter(), CHAIN).actors
    assert actors["programme/p"].territories == {"territory/department/26"}
    assert actors["organization/u"].territories == {"territory/department/75"}  # off the ground: by its code
    assert actors["organization/f"].places == {"territory/commune/26108"}
    assert actors["project/x"].places == set()
    assert {path: sorted(actor.years) for path, actor in actors.items() if actor.years} == {
        "project/x": [2019],
        "organization/u": [2008],
        "organization/f": [2019],
    }
    assert actors["organization/f"].evidence == {"declared", "documented"}


def test_a_filiere_without_members_is_empty() -> None:
    assert network_of(matter(), "value-chain/none").actors == {}


def test_a_part_keeps_who_is_tied_to_the_members_kept() -> None:
    network = network_of(matter(), CHAIN)
    part = network.selected(lambda actor: TRAINS in actor.functions)
    assert set(part.actors) == {"programme/p", "organization/s"}
    assert set(network.selected(lambda actor: TRAINS in actor.functions, alone=True).actors) == {
        "programme/p"
    }
    assert network.near("organization/u") == {
        *("organization/u", "organization/s", "organization/f", "project/x"),
    }


def test_the_way_is_told_step_by_step() -> None:
    network = network_of(matter(), CHAIN)
    story = tell(network, "programme/p", "project/x")
    assert [actor.label for actor in story.actors] == ["Licence bois", "École", "Scierie", "Projet X"]
    assert story.words["fr"] == "2 intermédiaires relient « Licence bois » à « Projet X »."
    assert story.steps[0].words == {
        "fr": "« Licence bois » est proposé par « École ».",
        "en": "“Licence bois” is offered by “École”.",
    }
    assert story.steps[-1].words["en"].endswith("takes part in the project “Projet X” (2019).")


def test_no_way_is_said_too() -> None:
    network = ChainNetwork(
        CHAIN, {"a": Actor("a", "A", "unit", {"f"}), "b": Actor("b", "B", "unit", {"f"})}, []
    )
    assert tell(network, "a", "b").words["fr"] == "Aucune suite de liens connus ne mène de « A » à « B »."
    assert tell(network, "a", "b").steps == ()
    with pytest.raises(KeyError):
        tell(network, "a", "z")


@given(
    st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=20),
    st.integers(0, 7),
    st.integers(0, 7),
)
def test_a_way_is_as_short_as_networkx_says(pairs: set[tuple[int, int]], start: int, end: int) -> None:
    import networkx as nx

    ties = [Tie(str(a), str(b), "works-with") for a, b in sorted(pairs) if a != b]
    network = ChainNetwork(CHAIN, {str(n): Actor(str(n), str(n), "other") for n in range(8)}, ties)
    way = network.shortest(str(start), str(end))
    graph = nx.Graph(network.to_networkx())
    if way is None:
        assert not nx.has_path(graph, str(start), str(end))
        return
    assert len(way) - 1 == nx.shortest_path_length(graph, str(start), str(end))
    assert all(graph.has_edge(a, b) for a, b in pairwise(way))


def test_members_are_joined_by_every_project_that_they_share() -> None:
    before = matter()
    told: list[dict[str, object]] = [
        {"interaction": "project/y", "actor": "organization/u"},
        {"interaction": "project/y", "actor": "organization/f"},
        {"interaction": "project/y", "actor": "organization/stranger"},
        {"interaction": "project/z", "actor": "organization/u"},
        {"interaction": "project/z", "actor": "organization/f"},
    ]
    dated: list[dict[str, object]] = [
        {"interaction": "project/y", "year": 2020, "evidence": "documented", "source": "source/a"},
        {"interaction": "project/z", "year": 2022, "evidence": "documented", "source": "source/a"},
    ]
    network = network_of(
        before.with_frames(
            participations=pl.concat([before.frame("participations"), frame("participations", told)]),
            interactions=pl.concat([before.frame("interactions"), frame("interactions", dated)]),
        ),
        CHAIN,
    )
    shared = [tie for tie in network.between("organization/f", "organization/u") if tie.kind == "works-with"]
    assert [(tie.year, tie.count, tie.evidence, tie.source) for tie in shared] == [
        (2022, 2, "documented", "source/a"),
        (2019, 1, "declared", ""),
    ]
    assert "organization/stranger" not in network.actors


def test_a_project_without_a_year_joins_its_partners_too() -> None:
    """Of 137 pairs that share a project, 2 were drawn: those of undated ties (findings G2)."""
    before = matter()
    told: list[dict[str, object]] = [
        {"interaction": "project/undated", "actor": one} for one in ("organization/u", "organization/f")
    ]
    network = network_of(
        before.with_frames(
            participations=pl.concat([before.frame("participations"), frame("participations", told)])
        ),
        CHAIN,
    )
    years = {
        tie.year for tie in network.between("organization/f", "organization/u") if tie.kind == "works-with"
    }
    assert None in years
