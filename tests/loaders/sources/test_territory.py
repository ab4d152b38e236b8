"""The territorial sources: divisions, places, zones, shapes, activities, firms, jobs and hirings."""

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pyoxigraph as ox
import pytest
import shapely
from ancrage.graph.shacl.validation import validate
from ancrage.loaders.mapping.mapping import Mapping
from ancrage.loaders.publish.generation import EXCHANGE_MAPPING
from ancrage.loaders.publish.stage import refuse_nothing
from ancrage.loaders.read.source import Inputs, Source, SourceError, find_inputs, read_inputs
from ancrage.loaders.read.tidy import tidy
from ancrage.loaders.register.identifiers import identifiers
from ancrage.ontology.vocabulary import ontology_files

ROOT = Path(__file__).parents[3]
FIXTURES = ROOT / "tests" / "data"
OFFICIAL = Path(os.environ.get("ANCRAGE_OFFICIAL_DATA", ROOT.parent / "shared" / "data"))
SOURCES = (
    "decoupage-administratif",
    "laposte-hexasmal",
    "insee-densite",
    "anct-grilles",
    "zones-emploi",
    "contours",
    "insee-naf",
    "insee-clap",
    "france-travail-bmo",
    "insee-flores",
)
REGION = "territory/region/84"
GRAPH = "https://w3id.org/ancrage/graph/"


class Chain:
    """Sources read and tidied one after the other, each seeing the tables of those it requires."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.inputs: dict[str, Inputs] = {}
        self.tables: dict[str, dict[str, pl.DataFrame]] = {}

    def registers(self, source: Source) -> dict[str, Path]:
        prefixes = tuple(f"{other.replace('-', '_')}__" for other in (*source.requires, *source.uses))
        return {path.stem: path for path in self.folder.glob("*.parquet") if path.stem.startswith(prefixes)}

    def read(self, name: str, *paths: Path, whole: bool = False) -> tuple[Source, Inputs]:
        source = Source.named(name)
        if not whole:  # fixtures are smaller than official files
            source = replace(source, inputs=tuple(replace(given, minimum_rows=0) for given in source.inputs))
        return source, read_inputs(source, paths, registers=self.registers(source))

    def tidied(
        self, name: str, *paths: Path, whole: bool = False, **settings: str
    ) -> dict[str, pl.DataFrame]:
        source, self.inputs[name] = self.read(name, *paths, whole=whole)
        return tidy(source, self.inputs[name].tables, registers=self.registers(source), settings=settings)

    def load(self, name: str, *paths: Path, whole: bool = False) -> None:
        self.tables[name] = self.tidied(name, *paths, whole=whole)
        for table, frame in self.tables[name].items():
            frame.write_parquet(self.folder / f"{name.replace('-', '_')}__{table}.parquet")

    def rows(self, name: str, table: str) -> dict[str, dict[str, Any]]:
        """Return the rows of a layout table by their IRI, which no other row may have."""
        rows = self.tables[name][table].to_dicts()
        found = {row["id"]: row for row in rows}
        assert len(found) == len(rows)
        return found


def density_workbook(path: Path, *rows: tuple[str, int]) -> Path:
    """Write a density grid as Insee does, line breaks in the cells of its header included."""
    header = ["\nCode \nCommune\n", "Typo degré de \nDensité\n"]
    grid = pl.DataFrame(rows, schema=header, orient="row").with_columns(pl.lit("84").alias("Région\n"))
    grid.write_excel(path, worksheet="grille_4_nivDetaille")
    return path


def activities_workbook(path: Path) -> Path:
    """Write a classification as Insee does: blank lines between levels, which the shape of the code tells."""
    rows = [
        (1, None, None),
        (2, "SECTION A", "CULTURES D'ESSAI"),
        (3, None, None),
        (4, "01", "Culture et  élevage"),
        (5, "01.1", "Cultures non permanentes"),
        (6, "01.11", "Culture de céréales"),
        (7, "01.11Z", "Culture de céréales"),
        (8, "SECTION B", "CARRIÈRES D'ESSAI"),
        (9, "05", "Extraction de houille"),
    ]
    header = ["ligne", "Code", " Intitulés de la  NAF rév. 2, version finale "]
    pl.DataFrame(rows, schema=header, orient="row").write_excel(path, worksheet="NAF rév. 2")
    return path


@pytest.fixture(scope="module")
def workbooks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("workbooks")
    grid = [("12901", 4), ("26901", 3), ("38900", 1), ("38902", 2), ("38905", 3), ("38906", 4), ("38999", 4)]
    return {
        "insee-densite": density_workbook(folder / "grille_densite_niveau_detaille_2022.xlsx", *grid),
        "insee-naf": activities_workbook(folder / "int_courts_naf_rev_2.xlsx"),
    }


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory, workbooks: dict[str, Path]) -> Chain:
    made = Chain(tmp_path_factory.mktemp("registers"))
    for name in SOURCES:
        made.load(name, workbooks.get(name, FIXTURES / name))
    return made


def altered(name: str, file: str, folder: Path, *changes: tuple[str, str]) -> Path:
    """Return a copy of a source's fixtures in which pieces of one file are replaced."""
    for path in (FIXTURES / name).iterdir():
        if path.suffix != ".nq":
            text = path.read_bytes()
            for old, new in changes if path.name == file else ():
                assert old.encode() in text
                text = text.replace(old.encode(), new.encode())
            (folder / path.name).write_bytes(text)
    return folder


@pytest.mark.parametrize("name", SOURCES)
def test_every_column_is_mapped_or_ignored_by_name(name: str, chain: Chain) -> None:
    assert chain.inputs[name].signalled == []
    assert chain.inputs[name].rejected.is_empty()


