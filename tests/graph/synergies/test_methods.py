"""Complementarity, fields and three helices on planted cases; the methods of shared events against plain definitions."""

from __future__ import annotations

import networkx as nx
import numpy as np
import polars as pl
import pytest
from ancrage.graph.analysis.brokerage import ei_by_class
from ancrage.graph.analysis.complementarity import complementarity
from ancrage.graph.analysis.helix import cross_table, mutual_information
from ancrage.graph.analysis.reach import reach_of_groups
from ancrage.graph.analysis.robustness import reach_lost
from ancrage.graph.analysis.sharing import ei_of_group
from ancrage.graph.synergies import synergies
from ancrage.graph.synergies.complementarity import specialisations
from scipy.sparse import csr_array  # type: ignore[import-untyped, unused-ignore]

from .test_synergies import PLACES, epci, matter_of, zone


@pytest.mark.parametrize("seed", range(5))
def test_ei_of_a_group_is_that_of_its_class_in_the_weighted_network(seed: int) -> None:
    generator = np.random.default_rng(seed)
    presence = (generator.random((40, 12)) < 0.3).astype(float)
    inside = np.arange(12) < 4
    together = presence.T @ presence
    np.fill_diagonal(together, 0)
    expected = ei_by_class(together, ["in" if one else "out" for one in inside], "weight")["in"]
    found = ei_of_group(csr_array(presence), inside, draws=50)
    assert found.value.value == pytest.approx(expected, abs=1e-12)
    assert found.value.low <= found.value.value <= found.value.high


