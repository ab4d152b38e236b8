"""What the desk makes public reaches the graph, checked by its shapes; the rest does not."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pyoxigraph as ox
import pytest
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.loaders.desk.acts import Agreement
from ancrage.loaders.desk.ledger import match_name
from ancrage.loaders.desk.publication import GRAPH, Outcome, publish, tables
from ancrage.loaders.desk.states import Conclusion, MatchState
from ancrage.loaders.write.writer import Writer

from ...tables import load_tables
from .conftest import PUBLIC, Desk

ANC = "https://w3id.org/ancrage/def/"
UNIVERSITY = "organization/0383546Y"


TABLES = {
    "about": "key,value\nname,partner\ntitle,Essai\npublisher,Essai\n",
    "territories": "id,kind,label_fr,code,vintage,part_of\n"
    "territory/region/84,Region,Auvergne-Rhône-Alpes,84,2026,\n"
    "territory/department/38,Department,Isère,38,2026,R84\n"
    "territory/commune/38185,Commune,Grenoble,38185,2026,38\n",
    "organizations": "id,kind,label_fr,uai,actor_type\n"
    "0383546Y,University,Université Grenoble Alpes,0383546Y,higher-education\n",
}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return load_tables(tmp_path_factory.mktemp("desk"), TABLES)


@pytest.fixture
def data_dir(loaded: Path, tmp_path: Path) -> Path:
    shutil.copytree(loaded, tmp_path / "graph", symlinks=True)
    return tmp_path / "graph"


def store_of(data_dir: Path) -> ox.Store:
    snapshot = Snapshots(data_dir).current()
    assert snapshot is not None
    return ox.Store.read_only(str(snapshot.store))


def ask(data_dir: Path, text: str) -> list[tuple[str, ...]]:
    rows = store_of(data_dir).query(
        f"PREFIX anc: <{ANC}> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> {text}"
    )
    assert isinstance(rows, ox.QuerySolutions)
    names = [one.value for one in rows.variables]
    return sorted(tuple(str(row[name].value) for name in names) for row in rows)


def test_accepted_needs_are_requests_and_agreed_matches_interactions(desk: Desk, data_dir: Path) -> None:
    writer = Writer(data_dir)
    hidden = desk.filed(words="Un tracas zzcanari")
    id = desk.accepted(siren="200040715", structure="Grenoble-Alpes Métropole")
    publish(writer, desk.ledger, "Guichet")
    requests = """SELECT ?label ?who { ?r a anc:Request ; rdfs:label ?label ; anc:issuedBy ?who
        FILTER(CONTAINS(STR(?r), '/desk/')) }"""
    assert ask(data_dir, requests) == [
        ("Diagnostic du centre-bourg", "https://w3id.org/ancrage/id/organization/200040715")
    ]
    desk.proposed(id)
    for to in (MatchState.WAITING, MatchState.TAKEN, MatchState.HELPED):
        desk.move(id, to)
    assert not publish(writer, desk.ledger, "Guichet").graphs  # nothing of it is public yet
    desk.acts.agree(desk.read(id), "ana", UNIVERSITY, Agreement("Diagnostic avec un master", "2026-12-01"))
    publish(writer, desk.ledger, "Guichet")
    parts = """SELECT ?label ?who ?role ?evidence { ?match anc:ledTo ?i . ?i a anc:Interaction ; rdfs:label ?label ;
        anc:evidenceStatus ?evidence ; anc:hasParticipation [ anc:participant ?who ; anc:participantRole ?role ] }"""
    base = "https://w3id.org/ancrage/id/"
    declared = f"{base}evidence-status/declared"
    assert [row for row in ask(data_dir, parts) if row[0] == "Diagnostic avec un master"] == [
        ("Diagnostic avec un master", f"{base}organization/0383546Y", f"{base}actor-role/supply", declared),
        ("Diagnostic avec un master", f"{base}organization/200040715", f"{base}actor-role/demand", declared),
    ]
    everything = "".join(map(str, store_of(data_dir)))
    for private in ("Canari", "zzcanari", hidden.rpartition("/")[2], "zoe.canari"):
        assert private not in everything
    assert "Diagnostic avec un master" in everything  # the search above looks where it should
    desk.acts.withdraw(desk.read(id))
    publish(writer, desk.ledger, "Guichet")
    snapshot = Snapshots(data_dir).current()
    assert snapshot is not None and GRAPH not in snapshot.graphs()


def test_what_came_to_nothing_is_no_interaction_and_its_life_line_says_why(desk: Desk) -> None:
    id = desk.accepted()
    desk.proposed(id)
    for to in (MatchState.WAITING, MatchState.TAKEN, MatchState.HELPED):
        desk.move(id, to)
    start = datetime.now(UTC).date().isoformat()
    desk.acts.agree(desk.read(id), "ana", UNIVERSITY, Agreement("Diagnostic", start))

    def said(outcome: Conclusion, reason: str = "") -> dict[str, pl.DataFrame]:
        desk.acts.conclude(desk.read(id), "ana", UNIVERSITY, outcome, start, reason=reason)
        return tables(desk.ledger.read(), "Guichet")

    made = said(Conclusion.DROPPED, "calendar")
    assert "interactions" not in made and made["matches"]["led_to"].to_list() == [None]
    last = made["match_events"].select("status", "reason").row(-1)
    assert last == ("match-status/dropped", "drop-reason/calendar")
    made = said(Conclusion.REALISED)
    assert made["interactions"].height == 1 and made["matches"]["led_to"].to_list() != [None]
    assert made["match_events"].select("status", "reason").row(-1) == ("match-status/realised", None)


def test_what_an_agreement_says_came_of_a_match_is_what_its_life_line_says(desk: Desk) -> None:
    id = desk.accepted()
    desk.proposed(id)
    for to in (MatchState.WAITING, MatchState.TAKEN, MatchState.HELPED):
        desk.move(id, to)
    start = datetime.now(UTC).date().isoformat()
    desk.acts.agree(desk.read(id), "ana", UNIVERSITY, Agreement("Diagnostic", start))
    desk.acts.conclude(desk.read(id), "ana", UNIVERSITY, Conclusion.REALISED, start)
    need = desk.read(id)
    [name] = (match_name(need, match) for match in need.matches.values())

    def ending(outcome: Outcome) -> list[tuple[str, str, str | None]]:
        made = tables(desk.ledger.read(), "Guichet", {name: outcome})
        assert "interactions" not in made
        ends = pl.col("status").is_in(["match-status/realised", "match-status/dropped"])
        return made["match_events"].filter(ends).select("status", "date", "reason").rows()

    led_to = ["interaction/agreements/a"]
    over = {"outcome": "realised", "date": "2026-03-13", "reason": ""}
    assert ending(Outcome(led_to, over)) == [("match-status/realised", "2026-03-13", None)]
    assert ending(Outcome(led_to)) == [("match-status/realised", start, None)]
    cancelled = {"outcome": "dropped", "date": "2026-02-01", "reason": "calendar"}
    assert ending(Outcome((), cancelled)) == [
        ("match-status/dropped", "2026-02-01", "drop-reason/calendar")
    ], "whatever the desk said before"


def test_an_internship_takes_place_where_it_is_asked_for(desk: Desk) -> None:
    for type, places in (("internship", ["territory/commune/38185"]), ("territorial-diagnosis", None)):
        id = desk.filed(type=f"interaction-type/{type}")
        desk.acts.accept(desk.read(id), "ana", {**PUBLIC, "type": f"interaction-type/{type}"})
        desk.proposed(id)
        for to in (MatchState.WAITING, MatchState.TAKEN, MatchState.HELPED):
            desk.move(id, to)
        desk.acts.agree(desk.read(id), "ana", UNIVERSITY, Agreement(type, "2026-12-01"))
        made = tables(desk.ledger.read(), "Guichet")["interactions"].filter(label_fr=type)
        assert made["takes_place_in"].to_list() == [places]


def test_a_place_that_the_graph_does_not_know_is_refused_by_the_shapes(desk: Desk, data_dir: Path) -> None:
    from ancrage.loaders.write.request import InvalidEdit

    id = desk.accepted()
    desk.read(id).territory = "territory/commune/99999"
    before = Snapshots(data_dir).current()
    with pytest.raises(InvalidEdit):
        publish(Writer(data_dir), desk.ledger, "Guichet")
    assert Snapshots(data_dir).current() == before