@pytest.mark.parametrize("name", [name for name in SOURCES if name != "insee-clap"])
def test_the_quads_are_the_golden_ones(name: str, chain: Chain, tmp_path: Path) -> None:
    out = tmp_path / "data.nq"
    Mapping.read(EXCHANGE_MAPPING).write(chain.tables[name], out, graph=GRAPH + name)
    golden = (FIXTURES / name / "expected.nq").read_text(encoding="utf-8")
    assert sorted(out.read_text(encoding="utf-8").splitlines()) == sorted(golden.splitlines())


def test_the_graph_of_all_of_them_breaks_no_shape_but_that_of_districts(chain: Chain, tmp_path: Path) -> None:
    store = ox.Store()
    for path in ontology_files():
        store.bulk_load(path=str(path), format=ox.RdfFormat.TURTLE)
    for name in SOURCES:
        described = pl.DataFrame(
            {"id": [f"source/{name}"], "dataset": [f"dataset/{name}"], "title_fr": [name]}
        )
        Mapping.read(EXCHANGE_MAPPING).write({**chain.tables[name], "sources": described}, tmp_path / name)
        store.bulk_load(path=str(tmp_path / name), format=ox.RdfFormat.N_QUADS)
    report = validate(store)
    wrong = {(str(result.path).rpartition("/")[2], str(result.value)) for result in report.violations}
    assert wrong == {("inseeCode", '"38991"'), ("inseeCode", '"38992"')}  # not in Paris, Lyon or Marseille
    lost = next(row for row in report.results if "38999" in str(row.focus))  # and the one warning it deserves
    assert "succeededBy" in str(lost.path)


# --- Divisions ----------------------------------------------------------------------------------------------


def test_a_commune_is_part_of_its_epci_and_department_side_by_side(chain: Chain) -> None:
    rows = chain.rows("decoupage-administratif", "territories")
    commune = rows["territory/commune/38902"]
    assert (commune["kind"], commune["label_fr"], commune["code"], commune["vintage"]) == (
        "Commune", "Saint-Aubin-d'Essai", "38902", "2026",
    )  # fmt: skip
    assert commune["part_of"] == ["territory/epci/200999901", "territory/department/38"]
    assert rows["territory/commune/26902"]["part_of"] == ["territory/department/26"]  # in no EPCI


@pytest.mark.parametrize(
    ("epci", "part_of", "overlaps"),
    [
        ("200999901", ["department/38", "region/84"], []),
        ("200999902", ["region/84"], ["department/26", "department/38"]),
        ("200999903", [], ["department/12", "department/26", "region/76", "region/84"]),
    ],
)
def test_an_epci_is_part_of_what_holds_all_its_members_and_overlaps_the_rest(
    epci: str, part_of: list[str], overlaps: list[str], chain: Chain
) -> None:
    row = chain.rows("decoupage-administratif", "territories")[f"territory/epci/{epci}"]
    assert row["part_of"] == [f"territory/{name}" for name in part_of]
    assert row["overlaps"] == [f"territory/{name}" for name in overlaps]
    [governing] = row["governed_by"]
    authority = chain.rows("decoupage-administratif", "organizations")[governing]
    assert (authority["kind"], authority["siren"], authority["label_fr"]) == (
        "LocalAuthority",
        epci,
        row["label_fr"],
    )


def test_a_departement_and_a_region_have_their_authority(chain: Chain) -> None:
    rows = chain.rows("decoupage-administratif", "territories")
    bodies = chain.rows("decoupage-administratif", "organizations")
    for place, siren, name in (
        ("department/38", "223800012", "Département de l'Isère"),
        ("region/84", "200053767", "Région Auvergne-Rhône-Alpes"),
    ):
        assert rows[f"territory/{place}"]["governed_by"] == [f"organization/{siren}"]
        body = bodies[f"organization/{siren}"]
        assert (body["kind"], body["actor_type"], body["siren"], body["label_fr"]) == (
            "LocalAuthority", "actor-type/local-authority", siren, name,
        )  # fmt: skip
    assert rows["territory/department/987"]["governed_by"] is None  # no table says which
    assert "organization/200076958" not in bodies  # Corse, which the files do not have


def test_the_authorities_are_well_numbered_and_each_is_one_body() -> None:
    table = pl.read_csv(
        Source.named("decoupage-administratif").folder / "authorities.csv", infer_schema=False
    )
    wrong = [siren for siren in table["siren"] if not identifiers("siren", siren)]  # the check digit
    assert wrong == []
    assert table.group_by("siren").agg(pl.col("label").n_unique()).filter(pl.col("label") > 1).is_empty()
    assert not table["territory"].filter(table.select("territory", "siren").is_duplicated()).len()
    several = table.group_by("siren").agg("territory").filter(pl.col("territory").list.len() > 1)
    assert {row["siren"]: {*row["territory"]} for row in several.to_dicts()} == {
        "217500016": {"commune/75056", "department/75"},
        "200076958": {"department/2A", "department/2B", "region/94"},
        "200094332": {"department/67", "department/68"},
        "200055507": {"department/972", "region/02"},
        "200052678": {"department/973", "region/03"},
        "229850003": {"department/976", "region/06"},
    }
    shared = table.group_by("territory").agg("siren").filter(pl.col("siren").list.len() > 1)
    assert {row["territory"]: {*row["siren"]} for row in shared.to_dicts()} == {
        "department/69": {"226900017", "200046977"}
    }


