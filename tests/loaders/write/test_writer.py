"""Writes: published in one swap, still there after the next loads, undone by a rollback, whole whatever dies."""

import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import polars as pl
import pyoxigraph as ox
import pytest
from ancrage.graph.region.frame_cache import FrameCache
from ancrage.graph.shacl.validation import validate_file
from ancrage.graph.snapshots.durable import StoreBusy
from ancrage.graph.snapshots.provenance import (
    EDITS_GRAPH,
    GRAPHS,
    INDICATORS_GRAPH,
    MEMBERSHIP_GRAPH,
    PREPARATION_GRAPH,
    PROVENANCE_GRAPH,
)
from ancrage.graph.snapshots.reader import NoSnapshot
from ancrage.graph.snapshots.snapshot import Snapshot, Snapshots
from ancrage.graph.sparql.limits import QueryRefused, QueryTooComplex
from ancrage.graph.sparql.syntax import QuerySyntax
from ancrage.graph.updates.evaluation import UnknownGraph
from ancrage.graph.updates.working_copy import LocalBlankNode, ProtectedGraph
from ancrage.loaders.publish.edits import Edits
from ancrage.loaders.publish.generation import InvalidGraph
from ancrage.loaders.publish.pipeline import Pipeline
from ancrage.loaders.write.request import DataSyntax, EditExhausted, EditTimeout, InvalidEdit, Write, Written
from ancrage.loaders.write.writer import Outdated, Writer
from ancrage.ontology.vocabulary import ANC, ID

pytestmark = pytest.mark.long

PARTNER = GRAPHS + "partner"
P = f"PREFIX anc: <{ANC}> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX e: <http://e.org/> "
UNIVERSITY = f"<{ID}organization/0383546Y>"
LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
SLOW = (
    "INSERT { e:s e:p ?n } WHERE "
    "{ SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a != ?i) } }"
)
TERRITORIES = """id,kind,label_fr,code,vintage,part_of
territory/region/84,Region,Auvergne-Rhône-Alpes,84,2026,
territory/department/38,Department,Isère,38,2026,R84
territory/commune/38185,Commune,Grenoble,38185,2026,38
"""
ORGANIZATIONS = """id,kind,label_fr,uai,actor_type
0383546Y,University,{name},0383546Y,higher-education
"""
PROGRAMMES = """id,label_fr,organizations
programme/bois,Licence professionnelle bois et construction,0383546Y
programme/droit,Licence de droit,0383546Y
"""


