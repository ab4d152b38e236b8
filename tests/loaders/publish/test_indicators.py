"""The cube as RDF, in a graph of its own: valid, apart from the default graph, taken over where nothing changed."""

from __future__ import annotations

import dataclasses
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pyoxigraph as ox
import pytest
from ancrage.graph.declarations import adapter_of
from ancrage.graph.indicators.cube import Cube
from ancrage.graph.indicators.cube_rdf import write_observations
from ancrage.graph.indicators.declaration import DIMENSIONS, FOLDER, TOPICS, IndicatorFile, read_indicators
from ancrage.graph.indicators.formulas import FORMULAS, RATIO
from ancrage.graph.indicators.frames import frames
from ancrage.graph.shacl import validation
from ancrage.graph.snapshots.dumps import dumps_of, graph_licence
from ancrage.graph.snapshots.provenance import GRAPHS, INDICATORS_GRAPH, PROVENANCE_GRAPH, now
from ancrage.graph.snapshots.reader import LocalReader
from ancrage.graph.snapshots.snapshot import Snapshot
from ancrage.graph.snapshots.store import build_store
from ancrage.graph.updates.working_copy import ProtectedGraph, WorkingCopy
from ancrage.loaders.publish.indicators import PublishedCube, compute_cube, publish_cube
from ancrage.loaders.publish.pipeline import Pipeline
from ancrage.loaders.write.request import Write
from ancrage.loaders.write.writer import Writer
from ancrage.ontology.vocabulary import ID, ontology_files, prologue, shape_files

TABLES = Path(__file__).parents[2] / "data" / "tables" / "graph.ttl"
GRAPH = GRAPHS + "tables"
ONTOLOGY = GRAPHS + "ontology"
COMPUTED = f"{ID}indicator/computed/"
TERRITORIES = """id,kind,label_fr,code,vintage,part_of
territory/region/84,Region,Auvergne-Rhône-Alpes,84,2026,
territory/department/38,Department,Isère,38,2026,R84
territory/commune/38185,Commune,Grenoble,38185,2026,38
"""
OWN = """title = { fr = "Essai", en = "Test" }
definition = { fr = "Un essai.", en = "A test." }
topic = "supply"
unit = "1"
sources = ["mesr-rnsr"]

[formula]
name = "communes"
"""
#: Integrity constraints of RDF Data Cube that can be asked at once: each must find nothing.
CONSTRAINTS = {
    "IC-1 one data set": "?o qb:dataSet ?a , ?b . FILTER(?a != ?b)",
    "IC-2 one structure": "?d a qb:DataSet FILTER NOT EXISTS { ?d qb:structure ?s . ?s a qb:DataStructureDefinition }",
    "IC-11 all dimensions": (
        "?o qb:dataSet/qb:structure/qb:component/qb:dimension ?p FILTER NOT EXISTS { ?o ?p ?v }"
    ),
    "IC-13 required attributes": (
        "?o qb:dataSet/qb:structure/qb:component ?c . ?c qb:componentRequired true ; qb:attribute ?p "
        "FILTER NOT EXISTS { ?o ?p ?v }"
    ),
    "IC-19 codes of the lists": (
        "?o a anc:TerritorialObservation ; ?p ?v . ?p qb:codeList ?list . ?list a skos:ConceptScheme "
        "FILTER NOT EXISTS { ?v a skos:Concept ; skos:inScheme ?list }"
    ),
    "one value a dimension": (
        "?o qb:dataSet/qb:structure/qb:component/qb:dimension ?p . ?o ?p ?a , ?b . FILTER(?a != ?b)"
    ),
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ox.Store, PublishedCube]]:
    folder = tmp_path_factory.mktemp("cube")
    files: list[tuple[Path, str | None]] = [(path, ONTOLOGY) for path in ontology_files()]
    known = folder / "known.ttl"  # concepts that the hand-made graph names and does not describe
    paths = ("field/mesr/1", "field/mesr/2", "field/erc/PE1", "value-chain/bois", "sector/A", "sector/B")
    known.write_text(
        "".join(f"<{ID}{path}> a <http://www.w3.org/2004/02/skos/core#Concept> .\n" for path in paths),
        encoding="utf-8",
    )
    build_store([*files, (TABLES, GRAPH), (known, GRAPH)], folder / "store", merged=[GRAPH, ONTOLOGY])
    store = ox.Store(str(folder / "store"))
    inputs = {GRAPH: {"loaded": "2026-11-24T10:00:00Z", "sha256": "0" * 64}}
    cube = compute_cube(store, folder, [FOLDER])
    assert cube is not None
    yield store, publish_cube(store, folder, inputs, cube, now())


