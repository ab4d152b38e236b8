"""Gaps of a territory on a region of four communes, with answers counted by hand."""

from __future__ import annotations

import math
from typing import Any

import polars as pl
import pytest
from ancrage.graph.findings.model import Report
from ancrage.graph.gaps import KINDS, gaps, gaps_of, told_once
from ancrage.graph.gaps.access import CATCHMENT
from ancrage.graph.gaps.totals import PRODUCES
from ancrage.graph.indicators.declaration import read_indicators
from ancrage.graph.region.names import UnknownName
from ancrage.graph.region.view import RegionView
from scipy import stats  # type: ignore[import-untyped, unused-ignore]

from .gap_world import EAST, PLACES, REGION, WEST, commune, hiring, near_abroad, programme, world

#: Eight programmes for building, all in the east; 300 of the 400 hiring plans are in the west.
BUILDING: dict[str, list[dict[str, Any]]] = {
    "programmes": [programme(n, "01003") for n in range(8)],
    "preparations": [{"programme": f"programme/5{n}", "family": "fap/B", "rule": "b"} for n in range(8)],
    "hirings": [
        hiring(1, "fap/B", 300.0),
        hiring(1, "fap/B", None, occupation="fap/B1Z"),
        hiring(1, "fap/B", 120.0, indicator="indicator/hiring-plans-difficult"),
        hiring(1, "fap/B", 150.0, indicator="indicator/hiring-plans-seasonal"),
        hiring(2, "fap/B", 100.0),
        hiring(1, "fap/M", 40.0),
    ],
}


def test_hiring_plans_call_for_programmes_at_the_rate_of_the_rest_of_the_region() -> None:
    [finding] = gaps(world(**BUILDING), WEST, kinds=["demand"]).findings
    assert (finding.object.id, finding.kind) == ("fap/B", "demand")
    facts = finding.facts
    assert (facts["plans"], facts["difficult_plans"], facts["programmes"]) == (300, 120, 0)
    assert "jugés difficiles, au moins 150 saisonniers" in finding.sentence["fr"]  # half of them
    # The east has 8 programmes for 100 plans: 24 are expected for 300, and none of the 32 is in the west.
    assert facts["expected_programmes"] == pytest.approx(300 * 8 / 100)
    assert finding.p == pytest.approx((1 - 24 / 32) ** 8)
    assert (finding.q, finding.distinct) == (finding.p, True)
    assert finding.strength is not None
    share = stats.beta.ppf(0.975, 1, 8)  # the bound of Clopper and Pearson for 0 of 8
    most = 8 * share / (1 - share)
    assert finding.strength.value == 1.0
    assert finding.strength.low == pytest.approx((24 - most) / (24 + most))
    # It is said of the pool, and the coverage of the supply and its threshold are written.
    assert (finding.subject.id, finding.subject.label) == ("territory/bassin/8401", "bassin 1")
    assert (facts["coverage"], facts["coverage_needed"]) == (1.0, 0.75)
    assert "Couverture : 100\xa0% des formations ont un lieu connu (seuil : 75\xa0%)." in finding.sentence[
        "fr"
    ].replace("\u202f", "\xa0")


def test_programmes_weigh_their_seats_where_they_are_given() -> None:
    seats = [programme(n, "01003", capacity=10) for n in range(7)] + [programme(7, "01001", capacity=10)]
    frames = {
        **BUILDING,
        "programmes": seats,
        "hirings": [hiring(1, "fap/B", 300.0), hiring(2, "fap/B", 100.0)],
    }
    [finding] = gaps(world(**frames), WEST, kinds=["demand"]).findings
    assert (finding.facts["programmes"], finding.facts["seats"], finding.facts["expected_seats"]) == (
        1,
        10,
        210,
    )
    # Ten seats weigh as one programme of eight: P(Binomial(8, 210/280) ≤ 1).
    assert finding.p == pytest.approx(stats.binom.cdf(1, 8, 210 / 280))
    assert (
        "1 formation du supérieur connue dans ce bassin (10 places) y prépare, contre 210 places"
        in finding.sentence["fr"]
    )
    few = [programme(n, "01003", capacity=10 if n < 3 else None) for n in range(8)]
    [plain] = gaps(world(**{**frames, "programmes": few}), WEST, kinds=["demand"]).findings
    assert "seats" not in plain.facts and plain.facts["expected_programmes"] == 24


def test_an_area_s_finding_is_one_whichever_of_its_communes_is_asked() -> None:
    matter = world(**BUILDING)
    of = [gaps(matter, name, kinds=["demand"]).findings for name in (WEST, "01001", "01002")]
    assert len({(one.kind, one.subject, one.object) for found in of for one in found}) == 1


def test_the_false_discoveries_of_a_report_are_controlled_together() -> None:
    lone = gaps(world(**BUILDING), WEST, kinds=["demand"]).findings[0]
    both = gaps(world(**BUILDING), WEST, kinds=["demand", "access"])
    tested = [one.p for one in both.findings if one.p is not None]
    assert len(tested) == 2 and {one.facts["tests"] for one in both.findings if one.p is not None} == {2}
    found = next(one for one in both.findings if one.object.id == "fap/B")
    assert (lone.p, found.p) == (found.p, lone.p)
    q = min(1.0, 2 * min(tested), max(tested))
    assert min(one.q for one in both.findings if one.q is not None) == pytest.approx(q)
    assert any("2 comparaisons testées ensemble" in note["fr"] for note in both.notes)


def test_an_area_that_lies_where_programmes_are_not_read_is_not_measurable() -> None:
    matter = world(**BUILDING)
    parts = matter.frame("parts")
    cut = matter.with_frames(
        parts=parts.filter((pl.col("place") != commune("01001")) | (pl.col("territory") != REGION))
    )
    report = gaps(cut, WEST, kinds=["demand"])
    assert report.findings == ()
    assert any(
        "Non mesurable, car trop peu d'habitants sont là où" in one.words["fr"] for one in report.refusals
    )


