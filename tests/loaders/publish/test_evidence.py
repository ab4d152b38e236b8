"""What partners declare is told as declared, everywhere: in the cube, in RDF, in the lists of portraits."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from ancrage.api.indicators.words import evidence_words
from ancrage.api.pages.territory.life import relays
from ancrage.api.pages.territory.lists import actors, kind_words
from ancrage.api.pages.territory.matter import PortraitData
from ancrage.api.pages.territory.ties import partners
from ancrage.graph.indicators.cube import Cube
from ancrage.graph.region.firmness import counts_of
from ancrage.graph.region.view import RegionView
from ancrage.graph.snapshots.provenance import INDICATORS_GRAPH
from ancrage.graph.snapshots.reader import LocalReader
from ancrage.graph.snapshots.snapshot import Snapshot, Snapshots
from ancrage.loaders.publish.pipeline import Pipeline
from ancrage.ontology.vocabulary import ANC, ID, graph, ontology_files, prologue
from rdflib import RDF, URIRef

from .test_indicators import TERRITORIES

HERE, THERE = "territory/commune/38185", "territory/commune/38421"
TOWNS = TERRITORIES + (
    "territory/commune/38421,Commune,Saint-Martin-d'Hères,38421,2026,38\n"
    "territory/epci/200040715,Intercommunality,Grenoble-Alpes-Métropole,200040715,2026,\n"
)


def folder_of(path: Path, name: str, status: str, interactions: int, **more: str) -> Path:
    """Write a partner's folder with some interactions of a company of Grenoble with a university elsewhere."""
    path.mkdir(parents=True)
    numbers = range(1, interactions + 1)
    tables = {
        "about": f"key,value\nname,{name}\ntitle,{name}\npublisher,Essai\nevidence,{status}\n",
        "organizations": "id,kind,label_fr,actor_type\n"
        f"{name}/firm,Company,Entreprise {name},company\n{name}/univ,University,Université {name},higher-education\n",
        "interactions": "id,label_fr,types,year\n"
        + "".join(f"{n},Stage {name} {n},internship,2025\n" for n in numbers),
        "participations": "interaction,organization,roles,place\n"
        + "".join(f"{n},{name}/firm,host,38185\n{n},{name}/univ,supply,38421\n" for n in numbers),
        **more,
    }
    for table, text in tables.items():
        (path / f"{table}.csv").write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("evidence")
    pipeline = Pipeline(folder / "data")
    pipeline.load(
        "exchange", [folder_of(folder / "projects", "projects", "documented", 2, territories=TOWNS)]
    )
    sites = "id,kind,label_fr,organizations,territory\n"
    sites += "branch,DigitalBranch,Antenne,stages/univ,38185\ncampus,Campus,Campus,stages/univ,38421\n"
    pipeline.load("exchange", [folder_of(folder / "stages", "stages", "declared", 8, sites=sites)])
    found = pipeline.snapshots.current()
    assert found is not None
    return found


@pytest.fixture(scope="module")
def seen(snapshot: Snapshot) -> PortraitData:
    with LocalReader(snapshot) as reader:
        return PortraitData.of(RegionView.of(reader), RegionView.of(reader, illustrative=True))


def test_a_figure_is_as_firm_as_its_least_firm_fact_and_names_their_sources(seen: PortraitData) -> None:
    values = {one.indicator.id: one for one in seen.values(HERE)}
    told = values["interactions"]
    assert (told.value, told.evidence) == (10, "declared")
    assert counts_of(told.facts) == {"documented": 2, "declared": 8}
    assert told.sources == "projects, stages"  # and not those the file of the indicator declares
    assert seen.cube.indicators["interactions"].sources == ("projects", "stages")
    assert seen.cube.indicators["interactions"].evidence == "declared"
    assert counts_of(seen.cube.indicators["interactions"].facts) == {"documented": 2, "declared": 8}
    assert evidence_words(seen.cube.indicators["interactions"], "en").endswith(
        "(documented: 2 (20%), declared: 8 (80%))"
    )
    nobody = seen.cube.indicators["requests"]  # no fact at all, and only examples would give it
    assert (nobody.evidence, nobody.sources) == ("illustrative", ("illustrative",))
    assert (values["population"].status, values["population"].evidence) == ("missing", "documented")


