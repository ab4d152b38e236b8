"""Scenarios on a hand-made matter of three communes: what they change, why, and what they refuse."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from ancrage.graph.findings import Report
from ancrage.graph.ground import Ground
from ancrage.graph.matter import Matter
from ancrage.graph.places import UnknownName
from ancrage.graph.scenarios.assumptions import (
    CLASSES,
    LISTS,
    MODES,
    Assumption,
    Contradiction,
    Open,
    ScenarioError,
)
from ancrage.graph.scenarios.changes import apply, resolve
from ancrage.graph.scenarios.comparison import Comparison, compare
from ancrage.graph.scenarios.counting import Value
from ancrage.graph.scenarios.description import describe, read_back
from ancrage.graph.scenarios.figures import FIGURES, GROUND
from ancrage.graph.scenarios.losses import without
from ancrage.graph.scenarios.reading import parse_assumption, read_assumption, read_scenario
from ancrage.queries.library import Library
from hypothesis import given
from hypothesis import strategies as st

ROOT = Path(__file__).parents[2]
LEVEL = "https://w3id.org/ancrage/def/"
COMMUNE, EPCI = "territory/commune/2600", "territory/epci/20000000"
A, B, C = f"{COMMUNE}1", f"{COMMUNE}2", f"{COMMUNE}3"
ONE, TWO = f"{EPCI}1", f"{EPCI}2"


def table(columns: str, *rows: tuple[Any, ...], **types: Any) -> pl.DataFrame:
    names = columns.split()
    return pl.DataFrame(
        rows, schema={name: types.get(name, pl.String) for name in names}, orient="row", strict=False
    )


def frames() -> dict[str, pl.DataFrame]:
    """Alpha and Beta are 15.7 km apart in the first EPCI, Gamma 78.6 km east in the second."""
    number, year = pl.Float64, pl.Int64
    parts = [
        (place, territory)
        for place in (A, B, C)
        for territory in ("territory/region/84", "territory/department/26")
    ]
    parts += [(A, ONE), (B, ONE), (C, TWO), (A, "territory/bassin/8401"), (C, "territory/bassin/8401")]
    hirings = [
        ("territory/bassin/8401", "fap/B1", "fap/B", "indicator/hiring-plans", 2024, 120.0, None),
        ("territory/bassin/8401", "fap/B1", "fap/B", "indicator/hiring-plans-difficult", 2024, 60.0, None),
        (
            "territory/bassin/8401",
            "fap/B2",
            "fap/B",
            "indicator/hiring-plans",
            2024,
            None,
            "obs-status/suppressed",
        ),
    ]
    programme = "programme label level field institution site place capacity start end evidence source"
    ties = "interaction actor type role place"
    return {
        "places": table(
            "place label lat long density year population status",
            (A, "Alpha", 45.0, 5.0, None, 2026, 1000.0, None),
            (B, "Beta", 45.0, 5.2, None, 2026, 500.0, None),
            (C, "Gamma", 45.0, 6.0, None, 2026, 200.0, None),
            lat=number,
            long=number,
            population=number,
            year=year,
        ),
        "parts": table("place territory", *parts),
        "territories": table(
            "territory level label",
            (ONE, f"{LEVEL}Intercommunality", "CC de l'Ouest"),
            (TWO, f"{LEVEL}Intercommunality", "CC de l'Est"),
            ("territory/department/26", f"{LEVEL}Department", "Drôme"),
            ("territory/region/84", f"{LEVEL}Region", "Région"),
            ("territory/bassin/8401", f"{LEVEL}LabourPool", "Bassin"),
        ),
        "former": table("former place"),
        "programmes": table(
            programme,
            (
                "programme/eau",
                "Licence eau",
                "level/eqf6",
                None,
                "organization/u",
                "site/a",
                A,
                30,
                None,
                None,
                "documented",
                None,
            ),
            (
                "programme/bois",
                "BTS bois",
                "level/eqf5",
                None,
                "organization/u",
                "site/a",
                A,
                None,
                None,
                None,
                "documented",
                None,
            ),
            (
                "programme/bois",
                "BTS bois",
                "level/eqf5",
                None,
                "organization/u",
                "site/c",
                C,
                None,
                None,
                None,
                "documented",
                None,
            ),
            (
                "programme/vieux",
                "Ancien",
                "level/eqf5",
                None,
                None,
                "site/a",
                A,
                None,
                None,
                2019,
                "documented",
                None,
            ),
            capacity=year,
            start=year,
            end=year,
        ),
        "units": table(
            "unit label place field start end evidence source",
            ("organization/lab", "Labo", C, None, None, None, "documented", None),
            start=year,
            end=year,
        ),
        "interactions": table(
            "interaction type year evidence source about",
            ("i/1", "t", 2020, "documented", None, None),
            ("i/2", "t", 2021, "declared", None, None),
            year=year,
        ),
        "participations": table(
            ties,
            ("i/1", "organization/firm", "actor-type/company", "actor-role/demand", A),
            ("i/1", "organization/relay", "actor-type/relay-organization", "actor-role/relay", B),
            ("i/2", "organization/relay", "actor-type/relay-organization", "actor-role/relay", B),
            ("i/2", "organization/lab", "actor-type/research-unit", "actor-role/supply", C),
        ),
        "members": table(
            "chain stage function member label place rule evidence",
            (
                "value-chain/wood",
                None,
                "chain-function/trains",
                "programme/bois",
                "BTS bois",
                A,
                None,
                "inferred",
            ),
            (
                "value-chain/wood",
                None,
                "chain-function/trains",
                "programme/bois",
                "BTS bois",
                C,
                None,
                "inferred",
            ),
        ),
        "chains": table(
            "chain chainLabel stage stageLabel activity sector",
            ("value-chain/wood", "bois", None, None, None, None),
        ),
        "hirings": table(
            "pool occupation family indicator year value status", *hirings, year=year, value=number
        ),
        "jobs": table("zone sector year value status", year=year, value=number),
        "requests": table("announcement class label type territory about mode issuer created evidence led"),
        "relays": table(
            "site kind label organization place service serves evidence",
            ("site/branch-c", "branch", "Antenne de Gamma", "organization/u", C, None, TWO, "illustrative"),
            (
                "site/relay",
                "relay",
                "Bureau du relais",
                "organization/relay",
                B,
                None,
                "territory/department/26",
                "illustrative",
            ),
        ),
        "actors": table(
            "actor label short type country",
            ("organization/relay", "Le relais", None, "actor-type/relay-organization", None),
            ("organization/u", "Université", None, "actor-type/higher-education", None),
            ("organization/lab", "Labo", None, "actor-type/research-unit", None),
        ),
        "platforms": table(
            "platform label organization place evidence source",
            ("platform/p", "Plateforme", None, A, "documented", None),
        ),
        "preparations": table(
            "programme family rule evidence", ("programme/bois", "fap/B", None, "inferred")
        ),
    }


@pytest.fixture
def matter() -> Matter:
    return Matter(None, (), "20260101T000000Z-00000000", frames=frames())


def compared(matter: Matter, *lines: str, territories: list[str] | None = None) -> Comparison:
    made = {"name": "essai", "label": "Essai", "assumptions": list(lines)}
    quick = [one for one in FIGURES if not one.startswith("gaps")]
    return compare(matter, read_scenario(made), territories, quick)


def pair(comparison: Comparison, territory: str, figure: str) -> Any:
    """Give a figure before and after."""
    found = comparison.of(territory, figure)
    return found.before.value, found.after.value


def test_a_branch_that_opens_is_near_its_commune_and_the_next(matter: Matter) -> None:
    found = compared(matter, "open-branch Beta 'Antenne de Beta'", territories=["CC de l'Ouest", "region/84"])
    assert pair(found, ONE, "branches") == (0, 1)
    assert pair(found, ONE, "near-branch") == (0, 1500)
    assert pair(found, "Région", "near-branch") == (200, 1700)
    assert pair(found, "Région", "near-branch-share") == (pytest.approx(200 / 1700), 1)
    # one branch for the 1,500 inhabitants of Alpha and Beta; another for the 200 of Gamma
    assert pair(found, ONE, "access-branch") == (0, pytest.approx(1e5 / 1500))
    assert pair(found, "Région", "access-branch") == (pytest.approx(1e5 / 1700), pytest.approx(2e5 / 1700))
    assert pair(found, ONE, "access-branch-relative") == (0, pytest.approx((1 / 1500) / (2 / 1700)))
    assert found.of(ONE, "branches").after.evidence == {"simulated": 1}
    told = found.of(ONE, "near-branch").sentence
    assert told["fr"].replace("\u202f", " ") == (
        "Avec l'ouverture de l'antenne « Antenne de Beta » à Beta, 1 500 habitants de plus ont une antenne numérique "
        "à moins de 30 km dans « CC de l'Ouest » : 1 500 au lieu de 0."
    )
    assert "1,500 more inhabitants" in told["en"]
    assert {one.id for one in found.touched} == {ONE, "territory/department/26", "territory/region/84"}
    assert not found.of(ONE, "programmes").changed
    assert (
        found.of(ONE, "programmes").sentence["fr"]
        == "CC de l'Ouest, formations enseignées : 2, sans changement."
    )


def test_illustrative_facts_are_said_and_counted() -> None:
    invented = Matter(None, (), "20260101T000000Z-00000000", frames=frames(), illustrative=True)
    found = compared(invented, "open-branch Beta Antenne", territories=["26"])
    assert found.of("Drôme", "branches").after.evidence == {"illustrative": 1, "simulated": 1}
    assert any("inventés" in note["fr"] for note in found.notes)


def test_each_difference_is_shared_among_the_assumptions_in_their_order(matter: Matter) -> None:
    lines = ("open-branch Beta 'Antenne de Beta'", "close-branch branch-c", "open-platform Beta 'Autre'")
    found = compared(matter, *lines, territories=["26"])
    near = found.of("Drôme", "near-branch")
    assert (near.before.value, near.after.value) == (200, 1500)
    assert [(one.assumption.name, one.difference) for one in near.effects] == [
        ("open-branch", 1500),
        ("close-branch", -200),
    ]
    assert "(+1\u202f500) et la fermeture de l'antenne « Antenne de Gamma » (−200)" in near.sentence["fr"]
    for one in found:
        if one.difference is not None:
            assert sum(effect.difference or 0 for effect in one.effects) == pytest.approx(one.difference)
    back = compared(matter, *reversed(lines), territories=["26"])
    assert pair(back, "Drôme", "near-branch") == (200, 1500)


def test_the_matter_given_stays_as_it_is(matter: Matter) -> None:
    before = frames()
    compared(
        matter,
        "merge-epci 200000001,200000002 Tout",
        "close-relay relay",
        "close-programme bois",
        "move-platform p Gamma",
    )
    for name, frame in before.items():
        assert matter.frame(name).equals(frame), name
    assert matter.scenario is None


def test_a_merger_counts_what_both_have_once(matter: Matter) -> None:
    found = compared(matter, "merge-epci 200000001,200000002 'CC réunie'", territories=["CC de l'Est"])
    new = found.named[0].label
    assert new == "CC réunie"
    one = found.of(new, "programmes")
    assert (one.before.value, one.after.value, one.effects) == (2, 2, ())
    assert [(thing.label, value.value) for thing, value in one.parts] == [
        ("CC de l'Ouest", 2),
        ("CC de l'Est", 1),
    ]
    assert one.sentence["fr"] == (
        "Formations enseignées : CC de l'Ouest (2) et CC de l'Est (1) réunis en « CC réunie » : 2."
    )
    assert any("CC de l'Est fait partie de « CC réunie »" in note["fr"] for note in found.notes)
    after = apply(matter, found.scenario)
    assert [place.label for place in Ground.of(after).territories("epci")] == ["CC réunie"]
    assert after.frame("relays").filter(pl.col("kind") == "branch")["serves"].to_list() == [found.named[0].id]


def test_a_programme_offered_elsewhere_is_followed_there_and_not_taught(matter: Matter) -> None:
    found = compared(matter, "offer-programme eau branch-c mode=remote", territories=["200000002"])
    assert pair(found, TWO, "programmes") == (1, 1)
    assert pair(found, TWO, "programmes-followed") == (1, 2)
    assert pair(found, TWO, "places") == (
        None,
        None,
    )  # bois has no known places there, and nothing is known of its own
    closed = compared(matter, "open-branch Beta Antenne", "offer-programme eau Beta", territories=["26"])
    assert pair(closed, "Drôme", "access-programme") == (pytest.approx(3e5 / 1700), pytest.approx(4e5 / 1700))


def test_a_programme_that_closes_leaves_its_filiere_and_its_families(matter: Matter) -> None:
    after = apply(
        matter, read_scenario({"name": "x", "label": "x", "assumptions": ["close-programme bois at=Alpha"]})
    )
    assert after.frame("members")["place"].to_list() == [C]
    assert after.frame("preparations").height == 1
    assert after.frame("programmes").filter(pl.col("programme") == "programme/bois")["place"].to_list() == [C]
    gone = apply(matter, read_scenario({"name": "x", "label": "x", "assumptions": ["close-programme bois"]}))
    assert gone.frame("members").is_empty() and gone.frame("preparations").is_empty()
    line = "open-programme Beta 'Licence bois' level=eqf6 capacity=12 families=B chain=wood organization=u"
    found = compared(matter, line, territories=["200000001"])
    changed = {one.figure.id: one.difference for one in found.changed() if one.territory.id == ONE}
    # nothing else but what follows from a programme in Beta: places, level, filière, access
    assert changed["programmes"] == changed["programmes-eqf6"] == changed["programmes-followed"] == 1
    assert (changed["places"], changed["chain-trains"]) == (12, 1)
    assert set(changed) == {
        "programmes", "programmes-eqf6", "programmes-followed", "places", "chain-trains",
        "access-programme", "access-programme-relative",
    }  # fmt: skip


def test_a_programme_moves_from_one_place_with_its_membership(matter: Matter) -> None:
    found = compared(matter, "move-programme bois Beta at=Gamma", territories=["200000002"])
    assert pair(found, TWO, "programmes") == (1, 0)
    assert pair(found, TWO, "chain-trains") == (1, 0)
    with pytest.raises(ScenarioError, match=r"several places, Alpha .*, Gamma"):
        compared(matter, "move-programme bois Beta")


def test_without_a_relay_the_west_is_cut_off(matter: Matter) -> None:
    report = without(matter, ["Le relais"])
    assert isinstance(report, Report)
    [loss] = report
    # West reaches the laboratory only through the relay; East has it at home
    assert dict(loss.facts) == {"before": 2, "after": 1, "lost": 0.5, "single": 1}
    assert loss.sentence["fr"].startswith("Sans Le relais, 50,0\u202f% des liens entre les 2 EPCI")
    found = compared(matter, "close-relay relay", territories=["200000001"])
    assert pair(found, ONE, "reach-lost") == (1, 0)
    assert pair(found, ONE, "relayed") == (2, 0)
    assert pair(found, ONE, "brokered") == (1, 0)  # firm – relay – laboratory
    with pytest.raises(UnknownName, match="Le relais"):
        without(matter, ["Le relai"])
    with pytest.raises(ScenarioError):
        without(matter, [])


def test_hiring_plans_are_those_of_the_share_of_a_pool(matter: Matter) -> None:
    # the pool is Alpha (1,000) and Gamma (200): the West has five sixths of its inhabitants
    [west] = FIGURES["hiring-plans"].values(matter, [Ground.of(matter).territory("200000001")])
    assert west.value == pytest.approx(100)
    assert west.hidden == 1
    assert FIGURES["hiring-difficult-share"].value(matter, "200000002").value == pytest.approx(0.5)
    [beta] = FIGURES["hiring-plans"].values(matter, [Ground.of(matter).territory("26002")])
    assert beta == Value(None, "missing")


def test_an_unknown_population_makes_a_figure_missing(matter: Matter) -> None:
    unknown = pl.when(pl.col("place") == A).then(None).otherwise("population").alias("population")
    other = matter.with_frames(places=matter.frame("places").with_columns(unknown))
    assert FIGURES["population"].value(other, "200000001") == Value(None, "missing")
    assert FIGURES["near-programme-share"].value(other, "200000001").value is None
    assert FIGURES["population"].value(other, "200000002").value == 200


@pytest.mark.parametrize("figure", [one for one in FIGURES if not one.startswith("gaps")])
def test_a_figure_rests_on_the_frames_it_names_alone(figure: str) -> None:
    mine = FIGURES[figure].frames | GROUND
    bare = Matter(None, (), "20260101T000000Z", frames={n: f for n, f in frames().items() if n in mine})
    assert FIGURES[figure].value(bare, "region/84") == FIGURES[figure].value(
        Matter(None, (), "20260101T000000Z", frames=frames()), "region/84"
    )


def test_every_figure_names_a_question_and_methods_that_there_are() -> None:
    from ancrage.graph import analysis

    library = Library()
    assert len(FIGURES) >= 40
    for one in FIGURES.values():
        assert set(one.label) == set(one.unit) == {"fr", "en"}
        assert one.question is None or one.question in library, one.id
        assert all(hasattr(analysis, method) for method in one.methods), one.id
        assert all(f"matter-{name}" in library for name in one.frames), one.id


UNKNOWN = {
    "close-branch branche-c": "did you mean",
    "close-programme 'Licence eaux'": "Licence eau",
    "move-branch branch-c Alfa": "Alpha",
    "open-branch Alfa Antenne": "commune « Alfa »; did you mean Alpha",
    "merge-epci 200000001,200000003 X": "200000003",
    "open-branch Alpha A organization=universit": "Université",
    "open-programme Alpha A chain=woods": "bois",
    "offer-programme eau branch-d": "branch-c",
    "close-relay nul": "relay « nul »",
}
SENSELESS = {
    "merge-epci 200000001 X": "alone does not merge",
    "merge-epci 200000001,200000001 X": "named twice",
    "merge-epci 26,200000001 X": "no intercommunality",
    "move-branch branch-c Gamma": "in Gamma already",
    "open-branch Alpha A id=branch-c": "exists already",
    "close-branch branch-c at=Alpha": "not in Alpha",
    "close-programme vieux": "closed already, since 2019",
    "offer-programme eau Alpha": "can be followed in Alpha already",
    "open-branch Alpha": "lacks a label",
    "paint-branch x": "no assumption",
    "close-branch": "lacks what it is about",
    "open-programme Alpha X capacity=-1": "whole number",
    "open-platform Alpha X services=a": "no field « services »",
    "offer-programme eau Beta mode=postal": "hybrid, remote, relayed",
    "close-branch 'x": "not closed",
    "close-branch a b": "one word too many",
    "close-branch a node=b": "twice",
    "open-programme Alpha X level=9": "no code",
}
CONTRADICTORY = [
    ("close-branch branch-c", "close-branch 'Antenne de Gamma'"),
    ("close-branch branch-c", "move-branch branch-c Alpha"),
    ("move-branch branch-c Alpha", "close-branch branch-c"),
    ("open-branch Alpha A", "open-branch Alpha A"),
    ("open-branch Alpha A", "close-branch A"),
    ("close-programme bois at=Alpha", "close-programme bois"),
    ("close-programme eau", "offer-programme eau Gamma"),
    ("offer-programme eau branch-c", "close-branch branch-c"),
    ("offer-programme eau Gamma", "offer-programme eau Gamma"),
    ("merge-epci 200000001,200000002 X", "merge-epci 200000001,200000002 Y"),
]


@pytest.mark.parametrize(("line", "message"), UNKNOWN.items())
def test_what_nobody_knows_is_told_with_the_nearest(matter: Matter, line: str, message: str) -> None:
    with pytest.raises(UnknownName, match=message):
        compared(matter, line)


@pytest.mark.parametrize(("line", "message"), SENSELESS.items())
def test_what_makes_no_sense_is_refused_in_two_languages(matter: Matter, line: str, message: str) -> None:
    with pytest.raises(ScenarioError, match=message) as caught:
        compared(matter, line)
    assert caught.value.words["en"] == str(caught.value)
    assert caught.value.words["fr"] != caught.value.words["en"]


@pytest.mark.parametrize(("first", "second"), CONTRADICTORY)
def test_assumptions_that_contradict_one_another_are_both_named(
    matter: Matter, first: str, second: str
) -> None:
    with pytest.raises(Contradiction) as caught:
        compared(matter, first, second)
    assert caught.value.first == parse_assumption(first)
    assert caught.value.second == parse_assumption(second)
    assert caught.value.first.to_line() in str(caught.value)


def test_two_sites_of_a_programme_close_one_by_one(matter: Matter) -> None:
    found = compared(
        matter, "close-programme bois at=Alpha", "close-programme bois at=Gamma", territories=["26"]
    )
    assert pair(found, "Drôme", "programmes") == (2, 1)


@pytest.mark.parametrize(
    "table",
    [
        {},
        {"name": "Essai", "label": "x", "assumptions": ["close-branch a"]},
        {"name": "essai", "label": " ", "assumptions": ["close-branch a"]},
        {"name": "essai", "label": "x", "assumptions": []},
        {"name": "essai", "label": "x", "assumptions": "close-branch a"},
        {"name": "essai", "label": "x", "colour": "red", "assumptions": ["close-branch a"]},
        {"name": "essai", "label": "x", "assumptions": [{"assumption": "close-branch", "node": 3}]},
        {
            "name": "essai",
            "label": "x",
            "assumptions": [{"assumption": "merge-epci", "territories": [1], "label": "x"}],
        },
    ],
)
def test_a_scenario_that_is_badly_written_is_refused(table: dict[str, Any]) -> None:
    with pytest.raises(ScenarioError):
        read_scenario(table)


def test_a_scenario_is_read_from_toml_and_json(tmp_path: Path) -> None:
    made = read_scenario(
        {"name": "x", "label": "X", "assumptions": ["close-branch a", "open-relay Die R serves=26,07"]}
    )
    (tmp_path / "a.json").write_text(json.dumps(made.to_dict()), encoding="utf-8")
    text = 'name = "x"\nlabel = "X"\nassumptions = ["close-branch a", "open-relay Die R serves=26,07"]\n'
    (tmp_path / "a.toml").write_text(text, encoding="utf-8")
    assert read_scenario(tmp_path / "a.json") == read_scenario(tmp_path / "a.toml") == made
    (tmp_path / "b.toml").write_text("name = ", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"b\.toml cannot be read"):
        read_scenario(tmp_path / "b.toml")


WORDS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=12).filter(str.strip)
CODES = st.from_regex("[a-z0-9]{1,8}", fullmatch=True)
FIELDS = {
    "capacity": st.integers(0, 9999),
    "mode": st.sampled_from(MODES),
    **dict.fromkeys(sorted(LISTS), st.lists(CODES, min_size=1, max_size=3).map(tuple)),
}
ONLY = {"branch": {"serves", "services", "organization"}, "relay": {"serves"}, "platform": {"organization"}}


@st.composite
def assumptions(draw: st.DrawFn) -> Assumption:
    name = draw(st.sampled_from(sorted(CLASSES)))
    kind, thing = CLASSES[name], name.partition("-")[2]
    made: dict[str, Any] = {"kind": thing} if "kind" in {one.name for one in fields(kind)} else {}
    for one in fields(kind):
        optional = one.name not in kind.positional
        fits = kind is not Open or thing == "programme" or one.name in ONLY[thing] | {"id", "place", "label"}
        fits = fits and not (kind is Open and thing == "programme" and one.name in ("serves", "services"))
        if one.name != "kind" and fits and not (optional and draw(st.booleans())):
            made[one.name] = draw(FIELDS.get(one.name, WORDS))
    found: Assumption = kind(**made)
    return found


@given(assumptions())
def test_an_assumption_is_read_as_it_is_written(assumption: Assumption) -> None:
    assert parse_assumption(assumption.to_line()) == assumption
    assert read_assumption(assumption.to_dict()) == assumption


def test_a_resolved_scenario_comes_back_from_its_triples(matter: Matter) -> None:
    lines = [
        "open-programme Beta 'Licence bois' level=eqf6 capacity=12 families=B chain=wood organization=u",
        "open-branch Beta Antenne serves=26,200000002 services=video-room,tutoring organization=u",
        "open-relay Beta Relais serves=26",
        "open-platform Beta Banc organization=u",
        "offer-programme eau Beta,branch-c mode=relayed",
        "close-programme bois at=Alpha",
        "move-platform p Gamma",
        "merge-epci 200000002,200000001 Tout",
    ]
    scenario = resolve(
        matter, read_scenario({"name": "tout", "label": "Tout", "label_en": "All", "assumptions": lines})
    )
    assert read_back(describe(scenario)) == [scenario]
    assert resolve(matter, scenario) == scenario
    assert apply(matter, scenario).scenario == "tout"


def test_the_example_scenario_names_what_the_illustrative_data_have() -> None:
    [path] = (ROOT / "examples" / "scenarios").glob("*.toml")
    scenario = read_scenario(path)
    assert scenario.label.startswith("[Exemple]") and scenario.label_en.startswith("[Example]")
    sites = pl.read_csv(ROOT / "examples" / "illustrative" / "sites.csv", infer_schema=False)
    opened, closed = scenario.assumptions
    assert isinstance(opened, Open) and opened.place == "26113"
    assert getattr(closed, "node", None) in sites["id"].to_list()