def asked(store: ox.Store, text: str, *, merged: bool = True) -> list[list[str]]:
    graphs: Any = [ox.DefaultGraph(), ox.NamedNode(INDICATORS_GRAPH)] if merged else None
    found = store.query(prologue() + text, default_graph=graphs)
    assert isinstance(found, ox.QuerySolutions)
    return [["" if term is None else str(getattr(term, "value", term)) for term in row] for row in found]


def test_each_value_is_an_observation_in_a_graph_that_nobody_sees_by_default(
    built: tuple[ox.Store, PublishedCube],
) -> None:
    store, cube = built
    size = sum(1 for _ in store.quads_for_pattern(None, None, None, ox.NamedNode(INDICATORS_GRAPH)))
    assert cube.quads == size and cube.errors == ()
    observations = (
        f"SELECT (COUNT(*) AS ?n) {{ ?o anc:refIndicator ?i . FILTER(STRSTARTS(STR(?i), '{COMPUTED}')) }}"
    )
    assert asked(store, observations) == [[str(cube.observations)]]
    assert asked(store, observations, merged=False) == [["0"]]


def test_an_observation_says_value_territory_period_group_and_where_it_comes_from(
    built: tuple[ox.Store, PublishedCube],
) -> None:
    text = f"""SELECT ?v ?p ?s ?e ?run ?used {{ ?o anc:refIndicator <{COMPUTED}research-units> ;
      anc:refTerritory <{ID}territory/epci/200000002> ; anc:obsValue ?v ; anc:refPeriod ?p ; anc:refSector ?s ;
      anc:evidenceStatus ?e ; anc:refScenario <{ID}scenario/observed> ; qb:dataSet ?d .
      ?d prov:wasGeneratedBy ?run . ?run a anc:AnalysisRun ; prov:used ?used ; prov:wasAssociatedWith ?software .
      ?used prov:generatedAtTime ?when ; dcterms:identifier ?digest }}"""
    [[value, period, sector, evidence, _, used]] = asked(built[0], text)
    assert (value, sector, used) == ("1", f"{ID}sector/total", GRAPH)
    assert period.isdigit() and evidence == f"{ID}evidence-status/inferred"
    graph = f"<{INDICATORS_GRAPH}> prov:wasGeneratedBy ?run ; prov:wasDerivedFrom <{GRAPH}>"
    assert asked(built[0], f"SELECT (COUNT(?run) AS ?n) {{ {graph} . ?run prov:used <{GRAPH}> }}") == [["1"]]
    firm = f"SELECT DISTINCT ?e {{ ?o anc:refIndicator <{COMPUTED}population> ; anc:evidenceStatus ?e }}"
    assert asked(built[0], firm) == [[f"{ID}evidence-status/documented"]]
    missing = f"""SELECT ?s {{ ?o anc:refIndicator <{COMPUTED}hiring-plans> ; anc:obsStatus ?s ;
      anc:refTerritory <{ID}territory/region/84> }}"""
    assert asked(built[0], missing) == [[f"{ID}obs-status/missing"]]