def test_a_suppressed_cell_is_told_and_counted_as_nothing() -> None:
    [finding] = gaps(world(**BUILDING), WEST, kinds=["demand"]).findings
    assert (finding.facts["cells"], finding.facts["suppressed_cells"]) == (2, 1)
    assert "1 chiffre sur 2 est secret : seul ce qui en est publié est compté" in finding.sentence["fr"]
    assert "40 % jugés difficiles" in finding.sentence["fr"].replace("\u202f", " ")


def test_what_is_published_of_a_pool_of_two_departements_counts_though_its_sum_is_secret() -> None:
    cells = [*BUILDING["hirings"], hiring(1, "fap/B", None, occupation="fap/B2Z", low=50.0)]
    [finding] = gaps(world(**{**BUILDING, "hirings": cells}), WEST, kinds=["demand"]).findings
    assert (finding.facts["plans"], finding.facts["suppressed_cells"]) == (350, 2)


def test_the_evidence_of_demand_is_that_of_its_cells_and_of_its_programmes() -> None:
    declared, made_up = {"evidence": "declared"}, {"evidence": "illustrative"}
    cells = [hiring(1, "fap/B", 200.0), hiring(1, "fap/B", 300.0, occupation="fap/B1Z", **declared)]
    hidden, east = hiring(1, "fap/B", None, occupation="fap/B2Z", **declared), hiring(2, "fap/B", 100.0)
    taught = [*BUILDING["programmes"], programme(8, "01001"), programme(9, "01002", **made_up)]
    prepared = [{"programme": f"programme/5{n}", "family": "fap/B", "rule": "b"} for n in range(10)]
    frames = {"programmes": taught, "preparations": prepared, "hirings": [*cells, hidden, east]}
    [finding] = gaps(world(**frames), WEST, kinds=["demand"]).findings
    assert finding.facts["programmes"] == 2
    assert finding.evidence == {"documented": 1, "declared": 1, "inferred": 1, "illustrative": 1}
    # Families that are told together, without a test: the cells of each.
    few = [hiring(1, "fap/B", 60.0, **declared), hiring(2, "fap/B", 6000.0)]
    [together] = gaps(world(**{**BUILDING, "hirings": few}), WEST, kinds=["demand"]).findings
    assert together.evidence == {"declared": 1}


def test_the_evidence_of_jobs_is_that_of_what_is_observed() -> None:
    zones, sector = ("territory/zone/8401", "territory/zone/8402"), "sector/a38/FZ"
    jobs = [
        {"zone": zone, "sector": sector, "year": 2023, "value": value, "evidence": evidence}
        for zone, value, evidence in zip(zones, (900.0, 300.0), ("declared", "documented"), strict=True)
    ]
    frames = {
        **{name: BUILDING[name] for name in ("programmes", "preparations")},
        "jobs": jobs,
        "sector-families": [{"sector": sector, "family": "fap/B"}],
    }
    [finding] = gaps(world(**frames), WEST, kinds=["demand"]).findings
    assert finding.evidence == {"declared": 1}


def test_where_supply_follows_demand_there_is_no_gap() -> None:
    assert gaps(world(**BUILDING), EAST, kinds=["demand"]).findings == ()


def test_few_plans_are_told_without_a_number_or_a_test() -> None:
    frames = {**BUILDING, "hirings": [hiring(1, "fap/B", 60.0), hiring(2, "fap/B", 6000.0)]}
    [finding] = gaps(world(**frames), WEST, kinds=["demand"]).findings
    assert (finding.strength, finding.p, finding.distinct) == (None, None, None)
    assert (finding.facts["plans"], finding.facts["families"]) == (60, 1)


def test_the_nearest_programme_is_the_reason() -> None:
    [finding] = gaps(world(**BUILDING), WEST, kinds=["demand"]).findings
    reason = finding.reasons[0]
    assert reason.weight == pytest.approx(74.7, abs=0.1)
    assert [step.object.label for step in reason.path] == ["Bâtiment", "01003"]
    assert reason.path[0].evidence == "inferred"


def test_what_is_near_is_near_the_bassin_that_the_sentence_is_about() -> None:
    matter = world(**BUILDING)
    apart = matter.frame("parts").with_columns(
        territory=pl.when(
            (pl.col("place") == commune("01002")) & pl.col("territory").str.contains("/bassin/")
        )
        .then(pl.lit("territory/bassin/8402"))
        .otherwise("territory")
    )  # the west's other commune, 4 km nearer to the programmes, is of the bassin of the east
    [finding] = gaps(matter.with_frames(parts=apart), WEST, kinds=["demand"]).findings[:1]
    assert finding.subject.id == "territory/bassin/8401"
    assert finding.reasons[0].weight == pytest.approx(78.6, abs=0.1)


def test_a_closed_programme_is_no_supply() -> None:
    closed = [programme(n, "01001", end=2020) for n in range(8, 12)]
    prepared = [{"programme": f"programme/5{n}", "family": "fap/B"} for n in range(8, 12)]
    frames = {
        **BUILDING,
        "programmes": [*BUILDING["programmes"], *closed],
        "preparations": [*BUILDING["preparations"], *prepared],
    }
    [finding] = gaps(world(**frames), WEST, kinds=["demand"]).findings
    assert (finding.facts["programmes"], finding.facts["expected_programmes"]) == (0, 24)


def test_jobs_of_a_sector_call_for_programmes_of_its_occupations() -> None:
    jobs = [
        {"zone": "territory/zone/8401", "sector": "sector/a38/FZ", "year": 2023, "value": 900.0},
        {"zone": "territory/zone/8402", "sector": "sector/a38/FZ", "year": 2023, "value": 300.0},
        {"zone": "territory/zone/8402", "sector": "sector/a38/FZ", "year": 2022, "value": 9e6},
    ]
    frames = {key: BUILDING[key] for key in ("programmes", "preparations")}
    matter = world(**frames, jobs=jobs, sector_families=[{"sector": "sector/a38/FZ", "family": "fap/B"}])
    [finding] = gaps(matter, WEST, kinds=["demand"]).findings
    assert (finding.facts["jobs"], finding.facts["year"]) == (900, 2023)
    assert finding.facts["expected_programmes"] == pytest.approx(900 * 8 / 300)
    assert (
        "aucune formation du supérieur connue dans cette zone ne prépare à ses métiers"
        in finding.sentence["fr"]
    )
    assert finding.subject.id == "territory/zone/8401"
    assert [one.scope for one in gaps(matter, "01001", kinds=["demand"]).findings] == ["zone"]


