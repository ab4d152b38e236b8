"""Who is suggested is new under every record, of another house, and alive."""

from __future__ import annotations

import os
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ancrage.graph.region.view import RegionView
from ancrage.graph.snapshots.reader import LocalReader
from ancrage.graph.suggestions import suggest
from ancrage.graph.suggestions.candidates import able
from ancrage.graph.suggestions.features import QUIET, Period
from ancrage.graph.suggestions.reasons import Reasons
from ancrage.graph.suggestions.ties import Ties

from .suggestion_worlds import world

KINDS = {
    "lab": "research-unit",
    "team": "research-team",
    "sister": "research-unit",
    "tutor": "higher-education",
    "other": "research-unit",
    "acme": "company",
    "bolt": "company",
    "cork": "company",
}
PROJECTS: list[tuple[str, int | None, str, list[str]]] = [
    ("project/p1", 2018, "anr-aapg", ["lab", "acme"]),
    ("project/p2", 2019, "anr-aapg", ["sister", "acme"]),
    ("project/p3", 2020, "anr-aapg", ["sister", "bolt"]),
    ("project/p4", 2021, "anr-aapg", ["other", "cork"]),
]
SUPERVISED = [
    {"unit": f"organization/{unit}", "institution": "organization/tutor", "relation": "supervised"}
    for unit in ("lab", "sister")
]


def known(matter: RegionView, a: str, c: str) -> bool:
    ties = Ties.of(matter)
    pair = np.array([[ties.at[f"organization/{a}"], ties.at[f"organization/{c}"] - len(ties.academics)]])
    return bool(Period(matter).tied(pair)[0])


def names(matter: RegionView, subject: str) -> set[str]:
    return {one.object.id.rsplit("/", 1)[-1] for one in suggest(matter, subject)}


def test_what_a_supervisor_did_itself_is_not_new_to_its_laboratory_and_what_a_sister_did_is() -> None:
    assert not known(world(PROJECTS, KINDS, supervisions=SUPERVISED), "lab", "bolt")
    own = [*PROJECTS, ("project/p5", 2020, "cordis-h2020", ["tutor", "bolt"])]
    assert known(world(own, KINDS, supervisions=SUPERVISED), "lab", "bolt")
    assert not known(world(own, KINDS), "lab", "bolt")
    assert names(world(PROJECTS, KINDS, supervisions=SUPERVISED), "lab") == {"bolt"}
    assert names(world(own, KINDS, supervisions=SUPERVISED), "lab") == set()


def test_what_a_team_did_is_not_new_to_the_unit_above_and_to_its_supervisor() -> None:
    part: list[dict[str, Any]] = [
        {"part": "organization/team", "whole": "organization/lab", "relation": "part"}
    ]
    own = [*PROJECTS, ("project/p5", 2020, "anr-aapg", ["team", "bolt"])]
    matter = world(own, KINDS, supervisions=SUPERVISED, kin=part)
    assert known(matter, "lab", "bolt") and known(matter, "tutor", "bolt") and known(matter, "team", "acme")
    assert not known(matter, "team", "cork")
    member = [{**part[0], "relation": "member"}]  # of a doctoral school, of a grouping: not a part of it
    assert not known(world(own, KINDS, kin=member), "lab", "bolt")


def test_a_circle_of_parts_ends() -> None:
    circle = [
        {"part": f"organization/{one}", "whole": f"organization/{other}", "relation": "part"}
        for one, other in (("lab", "team"), ("team", "sister"), ("sister", "lab"))
    ]
    assert known(world(PROJECTS, KINDS, kin=circle), "team", "bolt")


def test_a_successor_and_a_company_above_or_below_are_of_the_house() -> None:
    ends = [{"organization": "organization/lab", "successor": "organization/other", "evidence": "declared"}]
    assert known(world(PROJECTS, KINDS, ends=ends), "other", "acme")
    across = [
        {"organization": "organization/lab", "successor": "organization/bolt"}
    ]  # a laboratory that became a firm
    assert known(world(PROJECTS, KINDS, ends=across), "lab", "bolt")
    group = [{"part": "organization/bolt", "whole": "organization/acme", "relation": "part"}]
    assert known(world(PROJECTS, KINDS, kin=group), "lab", "bolt")


def test_companies_that_bear_one_name_are_one_and_numbers_are_not() -> None:
    labels = {"acme": "ACME Electronics SAS", "bolt": "Acme (Crolles 2)"}
    assert known(world(PROJECTS, KINDS, labels=labels), "lab", "bolt")
    labels = {"acme": "Organisation PIC 1", "bolt": "Organisation PIC 2"}
    assert not known(world(PROJECTS, KINDS, labels=labels), "lab", "bolt")
    assert len(set(Ties.of(world(PROJECTS, KINDS, labels=labels)).family)) == 3


def test_a_laboratory_written_without_an_apostrophe_is_the_same() -> None:
    labels = {"lab": "Laboratoire de l'énergie", "other": "LABORATOIRE DE LENERGIE"}
    assert known(world(PROJECTS, KINDS, labels=labels), "other", "acme")


def test_a_declared_or_undated_project_is_known_though_nothing_is_learnt_of_it() -> None:
    own = [*PROJECTS, ("project/p5", None, "partner", ["lab", "bolt"])]
    matter = world(own, KINDS, evidence={"project/p5": "declared"})
    assert known(matter, "lab", "bolt")
    assert Period(matter).events.filter(source="source/partner").is_empty()