def test_an_indicator_says_what_it_is(built: tuple[ox.Store, PublishedCube]) -> None:
    text = f"""SELECT ?label ?definition ?unit ?formula ?often ?value {{ <{COMPUTED}programmes-per-100000> a anc:Indicator ;
      skos:prefLabel ?label ; skos:definition ?definition ; anc:unitCode ?unit ; anc:methodUsed ?formula ;
      prov:hadPrimarySource <{ID}source/mesr-parcoursup> ; dcterms:accrualPeriodicity ?often ;
      anc:hasParameter [ schema:name "minimum" ; schema:value ?value ]
      FILTER(LANG(?label) = "fr" && LANG(?definition) = "fr") }}"""
    [row] = asked(built[0], text)
    assert row[0] == "Formations pour 100 000 habitants" and row[2:4] == ["10*-5", "ratio"]
    assert row[4].endswith("/frequency/ANNUAL") and float(row[5]) == 2000


def test_of_communes_only_some_wholes_are_published(built: tuple[ox.Store, PublishedCube]) -> None:
    text = f"""SELECT DISTINCT ?i {{ ?o anc:refIndicator ?i ; anc:refTerritory ?t . ?t a anc:Commune
      FILTER(STRSTARTS(STR(?i), '{COMPUTED}')) }}"""
    found = {row[0].removeprefix(COMPUTED) for row in asked(built[0], text)}
    assert found == {name for name, one in read_indicators()[0].items() if one.rdf_communes}


def test_the_graph_is_valid(built: tuple[ox.Store, PublishedCube]) -> None:
    report = validation.validate(built[0], shape_files(), graphs=[INDICATORS_GRAPH])
    ours = [one for one in report.violations if "/computed/" in str(one.focus) or "/run/" in str(one.focus)]
    assert [(str(one.focus), one.message("en")) for one in ours[:3]] == []
    assert any(
        one.message("en") for one in report.violations
    )  # the hand-made graph is not, so shapes were asked


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_the_constraints_of_data_cubes_hold(built: tuple[ox.Store, PublishedCube], name: str) -> None:
    ours = CONSTRAINTS[name]
    guard = (
        "FILTER(CONTAINS(STR(?d), '/computed/'))"
        if ours.startswith("?d")
        else "FILTER(CONTAINS(STR(?o), '/computed/'))"
    )
    variable = "?d" if ours.startswith("?d") else "?o"
    assert asked(built[0], f"SELECT {variable} {{ {ours} {guard} }} LIMIT 3") == []


def test_what_only_examples_would_tell_is_not_published(built: tuple[ox.Store, PublishedCube]) -> None:
    found = "?o anc:evidenceStatus <{0}evidence-status/illustrative>"
    told = "?o anc:refIndicator <{0}indicator/computed/platforms>"
    for pattern in (found, told):
        assert asked(built[0], f"SELECT ?o {{ GRAPH ?g {{ {pattern.format(ID)} }} }} LIMIT 1") == []


def test_numbers_are_decimals_and_intervals_are_told(tmp_path: Path) -> None:
    rows = pl.DataFrame(
        [
            ("specialisation", "territory/epci/1", "2014", "sector/a17/AZ", 1.25, 0.5, 2.0000004, None, "inferred"),
            ("specialisation", "territory/epci/1", "2022/2023", None, 1234567.0, None, None, None, "inferred"),
            ("actors", "territory/epci/1", "2026", "actor-type/company", None, None, None, "suppressed", "declared"),
        ],
        schema=["indicator", "territory", "period", "by", "value", "low", "high", "status", "evidence"],
        orient="row",
    )  # fmt: skip
    path = tmp_path / "x.nq"
    count = write_observations(rows, read_indicators()[0], path)
    store = ox.Store()
    store.load(path=str(path), format=ox.RdfFormat.N_QUADS)
    assert len(store) == count
    text = path.read_text(encoding="utf-8")
    assert f'obsLow> "0.5"^^' in text and 'obsHigh> "2.0"^^' in text and '"1234567.0"^^' in text  # noqa: F541
    assert "evidence-status/declared>" in text.splitlines()[-1]
    assert f"refGroup> <{ID}actor-type/company>" in text and f"refSector> <{ID}sector/a17/AZ>" in text
    assert "observation/computed/specialisation/epci-1/2022-2023>" in text and '"2022/2023"' in text
    with pytest.raises(ValueError, match="cannot be part of an IRI"):
        write_observations(rows.with_columns(by=pl.lit('x> <y "')), read_indicators()[0], path)