def partner(folder: Path, name: str = "Université Grenoble Alpes", programmes: str = PROGRAMMES) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "about.csv").write_text(
        "key,value\nname,partner\ntitle,Essai\npublisher,Essai\n", encoding="utf-8"
    )
    (folder / "territories.csv").write_text(TERRITORIES, encoding="utf-8")
    (folder / "organizations.csv").write_text(ORGANIZATIONS.format(name=name), encoding="utf-8")
    (folder / "programmes.csv").write_text(programmes, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with one source, published; tests copy it by hard links."""
    folder = tmp_path_factory.mktemp("loaded")
    Pipeline(folder / "data").load("exchange", [partner(folder / "partner")])
    return folder / "data"


@pytest.fixture
def data_dir(loaded: Path, tmp_path: Path) -> Path:
    subprocess.run(["cp", "-a", str(loaded), str(tmp_path / "data")], check=True)
    return tmp_path / "data"


@pytest.fixture
def writer(data_dir: Path) -> Iterator[Writer]:
    made = Writer(data_dir, deadline=60, patience=20)
    yield made
    made.close()


def upload(text: str | bytes) -> IO[bytes]:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by whoever reads it
    file.write(text.encode() if isinstance(text, str) else text)
    file.flush()
    file.seek(0)
    return file


def update(writer: Writer, text: str, **more: Any) -> Written:
    with upload(P + text) as file:
        return writer.write(Write("update", longest=1 << 24, **more), file)


def put(
    writer: Writer, graph: str, text: str | bytes, format: str = "text/turtle", action: Any = "put"
) -> Written:
    with upload(text) as file:
        return writer.write(Write(action, graph, format, "http://e.org/"), file)


def current(data_dir: Path) -> Snapshot:
    snapshot = Snapshots(data_dir).current()
    assert snapshot is not None
    return snapshot


def content(snapshot: Snapshot, *, without: tuple[str, ...] = ()) -> set[str]:
    """Every quad of the default and the named graphs, but those with the ontology's blank nodes and the indicators."""
    left_out = {f"<{graph}>" for graph in (*without, INDICATORS_GRAPH)}
    return {
        line
        for quad in ox.Store.read_only(str(snapshot.store))
        if "_:" not in (line := str(quad)) and str(quad.graph_name) not in left_out
    }


def values(data_dir: Path, text: str) -> set[str]:
    solutions = ox.Store.read_only(str(current(data_dir).store)).query(P + text)
    assert isinstance(solutions, ox.QuerySolutions)
    return {solution[0].value for solution in solutions}


def labels(data_dir: Path) -> set[str]:
    return values(data_dir, f"SELECT ?l {{ {UNIVERSITY} rdfs:label ?l }}")


def filieres(data_dir: Path) -> set[str]:
    return values(data_dir, f"SELECT ?m {{ GRAPH <{MEMBERSHIP_GRAPH}> {{ ?x anc:proposedMember ?m }} }}")


def told_of(snapshot: Snapshot) -> dict[str, dict[str, Any]]:
    """What the manifest tells of each graph, but the name of its content: each build gives another to what it derives."""
    graphs: dict[str, dict[str, Any]] = snapshot.manifest["graphs"]
    return {
        graph: {key: value for key, value in about.items() if key != "content"}
        for graph, about in graphs.items()
    }


def check_rebuilt(data_dir: Path) -> None:
    """A generation built from the sources and the edits is the current publication, quad by quad.

    Only the indicators are computed anew: small writes leave them as they are.
    """
    before = current(data_dir)
    after = Pipeline(data_dir).publish()
    assert content(after) == content(before)
    assert after.manifest["edits"] == before.manifest["edits"]
    told = [told_of(snapshot) for snapshot in (after, before)]
    assert all(graphs.pop(INDICATORS_GRAPH)["role"] == "computed" for graphs in told)
    assert told[0] == told[1]


def check_nothing_left(data_dir: Path) -> None:
    """No draft, no staging folder: only what was published, and its edits."""
    with Snapshots(data_dir).lock():
        Edits(data_dir).settle(Snapshots(data_dir))
    names = {path.name for path in (data_dir / "generations").iterdir()}
    assert names == {snapshot.id for snapshot in Snapshots(data_dir).list()}
    folder = data_dir / "edits"
    kept = {path.name for path in folder.iterdir()} if folder.exists() else set()
    assert kept == {edit.id for edit in Edits(data_dir).all()}


# --- what a write does ------------------------------------------------------------------------------------------------


def test_a_write_is_a_publication_that_says_what_changed(writer: Writer, data_dir: Path) -> None:
    before = current(data_dir)
    done = update(writer, f"INSERT DATA {{ {UNIVERSITY} e:motto 'Savoir' }}")
    after = current(data_dir)
    assert (done.snapshot, done.graphs) == (after.id, {EDITS_GRAPH: {"added": 1, "removed": 0}})
    assert after.id > before.id
    assert after.manifest["edits"] == [done.edit]
    assert after.manifest["graphs"][EDITS_GRAPH]["role"] == "base"
    told = Snapshots(data_dir).get(before.id)
    assert content(after, without=(PROVENANCE_GRAPH,)) - content(told) == {
        f'{UNIVERSITY} <http://e.org/motto> "Savoir"',
        f'{UNIVERSITY} <http://e.org/motto> "Savoir" <{EDITS_GRAPH}>',
    }
    check_rebuilt(data_dir)


def test_the_manifest_counts_what_the_store_has(writer: Writer, data_dir: Path) -> None:
    update(writer, "INSERT DATA { GRAPH e:g { e:s e:p 1 , 2 } e:x e:p 1 }")
    update(
        writer,
        f"DELETE WHERE {{ GRAPH e:g {{ ?s ?p 1 }} }} ; DELETE WHERE {{ GRAPH <{EDITS_GRAPH}> {{ ?s ?p ?o }} }}",
    )
    snapshot = current(data_dir)
    store = ox.Store.read_only(str(snapshot.store))
    counts = {
        name.value: sum(1 for _ in store.quads_for_pattern(None, None, None, name))
        for name in store.named_graphs()
    }
    assert {graph: about["quads"] for graph, about in snapshot.manifest["graphs"].items()} == counts
    assert snapshot.quads == sum(counts.values())
    assert EDITS_GRAPH not in counts


def test_provenance_tells_when_what_and_by_which_role(writer: Writer, data_dir: Path) -> None:
    done = update(writer, f"DELETE {{ {UNIVERSITY} rdfs:label ?l }} INSERT {{ {UNIVERSITY} rdfs:label 'UGA'@fr }} "
                          f"WHERE {{ {UNIVERSITY} rdfs:label ?l }}")  # fmt: skip
    activity = f"<{ID}edit/{done.edit}>"
    prov = "PREFIX prov: <http://www.w3.org/ns/prov#> PREFIX void: <http://rdfs.org/ns/void#> PREFIX d: <http://purl.org/dc/terms/>"
    solutions = ox.Store.read_only(str(current(data_dir).store)).query(
        f"{prov} SELECT ?agent ?graph ?link ?n {{ GRAPH <{PROVENANCE_GRAPH}> {{ {activity} a prov:Activity ; "
        f"prov:startedAtTime ?t ; prov:endedAtTime ?u ; prov:wasAssociatedWith ?agent . "
        f"?part ?link {activity} ; d:isPartOf ?graph ; void:triples ?n }} }}"
    )
    assert isinstance(solutions, ox.QuerySolutions)
    found = {
        tuple(solution[i].value.rsplit("/", 1)[-1].rsplit("#")[-1] for i in range(4))
        for solution in solutions
    }
    assert found == {
        ("write-key", "edits", "wasGeneratedBy", "1"),
        ("write-key", "partner", "wasInvalidatedBy", "1"),
    }


def test_nothing_to_change_is_no_publication(writer: Writer, data_dir: Path) -> None:
    before = current(data_dir)
    done = update(writer, f"INSERT DATA {{ {UNIVERSITY} rdfs:label 'Université Grenoble Alpes'@fr }}")
    assert done == Written(before.id)
    assert update(writer, "") == Written(before.id)
    assert current(data_dir) == before
    assert Edits(data_dir).all() == []


def test_graphs_are_put_added_to_and_deleted(writer: Writer, data_dir: Path) -> None:
    graph = GRAPHS + "scenario/essai"
    first = put(writer, graph, "@prefix : <http://e.org/> . :a :p [ :q <rel> ] , 1 .")
    assert (first.created, first.graphs[graph]) == (True, {"added": 3, "removed": 0})
    assert current(data_dir).manifest["graphs"][graph]["role"] == "scenario"
    assert values(data_dir, f"SELECT ?o {{ GRAPH <{graph}> {{ ?s e:q ?o }} }}") == {"http://e.org/rel"}
    more = put(
        writer, graph, '[{"@id": "http://e.org/a", "http://e.org/p": 2}]', "application/ld+json", "post"
    )
    assert (more.created, more.graphs[graph]) == (False, {"added": 1, "removed": 0})
    again = put(writer, graph, "<http://e.org/a> <http://e.org/p> 1, 3 .")
    assert again.graphs[graph] == {"added": 1, "removed": 3}
    check_rebuilt(data_dir)
    gone = writer.write(Write("delete", graph))
    assert gone.graphs[graph] == {"added": 0, "removed": 2}
    with pytest.raises(UnknownGraph):
        writer.write(Write("delete", graph))
    check_rebuilt(data_dir)
    assert graph not in current(data_dir).manifest["graphs"]


def test_what_was_read_of_facts_is_kept_where_a_write_changes_none(writer: Writer, data_dir: Path) -> None:
    kept = FrameCache.of(current(data_dir))
    kept.keep("question", pl.DataFrame({"a": [1]}))
    put(writer, GRAPHS + "scenario/essai", "<http://e.org/a> <http://e.org/p> 1 .")
    assert FrameCache.of(current(data_dir)).find("question") is not None
    update(writer, f"INSERT DATA {{ {UNIVERSITY} e:motto 'Savoir' }}")
    assert FrameCache.of(current(data_dir)).find("question") is None


def test_the_default_graph_can_be_added_to_only(writer: Writer, data_dir: Path) -> None:
    done = put(writer, "", "<http://e.org/a> <http://e.org/p> 1 .", action="post")
    assert list(done.graphs) == [EDITS_GRAPH]
    for action in ("put", "delete"):
        with pytest.raises(ProtectedGraph):
            put(writer, "", "<http://e.org/a> <http://e.org/p> 1 .", action=action)


def test_a_write_can_ask_that_nothing_was_published_since(writer: Writer, data_dir: Path) -> None:
    seen = current(data_dir).id
    with upload("<http://e.org/a> <http://e.org/p> 1 .") as file:
        writer.write(Write("put", "http://e.org/g", "text/turtle"), file, seen=[seen], only_new=True)
    with upload("<http://e.org/a> <http://e.org/p> 2 .") as file, pytest.raises(Outdated) as caught:
        writer.write(Write("put", "http://e.org/g", "text/turtle"), file, seen=[seen])
    assert caught.value.snapshot == current(data_dir).id
    with (
        upload("<http://e.org/a> <http://e.org/p> 2 .") as file,
        pytest.raises(Outdated, match="exists already"),
    ):
        writer.write(Write("put", "http://e.org/g", "text/turtle"), file, only_new=True)
    assert values(data_dir, "SELECT ?o { GRAPH e:g { ?s ?p ?o } }") == {"1"}


# --- loads between writes ---------------------------------------------------------------------------------------------


def test_what_writes_changed_survives_every_later_load(
    writer: Writer, data_dir: Path, tmp_path: Path
) -> None:
    update(writer, f"DELETE DATA {{ GRAPH <{PARTNER}> {{ {UNIVERSITY} rdfs:label 'Université Grenoble Alpes'@fr }} }} ; "
                   f"INSERT DATA {{ GRAPH <{PARTNER}> {{ {UNIVERSITY} rdfs:label 'UGA'@fr }} }}")  # fmt: skip
    assert labels(data_dir) == {"UGA"}
    Pipeline(data_dir).load("exchange", [partner(tmp_path / "partner")])  # the same file again
    assert labels(data_dir) == {"UGA"}
    update(writer, f"INSERT DATA {{ {UNIVERSITY} e:motto 'Savoir' }}")
    only = "id,label_fr,organizations\nprogramme/droit,Licence de droit,0383546Y\n"
    Pipeline(data_dir).load("exchange", [partner(tmp_path / "partner", programmes=only)])
    assert labels(data_dir) == {"UGA"}
    assert values(data_dir, f"SELECT ?m {{ {UNIVERSITY} e:motto ?m }}") == {"Savoir"}
    assert values(data_dir, "SELECT ?p { ?p a anc:TrainingProgramme }") == {f"{ID}programme/droit"}
    update(writer, f"DELETE WHERE {{ {UNIVERSITY} e:motto ?m }}")
    Pipeline(data_dir).load("exchange", [partner(tmp_path / "partner")])
    assert values(data_dir, f"SELECT ?m {{ {UNIVERSITY} e:motto ?m }}") == set()
    assert len(current(data_dir).manifest["edits"]) == 3
    check_rebuilt(data_dir)


def test_a_source_that_comes_to_say_what_was_added_says_it_once(
    writer: Writer, data_dir: Path, tmp_path: Path
) -> None:
    update(writer, f"INSERT DATA {{ GRAPH <{PARTNER}> {{ <{ID}programme/droit> rdfs:comment 'x' }} }} ; "
                   f"DELETE WHERE {{ {UNIVERSITY} rdfs:label ?l }} ; "
                   f"INSERT DATA {{ GRAPH <{PARTNER}> {{ {UNIVERSITY} rdfs:label 'UGA'@fr }} }}")  # fmt: skip
    Pipeline(data_dir).load("exchange", [partner(tmp_path / "partner", name="UGA")])
    assert labels(data_dir) == {"UGA"}
    graphs = told_of(current(data_dir))
    Pipeline(data_dir).load(
        "exchange", [partner(tmp_path / "partner")]
    )  # and back: both names are the source's
    assert labels(data_dir) == {"UGA"}
    assert told_of(current(data_dir)) == graphs
    check_rebuilt(data_dir)


def test_the_last_word_on_a_quad_holds(writer: Writer, data_dir: Path, tmp_path: Path) -> None:
    """Added, then said by the source too, then removed: removed it stays, though the source goes on saying it."""
    renamed = f"{UNIVERSITY} rdfs:label 'UGA'@fr"
    update(
        writer,
        f"DELETE WHERE {{ {UNIVERSITY} rdfs:label ?l }} ; INSERT DATA {{ GRAPH <{PARTNER}> {{ {renamed} }} }}",
    )
    Pipeline(data_dir).load("exchange", [partner(tmp_path / "partner", name="UGA")])
    update(
        writer,
        f"DELETE DATA {{ {renamed} }} ; INSERT DATA {{ GRAPH <{PARTNER}> {{ {UNIVERSITY} rdfs:label 'U'@fr }} }}",
    )
    assert labels(data_dir) == {"U"}
    Pipeline(data_dir).load("exchange", [partner(tmp_path / "partner", name="UGA")])
    assert labels(data_dir) == {"U"}
    check_rebuilt(data_dir)


def test_proposals_follow_the_writes_and_the_removal_of_one_stays(
    writer: Writer, data_dir: Path, tmp_path: Path
) -> None:
    droit, bois = f"{ID}programme/droit", f"{ID}programme/bois"
    assert filieres(data_dir) == {bois}
    update(writer, f"INSERT DATA {{ <{droit}> rdfs:label 'Law of the bois et construction bois'@en }}")
    assert filieres(data_dir) == {bois, droit}
    check_rebuilt(data_dir)
    update(writer, f"DELETE {{ ?x ?p ?o }} WHERE {{ ?x anc:proposedMember <{droit}> ; ?p ?o }}")
    assert filieres(data_dir) == {bois}
    update(
        writer, f"INSERT DATA {{ <{droit}> rdfs:label 'bois'@de }}"
    )  # derived again: what was removed stays so
    assert filieres(data_dir) == {bois}
    Pipeline(data_dir).load("exchange", [partner(tmp_path / "partner")])
    assert filieres(data_dir) == {bois}
    check_rebuilt(data_dir)
    with pytest.raises(ProtectedGraph, match="derived by rules"):
        update(writer, f"INSERT DATA {{ GRAPH <{MEMBERSHIP_GRAPH}> {{ <{droit}> rdfs:label 'x' }} }}")


def test_what_programmes_prepare_for_follows_the_writes_and_the_removal_of_one_stays(
    writer: Writer, data_dir: Path, tmp_path: Path
) -> None:
    droit, bois = f"<{ID}programme/droit>", f"<{ID}programme/bois>"

    def families(programme: str) -> str:
        text = f"SELECT ?o {{ GRAPH <{PREPARATION_GRAPH}> {{ {programme} anc:trainsFor ?o }} }}"
        return "".join(sorted(iri.rpartition("/")[2] for iri in values(data_dir, text)))

    assert (families(droit), families(bois)) == ("LP", "")
    update(writer, f"INSERT DATA {{ {bois} rdfs:label 'Systèmes constructifs bois, commercialisation'@fr }}")
    assert (families(droit), families(bois)) == ("LP", "BFR")
    check_rebuilt(data_dir)
    update(
        writer,
        f"DELETE {{ ?x ?p ?o . {bois} anc:trainsFor ?f }} "
        f"WHERE {{ ?x anc:preparationOf {bois} ; anc:preparesFor ?f ; ?p ?o FILTER(STRENDS(STR(?f), '/R')) }}",
    )
    assert families(bois) == "BF"
    update(writer, f"INSERT DATA {{ {bois} rdfs:label 'commercialisation en banque'@de }}")
    assert families(bois) == "BFQ"  # derived again: what was removed stays so
    check_rebuilt(data_dir)
    update(writer, f"DELETE {{ {droit} rdfs:label ?l }} INSERT {{ {droit} rdfs:label 'Licence de philosophie'@fr }} "
                   f"WHERE {{ {droit} rdfs:label ?l }}")  # fmt: skip
    assert families(droit) == ""
    check_rebuilt(data_dir)
    with pytest.raises(ProtectedGraph, match="derived by rules"):
        update(writer, f"INSERT DATA {{ GRAPH <{PREPARATION_GRAPH}> {{ {droit} rdfs:label 'x' }} }}")


def test_a_rollback_undoes_the_writes_made_since_and_they_can_be_put_back(
    writer: Writer, data_dir: Path, tmp_path: Path
) -> None:
    first = update(writer, "INSERT DATA { e:first e:p 1 }")
    second = update(writer, "INSERT DATA { e:second e:p 1 }")
    Snapshots(data_dir).rollback(first.snapshot)
    third = update(writer, "INSERT DATA { e:third e:p 1 }")
    text = "SELECT ?s { ?s e:p 1 }"
    assert values(data_dir, text) == {"http://e.org/first", "http://e.org/third"}
    Pipeline(data_dir).load("exchange", [partner(tmp_path / "partner")])
    assert values(data_dir, text) == {"http://e.org/first", "http://e.org/third"}
    edits = Edits(data_dir)
    assert {edit.id: edit.dropped for edit in edits.all()} == {
        first.edit: False,
        second.edit: True,
        third.edit: False,
    }
    Pipeline(data_dir).publish(edits=edits.all())
    assert values(data_dir, text) == {"http://e.org/first", "http://e.org/second", "http://e.org/third"}
    check_rebuilt(data_dir)


def test_a_directory_without_generations_is_built_anew_with_its_edits(writer: Writer, data_dir: Path) -> None:
    first = update(writer, "INSERT DATA { e:first e:p 1 }")
    update(writer, "INSERT DATA { e:second e:p 1 }")
    Snapshots(data_dir).rollback(first.snapshot)
    before = content(Pipeline(data_dir).publish())
    subprocess.run(["rm", "-r", str(data_dir / "generations"), str(data_dir / "current")], check=True)
    assert content(Pipeline(data_dir).publish()) == before


def test_an_edit_that_is_missing_stops_the_publication(
    writer: Writer, data_dir: Path, tmp_path: Path
) -> None:
    from ancrage.loaders.publish.edits import UnknownEdit

    done = update(writer, "INSERT DATA { e:first e:p 1 }")
    (data_dir / "edits" / done.edit).rename(tmp_path / "elsewhere")
    with pytest.raises(UnknownEdit, match="la nomme, et elle manque"):
        Pipeline(data_dir).publish()
    with pytest.raises(UnknownEdit):
        update(writer, "INSERT DATA { e:second e:p 1 }")


# --- what is refused --------------------------------------------------------------------------------------------------


def test_a_write_that_breaks_shapes_is_not_published(writer: Writer, data_dir: Path) -> None:
    before = current(data_dir)
    with pytest.raises(InvalidEdit) as caught:
        update(writer, "INSERT DATA { e:here a anc:Commune }")
    assert {result["focus"] for result in caught.value.results} == {"<http://e.org/here>"}
    assert "ValidationReport" in caught.value.report
    with pytest.raises(InvalidEdit):  # in an illustrative graph too
        put(writer, GRAPHS + "illustrative", f"<http://e.org/here> a <{ANC}Commune> .")
    put(writer, GRAPHS + "scenario/x", f"<http://e.org/here> a <{ANC}Commune> .")  # a scenario is not checked
    with pytest.raises(InvalidEdit):
        update(writer, f"DELETE WHERE {{ <{ID}territory/commune/38185> rdfs:label ?l }}")
    assert Snapshots(data_dir).list()[0] == before
    assert len(Edits(data_dir).all()) == 1
    check_nothing_left(data_dir)


@pytest.mark.parametrize(
    ("text", "focus", "said"),
    [
        ("INSERT DATA { e:s anc:headCount 12 }", "<http://e.org/s>", "anc:headcount"),
        ("INSERT DATA { e:s a anc:Comune }", "<http://e.org/s>", "anc:Commune"),
        (r'INSERT DATA { e:s e:p "a\u0001b" }', "<http://e.org/s>", "U+0001"),
        (
            f"INSERT DATA {{ <{ID}territory/commune/38185> anc:partOfTerritory <{ID}territory/department/26> . "
            f"<{ID}territory/department/26> a anc:Department ; rdfs:label 'Drôme'@fr ; anc:inseeCode '26' }}",
            f"<{ID}territory/commune/38185>",
            "un seul département",
        ),
    ],
)
def test_a_write_passes_the_gate_of_loads(
    writer: Writer, data_dir: Path, tmp_path: Path, text: str, focus: str, said: str
) -> None:
    before = current(data_dir)
    with pytest.raises(InvalidEdit) as caught:
        update(writer, text)
    assert any(one["focus"] == focus and said in one["message.fr"] for one in caught.value.results)
    assert Snapshots(data_dir).list()[0] == before
    store = ox.Store()  # what `ancrage validate` says of the same file
    store.update(P + text)
    if said.startswith(("anc:", "U+")):
        store.dump(str(tmp_path / "x.nt"), format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
        assert any(said in one.message("fr") for one in validate_file(tmp_path / "x.nt").results)
        with pytest.raises(InvalidGraph, match=re.escape(said)):
            Pipeline(data_dir).load_rdf(tmp_path / "x.nt", GRAPHS + "mine")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("INSERT DATA { e:s e:p }", QuerySyntax),
        ("LOAD <http://127.0.0.1:9/>", QueryRefused),
        ("INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", QueryRefused),
        ("DELETE WHERE " + "{" * 5000 + "}" * 5000, QueryTooComplex),
        ("INSERT DATA { e:s e:p " + "[ e:p " * 5000 + "1" + "]" * 5000 + "}", QueryTooComplex),
        ("CLEAR ALL", ProtectedGraph),
        ("DELETE WHERE { ?s ?p ?o }", ProtectedGraph),
    ],
)
def test_refused_updates_change_nothing(
    writer: Writer, data_dir: Path, text: str, error: type[Exception]
) -> None:
    before = current(data_dir)
    with pytest.raises(error):
        update(writer, text)
    assert current(data_dir) == before
    check_nothing_left(data_dir)