@pytest.mark.skipif(not OFFICIAL.is_dir(), reason="the official files are not here")
def test_each_departement_and_region_of_the_official_files_has_one_body_and_the_metropole_is_not_two(
    tmp_path: Path,
) -> None:
    found = Chain(tmp_path).tidied("decoupage-administratif", OFFICIAL, whole=True)
    bodies, territories = found["organizations"], found["territories"]
    assert not bodies["id"].is_duplicated().any()
    named = set(territories["governed_by"].explode().drop_nulls())
    assert named == set(bodies["id"])
    lyon = bodies.filter(pl.col("siren") == "200046977")
    assert lyon["label_fr"].to_list() == ["Métropole de Lyon"]
    above = territories.filter(
        pl.col("kind").is_in(["Department", "Region"]) & pl.col("governed_by").is_null()
    )
    assert {code[:2] for code in above["code"]} == {"97", "98"}  # collectivities of overseas


def test_an_epci_with_a_member_that_is_no_commune_is_part_of_nothing(tmp_path: Path) -> None:
    member = '{"code":"38902","nom":"Saint-Aubin-d\'Essai","populationTotale"'
    folder = altered(
        "decoupage-administratif", "epci.json", tmp_path, (member, member.replace("38902", "38777"))
    )
    territories = Chain(tmp_path).tidied("decoupage-administratif", folder)["territories"]
    row = territories.row(by_predicate=pl.col("id") == "territory/epci/200999901", named=True)
    assert (row["part_of"], row["overlaps"]) == ([], ["territory/department/38", REGION])


def test_a_delegated_commune_with_its_parents_code_is_not_a_second_territory(chain: Chain) -> None:
    rows = chain.rows("decoupage-administratif", "territories")
    assert rows["territory/commune/38901"]["kind"] == "Commune"
    former = rows["territory/commune/38905"]
    assert (former["kind"], former["succeeded_by"], former["part_of"]) == (
        "FormerCommune", "territory/commune/38901", None,
    )  # fmt: skip
    assert "territory/commune/38906" not in rows  # no name: in the register only
    merged = rows["territory/commune/38907"]  # gone since 2022, whose code names it
    assert (merged["label_fr"], merged["succeeded_by"]) == ("Haut-Vallombre", "territory/commune/38901")


def test_a_district_is_part_of_its_commune_and_of_what_that_is_part_of(chain: Chain) -> None:
    row = chain.rows("decoupage-administratif", "territories")["territory/commune/38992"]
    assert row["kind"] == "MunicipalDistrict"
    assert row["part_of"] == [
        "territory/commune/38900",
        "territory/epci/200999902",
        "territory/department/38",
    ]


def test_a_seat_is_kept_where_it_is_in_its_territory(chain: Chain) -> None:
    rows = chain.rows("decoupage-administratif", "territories")
    assert rows["territory/department/38"]["seat"] == "territory/commune/38900"
    assert rows["territory/department/987"]["seat"] is None  # the file names a commune of another département
    assert rows["territory/department/987"]["part_of"] is None  # its region is not in the file
    assert rows[REGION]["seat"] == "territory/commune/38900"


def test_populations_are_those_of_the_file_and_nothing_is_added_up(chain: Chain) -> None:
    rows = chain.rows("decoupage-administratif", "observations").values()
    values = {row["territory"]: int(row["value"]) for row in rows}
    assert values["territory/commune/38900"] == 50000
    assert values["territory/epci/200999901"] == 1540
    assert "territory/commune/26902" not in values  # no figure is not zero
    assert not any("department" in name or "region" in name for name in values)


def test_the_register_leads_every_code_to_a_commune_of_today(chain: Chain) -> None:
    register = chain.tables["decoupage-administratif"]["register_communes"]
    found = {
        row["code"]: (row["current"], row["successor"], row["commune"], row["epci"])
        for row in register.to_dicts()
    }
    assert len(found) == register.height == 13
    assert found["38905"] == found["38906"] == (False, "38901", "38901", "200999901")
    assert found["38991"] == (False, None, "38900", "200999902")
    assert found["98799"] == (True, None, "98799", None)


# --- Places -------------------------------------------------------------------------------------------------


def test_a_commune_has_its_own_point_and_postcodes(chain: Chain) -> None:
    rows = chain.rows("laposte-hexasmal", "territories")
    assert (float(rows["territory/commune/38901"]["lat"]), float(rows["territory/commune/38901"]["lon"])) == (
        45.1001,
        5.7002,
    )
    assert "territory/commune/38905" not in rows  # obsolete: its point is not its successor's
    assert rows["territory/commune/26901"]["lat"] is None  # the cell is empty
    assert rows["territory/commune/26901"]["postcodes"] == ["26990"]
    city = rows["territory/commune/38900"]  # known by its districts
    assert (city["lat"], city["postcodes"]) == (None, ["38980", "38981"])


@pytest.mark.parametrize(
    ("name", "postcode", "commune"),
    [
        ("st aubin d essai", "38991", "38902"),
        ("saint aubin d essai", "38991", "38902"),
        ("petit vallombre", "38990", "38901"),
        ("les fontaines", "38990", "38901"),
        ("grandville", "38981", "38992"),
        ("grandville 2", "38981", "38992"),
        ("grandville 2e arrondissement", "38981", "38992"),
        ("grandville 1er", "38980", "38991"),
        ("rocheplane", "26991", "26902"),
        ("confins", "26991", None),  # the postal label of two communes
        ("grandville", "38990", None),  # a postcode of elsewhere
    ],
)
def test_a_town_and_its_postcode_are_one_territory_or_none(
    name: str, postcode: str, commune: str | None, chain: Chain
) -> None:
    places = chain.tables["laposte-hexasmal"]["register_places"]
    assert not places.select("name_norm", "postcode").is_duplicated().any()
    found = places.filter(name_norm=name, postcode=postcode)["commune"].to_list()
    assert found == ([] if commune is None else [f"territory/commune/{commune}"])