def test_nobody_writes_in_the_graph() -> None:
    s = ox.NamedNode("http://e.org/s")
    with pytest.raises(ProtectedGraph, match="computed at each load"):
        WorkingCopy(ox.Store(), {}).change([], [ox.Quad(s, s, s, ox.NamedNode(INDICATORS_GRAPH))])


# --- loads ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a source and the data directory where it is published; tests copy both."""
    folder = tmp_path_factory.mktemp("loaded")
    Pipeline(folder / "data").load("exchange", [partner(folder, "partner")])
    return folder


@pytest.fixture
def pipeline(tmp_path: Path, loaded: Path) -> Pipeline:
    shutil.copytree(loaded, tmp_path, symlinks=True, dirs_exist_ok=True)
    return Pipeline(tmp_path / "data")


def partner(tmp_path: Path, name: str, title: str = "Essai") -> Path:
    folder = tmp_path / name
    folder.mkdir()
    (folder / "about.csv").write_text(
        f"key,value\nname,{name}\ntitle,{title}\npublisher,Essai\n", encoding="utf-8"
    )
    (folder / "territories.csv").write_text(TERRITORIES, encoding="utf-8")
    return folder


def current(pipeline: Pipeline) -> Snapshot:
    snapshot = pipeline.snapshots.current()
    assert snapshot is not None
    return snapshot


def quads(snapshot: Snapshot) -> set[str]:
    store = ox.Store.read_only(str(snapshot.store))
    apart = f"<{PROVENANCE_GRAPH}>"
    return {line for quad in store if "_:" not in (line := str(quad)) and str(quad.graph_name) != apart}


@pytest.mark.long
def test_a_load_that_changes_nothing_repeats_the_publication(pipeline: Pipeline, tmp_path: Path) -> None:
    before, told = current(pipeline), list[str]()
    pipeline.load("exchange", [tmp_path / "partner"], progress=lambda one: told.append(one["fr"]))
    after = current(pipeline)
    assert after.id != before.id and any("rien n'a changé" in line for line in told)
    assert quads(after) == quads(before)
    text = f"SELECT ?t {{ GRAPH <{PROVENANCE_GRAPH}> {{ ?a <http://www.w3.org/ns/prov#startedAtTime> ?t }} }}"
    with LocalReader(after) as reader:
        body = reader.query(text, accept="csv").body
    assert body.count(b"\n") == 2  # one load: the former one is no longer told of
    assert after.manifest["quads"] == sum(one["quads"] for one in after.manifest["graphs"].values())
    assert after.manifest["indicators"] == before.manifest["indicators"]


@pytest.mark.long
def test_another_source_is_built_and_the_indicators_are_taken_over(
    pipeline: Pipeline, tmp_path: Path
) -> None:
    told: list[str] = []
    pipeline.load("exchange", [partner(tmp_path, "other")], progress=lambda one: told.append(one["fr"]))
    assert not any("rien n'a changé" in line for line in told)
    ratios = sum(one.is_ratio for one in read_indicators()[0].values())
    assert any(line.startswith(f"indicateurs : {ratios} calculés") for line in told), told