def test_a_sector_is_not_compared_by_occupations_that_are_mostly_another_one_s() -> None:
    known = {"FZ": (900.0, 300.0), "BZ": (500.0, 100.0)}
    jobs = [
        {"zone": f"territory/zone/840{side}", "sector": f"sector/a38/{sector}", "year": 2023, "value": value}
        for sector, values in known.items()
        for side, value in enumerate(values, 1)
    ]
    families = [{"sector": f"sector/a38/{sector}", "family": "fap/B"} for sector in known]
    frames = {key: BUILDING[key] for key in ("programmes", "preparations")}
    report = gaps(world(**frames, jobs=jobs, sector_families=families), WEST, kinds=["demand"])
    assert [one.object.id for one in report.findings] == ["sector/a38/FZ"]
    [told] = [one.words for one in report.refusals if "secteur" in one.words["fr"]]
    assert told["fr"].startswith(
        "Non mesurable : 1 secteur n'est pas comparé, car ses métiers sont surtout ceux"
    )
    assert "(families “building”)" in told["en"]


def test_a_gap_names_the_sources_of_both_its_sides() -> None:
    jobs = [
        {**row, "source": "source/flores"}
        for row in (
            {"zone": "territory/zone/8401", "sector": "sector/a38/FZ", "year": 2023, "value": 900.0},
            {"zone": "territory/zone/8402", "sector": "sector/a38/FZ", "year": 2023, "value": 300.0},
        )
    ]
    hirings = [{**row, "source": "source/bmo"} for row in BUILDING["hirings"]]
    frames = {**BUILDING, "hirings": hirings, "jobs": jobs}
    matter = world(**frames, sector_families=[{"sector": "sector/a38/FZ", "family": "fap/B"}])
    found = {one.object.id: one.sources for one in gaps(matter, WEST, kinds=["demand"]).findings}
    assert found == {"fap/B": ("source/bmo",), "sector/a38/FZ": ("source/flores",)}
    [lack] = gaps(matter, WEST, kinds=["access"]).findings
    assert lack.sources == ("source/census",)


def test_what_is_counted_in_a_pool_is_the_territory_s_own_only_where_it_holds_the_pool() -> None:
    matter = world(**BUILDING)
    scopes = [gaps(matter, name, kinds=["demand"]).findings[0].scope for name in (WEST, "01001")]
    assert scopes == ["territory", "pool"]


def test_families_whose_programmes_have_no_known_place_are_not_measurable() -> None:
    lost = [programme(n, None) for n in range(8, 12)]
    prepared = [{"programme": f"programme/5{n}", "family": "fap/B"} for n in range(8, 12)]
    frames = {
        **BUILDING,
        "programmes": [*BUILDING["programmes"], *lost],
        "preparations": [*BUILDING["preparations"], *prepared],
    }
    report = gaps(world(**frames), WEST, kinds=["demand"])
    assert report.findings == ()
    assert (
        report.refusals[0]
        .words["fr"]
        .startswith("Non mesurable, car trop peu de formations ont un lieu connu")
    )
    assert "« Bâtiment » (8 sur 12) ; il en faudrait au moins 75" in report.refusals[0].words["fr"]


def test_requests_that_led_to_nothing_are_told_by_family() -> None:
    asked = {
        "class": "https://w3id.org/ancrage/def/Request",
        "type": "interaction-type/internship",
        "evidence": "declared",
    }
    rows = [
        {**asked, "announcement": "r/1", "territory": WEST},
        {**asked, "announcement": "r/2", "territory": REGION},
        {**asked, "announcement": "r/3", "territory": WEST, "led": "interaction/1"},
        {**asked, "announcement": "r/4", "territory": EAST},
        {**asked, "announcement": "r/5", "territory": WEST, "evidence": "illustrative"},
    ]
    [finding] = gaps(world(requests=rows), WEST, kinds=["demand"]).findings
    assert finding.object.id == "interaction-type/training"
    assert (finding.facts["requests"], finding.facts["interactions"]) == (2, 0)


def _unit(number: int, field: str, code: str = "01001") -> dict[str, Any]:
    return {
        "unit": f"organization/u{number}",
        "label": f"Unité {number}",
        "place": commune(code),
        "field": f"field/mesr/{field}",
    }


def _project(number: int, unit: int, company: str | None) -> list[dict[str, Any]]:
    name = f"project/{number}"
    rows = [{"interaction": name, "actor": f"organization/u{unit}", "type": "actor-type/research-unit"}]
    if company:
        rows.append(
            {
                "interaction": name,
                "actor": f"c/{number}",
                "type": "actor-type/company",
                "place": commune(company),
            }
        )
    return rows


def test_a_field_that_shares_less_than_the_others_is_told() -> None:
    # Physics: 20 interactions of 20 with a local company; mathematics: 0 of 20. Expected by the other field: 20 · 20/20.
    rows = [one for n in range(20) for one in _project(n, 2, "01002")]
    rows += [one for n in range(20, 40) for one in _project(n, 1, None)]
    matter = world(units=[_unit(1, "1"), _unit(2, "2")], participations=rows)
    findings = gaps(matter, WEST, kinds=["tie"]).findings
    [field] = [one for one in findings if one.object.id.startswith("field/")]
    assert field.object.id == "field/mesr/1"
    assert (field.facts["units"], field.facts["interactions"], field.facts["shared"]) == (1, 20, 0)
    assert field.facts["expected_shared"] == 20
    assert field.p == pytest.approx(0.5**20)
    [alone] = [one for one in findings if one.object.id == "actor-type/company"]
    assert (alone.facts["units"], alone.facts["units_without_partner"], alone.strength) == (2, 1, None)