def test_a_town_without_postcode_is_the_whole_city(chain: Chain) -> None:
    towns = chain.tables["laposte-hexasmal"]["register_towns"]
    assert not towns.select("name_norm", "department").is_duplicated().any()
    assert towns.filter(name_norm="grandville", department="38")["commune"].to_list() == [
        "territory/commune/38900"
    ]


@pytest.mark.parametrize("point", ["95.1,5.7", "45.1,185.0", "45.1;5.7"])
def test_an_impossible_point_is_set_aside_with_its_row(point: str, chain: Chain, tmp_path: Path) -> None:
    folder = altered("laposte-hexasmal", "laposte_hexasmal.csv", tmp_path, ("44.3501,2.5702", f'"{point}"'))
    rejected = chain.read("laposte-hexasmal", folder)[1].rejected.to_dicts()
    assert [(row["row"], row["column"], row["value"]) for row in rejected] == [(2, "gps", point)]


# --- Density, zones, shapes ---------------------------------------------------------------------------------


def test_a_commune_has_one_density_class(chain: Chain) -> None:
    classes = {row["id"]: row["density"] for row in chain.rows("insee-densite", "territories").values()}
    assert classes == {
        "territory/commune/12901": "density/4",
        "territory/commune/26901": "density/3",
        "territory/commune/38900": "density/1",
        "territory/commune/38902": "density/2",
    }  # 38901 was two communes of two classes; 38999 is unknown


def test_a_merged_commune_keeps_a_class_its_parts_agree_on(chain: Chain, tmp_path: Path) -> None:
    path = density_workbook(tmp_path / "grille_densite_niveau_detaille_2022.xlsx", ("38905", 4), ("38906", 4))
    territories = chain.tidied("insee-densite", path)["territories"]
    assert territories.select("id", "density").rows() == [("territory/commune/38901", "density/4")]


def test_a_commune_has_one_class_of_each_typology_and_none_out_of_their_scope(chain: Chain) -> None:
    rows = chain.tables["anct-grilles"]["territories"].select("id", "rurality", "centrality", "massif").rows()
    assert rows == [
        ("territory/commune/26901", "rurality/small-centres-mixed", "centrality/1", None),
        ("territory/commune/26903", None, "centrality/0", "massif/alps"),  # its perimeter changed
        ("territory/commune/38900", None, "centrality/4", None),  # urban
        ("territory/commune/38901", None, "centrality/0", None),  # was two communes, one of them out of scope
        ("territory/commune/38902", "rurality/productive-farming", "centrality/0", None),
    ]


def test_a_class_that_no_typology_has_is_told_with_its_row(chain: Chain, tmp_path: Path) -> None:
    folder = altered(
        "anct-grilles", "ruralite_aura.csv", tmp_path, ("Les petites polarités mixtes", "Ruralité")
    )
    _, given = chain.read("anct-grilles", folder)
    (row,) = given.rejected.to_dicts()
    assert (row["file"], row["row"], row["column"]) == ("ruralite_aura.csv", 2, "class")
    assert row["reason"] == "Ce type de ruralité est inconnu."


def test_a_zone_of_several_regions_overlaps_the_one_it_is_seen_in(chain: Chain) -> None:
    rows = chain.rows("zones-emploi", "territories")
    zone = rows["territory/zone/0099"]
    assert (zone["kind"], zone["label_fr"], zone["code"], zone["vintage"]) == (
        "EmploymentZone", "Confins", "0099", "2020",
    )  # fmt: skip
    assert zone["part_of"] == []
    assert REGION in zone["overlaps"]
    assert rows["territory/zone/8498"]["part_of"] == ["territory/department/38", REGION]
    assert rows["territory/zone/8499"]["part_of"] == [REGION]
    assert rows["territory/zone/8499"]["overlaps"] == ["territory/department/26", "territory/department/38"]


def test_a_commune_is_in_its_zone_by_the_codes_it_has_replaced(chain: Chain) -> None:
    rows = chain.rows("zones-emploi", "territories")
    assert rows["territory/commune/38901"]["part_of"] == ["territory/zone/8498"]
    assert rows["territory/commune/38991"]["part_of"] == ["territory/zone/8499"]  # a district, by its city
    assert rows["territory/commune/38901"]["kind"] is None  # described elsewhere
    assert "territory/commune/38905" not in rows


def test_an_outline_completes_a_zone_that_straddles_where_communes_are_as_many_as_it_says(
    chain: Chain, tmp_path: Path
) -> None:
    def made(number: str) -> list[dict[str, Any]]:
        folder = tmp_path / number
        folder.mkdir()
        altered(
            "contours", "zones_emploi_2025_aura.geojson", folder, ('"nb_com":"2"', f'"nb_com":"{number}"')
        )
        return chain.tidied("contours", folder)["territories"].to_dicts()

    places = ["territory/commune/26902"]  # in no zone of the composition, its point in the outline of 0099
    assert made("2") == []  # whole without it
    assert [(row["id"], row["part_of"], row["overlaps"]) for row in made("3")] == [
        (places[0], ["territory/zone/0099"], None),
        ("territory/zone/0099", None, ["territory/department/26", REGION]),
    ]
    assert made("4") == []  # a commune is not found: nothing is said of any