def test_a_group_that_keeps_to_itself_is_below_chance() -> None:
    presence = np.zeros((20, 40))
    for event in range(20):
        side = 20 * (event % 2)
        presence[event, side + np.arange(5) + event // 2] = 1
    found = ei_of_group(csr_array(presence), np.arange(40) < 20, draws=99)
    assert (found.value.value, found.below) == (-1.0, 0.01)


@pytest.mark.parametrize("seed", range(5))
def test_reach_of_each_group_is_that_of_a_territory_tied_to_its_members(seed: int) -> None:
    generator = np.random.default_rng(seed)
    graph = nx.gnm_random_graph(25, 22, seed=seed)
    groups = generator.random((4, 25)) < 0.15
    groups[:, 24] = True
    resources = [node for node in range(12) if node != 3]
    wanted, removed = np.isin(np.arange(25), resources), np.arange(25) == 3
    before = reach_of_groups(graph, groups, wanted)
    after = reach_of_groups(graph, groups, wanted, removed)
    for place, members in enumerate(groups):
        whole = graph.copy()
        whole.add_edges_from(("territory", int(member)) for member in np.flatnonzero(members))
        lost = reach_lost(whole, [3], ["territory"], resources)
        assert (before[place], after[place]) == (lost.before, lost.after)


#: The even ones make wood, paper and furniture, the odd ones care, trade and software; zone 0 lacks paper.
def planted_jobs() -> list[tuple[str, str, int, float]]:
    rows = []
    for at in range(len(PLACES)):
        for code in ("CC", "CB", "CM", "QA", "GZ", "JB"):
            own = (code in ("CC", "CB", "CM")) == (at % 2 == 0) and (at, code) != (0, "CB")
            rows.append((zone(at), f"sector/a38/{code}", 2023, 1000.0 if own else 60.0))
    return rows


def test_what_a_partner_adds_is_the_mean_complementarity() -> None:
    matter = matter_of([], jobs=planted_jobs())
    report = synergies(matter, epci(2), kinds=["complementarity"], most=17)
    known = specialisations(matter)
    own = known.matrix[2] == 1
    assert own.sum() == 3
    assert report.findings
    for one in report:
        partner = int(one.object.id.rsplit("/", 1)[-1])
        expected = np.nanmean(complementarity(known.matrix, known.near, 2, partner)[own])
        assert one.strength is not None
        assert one.strength.value == pytest.approx(float(expected))
        assert one.question is not None
        assert one.question.parameters == {"territory": zone(partner).removeprefix("territory/")}


def test_the_evidence_of_complementarity_is_that_of_the_jobs_of_both_zones() -> None:
    matter = matter_of([], jobs=planted_jobs())
    jobs = matter.frame("jobs")
    odd = pl.col("zone").is_in([zone(at) for at in range(1, 18, 2)])
    told = pl.when(odd).then(pl.lit("declared")).otherwise(pl.lit("documented"))
    matter = matter.with_frames(jobs=jobs.with_columns(evidence=told))
    report, known = synergies(matter, epci(2), kinds=["complementarity"], most=17), specialisations(matter)
    counts = [int((row == 1).sum()) for row in known.matrix]
    partners = [int(one.object.id.rsplit("/", 1)[-1]) for one in report]
    assert any(at % 2 for at in partners)
    for at, one in zip(partners, report, strict=True):
        told_of = {"declared": counts[at]} if at % 2 else {}
        steps = {step.evidence for reason in one.reasons for step in reason.path}
        assert steps <= {"declared" if at % 2 else "documented"}
        assert one.evidence == {"documented": counts[2] + (0 if at % 2 else counts[at]), **told_of}


def test_a_zone_of_the_territory_adds_nothing_to_it() -> None:
    report = synergies(matter_of([], jobs=planted_jobs()), "department/01", kinds=["complementarity"])
    assert [one.kind for one in report.refusals] == ["complementarity"]  # all zones are in it
    assert not report.findings


def test_complementarity_is_refused_where_jobs_are_not_known() -> None:
    report = synergies(matter_of([]), epci(0), kinds=["complementarity"])
    assert [one.kind for one in report.refusals] == ["complementarity"]
    assert not report.findings


def test_programmes_that_always_go_with_a_sector_support_it() -> None:
    programmes, prepared = [], []
    for at, place in enumerate(PLACES):
        for number in range(4):
            family = "fap/B" if (at % 2 == 0) == (number < 3) else "fap/V"
            programmes.append((f"programme/{at}-{number}", place))
            prepared.append((f"programme/{at}-{number}", family))
    jobs = [row for row in planted_jobs() if row[1][-2:] in ("CC", "QA")]
    matter = matter_of([], jobs=jobs, programmes=programmes, preparations=prepared)
    report = synergies(matter, "timber", kinds=["fields"])
    [wood] = [one for one in report if one.object.id == "sector/a38/CC" and one.subject.id == "fap/B"]
    [care] = [one for one in report if one.object.id == "sector/a38/CC" and one.subject.id == "fap/V"]
    assert (wood.distinct, care.distinct) == (True, False)
    assert wood.evidence == {"inferred": 36}  # a rule of ours tells what each programme prepares for
    assert (wood.facts["territories_with_field"], wood.facts["territories_with_both"]) == (9, 9)
    assert wood.q is not None
    assert wood.p is not None
    assert wood.p <= wood.q
    assert {one.kind for one in report.refusals} == {"fields"}
    assert len(report.refusals) == 2


def projects(count: int) -> list[tuple[str, int | None, list[tuple[str, str | None]]]]:
    """Projects where the presence of a company is the exclusive or of field and commune."""
    made: list[tuple[str, int | None, list[tuple[str, str | None]]]] = []
    for at in range(count):
        field, place = at % 2, at // 2 % 2
        actors: list[tuple[str, str | None]] = [(f"u{field}", PLACES[place])]
        made.append((f"p{at:03d}", 2020, actors + [("c1", None)] * (field ^ place)))
    return made


UNITS = [("u0", "field/mesr/1", PLACES[0], None), ("u1", "field/mesr/2", PLACES[0], None)]


def test_three_helices_find_an_exclusive_or() -> None:
    [found] = synergies(matter_of(projects(40), units=UNITS), "department/01", kinds=["helix"]).findings
    assert (found.facts["projects"], found.facts["plug_in_mbit"], found.distinct) == (40, -1000.0, True)
    # of one commune only, no intercommunality has a synergy of its own: all is between them
    assert found.facts["between_epci_mbit"] == pytest.approx(-1000)
    assert found.strength is not None
    labels = [
        [at % 2 for at in range(40)],
        [at % 2 ^ at // 2 % 2 for at in range(40)],
        [at // 2 % 2 for at in range(40)],
    ]
    assert found.strength.value == pytest.approx(
        1000 * mutual_information(cross_table(*labels), corrected=True)
    )


def test_three_helices_are_refused_under_thirty_projects_or_of_one_place() -> None:
    for number, subject, needed in (
        (28, "department/01", "at least 30 projects"),
        (80, epci(0), "two classes in each helix"),
    ):
        report = synergies(matter_of(projects(number), units=UNITS), subject, kinds=["helix"])
        assert [one.needed for one in report.refusals] == [needed]
        assert not report.findings