def test_the_evidence_of_ties_is_that_of_their_interactions() -> None:
    def told(number: int, evidence: str) -> dict[str, Any]:
        return {"interaction": f"project/{number}", "type": "interaction-type/training", "evidence": evidence}

    rows = [one for n in range(20) for one in _project(n, 2, "01002")]
    rows += [one for n in range(20, 40) for one in _project(n, 1, None)]
    facts = [told(n, "documented") for n in range(25)] + [told(n, "declared") for n in range(25, 40)]
    matter = world(units=[_unit(1, "1"), _unit(2, "2")], participations=rows, interactions=facts)
    findings = gaps(matter, WEST, kinds=["tie"]).findings
    [field] = [one for one in findings if one.object.id.startswith("field/")]
    assert field.evidence == {"documented": 5, "declared": 15}
    # One interaction of the west, declared, and forty of the east: few for its population.
    rows = [one for n in range(40) for one in _project(n, 1, "01003")] + _project(40, 1, "01001")
    facts = [told(n, "documented") for n in range(40)] + [told(40, "declared")]
    matter = world(units=[_unit(1, "1")], participations=rows, interactions=facts)
    found = {one.object.id: one for one in gaps(matter, WEST, kinds=["tie"]).findings if one.p is not None}
    weight = found["actor-type/research-unit"]
    assert (weight.facts["interactions"], weight.evidence) == (1, {"declared": 1})
    # Units near, without any tie with the territory: those of an inferred place are inferred.
    units = [_unit(1, "1") | {"evidence": "inferred"}, _unit(2, "2")]
    rows = [one for n in range(9) for one in _project(n, 1, None)]
    rows += [{"interaction": "p/9", "actor": "c/9", "type": "actor-type/company", "place": commune("01001")}]
    findings = gaps(world(units=units, participations=rows), WEST, kinds=["tie"]).findings
    [nothing] = [one for one in findings if "unit_interactions" in one.facts]
    assert nothing.evidence == {"documented": 1, "inferred": 1}


def test_few_interactions_for_the_population_are_told() -> None:
    # 40 interactions of the east's companies and 6 000 people, none of the west's 2 000: 40/3 are expected.
    rows = [one for n in range(40) for one in _project(n, 1, "01003")]
    matter = world(units=[_unit(1, "1")], participations=rows)
    found = {one.object.id: one for one in gaps(matter, WEST, kinds=["tie"]).findings if one.p is not None}
    weight = found["actor-type/research-unit"]
    assert weight.facts["interactions"] == 0
    assert weight.facts["expected_interactions"] == pytest.approx(40 / 3)
    assert weight.p == pytest.approx(0.75**40)


def test_ties_are_not_measurable_where_partners_have_no_known_side() -> None:
    rows = [one for n in range(40) for one in _project(n, 1, "01003")]
    rows += [
        {"interaction": f"project/{n}", "actor": f"lost/{n}", "type": "actor-type/company", "place": None}
        for n in range(20)
    ]
    report = gaps(world(units=[_unit(1, "1")], participations=rows), WEST, kinds=["tie"])
    assert [one.object.id for one in report.findings if one.p is not None] == []
    assert any("(40 sur 60)" in one.words["fr"] for one in report.refusals)
    # Their country abroad is a known side.
    matter = world(
        units=[_unit(1, "1")],
        participations=rows,
        actors=[{"actor": f"lost/{n}", "country": "IT"} for n in range(20)],
    )
    assert [
        one.facts["coverage"] for one in gaps(matter, WEST, kinds=["tie"]).findings if one.p is not None
    ] == [1.0]


def test_units_that_are_alone_no_more_than_elsewhere_are_no_gap() -> None:
    units = [_unit(n, "1") for n in range(6)] + [_unit(n, "1", "01003") for n in range(6, 12)]
    tied = [one for n in range(3) for one in _project(n, n, "01001")]
    found = gaps(world(units=units, participations=tied), WEST, kinds=["tie"]).findings
    assert not [one for one in found if one.object.id == "actor-type/company"]
    far = [one for n in range(6, 12) for one in _project(n, n, "01003")]
    [alone] = [
        one
        for one in gaps(world(units=units, participations=[*tied, *far]), WEST, kinds=["tie"]).findings
        if one.object.id == "actor-type/company"
    ]
    assert (alone.facts["units_without_partner"], alone.facts["other_units_without_partner"]) == (3, 0)


def test_without_a_unit_in_reach_ties_are_refused() -> None:
    report = gaps(world(units=[_unit(1, "1", "01003")]), WEST, kinds=["tie"])
    assert report.findings == ()
    assert [one.kind for one in report.refusals] == ["tie"]
    assert "30 km" in report.refusals[0].words["fr"]


def test_without_an_actor_of_the_territory_ties_are_missing_data() -> None:
    rows = [one for n in range(3) for one in _project(n, 1, "01003")]
    units = [_unit(1, "1"), {**_unit(2, "1"), "place": None}]
    report = gaps(world(units=units, participations=rows), WEST, kinds=["tie", "data"])
    assert not [one for one in report.of("tie") if "unit_interactions" in one.facts]
    assert report.refusals[0].words["fr"].startswith("Aucun acteur du territoire")
    assert report.refusals[0].words["en"].startswith("No actor of the territory")
    told = {one.facts["what"]: one for one in report.of("data")}
    assert "actors" in told
    # No source says that a unit without a site here has no place: most are elsewhere.
    units_told = told["units"].sentence["fr"]
    assert units_told.startswith("1 des 2 unités de recherche connues est située ailleurs ou sans lieu connu")
    # A company of the west that meets no unit is known: that there is no tie is then told of the territory's actors.
    rows.append(
        {"interaction": "p/9", "actor": "c/9", "type": "actor-type/company", "place": commune("01001")}
    )
    report = gaps(world(units=[_unit(1, "1")], participations=rows), WEST, kinds=["tie"])
    [nothing] = [one for one in report.findings if "unit_interactions" in one.facts]
    assert "Les acteurs du territoire n'ont pas non plus d'interaction connue" in nothing.sentence["fr"]


