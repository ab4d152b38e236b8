"""The sources of interactions: i-Lab, ANR PIA and AAPG, H2020 participations and co-participations."""

import os
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from ancrage.graph.region.actor_types import ACADEMIC_TYPES
from ancrage.loaders.mapping.mapping import Mapping
from ancrage.loaders.publish.generation import EXCHANGE_MAPPING
from ancrage.loaders.publish.register import register_of
from ancrage.loaders.read.source import Inputs, Source, find_inputs, read_inputs
from ancrage.loaders.read.tidy import tidy

ROOT = Path(__file__).parents[3]
FIXTURES = ROOT / "tests" / "data"
OFFICIAL = Path(os.environ.get("ANCRAGE_OFFICIAL_DATA", ROOT.parent / "shared" / "data"))
BEFORE = (
    "decoupage-administratif",
    "laposte-hexasmal",
    "zones-emploi",
    "contours",
    "mesr-etablissements",
    "mesr-rnsr",
    "mesr-ecoles-doctorales",
    "mesr-parcoursup",
)
NAMES = (
    "scanr-h2020",
    "mesr-ilab",
    "anr-pia",
    "anr-aapg",
    "cordis-h2020",
    "authority-grants",
    "authority-grants-odbl",
    "mesr-inov",
    "mesr-iphd",
    "europe-feder",
)
SET_ASIDE = {"authority-grants": ["4435"]}  # values of cells whose rows are set aside
GRAPH = "https://w3id.org/ancrage/graph/"
INFERRED = "evidence-status/inferred"


