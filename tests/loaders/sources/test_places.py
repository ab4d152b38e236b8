"""The sources of places and programmes of the State: France services, labelled third places."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from ancrage.loaders.mapping.mapping import Mapping
from ancrage.loaders.publish.generation import EXCHANGE_MAPPING
from ancrage.loaders.read.source import Inputs, Source, read_inputs
from ancrage.loaders.read.tidy import tidy

ROOT = Path(__file__).parents[3]
FIXTURES = ROOT / "tests" / "data"
OFFICIAL = Path(os.environ.get("ANCRAGE_OFFICIAL_DATA", ROOT.parent / "shared" / "data"))
REGISTER = "decoupage-administratif"
PLACES = ("anct-france-services", "anct-tiers-lieux")
PROGRAMMES = "anct-programmes"
GRAPH = "https://w3id.org/ancrage/graph/"


class Chain:
    """The register of communes, then sources of places that look communes up in it."""

    def __init__(self, folder: Path, given: Path | None = None) -> None:
        self.folder = folder
        self.inputs: dict[str, Inputs] = {}
        self.tables: dict[str, dict[str, pl.DataFrame]] = {}
        for name in (REGISTER, *PLACES, PROGRAMMES):
            source = Source.named(name)
            if given is None:  # fixtures are smaller than official files
                source = replace(source, inputs=tuple(replace(one, minimum_rows=0) for one in source.inputs))
            registers = {path.stem: path for path in folder.glob("decoupage_*.parquet")}
            paths = [given or FIXTURES / name]
            self.inputs[name] = read_inputs(source, paths, registers=registers)
            self.tables[name] = tidy(source, self.inputs[name].tables, registers=registers, settings={})
            for table, frame in self.tables[name].items():
                frame.write_parquet(folder / f"{name.replace('-', '_')}__{table}.parquet")

    def rows(self, name: str, table: str) -> dict[str, dict[str, Any]]:
        """Give the rows of a layout table by their id, which no other row may have."""
        rows = self.tables[name][table].to_dicts()
        found = {row["id"].partition("/")[2]: row for row in rows}
        assert len(found) == len(rows)
        return found

    def refused(self, name: str) -> list[tuple[Any, ...]]:
        return self.inputs[name].rejected.select("row", "column", "value").rows()


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Chain:
    return Chain(tmp_path_factory.mktemp("registers"))


@pytest.fixture(scope="module")
def official(tmp_path_factory: pytest.TempPathFactory) -> Chain:
    if not OFFICIAL.is_dir():
        pytest.skip(f"no official files in {OFFICIAL}")
    return Chain(tmp_path_factory.mktemp("official"), OFFICIAL)


@pytest.mark.parametrize("name", (*PLACES, PROGRAMMES))
def test_the_quads_are_the_golden_ones(name: str, chain: Chain, tmp_path: Path) -> None:
    out = tmp_path / "data.nq"
    Mapping.read(EXCHANGE_MAPPING).write(chain.tables[name], out, graph=GRAPH + name)
    golden = FIXTURES / name / "expected.nq"
    assert sorted(out.read_text("utf-8").splitlines()) == sorted(golden.read_text("utf-8").splitlines())


@pytest.mark.parametrize("name", (*PLACES, PROGRAMMES))
def test_every_column_is_mapped_ignored_or_personal(name: str, chain: Chain) -> None:
    assert chain.inputs[name].signalled == []


# --- France services ----------------------------------------------------------------------------------------------


def test_a_bus_or_a_tour_is_no_place_that_receives(chain: Chain) -> None:
    kinds = {
        key: row["actor_type"] for key, row in chain.rows("anct-france-services", "organizations").items()
    }
    assert kinds["france-services-9001"] == "actor-type/public-service-point"
    # by its format, or by a name that says so of a branch whose format does not
    assert (
        kinds["france-services-9003"] == kinds["france-services-9004"] == "actor-type/mobile-public-service"
    )
    sites = chain.rows("anct-france-services", "sites")
    assert (sites["france-services-9001"]["lat"], sites["france-services-9001"]["lon"]) == (
        45.1610712,
        5.8260084,
    )
    assert sites["france-services-9003"]["lat"] is sites["france-services-9004"]["lon"] is None


def test_the_address_and_the_opening_hours_of_a_france_services_are_read(chain: Chain) -> None:
    sites = chain.rows("anct-france-services", "sites")
    place = sites["france-services-9001"]
    assert place["address"] == "1 Rue de l'Essai, 38990 Ancien-Vallombre"
    assert place["opening_hours"] == ["Tu 13:30-17:00", "We 09:00-12:00", "We 13:30-17:00"]
    assert sites["france-services-9003"]["opening_hours"] is None  # a tour: nobody is received at its address
    assert sites["france-services-9004"]["address"] is None


def test_a_france_services_is_in_its_commune_of_today(chain: Chain) -> None:
    sites = chain.rows("anct-france-services", "sites")
    assert sites["france-services-9001"]["territory"] == "territory/commune/38901"  # 38906 went into it
    assert sites["france-services-9003"]["territory"] == "territory/commune/38991"  # a municipal district


def test_a_branch_is_part_of_the_one_that_heads_its_group(chain: Chain) -> None:
    rows = chain.rows("anct-france-services", "organizations")
    assert rows["france-services-9002"]["part_of"] == ["organization/france-services-9001"]
    assert rows["france-services-9004"]["part_of"] is None  # the file does not say of which
    assert rows["france-services-9002"]["label_fr"] == "France services Vallombre - Antenne de Saint-Aubin"
    assert (rows["france-services-9002"]["start_year"], rows["france-services-9005"]["start_year"]) == (
        "2022",
        None,
    )


def test_nothing_personal_of_a_france_services_is_read(chain: Chain) -> None:
    columns = chain.inputs["anct-france-services"].tables["rows"].columns
    assert not {"mail", "telephone", "commentaire"} & set(columns)
    assert "Jeanne" not in chain.inputs["anct-france-services"].tables["rows"].write_csv()
    assert "0400000000" not in chain.inputs["anct-france-services"].tables["rows"].write_csv()


def test_an_unknown_commune_and_a_new_format_are_told(chain: Chain) -> None:
    assert chain.refused("anct-france-services") == [(7, "commune", "26999"), (8, "format", "Bateau")]


# --- Third places ---------------------------------------------------------------------------------------------------


def test_several_third_places_of_a_commune_are_several(chain: Chain) -> None:
    rows = chain.rows("anct-tiers-lieux", "organizations")
    assert (rows["fabt-9022"]["label_fr"], rows["fabt-9143"]["label_fr"]) == ("La Machine", "Le Grand Essai")
    # not as many names as numbers: the « ; » is that of « &amp; »
    assert rows["fabt-9400"]["label_fr"] == rows["fabt-9401"]["label_fr"] == "Vert&Co"


def test_the_name_of_a_third_place_is_not_who_runs_it(chain: Chain) -> None:
    rows = chain.rows("anct-tiers-lieux", "organizations")
    assert rows["fabt-9301"]["label_fr"] == "Tiers-Lieu culturel : L'imprimerie"
    assert rows["fabt-9291"]["label_fr"] == "Sentiers"
    assert rows["fabt-9189"]["label_fr"] == "Fabrique de territoire (Communauté de Communes de Rocheplane)"
    assert rows["manuprox-1-29"]["label_fr"] == "Ateliers des Arts/ ColorEssai"


def test_the_middle_of_a_commune_is_no_address(chain: Chain) -> None:
    sites = chain.rows("anct-tiers-lieux", "sites")
    assert sites["fabt-9059"]["territory"] == "territory/commune/38902"
    assert not {"lat", "lon"} & set(chain.tables["anct-tiers-lieux"]["sites"].columns)
    assert sites["fabt-9059"]["label_fr"] == "Fabrique de territoire : Lab 38"
    assert chain.refused("anct-tiers-lieux") == [(7, "commune", "26999")]


@pytest.mark.parametrize("name", PLACES)
def test_none_is_said_to_be_a_relay(name: str, chain: Chain) -> None:
    kinds = chain.tables[name]["organizations"]["actor_type"]
    assert not kinds.str.contains("relay").any()


# --- Programmes -------------------------------------------------------------------------------------------------------


def test_a_programme_serves_the_communes_and_intercommunalities_that_it_lists(chain: Chain) -> None:
    schemes = {key: row["serves"] for key, row in chain.rows(PROGRAMMES, "schemes").items()}
    # 38905 went into 38901
    assert schemes["petites-villes-de-demain"] == ["territory/commune/26901", "territory/commune/38901"]
    assert schemes["cites-educatives"] == ["territory/commune/38900"]  # two of one city
    # a commune by its SIREN, or by the SIREN that it had: 38905 is read in it
    assert schemes["avenir-montagnes-ingenierie"] == [
        "territory/commune/12901",
        "territory/commune/26903",
        "territory/commune/38901",
        "territory/epci/200999901",
    ]
    assert schemes["avenir-montagnes-mobilites"] == [
        "territory/epci/200999901",
        "territory/epci/200999902",
    ]  # each row of the file is there twice


def test_a_territoire_d_industrie_is_a_scheme_of_its_own(chain: Chain) -> None:
    row = chain.rows(PROGRAMMES, "schemes")["ti-8401"]
    assert row["label_fr"] == "Territoire d'industrie Grandville – Confins"
    assert row["serves"] == [
        "territory/epci/200999902",
        "territory/epci/200999903",
    ]  # one has left the register
    assert row["run_by"] == ["organization/anct"]


TABLES = {
    "liste-pvd-com2023-essai.csv": (
        "insee_com;lib_com;id_pvd;date_signature\n38902;Saint-Aubin;pvd-1;2021-05-01\n99999;Ailleurs;pvd-2;\n"
    ),
    "liste-ti-com2023-essai.csv": "insee_com;lib_com;id_ti;lib_ti\n26901;Montclair;ti-8499;Sud\n26902;Rocheplane;ti-8499;Sud\n",
    "liste-crte-essai.csv": (
        "insee_reg;lib_reg;dep_chef_file;lib_dep;id_crte;lib_crte;type_grp_crte;crte_interreg;crte_interdep;siren_groupement;"
        "lib_groupement;nature_juridique;siren_grp_supra;lib_grp_supra;nat_jur_grp_supra\n"
        "84;Est-Essai;26;Essai;crte-84-26-1;Les deux rives;EPCI;non;oui;200999902;CA des Deux Rives;CA;;;\n"
        "84;Est-Essai;26;Essai;crte-84-26-1;Les deux rives;EPCI;non;oui;200999903;CC des Confins;CC;;;\n"
    ),
}


def test_the_agencys_own_tables_tell_members_by_code(chain: Chain, tmp_path: Path) -> None:
    """A commune that no register knows is served by none; where shapes are given too, they are what is read."""
    source = Source.named(PROGRAMMES)
    files = [tmp_path / name for name in TABLES]
    for file in files:
        file.write_text(TABLES[file.name], encoding="utf-8")
    registers = {path.stem: path for path in chain.folder.glob("decoupage_*.parquet")}
    raw = read_inputs(source, files, registers=registers)
    assert (raw.signalled, raw.rejected.height) == ([], 0)
    made = tidy(source, raw.tables, registers=registers, settings={})["schemes"]
    assert {row["id"]: (row["label_fr"], row["serves"]) for row in made.to_dicts()} == {
        "scheme/crte-84-26-1": (
            "CRTE Les deux rives",
            ["territory/epci/200999902", "territory/epci/200999903"],
        ),
        "scheme/petites-villes-de-demain": ("Petites villes de demain", ["territory/commune/38902"]),
        "scheme/ti-8499": (
            "Territoire d'industrie Sud",
            ["territory/commune/26901", "territory/commune/26902"],
        ),
    }
    shapes = FIXTURES / PROGRAMMES / "ti_essai.geojson"
    both = read_inputs(source, [*files, shapes], registers=registers)
    made = tidy(source, both.tables, registers=registers, settings={})["schemes"]
    assert {"scheme/ti-8401"} == {one for one in made["id"] if one.startswith("scheme/ti")}


def test_a_member_without_code_is_told(chain: Chain) -> None:
    assert chain.refused(PROGRAMMES) == [(3, "members", "Montclair")]


# --- Official files -------------------------------------------------------------------------------------------------


@pytest.mark.official
def test_official_places(official: Chain) -> None:
    services = official.tables["anct-france-services"]["organizations"]
    assert dict(services["actor_type"].value_counts().rows()) == {
        "actor-type/public-service-point": 304,
        "actor-type/mobile-public-service": 21,
    }
    assert official.tables["anct-tiers-lieux"]["organizations"].height == 48 + 16
    schemes = {key: row["serves"] for key, row in official.rows(PROGRAMMES, "schemes").items()}
    assert len([key for key in schemes if key.startswith("ti-")]) == 28
    assert len(schemes["petites-villes-de-demain"]) == 226
    assert len(schemes["villages-d-avenir"]) == 315
    assert len(schemes["action-coeur-de-ville"]) == 28
    assert [official.refused(name) for name in (*PLACES, PROGRAMMES)] == [[], [], []]