def _member(number: int, code: str | None, stage: str | None = "chain-stage/resource") -> dict[str, Any]:
    return {
        "chain": "value-chain/wood",
        "stage": stage,
        "function": "chain-function/trains",
        "member": f"programme/{number}",
        "label": f"Formation {number}",
        "place": commune(code) if code else None,
        "rule": "wood",
        "evidence": "inferred",
    }


def _stage(stage: str) -> dict[str, Any]:
    return {
        "chain": "value-chain/wood",
        "chainLabel": "bois",
        "stage": f"chain-stage/{stage}",
        "activity": "a",
        "sector": "sector/a38/FZ",
    }


def test_members_of_whom_the_departement_alone_is_known_are_in_it_and_in_its_region() -> None:
    west, east = "territory/department/91", "territory/department/92"
    jobs = [
        {"zone": f"territory/zone/840{side}", "sector": "sector/a38/FZ", "year": 2023, "value": value}
        for side, value in ((1, 750.0), (2, 250.0))
    ]
    members = [_member(n, "01003") | {"place": east} for n in range(8)]
    matter = world(members=members, chains=[_stage("resource")], jobs=jobs)
    of = [(commune(code), west if code in ("01001", "01002") else east) for code in PLACES]
    parts = pl.DataFrame(of, schema=matter.frame("parts").schema, orient="row")
    level = matter.frame("territories")["level"].unique().sort()[0].rpartition("/")[0] + "/Department"
    named = pl.DataFrame({"territory": [west, east], "level": [level] * 2, "label": ["Ouest", "Est"]})
    matter = matter.with_frames(
        parts=pl.concat([matter.frame("parts"), parts]),
        territories=pl.concat([matter.frame("territories"), named], how="diagonal"),
    )
    for place in (WEST, west):  # who is in the other département is not near
        [link] = gaps(matter, place, kinds=["link"]).findings
        assert (link.facts["members_near"], link.facts["members_in_region"]) == (0, 8)
        assert (link.facts["nearest_km"], link.reasons) == (None, ())
    assert not gaps(matter, east, kinds=["link"]).findings
    assert not [one for one in gaps(matter, WEST, kinds=["data"]) if "« forme »" in one.sentence["fr"]]


def test_a_link_that_nobody_near_holds_is_told_with_the_nearest() -> None:
    jobs = [
        {"zone": f"territory/zone/840{side}", "sector": "sector/a38/FZ", "year": 2023, "value": value}
        for side, value in ((1, 750.0), (2, 250.0))
    ]
    members = [*(_member(n, "01003") for n in range(8)), _member(8, "01002", None)]
    matter = world(members=members, chains=[_stage("resource"), _stage("trade")], jobs=jobs)
    link, nobody = gaps(matter, WEST, kinds=["link"]).findings
    assert (link.facts["members_near"], link.facts["members_in_region"]) == (0, 8)
    assert link.facts["expected_members"] == pytest.approx(8 * 0.75 / 0.25)
    assert link.facts["near_members_of_unknown_stage"] == 1
    assert link.facts["nearest_km"] == pytest.approx(74.7, abs=0.1)
    assert link.distinct is True
    assert link.reasons[0].path[0].source == "wood"
    assert link.sentence["fr"].startswith("Filière bois, étape") and nobody.sentence["fr"].startswith(
        "Filière bois :"
    )
    assert link.sentence["en"].startswith("Wood value chain, stage")
    assert nobody.sentence["en"].startswith("Wood value chain: no known actor")
    # Counted as on the page of the filière: a share of few would hide how few they are.
    assert "8 members of 9 have a known stage and place (threshold: 75%)." in link.sentence["en"]
    assert (nobody.facts["stages"], nobody.facts["members_of_unknown_stage"]) == ("chain-stage/trade", 1)
    # A little less far than they are, the distance does not look like the limit.
    beside = gaps(matter, WEST, kinds=["link"], radius=74.6).findings[0]
    assert ", 74,7 km)" in beside.sentence["fr"] and "(74.7 km)" in beside.reasons[0].words["en"]
    # Within 80 km, they are near.
    assert [one.p for one in gaps(matter, WEST, kinds=["link"], radius=80).findings] == [None]


def _firm(number: int, place: str | None, stage: str = "resource") -> dict[str, Any]:
    does = {"function": PRODUCES, "stage": f"chain-stage/{stage}", "member": f"organization/{number}"}
    return {**_member(number, None), **does, "place": place}


BUILDERS = [
    {"zone": f"territory/zone/840{side}", "sector": "sector/a38/FZ", "year": 2023, "value": value}
    for side, value in ((1, 1240.0), (2, 250.0))
]


def _told(report: Report) -> list[str]:
    return [str(one.words["fr"]) for one in report.refusals if "sont comptés là où" in one.words["fr"]]


def test_a_stage_counted_without_a_named_company_says_so_and_is_no_missing_link() -> None:
    matter = world(chains=[_stage("resource")], jobs=BUILDERS, members=[_member(1, "01003")])
    report = gaps(matter, WEST, kinds=["link"])
    [told] = _told(report)
    assert (
        "1\u202f240 emplois salariés dans toute la zone d’emploi « " in told
        and "aucune entreprise nommée" in told
    )
    assert not [one for one in report if one.facts.get("function") == PRODUCES]
    [whole] = _told(gaps(matter, REGION, kinds=["link"]))
    assert "1\u202f490 emplois" in whole


@pytest.mark.parametrize("place", [commune("01001"), "territory/zone/8401"])
def test_a_company_named_in_reach_or_in_a_wider_territory_there_is_named(place: str) -> None:
    members = [_firm(1, place), _member(2, "01003")]
    matter = world(chains=[_stage("resource")], jobs=BUILDERS, members=members)
    assert _told(gaps(matter, WEST, kinds=["link"])) == []


