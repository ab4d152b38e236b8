"""The matter of the analysis and its ground, on the hand-made graph of straddling, merged and former territories."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ancrage.queries
import numpy as np
import polars as pl
import pytest
from ancrage.graph.region.frame_cache import FrameCache
from ancrage.graph.region.gazetteer import Gazetteer
from ancrage.graph.region.names import SharedName, UnknownName
from ancrage.graph.region.view import RegionView
from ancrage.graph.snapshots.reader import LocalReader
from ancrage.loaders.publish.pipeline import Pipeline

from ...tables import load_tables
from ..publishing import published

GRAPH = "https://w3id.org/ancrage/graph/tables"
FILE = Path(__file__).parents[2] / "data" / "tables" / "graph.ttl"
POSITIONS = """
@prefix t: <https://w3id.org/ancrage/id/territory/> .
@prefix wgs: <http://www.w3.org/2003/01/geo/wgs84_pos#> .
t:commune\\/38001 wgs:lat 45.0 ; wgs:long 5.0 .
t:commune\\/73001 wgs:lat 45.2 ; wgs:long 5.0 .
t:commune\\/38381 wgs:lat 45.1 ; wgs:long 5.0 .
"""


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalReader]:
    folder = tmp_path_factory.mktemp("matter")
    places = folder / "places.ttl"
    places.write_text(POSITIONS, encoding="utf-8")
    with published(folder, [FILE, places], GRAPH) as opened:
        yield opened


@pytest.fixture(scope="module")
def ground(reader: LocalReader) -> Gazetteer:
    return Gazetteer.of(RegionView.of(reader))


def names(ground: Gazetteer, territory: str) -> set[str]:
    return {ground.labels[at] for at in ground.territory(territory).communes}


def test_a_straddling_intercommunality_is_one_territory(ground: Gazetteer) -> None:
    assert names(ground, "200000002") == {"Trois", "Quatre"}
    assert names(ground, "38") == {"Un", "Deux", "Trois"}


def test_an_ad_hoc_territory_is_the_communes_of_its_intercommunalities(ground: Gazetteer) -> None:
    assert names(ground, "adhoc/massif") == {"Un", "Deux", "Trois", "Quatre"}


def test_former_communes_and_districts_stand_for_communes_of_today(ground: Gazetteer) -> None:
    located = {
        name: [ground.labels[at] for at in ground.at(f"territory/commune/{name}")]
        for name in ("38901", "38902", "38381", "38001", "99999")
    }
    assert located == {"38901": ["Un"], "38902": ["Un"], "38381": ["Deux"], "38001": ["Un"], "99999": []}
    assert "Arrondissement" not in ground.labels


def test_rows_are_located_and_rows_off_the_ground_left_out(ground: Gazetteer) -> None:
    frame = pl.DataFrame(
        {"x": ["a", "b", "c"], "place": ["territory/commune/38902", "territory/commune/75056", None]}
    )
    found = ground.locate(frame)
    assert found["x"].to_list() == ["a"]
    assert [ground.labels[at] for at in found["at"]] == ["Un"]


def test_a_territory_is_found_by_code_path_iri_and_name(ground: Gazetteer) -> None:
    for name in (
        "200000001",
        "epci/200000001",
        "territory/epci/200000001",
        "Dedans",
        "dedans",
        "https://w3id.org/ancrage/id/territory/epci/200000001",
    ):
        assert ground.territory(name).id == "territory/epci/200000001"
    assert ground.territory("38001").level == "commune"
    found = ground.get("territory/epci/200000001")
    assert found is not None and found.label == "Dedans"
    assert ground.get("dedans") is None and ground.get("territory/epci/999999999") is None


def test_an_unknown_territory_offers_the_nearest(ground: Gazetteer) -> None:
    with pytest.raises(UnknownName, match="Dedans") as caught:
        ground.territory("Dedan")
    assert caught.value.nearest[0] == ("Dedans", "https://w3id.org/ancrage/id/territory/epci/200000001")
    for code in ("999999999", "99", "00000"):  # codes that share some digits are not near
        with pytest.raises(UnknownName) as caught:
            ground.territory(code)
        assert caught.value.nearest == ()


def test_names_near_a_path_are_of_its_level(ground: Gazetteer) -> None:
    for level in ("epci", "commune"):
        with pytest.raises(UnknownName) as caught:
            ground.territory(f"{level}/Dedan")
        assert all(f"/{level}/" in iri for _, iri in caught.value.nearest)


def test_a_code_that_a_region_and_a_departement_have_is_asked_again(reader: LocalReader) -> None:
    shared = Gazetteer(RegionView.of(reader))
    for level in ("region", "department"):
        path = f"territory/{level}/84"
        shared._named[path] = (level, level)
        shared._members[path] = np.array([0])
    with pytest.raises(SharedName, match=r"department/84, region/84"):
        shared.territory("84")
    assert [shared.territory(f"{one}/84").level for one in ("region", "department")] == [
        "region",
        "department",
    ]


def test_a_name_that_several_communes_have_is_refused_with_their_codes(reader: LocalReader) -> None:
    shared = Gazetteer(RegionView.of(reader))
    shared.labels[:2] = ["Même Nom", "Même Nom"]
    with pytest.raises(SharedName, match=r"commune/\S+, commune/") as caught:
        shared.territory("meme nom")
    assert [iri.split("/id/")[1] for _, iri in caught.value.nearest] == shared.ids[:2]
    for path in shared.ids[:2]:
        assert (one := shared.get(path)) is not None and shared.territory(shared.precise(one)).id == path
    shared._named["territory/zone/8404"] = ("Belley", "zone")
    shared._named["territory/bassin/8404"] = ("Belley", "bassin")
    shared._members["territory/zone/8404"] = shared._members["territory/bassin/8404"] = np.array([0])
    assert (zone := shared.get("territory/zone/8404")) is not None  # zones and bassins share codes
    assert shared.precise(zone) == "Belley (zone d’emploi, 8404)"  # it was « Belley (zone/8404) »
    for language in ("fr", "en"):
        assert shared.territory(shared.precise(zone, language)).id == "territory/zone/8404"


def test_an_intercommunality_is_found_without_its_legal_form_where_it_alone_has_the_name(
    reader: LocalReader,
) -> None:
    """« Grand Chambéry » is the CA du Grand Chambéry; a name that a territory has whole is that of the territory."""
    epci, other = "territory/epci/200000001", "territory/epci/200000002"
    asked = Gazetteer(RegionView.of(reader))
    asked._named[epci] = ("CA du Grand Chambéry", "epci")
    for name in ("Grand Chambéry", "grand-chambery", "CC de Grand Chambéry", "Métropole du Grand Chambéry"):
        assert asked.territory(name).id == epci, name
    shared = Gazetteer(RegionView.of(reader))
    shared._named |= {epci: ("CA du Lac", "epci"), other: ("CC de Lac", "epci")}
    with pytest.raises(UnknownName):
        shared.territory("Lac")
    shared = Gazetteer(RegionView.of(reader))
    shared._named[epci] = ("CC de Trois", "epci")
    assert shared.territory("Trois").level == "commune"


def test_territories_that_share_communes_come_with_their_share(ground: Gazetteer) -> None:
    found = ground.containing(ground.territory("200000002"), "department")
    assert [(one.label, share) for one, share in found] == [("Isère", 0.5), ("Savoie", 0.5)]
    assert [one.label for one in ground.territories("epci", "73")] == ["À cheval", "Dehors"]


def test_distances_are_to_the_nearest_commune_and_unknown_without_a_position(ground: Gazetteer) -> None:
    far = dict(zip(ground.labels, ground.distances(ground.territory("200000001")), strict=True))
    assert far["Un"] == far["Deux"] == 0
    assert far["Quatre"] == pytest.approx(11.12, abs=0.01)  # a tenth of a degree of latitude north of Deux
    assert np.isnan(far["Cinq"])
    itself = dict(zip(ground.labels, ground.distances(ground.territory("38003")), strict=True))
    assert itself["Trois"] == 0 and np.isnan(itself["Un"])  # it has no position, and is still where it is


def test_frames_are_paths_years_and_numbers(reader: LocalReader) -> None:
    units = RegionView.of(reader).frame("units")
    old = units.filter(pl.col("unit") == "organization/old").row(0, named=True)
    assert (old["start"], old["end"], old["evidence"]) == (2000, 2009, "declared")
    jobs = RegionView.of(reader).frame("jobs").sort("sector")
    assert jobs.select("zone", "value", "status").rows() == [
        ("territory/zone/0001", 100.0, None),
        ("territory/zone/0001", None, "obs-status/suppressed"),
    ]


def test_a_thing_is_in_a_place_as_firmly_as_the_weaker_statement_says(reader: LocalReader) -> None:
    matter = RegionView.of(reader)
    for frame, key in (("units", "unit"), ("institutions", "organization")):
        rows = matter.frame(frame).filter(pl.col(key) == "organization/lab")
        found = dict(rows.select("place", "evidence").rows())
        assert found["territory/commune/38001"] == "documented"  # its site says nothing of how it was placed
        assert found["territory/commune/73001"] == "inferred"
        assert "placeEvidence" not in rows.columns


def test_what_is_kept_beside_the_snapshot_is_what_the_question_answers(reader: LocalReader) -> None:
    asked = RegionView.of(reader).frame("participations")

    class Silent:
        snapshot, own = reader.snapshot, True

        def query(self, *_: object, **__: object) -> object:
            raise AssertionError("it was asked again")

    silent: Any = Silent()
    kept = RegionView.of(silent).frame("participations")
    assert kept.equals(asked) and kept.height
    Silent.own = False  # another answers in the place of the store
    with pytest.raises(AssertionError, match="asked again"):
        RegionView.of(silent).frame("participations")


def test_a_kept_file_that_is_cut_is_asked_for_again(reader: LocalReader) -> None:
    whole = RegionView.of(reader).frame("former")
    for path in FrameCache.of(reader.snapshot).folder.iterdir():
        path.write_bytes(path.read_bytes()[:20])
    assert RegionView.of(reader).frame("former").equals(whole)


def test_what_two_views_read_is_one_frame_in_memory(reader: LocalReader) -> None:
    made, *read = (RegionView.of(reader).frame("former") for _ in range(3))
    assert read[0] is read[1] and read[0].equals(made)


def test_other_frames_make_another_matter_and_leave_the_first(reader: LocalReader) -> None:
    matter = RegionView.of(reader)
    before = Gazetteer.of(matter)
    fewer = matter.with_frames("closing", places=matter.frame("places").filter(pl.col("label") != "Cinq"))
    assert fewer.scenario == "closing" and matter.scenario is None
    assert len(Gazetteer.of(fewer)) == len(before) - 1
    assert Gazetteer.of(matter) is before


FOREIGN = """
@prefix anc: <https://w3id.org/ancrage/def/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix x: <https://w3id.org/ancrage/id/x/> .
x:event a anc:AgendaEvent ; rdfs:label "Atelier"@fr ; foaf:page <https://e.org/a,b> .
x:actor a org:Organization ; foaf:page <https://e.org/a,b> .
x:tie anc:interactionType x:type ; anc:hasParticipation x:part ; anc:concerns <https://e.org/a,b> .
x:asked a anc:Request ; rdfs:label "Demande"@fr ; anc:concerns <https://e.org/a,b> .
x:chain a anc:ValueChain ; anc:hasComponent [ anc:componentActivity x:act ; dcterms:source <https://e.org/a,b> ] .
"""


def test_addresses_of_elsewhere_may_hold_commas(tmp_path: Path) -> None:
    """The CSV of the engine writes IRIs bare: what may be an address of elsewhere is asked for as a text."""
    (tmp_path / "foreign.ttl").write_text(FOREIGN, encoding="utf-8")
    with published(tmp_path, [tmp_path / "foreign.ttl"], GRAPH) as reader:
        matter = RegionView.of(reader)
        read = {
            "events": "homepage",
            "homepages": "homepage",
            "interactions": "about",
            "requests": "about",
            "chain-links": "citation",
        }
        for name, column in read.items():
            assert matter.frame(name)[column].to_list() == ["https://e.org/a,b"], name


def test_a_folder_that_cannot_be_written_keeps_nothing_and_says_so_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text(
        "", encoding="utf-8"
    )  # no folder can be made under it, no draft be removed
    kept = FrameCache(tmp_path / "file" / "frames")
    for question in ("a", "b"):
        kept.keep(question, pl.DataFrame({"a": [1]}))
        assert kept.find(question) is None
    assert len(caplog.records) == 1


def test_an_interaction_with_a_first_day_has_its_year(tmp_path: Path) -> None:
    facts = tmp_path / "dated.ttl"
    facts.write_text(
        """
        @prefix anc: <https://w3id.org/ancrage/def/> .
        @prefix id: <https://w3id.org/ancrage/id/> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
        @prefix t: <https://w3id.org/ancrage/id/interaction-type/> .
        <https://w3id.org/ancrage/id/interaction/day> a anc:Interaction ; anc:interactionType t:internship ;
          rdfs:label "Stage"@fr ;
          anc:startDate "2025-03-04"^^xsd:date ; anc:hasParticipation [ anc:participant id:organization ] .
        <https://w3id.org/ancrage/id/interaction/both> a anc:Interaction ; anc:interactionType t:internship ;
          rdfs:label "Stage"@fr ;
          anc:startDate "2025-03-04"^^xsd:date ; anc:year "2024"^^xsd:gYear ;
          anc:hasParticipation [ anc:participant id:organization ] .
        <https://w3id.org/ancrage/id/request/one> a anc:Request ; anc:interactionType t:internship ; rdfs:label "Demande"@fr .
        <https://w3id.org/ancrage/id/scheme/one> a anc:SupportScheme ; anc:interactionType t:grant ; rdfs:label "Fonds"@fr .
        """,
        encoding="utf-8",
    )
    with published(tmp_path, [facts], GRAPH) as opened:
        matter = RegionView.of(opened)
        for name in ("interactions", "happenings"):  # neither what is asked for, nor a scheme
            years = dict(matter.frame(name).select("interaction", "year").iter_rows())
            assert years == {"interaction/day": 2025, "interaction/both": 2024}, name


def test_every_question_that_reads_the_year_of_an_interaction_reads_its_first_day_too() -> None:
    folder = Path(ancrage.queries.__file__).parent
    files = [*folder.rglob("*.rq"), *(folder.parent / "api").rglob("*.rq")]
    reading = [one for one in files if "anc:year" in one.read_text(encoding="utf-8")]
    assert len(reading) > 15
    bare = {one.name for one in reading if "anc:startDate" not in one.read_text(encoding="utf-8")}
    assert bare <= {"scheme-editions.rq"}  # editions have a year, and no first day


def test_what_is_invented_stands_on_the_ground_and_is_none_of_it(tmp_path: Path) -> None:
    head = "id,kind,label_fr,code,vintage,part_of,lat,long\n"
    region = "territory/region/84,Region,Auvergne-Rhône-Alpes,84,2026,,,\n"
    region += "territory/department/07,Department,Ardèche,07,2026,R84,,\n"
    commune = "territory/commune/{0},Commune,{1},{0},2026,07,44.73,4.6\n"
    data = load_tables(
        tmp_path,
        {
            "about": "key,value\nname,partner\ntitle,Essai\npublisher,Essai\n",
            "territories": head + region + commune.format("07186", "Privas"),
        },
    )
    invented = {
        "about": "key,value\nname,invented\ntitle,X\npublisher,X\nrole,illustrative\nevidence,illustrative\n",
        "territories": head + commune.format("07999", "[Exemple] Ville"),
        "sites": "id,kind,label_fr,territory\nexample/site/a,DigitalBranch,[Exemple] Antenne,07186\n",
    }
    (tmp_path / "invented").mkdir()
    for name, text in invented.items():
        (tmp_path / "invented" / f"{name}.csv").write_text(text, encoding="utf-8")
    Pipeline(data).load("exchange", [tmp_path / "invented"])
    with LocalReader.current(data) as reader:
        matter = RegionView.of(reader, illustrative=True)
        assert matter.frame("relays")["label"].to_list() == ["[Exemple] Antenne"]
        assert Gazetteer.of(matter).ids == ["territory/commune/07186"]