class Chain:
    """Sources loaded one after the other, each seeing the tables of those before it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.inputs: dict[str, Inputs] = {}
        self.tables: dict[str, dict[str, pl.DataFrame]] = {}

    def load(self, name: str, paths: list[Path], *, whole: bool = True) -> None:
        source = Source.named(name)
        if not whole:
            source = replace(source, inputs=tuple(replace(given, minimum_rows=0) for given in source.inputs))
        prefixes = tuple(f"{other.replace('-', '_')}__" for other in (*source.requires, *source.uses))
        registers = {
            path.stem: path for path in self.folder.glob("*.parquet") if path.stem.startswith(prefixes or "-")
        }
        self.inputs[name] = read_inputs(source, paths, registers=registers)
        self.tables[name] = tidy(source, self.inputs[name].tables, registers=registers)
        for table, frame in self.tables[name].items():
            frame.write_parquet(self.folder / f"{name.replace('-', '_')}__{table}.parquet")

    def by(self, key: str, name: str, table: str) -> dict[str, dict[str, Any]]:
        return {row[key]: row for row in self.tables[name][table].to_dicts()}

    def paths(self) -> dict[str, dict[str, Path]]:
        return {
            name: {table: self.folder / f"{name.replace('-', '_')}__{table}.parquet" for table in tables}
            for name, tables in self.tables.items()
        }

    def members(self, name: str, interaction: str) -> dict[str, dict[str, Any]]:
        rows = self.tables[name]["participations"].filter(pl.col("interaction") == interaction)
        return {row["organization"]: row for row in rows.to_dicts()}


def fixture_files(name: str, folder: Path) -> list[Path]:
    """Return a source's fixture files; tables of the ANR's PIA and of former ERDF become the workbooks they are in reality."""
    files = []
    for path in sorted(path for path in (FIXTURES / name).iterdir() if path.suffix != ".nq"):
        if name == "anr-pia" or "FEDER_FSE_14-20" in path.name:
            book = folder / f"{path.stem}.xlsx"
            pl.read_csv(path, infer_schema=False).write_excel(book)
            path = book
        files.append(path)
    return files


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Chain:
    made = Chain(tmp_path_factory.mktemp("registers"))
    for name in (*BEFORE, *NAMES):
        made.load(name, fixture_files(name, made.folder), whole=False)
    return made


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_the_quads_are_the_golden_ones(name: str, chain: Chain, tmp_path: Path) -> None:
    out = tmp_path / "data.nq"
    Mapping.read(EXCHANGE_MAPPING).write(chain.tables[name], out, graph=GRAPH + name)
    golden = FIXTURES / name / "expected.nq"
    made = set(out.read_text(encoding="utf-8").splitlines())
    assert made == set(golden.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("name", NAMES)
def test_every_column_is_mapped_ignored_or_personal(name: str, chain: Chain) -> None:
    assert chain.inputs[name].signalled == []
    assert chain.inputs[name].rejected["value"].to_list() == SET_ASIDE.get(name, [])


@pytest.mark.parametrize("name", NAMES)
def test_no_person_passes_the_door(name: str, chain: Chain) -> None:
    cells = {
        str(value)
        for table in (*chain.inputs[name].tables.values(), *chain.tables[name].values())
        for row in table.rows()
        for value in row
    }
    assert not [cell for cell in cells if "Personne" in cell or "personne@" in cell]


# --- i-Lab ---


def test_a_prize_repeated_for_a_team_is_one(chain: Chain) -> None:
    prizes = chain.by("id", "mesr-ilab", "interactions")
    assert len(prizes) == 6
    prize = prizes["interaction/mesr-ilab/V-00-03-105"]
    assert prize["label_fr"] == "i-Lab 2000 – Colle sans solvant"
    assert prize["types"] == ["interaction-type/business-creation"]
    assert prize["benefits"] == ["territory/region/84"]
    assert prize["number"] == "V 00 03 105"


def test_prizes_without_a_number_stay_apart(chain: Chain) -> None:
    years = Counter(
        row["year"] for row in chain.by("id", "mesr-ilab", "interactions").values() if row["number"] is None
    )
    assert years == {"2016": 3}


def test_company_unit_and_institution_take_part_in_a_prize(chain: Chain) -> None:
    members = chain.members("mesr-ilab", "interaction/mesr-ilab/V-00-03-105")
    assert {key: row["roles"] for key, row in members.items()} == {
        "organization/900000012": ["actor-role/demand"],
        "organization/200000001A": ["actor-role/supply"],
        "organization/0389001A": ["actor-role/supply"],  # 0389000Z is its former code
    }
    unit, company = members["organization/200000001A"], members["organization/900000012"]
    assert (unit["place"], unit["place_evidence"]) == ("territory/commune/38902", INFERRED)
    assert (company["place"], company["place_evidence"]) == (None, None)


def test_codes_that_no_register_knows_make_described_organisations(chain: Chain) -> None:
    members = chain.members("mesr-ilab", "interaction/mesr-ilab/W262")
    company = next(
        key for key in members if key.startswith("organization/mesr-ilab-") and "demand" in str(members[key])
    )
    assert set(members) >= {
        "organization/200000004D",  # 199900009Z went into it
        "organization/198800008Y",
        "organization/0389002B",  # by the SIREN in a SIRET
        "organization/0999999Z",
        company,
    }
    described = chain.by("id", "mesr-ilab", "organizations")
    assert described["organization/198800008Y"]["label_fr"] == "Laboratoire disparu"
    assert described["organization/198800008Y"]["kind"] == "ResearchUnit"
    assert described["organization/0999999Z"]["label_fr"] == "Institut inconnu"
    assert described[company]["label_fr"] == "Bois Sec"
    assert "organization/0389002B" not in described


def test_a_company_without_name_bears_its_number(chain: Chain) -> None:
    companies = chain.by("id", "mesr-ilab", "organizations")
    assert companies["organization/900000023"]["label_fr"] == "Entreprise SIREN 900000023"
    assert companies["organization/900000012"]["label_fr"] == "Collessai"  # scanR names it too


def test_a_wrong_siren_is_not_an_identifier(chain: Chain) -> None:
    assert chain.members("mesr-ilab", "interaction/mesr-ilab/W263") == {}


def test_spellings_of_a_field_are_one_concept(chain: Chain) -> None:
    fields = chain.by("id", "mesr-ilab", "concepts")
    assert {key: row["label_fr"] for key, row in fields.items()} == {
        "field/ilab/chimie-environnement": "Chimie & Environnement"
    }


# --- ANR ---


def test_partners_of_the_pia_are_names_in_towns(chain: Chain) -> None:
    members = chain.members("anr-pia", "project/anr/ANR-11-ESSA-0001")
    places = sorted((row["roles"][0], str(row["place"])) for row in members.values())
    assert places == [
        ("actor-role/coordinator", "territory/commune/38900"),
        ("actor-role/partner", "None"),  # Causseville is in another region than the one stated
        ("actor-role/partner", "territory/commune/38901"),  # Petit-Vallombre is now in Vallombre
        ("actor-role/partner", "territory/commune/38902"),
    ]
    assert {row["place_evidence"] for row in members.values() if row["place"]} == {INFERRED}


def test_the_later_files_say_the_same_in_csv(chain: Chain, tmp_path: Path) -> None:
    for path in (FIXTURES / "anr-pia").glob("*.csv"):
        text = path.read_text(encoding="utf-8").replace("Code_Decision_ANR", "Code_Decision")
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    again = Chain(chain.folder)
    again.load("anr-pia", sorted(tmp_path.glob("*.csv")), whole=False)
    for table, frame in chain.tables["anr-pia"].items():
        assert again.tables["anr-pia"][table].equals(frame), table


def test_what_is_not_said_is_left_empty(chain: Chain) -> None:
    projects = chain.by("id", "anr-pia", "interactions")
    alpha, beta = projects["project/anr/ANR-11-ESSA-0001"], projects["project/anr/ANR-22-ESSA-0002"]
    assert (alpha["start"], alpha["year"], float(alpha["funding"])) == ("2012-03-01", "2011", 1250000.5)
    assert (beta["start"], beta["year"], beta["funding"]) == (None, "2022", None)
    assert chain.members("anr-pia", beta["id"]) == {}


def test_a_record_of_an_institution_is_of_it_and_stays_as_it_is(chain: Chain) -> None:
    links = {link.record: link for link in register_of(chain.paths())[1]}
    named = {row["label_fr"]: row["id"] for row in chain.by("id", "anr-pia", "organizations").values()}
    link = links[named["Université de Grandville"]]
    assert (link.body, link.rule) == ("organization/0389001A", "name")
    assert all(one.record != one.body for one in links.values())
    assert not links.keys() & {one.body for one in links.values()}, "a body is no record"


def test_partners_of_the_aapg_are_units_by_number(chain: Chain) -> None:
    members = chain.members("anr-aapg", "project/anr/ANR-22-CE01-0001")
    assert members["organization/200000001A"]["roles"] == ["actor-role/coordinator"]
    assert members["organization/200000001A"]["place"] == "territory/commune/38902"
    assert members["organization/200000004D"]["place"] == "territory/commune/26903"
    assert members["organization/198800008Y"]["place"] == "territory/commune/38900"
    assert len(members) == 6  # a partner without name nor number is nobody


def test_a_commune_is_found_by_the_name_of_its_part_that_kept_its_code(chain: Chain, tmp_path: Path) -> None:
    """Oullins is in Oullins-Pierre-Bénite since 2024, and has its code: the ANR still writes « Oullins »."""
    again = Chain(tmp_path)
    for path in chain.folder.glob("*.parquet"):
        shutil.copy(path, tmp_path)
    names = ("decoupage-administratif", "anr-aapg")
    files = {name: fixture_files(name, tmp_path) for name in names}
    cogs = [Path(shutil.copy(path, tmp_path)) for path in files["decoupage-administratif"]]
    communes = next(path for path in cogs if path.name == "communes.json")
    part = '"nom":"Vallombre","typeLiaison":0,"zone":"metro","departement"'
    text = communes.read_text(encoding="utf-8")
    assert text.count(part) == 1
    communes.write_text(text.replace(part, part.replace("Vallombre", "Vieil-Ombre")), encoding="utf-8")
    again.load("decoupage-administratif", cogs, whole=False)
    rows = pl.read_csv(files["anr-aapg"][0], infer_schema=False)
    city = "Projet.Partenaire.Adresse.Ville"
    rows = rows.with_columns(pl.col(city).replace("MONTCLAIR", "VIEIL OMBRE CEDEX"))
    table = tmp_path / files["anr-aapg"][0].name
    rows.write_csv(table)
    again.load("anr-aapg", [table], whole=False)
    towns = set(again.tables["anr-aapg"]["participations"]["place"]) - set(
        chain.tables["anr-aapg"]["participations"]["place"]
    )
    assert towns == {"territory/commune/38901"}


AGENCY_PARTNERS = """\
Projet.Code_Decision;Projet.Acronyme;Projet.Partenaire.Code_Decision;Projet.Partenaire.Est_coordinateur;\
Projet.Partenaire.Nom_organisme;Projet.Partenaire.Categorie_organisme;Projet.Partenaire.Code_RNSR;\
Projet.Partenaire.Adresse.Ville;Projet.Partenaire.Adresse.Region;Projet.Partenaire.Adresse.Pays;\
Projet.Partenaire.Aide_allouee.ANR;Projet.Partenaire.Responsable_scientifique.Nom;\
Projet.Partenaire.Responsable_scientifique.Prenom;Projet.Partenaire.Responsable_scientifique.ORCID
ANR-24-CE01-0001;OMEGA;ANR-24-CE01-0001-01;True;Laboratoire d'essai;Laboratoire public;200000001A;Vallombre;Est-Essai;France;\
1 250,50;Dupont;Jeanne;0000
ANR-24-CE01-0001;OMEGA;ANR-24-CE01-0001-02;False;Société lointaine;PME;;Loin;Bretagne;France;;Martin;Luc;
ANR-24-CE02-0002;AILLEURS;ANR-24-CE02-0002-01;True;Laboratoire lointain;Laboratoire public;;Loin;Bretagne;France;10;;;
"""
AGENCY_PROJECTS = """\
Projet.Code_Decision;AAP.Edition;Projet.Acronyme;Projet.Titre.Francais;Projet.Titre.Anglais;Projet.Resume.Francais;\
Projet.Resume.Anglais;Programme.Acronyme;Projet.Montant.AF.Aide_allouee.ANR;Projet.T0 scientifique
ANR-24-CE01-0001;2024;OMEGA;Un titre;A title;Un résumé;An abstract;AAPG;400000.5;2025-01-01
ANR-24-CE02-0002;2024;AILLEURS;Un titre;A title;;;AAPG;0;2024
"""


@pytest.mark.parametrize("region", ["84", "all"])
def test_the_files_that_the_agency_publishes_today_tell_sums_and_dates(
    chain: Chain, tmp_path: Path, region: str
) -> None:
    """Those of the whole country are read, and projects of the region kept, unless all are asked for."""
    tables = {"partners": AGENCY_PARTNERS, "projects": AGENCY_PROJECTS}
    files = []
    for name, text in tables.items():
        french = {"partners": "partenaires", "projects": "projets"}[name]
        files.append(tmp_path / f"anr-dgds-depuis-2010-projets-finances-2026-{french}.csv")
        files[-1].write_text(text, encoding="utf-8-sig")
    source = Source.named("anr-aapg")
    registers = {
        f"{name.replace('-', '_')}__{table}": path
        for name, found in chain.paths().items()
        for table, path in found.items()
        if name in (*source.requires, *source.uses)
    }
    raw = read_inputs(source, files, registers=registers)
    assert raw.signalled == []
    assert not any("Dupont" in str(cell) for row in raw.tables["partners"].rows() for cell in row)
    made = tidy(source, raw.tables, registers=registers, settings={"region": region})
    told = {row["number"]: row for row in made["interactions"].to_dicts()}
    assert set(told) == {"ANR-24-CE01-0001"} | ({"ANR-24-CE02-0002"} if region == "all" else set())
    project = told["ANR-24-CE01-0001"]
    assert (project["label_fr"], project["year"], project["start"]) == ("OMEGA", "2024", "2025-01-01")
    assert float(project["funding"]) == 400000.5
    funding = {row["organization"]: row["funding"] for row in made["participations"].to_dicts()}
    assert float(funding["organization/200000001A"]) == 1250.5
    if region == "all":
        other = told["ANR-24-CE02-0002"]
        assert (other["start"], other["funding"]) == (
            None,
            None,
        )  # a year alone is no day, and nothing is no sum


def test_a_public_body_without_a_number_is_no_research_unit(chain: Chain) -> None:
    """The ANR files universities, the CNRS and the CEA under « Laboratoire public » and « Divers public »."""
    named = {row["label_fr"]: row for row in chain.by("id", "anr-aapg", "organizations").values()}
    for name in ("Université de Montclair I", "Université de Montclair"):
        assert named[name]["actor_type"] == "actor-type/public-research"
    assert "actor-type/public-research" in ACADEMIC_TYPES
    assert named["Laboratoire disparu"]["actor_type"] == "actor-type/research-unit"


def test_the_action_says_what_a_project_of_the_pia_is(chain: Chain) -> None:
    """A swimming pool of the Campus plan and a degree are no research projects."""
    projects = chain.by("id", "anr-pia", "interactions")
    told = {key: (row["kind"], row["types"]) for key, row in projects.items()}
    assert told["project/anr/ANR-10-CAMP-0003-01"] == (None, ["interaction-type/governance"])
    assert told["project/anr/ANR-11-IDFI-0004"] == (None, ["interaction-type/training"])
    assert told["project/anr/ANR-11-ESSA-0001"] == (
        "ResearchProject",
        ["interaction-type/collaborative-project"],
    )


def test_an_organisation_of_the_aapg_has_its_country_and_kind(chain: Chain) -> None:
    named = {row["label_fr"]: row for row in chain.by("id", "anr-aapg", "organizations").values()}
    assert named["University of Elsewhere"]["country"] == "DE"
    assert named["Colles du Montclair"]["kind"] == "Company"
    assert named["Laboratoire disparu"]["rnsr"]  # i-Lab names it too


# --- Horizon 2020 ---


def test_a_pic_of_an_institution_is_that_institution(chain: Chain) -> None:
    members = chain.members("cordis-h2020", "project/h2020/190001")
    assert members["organization/0389001A"]["roles"] == ["actor-role/coordinator"]
    assert float(members["organization/0389001A"]["funding"]) == 250000.5
    assert members["organization/pic-999900002"]["funding"] is None  # « NA »
    assert members["organization/pic-999900002"]["place"] == "territory/commune/38902"


def test_a_pic_without_a_name_says_so(chain: Chain) -> None:
    named = chain.by("id", "cordis-h2020", "organizations")
    assert named["organization/pic-999900003"]["label_fr"] == "Organisation PIC 999900003"
    assert named["organization/pic-999900003"]["country"] == "GB"
    assert (named["organization/pic-999900002"]["label_fr"], named["organization/pic-999900002"]["kind"]) == (
        "Colles du Montclair",
        "Company",
    )
    assert set(named) == {f"organization/pic-99990000{last}" for last in "2345"}


def test_an_organisation_of_another_country_has_its_name_and_no_commune(chain: Chain) -> None:
    """A file of all countries tells French ones again; a town of Essex that a commune is called after is not that commune."""
    named = chain.by("id", "cordis-h2020", "organizations")["organization/pic-999900004"]
    assert (named["label_fr"], named["acronym"]) == ("EIS Essex Institute of Science", "EIS")
    assert (named["country"], named["actor_type"]) == ("GB", "actor-type/research-organization")
    members = chain.members("cordis-h2020", "project/h2020/190001")
    assert members["organization/pic-999900004"]["place"] is None
    assert (
        members["organization/pic-999900002"]["place"] == "territory/commune/38902"
    )  # told twice, it is there once
    assert len(members) == 5


def test_a_person_who_takes_part_in_a_project_is_a_number(chain: Chain) -> None:
    person = chain.by("id", "cordis-h2020", "organizations")["organization/pic-999900005"]
    assert (person["label_fr"], person["acronym"]) == ("Organisation PIC 999900005", None)


def test_ties_join_what_the_registers_know(chain: Chain) -> None:
    ties = {(row["a"], row["b"]): row["weight"] for row in chain.by("id", "scanr-h2020", "ties").values()}
    assert ties == {
        ("organization/0389001A", "organization/900000012"): 3,
        ("organization/0389001A", "organization/scanr-h2020-gent7"): 1,
        ("organization/0389001A", "organization/scanr-h2020-grid.1.2"): 4,
        ("organization/0389002B", "organization/zZ9zZ"): 2,
    }
    named = chain.by("id", "scanr-h2020", "organizations")
    assert named["organization/900000012"]["label_fr"] == "Collessai SAS"
    assert named["organization/scanr-h2020-grid.1.2"]["country"] == "DE"
    assert "organization/0389001A" not in named


# --- Grants of authorities ---


def test_grants_to_academic_bodies_and_clusters_are_loaded_and_those_to_clubs_are_not(chain: Chain) -> None:
    grants = list(chain.by("id", "authority-grants", "interactions").values())
    assert sorted((row["label_fr"], row["year"], float(row["funding"])) for row in grants) == [
        ("Axelera – subvention 2020 du Département de la Savoie : Programme 2020", "2020", 20000),
        (
            "Digital League – subvention du Département de la Loire : Partenariat avec GÉRONDE",
            None,
            80000,
        ),  # year 0, and UTF-8 that was read as Latin 1
        (
            "Université de Grandville – subvention 2024 de Clermont Auvergne Métropole : "
            "SUBVENTION DE FONCTIONNEMENT 2024",
            "2024",
            30000.5,
        ),
    ]
    assert {tuple(row["types"]) for row in grants} == {("interaction-type/grant",)}


def test_an_authority_funds_and_the_body_is_the_one_of_the_registers(chain: Chain) -> None:
    rows = chain.tables["authority-grants"]["participations"]
    roles = {(row["organization"], row["roles"][0].rsplit("/", 1)[-1]) for row in rows.to_dicts()}
    assert roles == {
        ("organization/246300701", "funder"), ("organization/0389001A", "demand"),  # by its name
        ("organization/227300019", "funder"), ("organization/485210082", "demand"),  # by other rows: a tool broke its SIRET
        ("organization/224200014", "funder"), ("organization/829387380", "demand"),
    }  # fmt: skip


def test_a_siret_that_a_spreadsheet_broke_is_told_and_its_row_stays(chain: Chain) -> None:
    warnings = [line["fr"] for line in chain.inputs["authority-grants"].warnings]
    told = [line for line in warnings if "3,44162E+13" in line]
    assert len(told) == 1 and "ligne 4, colonne « siret »" in told[0] and "(et 1 autre)" in told[0]


def test_grants_under_the_odbl_are_a_source_apart_and_grenoble_is_counted_once(chain: Chain) -> None:
    grants = chain.by("id", "authority-grants-odbl", "interactions")
    assert sorted((row["year"], float(row["funding"])) for row in grants.values()) == [
        ("2013", 500), ("2015", 700), ("2019", 1500), ("2019", 1500), ("2022", 2000),
    ]  # fmt: skip
    assert not set(grants) & set(chain.by("id", "authority-grants", "interactions"))


# --- i-Nov and i-PhD ---


def test_a_project_of_i_nov_is_one_grant_however_often_the_file_gives_it(chain: Chain) -> None:
    grants = chain.by("id", "mesr-inov", "interactions")
    assert {
        key.rsplit("/", 1)[-1]: (row["year"], row["funding"] and float(row["funding"]))
        for key, row in grants.items()
    } == {"1-mur-de-bois": ("2018", 300000.5), "4-deux": ("2019", 40), "14-sans-montant": ("2025", None)}
    two = chain.members("mesr-inov", "interaction/mesr-inov/4-deux")
    assert {key: row["place"] for key, row in two.items()} == {
        "organization/900000023": "territory/commune/38901",
        "organization/900000045": None,  # no commune has this code
    }


def test_units_supply_and_offices_of_transfer_relay_what_a_doctor_brings_to_market(chain: Chain) -> None:
    members = chain.members("mesr-iphd", "interaction/mesr-iphd/2021-colle-seche")
    assert {key: row["roles"] for key, row in members.items()} == {
        "organization/198800008Y": ["actor-role/supply"],
        "organization/200000001A": ["actor-role/supply"],
        "organization/0389001A": [
            "actor-role/supply"
        ],  # « (UGV) » is taken off; « UMR 1234/INSERM U1 » is no institution
        "organization/900000067": ["actor-role/relay"],  # « SATT Essais », and its incubator « Essais »
    }
    prize = chain.by("id", "mesr-iphd", "interactions")["interaction/mesr-iphd/2021-colle-seche"]
    assert (prize["types"], prize["benefits"]) == (["interaction-type/spin-off"], ["territory/region/84"])


def test_an_office_without_a_number_is_the_one_of_its_name_and_a_project_named_as_a_person_is_not(
    chain: Chain,
) -> None:
    assert set(chain.members("mesr-iphd", "interaction/mesr-iphd/2022-bois")) == {
        "organization/900000067", "organization/0389001A", "organization/mesr-iphd-pepiniere-d-essai",
    }  # fmt: skip
    labels = {row["label_fr"] for row in chain.by("id", "mesr-iphd", "interactions").values()}
    assert labels == {"i-PhD 2021 – COLLE SÈCHE", "i-PhD 2022 – BOIS", "i-PhD 2022"}


# --- European funds ---


def test_operations_of_research_are_loaded_by_their_category_and_others_are_not(chain: Chain) -> None:
    operations = chain.by("id", "europe-feder", "interactions")
    assert sorted(
        (row["label_fr"], row["types"][0].rsplit("/", 1)[-1], row["funding"] and float(row["funding"]))
        for row in operations.values()
    ) == [
        (
            "FEDER 2014-2020 – Projet COLLE – 20ème AAP FUI",  # « ? » in the file
            "collaborative-project",
            250,
        ),  # two rows, two partners
        ("FEDER 2021-2027 – Pôle du bois", "grant", None),  # category 030; an amount of 0 is not one
        ("FEDER 2021-2027 – Une plateforme de colles", "grant", 40000.5),
    ]  # the loan fund, whose money others borrow, is no grant to the bank that manages it
    platform = operations["project/feder/EST000001"]
    assert platform["takes_place_in"] == ["territory/commune/38902"]
    assert platform["benefits"] == ["territory/region/84"]  # the programme names it
    assert chain.members("europe-feder", platform["id"]).keys() == {"organization/0389001A"}


def test_partners_of_an_operation_have_their_part_of_the_funding(chain: Chain) -> None:
    key = next(key for key in chain.by("id", "europe-feder", "interactions") if "2014-2020" in key)
    operation = chain.by("id", "europe-feder", "interactions")[key]
    assert (operation["start"], operation["end"]) == ("2015-10-01", "2018-12-31")
    parts = {
        (row["place"], row["roles"][0], float(row["funding"]))
        for row in chain.members("europe-feder", key).values()
    }
    assert parts == {
        (None, "actor-role/partner", 100),  # several communes have its postcode
        ("territory/commune/38901", "actor-role/partner", 150),
    }


def test_a_programme_of_the_european_funds_is_a_strategy_with_its_operations(chain: Chain) -> None:
    plan = "strategy/programme-feder-fse-est-essai-2021-2027"  # « 2021- 2027 » in one row: the same
    strategies = chain.by("id", "europe-feder", "strategies")
    assert {
        key: (row["start_year"], row["end_year"], row["territories"]) for key, row in strategies.items()
    } == {
        plan: ("2021", "2027", ["territory/region/84"])  # the other programme gives no objective
    }
    axes = chain.by("id", "europe-feder", "axes")
    assert {(row["number"], row["label_fr"]) for row in axes.values()} == {
        ("1", "Europe plus intelligente"), ("4", "Europe plus sociale"),
    }  # fmt: skip
    objectives = chain.by("number", "europe-feder", "objectives")
    assert {key: axes[row["axis"]]["number"] for key, row in objectives.items()} == {
        "RSO1.1": "1",
        "RSO1.3": "1",
        "ESO4.6": "4",
    }
    actions = chain.by("id", "europe-feder", "actions")
    region = "territory/region/84"  # named, or both of the regions that it was made of; of one alone, the départements
    assert {key[-1]: (row["run_by"], row["led_to"], row["territories"]) for key, row in actions.items()} == {
        "1": (["organization/0389001A"], ["project/feder/EST000001"], ["territory/commune/38902", region]),
        "2": (None, None, ["territory/department/38"]),  # nothing says that the beneficiary is a body
        "4": (["organization/europe-feder-f273faa719"], None, ["territory/department/12", region]),
    }
    assert {row["status"] for row in actions.values()} == {
        "action-status/agreed"
    }  # how far they are is not told
    assert (
        "PERSONNE ESSAI"
        not in chain.tables["europe-feder"]["organizations"]["label_fr"].str.to_uppercase().to_list()
    )
    lines = chain.tables["europe-feder"]["budgets"]
    assert {(row["id"][13:], float(row["planned"]), row["funders"] is None) for row in lines.to_dicts()} == {
        ("EST000001/b/union", 40000.5, False), ("EST000001/b/others", 60000.75, True), ("EST000002/b/union", 1000.0, False),
        ("EST000004/b/union", 43034.9, False), ("EST000004/b/others", 28689.93, True),
    }  # fmt: skip


# --- The official files ---


@pytest.mark.official
def test_the_official_files_give_the_measured_figures(tmp_path: Path) -> None:
    if not (OFFICIAL / "anr-dos").is_dir():
        pytest.skip(f"no official files in {OFFICIAL}")
    made = Chain(tmp_path)
    for name in (*BEFORE, *NAMES):
        made.load(name, find_inputs(Source.named(name), OFFICIAL))
    counts = {name: len(made.tables[name]["interactions"]) for name in NAMES if name != "scanr-h2020"}
    grants = {"authority-grants": 52, "authority-grants-odbl": 181, "mesr-inov": 136, "europe-feder": 329}
    prizes = {"mesr-ilab": 3923, "mesr-iphd": 234}
    assert counts == {"anr-pia": 1379, "anr-aapg": 4279, "cordis-h2020": 645} | grants | prizes
    assert len(made.tables["cordis-h2020"]["participations"]) == 9309
    assert len(made.tables["scanr-h2020"]["ties"]) > 16_000
    granting = made.tables["authority-grants-odbl"]["participations"]["place"].drop_nulls()
    assert sorted(granting.unique()) == ["territory/commune/38185", "territory/commune/73065"]  # their seats
    assert len(granting) == 181
    aapg = made.tables["anr-aapg"]["participations"]
    assert aapg["place"].is_not_null().sum() > 12_500
    labels: dict[str, set[str]] = {}
    for name in (*BEFORE, *NAMES):
        for row in made.tables[name].get("organizations", pl.DataFrame()).to_dicts():
            labels.setdefault(row["id"], set()).update([row["label_fr"]] if row["label_fr"] else [])
    assert [
        key for key, found in labels.items() if not found
    ] == []  # several sources may name it: one is served