def test_shapes_are_those_of_known_territories(chain: Chain, tmp_path: Path) -> None:
    rows = chain.rows("contours", "geometries")
    shape = shapely.from_wkt(rows["territory/epci/200999901/geometry"]["wkt"])
    assert shape.contains(shapely.Point(5.7002, 45.1001))
    assert set(rows) == {
        f"territory/{name}/geometry" for name in ("epci/200999901", "epci/200999902", "zone/0099")
    }
    folder = altered("contours", "epci_2025_aura.geojson", tmp_path, ("200999901", "200999977"))
    rejected = chain.read("contours", folder)[1].rejected.to_dicts()
    assert [(row["row"], row["value"]) for row in rejected] == [(1, "200999977")]


def test_former_communes_are_drawn_as_todays_and_keep_their_border(chain: Chain, tmp_path: Path) -> None:
    register = chain.tables["decoupage-administratif"]["register_communes"]
    former = register.filter(pl.col("successor").is_not_null())
    gone, heir = former["code"][0], former["commune"][0]
    other = register.filter(pl.col("current") & (pl.col("code") != heir))["code"][0]
    squares = {heir: (0.0, 0.1), gone: (0.1, 0.2), other: (0.2, 0.3)}
    features = [
        {
            "type": "Feature",
            "properties": {"code": code, "nom": "x"},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[5 + a, 45], [5 + b, 45], [5 + b, 45.1], [5 + a, 45.1], [5 + a, 45]]],
            },
        }
        for code, (a, b) in squares.items()
    ]
    folder = altered("contours", "epci_2025_aura.geojson", tmp_path)
    file = folder / "communes-99-essai.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    source, inputs = chain.read("contours", folder)
    rows = tidy(source, inputs.tables, registers=chain.registers(source))["geometries"].to_dicts()
    shapes = {
        row["territory"]: shapely.from_wkt(row["wkt"]) for row in rows if "/commune/" in row["territory"]
    }
    assert set(shapes) == {f"territory/commune/{heir}", f"territory/commune/{other}"}
    merged = shapes[f"territory/commune/{heir}"]
    assert merged.area == pytest.approx(0.02, rel=1e-3)
    assert merged.touches(shapes[f"territory/commune/{other}"])
    assert merged.intersection(shapes[f"territory/commune/{other}"]).length == pytest.approx(0.1, abs=1e-3)


# --- Activities ---------------------------------------------------------------------------------------------


def test_activities_are_insees_own_and_nested(chain: Chain) -> None:
    rows = chain.rows("insee-naf", "concepts")
    base = "http://id.insee.fr/codes/nafr2/"
    assert {
        name.removeprefix(base): (row["broader"] or [""])[0].removeprefix(base) for name, row in rows.items()
    } == {
        "section/A": "",
        "division/01": "section/A",
        "groupe/01.1": "division/01",
        "classe/01.11": "groupe/01.1",
        "sousClasse/01.11Z": "classe/01.11",
        "section/B": "",
        "division/05": "section/B",
    }
    assert rows[base + "division/01"]["label_fr"] == "Culture et élevage"
    assert rows[base + "section/A"]["notation"] == "A"


def test_sub_classes_of_2025_stand_beside(chain: Chain, workbooks: dict[str, Path], tmp_path: Path) -> None:
    path = tmp_path / "naf-2025_sous-classes.csv"
    path.write_text(
        "code;libelle;section\n16.11Y;Sciage et rabotage du bois;C\n47.27G;Commerce d'œufs;G\n",
        encoding="utf-8",
    )
    source = Source.named("insee-naf")
    source = replace(source, inputs=tuple(replace(given, minimum_rows=0) for given in source.inputs))
    inputs = read_inputs(source, [workbooks["insee-naf"], path])
    assert (inputs.signalled, inputs.rejected.rows()) == ([], [])
    rows = {row["id"]: row for row in tidy(source, inputs.tables)["concepts"].to_dicts()}
    assert len(rows) == len(chain.rows("insee-naf", "concepts")) + 2
    assert (rows["naf2025/16.11Y"]["scheme"], rows["naf2025/16.11Y"]["notation"]) == ("naf2025", "16.11Y")
    assert rows["naf2025/47.27G"]["label_fr"] == "Commerce d’œufs"  # as the ontology writes it


# --- Establishments -----------------------------------------------------------------------------------------


def test_establishments_stay_on_the_code_they_were_published_for(chain: Chain) -> None:
    rows = chain.rows("insee-clap", "observations")
    assert len(rows) == 5 * 17  # of another region, only what an EPCI or a zone that meets this one holds
    assert "observation/insee-clap/establishments/commune-12901/FZ/2014" in rows
    assert not any("commune-12902" in name for name in rows)
    row = rows["observation/insee-clap/establishments/commune-26901/FZ/2014"]
    assert (row["territory"], row["sector"], int(row["value"])) == (
        "territory/commune/26901", "sector/a17/FZ", 6,
    )  # fmt: skip
    assert rows["observation/insee-clap/establishments/commune-38905/total/2014"]["sector"] == "sector/total"
    zero = rows["observation/insee-clap/establishments/commune-38905/DE/2014"]
    assert int(zero["value"]) == 0


def test_codes_without_a_name_or_unknown_are_described_as_former_communes(chain: Chain) -> None:
    rows = chain.rows("insee-clap", "territories")
    assert set(rows) == {"territory/commune/38906", "territory/commune/38999"}
    merged, lost = rows["territory/commune/38906"], rows["territory/commune/38999"]
    assert (merged["label_fr"], merged["succeeded_by"], merged["part_of"]) == (
        "Vallombre-le-Vieux", "territory/commune/38901", None,
    )  # fmt: skip
    assert (lost["kind"], lost["succeeded_by"], lost["part_of"]) == (
        "FormerCommune",
        None,
        ["territory/department/38"],
    )


def test_the_country_is_loaded_on_demand(chain: Chain) -> None:
    observations = chain.tidied("insee-clap", FIXTURES / "insee-clap", region="all")["observations"]
    assert observations.height == 6 * 17