def test_companies_of_no_known_place_are_counted_beside() -> None:
    members = [_firm(1, None), _firm(2, None), _member(3, "01003")]
    matter = world(chains=[_stage("resource")], jobs=BUILDERS, members=members)
    [told] = _told(gaps(matter, WEST, kinds=["link"]))
    assert "2 entreprises nommées sans lieu connu" in told and "aucune entreprise nommée" not in told


def test_production_is_missing_where_neither_names_nor_totals_are() -> None:
    none = [{**one, "value": 0.0} for one in BUILDERS]
    matter = world(chains=[_stage("resource")], jobs=none, members=[_member(1, "01003")])
    [absent] = [one for one in gaps(matter, WEST, kinds=["link"]) if one.facts.get("function") == PRODUCES]
    assert "aucune entreprise nommée" in absent.sentence["fr"]
    silent = world(chains=[_stage("resource")], members=[_member(1, "01003")])
    report = gaps(silent, WEST, kinds=["link"])  # that nobody counts is not that there is nothing
    assert _told(report) == [] and not [one for one in report if one.facts.get("function") == PRODUCES]


def test_establishments_are_told_where_jobs_are_not_and_wide_codes_are_no_total() -> None:
    shops = [
        {"place": commune("01001"), "sector": "sector/a17/FZ", "year": 2014, "value": 12.0},
        {"place": commune("01003"), "sector": "sector/a17/FZ", "year": 2014, "value": 30.0},
    ]
    stage = {**_stage("resource"), "sector": "sector/a17/FZ"}
    matter = world(chains=[stage], establishments=shops, members=[_member(1, "01003")])
    [told] = _told(gaps(matter, WEST, kinds=["link"]))
    assert "12 établissements (2014" in told
    wide = [{"chain": "value-chain/wood", "activity": "a", "wide": "true"}]
    matter = world(chains=[stage], establishments=shops, members=[_member(1, "01003")], chain_links=wide)
    assert _told(gaps(matter, WEST, kinds=["link"])) == []


def test_what_stages_count_is_read_once_for_all_territories(monkeypatch: pytest.MonkeyPatch) -> None:
    shops = [{"place": commune("01001"), "sector": "sector/a17/FZ", "year": 2014, "value": 12.0}]
    stage = {**_stage("resource"), "sector": "sector/a17/FZ"}
    matter = world(chains=[stage], establishments=shops, members=[_member(1, "01003")])
    gaps(matter, WEST, kinds=["link"])
    asked: list[str] = []
    frame = RegionView.frame

    def noted(self: RegionView, name: str) -> pl.DataFrame:
        asked.append(name)
        return frame(self, name)

    monkeypatch.setattr(RegionView, "frame", noted)
    gaps(matter, EAST, kinds=["link"])
    assert not {"chains", "chain-links", "establishments", "members"} & set(asked)


def test_establishments_of_a_stage_are_those_of_its_latest_year() -> None:
    def shop(sector: str, year: int, value: float) -> dict[str, Any]:
        return {"place": commune("01001"), "sector": f"sector/a17/{sector}", "year": year, "value": value}

    shops = [shop("FZ", 2014, 12.0), shop("FZ", 2015, 3.0), shop("C1", 2014, 5.0)]
    stages = [{**_stage("resource"), "sector": f"sector/a17/{sector}"} for sector in ("FZ", "C1")]
    [told] = _told(
        gaps(world(chains=stages, establishments=shops, members=[_member(1, "01003")]), WEST, kinds=["link"])
    )
    assert "3 établissements (2015" in told and "C1" not in told


def test_a_member_of_two_filieres_is_there_by_the_rule_of_each() -> None:
    both = [{**_member(n, "01003"), "rule": f"{chain}-rule", "chain": f"value-chain/{chain}"}
            for n in range(8) for chain in ("farming", "wood")]  # fmt: skip
    stages = [
        {**_stage("resource"), "chain": f"value-chain/{chain}", "chainLabel": chain}
        for chain in ("farming", "wood")
    ]
    links = [one for one in gaps(world(members=both, chains=stages), WEST, kinds=["link"]) if one.reasons]
    assert {one.object.label: {step.path[0].source for step in one.reasons} for one in links} == {
        "farming": {"farming-rule"},
        "wood": {"wood-rule"},
    }


def test_a_reason_tells_apart_how_firm_a_member_and_its_place_are() -> None:
    members = [_member(n, "01003") | {"evidence": "declared"} for n in range(8)]
    matter = world(members=members, chains=[_stage("resource")])
    located = matter.frame("members").with_columns(located=pl.lit("evidence-status/inferred"))
    for frame, place in ((located, "inferred"), (matter.frame("members"), "declared")):
        [link] = gaps(matter.with_frames(members=frame), WEST, kinds=["link"]).findings
        assert [step.evidence for step in link.reasons[0].path] == ["declared", place]


def test_without_jobs_a_link_is_expected_by_population() -> None:
    matter = world(members=[_member(n, "01003") for n in range(8)], chains=[_stage("resource")])
    [link] = gaps(matter, WEST, kinds=["link"]).findings
    assert link.facts["expected_members"] == pytest.approx(8 * 2000 / 6000)


def test_links_are_not_measurable_where_stages_are_not_known() -> None:
    members = [*(_member(n, "01003") for n in range(8)), *(_member(n, "01003", None) for n in range(8, 12))]
    report = gaps(world(members=members, chains=[_stage("resource"), _stage("trade")]), WEST, kinds=["link"])
    assert report.findings == ()
    assert "bois – forme » (8 sur 12)" in report.refusals[0].words["fr"]