def test_the_service_finds_the_cube_of_the_publication(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise AssertionError("computed again")

    monkeypatch.setattr("ancrage.graph.indicators.cube.recompute", refuse)
    with LocalReader(current(pipeline)) as reader:
        cube = Cube.of(reader, folders=pipeline.indicators)
    assert cube.territories.filter(pl.col("level") == "commune")["label"].to_list() == ["Grenoble"]


def test_indicators_of_a_data_directory_and_of_a_setting_are_published_and_a_broken_file_is_named(
    pipeline: Pipeline, tmp_path: Path
) -> None:
    own, mine = tmp_path / "data" / "indicators", tmp_path / "mine"
    own.mkdir()
    mine.mkdir()
    (own / "mine.toml").write_text(OWN, encoding="utf-8")
    (own / "broken.toml").write_text(OWN.replace('unit = "1"', 'unit = "1"\ncolour = 1'), encoding="utf-8")
    (mine / "mine.toml").write_text(OWN.replace("Essai", "Le mien"), encoding="utf-8")
    told: list[str] = []
    snapshot = Pipeline(tmp_path / "data", indicators=mine).publish(lambda one: told.append(one["fr"]))
    assert [line for line in told if "broken.toml, ligne 5 : clé inconnue « colour »" in line]
    assert snapshot.manifest["indicators"]["errors"]
    label = f"{prologue('skos')}SELECT ?l {{ GRAPH <{INDICATORS_GRAPH}> {{ <{COMPUTED}mine> skos:prefLabel ?l }} }}"
    with LocalReader(snapshot) as reader:
        assert "Le mien" in reader.query(label, accept="csv").body.decode()
    again: list[str] = []
    Pipeline(tmp_path / "data", indicators=mine).publish(lambda one: again.append(one["fr"]))
    assert any("rien n'a changé" in line for line in again)
    assert any("broken.toml, ligne 5" in line for line in again)  # said again as long as it is there


#: Broken files: name, what is changed in `OWN`, and where the fault is told.
BROKEN = {
    "latin": ("Un essai", "Un été", "ligne 2"),  # written in Latin-1
    "decimals": ('unit = "1"', 'unit = "1"\ndecimals = "deux"', "ligne 5"),
    "title": ('{ fr = "Essai", en = "Test" }', "{ fr = 3, en = 4 }", "ligne 1"),
    "where": ('name = "communes"', 'name = "items"\nframe = "units"\nitem = "unit"\nwhere = 3', "ligne 11"),
    "column": ('name = "communes"', 'name = "items"\nframe = "units"\nitem = "nope"', "ligne 10"),
    "frame": ('name = "communes"', 'name = "items"\nframe = "matter-nope"\nitem = "unit"', "ligne 9"),
    "option": ('name = "communes"', 'name = "reach"', "ligne 8"),
    "ratio": ('name = "communes"', 'name = "ratio"\nover = "population"', "ligne 8"),
    "part": ('name = "communes"', 'name = "ratio"\nof = "x"\nover = "population"', "ligne 9"),
    "formula": ('[formula]\nname = "communes"', 'formula = "items"', "ligne 7"),
    "minimum": ('unit = "1"', 'unit = "1"\nminimum = "x"', "ligne 5"),
    "sources": ('sources = ["mesr-rnsr"]', "sources = 3", "ligne 5"),
    "source": ('sources = ["mesr-rnsr"]', 'sources = ["nope"]', "ligne 5"),
    "topic": ('topic = "supply"', 'topic = ["supply"]', "ligne 3"),
    "levels": ('unit = "1"', 'unit = "1"\nlevels = "epci"', "ligne 5"),
    "dimension": ('unit = "1"', 'unit = "1"\ndimension = "planet"', "ligne 5"),
    "toml": ('unit = "1"', "unit = ", "ligne 4"),
    "text": (
        'sources = ["mesr-rnsr"]\n\n[formula]\nname = "communes"',
        'dimension = "field"\nsources = ["mesr-rnsr"]\n[formula]\nname = "items"\nframe = "places"\nitem = "place"\nby = "label"',
        "formule items",
    ),
}  # fmt: skip


def test_every_broken_file_of_an_indicator_is_named_and_the_others_are_published(
    pipeline: Pipeline, tmp_path: Path
) -> None:
    own = tmp_path / "data" / "indicators"
    (own / "folder.toml").mkdir(parents=True)
    (own / "Mon été.toml").write_text(OWN, encoding="utf-8")
    (own / "mine.toml").write_text(OWN, encoding="utf-8")
    for name, (old, new, _) in BROKEN.items():
        assert old in OWN
        body = OWN.replace(old, new).encode("latin-1" if name == "latin" else "utf-8")
        (own / f"{name}.toml").write_bytes(body)
    told: list[str] = []
    snapshot = pipeline.publish(lambda one: told.append(one["fr"]))
    faults = [line.removeprefix("indicateur laissé de côté : ") for line in told if "laissé de côté" in line]
    assert snapshot.manifest["indicators"]["indicators"] == len(read_indicators()[0]) + 1
    kept = snapshot.manifest["indicators"]["errors"]
    assert len(faults) == len(BROKEN) + 2 and faults == [one["fr"] for one in kept]
    assert not any("ligne" in one["en"] for one in kept)
    for name, (_, _, where) in BROKEN.items():
        assert any(fault.startswith(f"{name}.toml, {where} : ") for fault in faults), (name, faults)
    assert any(fault.startswith("folder.toml : ") for fault in faults)
    assert any(fault.startswith("Mon été.toml : ") for fault in faults)
    with LocalReader(snapshot) as reader:
        cube = Cube.of(reader)
        assert [one.value for one in cube.series("mine", "territory/region/84")] == [1]
        assert set(BROKEN) & set(cube.indicators) <= {"text"}
        assert len(cube.errors) == len(faults) - 1  # a folder is no file to keep beside the snapshot


# --- the pages that say how to add one ------------------------------------------------------------------------------

PAGES = {
    language: (Path(__file__).parents[3] / "docs" / "how-to" / name).read_text(encoding="utf-8")
    for language, name in {"fr": "indicateur.md", "en": "indicator.md"}.items()
}


def lists(page: str, columns: int) -> list[dict[str, list[set[str]]]]:
    """The tables of a page that have so many columns: first name of each row to the names in code of the last ones."""
    found: list[dict[str, list[set[str]]]] = []
    inside = False
    for line in page.splitlines():
        cells = [one.strip() for one in re.split(r"(?<!\\)\|", line)[1:-1]]
        if len(cells) != columns:
            inside = False
        elif not inside:
            found.append({})
            inside = True
        elif not cells[0].startswith("---"):
            names = [set(re.findall("`([^`]+)`", cell)) for cell in cells]
            found[-1][names[0].pop()] = names[1:]
    return found


@pytest.mark.parametrize("language", PAGES)
def test_the_page_says_the_keys_formulas_options_and_frames_of_the_code(language: str) -> None:
    keys, options = lists(PAGES[language], 2)
    [formulas] = lists(PAGES[language], 4)
    [frames_] = lists(PAGES[language], 3)
    declared = {one.name: one for one in dataclasses.fields(IndicatorFile)}
    assert (
        keys.keys() == declared.keys()
        and keys["topic"][0] == set(TOPICS)
        and keys["dimension"][0] == {*DIMENSIONS, "by"}
    )
    stars = {line.split("`")[1] for line in PAGES[language].splitlines() if re.match(r"\| `\w+` \*", line)}
    assert stars == set(adapter_of(IndicatorFile).json_schema()["required"])
    every = {**FORMULAS, "ratio": RATIO}
    assert {name: told[1:] for name, told in formulas.items()} == {
        name: [set(one.needed), set(one.other)] for name, one in every.items()
    }
    assert set(options) == {option for one in every.values() for option in one.needed | one.other}
    usable = {
        name: set(columns)
        for name, columns in frames().items()
        if "place" in columns or {"value", "status", "year"} <= set(columns)
    }
    assert {name: told[1] for name, told in frames_.items()} == usable


@pytest.mark.long
@pytest.mark.parametrize("language", PAGES)
def test_the_examples_of_the_page_are_published_and_a_fault_is_told_as_it_says(
    pipeline: Pipeline, tmp_path: Path, language: str
) -> None:
    own, page = tmp_path / "data" / "indicators", PAGES[language]
    own.mkdir()
    for name, text in re.findall(r"`([a-z0-9-]+\.toml)`\s?:\n\n```toml\n(.*?)```", page, re.DOTALL):
        (own / name).write_text(text, encoding="utf-8")
    assert len(list(own.iterdir())) == 2
    snapshot = pipeline.publish()
    assert snapshot.manifest["indicators"]["errors"] == []
    with LocalReader(snapshot) as reader:
        cube = Cube.of(reader)
    assert {"health-research-units", "health-research-units-share"} <= set(cube.frame["indicator"])
    wrong = own / "health-research-units.toml"
    wrong.write_text(wrong.read_text(encoding="utf-8").replace("{ field", "{ feild"), encoding="utf-8")
    assert f"`{read_indicators([own])[1][0].told(language)}`" in " ".join(page.split())


@pytest.mark.long
def test_a_small_write_leaves_the_indicators_as_they_are_and_the_next_publication_computes_them(
    pipeline: Pipeline, tmp_path: Path
) -> None:
    (tmp_path / "data" / "indicators").mkdir()
    (tmp_path / "data" / "indicators" / "mine.toml").write_text(OWN, encoding="utf-8")
    before = pipeline.publish()
    commune = f"<{ID}territory/commune/38421>"
    text = (
        f"INSERT DATA {{ GRAPH <{GRAPHS}partner> {{ {commune} a <https://w3id.org/ancrage/def/Commune> ; "
        f"<http://www.w3.org/2000/01/rdf-schema#label> 'Saint-Martin-d’Hères'@fr ; "
        f"<https://w3id.org/ancrage/def/inseeCode> '38421' ; <https://w3id.org/ancrage/def/partOfTerritory> "
        f"<{ID}territory/department/38> }} }}"
    )
    writer = Writer(tmp_path / "data", deadline=60, patience=20)
    with tempfile.TemporaryFile() as file:
        file.write(text.encode())
        file.flush()
        file.seek(0)
        writer.write(Write("update", longest=1 << 20), file)
    after = current(pipeline)
    assert after.id != before.id and of_indicators(after) == of_indicators(before)
    with LocalReader(after) as reader:
        cube = Cube.of(reader)
    assert "mine" in cube.indicators  # declared as when it was published
    assert (
        cube.frame.filter(pl.col("indicator") == "mine")["value"].max() == 2
    )  # what is served is of this snapshot
    text = f"""{prologue("anc")}SELECT (MAX(?v) AS ?m) {{ GRAPH <{INDICATORS_GRAPH}> {{
      ?o anc:refIndicator <{COMPUTED}mine> ; anc:obsValue ?v }} }}"""
    found = []
    for snapshot in (after, pipeline.publish()):
        with LocalReader(snapshot) as reader:
            found.append(float(reader.query(text, accept="csv").body.split()[1]))
    assert found == [1, 2]


def of_indicators(snapshot: Snapshot) -> set[str]:
    return {line for line in quads(snapshot) if f"<{INDICATORS_GRAPH}>" in line}


def test_without_the_region_there_is_no_cube(tmp_path: Path) -> None:
    made, told = Pipeline(tmp_path / "data"), list[str]()
    folder = partner(tmp_path, "partner")
    (folder / "territories.csv").unlink()
    (folder / "organizations.csv").write_text(
        "id,kind,label_fr,actor_type\norganization/x,Company,Essai,company\n", encoding="utf-8"
    )
    made.load("exchange", [folder], progress=lambda one: told.append(one["fr"]))
    assert INDICATORS_GRAPH not in current(made).manifest["graphs"]
    assert any("faute de territoires" in line for line in told)


def test_the_dump_stands_apart_under_the_licence_of_what_it_is_computed_from() -> None:
    def licence(**graphs: str) -> str:
        about: dict[str, Any] = {GRAPHS + name: {"licence": text} for name, text in graphs.items()}
        about[INDICATORS_GRAPH] = {"role": "computed", "licence": None}
        snapshot = Snapshot("20261124T160501Z-0a1b2c3d", Path("x"), {"graphs": about})
        assert all(INDICATORS_GRAPH not in dump.graphs for dump in dumps_of(snapshot).values() if dump.whole)
        assert dumps_of(snapshot)["indicators"].graphs == (INDICATORS_GRAPH,)
        return graph_licence(about, INDICATORS_GRAPH).rsplit("/", 1)[-1]

    assert licence(a="etalab-2.0") == "CC-BY-4.0"
    assert licence(a="etalab-2.0", b="ODbL-1.0") == "ODbL-1.0"