@pytest.mark.parametrize("name", ["insee-clap", "insee-flores"])
def test_a_setting_that_keeps_nothing_is_refused(name: str, chain: Chain) -> None:
    tables = chain.tidied(name, FIXTURES / name, region="ZZ")
    with pytest.raises(SourceError, match=f"La source « {name} » ne donne aucun fait avec region=ZZ"):
        refuse_nothing(name, tables, {"region": "ZZ"})
    refuse_nothing(name, chain.tables[name], {"region": "84"})


def test_a_total_that_is_not_the_sum_of_its_sectors_stops_the_load(chain: Chain, tmp_path: Path) -> None:
    folder = altered(
        "insee-clap", "etablissements_2014_commune_A17_france.csv", tmp_path, (";26;45;", ";26;46;")
    )
    with pytest.raises(SourceError, match="Commune 26901 : le total"):
        chain.tidied("insee-clap", folder)


# --- Hiring plans -------------------------------------------------------------------------------------------


def test_plans_of_a_pool_in_two_departments_are_added_unless_one_is_secret(chain: Chain) -> None:
    def cell(indicator: str, pool: str, occupation: str) -> tuple[int | None, str | None]:
        row = rows[f"observation/france-travail-bmo/{indicator}/bassin-{pool}/{occupation}/2024"]
        assert row["occupation"] == f"fap/{occupation}"
        return None if row["value"] is None else int(row["value"]), row["status"]

    rows = chain.rows("france-travail-bmo", "observations")
    secret = (None, "obs-status/suppressed")
    assert cell("hiring-plans", "8499", "B0X30") == (30, None)
    assert cell("hiring-plans-difficult", "8499", "B0X30") == secret
    assert cell("hiring-plans-seasonal", "8499", "B0X30") == (12, None)
    assert cell("hiring-plans", "8499", "B1X41") == secret
    assert cell("hiring-plans-seasonal", "8498", "B0X30") == secret
    assert len(rows) == 9


def test_what_is_published_of_a_secret_sum_bounds_it(chain: Chain) -> None:
    def bounds(indicator: str, occupation: str) -> tuple[int | None, int | None]:
        row = rows[f"observation/france-travail-bmo/{indicator}/bassin-8499/{occupation}/2024"]
        return tuple(None if row[key] is None else int(row[key]) for key in ("low", "high"))  # type: ignore[return-value]

    rows = chain.rows("france-travail-bmo", "observations")
    assert bounds("hiring-plans-difficult", "B0X30") == (
        15,
        19,
    )  # 15 in one département, under 5 in the other
    assert bounds("hiring-plans", "B1X41") == (0, 4)
    assert bounds("hiring-plans", "B0X30") == (None, None)  # told


def test_a_commune_is_in_the_pool_of_its_own_row_whatever_its_delegated_ones_say(chain: Chain) -> None:
    rows = chain.rows("france-travail-bmo", "territories")
    assert rows["territory/bassin/8498"]["kind"] == "LabourPool"
    assert rows["territory/bassin/8498"]["label_fr"] == "Val d'Essai"  # published as VAL D ESSAI
    assert rows["territory/commune/38902"]["part_of"] == ["territory/bassin/8498"]
    merged = rows["territory/commune/38901"]
    assert (merged["part_of"], merged["overlaps"]) == (["territory/bassin/8498"], [])


def test_a_commune_known_by_what_it_replaced_alone_overlaps_their_pools(chain: Chain, tmp_path: Path) -> None:
    file = "communes_bassins_bmo_aura.csv"
    folder = altered("france-travail-bmo", file, tmp_path, ("84,38,38901,8498", "84,38,38906,8498"))
    rows = chain.tidied("france-travail-bmo", folder)["territories"]
    merged = rows.row(by_predicate=pl.col("id") == "territory/commune/38901", named=True)
    assert (merged["part_of"], merged["overlaps"]) == ([], ["territory/bassin/8498", "territory/bassin/8499"])


def test_a_commune_created_again_is_where_the_one_it_was_in_is(chain: Chain, tmp_path: Path) -> None:
    recreated = chain.tables["decoupage-administratif"]["register_recreated"]
    assert recreated.rows() == [("38902", "38901")]
    for name, file, row in (
        ("france-travail-bmo", "communes_bassins_bmo_aura.csv", "84,38,38902,8498,VAL D ESSAI"),
        ("zones-emploi", "communes_zones_emploi_2020_aura.csv", "38902,Saint-Aubin-d'Essai,8498 - Val d'Essai,8498,Val d'Essai"),
    ):  # fmt: skip
        folder = tmp_path / name
        folder.mkdir()
        altered(
            name,
            file,
            folder,
            (row, row.replace("38902", "38901").replace("Saint-Aubin-d'Essai", "Vallombre")),
        )
        lines = (folder / file).read_text("utf-8").splitlines()
        kept = dict.fromkeys(one for one in lines if not one.startswith(("38905", "84,38,38905")))
        (folder / file).write_text("\n".join(kept), encoding="utf-8")
        rows = chain.tidied(name, folder)["territories"]
        again = rows.row(by_predicate=pl.col("id") == "territory/commune/38902", named=True)
        assert [one.rpartition("/")[2] for one in again["part_of"]] == ["8498"]


def test_occupations_are_nested_and_a_family_that_is_not_divided_is_one(chain: Chain) -> None:
    rows = chain.rows("france-travail-bmo", "concepts")
    assert {name: row["broader"] for name, row in rows.items()} == {
        "fap/B": None,
        "fap/B0X": ["fap/B"],
        "fap/B1X": ["fap/B"],
        "fap/B0X30": ["fap/B0X"],
        "fap/B1X41": ["fap/B1X"],
        "fap/B1X41a": ["fap/B1X41"],
        "fap/B1X41b": ["fap/B1X41"],
    }


