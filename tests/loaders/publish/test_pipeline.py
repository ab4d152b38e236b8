"""The one door: staged, checked, swapped whole; what is published survives whatever a load brings."""

import shutil
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from ancrage.graph.snapshots.provenance import (
    DERIVED_GRAPHS,
    GRAPHS,
    INDICATORS_GRAPH,
    ONTOLOGY_GRAPH,
    PROVENANCE_GRAPH,
    REGISTER_GRAPH,
)
from ancrage.graph.snapshots.snapshot import Snapshot, StoreBusy
from ancrage.loaders.publish.generation import InvalidGraph
from ancrage.loaders.publish.order import in_order
from ancrage.loaders.publish.pipeline import Pipeline
from ancrage.loaders.publish.stage import RejectedRows, faults_of
from ancrage.loaders.read.source import SourceError, all_sources
from ancrage.ontology.vocabulary import ID
from ancrage.words import Spoken

TERRITORIES = """id,kind,label_fr,code,vintage,part_of
territory/region/84,Region,Auvergne-Rhône-Alpes,84,2026,
territory/department/38,Department,Isère,38,2026,R84
territory/commune/38185,Commune,Grenoble,38185,2026,38
"""
ORGANIZATIONS = """id,kind,label_fr,uai,actor_type
0383546Y,University,Université Grenoble Alpes,0383546Y,higher-education
"""
PROGRAMMES = """id,label_fr,organizations
programme/bois,Licence professionnelle systèmes constructifs bois,0383546Y
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("partner")
    (path / "about.csv").write_text(
        "key,value\nname,partner\ntitle,Essai\npublisher,Essai\n", encoding="utf-8"
    )
    (path / "territories.csv").write_text(TERRITORIES, encoding="utf-8")
    (path / "organizations.csv").write_text(ORGANIZATIONS, encoding="utf-8")
    (path / "programmes.csv").write_text(PROGRAMMES, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, folder: Path) -> Path:
    """A data directory with one source, published; tests copy it."""
    data = tmp_path_factory.mktemp("loaded") / "data"
    Pipeline(data).load("exchange", [folder])
    return data


@pytest.fixture
def pipeline(tmp_path: Path, loaded: Path) -> Pipeline:
    shutil.copytree(loaded, tmp_path / "data", symlinks=True)
    return Pipeline(tmp_path / "data")


def current(pipeline: Pipeline) -> Snapshot:
    snapshot = pipeline.snapshots.current()
    assert snapshot is not None
    return snapshot


def ask(snapshot: Snapshot, text: str) -> list[str]:
    solutions = ox.Store.read_only(str(snapshot.store)).query(text)
    assert isinstance(solutions, ox.QuerySolutions)
    return [solution[0].value for solution in solutions]


def other(folder: Path, tmp_path: Path, **tables: str) -> Path:
    path = tmp_path / "other"
    path.mkdir()
    (path / "about.csv").write_text("key,value\nname,other\ntitle,Autre\npublisher,Autre\n", encoding="utf-8")
    for name, text in tables.items():
        (path / f"{name}.csv").write_text(text, encoding="utf-8")
    return path


def test_a_load_publishes_one_graph_a_source_beside_ontology_provenance_and_what_is_derived(
    pipeline: Pipeline,
) -> None:
    graphs = current(pipeline).manifest["graphs"]
    own = {ONTOLOGY_GRAPH, PROVENANCE_GRAPH, REGISTER_GRAPH, INDICATORS_GRAPH, *DERIVED_GRAPHS}
    assert set(graphs) == {GRAPHS + "partner", *own}
    assert graphs[INDICATORS_GRAPH]["role"] == "computed"
    assert graphs[GRAPHS + "partner"]["role"] == "base"
    assert graphs[PROVENANCE_GRAPH]["role"] == "provenance"
    run = "?run a <https://w3id.org/ancrage/def/AnalysisRun> ; <http://www.w3.org/ns/prov#used> ?graph"
    read = set(ask(current(pipeline), f"SELECT ?graph {{ GRAPH <{INDICATORS_GRAPH}> {{ {run} }} }}"))
    assert {GRAPHS + "partner", GRAPHS + "deductions"} <= read <= {*graphs}


def test_the_default_graph_is_the_union_of_the_base_graphs_each_triple_once(pipeline: Pipeline) -> None:
    store = ox.Store.read_only(str(current(pipeline).store))
    base = [ox.NamedNode(graph) for graph in (ONTOLOGY_GRAPH, *DERIVED_GRAPHS, GRAPHS + "partner")]
    union = {quad.triple for graph in base for quad in store.quads_for_pattern(None, None, None, graph)}
    merged = {quad.triple for quad in store.quads_for_pattern(None, None, None, ox.DefaultGraph())}
    # blank nodes are renamed between two readings of a file: they are compared by number
    assert {t for t in merged if "_:" not in str(t)} == {t for t in union if "_:" not in str(t)}
    assert len(merged) == len(union)


def test_words_propose_members_of_filieres(pipeline: Pipeline) -> None:
    found = ask(
        current(pipeline),
        """PREFIX anc: <https://w3id.org/ancrage/def/>
        SELECT ?rule WHERE { ?p anc:proposedMember <https://w3id.org/ancrage/id/programme/bois> ; anc:matchedRule ?rule
          FILTER NOT EXISTS { ?m anc:member <https://w3id.org/ancrage/id/programme/bois> } }""",
    )
    assert found == ["timber-trains-core"]


def test_what_programmes_prepare_for_is_derived_and_inferred(pipeline: Pipeline) -> None:
    found = ask(
        current(pipeline),
        """PREFIX anc: <https://w3id.org/ancrage/def/>
        SELECT ?family WHERE { ?p anc:preparationOf <https://w3id.org/ancrage/id/programme/bois> ; anc:preparesFor ?family ;
          anc:matchedRule "wood" ; anc:evidenceStatus <https://w3id.org/ancrage/id/evidence-status/inferred> .
          <https://w3id.org/ancrage/id/programme/bois> anc:trainsFor ?family } ORDER BY ?family""",
    )
    assert found == [f"{ID}fap/B", f"{ID}fap/F"]


def test_a_rejected_row_stops_the_load_and_names_everything(
    pipeline: Pipeline, folder: Path, tmp_path: Path
) -> None:
    before = current(pipeline)
    bad = other(folder, tmp_path, organizations="id,label_fr,siren\norganization/x,Sans chiffre,12AB\n")
    with pytest.raises(
        RejectedRows, match=r"organizations\.csv, ligne 2, colonne « siren », valeur « 12AB »"
    ) as caught:
        pipeline.load("exchange", [bad])
    assert "12AB" in caught.value.path.read_text(encoding="utf-8")
    assert current(pipeline) == before
    assert pipeline.versions.names() == ["partner"]


def test_the_first_few_rejected_rows_are_said(pipeline: Pipeline, folder: Path, tmp_path: Path) -> None:
    rows = "".join(f"organization/x{n},Sans chiffre,12AB\n" for n in range(9))
    bad = other(folder, tmp_path, organizations="id,label_fr,siren\n" + rows)
    with pytest.raises(RejectedRows) as caught:
        pipeline.load("exchange", [bad])
    said = str(caught.value)
    assert [f"ligne {n}, colonne" in said for n in (2, 6, 7)] == [True, True, False]
    assert "9 lignes rejetées" in said and "… et 4 de plus." in said
    assert len(caught.value.path.read_text(encoding="utf-8").splitlines()) == 10


def test_a_type_that_is_mistyped_and_a_column_that_is_not_read_are_told_with_the_nearest(
    pipeline: Pipeline, folder: Path, tmp_path: Path
) -> None:
    bad = other(folder, tmp_path, interactions="id,types,concern\ni/1,interaction-type/internshp,16.10A\n")
    with pytest.raises(RejectedRows) as caught:
        pipeline.load("exchange", [bad])
    said = str(caught.value)
    assert "« interaction-type/internshp » est inconnu ; le plus proche est « internship » (stage)." in said
    assert "la colonne « concern » est inconnue (le plus proche est « concerns »)" in said
    (reason,) = faults_of(caught.value, "en")["reason"]
    assert reason == "“interaction-type/internshp” is unknown; the nearest is “internship”."


def test_a_violation_stops_the_load_and_leaves_no_trace(
    pipeline: Pipeline, folder: Path, tmp_path: Path
) -> None:
    before = current(pipeline)
    bad = tmp_path / "bad.ttl"
    bad.write_text(
        f"<{ID}territory/commune/38185> a <http://www.w3.org/ns/org#Organization> .", encoding="utf-8"
    )
    with pytest.raises(InvalidGraph, match="Un territoire est un lieu") as caught:
        pipeline.load_rdf(bad, GRAPHS + "bad")
    assert caught.value.report.violations
    assert current(pipeline) == before
    assert pipeline.versions.names() == ["partner"]
    assert [path.name for path in pipeline.snapshots.generations.iterdir()] == [before.id]


def test_a_missing_file_is_named(pipeline: Pipeline, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="n'existe pas"):
        pipeline.load("exchange", [tmp_path / "absent"])


def test_a_source_that_relies_on_another_says_so(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="chargez-la d'abord"):
        Pipeline(tmp_path).load("insee-clap", [tmp_path])


def test_a_dry_run_keeps_nothing(tmp_path: Path, folder: Path) -> None:
    pipeline = Pipeline(tmp_path)
    steps: list[Spoken] = []
    report = pipeline.load("exchange", [folder], dry_run=True, progress=steps.append)
    assert report.record.quads > 10
    told = [step["fr"].partition(" : ")[0] for step in steps]
    assert "contrôle" in told and "indicateurs" not in told, "what would be thrown away is not computed"
    assert report.snapshot is None
    assert pipeline.versions.names() == []
    assert pipeline.snapshots.current() is None


def test_a_source_is_replaced_whole(pipeline: Pipeline, folder: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    again.mkdir()
    (again / "about.csv").write_text(
        "key,value\nname,partner\ntitle,Essai\ntitle_en,Trial\n", encoding="utf-8"
    )
    (again / "territories.csv").write_text(TERRITORIES, encoding="utf-8")
    report = pipeline.load("exchange", [again])
    (told,) = [one["fr"] for one in report.warnings if "remplace" in one["fr"]]
    assert told.startswith("« partner » remplace en entier") and "Organisations 1 → 0" in told, told
    assert "Territoires" not in told
    assert report.record.title == {"fr": "Essai", "en": "Trial"}
    assert ask(current(pipeline), "SELECT ?o WHERE { ?o a <http://www.w3.org/ns/org#Organization> }") == []
    assert len(pipeline.snapshots.list()) == 2


def test_tables_without_a_row_replace_nothing(pipeline: Pipeline, tmp_path: Path) -> None:
    (tmp_path / "about.csv").write_text("key,value\nname,partner\n", encoding="utf-8")
    with pytest.raises(SourceError, match="aucune table de « partner » n'a de ligne"):
        pipeline.load("exchange", [tmp_path / "about.csv"])
    pipeline.load("exchange", [tmp_path / "about.csv"], shrink=True, publish=False)


def test_an_interaction_that_has_a_place_and_counts_nowhere_is_told(
    pipeline: Pipeline, folder: Path, tmp_path: Path
) -> None:
    given = other(
        folder,
        tmp_path,
        interactions="id,label_fr,types,takes_place_in\na,A,internship,38185\nb,B,internship,38185\nc,C,internship,\n",
        participations="interaction,organization,roles,place\na,0383546Y,supply,38185\nb,0383546Y,supply,\n",
    )
    report = pipeline.load("exchange", [given], publish=False)
    (told,) = [one["fr"] for one in report.warnings if "portrait" in one["fr"]]
    assert told.startswith("1 interaction a un lieu"), told


def test_several_loads_make_one_publication(tmp_path: Path, folder: Path) -> None:
    pipeline = Pipeline(tmp_path)
    pipeline.load("exchange", [folder], publish=False)
    assert pipeline.snapshots.current() is None
    snapshot = pipeline.publish()
    assert snapshot.manifest["graphs"][GRAPHS + "partner"]["quads"] > 10


def test_rdf_goes_to_the_graph_that_is_named(pipeline: Pipeline, tmp_path: Path) -> None:
    path = tmp_path / "x.ttl"
    path.write_text("<http://e.org/s> <http://e.org/p> 1, 2 .", encoding="utf-8")
    snapshot = pipeline.load_rdf(path, GRAPHS + "scenario/essai").snapshot
    assert snapshot is not None
    graph = dict(snapshot.manifest["graphs"][GRAPHS + "scenario/essai"])
    assert len(graph.pop("content")) == 64
    assert graph == {
        "quads": 2,
        "role": "scenario",
        "source": "rdf-scenario-essai",
        "licence": "",
    }
    assert ask(snapshot, "SELECT ?o WHERE { <http://e.org/s> <http://e.org/p> ?o }") == []


def test_broken_rdf_names_the_file_and_the_line(pipeline: Pipeline, tmp_path: Path) -> None:
    path = tmp_path / "x.ttl"
    path.write_text("<http://e.org/s> <http://e.org/p> 1 .\n<http://e.org/s> oops .", encoding="utf-8")
    with pytest.raises(SourceError, match=r"x\.ttl.*line 2"):
        pipeline.load_rdf(path, GRAPHS + "scenario/essai")


def test_two_writers_do_not_meet(pipeline: Pipeline, folder: Path) -> None:
    pipeline.snapshots.timeout = 0.1
    hold = f"""
import sys
from pathlib import Path
from ancrage.graph.snapshots.snapshot import Snapshots
with Snapshots(Path({str(pipeline.data_dir)!r})).lock():
    print("held", flush=True)
    sys.stdin.read()
"""
    with subprocess.Popen(
        [sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(StoreBusy):
            pipeline.load("exchange", [folder])
        process.communicate("")


def test_sources_come_after_what_they_rely_on() -> None:
    ranks = {source.name: rank for rank, source in enumerate(in_order(all_sources().values()))}
    for source in all_sources().values():
        for name in (*source.requires, *source.uses):
            assert ranks[name] < ranks[source.name]


def test_the_report_of_a_load_names_its_files_and_steps(tmp_path: Path, folder: Path) -> None:
    report = Pipeline(tmp_path).load("exchange", [folder])
    assert {item.name for item in report.record.files} == {path.name for path in folder.iterdir()}
    assert {"read", "tidy", "map", "index", "validate"} <= set(report.seconds)
    assert report.record.rows["programmes"] == 1
