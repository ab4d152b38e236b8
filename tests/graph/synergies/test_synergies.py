"""Synergies of a small region made by hand: who is tied with whom, what would join what, and what is refused."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from math import comb
from typing import Any

import numpy as np
import polars as pl
import pytest
from ancrage.graph.findings.model import Finding
from ancrage.graph.region.gazetteer import Gazetteer
from ancrage.graph.region.names import UnknownName
from ancrage.graph.region.view import RegionView
from ancrage.graph.snapshots.reader import LocalReader
from ancrage.graph.synergies import KINDS, synergies
from ancrage.graph.synergies.meetings import SIDES, Meetings
from ancrage.queries.library import Library

DEF = "https://w3id.org/ancrage/def/"
Part = tuple[str, str | None]
"""An actor and its place."""
#: Communes 01001–01018, an intercommunality and an employment zone each, and one outside the ground.
PLACES = [f"territory/commune/{1001 + at:05d}" for at in range(18)]
SCHEMAS: dict[str, dict[str, Any]] = {
    "former": {"former": pl.String, "place": pl.String},
    "actors": {"actor": pl.String, "label": pl.String},
    "titles": {"interaction": pl.String, "label": pl.String},
    "concepts": {"concept": pl.String, "label": pl.String, "english": pl.String},
    "members": {"chain": pl.String, "member": pl.String},
    "ties": dict.fromkeys(("tie", "first", "second"), pl.String)
    | {"shared": pl.Int64, "evidence": pl.String, "source": pl.String},
    "institutions": {"organization": pl.String, "place": pl.String},
    "units": {"unit": pl.String, "field": pl.String, "place": pl.String, "end": pl.Int64},
    "jobs": {"zone": pl.String, "sector": pl.String, "year": pl.Int64, "value": pl.Float64},
    "programmes": {"programme": pl.String, "place": pl.String},
    "preparations": {"programme": pl.String, "family": pl.String},
    "relays": {"organization": pl.String, "serves": pl.String},
    "chains": dict.fromkeys(("chain", "chainLabel", "sector"), pl.String),
    "source-territories": dict.fromkeys(("source", "territory"), pl.String),
}
TYPES = {"u": "research-unit", "c": "company", "a": "local-authority", "r": "relay-organization"}


def epci(at: int) -> str:
    return f"territory/epci/{at}"


def zone(at: int) -> str:
    return f"territory/zone/{at}"


def matter_of(
    meetings: list[tuple[str, int | None, list[tuple[str, str | None]]]], **rows: list[Any]
) -> RegionView:
    """Make a matter of meetings (name, year, [(actor, place)]); the first letter of an actor tells its type."""
    frames = {
        name: pl.DataFrame(rows.get(name, []), schema=schema, orient="row")
        for name, schema in SCHEMAS.items()
    }
    frames["chains"] = pl.DataFrame(
        [("value-chain/timber", "bois", "sector/a38/CC")], schema=SCHEMAS["chains"], orient="row"
    )
    frames["places"] = pl.DataFrame(
        [(place, f"Commune {at}", 45.0 + at / 10, 5.0, None, 100.0) for at, place in enumerate(PLACES)],
        schema=["place", "label", "lat", "long", "density", "population"],
        orient="row",
    )
    frames["parts"] = pl.DataFrame(
        [
            (place, of(at))
            for at, place in enumerate(PLACES)
            for of in (epci, zone, lambda _: "territory/department/01")
        ],
        schema=["place", "territory"],
        orient="row",
    )
    named = [(epci(at), DEF + "Intercommunality", f"CC {at}") for at in range(18)]
    named += [(zone(at), DEF + "EmploymentZone", f"Zone {at}") for at in range(18)]
    named += [
        ("territory/department/01", DEF + "Department", "Ain"),
        ("territory/department/75", DEF + "Department", "Paris"),
    ]
    frames["territories"] = pl.DataFrame(named, schema=["territory", "level", "label"], orient="row")
    frames["interactions"] = pl.DataFrame(
        [
            (
                name,
                "interaction-type/project",
                year,
                "illustrative" if "x" in name else "documented",
                "source/s",
                None,
            )
            for name, year, _ in meetings
        ],
        schema={
            **dict.fromkeys(("interaction", "type"), pl.String),
            "year": pl.Int64,
            **dict.fromkeys(("evidence", "source", "about"), pl.String),
        },
        orient="row",
    )
    frames["participations"] = pl.DataFrame(
        [
            (
                name,
                who,
                f"actor-type/{TYPES[who[0]]}" if who[0] in TYPES else None,
                "actor-role/partner",
                place,
            )
            for name, _, actors in meetings
            for who, place in actors
        ],
        schema=dict.fromkeys(("interaction", "actor", "type", "role", "place"), pl.String),
        orient="row",
    )
    return RegionView(None, (), "s1", frames=frames)


HOME, NEAR, PARIS = PLACES[0], PLACES[1], "territory/commune/75056"
MEETINGS: list[tuple[str, int | None, list[tuple[str, str | None]]]] = [
    ("both0", 2010, [("u1", HOME), ("c1", NEAR)]),
    ("both1", 2011, [("u1", HOME), ("c1", NEAR)]),
    ("both2", 2012, [("u1", HOME), ("c1", NEAR)]),
    ("both3", 2013, [("u1", HOME), ("c1", NEAR)]),
    ("labs0", 2010, [("u1", HOME), ("u2", PARIS)]),
    ("labs1", 2010, [("u1", HOME), ("u2", PARIS)]),
    ("labs2", 2010, [("u1", HOME), ("u2", PARIS)]),
    ("labs3", 2010, [("u1", HOME), ("u2", PARIS)]),
    ("labs4", 2010, [("u1", HOME), ("u2", PARIS)]),
    ("firms", 2012, [("c2", HOME), ("c1", NEAR)]),
    ("undated", None, [("u1", HOME), ("z9", None)]),
    ("elsewhere", 2011, [("u3", NEAR), ("c3", PARIS)]),
]


def test_a_shared_project_is_a_tie_of_research_and_companies_only_if_both_take_part() -> None:
    report = synergies(matter_of(MEETINGS), "epci/0", kinds=["ties"])
    pairs = {
        (one.facts["side"], one.facts["other_side"]): one for one in report if one.facts["aspect"] == "pair"
    }
    assert {pair: one.facts["interactions"] for pair, one in pairs.items()} == {
        ("academic", "company"): 4,
        ("academic", "academic"): 5,
        ("company", "company"): 1,
    }
    both = pairs["academic", "company"]
    assert (both.p, both.strength) == (None, None)  # the rest has one interaction
    assert (both.facts["first_year"], both.facts["last_year"], both.evidence) == (
        2010,
        2013,
        {"documented": 4},
    )
    assert both.sentence["fr"] == (
        "CC 0 : 4 interactions connues réunissent un laboratoire ou un établissement et une entreprise, dont l'un des "
        "deux au moins est ici, soit 36\u202f% des interactions connues."
    )


def test_a_mix_is_compared_with_the_rest_of_the_region_by_one_definition() -> None:
    """Pairs count where one side is of the region, in the 11 interactions of the place and in the 10 others."""
    lab: tuple[str, str | None] = ("u1", HOME)
    firm: tuple[str, str | None] = ("c1", NEAR)
    away: tuple[str, str | None] = ("u2", PARIS)
    abroad: tuple[str, str | None] = ("c7", PARIS)
    told: list[tuple[str, int | None, list[tuple[str, str | None]]]] = [
        *[(f"h{at}", 2020, [lab, firm]) for at in range(5)],
        # companies of which the one of the region is a neighbour: none of the pair is here
        *[(f"i{at}", 2010, [lab, firm, abroad]) for at in range(3)],
        *[(f"j{at}", 2010, [lab, ("u2", NEAR)]) for at in range(2)],
        ("k", 2020, [("u3", NEAR), firm]),
        *[(f"l{at}", 2010, [firm, abroad]) for at in range(4)],
        *[(f"m{at}", 2010, [("u3", NEAR), away]) for at in range(5)],
    ]
    told.append(("m5", 2010, [("c4", HOME), ("c5", HOME)]))
    alike = [(name, year, [*who, ("z1", None)][:3]) for name, year, who in told]  # three actors each
    report = synergies(matter_of(alike), "epci/0", kinds=["ties"])
    pairs = {one.object.id: one for one in report if one.facts["aspect"] == "pair"}
    both, firms = pairs["actor-type#academic-company"], pairs["actor-type#company-company"]
    # 8 of 11 here, 1 of 10 elsewhere: Σ of C(9, k) C(12, 11 − k) / C(21, 11) for k in 0, 1, 8, 9
    assert (both.facts["compared"], both.facts["of"]) == (8, 11)
    assert (both.facts["other_compared"], both.facts["other_of"]) == (1, 10)
    likely = [comb(9, k) * comb(12, 11 - k) for k in range(10)]
    assert both.p == pytest.approx(sum(one for one in likely if one <= likely[8]) / comb(21, 11))
    assert both.strength is not None
    assert both.strength.value == pytest.approx((8 / 11) / (1 / 10))
    assert both.sentence["fr"].endswith(
        "dont l'un des deux au moins est ici ; en comptant tout acteur de la région, c'est 73\u202f% de ses 11 "
        "interactions comparables, contre 10\u202f% dans le reste de la région."
    )
    # one is of companies here alone, and three more of the place have a company of the region: 4 of 11, and 4 of 10
    assert (firms.facts["interactions"], firms.facts["compared"], firms.facts["other_compared"]) == (1, 4, 4)
    assert firms.p == pytest.approx(1.0)
    [recent] = [one for one in report if one.facts["aspect"] == "recent"]
    assert (recent.facts["interactions"], recent.facts["of"], recent.facts["other_compared"]) == (5, 11, 1)
    assert recent.sentence["fr"].endswith(
        "contre 10\u202f% dans le reste de la région : un écart que le hasard peut donner."
    )


def test_an_interaction_is_as_firm_as_the_weaker_of_its_evidence_and_of_the_place_that_makes_it_one_of_here() -> (
    None
):
    matter = matter_of(MEETINGS)
    took = matter.frame("participations")
    # the laboratory's place is that of a head office in two of the four; the company's, elsewhere, tells nothing of here
    guessed = (pl.col("actor") == "u1") & pl.col("interaction").is_in(["both0", "both1"])
    located = (
        pl.when(guessed)
        .then(pl.lit("evidence-status/inferred"))
        .when(pl.col("actor") == "c1")
        .then(pl.lit("evidence-status/declared"))
    )
    told = matter.with_frames(participations=took.with_columns(located=located))
    (both,) = (
        one
        for one in synergies(told, epci(0), kinds=("ties",))
        if (one.facts.get("side"), one.facts.get("other_side")) == ("academic", "company")
    )
    assert both.evidence == {"documented": 2, "inferred": 2}


def test_who_takes_part_from_a_departement_alone_is_there_and_in_no_commune() -> None:
    matter = matter_of([*MEETINGS, ("wide", 2013, [("u1", "territory/department/01"), ("c3", PARIS)])])
    meetings, ground = Meetings.of(matter), Gazetteer.of(matter)
    [row] = np.flatnonzero(
        (meetings.event == meetings.ids.index("wide")) & (meetings.side == 0)  # the laboratory
    )
    assert meetings.at[row] == -1
    assert meetings.departments[meetings.department[row]] == "territory/department/01"
    inside = {level: ground.territory(f"territory/{level}") for level in ("department/01", "epci/0")}
    assert meetings.inside(ground.places_in(inside["department/01"]))[row]
    assert not meetings.inside(ground.places_in(inside["epci/0"]))[row]


def test_a_tie_shows_its_precedents_as_paths() -> None:
    report = synergies(matter_of(MEETINGS), "epci/0", kinds=["ties"])
    [partner] = [one for one in report if one.object.id == epci(1)]
    first = partner.reasons[0]
    assert [(step.subject.id, step.object.id, step.year, step.source) for step in first.path] == [
        ("u1", "both3", 2013, "source/s"),
        ("c1", "both3", 2013, "source/s"),
    ]


def test_partners_are_compared_with_those_of_the_rest_of_the_region() -> None:
    other: Part = ("c4", PLACES[2])
    own: Part = ("c1", NEAR)
    lab: Part = ("u1", HOME)
    told: list[tuple[str, int | None, list[tuple[str, str | None]]]] = [
        *[(f"a{at}", 2010, [lab, own]) for at in range(6)],
        *[(f"b{at}", 2010, [lab, ("u2", PARIS)]) for at in range(5)],
        *[(f"c{at}", 2010, [other, own]) for at in range(2)],
        *[(f"d{at}", 2010, [other, ("u2", PARIS)]) for at in range(9)],
        *[(f"e{at}", 2010, [("c5", NEAR), own]) for at in range(7)],  # of the partner alone
    ]
    report = synergies(matter_of(told), "epci/0", kinds=["ties"])
    partners = {one.object.id: one for one in report if one.facts["aspect"] == "partner"}
    near, paris = partners[epci(1)], partners["territory/department/75"]
    # 6 of 11 with the neighbour here, 2 of 11 elsewhere; with Paris 5 of 11, and 9 of 18
    names = ("compared", "of", "other_compared", "other_of")
    assert [near.facts[name] for name in names] == [6, 11, 2, 11]
    assert [paris.facts[name] for name in names] == [5, 11, 9, 18]
    likely = [comb(8, k) * comb(14, 11 - k) for k in range(9)]
    assert near.p == pytest.approx(sum(one for one in likely if one <= likely[6]) / comb(22, 11))
    assert near.sentence["fr"] == (
        "La CC 0 partage 6 interactions connues avec la CC 1 ; c'est 55\u202f% de ses 11 interactions comparables, contre "
        "18\u202f% de celles des autres acteurs de la région."
    )
    whole = synergies(matter_of(told), "department/01", kinds=["ties"])  # it has no rest
    assert [one.p for one in whole if one.facts["aspect"] == "partner"] == [None]


def test_like_is_compared_with_like() -> None:
    """Large projects have some of all sorts, and here all are large but one; elsewhere as many of the large have both."""
    more: list[Part] = [(f"z{at}", None) for at in range(3)]
    here: list[Part] = [("u1", HOME), ("c1", HOME)]
    there: list[Part] = [("u2", NEAR), ("c2", NEAR)]
    told: list[tuple[str, int | None, list[tuple[str, str | None]]]] = [
        *[(f"a{at}", 2010, [*here, *more]) for at in range(12)],
        ("b", 2010, [here[0], more[0]]),
        *[(f"c{at}", 2010, [*there, *more]) for at in range(2)],
        *[(f"d{at}", 2010, [there[0], more[0]]) for at in range(20)],
        ("e", 2010, [*here, more[0]]),  # of three: nothing elsewhere is like it
    ]
    [both] = [
        one for one in synergies(matter_of(told), "epci/0", kinds=["ties"]) if one.facts["aspect"] == "pair"
    ]
    assert (both.facts["interactions"], both.facts["compared"], both.facts["of"]) == (13, 12, 13)
    assert (both.facts["other_compared"], both.facts["other_of"], both.facts["expected"]) == (2, 22, 12)
    assert both.p == pytest.approx(1.0)
    assert both.strength is not None
    assert both.strength.value == pytest.approx(1.0)


@pytest.mark.parametrize("declared", [False, True])
def test_what_is_known_of_some_territories_alone_is_told_and_not_compared(declared: bool) -> None:
    """The grants of an authority that publishes its own, and what its actors declare."""
    club: Part = ("r1", None)
    here: list[Part] = [("u1", HOME), ("c1", HOME)]
    there: list[Part] = [("u2", NEAR), ("c2", NEAR)]
    told: list[tuple[str, int | None, list[tuple[str, str | None]]]] = [
        *[(f"g{at}", 2010, [("a1", HOME), club]) for at in range(12)],
        *[(f"a{at}", 2010, here) for at in range(10)],
        *[(f"b{at}", 2010, there) for at in range(11)],
        *[(f"c{at}", 2010, [("a2", NEAR), club]) for at in range(2)],
    ]
    plain = matter_of(told)
    grants = pl.col("interaction").str.starts_with("g")
    rows = plain.frame("interactions").with_columns(
        evidence=pl.when(grants & declared).then(pl.lit("declared")).otherwise("evidence"),
        source=pl.when(grants & (not declared)).then(pl.lit("source/grants")).otherwise("source"),
    )

    def pairs(covers: list[tuple[str, str]]) -> dict[str, Finding]:
        frame = pl.DataFrame(covers, schema=SCHEMAS["source-territories"], orient="row")
        matter = plain.with_frames(None, **{"interactions": rows, "source-territories": frame})
        report = synergies(matter, "epci/0", kinds=["ties"])
        return {one.object.id: one for one in report if one.facts["aspect"] == "pair"}

    found = pairs([("source/grants", epci(0))])
    given = found["actor-type#authority-intermediary"]
    assert (given.facts["interactions"], given.facts["not_compared"], given.p) == (12, 12, None)
    assert given.sentence["fr"].endswith(
        "dont l'un des deux au moins est ici, soit 55\u202f% des interactions connues (12 ne sont pas comparées : leur "
        "source ne couvre pas toute la région)."
    )
    both = found["actor-type#academic-company"]
    assert [both.facts[name] for name in ("compared", "of", "other_compared", "other_of")] == [10, 10, 11, 13]
    if (
        not declared
    ):  # a source of which the region is told covers it: nothing of the rest is like its grants yet
        whole = pairs([("source/grants", epci(0)), ("source/grants", "territory/region/84")])
        assert whole["actor-type#authority-intermediary"].facts["not_compared"] == 0


def test_openness_is_the_ei_index_of_the_territory() -> None:
    report = synergies(matter_of(MEETINGS), "epci/0", kinds=["ties"])
    [found] = [one for one in report if one.facts["aspect"] == "openness"]
    assert (found.facts["external"], found.facts["internal"], found.facts["unknown_place"]) == (10, 0, 1)
    assert found.strength is not None
    assert found.strength.value == 1.0


def test_who_takes_part_from_several_places_is_in_each_and_counts_once() -> None:
    both: list[tuple[str, str | None]] = [("u1", PLACES[16]), ("u1", PARIS), ("u1", NEAR), ("u1", None)]
    told = [
        *MEETINGS,
        *[(f"of{at}", 2010, [*both, ("c8", HOME)]) for at in range(12)],
        *[(f"alone{at}", 2010, both) for at in range(12)],
    ]
    meetings = Meetings.of(matter_of(told))
    rows = (meetings.event == meetings.ids.index("alone0")).nonzero()[0]
    assert meetings.at[rows].tolist() == [1, 16, -1]
    assert [meetings.departments[at] for at in meetings.department[rows]][-1] == "territory/department/75"
    assert meetings.by_side(np.ones(len(meetings.event), dtype=bool))[meetings.event[rows[0]]].sum() == 1

    def openness(place: str) -> Mapping[str, object]:
        report = synergies(matter_of(told), place, kinds=["ties"], draws=99)
        return next(one.facts for one in report.findings if one.facts.get("aspect") == "openness")

    alone = openness(epci(16))  # u1 there, with c8 of elsewhere: twelve ties, and none of u1 with itself
    assert (alone["interactions"], alone["external"], alone["internal"]) == (24, 12, 0)


def test_undated_ties_are_told_apart() -> None:
    ties = [
        ("t1", "u1", "x1", 3, "documented", "source/scanr"),
        ("t2", "x1", "x2", 1, "documented", "source/scanr"),
    ]
    matter = matter_of(MEETINGS, ties=ties, institutions=[("u1", HOME)])
    [found] = [one for one in synergies(matter, "epci/0", kinds=["ties"]) if one.facts["aspect"] == "undated"]
    assert (found.facts["ties"], found.facts["projects"], found.p) == (1, 3, None)
    wide = matter_of(MEETINGS, ties=ties, institutions=[("u1", "territory/department/01")])
    told = [
        [
            one.facts["ties"]
            for one in synergies(wide, place, kinds=["ties"])
            if one.facts["aspect"] == "undated"
        ]
        for place in ("epci/0", "department/01")
    ]
    assert told == [[], [1]]  # a site of which the département alone is known is in it


def test_too_few_interactions_give_counts_and_refusals_but_no_share() -> None:
    report = synergies(matter_of([("one", 2010, [("u1", HOME), ("c1", NEAR)])]), "epci/0")
    [tie] = report.findings
    assert (tie.strength, tie.p, "%" in tie.sentence["fr"]) == (None, None, False)
    assert {one.kind for one in report.refusals} == set(KINDS)
    assert all(one.words["fr"] and one.needed for one in report.refusals)
    # each is a sentence of either language, and not the message of an error
    assert all(
        one.words["en"].endswith(".") and "there are" not in one.words["en"] for one in report.refusals
    )


def test_an_unknown_subject_is_told_with_the_nearest_of_both_kinds() -> None:
    with pytest.raises(UnknownName) as told:
        synergies(matter_of(MEETINGS), "boi")
    assert ("bois", "https://w3id.org/ancrage/id/value-chain/timber") in told.value.nearest
    with pytest.raises(UnknownName) as told:
        synergies(matter_of(MEETINGS), "CC 00")
    assert "CC 0" in dict(told.value.nearest)


@pytest.mark.parametrize(
    "name", ["timber", "bois", "value-chain/timber", "https://w3id.org/ancrage/id/value-chain/timber"]
)
def test_a_filiere_has_its_interactions(name: str) -> None:
    matter = matter_of(MEETINGS, members=[("value-chain/timber", "both0"), ("value-chain/timber", "firms")])
    report = synergies(matter, name, kinds=["ties"])
    assert {(one.facts["side"], one.facts["interactions"]) for one in report} == {
        ("academic", 1),
        ("company", 1),
    }


def test_a_filiere_is_compared_with_the_other_interactions() -> None:
    told: list[tuple[str, int | None, list[tuple[str, str | None]]]] = [
        (f"f{at}", 2020, [("u1", HOME), ("c1", NEAR)]) for at in range(10)
    ]
    members = [("value-chain/timber", name) for name, *_ in told]
    report = synergies(matter_of([*MEETINGS, *told], members=members), "timber", kinds=["ties"])
    [both] = [one for one in report if one.facts["aspect"] == "pair"]
    # all 10, and 5 of the 12 others: of 15 in 22, only 3 in the 10 are less likely
    assert both.p == pytest.approx(sum(comb(15, k) * comb(7, 10 - k) for k in (3, 10)) / comb(22, 10))
    assert both.sentence["fr"].endswith(
        "une entreprise, soit 100\u202f% des 10 interactions comparables, contre 42\u202f% dans le reste."
    )


def test_a_filiere_is_named_in_english_in_english_sentences() -> None:
    matter = matter_of(
        MEETINGS,
        members=[("value-chain/timber", "both0"), ("value-chain/timber", "firms")],
        concepts=[("value-chain/timber", "bois", "timber")],
    )
    report = synergies(matter, "timber", kinds=["ties"])
    assert all(one.sentence["fr"].startswith("Filière bois : ") for one in report)
    assert all(one.sentence["en"].startswith("Timber value chain: ") for one in report)
    assert report.title["en"] == "Synergies: timber"


def test_a_kind_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="the kinds are ties"):
        synergies(matter_of(MEETINGS), "epci/0", kinds=["rumours"])


def test_illustrative_facts_are_said_and_counted() -> None:
    report = synergies(
        matter_of([*MEETINGS, ("xmade", 2013, [("u1", HOME), ("c1", NEAR)])]), "epci/0", kinds=["ties"]
    )
    [both] = [
        one for one in report if one.facts.get("other_side") == "company" and one.facts["side"] == "academic"
    ]
    assert both.evidence == {"documented": 4, "illustrative": 1}
    assert both.sentence["fr"].endswith("(dont 1 fait illustratif).")


def relay_matter() -> RegionView:
    """Eight places with a company each, tied to the laboratory of the first by the relay of the second alone."""
    meetings: list[tuple[str, int | None, list[tuple[str, str | None]]]] = [
        (f"m{at}", 2020, [("r1", NEAR), (f"c{at}", PLACES[at])]) for at in range(2, 12)
    ]
    meetings.append(("link", 2021, [("r1", NEAR), ("u1", HOME)]))
    return matter_of(meetings, relays=[("r1", epci(5))])


def test_a_relay_tells_what_its_loss_would_cost() -> None:
    [found] = synergies(relay_matter(), "epci/5", kinds=["brokerage"]).findings
    assert (found.object.id, found.object.kind) == ("r1", "relay")
    # it joins 11 partners: 55 pairs, 10 of which are of a company and the laboratory, and 45 of two companies
    assert found.facts["joined_across"] == 10
    assert (found.facts["joined_pairs"], found.facts["itinerant"], found.facts["liaison"]) == (55, 45, 10)
    assert (found.facts["pairs_before"], found.facts["pairs_lost"], found.facts["articulation"]) == (
        1,
        1,
        "yes",
    )
    assert "Sans cet acteur, 1 liaison sur 1" in found.sentence["fr"]


def test_who_joins_kinds_less_than_chance_is_distinct_too() -> None:
    alike: list[tuple[str, int | None, list[tuple[str, str | None]]]] = [
        (f"{kind}{at}", 2020, [(f"{kind}0", HOME), (f"{kind}{at}", PLACES[at])])
        for kind in ("u", "c")
        for at in range(1, 12)
    ]
    [found, _] = synergies(matter_of(alike), "epci/0", kinds=["brokerage"]).findings
    assert (found.facts["joined_pairs"], found.facts["joined_across"]) == (55, 0)
    assert found.p == pytest.approx(0.02)  # twice the least that 99 draws can tell
    assert found.distinct


def test_who_is_between_nobody_is_refused() -> None:
    report = synergies(relay_matter(), "epci/6", kinds=["brokerage"])
    assert not report.findings
    assert [one.kind for one in report.refusals] == ["brokerage"]


def test_the_same_seed_gives_the_same_report() -> None:
    first, again = (synergies(matter_of(MEETINGS), "epci/0").to_dict() for _ in range(2))
    assert first == again


def test_sentences_agree_with_their_question(example_reader: LocalReader) -> None:
    """The counts of the example graph are those that the named questions give."""
    report = synergies(RegionView.of(example_reader), "38", kinds=["ties"])
    pairs = [one for one in report if one.facts["aspect"] == "pair"]
    assert pairs
    question = pairs[0].question
    assert question is not None
    text = Library()[question.name].bind(**question.parameters)
    rows = list(csv.DictReader(io.StringIO(example_reader.query(text, accept="csv").body.decode())))
    counted: dict[tuple[str, str], int] = {}
    for row in rows:
        pair = row["one"], row["other"]
        counted[pair] = counted.get(pair, 0) + int(row["interactions"])
    for one in pairs:
        pair = str(one.facts["side"]), str(one.facts["other_side"])
        assert counted[min(pair), max(pair)] == one.facts["interactions"]


def test_the_question_of_ties_puts_actors_on_the_same_sides() -> None:
    text = Library()["territory-ties-by-side"].bind(territory="epci/200040715")
    told = re.findall(r'IN \(([^)]*)\), "(\w+)"', text)
    expected = [(", ".join(f"at:{one}" for one in types), side) for side, types in SIDES.items()]
    assert told == expected * 2