def test_an_occupation_outside_the_classification_is_set_aside(chain: Chain, tmp_path: Path) -> None:
    folder = altered("france-travail-bmo", "bmo_2024_aura.csv", tmp_path, ("2024,B1X41", "2024,Z9Z99"))
    rejected = chain.read("france-travail-bmo", folder)[1].rejected.to_dicts()
    assert [(row["row"], row["column"], row["value"]) for row in rejected] == [(5, "metier", "Z9Z99")]


# --- Jobs ---------------------------------------------------------------------------------------------------


def test_jobs_of_the_zones_of_the_region_with_zero_and_missing_apart(chain: Chain) -> None:
    rows = chain.rows("insee-flores", "observations")
    cells = {
        name.removeprefix("observation/insee-flores/salaried-jobs/"): (
            None if row["value"] is None else int(row["value"]), row["status"],
        )
        for name, row in rows.items()
    }  # fmt: skip
    assert cells == {
        "zone-0099/CC/2022": (120, None),
        "zone-0099/CC/2023": (131, None),
        "zone-0099/CD/2022": (0, None),
        "zone-0099/CD/2023": (0, None),  # blank, but the zone has no more jobs than the other sectors have
        "zone-8498/FZ/2022": (310, None),
        "zone-8498/FZ/2023": (305, None),
        "zone-8499/CC/2022": (900, None),
        "zone-8499/CC/2023": (880, None),
    }
    assert chain.tables["insee-flores"]["territories"].is_empty()


def test_a_blank_is_a_zero_where_the_total_published_apart_is_reached(chain: Chain, tmp_path: Path) -> None:
    def blank(*changes: tuple[str, str]) -> tuple[object, object]:
        folder = tmp_path / str(len(changes))
        folder.mkdir()
        altered("insee-flores", "exdeco_pivot_flores_a5_aura.csv", folder, *changes)
        rows = chain.tidied("insee-flores", folder)["observations"]
        row = rows.row(by_predicate=pl.col("id").str.ends_with("zone-0099/CD/2023"), named=True)
        return row["value"], row["status"]

    assert blank() == (0, None)  # 131 jobs in all of the zone, 131 in the sectors that are told
    assert blank(("0099,BE,Industrie,2,120,131,", "0099,BE,Industrie,2,120,135,")) == (
        None,
        "obs-status/missing",
    )


def test_the_table_of_the_country_describes_the_zones_it_alone_has(chain: Chain, tmp_path: Path) -> None:
    csv = FIXTURES / "insee-flores" / "exdeco_pivot_flores_a38_aura.csv"
    numbers = [pl.col("eff_22", "eff_23").cast(pl.Float64).cast(pl.Int32)]
    parquet = tmp_path / "exdeco_pivot_flores_a38_france.parquet"
    pl.read_csv(csv, infer_schema=False).with_columns(numbers).write_parquet(parquet)
    both = chain.tidied("insee-flores", csv, parquet)
    alone = chain.tidied("insee-flores", csv)["observations"]
    assert alone["status"].drop_nulls().to_list() == [
        "obs-status/missing"
    ]  # no total is there to tell a zero
    assert both["observations"].equals(alone)
    country = chain.tidied("insee-flores", parquet, region="all")
    assert country["observations"].height == 10
    assert country["territories"].select("id", "kind", "label_fr").rows() == [
        ("territory/zone/0123", "EmploymentZone", "Zone d'emploi 0123")
    ]


# --- The official files -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def official(tmp_path_factory: pytest.TempPathFactory) -> Chain:
    if not (OFFICIAL / "etalab-decoupage-administratif").is_dir():
        pytest.skip(f"no official files in {OFFICIAL}")
    made = Chain(tmp_path_factory.mktemp("official"))
    for name in SOURCES:
        made.load(name, *find_inputs(Source.named(name), OFFICIAL), whole=True)
    return made


@pytest.mark.official
@pytest.mark.parametrize("name", SOURCES)
def test_official_files_are_read_whole(name: str, official: Chain) -> None:
    assert official.inputs[name].rejected.is_empty()
    assert official.inputs[name].signalled == []


@pytest.mark.official
def test_official_divisions(official: Chain) -> None:
    territories = official.tables["decoupage-administratif"]["territories"]
    kinds = dict(territories.group_by("kind").len().rows())
    assert kinds == {
        "Commune": 34969, "FormerCommune": 1994, "MunicipalDistrict": 45,
        "Intercommunality": 1255, "Department": 109, "Region": 26,
    }  # fmt: skip
    epci = territories.filter(kind="Intercommunality")
    within = pl.concat_list("part_of", "overlaps")
    assert epci.filter(within.list.contains(REGION)).height == 172
    assert epci.filter(pl.col("overlaps").list.len() > 0).height == 89
    assert epci.filter(pl.col("overlaps").list.join(" ").str.contains("territory/region/")).height == 26
    register = official.tables["decoupage-administratif"]["register_communes"]
    assert register.filter(pl.col("current"), region="84").height == 4025
    assert register.filter(pl.col("current"), pl.col("epci").is_null()).height == 98
    assert official.tables["decoupage-administratif"]["observations"].height == 34963 + 1255