def test_a_function_that_fewer_than_three_members_of_the_region_hold_is_missing_nowhere() -> None:
    for held in (2, 3):
        matter = world(members=[_member(n, "01003") for n in range(held)], chains=[_stage("resource")])
        report = gaps(matter, WEST, kinds=["link"])
        few = [one.words["fr"] for one in report.refusals if one.needed == "at least 3"]
        assert (len(report.findings), len(few)) == ((0, 1) if held == 2 else (1, 0))
    assert not gaps(matter, EAST, kinds=["link"]).findings


def test_access_is_that_of_the_region_less_what_lacks() -> None:
    # Forty programmes in the east: all their supply is shared by the 6 000 people there.
    matter = world(programmes=[programme(n, "01003") for n in range(40)])
    [west] = gaps(matter, WEST, kinds=["access"]).findings
    assert (west.facts["residents"], west.facts["residents_without"]) == (2000, 2000)
    assert (west.facts["supplies_near"], west.facts["relative_access"]) == (0, 0.0)
    # The rest's access is 40/6000 a person: 40/3 programmes for 2 000 people; p = P(Poisson(40/3) = 0).
    assert west.p == pytest.approx(math.exp(-40 / 3))
    assert west.strength is not None
    assert west.strength.low == pytest.approx(1 - stats.chi2.ppf(0.975, 2) / 2 / (40 / 3))
    assert gaps(matter, EAST, kinds=["access"]).findings == ()


def test_access_of_some_is_drawn_again() -> None:
    rows = [programme(n, "01003") for n in range(30)] + [programme(n, "01001") for n in range(30, 32)]
    [west] = gaps(world(programmes=rows), WEST, kinds=["access"]).findings
    # Conservation: 2 programmes for the west's 2 000 people, 30 for the other 6 000.
    assert west.facts["relative_access"] == pytest.approx((2 / 2000) / (30 / 6000))
    assert west.strength is not None
    assert west.strength.low <= west.strength.value <= west.strength.high
    assert west.distinct is True
    again = gaps(world(programmes=rows), WEST, kinds=["access"]).findings[0]
    assert again.strength == west.strength


def test_access_is_measured_in_the_catchments_of_the_indicators() -> None:
    known, _ = read_indicators()
    assert {one.options["km"] for name, one in known.items() if name.startswith("access-")} == {CATCHMENT}


def test_the_radius_counts_who_has_nothing_and_leaves_access_as_it_is() -> None:
    rows = [programme(n, "01003") for n in range(30)] + [programme(n, "01002") for n in range(30, 32)]
    near, far = (
        gaps(world(programmes=rows), WEST, kinds=["access"], radius=km).findings[0] for km in (2, 30)
    )
    assert (near.facts["residents_without"], far.facts["residents_without"]) == (1000, 0)
    assert near.facts["relative_access"] == far.facts["relative_access"]
    assert "dans un rayon de 50 km," in near.sentence["fr"]


def test_access_above_that_of_the_rest_is_no_lack_and_is_not_told_as_one() -> None:
    rows = [programme(n, "01002") for n in range(30)] + [programme(30, "01003")]
    [west] = gaps(world(programmes=rows), WEST, kinds=["access"], radius=2).findings
    assert west.facts["relative_access"] == pytest.approx((30 / 2000) / (1 / 6000))
    # Some have nothing within 2 km, which is what is said; that access is higher stands under no title of lacks.
    assert west.facts["residents_without"] == 1000 and "supérieur" not in west.sentence["fr"]
    assert (west.strength, west.p, west.q, west.distinct) == (None, None, None, None)


def test_access_is_not_measurable_where_much_of_the_supply_has_no_known_place() -> None:
    rows = [programme(n, "01003") for n in range(40)]
    assert gaps(world(programmes=rows), WEST, kinds=["access"]).findings[0].distinct is True
    rows += [programme(n, None) for n in range(40, 60)]
    for name in (WEST, REGION):
        report = gaps(world(programmes=rows), name, kinds=["access"])
        assert report.findings == ()
        assert "« formations de niveau 5 » (40 sur 60)" in report.refusals[0].words["fr"]


def test_relays_count_only_when_the_matter_is_illustrative() -> None:
    matter = world(
        programmes=[programme(n, "01003") for n in range(40)],
        relays=[{"site": "site/r", "kind": "branch", "place": commune("01001"), "evidence": "illustrative"}],
    )
    [plain] = gaps(matter, WEST, kinds=["access"]).findings
    assert plain.facts["residents_without_but_relayed"] == 0
    matter.illustrative = True
    [finding] = gaps(matter, WEST, kinds=["access"]).findings
    assert finding.facts["residents_without_but_relayed"] == 2000
    assert "illustratives" in finding.sentence["fr"]


def test_a_real_branch_counts_and_is_not_said_to_be_made_up() -> None:
    matter = world(
        programmes=[programme(n, "01003") for n in range(40)],
        relays=[
            {
                "site": "site/r",
                "kind": "branch",
                "place": commune("01001"),
                "evidence": "documented",
                "source": "source/campus",
            }
        ],
    )
    [finding] = gaps(matter, WEST, kinds=["access"]).findings
    assert finding.facts["residents_without_but_relayed"] == 2000
    assert finding.facts["residents_without"] == 2000
    assert "Ces 2 000 habitants ont tous un relais ou une antenne" in finding.sentence["fr"].replace(
        "\u202f", " "
    )
    assert "illustratives" not in finding.sentence["fr"]
    assert "source/campus" in finding.sources


def test_missing_data_stand_apart_and_last() -> None:
    closed = programme(10, None, end=2020)
    frames = {**BUILDING, "programmes": [*BUILDING["programmes"], programme(9, None), closed]}
    report = gaps(world(**frames), WEST)
    kinds = [one.kind for one in report.findings]
    assert "data" not in kinds[: kinds.index("data")]
    assert set(kinds[kinds.index("data") :]) == {"data"}
    what = {one.facts["what"]: one.facts for one in report.of("data")}
    assert (what["hirings"]["missing"], what["hirings"]["of"]) == (1, 3)
    assert (what["programmes"]["missing"], what["programmes"]["of"]) == (1, 9)
    assert all(one.strength is None and one.p is None for one in report.of("data"))


