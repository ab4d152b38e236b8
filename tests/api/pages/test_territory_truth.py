"""Portraits and pages of what is missing say what their figures are of: zones, comparisons, counts, methods, numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import polars as pl
import pyoxigraph
import pytest
from ancrage.api.app import create_app
from ancrage.api.labels.rule_words import BasisWords
from ancrage.api.pages.missing.asked import MissingParams
from ancrage.api.pages.missing.territories import links
from ancrage.api.pages.missing.unresolved import REFERENCES, interactions, references
from ancrage.api.pages.territory.chain_board import chains
from ancrage.api.pages.territory.coverage import coverage_note
from ancrage.api.pages.territory.economy import hirings, jobs
from ancrage.api.pages.territory.essentials import KEY
from ancrage.api.pages.territory.figures import PEERS, comparison
from ancrage.api.pages.territory.grids import grids
from ancrage.api.pages.territory.life import agenda, relays
from ancrage.api.pages.territory.lists import _sited, actors
from ancrage.api.pages.territory.matter import PortraitData
from ancrage.api.pages.territory.participations import department_of
from ancrage.api.pages.territory.ties import interactions as listed_interactions
from ancrage.api.reading.rows import By
from ancrage.api.render.blocks.tables import Column, Table, absent
from ancrage.api.render.rendering import environment, sayings
from ancrage.api.web.page_language import placed
from ancrage.api.web.query_texts import bound, question
from ancrage.api.web.settings import Settings
from ancrage.graph.indicators.source_years import SourceYears
from ancrage.graph.region.gazetteer import Territory
from ancrage.words import N_
from fastapi.testclient import TestClient

from ...pages import plain

HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def example(example_data_dir: Path) -> Iterator[TestClient]:
    """The application on the example graph."""
    settings = Settings(data_dir=example_data_dir, workers=1)
    with TestClient(create_app(settings), raise_server_exceptions=False) as made:
        made.get("/territoires/region/84/emplois", headers=HTML)
        yield made


@pytest.fixture(scope="module")
def seen(example: TestClient) -> PortraitData:
    """What portraits of the example graph read."""
    state = example.app.state  # type: ignore[attr-defined]
    found: PortraitData = state.portraits.found(state.pool.snapshot().id)
    return found


def test_hiring_plans_of_whole_pools_are_added_up_and_shared_pools_are_told_one_by_one() -> None:
    pools = [
        Territory(f"bassin/{n}", name, "bassin", np.array(communes))
        for n, name, communes in (
            (1, "Annonay", [4, 5]),
            (2, "Aubenas", [0, 3]),
            (3, "Die", [1]),
            (4, "Tain", [2]),
        )
    ]
    partly = Territory("territory/x", "X", "epci", np.array([0, 1, 2, 4]))
    cells = [
        *(("hiring-plans", 90.0, 90.0), ("hiring-plans", None, 12.0), ("hiring-plans-difficult", None, 7.0)),
        *[("hiring-plans-difficult", None, None)] * 2,
        ("hiring-plans-seasonal", 60.0, 60.0),
    ]
    rows = pl.DataFrame(
        [
            (pool.id, "fap/J", f"indicator/{name}", 2024, value, least)
            for pool in pools
            for name, value, least in cells
        ],
        schema=("pool", "family", "indicator", "year", "value", "least"),
        orient="row",
    )
    seen = SimpleNamespace(
        containing=lambda *_: [(pool, 0.3) for pool in pools],
        by=lambda *_: By(rows, "pool"),
        word=lambda one, _: one,
        inside=lambda _: np.array([True, True, True, False, True, False]),
        ground=SimpleNamespace(population=np.array([400.0, 50, 50, 100, 300, np.nan])),
    )
    made = hirings(cast("PortraitData", seen), partly, "fr")
    assert [(row["pool_iri"], row["value"], row["difficult"]) for row in made.rows] == [
        ("bassin/2", 102.0, 7.0),
        ("bassin/1", 102.0, 7.0),
        (None, 204.0, 14.0),
    ]
    first, _, whole = made.rows
    assert (first["hidden"], first["hidden_difficult"], whole["hidden"]) == (1, 3, 2)
    assert (first["share"], first["pool_share"]) == (50.0, 80.0)
    assert (first["seasonal"], whole["seasonal"], whole["hidden_seasonal"]) == (60.0, 120.0, 0)
    said = plain(first["group"])
    assert said == "Aubenas : 1 des 4 communes d’ici, 50 % des habitants d’ici, 80 % des habitants du bassin"
    assert whole["group"].startswith("2 bassins entiers, additionnés")
    notes = " ".join(note["fr"] for note in made.notes)
    assert "2 bassins d’emploi vont au-delà de ce territoire" in notes
    assert (
        "4 chiffres de projets sont sous secret statistique : seul ce qui en est publié est compté." in notes
    )


def test_who_is_only_known_to_have_sites_elsewhere_comes_last(
    seen: PortraitData, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = seen.ground.territory("department/07")
    [unit, council, *_] = actors(seen, place, "fr").rows
    assert council["actor"] == "Privas Centre Ardèche"  # takes part from Privas; no site of it is known
    sited = _sited(seen)
    assert unit["actor_iri"] in sited and council["actor_iri"] not in sited
    monkeypatch.setitem(seen.made, ("sited",), sited | {council["actor_iri"]})
    made = actors(seen, place, "fr")
    assert [made.rows[0]["actor"], made.rows[-1]["actor"]] == [unit["actor"], council["actor"]]
    assert "qui n’a de site connu qu’ailleurs vient après" in made.notes[0]["fr"]


def test_jobs_of_whole_zones_are_added_up_and_shared_zones_are_told_one_by_one(seen: PortraitData) -> None:
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
    assert f"qu’une partie de la zone d’emploi {second.label}" in told.notes[-1]["fr"]


def test_the_interactions_of_a_territory_are_as_firm_as_its_figures(
    seen: PortraitData, monkeypatch: pytest.MonkeyPatch
) -> None:
    region = seen.ground.territory("region/84")
    some = [row["interaction_iri"] for row in listed_interactions(seen, region, "fr").rows][:2]
    told = [(some[0], "inferred"), (some[0], "declared"), (some[1], "inferred"), (some[1], None)]
    found = pl.DataFrame(
        [("k", *one) for one in told], schema=["key", "interaction", "evidence"], orient="row"
    )
    monkeypatch.setattr(PortraitData, "rows", lambda *_: By(found, "key").of("k"))
    rows = {row["interaction_iri"]: row["evidence"] for row in listed_interactions(seen, region, "fr").rows}
    assert rows == {some[0]: "declared", some[1]: "inferred"}


def test_interactions_without_any_participant_are_counted(
    seen: PortraitData, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = pl.DataFrame({"interaction": "interaction/x", "label": "x", "source": "source/s", "year": 2020})
    more = pl.concat([seen.rest["happenings"], alone], how="diagonal_relaxed")
    monkeypatch.setitem(seen.rest, "happenings", more)
    rows = [row for row in interactions(seen, MissingParams("fr")).rows if row["source"] == "s"]
    assert ("Interactions sans aucun participant", 1, 1) in [
        (row["what"], row["missing"], row["of"]) for row in rows
    ]
    assert not any("situé" in row["what"] for row in rows)


def test_a_membership_is_counted_once_whatever_its_places(seen: PortraitData) -> None:
    members = seen.rest["members"].select("chain", "stage", "function", "member").unique()
    lost = members["stage"].null_count()
    rows = [row for row in references(seen, MissingParams("en")).rows if row["what"].startswith("Members")]
    assert [(row["missing"], row["of"]) for row in rows] == ([(lost, members.height)] if lost else [])
    places = [one[4] for one in REFERENCES if one[1] == "programmes"]
    assert places == ["programmes-without-place"]


def test_a_participation_is_counted_once_whatever_its_roles(seen: PortraitData) -> None:
    took = seen.rest["participations"]
    more = took.filter(pl.col("place").is_null()).head(1).with_columns(role=pl.lit("actor-role/another"))
    again = replace(seen, rest={**seen.rest, "participations": pl.concat([took, more])})
    region = seen.ground.territory("region/84")

    def told(seen: PortraitData) -> tuple[list[str], list[object]]:
        rows = references(seen, MissingParams("fr")).rows
        return [str(one["fr"]) for one in actors(seen, region, "fr").notes], [
            (row["what"], row["missing"], row["of"]) for row in rows
        ]

    assert more.height and told(again) == told(seen)


def test_a_member_placed_by_its_departement_alone_is_on_the_board_of_it_and_of_its_region(
    seen: PortraitData,
) -> None:
    alone = (
        seen.rest["members"]
        .head(1)
        .with_columns(
            member=pl.lit("organization/alone"),
            label=pl.lit("Alone"),
            place=pl.lit("territory/department/07"),
        )
    )
    members = pl.concat([seen.placed["members"], seen.ground.locate(alone, wide=True)])
    again = replace(seen, placed={**seen.placed, "members": members})

    def named(place: str) -> bool:
        return any("Alone" in row["names"] for row in chains(again, seen.ground.territory(place), "fr").rows)

    assert named("department/07") and named("region/84")
    assert not named("department/38") and not named(seen.ground.of_level("epci")[0].id)


def test_who_is_placed_by_its_departement_alone_fills_a_link_of_the_region(seen: PortraitData) -> None:
    members, ardeche = seen.rest["members"], seen.ground.territory("department/07")
    alone = (
        members.drop_nulls("stage")
        .head(1)
        .with_columns(
            function=pl.lit("chain-function/relays"),
            member=pl.lit("organization/alone"),
            place=pl.lit(ardeche.id),
        )
    )
    more = {"members": pl.concat([seen.placed["members"], seen.ground.locate(alone, wide=True)])}
    again = replace(
        seen, rest={**seen.rest, "members": pl.concat([members, alone])}, placed={**seen.placed, **more}
    )
    lacking, filled = (len(links(one, MissingParams("fr")).rows) for one in (seen, again))
    assert lacking - filled == 1
    assert "organization/alone" in again.rows("members", ardeche)["member"]  # what a sheet of a meeting reads


def test_the_count_of_territories_without_data_says_of_how_many(example: TestClient) -> None:
    text = example.get("/ce-qui-manque", headers=HTML).text
    assert "intercommunalités sans site, unité de recherche ni interaction connus, sur " in text


def test_a_territory_cut_by_departments_is_compared_with_its_region(seen: PortraitData) -> None:
    region = seen.ground.territory("region/84")
    isere, ardeche = seen.ground.territory("department/38"), seen.ground.territory("department/07")
    cut = Territory("territory/x", "X", "zone", np.array([*isere.communes[:2], ardeche.communes[0]]))
    beside = comparison(seen, cut, "", "fr")
    assert beside.key == region.id.removeprefix("territory/")
    assert "Isère (qui en contient une partie)" in dict(beside.choices).values()
    whole = Territory("territory/y", "Y", "zone", isere.communes)
    assert comparison(seen, whole, "", "fr").label == "Isère"


def test_a_region_beyond_the_one_looked_at_is_compared_with_nothing_unasked(
    seen: PortraitData, monkeypatch: pytest.MonkeyPatch
) -> None:
    region, isere = seen.ground.territory("region/84"), seen.ground.territory("department/38")
    monkeypatch.setattr(
        PortraitData, "containing", lambda *asked: [(region, 0.6)] if asked[2] == "region" else []
    )
    straddling = Territory("territory/x", "X", "zone", isere.communes[:2])
    assert comparison(seen, straddling, "", "fr").key == "region/84"
    monkeypatch.setitem(vars(seen.ground), "inside", np.zeros(len(seen.ground), dtype=bool))
    assert comparison(seen, straddling, "", "fr").key == PEERS


def test_findings_name_methods_sources_and_rules_in_words(seen: PortraitData) -> None:
    macros = environment().from_string(
        '{% from "territory_macros.html" import findings with context %}{{ findings(t, "fr", True) }}'
    )
    words = N_("")
    one = {
        **{"sentence": words, "evidence": words, "chance": words, "strength": words, "measure": {}},
        **{"illustrative": False, "reasons": [], "question": "", "asked": {}},
        **{"methods": ["poisson_interval", "benjamini_hochberg"], "sources": ["source/mesr-parcoursup"]},
    }
    kind = {"kind": "demand", "name": words, "count": 1, "findings": [one], "refused": []}
    text, _ = placed(macros.render(t={"kinds": [kind], "snapshot": "s"}, heading_level="h3", **sayings("fr")))
    told = '<p class="note">méthodes : <a href="/methodes#poisson-interval">Intervalle de Poisson</a>, Correction '
    assert told in text.replace("\u00a0", " ") and "sources : Parcoursup" in text
    assert "poisson_interval" not in text and "benjamini_hochberg" not in text and "source/" not in text
    rule = seen.rest["chain-rules"].drop_nulls("words").row(0, named=True)
    said = BasisWords.of(seen.rest["chain-rules"], seen.rest["sources"])(rule["rule"], "fr")
    assert said.startswith("règle : mots «") and rule["words"].split(", ")[0] in said
    word = rule["words"].split(", ")[0].rstrip("*")
    read = BasisWords.of(seen.rest["chain-rules"], seen.rest["sources"])(
        rule["rule"], "fr", f"Atelier {word.title()}"
    )
    assert read.replace("\u00a0", " ").startswith(f"lu dans son nom : « {word}")


def test_sources_have_their_titles_and_the_rule_of_their_years_is_told() -> None:
    table = Table((Column("source", N_("Source")),), ())
    macros = environment().from_string(
        '{% from "territory_macros.html" import table with context %}{{ table(b, rows, "fr", "T") }}'
    )
    rows = [{"source": "mesr-parcoursup, example"}]
    text, _ = placed(macros.render(b={"table": table}, rows=rows, **sayings("fr")))
    assert '<a href="/sources#mesr-parcoursup">Parcoursup' in text and "</a>, example</td>" in text
    french, english = coverage_note(
        SourceYears({"anr-aapg": tuple(range(2010, 2022))}, {"anr-aapg": 9})
    ).values()
    assert "anr-aapg" not in french and "(2010–2021)" in french and "dite incomplète, et non basse" in french
    assert "a small part" in english and "incomplete, not low" in english


def test_a_year_that_is_not_covered_says_at_least_and_not_absent() -> None:
    macros = environment().from_string(
        '{% from "territory_macros.html" import curves with context %}{{ curves(b, language, "p") }}'
    )
    series = [{"period": "2025", "value": None, "status": "missing", "known": 8.0, "shown": ""}]
    drawn = {"indicator": "I", "words": "w", "drawn": "", "series": series}
    text = macros.render(b={"more": {"curves": [drawn]}}, absent=absent, heading_level="h3", **sayings("fr"))
    assert "incomplet : au moins 8" in text and "non connu" not in text


def test_a_name_of_several_levels_is_told_with_its_level(example: TestClient) -> None:
    for path, level in (("commune/38185", "commune"), ("zone/8409", "zone d’emploi")):
        assert f"<h1>Grenoble ({level})</h1>" in example.get(f"/territoires/{path}", headers=HTML).text
    assert ": Grenoble (commune)</h1>" in example.get(
        "/territoires/commune/38185/lacunes", headers=HTML
    ).text.replace("\u00a0", " ")
    assert "<h1>Isère</h1>" in example.get("/territoires/department/38", headers=HTML).text


def test_english_pages_have_english_colons(example: TestClient) -> None:
    assert (
        " :"
        not in example.get("/territoires/epci/200040715?lang=en", headers=HTML)
        .text.partition('<section class="section portrait-trends')[0]
        .partition("<main")[2]
    )


def test_places_that_could_relay_are_listed_last_and_are_in_no_figure_of_relays(seen: PortraitData) -> None:
    ardeche = seen.ground.territory("07")
    told = relays(seen, ardeche, "fr")
    kinds = {row["relay"]: row["kind"] for row in told.rows}
    assert kinds["France services de Privas"] == "relais possible : lieu d’accueil de services publics"
    assert kinds["Le Moulin partagé"] == "relais possible : tiers-lieu"
    assert [row["kind"].startswith("relais possible") for row in told.rows[-3:]] == [True] * 3
    assert "Aucune source ne dit qu’il relaie l’université" in told.notes[0]["fr"]
    # a bus receives in no place
    values = {one.indicator.id: one.value for one in seen.cube.values(ardeche.id)}
    assert values["possible-relays"] == 2
    assert not values.get("relay-structures") and not values.get("branches")
    grenoble = relays(seen, seen.ground.territory("200040715"), "fr")
    assert grenoble.notes == ()


def test_actors_come_by_their_ties_then_their_students(seen: PortraitData) -> None:
    metro = seen.ground.territory("200040715")
    rows = actors(seen, metro, "fr").rows
    assert len(rows) > 3 and {"organization/0383546Y"} < {row["actor_iri"] for row in rows}
    known = seen.rest["participations"].group_by("actor").agg(pl.col("interaction").n_unique())
    counts = dict(known.iter_rows())
    assert [row["ties"] for row in rows] == [counts.get(row["actor_iri"]) for row in rows]
    assert [row["ties"] or 0 for row in rows] == sorted((row["ties"] or 0 for row in rows), reverse=True)
    last = str(rows[-1]["actor_iri"])
    assert not rows[-1]["ties"], "the last has no known tie: its cell is empty, and no zero"
    years = [("2020", 10.0), ("2021", 900_000.0), ("2022", None)]
    schema = {"organization": pl.String, "period": pl.String, "value": pl.Float64}
    merged = ("organization/0383546Y", "2019", 45_000.0)  # counted by another since
    frame = pl.DataFrame([merged, *((last, *year) for year in years)], schema=schema, orient="row")
    table = actors(replace(seen, rest={**seen.rest, "students": frame}), metro, "fr")
    told = table.rows
    assert next(c.words["fr"] for c in table.columns if c.name == "students") == "Étudiants en 2021"
    assert not any(row["students"] for row in told if row["actor_iri"] == merged[0])
    place = next(rank for rank, row in enumerate(told) if row["actor_iri"] == last)
    assert told[place]["students"] == 900_000 and not told[place]["ties"]
    assert all(row["ties"] for row in told[:place]) and not any(row["ties"] for row in told[place:])


def test_that_no_agenda_is_loaded_is_said_where_it_is_so(seen: PortraitData) -> None:
    """Examples alone are no agenda; one event of a source elsewhere is: then it has none here."""
    ardeche = seen.ground.territory("07")
    events = seen.rest["all-events"]
    elsewhere = events.head(1).with_columns(
        place=pl.lit("territory/commune/99999"), evidence=pl.lit("documented")
    )

    def said(frame: pl.DataFrame) -> str:
        return agenda(replace(seen, rest={**seen.rest, "all-events": frame}), ardeche, "fr").empty["fr"]

    assert "aucun agenda n’a été importé" in said(events)
    assert "n’en ont pas ici" in said(pl.concat([events, elsewhere]))


def where(seen: PortraitData, territories: Sequence[Territory], place: str) -> tuple[list[bool], str]:
    """Tell whether the place of a participation is inside territories, and which partner it is of the others."""
    took = pl.DataFrame(
        {"interaction": ["a"], "actor": ["b"], "place": [place], "evidence": ["inferred"], "source": ["c"]}
    )
    told = replace(seen, rest={**seen.rest, "participations": took})
    vars(told)["regions"] = seen.regions  # which a test replaced
    known = told.participations
    return [bool(known.inside(one)[0]) for one in territories], known.partners[known.of_partner[0]]


def test_a_place_of_a_territory_beyond_the_region_is_inside_it(
    seen: PortraitData, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Vaucluse was its own first partner, and Avignon Université an actor from outside there."""
    ground = seen.ground
    monkeypatch.setitem(vars(ground), "home", np.zeros(len(ground), dtype=bool))
    town = ground.ids[0]
    mine = Territory("territory/department/99", "Ici", "department", np.zeros(1, dtype=np.intp))
    other = Territory("territory/department/98", "Ailleurs", "department", np.zeros(0, dtype=np.intp))
    assert where(seen, [mine, other], town) == ([True, False], department_of(town))