def bomb(levels: int = 8) -> str:
    entities = "".join(
        f'<!ENTITY e{i} "{f"&e{i - 1};" * 12 if i else "xxxxxxxxxxxxxxxx"}">' for i in range(levels)
    )
    return (
        f'<?xml version="1.0"?><!DOCTYPE r [{entities}]><rdf:RDF xmlns:rdf='
        '"http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e.org/"><rdf:Description rdf:about="http://e.org/s">'
        f"<e:p>&e{levels - 1};</e:p></rdf:Description></rdf:RDF>"
    )


def test_a_file_that_kills_its_process_kills_nothing_else(data_dir: Path) -> None:
    writer = Writer(data_dir, memory=256 << 20, deadline=60)
    before = current(data_dir)
    with pytest.raises(EditExhausted):
        put(writer, "http://e.org/g", bomb(), "application/rdf+xml")
    heavy = "BIND('xxxxxxxxxxxxxxxx' AS ?x0) " + " ".join(
        f"BIND(CONCAT(?x{i},?x{i}) AS ?x{i + 1})" for i in range(34)
    )
    with pytest.raises(EditExhausted):
        update(writer, f"INSERT {{ e:s e:p ?x34 }} WHERE {{ {heavy} }}")
    assert current(data_dir) == before
    check_nothing_left(data_dir)