def test_what_chance_excludes_comes_first() -> None:
    frames = {**BUILDING, "programmes": [*BUILDING["programmes"], programme(9, "01001", "level/eqf6")]}
    verdicts = [one.distinct is True for one in gaps(world(**frames), WEST).findings]
    assert verdicts == sorted(verdicts, reverse=True)
    assert verdicts[0]


def test_the_region_is_not_compared_with_itself() -> None:
    report = gaps(world(**BUILDING), REGION, kinds=["demand"])
    assert report.findings == ()
    assert "rien à quoi le comparer" in report.refusals[0].words["fr"]


def test_where_nothing_is_known_everything_is_refused() -> None:
    matter = world()
    report = gaps(matter, WEST, kinds=["demand", "tie", "link", "access"])
    assert report.findings == ()
    assert {one.kind for one in report.refusals} == {"demand", "tie", "link", "access"}
    assert all(one.found and one.needed and one.words["fr"] for one in report.refusals)


def test_a_territory_without_position_has_no_distance() -> None:
    matter = world(**BUILDING)
    places = matter.frame("places").with_columns(lat=None)
    lost = matter.with_frames(places=places.cast({"lat": matter.frame("places")["lat"].dtype}))
    report = gaps(lost, WEST, kinds=["tie", "link", "access", "data"])
    assert {one.kind for one in report.refusals} == {"tie", "link", "access"}
    assert {one.facts["what"] for one in report.of("data")} >= {"position"}


def test_a_territory_that_lies_outside_what_is_read_is_refused() -> None:
    matter = world(**BUILDING)
    parts = matter.frame("parts")
    west = pl.col("place") == commune("01001")  # most of it: a territory wholly outside is not there at all
    people = pl.when(west).then(3000.0).otherwise("population").alias("population")
    outside = matter.with_frames(
        parts=parts.filter(~(west & (pl.col("territory") == REGION))),
        places=matter.frame("places").with_columns(people),
    )
    report = gaps(outside, WEST)
    assert {one.kind for one in report.refusals} == {"demand", "tie", "link", "access"}
    assert {one.kind for one in report.findings} == {"data"}
    assert [one.facts["missing"] for one in report.findings if one.facts["what"] == "beyond"] == [1]


def test_bad_input_is_refused() -> None:
    matter = world()
    with pytest.raises(UnknownName) as error:
        gaps(matter, "CC Oest")
    assert ("CC Ouest", "https://w3id.org/ancrage/id/territory/epci/200000001") in error.value.nearest
    with pytest.raises(ValueError, match="demand, tie, link, access, data"):
        gaps(matter, WEST, kinds=["ties"])
    for radius in (0.0, -1.0, math.inf, math.nan):
        with pytest.raises(ValueError, match="radius"):
            gaps(matter, WEST, radius=radius)
    with pytest.raises(ValueError, match="level"):
        gaps(matter, WEST, level=1.0)
    with pytest.raises(UnknownName):
        gaps_of(matter, [WEST, "nowhere"])


def test_several_territories_have_the_reports_of_each() -> None:
    matter = world(**BUILDING)
    for territory, report in gaps_of(matter, [WEST, EAST]):
        assert report == gaps(matter, territory.id)
    assert gaps(matter, WEST).parameters["kinds"] == ",".join(KINDS)


def test_in_a_list_of_territories_the_finding_of_an_area_is_told_once() -> None:
    matter = world(**BUILDING)
    reports = [gaps(matter, name, kinds=["demand", "access"]) for name in ("01001", "01002")]
    assert [[one.object.id for one in report.of("demand")] for report in reports] == [["fap/B"], ["fap/B"]]
    first, second = told_once(reports)
    assert [one.object.id for one in first.of("demand")] == ["fap/B"] and second.of("demand") == ()
    assert len(second.of("access")) == len(reports[1].of("access")) > 0


def test_a_scenario_is_another_matter() -> None:
    matter = world(**BUILDING)
    changed = matter.with_frames("closed", programmes=matter.frame("programmes").clear())
    report = gaps(changed, WEST, kinds=["demand"])
    assert report.scenario == "closed"
    assert report.findings[0].strength is None
    assert gaps(matter, WEST, kinds=["demand"]).findings[0].strength is not None


def test_access_to_programmes_is_not_measured_past_the_edge_of_their_source() -> None:
    """Half of those who share the programmes of the west live in a département that the source of programmes leaves out."""
    matter = world(**BUILDING)
    places, parts = matter.frame("places"), matter.frame("parts")
    beyond = places.head(1).with_columns(
        place=pl.lit(commune("71001")), label=pl.lit("71001"), population=pl.lit(2000.0)
    )
    department = pl.DataFrame({"place": [commune("71001")], "territory": ["territory/department/71"]})
    near = matter.with_frames(places=pl.concat([places, beyond]), parts=pl.concat([parts, department]))
    here, past = (gaps(one, WEST, kinds=["access"]) for one in (matter, near))
    told = [one.words["en"] for one in past.refusals]
    assert any("live beyond what the source of programmes covers" in one for one in told)
    assert not any("level/" in one.object.id for one in past.findings)
    assert not any("live beyond" in one.words["en"] for one in here.refusals)
    assert not any(
        "50.0" in words or "50,0" in words for one in past.refusals for words in one.words.values()
    )


def test_access_is_not_measured_near_another_country() -> None:
    """« Accès insuffisant … inférieur de 52 % » was said at the gates of Geneva, of which nothing is read."""
    matter = near_abroad(**BUILDING)
    east, west = (gaps(matter, name, kinds=["access"]) for name in (EAST, WEST))
    assert [one.words["fr"].replace("\u00a0", " ").replace("\u202f", " ") for one in east.refusals] == [
        "Accès non mesurable : 100 % des habitants vivent à moins de 50 km d’un autre pays, et ce qui se trouve à l’étranger "
        "n’est pas lu."
    ]
    assert not east.findings and not any("autre pays" in one.words["fr"] for one in west.refusals)
