"""Validated agreements reach the graph, checked by its shapes; the others do not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.loaders.internships.agreements.publication import GRAPH, publish
from ancrage.loaders.internships.agreements.states import Move, Result, State
from ancrage.loaders.operations.store import Operations
from ancrage.loaders.write.writer import Writer

from ....tables import load_tables
from ...desk.test_publication import TABLES, ask, store_of
from .test_agreements import DESK, SEATS, SIGNED, TERMS, Room

PROGRAMME = {
    "sites": "id,label_fr,organizations,territory\nsite/a,Campus,0383546Y,38185\n",
    "programmes": "id,label_fr,organizations,sites\nprogramme/bois,Master Bois,0383546Y,site/a\n",
}
BASE = "https://w3id.org/ancrage/id/"
SAID = """SELECT ?label ?start ?end ?place ?evidence ?count { GRAPH <%s> { ?i rdfs:label ?label ; anc:startDate ?start ;
    anc:endDate ?end ; anc:takesPlaceIn ?place ; anc:evidenceStatus ?evidence ; anc:relatedProgramme ?programme .
    OPTIONAL { ?i anc:headcount ?n } OPTIONAL { ?i anc:headcountStatus ?s } BIND(STR(COALESCE(?n, ?s)) AS ?count) } }"""
PARTS = """SELECT ?name ?role ?place { GRAPH <%s> { ?i rdfs:label 'Diagnostic de la forêt'@fr ; anc:hasParticipation ?p .
    ?p anc:participant ?who ; anc:participantRole ?role ; anc:participatesFrom ?place } ?who rdfs:label ?name }"""
DESCRIBED = (
    """SELECT ?o ?name { GRAPH <%s> { ?o a <http://www.w3.org/ns/org#Organization> ; rdfs:label ?name } }"""
)


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return load_tables(tmp_path, {**TABLES, **PROGRAMME})


def test_a_confidential_subject_is_not_published(data_dir: Path, tmp_path: Path) -> None:
    store = Operations.open(tmp_path / "store")
    room = Room(store)
    secret = replace(TERMS, subject="Un procédé zzcanari", skills="zzcanari", confidential=True, students=6)
    room.at(State.VALIDATED, secret)
    publish(Writer(data_dir), room.ledger, "Guichet")
    assert [row[0] for row in ask(data_dir, SAID % GRAPH)] == ["Stage dont le sujet est confidentiel"]
    assert "zzcanari" not in "".join(map(str, store_of(data_dir)))
    store.close()


def test_validated_agreements_are_interactions_until_nobody_came(data_dir: Path, tmp_path: Path) -> None:
    store, writer = Operations.open(tmp_path / "store"), Writer(data_dir)
    room, grenoble = Room(store), "territory/commune/38185"
    terms = replace(TERMS, taught=grenoble, subjects=("fap/F",), students=6, tasks="Une tâche zzcanari")
    room.at(State.ACCEPTED, replace(terms, subject="Une convention non validée"))
    assert not publish(writer, room.ledger, "Guichet").graphs
    id = room.at(State.VALIDATED, terms)
    few = room.at(
        State.VALIDATED, replace(terms, subject="Deux stagiaires", host="Ferme", host_path="", students=2)
    )
    own = replace(terms, subject="Chez elle", host="Un autre nom", host_path=terms.institution_path)
    room.at(State.VALIDATED, own)
    publish(writer, room.ledger, "Guichet")
    days, place, declared = ("2026-01-12", "2026-03-13"), BASE + grenoble, f"{BASE}evidence-status/declared"
    assert ask(data_dir, SAID % GRAPH) == [
        ("Chez elle", *days, place, declared, "6"),
        ("Deux stagiaires", *days, place, declared, f"{BASE}obs-status/suppressed"),
        ("Diagnostic de la forêt", *days, place, declared, "6"),
    ]
    assert ask(data_dir, PARTS % GRAPH) == [
        ("Mairie", f"{BASE}actor-role/demand", place),
        ("Mairie", f"{BASE}actor-role/host", place),
        ("Université Grenoble Alpes", f"{BASE}actor-role/supervisor", place),
        ("Université Grenoble Alpes", f"{BASE}actor-role/supply", place),
    ]
    alone = f"{BASE}organization/agreement-{few.rpartition('/')[2]}"
    assert ask(data_dir, DESCRIBED % GRAPH) == sorted(
        [(f"{BASE}organization/213801854", "Mairie"), (alone, "Ferme")]
    )  # who the graph knows keeps its own name
    everything = "".join(map(str, store_of(data_dir)))
    assert (
        "zzcanari" not in everything and "non validée" not in everything and "Deux stagiaires" in everything
    )
    longer = replace(terms, end="2026-04-24")
    room.acts.change(room.read(id), "ana", DESK, longer, SEATS)
    assert not publish(
        writer, room.ledger, "Guichet"
    ).graphs  # the same again changes nothing, nor an amendment proposed
    for move in SIGNED:
        room.move(id, move)
    publish(writer, room.ledger, "Guichet")
    assert ask(data_dir, SAID % GRAPH)[-1] == (
        "Diagnostic de la forêt",
        days[0],
        "2026-04-24",
        place,
        declared,
        "6",
    )
    room.acts.end(room.read(id), "ana", DESK, Result.ABSENT, "2026-02-01")
    for one in room.ledger.read().all.values():
        if one.state is State.VALIDATED and one.id != id:
            room.move(one.id, Move.CANCEL)
    publish(writer, room.ledger, "Guichet")
    snapshot = Snapshots(data_dir).current()
    assert snapshot is not None and GRAPH not in snapshot.graphs()
    writer.close()
    store.close()