def test_a_write_has_a_deadline_and_the_next_one_is_served(data_dir: Path) -> None:
    slow = Writer(data_dir, deadline=1.0)
    started = time.monotonic()
    with pytest.raises(EditTimeout):
        update(slow, SLOW)
    assert time.monotonic() - started < 30  # the process's start is not counted
    assert update(Writer(data_dir), "INSERT DATA { e:s e:p 1 }").edit
    check_nothing_left(data_dir)


def test_nothing_is_fetched_from_anywhere(writer: Writer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as trap:
        trap.settimeout(0.05)
        port = trap.getsockname()[1]
        context = f'{{"@context": "http://127.0.0.1:{port}/c.jsonld", "@id": "http://e.org/a", "p": 1}}'
        with pytest.raises((DataSyntax, EditExhausted)):
            put(writer, "http://e.org/g", context, "application/ld+json")
        external = (
            f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "http://127.0.0.1:{port}/x">]><rdf:RDF '
            'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e.org/">'
            '<rdf:Description rdf:about="http://e.org/s"><e:p>&x;</e:p></rdf:Description></rdf:RDF>'
        )
        with pytest.raises(DataSyntax):
            put(writer, "http://e.org/g", external, "application/rdf+xml")
        with pytest.raises(QueryRefused):
            update(writer, f"LOAD <http://127.0.0.1:{port}/>")
        with pytest.raises(TimeoutError):
            trap.accept()