def test_a_commune_of_another_region_that_is_off_the_ground_is_inside_that_region(
    seen: PortraitData, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(seen.__dict__, "regions", {"territory/department/13": "territory/region/93"})
    south = Territory("territory/region/93", "Sud", "region", np.zeros(0, dtype=np.intp))
    assert not seen.ground.at("territory/commune/13055")
    assert where(seen, [south], "territory/commune/13055") == ([True], "territory/department/13")
    assert where(seen, [south], "territory/commune/75056") == ([False], "territory/department/75")


def test_an_actor_that_takes_part_in_several_ways_meets_an_interaction_once() -> None:
    """« INRAE 17 » stood under « 5 interactions connues »: participations were counted."""
    store = pyoxigraph.Store()
    data = """
        @prefix anc: <https://w3id.org/ancrage/def/> .
        <https://w3id.org/ancrage/id/i> anc:hasParticipation [ anc:participant <https://w3id.org/ancrage/id/a> ;
            anc:participatesFrom <https://w3id.org/ancrage/id/t> ], [ anc:participant <https://w3id.org/ancrage/id/a> ] ."""
    store.load(data.encode(), pyoxigraph.RdfFormat.TURTLE)
    text = bound(question("territory/partners"), place="https://w3id.org/ancrage/id/t")
    rows = store.query(text)
    assert isinstance(rows, pyoxigraph.QuerySolutions)
    assert [int(row["value"].value) for row in rows] == [1]


def test_a_commune_outside_the_region_is_not_said_to_be_absent_from_a_grid(
    seen: PortraitData, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The grids are read of the region alone: « absente de la grille, ou de périmètre changé » was said of 22 communes."""
    ardeche = seen.ground.territory("department/07")
    told = {row["class"] for row in grids(seen, ardeche, "fr").rows}
    monkeypatch.setitem(vars(seen.ground), "inside", np.zeros(len(seen.ground), dtype=bool))
    beyond = {row["class"] for row in grids(seen, ardeche, "fr").rows}
    assert {one for one in told - beyond if one.startswith("Classe inconnue")}
    assert beyond - told == {"Classe non lue : commune hors de la région"}


def test_students_on_site_are_the_least_there_is() -> None:
    """Sites without a number are counted in no total."""
    assert all("au moins" in KEY["students-on-site"].of(n)["fr"] for n in (1, 834))