def test_who_has_ended_or_been_silent_for_long_is_not_suggested() -> None:
    closed = [{"organization": "organization/bolt", "end": 2020}]
    assert names(world(PROJECTS, KINDS, ends=closed), "lab") == set()
    matter = world(PROJECTS, KINDS, ends=[{"organization": "organization/lab", "end": 2021}])
    report = suggest(matter, "lab")
    assert not report.findings and "n’est plus" in report.refusals[0].words["fr"]
    old = [
        ("project/p3", 2021 - QUIET - 1, "anr-aapg", ["sister", "bolt"]),
        *(one for one in PROJECTS if one[0] != "project/p3"),
    ]
    assert names(world(old, KINDS), "lab") == set()
    old[0] = ("project/p3", 2021 - QUIET, "anr-aapg", ["sister", "bolt"])
    assert names(world(old, KINDS), "lab") == {"bolt"}
    told = f"dont le dernier projet daté a commencé avant {2021 - QUIET} n’est proposé"
    assert any(told in note["fr"] for note in suggest(world(old, KINDS), "lab").notes)


def test_a_firm_is_told_laboratories_and_not_whole_institutions_and_firms_alone_are_suggested() -> None:
    own = [
        *PROJECTS,
        ("project/p5", 2020, "anr-aapg", ["tutor", "bolt"]),
        ("project/p6", 2020, "anr-aapg", ["tutor", "lab"]),
    ]
    assert names(world(own, KINDS), "acme") <= {"other", "sister", "lab", "team"}
    labels = {"bolt": "Institut de recherche du papier"}
    assert names(world(PROJECTS, KINDS, labels=labels), "lab") == set()
    matter = world(PROJECTS, KINDS)
    ties = Ties.of(matter)
    able_ones = able(Period(matter), np.arange(len(ties.academics)))
    assert not able_ones[ties.at["organization/tutor"]]


PARTS = """
PREFIX anc: <https://w3id.org/ancrage/def/>
PREFIX org: <http://www.w3.org/ns/org#>
SELECT ?one ?other WHERE { GRAPH ?g {
  { ?one anc:supervisedBy|anc:participatingInstitution|org:subOrganizationOf ?other }
  UNION { ?change org:originalOrganization ?one ; org:resultingOrganization ?other }
} }
"""
TOOK_PART = """
PREFIX anc: <https://w3id.org/ancrage/def/>
SELECT DISTINCT ?one ?other WHERE { GRAPH ?g { ?one anc:hasParticipation/anc:participant ?other } }
"""


@pytest.mark.long
@pytest.mark.official
def test_no_suggestion_of_a_whole_graph_shares_a_project_under_any_record_or_is_of_one_that_ended() -> None:
    """Read of the named graphs, record by record, by other code; of every sixtieth actor, of all with ANCRAGE_EVERY=1."""
    folder = os.environ.get("ANCRAGE_FULL_DATA") or os.environ.get("DEMO_DATA")
    if not folder:
        pytest.skip("neither ANCRAGE_FULL_DATA nor DEMO_DATA names a data folder")
    with LocalReader.current(Path(folder)) as reader:
        matter = RegionView(
            reader, None, reader.snapshot.id
        )  # nothing is kept beside: the folder is only read
        body = dict(matter.frame("records").select("record", "body").iter_rows())
        projects: dict[str, set[str]] = defaultdict(set)
        for project, record in _rows(reader, TOOK_PART):
            projects[body.get(record, record)].add(project)
        above: dict[str, set[str]] = defaultdict(set)
        below: dict[str, set[str]] = defaultdict(set)
        for low, high in _rows(reader, PARTS):
            above[body.get(low, low)].add(body.get(high, high))
            below[body.get(high, high)].add(body.get(low, low))
        basis = Reasons.of(matter)
        period, step = basis.period, int(os.environ.get("ANCRAGE_EVERY", "60"))
        nodes = period.ties.nodes[: period.n_a + period.n_c]
        found = [
            one
            for actor in nodes[::step]
            if period.projects(period.ties.at[actor])
            for one in suggest(matter, actor)
        ]
        ended = set(matter.frame("ends")["organization"])
        late = _latest(matter)
        last = basis.period.ties.latest
    assert len(found) > 1000 / step
    wrong = []
    for one in found:
        a, c = str(one.facts["laboratory"]), str(one.facts["company"])
        house = {a, *_reach(above, a), *_reach(below, a)}
        if c in house or projects[c] & set().union(*(projects[actor] for actor in house)):
            wrong.append((a, c, one.sentence["fr"]))
        assert a not in ended and c not in ended
        assert late.get(one.object.id, last) >= last - QUIET, one.sentence["fr"]
    assert wrong == []


def _rows(reader: LocalReader, text: str) -> list[tuple[str, str]]:
    body = reader.query(text, accept="text/csv").body.decode().splitlines()[1:]
    pairs = (line.strip().split(",") for line in body)
    return [(one.removeprefix(ID), other.removeprefix(ID)) for one, other in pairs]


def _reach(steps: dict[str, set[str]], start: str) -> set[str]:
    seen: set[str] = set()
    rest = [start]
    while rest:
        for one in steps.get(rest.pop(), ()):
            if one not in seen:
                seen.add(one)
                rest.append(one)
    return seen


def _latest(matter: RegionView) -> dict[str, int]:
    dated = (
        matter.frame("participations").join(matter.frame("interactions"), on="interaction").drop_nulls("year")
    )
    return {actor: max(years) for actor, years in dated.group_by("actor").agg("year").iter_rows()}


ID = "https://w3id.org/ancrage/id/"