@pytest.mark.parametrize(
    ("text", "format"),
    [
        ("<http://e.org/s> <http://e.org/p>\n\n broken", "text/turtle"),
        ("{", "application/ld+json"),
        ("<a><b></a>", "application/rdf+xml"),
        ('{"@id": "http://e.org/g", "@graph": [{"@id": "http://e.org/s", "http://e.org/p": 1}]}', "application/ld+json"),
        ("<http://e.org/s> <http://e.org/p> 'x' .", "application/n-triples"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_what_it_says_is_refused(writer: Writer, text: str, format: str) -> None:
    with pytest.raises(DataSyntax):
        put(writer, "http://e.org/g", text, format)


def test_an_error_of_a_write_says_the_place_that_it_knows_and_writes_numbers_as_the_reader_does() -> None:
    assert "(ligne 2, colonne 5)" in DataSyntax("no", 2, 5).message["fr"]
    assert (
        DataSyntax("no", 0, 0).message["fr"]
        == "Le corps n’est pas dans la syntaxe annoncée. Rien n’est changé."
    )
    late = EditTimeout(0.5).message
    assert ("0,5 s" in late["fr"], "0.5 s" in late["en"]) == (True, True)


def test_blank_nodes_of_a_source_are_left_alone(writer: Writer, data_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text(
        "<http://e.org/s> <http://e.org/p> [ <http://e.org/q> 1 ] .", encoding="utf-8"
    )
    Pipeline(data_dir).load_rdf(tmp_path / "a.ttl", "http://e.org/rdf")
    with pytest.raises(LocalBlankNode):
        put(writer, "http://e.org/rdf", "<http://e.org/s> <http://e.org/p> 1 .")
    with pytest.raises(LocalBlankNode):
        update(writer, "DELETE WHERE { GRAPH e:rdf { ?s e:q ?o } }")
    assert put(writer, "http://e.org/rdf", "<http://e.org/s> <http://e.org/p> [] .", action="post").edit


def test_without_a_publication_there_is_nothing_to_write_to(tmp_path: Path) -> None:
    with pytest.raises(NoSnapshot):
        update(Writer(tmp_path), "INSERT DATA { e:s e:p 1 }")


# --- several writers, and death ---------------------------------------------------------------------------------------


def test_a_second_writer_waits_and_then_is_told(data_dir: Path) -> None:
    with Snapshots(data_dir).lock(), pytest.raises(StoreBusy):
        update(Writer(data_dir, patience=0.2), "INSERT DATA { e:s e:p 1 }")
    writer = Writer(data_dir, patience=60)
    threads = [
        threading.Thread(target=update, args=(writer, f"INSERT DATA {{ e:s e:p {i} }}")) for i in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert values(data_dir, "SELECT ?o { e:s e:p ?o }") == {"0", "1", "2", "3"}
    assert len(current(data_dir).manifest["edits"]) == 4


def test_older_generations_are_pruned(data_dir: Path) -> None:
    writer = Writer(data_dir, keep=2)
    for i in range(3):
        update(writer, f"INSERT DATA {{ e:s e:p {i} }}")
    assert len(Snapshots(data_dir).list()) == 2
    check_rebuilt(data_dir)


def test_closing_ends_a_write_that_runs(data_dir: Path) -> None:
    writer = Writer(data_dir)
    failed: list[BaseException] = []

    def run() -> None:
        try:
            update(writer, SLOW)
        except EditExhausted as error:
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    while not list((data_dir / "generations").glob(".staging-*/store/CURRENT")):
        assert thread.is_alive()
        time.sleep(0.01)
    writer.close()
    thread.join(20)
    assert "stopping" in str(failed[0])
    check_nothing_left(data_dir)


WRITER = """
import signal, sys, tempfile
from pathlib import Path
from ancrage.graph.snapshots import snapshot
from ancrage.loaders.publish import edits
from ancrage.loaders.write import processes, writer, request as write_request

def die(*_, **__):
    signal.raise_signal(signal.SIGKILL)

data_dir, instant, number = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
before = sys.argv[4] + " ;" if len(sys.argv) > 4 else ""
for kind in (edits.Edits, snapshot.Snapshots, writer.Writer, processes.WriteProcess):
    if hasattr(kind, instant):
        setattr(kind, instant, die)
one = writer.Writer(data_dir, keep=3)
while True:
    with tempfile.TemporaryFile() as file:
        triple = f"<http://e.org/s> <http://e.org/p> {number}"
        file.write(f"{before} INSERT DATA {{ {triple} GRAPH <http://e.org/g> {{ {triple} }} }}".encode())
        file.flush()
        file.seek(0)
        one.write(write_request.Write("update"), file)
    print(number, flush=True)
    number += 1
"""


def numbers(data_dir: Path) -> tuple[set[str], set[str]]:
    return (
        values(data_dir, f"SELECT ?o {{ GRAPH <{EDITS_GRAPH}> {{ e:s e:p ?o }} }}"),
        values(data_dir, "SELECT ?o { GRAPH e:g { e:s e:p ?o } }"),
    )


@pytest.mark.parametrize(
    ("instant", "published"),
    [("ask", 0), ("_publish", 0), ("add_draft", 0), ("_point", 0), ("confirm", 1), ("_record", 1)],
)
def test_a_writer_that_dies_at_a_chosen_instant(data_dir: Path, instant: str, published: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WRITER, str(data_dir), instant, "1"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert done.stdout == ""
    expected = {"1"} if published else set()
    assert numbers(data_dir) == (expected, expected)
    update(Writer(data_dir), "INSERT DATA { e:after e:p 1 }")
    assert numbers(data_dir) == (expected, expected)
    check_nothing_left(data_dir)
    in_force = [edit.id for edit in Edits(data_dir).all() if not edit.dropped]
    assert in_force == current(data_dir).manifest["edits"]
    assert len(in_force) == published + 1
    check_rebuilt(data_dir)


def test_writers_killed_at_any_instant_lose_nothing_acknowledged(data_dir: Path) -> None:
    chance = random.Random(7)
    acknowledged = 0
    for _ in range(8):
        command = [sys.executable, "-c", WRITER, str(data_dir), "-", str(acknowledged + 100)]
        before = numbers(data_dir)[0]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            told = [process.stdout.readline().strip()]
            time.sleep(chance.random())
            process.kill()
            told += process.stdout.read().split()
        acknowledged += 100
        default, named = numbers(data_dir)
        assert default == named, "a torn write is shown"
        new = sorted(map(int, default - before))
        assert {int(number) for number in told if number} <= set(new)
        assert len(new) - len(told) in (0, 1)  # the last one may be published and not yet told
        assert new == list(range(acknowledged, acknowledged + len(new)))
    update(Writer(data_dir, patience=30), "INSERT DATA { e:x e:p 1 }")
    check_nothing_left(data_dir)
    check_rebuilt(data_dir)


def test_a_process_ends_with_its_writer(data_dir: Path) -> None:
    """Killed in the middle of a write, the writer leaves no process behind."""
    slow = SLOW.replace("e:", "http://e.org/").replace(
        "http://e.org/s http://e.org/p", "<http://e.org/s> <http://e.org/p>"
    )
    command = [sys.executable, "-c", WRITER, str(data_dir), "-", "1", slow]
    with subprocess.Popen(command) as process:
        children: list[int] = []
        while not list((data_dir / "generations").glob(".staging-*/store/CURRENT")):
            time.sleep(0.01)
        for task in Path(f"/proc/{process.pid}/task").iterdir():
            children += [int(pid) for pid in (task / "children").read_text().split()]
        process.kill()
    assert children
    for _ in range(500):
        if not any(alive(pid) for pid in children):
            return
        time.sleep(0.02)
    pytest.fail("a process outlives its writer")


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_body_that_takes_long_to_read_holds_no_lock(
    data_dir: Path, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RDF/XML of 40,000 levels takes minutes to read: other writes go on, and it is stopped."""
    monkeypatch.setattr("ancrage.loaders.write.writer._READING", 8.0)
    head = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e.org/">'
    depth = 40_000
    text = "<rdf:Description><e:p>" * depth + "</e:p></rdf:Description>" * depth
    failed: list[Exception] = []

    def deep() -> None:
        try:
            put(writer, GRAPHS + "deep", f"{head}{text}</rdf:RDF>", "application/rdf+xml")
        except Exception as error:
            failed.append(error)

    thread = threading.Thread(target=deep)
    thread.start()
    other = Writer(data_dir, deadline=60, patience=0.1)
    try:
        while thread.is_alive():
            update(other, f"INSERT DATA {{ e:s e:p {time.monotonic_ns()} }}")
    finally:
        thread.join()
        other.close()
    assert [type(error) for error in failed] == [EditTimeout]
    assert len(Snapshots(data_dir).list()) > 1


FULL = """
import errno, os, sys, tempfile
from pathlib import Path
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.loaders.write.request import StorageFailed, Write
from ancrage.loaders.write.writer import Writer


data, kind = Path(sys.argv[1]), sys.argv[2]
before, writer = Snapshots(data).current(), Writer(data, deadline=60, patience=5)

def update(number):
    with tempfile.TemporaryFile(dir="/tmp") as file:
        file.write(f"INSERT DATA {{ <http://e.org/s> <http://e.org/p> {number} }}".encode())
        file.seek(0)
        return writer.write(Write("update"), file)

def refused(number):
    try:
        update(1)
    except StorageFailed as error:
        assert error.errno == number, error
        assert str(data) not in str(error), error
        print(error, file=sys.stderr)
    else:
        return False
    assert Snapshots(data).current() == before
    assert [one.id for one in Snapshots(data).list()] == [before.id]
    return True

if kind == "full":
    filler = data / "filler"
    for left in range(0, 1000, 64):  # at each step of a write, until it goes through
        stat = os.statvfs(data)
        with filler.open("ab") as file:
            file.write(bytes(max(0, stat.f_bavail * stat.f_frsize - (left << 10))))
        went = not refused(errno.ENOSPC)
        filler.unlink()
        if went:
            break
    assert left > 64
else:
    os.system(f"mount -o remount,ro {data}")
    assert refused(errno.EROFS)
    os.system(f"mount -o remount,rw {data}")
done = update(2)
assert Snapshots(data).current().id == done.snapshot != before.id
print("held")
"""


@pytest.mark.parametrize("kind", ["full", "read-only"])
def test_a_disk_that_refuses_is_told_and_loses_nothing(data_dir: Path, tmp_path: Path, kind: str) -> None:
    if not shutil.which("unshare") or subprocess.run(["unshare", "-rm", "true"], check=False).returncode:
        pytest.skip("needs a name space of one's own for a small disk")
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = f'mount -t tmpfs -o size=40m none {disk} && cp -a {data_dir}/. {disk} && exec "$@"'
    run = subprocess.run(
        ["unshare", "-rm", "sh", "-c", mount, "sh", sys.executable, "-c", FULL, str(disk), kind],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stdout == "held\n", run.stderr
