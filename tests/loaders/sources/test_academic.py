"""The academic sources: institutions, research units, doctoral schools, Parcoursup, masters."""

import csv
import os
import shutil
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from hashlib import sha1
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from ancrage.loaders.mapping.mapping import Mapping
from ancrage.loaders.publish.generation import EXCHANGE_MAPPING
from ancrage.loaders.read.source import Inputs, Source, SourceError, find_inputs, read_inputs
from ancrage.loaders.read.tidy import tidy

ROOT = Path(__file__).parents[3]
FIXTURES = ROOT / "tests" / "data"
OFFICIAL = Path(os.environ.get("ANCRAGE_OFFICIAL_DATA", ROOT.parent / "shared" / "data"))
TERRITORIES = ("decoupage-administratif", "laposte-hexasmal", "zones-emploi", "contours")
ACADEMIC = (
    "mesr-effectifs",
    "mesr-etablissements",
    "mesr-rnsr",
    "mesr-implantations",
    "mesr-ecoles-doctorales",
    "mesr-parcoursup",
    "mesr-masters",
    "mesr-operateurs",
)
REGION = ("01", "03", "07", "15", "26", "38", "42", "43", "63", "69", "73", "74")
GRAPH = "https://w3id.org/ancrage/graph/"


class Chain:
    """Sources loaded one after the other, each seeing the tables of those before it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.inputs: dict[str, Inputs] = {}
        self.tables: dict[str, dict[str, pl.DataFrame]] = {}
        self.seconds: dict[str, float] = {}

    def load(self, name: str, paths: list[Path], *, whole: bool = True) -> None:
        source = Source.named(name)
        if not whole:
            source = replace(source, inputs=tuple(replace(given, minimum_rows=0) for given in source.inputs))
        known = {path.stem: path for path in self.folder.glob("*.parquet")}
        prefixes = tuple(f"{other.replace('-', '_')}__" for other in (*source.requires, *source.uses))
        registers = {table: path for table, path in known.items() if table.startswith(prefixes)}
        started = time.perf_counter()
        self.inputs[name] = read_inputs(source, paths, registers=registers)
        self.tables[name] = tidy(source, self.inputs[name].tables, registers=registers, settings={})
        self.seconds[name] = time.perf_counter() - started
        for table, frame in self.tables[name].items():
            frame.write_parquet(self.folder / f"{name.replace('-', '_')}__{table}.parquet")

    def rows(self, name: str, table: str) -> list[dict[str, Any]]:
        return self.tables[name][table].to_dicts()

    def one(self, name: str, table: str, **wanted: str) -> dict[str, Any]:
        found = [
            row for row in self.rows(name, table) if all(row[key] == value for key, value in wanted.items())
        ]
        assert len(found) == 1, (wanted, found)
        return found[0]


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Chain:
    made = Chain(tmp_path_factory.mktemp("registers"))
    for name in (*TERRITORIES, *ACADEMIC):
        made.load(
            name, sorted(path for path in (FIXTURES / name).iterdir() if path.suffix != ".nq"), whole=False
        )
    return made


@pytest.mark.parametrize("name", ACADEMIC)
def test_the_quads_are_the_golden_ones(name: str, chain: Chain, tmp_path: Path) -> None:
    out = tmp_path / "data.nq"
    Mapping.read(EXCHANGE_MAPPING).write(chain.tables[name], out, graph=GRAPH + name)
    golden = FIXTURES / name / "expected.nq"
    assert sorted(out.read_text(encoding="utf-8").splitlines()) == sorted(
        golden.read_text(encoding="utf-8").splitlines()
    )


@pytest.mark.parametrize("name", ACADEMIC)
def test_every_column_is_mapped_ignored_or_personal(name: str, chain: Chain) -> None:
    assert chain.inputs[name].signalled == []


@pytest.mark.parametrize("name", ACADEMIC)
def test_a_source_names_once_each_organisation_that_it_describes(name: str, chain: Chain) -> None:
    if "organizations" in chain.tables[name]:
        rows = [row for row in chain.rows(name, "organizations") if row["evidence"]]
        assert len({row["id"] for row in rows}) == len(rows)
        assert all(row["label_fr"] for row in rows)


# --- Institutions -------------------------------------------------------------------------------------------


def test_the_same_institution_in_two_exports_is_one_and_the_newest_wins(chain: Chain) -> None:
    row = chain.one("mesr-etablissements", "organizations", id="organization/0389001A")
    assert row["kind"] == "University"
    assert row["siret"] == ["13090001100019", "13090001100027"]
    assert row["former_codes"] == ["0389000Z", "0389009J"]
    assert row["idref"] == ["02690001X"]
    assert row["ror"] == ["https://ror.org/0abcdef01"]


def test_a_name_without_label_is_set_aside(chain: Chain) -> None:
    rejected = chain.inputs["mesr-etablissements"].rejected.to_dicts()
    assert [(row["column"], row["row"]) for row in rejected] == [("label", 6)]


def test_an_institution_follows_its_former_uai(chain: Chain) -> None:
    codes = {
        (row["kind"], row["code"]): row["organization"]
        for row in chain.rows("mesr-etablissements", "register_codes")
    }
    assert codes["former-uai", "0269003C"] == "organization/0269004D"
    assert codes["siren", "130900033"] == "organization/0269004D"
    assert codes["paysage", "iJ3kL"] == "organization/0269004D"
    assert codes["uai", "0269005E"] == codes["uai", "0389002B"] == "organization/0389002B"


def test_students_of_two_exports_join_year_by_year(chain: Chain) -> None:
    found = {
        (row["organization"], row["period"]): (row["value"], row["status"])
        for row in chain.rows("mesr-etablissements", "observations")
    }
    assert found["organization/0389001A", "2010/2011"] == (6103, None)
    assert found["organization/0389001A", "2011/2012"] == (
        6251,
        None,
    )  # the newest export says 6,251, the older 6,250
    assert found["organization/0389001A", "2016/2017"] == (None, "obs-status/missing")
    assert found["organization/0389002B", "2010/2011"] == (120, None)
    assert found["organization/0269004D", "2012/2013"] == (90, None)
    assert not any(organization == "organization/1279001V" for organization, _ in found)  # abroad: no commune


def test_a_head_office_stands_in_the_commune_of_today(chain: Chain) -> None:
    territories = {row["id"]: row["territory"] for row in chain.rows("mesr-etablissements", "sites")}
    assert territories["site/0389001A"] == "territory/commune/38992"
    assert territories["site/0389002B"] == "territory/commune/38901"
    assert territories["site/1279001V"] is None


# --- Students -----------------------------------------------------------------------------------------------


def test_students_of_the_statistics_come_before_those_of_the_list(chain: Chain) -> None:
    rows = chain.rows("mesr-etablissements", "observations")
    enrolled = {
        (row["organization"], row["period"]): row["value"]
        for row in rows
        if row["dataset"] == "dataset/mesr-effectifs"
    }
    assert enrolled == {
        ("organization/0389001A", "2020/2021"): 6500,  # without pupils of preparatory classes
        ("organization/0389001A", "2017/2018"): 6103 + 400,  # with the institution that it took over
        ("organization/0389997X", "2008/2009"): 50,  # not on the list: named by the statistics
        (None, "2008/2009"): 30,  # of no code
    }  # the component of an experimental university, counted in its own right, is left out
    named = chain.one("mesr-etablissements", "organizations", id="organization/0389997X")
    assert (named["label_fr"], named["uai"], named["source"]) == (
        "Institut disparu",
        ["0389997X"],
        "source/mesr-effectifs",
    )
    listed = {(row["organization"], row["period"]) for row in rows} - set(enrolled)
    assert len(rows) == len(enrolled) + len(listed)


def test_students_of_sites_are_where_they_study_and_a_site_without_number_is_no_zero(chain: Chain) -> None:
    rows = {
        (row["territory"], row["organization"]): row["value"]
        for row in chain.rows("mesr-implantations", "observations")
    }
    assert rows == {
        ("territory/commune/38992", "organization/0389001A"): 1200
        + 300,  # a former UAI of the same institution
        ("territory/commune/26901", "organization/0389001A"): 85,
        ("territory/commune/38902", None): 7,
    }


@pytest.mark.parametrize(
    ("name", "file", "column", "why"),
    [
        ("mesr-effectifs", "*.csv", "Attention", "deux fois"),
        ("mesr-etablissements", "*noms-techniques*", "date_fermeture", "fermé"),
        ("mesr-masters", "*.csv", "Mention ouverte ou non ouverte", "accueille"),
    ],
)
def test_a_file_without_the_column_that_tells_what_its_rows_are_is_refused(
    name: str, file: str, column: str, why: str, tmp_path: Path
) -> None:
    (path,) = (FIXTURES / name).glob(file)
    with pytest.raises(SourceError, match=f"« {column} ».*{why}"):
        read_inputs(Source.named(name), _spoiled(name, path, (column, "Autre"), tmp_path), registers={})


# --- Research units -----------------------------------------------------------------------------------------


def test_parallel_lists_are_zipped_by_position(chain: Chain) -> None:
    row = chain.one("mesr-rnsr", "organizations", id="organization/200000001A")
    assert row["supervised_by"] == ["organization/0389001A", "organization/0759001X"]
    assert row["participating"] == ["organization/0389002B"]
    assert row["unit_numbers"] == ["UMR 42", "UMR_S 5999"]
    assert chain.one("mesr-rnsr", "organizations", id="organization/200000004D")["former_codes"] == [
        "199900009Z"
    ]


def test_a_body_known_by_siren_only_is_the_one_that_has_the_same_siren(chain: Chain) -> None:
    row = chain.one("mesr-rnsr", "organizations", id="organization/200000002B")
    assert row["supervised_by"] == ["organization/0759001X"]
    assert row["part_of"] == ["organization/200000001A"]
    assert row["homepage"] is None


def test_new_bodies_say_what_the_register_says_of_them(chain: Chain) -> None:
    kinds = {
        row["label_fr"]: (row["kind"], row["actor_type"])
        for row in chain.rows("mesr-rnsr", "organizations")
        if row["kind"] != "ResearchUnit"
    }
    assert kinds == {
        "Organisme national d'essai": ("ResearchOrganization", "actor-type/research-organization"),
        "Université lointaine": ("University", "actor-type/higher-education"),
        "Hôpital de Montclair": (None, None),
        "Centre d'essai privé": ("Company", "actor-type/company"),
        "Équipe mathématique": ("ResearchTeam", "actor-type/research-team"),
        "Fédération sans Adresse": ("ResearchFederation", "actor-type/research-federation"),
    }


@pytest.mark.parametrize(
    ("type", "body", "wanted"),
    [
        ("31", "Fédération sans adresse", ("ResearchFederation", "actor-type/research-federation", "2018", None)),
        ("34", "Fédération sans adresse", ("ResearchOrganization", "actor-type/research-organization", None, "338723919")),
        ("35", "Autre organisme", ("ResearchOrganization", "actor-type/research-organization", "2018", None)),
        ("37", "Fédération sans adresse", ("ResearchOrganization", "actor-type/research-organization", None, "338723919")),
    ],
)  # fmt: skip
def test_a_legal_person_among_those_that_gather_units_is_no_federation(
    chain: Chain, tmp_path: Path, type: str, body: str, wanted: tuple[str | None, ...]
) -> None:
    """ILL and ESRF are listed with federations, as the bodies of themselves."""
    (path,) = (FIXTURES / "mesr-rnsr").glob("*.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    (row,) = [one for one in rows if one["numero_national_de_structure"] == "200000004D"]
    row |= {
        "code_de_type_de_structure": type, "tutelles": body, "code_de_nature_de_tutelle": "PRIVE",
        "siret_des_tutelles": "33872391900027", "code_de_type_de_tutelle": "TUTE",
    }  # fmt: skip
    with (tmp_path / path.name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, row.keys(), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    other = Chain(shutil.copytree(chain.folder, tmp_path / "registers"))
    other.load("mesr-rnsr", [tmp_path / path.name], whole=False)
    told = other.one("mesr-rnsr", "organizations", id="organization/200000004D")
    assert (told["kind"], told["actor_type"], told["start_year"], told["siren"]) == wanted
    bodies = {one["siren"] for one in other.rows("mesr-rnsr", "organizations") if one["rnsr"] is None}
    assert ("338723919" in bodies) == (told["siren"] is None), "who is the body of itself is there once"


def test_a_team_is_part_of_its_unit_and_neither_it_nor_a_federation_is_a_unit(chain: Chain) -> None:
    units = {row["rnsr"] for row in chain.rows("mesr-rnsr", "organizations") if row["kind"] == "ResearchUnit"}
    assert units == {"200000001A", "200000003C", "200000005E", "200000006F", "200000007G"}
    team = chain.one("mesr-rnsr", "organizations", id="organization/200000002B")
    assert (team["kind"], team["part_of"]) == ("ResearchTeam", ["organization/200000001A"])


def test_a_register_without_levels_is_refused_and_says_why_they_are_needed(tmp_path: Path) -> None:
    (path,) = (FIXTURES / "mesr-rnsr").glob("*.csv")
    paths = _spoiled("mesr-rnsr", path, ("code_de_niveau_de_structure", "autre_colonne"), tmp_path)
    with pytest.raises(
        SourceError, match=r"« code_de_niveau_de_structure ».*, or il dit qui est une unité"
    ) as caught:
        read_inputs(Source.named("mesr-rnsr"), paths, registers={})
    assert caught.value.column == "code_de_niveau_de_structure"


def test_a_panel_label_that_holds_the_separator_stays_whole(chain: Chain) -> None:
    labels = {row["id"]: row["label_en"] or row["label_fr"] for row in chain.rows("mesr-rnsr", "concepts")}
    assert labels["field/erc/PE9"] == "Universe Sciences"
    assert labels["field/erc/PE1"] == "PE1"  # only in a list that cannot be zipped: its code
    assert labels["field/mesr/2"] == "Physique"


def test_a_unit_is_located_by_its_town_and_postcode_together(chain: Chain) -> None:
    found = {
        row["rnsr"]: (row["commune"], row["location_evidence"])
        for row in chain.rows("mesr-rnsr", "register_units")
    }
    assert found == {
        "200000001A": ("territory/commune/38902", "evidence-status/documented"),
        "200000002B": ("territory/commune/38992", "evidence-status/inferred"),  # GRANDVILLE CEDEX 02
        "200000003C": (None, None),  # SEOUL has a postcode of the Allier
        "200000004D": (None, None),
        "200000005E": ("territory/commune/38901", "evidence-status/inferred"),  # a merged commune
        "200000006F": (None, None),
        # CS 40700 GRANDVILLE CEDEX 9 FRANCE
        "200000007G": ("territory/commune/38900", "evidence-status/inferred"),
    }
    assert {row["reason"]: row["units"] for row in chain.rows("mesr-rnsr", "register_unlocated")} == {
        "town-unknown-in-department": 1,
        "no-address": 1,
        "no-postcode": 1,
    }


def test_names_of_persons_are_never_read(chain: Chain) -> None:
    for name in ("mesr-rnsr", "mesr-ecoles-doctorales"):
        personal = {
            column
            for given in Source.named(name).inputs
            for variant in given.variants
            for column in variant.personal
        }
        assert personal
        official = {
            column
            for given in Source.named(name).inputs
            for variant in given.variants
            for column in (*variant.columns.values(), *variant.optional_columns.values())
        }
        assert not personal & official


# --- Doctoral schools ---------------------------------------------------------------------------------------


def test_a_doctoral_school_has_its_institutions_and_units(chain: Chain) -> None:
    row = chain.one("mesr-ecoles-doctorales", "organizations", id="organization/ed-901")
    assert row["part_of"] == ["organization/0389001A"]
    assert row["member_of"] == ["organization/0389002B", "organization/0389888K"]
    assert row["participating"] == ["organization/0759001X"]
    assert row["fields"] == ["field/doctoral/biologie-medecine-sante", "field/doctoral/physique"]
    unit = chain.one("mesr-ecoles-doctorales", "organizations", id="organization/200000001A")
    assert unit["member_of"] == ["organization/ed-901", "organization/ed-902"]
    heir = chain.one("mesr-ecoles-doctorales", "organizations", id="organization/200000004D")
    assert heir["member_of"] == ["organization/ed-901"]
    missing = [
        row["rnsr"]
        for row in chain.rows("mesr-ecoles-doctorales", "register_school_units")
        if not row["organization"]
    ]
    assert missing == ["209999999Z"]


def test_the_centre_of_a_commune_is_not_the_address_of_a_school(chain: Chain) -> None:
    points = {
        row["id"]: (row["territory"], row["lat"], row["lon"])
        for row in chain.rows("mesr-ecoles-doctorales", "sites")
    }
    assert points["site/ed-901"] == ("territory/commune/38992", None, None)
    assert points["site/ed-902"] == ("territory/commune/38901", "45.1101", "5.7102")


def test_a_doctoral_school_is_no_institution(chain: Chain) -> None:
    row = chain.one("mesr-ecoles-doctorales", "organizations", id="organization/ed-901")
    assert (row["kind"], row["actor_type"]) == ("DoctoralSchool", "actor-type/doctoral-school")


def test_a_malformed_code_falls_back_on_the_name(chain: Chain) -> None:
    row = chain.one("mesr-ecoles-doctorales", "register_links", number="902")
    assert (row["organization"], row["rule"]) == ("organization/0389001A", "name")
    assert chain.one("mesr-ecoles-doctorales", "organizations", id="organization/ed-902")["homepage"] is None


# --- Parcoursup ---------------------------------------------------------------------------------------------


def test_a_course_is_the_same_in_both_headers(chain: Chain) -> None:
    courses = [
        row for row in chain.rows("mesr-parcoursup", "programmes") if "Electrotechnique" in row["label_fr"]
    ]
    assert [(row["label_fr"], row["capacity"], row["level"]) for row in courses] == [
        ("BTS - Production - Electrotechnique", 24, "level/eqf5")
    ]


def test_a_level_is_given_only_where_the_name_says_it(chain: Chain) -> None:
    levels = {row["label_fr"]: row["level"] for row in chain.rows("mesr-parcoursup", "programmes")}
    assert levels["Licence Portail Sciences"] == "level/eqf6"
    assert levels["BUT Mesures physiques"] == "level/eqf6"
    assert levels["D.E Educateur de Jeunes Enfants"] == "level/eqf6"
    assert levels["Formation d'ingénieur Bac + 5"] == "level/eqf7"
    assert levels["Formation professionnelle"] is None


def test_routes_of_admission_are_one_programme_that_keeps_the_address_of_the_first(chain: Chain) -> None:
    titles = {
        row["id"]: row["label_fr"]
        for row in chain.rows("mesr-parcoursup", "programmes")
        if row["organizations"] == ["organization/0389012M"]
    }
    course = "0389012M|formation d ingenieur bac 5 bac general|"
    assert titles.pop(f"programme/parcoursup-{sha1(course.encode()).hexdigest()[:10]}") == (
        "Formation d'ingénieur Bac + 5"
    )
    assert [*titles.values()] == ["Formation d'ingénieur Bac + 5 Cycle preparatoire integre"]  # no route


def test_a_teaching_site_is_inferred_from_its_point(chain: Chain) -> None:
    sites = {
        (row["lat"], row["lon"]): row
        for row in chain.rows("mesr-parcoursup", "sites")
        if "0389000Z" in row["id"]
    }
    inside = sites["45.31", "5.61"]
    assert inside["territory"][-1] == "territory/epci/200999902"
    assert inside["location_evidence"] == "evidence-status/inferred"
    assert inside["organizations"] == ["organization/0389001A"]  # a former UAI
    assert len(sites) == 2  # a point some metres away is the same site
    outside = sites["44.52", "5.02"]
    assert len(outside["territory"]) == 1
    assert outside["territory"][0].startswith("territory/commune/")


def test_an_establishment_is_what_its_statute_and_its_courses_say(chain: Chain) -> None:
    kinds = {
        row["id"]: (row["kind"], row["actor_type"]) for row in chain.rows("mesr-parcoursup", "organizations")
    }
    assert kinds == {
        "organization/0380001T": ("SecondarySchool", "actor-type/secondary-school"),
        # gives what lycées do not
        "organization/0380003V": ("HigherEducationInstitution", "actor-type/higher-education"),
        "organization/0389015R": (None, None),  # an "école", for a BTS alone
        # an "institut" under a contract of association, for a BTS alone
        "organization/0389016S": ("SecondarySchool", "actor-type/secondary-school"),
        "organization/0389011L": ("AcademicComponent", "actor-type/academic-component"),
        "organization/0389012M": ("HigherEducationInstitution", "actor-type/higher-education"),
        # gives what lycées do not, and is a site of the university
        "organization/0389104D": ("AcademicComponent", "actor-type/academic-component"),
        "organization/0389014P": (
            "AcademicComponent",
            "actor-type/academic-component",
        ),  # not in the register
        "organization/0759001X": (None, None),  # the register of units describes it
    }


# --- Masters ------------------------------------------------------------------------------------------------


def test_a_degree_is_read_in_its_latest_campaign_when_it_is_open(chain: Chain) -> None:
    rows = {row["id"].rpartition("-")[2]: row for row in chain.rows("mesr-masters", "programmes")}
    assert set(rows) == {"1600001A", "1600003C", "1600004D", "1600005E"}
    assert rows["1600001A"]["label_fr"] == "Master Génie civil et urbain"
    assert rows["1600001A"]["capacity"] == 24
    assert rows["1600001A"]["organizations"] == ["organization/0389001A", "organization/0389002B"]
    assert rows["1600001A"]["fields"] == [
        "field/master/droit-economie-gestion",
        "field/master/sciences-technologies-sante",
    ]
    assert rows["1600003C"]["fields"] is None
    assert rows["1600004D"]["fields"] == [
        "field/master/arts-lettres-langues",
        "field/master/sciences-humaines-et-sociales",
    ]
    closed = [row["inm"] for row in chain.rows("mesr-masters", "register_closed")]
    assert sorted(closed) == ["1600002B", "1600006F"]  # said closed, and not in the latest campaign
    assert {row["id"]: row["kind"] for row in chain.rows("mesr-masters", "organizations")} == {
        "organization/0389012M": None,  # Parcoursup says what it is
        "organization/0389013N": "School",
    }


def test_an_accreditation_that_ends_closes_no_degree(chain: Chain) -> None:
    assert not {"start_year", "end_year"} & set(chain.tables["mesr-masters"]["programmes"].columns)


def test_a_degree_shared_by_two_accredited_institutions_is_offered_once_by_each(chain: Chain) -> None:
    assert {
        row["id"]: row["organizations"]
        for row in chain.rows("mesr-masters", "programmes")
        if row["id"].endswith("1600005E")
    } == {
        "programme/master-0389001A-1600005E": ["organization/0389001A"],
        "programme/master-0389002B-1600005E": ["organization/0389002B"],
    }


def test_a_head_office_is_written_where_the_list_has_none(chain: Chain) -> None:
    assert [
        (row["organizations"], row["territory"], row["location_evidence"])
        for row in chain.rows("mesr-masters", "sites")
    ] == [(["organization/0389012M"], "territory/commune/26901", "evidence-status/inferred")]


# --- Bad input ----------------------------------------------------------------------------------------------


def _spoiled(name: str, source: Path, change: tuple[str, str], folder: Path) -> list[Path]:
    text = source.read_text(encoding="utf-8-sig")
    assert change[0] in text
    path = folder / source.name
    path.write_text(text.replace(*change, 1), encoding="utf-8")
    return [path]


@pytest.mark.parametrize(
    ("name", "file", "change", "column"),
    [
        ("mesr-etablissements", "*noms-techniques*", ("0389001A;", "389001A;"), "uai"),
        ("mesr-etablissements", "*noms-techniques*", ("45.31,5.61", "95.31,5.61"), "coordinates"),
        ("mesr-rnsr", "*.csv", ("200000003C;", "20000003C;"), "rnsr"),
        ("mesr-rnsr", "*.csv", (";22;2;", ";22;4;"), "level"),
        ("mesr-rnsr", "*.csv", (";22;2;", ";22;;"), "level"),
        ("mesr-rnsr", "*.csv", ("TUTE;TUTE;PART", "TUTE;TUTE;AUTRE"), "body_links"),
        ("mesr-implantations", "*.csv", (";1200;", ";1 200;"), "students"),
        ("mesr-implantations", "*.csv", (";38902;", ";8902;"), "commune"),
        ("mesr-effectifs", "*.csv", (";2020-21;", ";2020;"), "year"),
        (
            "mesr-effectifs",
            "*.csv",
            ("Sans double compte des établissements-composantes pour les EPE;", ";"),
            "counting",
        ),
        ("mesr-ecoles-doctorales", "*.csv", (";901;", ";neuf cent un;"), "number"),
        ("mesr-parcoursup", "*reduites*", ("45.12, 5.72", "145.12, 5.72"), "gps"),
        ("mesr-masters", "*.csv", (";1600003C;", ";16000-03C;"), "inm"),
        ("mesr-masters", "*.csv", (";2016;2019;1;", ";2016;2019;;"), "open"),
    ],
)
def test_a_wrong_value_is_rejected_with_its_row(
    name: str, file: str, change: tuple[str, str], column: str, tmp_path: Path
) -> None:
    source = Source.named(name)
    source = replace(
        source, inputs=tuple(replace(given, minimum_rows=0) for given in source.inputs), locate=()
    )
    (path,) = (FIXTURES / name).glob(file)
    inputs = read_inputs(source, _spoiled(name, path, change, tmp_path), registers={})
    rejected = [row for row in inputs.rejected.to_dicts() if row["column"] == column]
    assert len(rejected) == 1
    assert rejected[0]["row"] >= 2
    assert rejected[0]["reason"]


# --- Official files -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def official(tmp_path_factory: pytest.TempPathFactory) -> Chain:
    if not (OFFICIAL / "mesr-rnsr").is_dir():
        pytest.skip(f"no official data in {OFFICIAL}: set ANCRAGE_OFFICIAL_DATA to their folder")
    made = Chain(tmp_path_factory.mktemp("official"))
    for name in (*TERRITORIES, *ACADEMIC):
        made.load(name, find_inputs(Source.named(name), OFFICIAL))
    return made


def _count(rows: Iterable[dict[str, Any]], **wanted: object) -> int:
    return sum(all(row[key] == value for key, value in wanted.items()) for row in rows)


def test_accounts_are_those_of_the_institution_of_today_and_budgets_are_not_read(chain: Chain) -> None:
    rows = chain.rows("mesr-operateurs", "observations")
    income = {
        (row["organization"].rsplit("/", 1)[-1], row["period"]): row["value"] and float(row["value"])
        for row in rows
        if row["indicator"] == "indicator/income"
    }
    assert income == {
        ("0389001A", "2021"): 1000000.5,  # the budget of 2023 is a plan
        ("0389001A", "2018"): 800000,  # the larger of its two predecessors; the other keeps its code
        ("0389009J", "2018"): 90000,
        ("0269999Z", "2011"): 50000,
    }
    described = {row["id"]: row["label_fr"] for row in chain.rows("mesr-operateurs", "organizations")}
    assert described == {
        "organization/0269999Z": "École disparue",
        "organization/0389009J": "COMUE Grandville",
    }


def test_an_amount_that_is_empty_is_not_a_zero(chain: Chain) -> None:
    told = {
        row["indicator"]: (row["value"] and float(row["value"]), row["status"])
        for row in chain.rows("mesr-operateurs", "observations")
        if row["organization"] == "organization/0389001A" and row["period"] == "2021"
    }
    assert told["indicator/income-apprenticeship-tax"] == (0, None)
    assert told["indicator/income-european-union"] == (None, "obs-status/missing")
    assert len(told) == 7


@pytest.mark.official
def test_official_institutions(official: Chain) -> None:
    raw = official.inputs["mesr-etablissements"]
    assert raw.signalled == []
    assert raw.rejected.height == 1  # one row of the 2023 export has an identifier and nothing else
    assert raw.tables["rows"].height == 250 + 245 - 1
    assert len(official.rows("mesr-etablissements", "organizations")) == 251 + 4  # named by the enrolments
    periods = {row["period"] for row in official.rows("mesr-etablissements", "observations")}
    assert (min(periods), max(periods)) == ("2006/2007", "2022/2023")
    codes = {
        (row["kind"], row["code"]): row["organization"]
        for row in official.rows("mesr-etablissements", "register_codes")
    }
    assert codes["former-uai", "0383493R"] == "organization/0383546Y"
    assert ("former-uai", "9840303G") not in codes  # claimed by two universities


@pytest.mark.official
def test_official_research_units(official: Chain) -> None:
    assert official.inputs["mesr-rnsr"].signalled == []
    links = official.rows("mesr-rnsr", "register_supervision")
    organizations = official.rows("mesr-rnsr", "organizations")
    assert _count(organizations, kind="ResearchUnit") == 3348
    assert _count(organizations, kind="ResearchTeam") == 655
    assert _count(organizations, kind="ResearchFederation") == 503 - 14
    rnsr = {row["organization"] for row in official.rows("mesr-rnsr", "register_units")}
    persons = [row for row in organizations if row["id"] in rnsr and row["kind"] == "ResearchOrganization"]
    assert len(persons) == 14  # types 34, 35 and 37 of level 3
    unit_ids = {row["id"] for row in organizations if row["kind"] == "ResearchUnit"}
    region = Counter(
        row["commune"].removeprefix("territory/commune/")[:2]
        for row in official.rows("mesr-rnsr", "register_units")
        if row["commune"] and row["organization"] in unit_ids
    )
    assert (region["69"], region["38"], region["63"]) == (144, 131, 43)
    assert sum(region[code] for code in REGION) == 358
    assert len(links) == 10046 - 5  # five persons are given as the body of themselves
    # Every UAI of the links that is in the two files, current or former: 5,084. 133 more by SIRET or SIREN.
    assert _count(links, rule="uai") + _count(links, rule="former-uai") == 5084
    assert _count(links, rule="siret") + _count(links, rule="siren") == 133
    units = {row["rnsr"]: row for row in official.rows("mesr-rnsr", "register_units")}
    assert sum(row["commune"] is not None for row in units.values()) >= 3950
    communes = {row["territory"] for row in official.rows("decoupage-administratif", "register_communes")}
    assert {row["commune"] for row in units.values()} - {None} <= communes
    assert sum(row["units"] for row in official.rows("mesr-rnsr", "register_unlocated")) == sum(
        row["commune"] is None for row in units.values()
    )


@pytest.mark.official
def test_official_foreign_units_stay_out_of_french_communes(official: Chain) -> None:
    raw = official.inputs["mesr-rnsr"].tables["rows"]
    foreign = "SEOUL|WIEN|QUEBEC|TEL-AVIV|NOVOSIBIRSK|HEIDELBERG|PRAGUE|Tokyo|Naples|ROME|MADRID|SINGAPOUR"
    abroad = set(raw.filter(pl.col("town").str.contains(f"^(?:{foreign})"))["rnsr"])
    assert len(abroad) > 10
    located = {row["rnsr"] for row in official.rows("mesr-rnsr", "register_units") if row["commune"]}
    assert not abroad & located


@pytest.mark.official
def test_official_doctoral_schools(official: Chain) -> None:
    assert official.inputs["mesr-ecoles-doctorales"].signalled == []
    assert _count(official.rows("mesr-ecoles-doctorales", "organizations"), kind="DoctoralSchool") == 266
    links = official.rows("mesr-ecoles-doctorales", "register_school_units")
    assert len(links) == 2632
    assert sum(row["organization"] is not None for row in links) >= 2447


@pytest.mark.official
def test_official_parcoursup(official: Chain) -> None:
    raw = official.inputs["mesr-parcoursup"]
    assert raw.signalled == []
    assert raw.tables["rows"].height == 1730
    assert raw.tables["official_rows"].height == 3
    assert len(official.rows("mesr-parcoursup", "programmes")) == 1492
    sites = official.rows("mesr-parcoursup", "sites")
    assert len(sites) == 495  # 790 points, many of them metres apart
    assert sum(len(row["territory"]) == 2 for row in sites) == 494
    departments = {row["territory"][0].split("/")[-1][:2] for row in sites}
    rules = {
        row["site"]: (row["commune"], row["rule"])
        for row in official.rows("mesr-parcoursup", "register_sites")
    }
    assert (
        sum(rule == "polygon" for _, rule in rules.values()) == 206
    )  # six départements have outlines of communes
    communes = {row["id"]: row["territory"][0] for row in sites}
    (architecture,) = (row["id"] for row in sites if "0380141X" in row["id"])
    assert (
        communes[architecture] == "territory/commune/38185"
    )  # Grenoble, though the centre of Eybens is nearer
    assert {"01", "03", "07", "15", "26", "38", "42", "43", "63", "69", "73", "74"} <= departments


@pytest.mark.official
def test_official_students(official: Chain) -> None:
    for name in ("mesr-effectifs", "mesr-implantations"):
        assert official.inputs[name].signalled == []
        assert official.inputs[name].rejected.is_empty()
    rows = official.rows("mesr-etablissements", "observations")
    latest = {
        row["organization"]: row["value"]
        for row in rows
        if row["period"] == "2022/2023" and row["dataset"] == "dataset/mesr-effectifs"
    }
    assert (sum(latest.values()), latest["organization/0422388T"]) == (218_662, 16_742)
    years = {
        name: {
            row["period"][:4]
            for row in rows
            if row["organization"] == f"organization/{name}" and row["value"]
        }
        for name in ("0381912X", "0380134P")
    }
    assert set(map(tuple, map(sorted, years.values()))) == {tuple(map(str, range(2006, 2019)))}
    assert all(
        row["organization"] for row in rows
    )  # and since 2019 they are in the university that counts them
    keys = [(row["territory"], row["organization"], row["period"]) for row in rows if row["organization"]]
    assert len(keys) == len(set(keys))
    sites = official.rows("mesr-implantations", "observations")
    assert sum(row["value"] for row in sites) == 222_819
    assert _count(sites, organization=None) == 0


@pytest.mark.official
def test_official_courses_of_la_doua_are_in_villeurbanne(official: Chain) -> None:
    places = {row["id"]: set(row["territory"]) for row in official.rows("mesr-parcoursup", "sites")}
    towns: Counter[str] = Counter()
    for row in official.rows("mesr-parcoursup", "programmes"):
        towns.update({town for site in row["sites"] or () for town in places[site]})
    assert towns["territory/commune/69266"] == 45
    assert sum(n for town, n in towns.items() if town.startswith("territory/commune/6938")) == 311


@pytest.mark.official
def test_official_masters(official: Chain) -> None:
    raw = official.inputs["mesr-masters"]
    assert raw.signalled == []
    assert raw.tables["rows"].height == 1407
    programmes = official.rows("mesr-masters", "programmes")
    closed = official.rows("mesr-masters", "register_closed")
    assert len(programmes) + len(closed) == 501
    seats = {row["seat_of"][0]: row["territory"] for row in official.rows("mesr-masters", "sites")}
    assert (
        seats["organization/0381912X"] == "territory/commune/38185"
    )  # Grenoble INP is in no list of institutions
    assert len(seats) == 5
    listed = {row["seat_of"][0] for row in official.rows("mesr-etablissements", "sites")}
    home = {row["id"] for row in programmes if set(row["organizations"]) & (listed | set(seats))}
    assert len(home) == len(programmes) == 437
    named = official.rows("mesr-masters", "organizations")
    assert len(named) == 5 and all(row["kind"] is None and row["label_fr"] for row in named)  # names alone