def test_declared_branches_are_not_illustrative(seen: PortraitData) -> None:
    values = {one.indicator.id: one for one in seen.values(HERE)}
    assert (values["branches"].value, values["branches"].evidence) == (1, "declared")
    assert values["branches"].sources == "stages"
    assert seen.cube.indicators["branches"].evidence == "declared"
    assert values["reach-branch"].evidence == "inferred"  # no firmer than its formula


def test_the_cube_in_rdf_tells_the_same(snapshot: Snapshot, seen: PortraitData) -> None:
    text = f"""SELECT DISTINCT ?i ?t ?e {{ GRAPH <{INDICATORS_GRAPH}> {{ ?o anc:refIndicator ?i ; anc:refTerritory ?t ;
      anc:refSector <{ID}sector/total> ; anc:evidenceStatus ?e }} }}"""
    with LocalReader(snapshot) as reader:
        frame = reader.query(prologue() + text, accept="text/csv").body.decode()
    told = {tuple(line.split(",")[:2]): line.split(",")[2] for line in frame.split("\r\n")[1:] if line}
    wholes = seen.cube.frame.filter(pl.col("by").is_null() & (pl.col("territory") == "territory/region/84"))
    for name, evidence in wholes.select("indicator", "evidence").iter_rows():
        if evidence == "illustrative":  # nothing of examples is published
            continue
        key = (f"{ID}indicator/computed/{name}", f"{ID}territory/region/84")
        assert told[key] == f"{ID}evidence-status/{evidence}", name
    one = f"{ID}indicator/computed/interactions"
    sources = f"SELECT ?s {{ GRAPH <{INDICATORS_GRAPH}> {{ <{one}> prov:hadPrimarySource ?s }} }}"
    with LocalReader(snapshot) as reader:
        body = reader.query(prologue() + sources, accept="text/csv").body.decode()
    assert set(body.split()[1:]) == {f"{ID}source/projects", f"{ID}source/stages"}


def test_lists_of_portraits_tell_companies_branches_and_partners_as_declared(seen: PortraitData) -> None:
    place = seen.territory(HERE)
    assert place is not None
    rows = {row["actor"]: row for row in actors(seen, place, "fr").rows}
    assert (rows["Entreprise stages"]["evidence"], rows["Entreprise stages"]["source"]) == (
        "declared",
        "stages",
    )
    assert rows["Entreprise projects"]["evidence"] == "documented"
    assert (
        rows["Université stages"]["evidence"] == "declared"
    )  # by its branch, whose location tells no status
    told = {row["partner"]: row for row in partners(seen, place, "fr").rows}
    assert (told["Université stages"]["evidence"], told["Université stages"]["source"]) == (
        "declared",
        "stages",
    )
    assert told["Université projects"]["evidence"] == "documented"
    elsewhere = [row for row in told.values() if row["side"] == "territory"]
    assert [(row["evidence"], row["source"]) for row in elsewhere] == [("declared", "projects, stages")]


def test_the_place_of_a_site_is_declared_where_a_partner_tells_it(snapshot: Snapshot) -> None:
    with LocalReader(snapshot) as reader:
        rows = RegionView.of(reader).frame("relays")
        cube = Cube.of(reader)
    assert rows["evidence"].to_list() == ["declared"]
    assert cube.errors == ()


def test_relays_and_kinds_are_named_by_the_ontology_in_french(example_data_dir: Path) -> None:
    found = Snapshots(example_data_dir).current()
    assert found is not None
    with LocalReader(found) as reader:
        seen = PortraitData.of(RegionView.of(reader), RegionView.of(reader, illustrative=True))
    place = seen.territory("territory/department/07")
    assert place is not None
    [branch] = [row for row in relays(seen, place, "fr").rows if "numérique de Privas" in row["relay"]]
    assert branch["services"] == "salle de visioconférence, tutorat"
    assert branch["run_by"].startswith("[Exemple]")  # and not the end of its address
    names = {
        service: seen.word(service, "fr")
        for service in ("branch-service/exam-centre", "branch-service/guidance")
    }
    assert list(names.values()) == ["centre d'examen", "orientation"]
    assert seen.label("organization/example-sawmill").startswith("[Exemple]")
    kinds = graph(ontology_files()).subjects(RDF.type, URIRef(f"{ANC}ActorType"))
    for kind in kinds:
        name = str(kind).removeprefix(ID)
        assert kind_words(name, "fr") != name.rsplit("/", 1)[-1].replace("-", " ") or "association" in name
