"""Scenarios in the graph: each in its own named graph, one publication a write, nothing changed in the base graphs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pyoxigraph as ox
import pytest
from ancrage.graph.region.names import UnknownName
from ancrage.graph.region.view import RegionView
from ancrage.graph.scenarios.assumptions import Open, Scenario
from ancrage.graph.scenarios.changes import resolve
from ancrage.graph.scenarios.comparison import compare
from ancrage.graph.scenarios.description import describe
from ancrage.graph.scenarios.reading import read_scenario
from ancrage.graph.scenarios.saved import assumption_words, list_scenarios, saved_scenario
from ancrage.graph.shacl import validation
from ancrage.graph.snapshots.reader import LocalReader
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.loaders.publish.pipeline import Pipeline
from ancrage.loaders.write.scenarios import delete, save, save_run
from ancrage.loaders.write.writer import Outdated, Writer
from ancrage.ontology.vocabulary import shape_files
from ancrage.queries.library import Library

from ...tables import load_tables

TABLES = {
    "about": "key,value\nname,partner\ntitle,Essai\npublisher,Essai\n",
    "territories": """id,kind,label_fr,code,vintage,part_of,lat,long
territory/region/84,Region,Auvergne-Rhône-Alpes,84,2026,,,
territory/department/07,Department,Ardèche,07,2026,R84,,
territory/department/26,Department,Drôme,26,2026,R84,,
territory/epci/200000001,Intercommunality,CC du Haut,200000001,2026,R84,,
territory/epci/200000002,Intercommunality,CC du Bas,200000002,2026,R84,,
territory/commune/26113,Commune,Die,26113,2026,26;200000001,44.75,5.37
territory/commune/07186,Commune,Privas,07186,2026,07;200000002,44.73,4.6
""",
    "organizations": "id,kind,label_fr,uai,actor_type\n0383546Y,University,Université,0383546Y,higher-education\n",
    "programmes": "id,label_fr,organizations,sites\nprogramme/bois,Licence bois,0383546Y,site/privas\n",
    "sites": "id,kind,label_fr,organizations,territory\nsite/privas,DigitalBranch,Antenne de Privas,0383546Y,07186\n",
}
EVERYTHING = {
    "name": "tout",
    "label": "Un peu de tout",
    "label_en": "A bit of everything",
    "assumptions": [
        "open-branch Die 'Antenne de Die' services=video-room,tutoring serves=200000001 organization=0383546Y",
        "open-relay Die 'Relais de Die' serves=26,07",
        "open-programme Die 'Licence eau' level=eqf6 capacity=20 organization=0383546Y",
        "open-platform Privas 'Plateforme' organization=0383546Y",
        "move-programme programme/bois Die",
        "offer-programme 'Licence eau' 07186 mode=remote",
        "close-branch 'Antenne de Privas'",
        "merge-epci 200000001,200000002 'CC réunie'",
    ],
}


def ask(reader: LocalReader, name: str) -> pl.DataFrame:
    return pl.read_csv(reader.query(Library()[name].bind(), accept="text/csv").body)


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return load_tables(tmp_path_factory.mktemp("scenarios"), TABLES)


@pytest.fixture(scope="module")
def writer(data_dir: Path) -> Iterator[Writer]:
    made = Writer(data_dir, deadline=60, patience=20)
    yield made
    made.close()


def content(data_dir: Path) -> dict[str, list[str]]:
    """Every quad of the base graphs, the default graph and the ontology, by graph, in sorted lines of N-Quads.

    Those with a blank node of the ontology, and what each load computes anew, are left out.
    """
    snapshot = Snapshots(data_dir).current()
    assert snapshot is not None
    found: dict[str, list[str]] = {}
    for quad in ox.Store.read_only(str(snapshot.store)):
        graph, line = str(quad.graph_name), str(quad)
        if (
            not any(name in graph for name in ("/scenario/", "/provenance", "/indicators"))
            and "_:" not in line
        ):
            found.setdefault(graph, []).append(line)
    return {graph: sorted(lines) for graph, lines in found.items()}


def test_the_territories_that_a_branch_serves_are_named_in_each_language() -> None:
    opening = Open(
        "branch", "territory/commune/26113", "Antenne", "site/x", serves=("territory/epci/200000001",)
    )
    labels = {triple.object for triple in describe(Scenario("x", "X", (opening,)))}
    assert {
        ox.Literal("Territoires servis : Antenne", language="fr"),
        ox.Literal("Territories served: Antenne", language="en"),
    } <= labels


@pytest.mark.long
def test_a_scenario_comes_back_as_it_was_saved_and_goes_without_a_trace(
    data_dir: Path, writer: Writer
) -> None:
    before, publications = content(data_dir), len(Snapshots(data_dir).list())
    with LocalReader.current(data_dir) as reader:
        matter = RegionView.of(reader)
        scenario = resolve(matter, read_scenario(EVERYTHING))
        assert list_scenarios(reader) == []
        written = save(writer, read_scenario(EVERYTHING), matter)
        assert list(written.graphs) == [scenario.graph]
        assert len(Snapshots(data_dir).list()) == publications + 1
        assert content(data_dir) == before
        with LocalReader.current(data_dir) as later:
            assert later.snapshot.graphs("scenario") == [scenario.graph]
            assert list_scenarios(later) == [scenario]
            told = assumption_words(later)[scenario.graph]
            assert len(told) == len(scenario.assumptions) and "Antenne de Die" in told[0]["fr"]
            assert told[0]["en"].startswith("Opening the branch")
            assert saved_scenario(later, "tout").label_en == "A bit of everything"
            with pytest.raises(UnknownName, match=r"scenario “toot”.*tout"):
                saved_scenario(later, "toot")
            assert ask(later, "scenario-assumptions").height == 9  # two things merge
            assert RegionView.of(later).frame("relays").height == matter.frame("relays").height
        assert save(writer, scenario, matter).edit == ""  # the same again: nothing to publish
        with pytest.raises(Outdated):
            save(writer, scenario, matter, only_new=True)

    Pipeline(data_dir).load("exchange", [data_dir.parent / "tables"])  # a later load keeps it
    with LocalReader.current(data_dir) as reader:
        assert list_scenarios(reader) == [scenario]
    assert content(data_dir) == before

    with pytest.raises(UnknownName, match=r"no scenario “tous”; did you mean tout"):
        delete(writer, "tous")
    delete(writer, "tout")
    assert content(data_dir) == before
    with LocalReader.current(data_dir) as reader:
        assert list_scenarios(reader) == []
        assert reader.snapshot.graphs("scenario") == []


def test_a_run_is_saved_as_simulated_observations_that_the_shapes_accept(
    data_dir: Path, writer: Writer
) -> None:
    before = content(data_dir)
    with LocalReader.current(data_dir) as reader:
        matter = RegionView.of(reader)
        comparison = compare(matter, read_scenario(EVERYTHING), ["CC du Haut", "26"])
        save_run(writer, comparison, matter)
    assert content(data_dir) == before
    with LocalReader.current(data_dir) as reader:
        assert list_scenarios(reader) == [comparison.scenario]
        rows = ask(reader, "scenario-figures")
        told = {
            (row["territoryLabel"], row["indicatorLabel"]): (row["before"], row["after"], row["difference"])
            for row in rows.iter_rows(named=True)
        }
        assert rows.height == len(comparison)
        assert [float(one) for one in told["Drôme", "Antennes numériques connues"]] == [0, 1, 1]
        assert [float(one) for one in told["CC réunie", "Antennes numériques connues"]] == [1, 1, 0]
        graph = comparison.scenario.graph
        store = ox.Store.read_only(str(reader.snapshot.store))
        checks = [one for one in validation.compile_shapes(shape_files()) if one.severity == "Violation"]
        report = validation.check(store, checks, [graph])
        assert [f"{one.focus} {one.message('en')}" for one in report.violations] == []
        run = "PREFIX anc: <https://w3id.org/ancrage/def/> PREFIX schema: <https://schema.org/> SELECT ?name ?value "
        run += f"{{ GRAPH <{graph}> {{ ?run a anc:SimulationRun ; anc:hasParameter/schema:name ?name }} }}"
        names = reader.query(run.replace(" ?value", ""), accept="csv").body.decode().split()
        assert {"within", "territories", "illustrative"} < set(names)
    delete(writer, "tout")
    assert content(data_dir) == before


def test_a_scenario_that_makes_no_sense_is_not_saved(data_dir: Path, writer: Writer) -> None:
    publications = len(Snapshots(data_dir).list())
    with LocalReader.current(data_dir) as reader, pytest.raises(UnknownName, match="Antenne de Privas"):
        scenario = {"name": "faux", "label": "Faux", "assumptions": ["close-branch 'Antenne de Privaz'"]}
        save(writer, read_scenario(scenario), RegionView.of(reader))
    assert len(Snapshots(data_dir).list()) == publications