@pytest.mark.official
def test_official_places(official: Chain) -> None:
    places = official.tables["laposte-hexasmal"]["territories"]
    register = official.tables["decoupage-administratif"]["register_communes"].filter(
        pl.col("current"), region="84"
    )
    located = register.join(places.drop_nulls("lat"), left_on="territory", right_on="id", how="anti")
    assert sorted(located["code"]) == ["15031", "15035", "15047", "15171", "69114", "69123"]
    found = official.tables["laposte-hexasmal"]["register_places"]
    assert found.filter(name_norm="lyon", postcode="69003")["commune"].to_list() == [
        "territory/commune/69383"
    ]
    assert found.filter(name_norm="saint martin d heres", postcode="38400")["commune"].to_list() == [
        "territory/commune/38421"
    ]


@pytest.mark.official
def test_official_zones_and_classes(official: Chain) -> None:
    zones = official.tables["zones-emploi"]["territories"].filter(kind="EmploymentZone")
    assert zones.height == 39
    inside = zones.filter(pl.col("part_of").list.contains(REGION))
    assert inside.height == 35
    assert sorted(zones.join(inside, on="id", how="anti")["code"]) == ["0055", "0059", "0063", "0064"]
    assert official.tables["contours"]["geometries"].height == 172 + 39 + 96 + 13 + 2152
    assert official.tables["insee-densite"]["territories"].height == 34868 + 4  # created again since
    grids = official.tables["anct-grilles"]["territories"]
    typed = dict(grids.drop_nulls("rurality").group_by("rurality").len().rows())
    assert typed == {
        "rurality/residential-affluent": 815, "rurality/residential-mixed": 390, "rurality/tourist-residential": 416,
        "rurality/tourist-specialised": 312, "rurality/productive-workers": 318, "rurality/productive-farming": 595,
        "rurality/small-centres-mixed": 283, "rurality/small-centres-industrial": 275,
    }  # fmt: skip
    assert grids.height - sum(typed.values()) == 613 + 8  # urban, or of another perimeter since
    assert dict(grids.group_by("centrality").len().rows()) == {
        "centrality/0": 2443, "centrality/1": 1074, "centrality/2": 403, "centrality/3": 90, "centrality/4": 15,
    }  # fmt: skip
    assert dict(grids.drop_nulls("massif").group_by("massif").len().rows()) == {
        "massif/jura": 184, "massif/alps": 1051, "massif/massif-central": 1904,
    }  # fmt: skip
    activities = official.tables["insee-naf"]["concepts"]["id"]
    assert activities.str.starts_with("naf2025/").sum() == 747
    levels = activities.str.extract("/nafr2/([a-zA-Z]+)/").drop_nulls()
    assert dict(levels.value_counts().rows()) == {
        "section": 21, "division": 88, "groupe": 272, "classe": 615, "sousClasse": 732,
    }  # fmt: skip


@pytest.mark.official
def test_official_observations(official: Chain) -> None:
    firms = official.tables["insee-clap"]["observations"]
    register = official.tables["decoupage-administratif"]["register_communes"]
    regional = set(register.filter(region="84")["territory"])
    inside = firms.filter(
        pl.col("territory").is_in(regional)
        | pl.col("territory").str.contains("commune/(01|03|07|15|26|38|42|43|63|69|73|74)")
    )
    assert inside.height == 4184 * 17
    assert int(inside.filter(sector="sector/total")["value"].sum()) == 548241
    known = pl.concat(
        [official.tables[name]["territories"]["id"] for name in ("decoupage-administratif", "insee-clap")]
    )
    assert firms["territory"].is_in(known.implode()).all()
    plans = official.tables["france-travail-bmo"]["observations"]
    assert plans["territory"].n_unique() == 52
    assert plans["occupation"].n_unique() == 217
    assert plans.height == 3 * 6975
    jobs = official.tables["insee-flores"]["observations"]
    assert jobs.height == 39 * 36 * 2
    grenoble = jobs.filter(territory="territory/zone/8409", period="2023")
    assert int(grenoble["value"].sum()) == 291240
    assert jobs["value"].null_count() == 0  # all 78 blanks are zeros: A5 totals are the sums of what is told


@pytest.mark.official
def test_official_zones_and_pools_are_whole(official: Chain) -> None:
    people = official.tables["decoupage-administratif"]["observations"].select("territory", "value")
    register = official.tables["decoupage-administratif"]["register_communes"].filter(pl.col("current"))
    parts = pl.concat(
        [
            official.tables[name]["territories"].select("id", "part_of").explode("part_of")
            for name in ("zones-emploi", "contours", "france-travail-bmo")
        ]
    )
    parts = parts.join(register, left_on="id", right_on="territory", how="semi")
    sums = parts.join(people, left_on="id", right_on="territory").group_by("part_of").agg(
        pl.col("value").cast(pl.Int64).sum(), communes=pl.len()
    )  # fmt: skip
    found = {name: (value, communes) for name, value, communes in sums.iter_rows()}
    # what Insee's own table of zones has (P23_POP), whole though three fifths to a fifth of them lie in another region
    assert found["territory/zone/0055"] == (79887, 29)
    assert found["territory/zone/0059"] == (168596, 159)
    assert found["territory/zone/0063"] == (78889, 186)
    assert found["territory/zone/0064"] == (62246, 114)
    pools = official.tables["france-travail-bmo"]["territories"].filter(kind="LabourPool")
    labels = dict(pools.select("label_fr", "id").iter_rows())
    assert found[labels["Tarare"]][0] == 98064
    assert found[labels["Tarentaise"]][0] == 112684
    flour = (
        official.tables["zones-emploi"]["territories"]
        .filter(pl.col("label_fr").str.contains("Flour"))["id"]
        .item()
    )
    named = set(parts.filter(part_of=flour)["id"].str.split("/").list.last())
    assert {"15031", "15035", "15047", "15171"} <= named
