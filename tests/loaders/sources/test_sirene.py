"""The Sirene register: whom it names, whom it counts, who never passes the door."""

import os
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyoxigraph as ox
import pytest
from ancrage.graph.shacl.validation import validate
from ancrage.loaders.filieres.files import SHIPPED, read_filieres
from ancrage.loaders.mapping.mapping import Mapping
from ancrage.loaders.publish.generation import EXCHANGE_MAPPING
from ancrage.loaders.read.source import Inputs, Source, SourceError, read_inputs
from ancrage.loaders.read.tidy import tidy
from ancrage.ontology.vocabulary import ontology_files

ROOT = Path(__file__).parents[3]
FIXTURES = ROOT / "tests" / "data"
OFFICIAL = Path(os.environ.get("ANCRAGE_OFFICIAL_DATA", ROOT.parent / "shared" / "data"))
OWN = FIXTURES / "insee-sirene"
BEFORE = ("decoupage-administratif", "mesr-etablissements", "mesr-ilab")
GRAPH = "https://w3id.org/ancrage/graph/insee-sirene"
Tables = dict[str, pl.DataFrame]


def load(registers: dict[str, Path], *paths: Path, **settings: str) -> tuple[Inputs, Tables]:
    source = Source.named("insee-sirene")
    files = list(paths) or sorted(OWN.glob("*.csv"))
    inputs = read_inputs(source, files, registers=registers, settings=settings)
    return inputs, tidy(source, inputs.tables, registers=registers, settings=settings)


@pytest.fixture(scope="module")
def loaded(registers: dict[str, Path]) -> tuple[Inputs, Tables]:
    return load(registers)


def by_id(tables: Tables, table: str) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in tables[table].to_dicts()}


def counted(tables: Tables, commune: str) -> dict[str, float]:
    rows = tables["observations"].filter(pl.col("territory") == f"territory/commune/{commune}")
    return dict(rows.select("sector", "value").iter_rows())


def changed(tmp_path: Path, name: str, old: str, new: str) -> list[Path]:
    """Copy the fixture with one text of a file replaced."""
    for path in OWN.glob("*.csv"):
        text = path.read_text(encoding="utf-8")
        if path.name.startswith(name):
            assert old in text
            text = text.replace(old, new, 1)
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    return sorted(tmp_path.glob("*.csv"))


def test_the_quads_are_the_golden_ones(loaded: tuple[Inputs, Tables], tmp_path: Path) -> None:
    out = tmp_path / "data.nq"
    Mapping.read(EXCHANGE_MAPPING).write(loaded[1], out, graph=GRAPH)
    golden = (OWN / "expected.nq").read_text(encoding="utf-8")
    assert sorted(out.read_text(encoding="utf-8").splitlines()) == sorted(golden.splitlines())


def test_every_column_of_the_register_is_told(loaded: tuple[Inputs, Tables]) -> None:
    inputs, _ = loaded
    assert (inputs.signalled, inputs.rejected.rows()) == ([], [])
    assert inputs.read == {"establishments": 18, "legal_units": 14}  # rows of the files, not those kept


def test_employers_are_named_from_ten_on_and_from_one_on_in_filieres(loaded: tuple[Inputs, Tables]) -> None:
    organizations = by_id(loaded[1], "organizations")
    assert set(organizations) == {
        "organization/0389001A",  # a university that our register knows: nothing but facts is added
        "organization/900000012",  # a winner of i-Lab, whatever its size
        *(f"organization/9100000{rank}" for rank in ("01", "02", "06", "08", "11", "12")),
    }
    sawmill = organizations["organization/910000001"]
    assert (sawmill["label_fr"], sawmill["kind"], sawmill["size"], sawmill["start_year"], sawmill["end_year"]) == (
        "Scieries du Val d'Essai SAS", "Company", "size-band/03", "1987", None,
    )  # fmt: skip
    assert sawmill["activity"] == "http://id.insee.fr/codes/nafr2/sousClasse/16.10A"
    association = organizations["organization/910000006"]
    assert (association["kind"], association["acronym"]) == ("ThirdSectorOrganization", "ADB")


@pytest.mark.long
@pytest.mark.parametrize(
    "source", ["mesr-inov", "mesr-iphd", "authority-grants", "authority-grants-odbl", "scanr-h2020"]
)
def test_whom_another_source_names_is_named_whatever_its_size(
    source: str, registers: dict[str, Path], tmp_path: Path
) -> None:
    path = tmp_path / f"{source.replace('-', '_')}__organizations.parquet"
    pl.DataFrame({"id": ["organization/910000003"], "siren": ["910000003"]}).write_parquet(path)
    _, tables = load({**registers, path.stem: path})
    cafe = by_id(tables, "organizations")["organization/910000003"]
    assert (cafe["label_fr"], cafe["size"]) == ("Cafe du Port", "size-band/01")


def test_a_company_that_closed_says_when(loaded: tuple[Inputs, Tables]) -> None:
    closed = by_id(loaded[1], "organizations")["organization/900000012"]
    assert (closed["start_year"], closed["end_year"], closed["size"]) == ("2000", "2021", None)


def test_what_a_register_of_ours_names_keeps_its_name(loaded: tuple[Inputs, Tables]) -> None:
    university = by_id(loaded[1], "organizations")["organization/0389001A"]
    assert [university[name] for name in ("kind", "label_fr", "actor_type", "start_year")] == [None] * 4
    assert (university["siren"], university["size"]) == ("130900011", "size-band/51")


def test_establishments_are_sites_in_the_communes_of_today(loaded: tuple[Inputs, Tables]) -> None:
    sites = by_id(loaded[1], "sites")
    assert set(sites) == {
        "site/" + siret
        for siret in (
            "91000000100012", "91000000100020", "91000000200012", "91000000600012",
            "91000000800020", "91000001100012", "91000001200012",
        )
    }  # fmt: skip
    assert sites["site/91000000600012"]["territory"] == "territory/commune/38901"  # 38905 is in it today
    branch = sites["site/91000000100020"]
    assert (branch["label_fr"], branch["seat_of"]) == ("La Scierie de Montclair (Montclair)", None)
    plant = sites["site/91000000800020"]
    assert (plant["label_fr"], plant["organizations"], plant["activity"][-6:], plant["size"]) == (
        "Captessai composants (Haut-Confins)", ["organization/910000008"], "26.12Z", "size-band/22",
    )  # fmt: skip


def test_counts_are_of_employers_by_commune_and_activity(loaded: tuple[Inputs, Tables]) -> None:
    _, tables = loaded
    assert counted(tables, "38901") == {
        "sector/total": 2, "sector/a38/CC": 1, "sector/a38/SZ": 1, "http://id.insee.fr/codes/nafr2/sousClasse/16.10A": 1,
    }  # fmt: skip
    assert counted(tables, "38902") == {"sector/total": 2, "sector/a38/CH": 1, "sector/a38/IZ": 1}
    assert counted(tables, "26902") == {
        "sector/total": 1,
        "sector/a38/CH": 1,
    }  # of five people, so counted only
    assert counted(tables, "12901") == {}  # of another region
    assert counted(tables, "38900")["sector/total"] == 1  # in one of its districts
    assert counted(tables, "38992") == {}
    assert tables["observations"]["period"].unique().to_list() == ["2026-03"]


def test_a_commune_of_the_region_without_an_employer_has_zero(
    registers: dict[str, Path], tmp_path: Path
) -> None:
    _, tables = load(registers, *changed(tmp_path, "StockEtablissement", ",02,2023,", ",NN,,"))
    assert counted(tables, "38901")["sector/total"] == 1
    _, tables = load(
        registers,
        *changed(
            tmp_path,
            "StockEtablissement",
            "91000000200020,O,2015-01-01,02,",
            "91000000200020,O,2015-01-01,NN,",
        ),
    )
    assert counted(tables, "26902") == {"sector/total": 0}


def test_no_person_passes_the_door(loaded: tuple[Inputs, Tables]) -> None:
    inputs, tables = loaded
    cells = {
        str(value)
        for table in (*inputs.tables.values(), *tables.values())
        for row in table.rows()
        for value in row
    }
    text = " ".join(cells)
    for gone in ("PERSONNE", "910000004", "910000005", "910000010", "EXEMPLE", "DUPONT", "Dupont"):
        assert gone not in text, gone
    named = by_id(tables, "organizations")["organization/910000011"]
    assert named["label_fr"] == "Organisation SIREN 910000011"  # its name was a person's


@pytest.mark.long
@pytest.mark.parametrize(
    "canary", ["/ Jeanne Canari", "/ M. Canari", "canari@labo.example", "04 76 12 34 56"]
)
def test_canaries_in_names_are_taken_out(canary: str, registers: dict[str, Path], tmp_path: Path) -> None:
    for file, old in (
        ("StockUniteLegale", "PARFUMS DES CONFINS"),
        ("StockEtablissement", "CAPTESSAI COMPOSANTS"),
    ):
        inputs, tables = load(registers, *changed(tmp_path, file, old, f"{old} {canary}"))
        assert old in str([frame.rows() for frame in inputs.tables.values()])
        text = str([frame.rows() for frame in (*inputs.tables.values(), *tables.values())]).lower()
        assert not any(trace in text for trace in ("canari", "12 34 56")), file


@pytest.mark.parametrize(
    ("column", "old", "new"),
    [
        ("sexeUniteLegale", "910000012,O,,1987-02-27,,,", "910000012,O,,1987-02-27,,F,"),
        ("statutDiffusion", "910000012,O,", "910000012,N,"),
        ("categorieJuridique", ",PARFUMS DES CONFINS,,,,5499,", ",PARFUMS DES CONFINS,,,,1000,"),
    ],
)
def test_any_sign_of_a_person_or_of_partial_diffusion_is_enough(
    column: str, old: str, new: str, registers: dict[str, Path], tmp_path: Path
) -> None:
    _, tables = load(registers, *changed(tmp_path, "StockUniteLegale", old, new))
    assert "organization/910000012" not in by_id(tables, "organizations"), column
    assert counted(tables, "26903")["sector/total"] == 2


def test_parquet_in_the_official_types_gives_the_same(
    registers: dict[str, Path], loaded: tuple[Inputs, Tables], tmp_path: Path
) -> None:
    for path in OWN.glob("*.csv"):
        form = ", categorieJuridiqueUniteLegale::BIGINT AS categorieJuridiqueUniteLegale"
        seat = ", etablissementSiege::BOOLEAN AS etablissementSiege"
        own = f"REPLACE (dateDebut::DATE AS dateDebut{form if 'UniteLegale' in path.name else seat})"
        duckdb.execute(
            f"COPY (SELECT * {own} FROM read_csv('{path}', all_varchar = true)) "
            f"TO '{tmp_path / path.with_suffix('.parquet').name}' (FORMAT parquet)"
        )
    inputs, tables = load(registers, *sorted(tmp_path.glob("*.parquet")))
    assert inputs.read == loaded[0].read
    for name, frame in loaded[1].items():
        assert frame.equals(tables[name]), name


def test_settings_choose_region_and_sizes(registers: dict[str, Path]) -> None:
    _, whole = load(registers, region="all", employees="500", activities="56.30Z")
    assert set(by_id(whole, "organizations")) == {
        "organization/0389001A", "organization/900000012", "organization/910000003", "organization/910000007",
    }  # fmt: skip
    assert counted(whole, "12901")["sector/total"] == 2


def test_the_activities_are_those_of_the_filieres() -> None:
    links = {link.code for one in read_filieres(SHIPPED)[0] for link in one.links if link.revision == "naf2"}
    assert set(Source.named("insee-sirene").parameters["activities"].split()) == links


@pytest.mark.parametrize(
    ("name", "old", "new", "row", "column", "value"),
    [
        ("StockEtablissement", "91000000200012,O,", "9,10E+13,O,", 6, "siret", "9,10E+13"),
        ("StockEtablissement", "ESSAI,,,38902,", "ESSAI,,,38777,", 6, "commune", "38777"),
        ("StockUniteLegale", "2015-01-01,A,,,MECANIQUE", "2015-01-01,X,,,MECANIQUE", 5, "state", "X"),
        ("StockUniteLegale", "910000002,O,", "910000001,O,", 5, "siren", "910000001"),
    ],
)
def test_a_wrong_row_is_told_with_its_place(
    name: str,
    old: str,
    new: str,
    row: int,
    column: str,
    value: str,
    registers: dict[str, Path],
    tmp_path: Path,
) -> None:
    new = new.replace("9,10E+13", '"9,10E+13"')
    inputs, _ = load(registers, *changed(tmp_path, name, old, new))
    told = inputs.rejected.filter(pl.col("column") == column)
    assert told.select("file", "row", "value").row(0) == (f"{name}_utf8.csv", row, value)


def test_a_file_that_is_cut_names_its_line(registers: dict[str, Path], tmp_path: Path) -> None:
    paths = changed(tmp_path, "StockUniteLegale", "910000002,O,,1987", "910000002,O")
    cut = paths[1].read_text(encoding="utf-8").splitlines()
    cut[4] = cut[4][:60]
    paths[1].write_text("\n".join(cut) + "\n", encoding="utf-8")
    with pytest.raises(
        SourceError, match=r"^StockUniteLegale_utf8.csv, ligne 5 : [0-9]+ colonnes au lieu de 35\.$"
    ):
        load(registers, *paths)


def test_a_column_that_is_missing_is_named(registers: dict[str, Path], tmp_path: Path) -> None:
    paths = changed(tmp_path, "StockUniteLegale", "etatAdministratifUniteLegale", "etat")
    with pytest.raises(SourceError, match="n'a pas de colonne « etatAdministratifUniteLegale »"):
        load(registers, *paths)


def test_the_graph_breaks_no_shape(
    loaded: tuple[Inputs, Tables], registers: dict[str, Path], tmp_path: Path
) -> None:
    store = ox.Store()
    for path in ontology_files():
        store.bulk_load(path=str(path), format=ox.RdfFormat.TURTLE)
    described = pl.DataFrame(
        {"id": ["source/insee-sirene"], "dataset": ["dataset/insee-sirene"], "title_fr": ["Sirene"]}
    )
    mapping = Mapping.read(EXCHANGE_MAPPING)
    known = {
        table: pl.read_parquet(registers[f"decoupage_administratif__{table}"])
        for table in ("territories", "organizations")
    }
    mapping.write({**loaded[1], "sources": described}, tmp_path / "own")
    mapping.write(known, tmp_path / "known")
    for name in ("own", "known"):
        store.bulk_load(path=str(tmp_path / name), format=ox.RdfFormat.N_QUADS)
    wrong = [
        (str(one.focus), one.message("en"))
        for one in validate(store).violations
        if "3899" not in str(one.focus)
    ]
    assert [one for one in wrong if "sirene" in one[0] or "9100000" in one[0]] == []


@pytest.mark.official
def test_employers_of_lyon_4_are_those_of_the_official_rows(
    registers: dict[str, Path], tmp_path: Path
) -> None:
    """The periods in force of the official history, in the layout of the stock; their legal units are not in it, so made up."""
    path = OFFICIAL / "insee-sirene" / "sirene_historique_lyon4_69384.parquet"
    if not path.exists():
        pytest.skip(f"no {path.name} in {OFFICIAL}")
    communes = pl.read_parquet(registers["decoupage_administratif__register_communes"])
    lyon = communes.filter(pl.col("code") == "38992").with_columns(
        code=pl.lit("69384"),
        territory=pl.lit("territory/commune/69384"),
        commune=pl.lit("69123"),
        label=pl.lit("Lyon 4e"),
    )
    pl.concat([communes, lyon]).write_parquet(tmp_path / "communes.parquet")
    rows = pl.read_parquet(path).filter(pl.col("dateFin").is_null())
    header = (OWN / "StockEtablissement_utf8.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    own = {
        "siren": pl.col("siret").str.head(9), "siret": pl.col("siret"), "statutDiffusionEtablissement": pl.lit("O"),
        "trancheEffectifsEtablissement": pl.col("code_tranche"), "codeCommuneEtablissement": pl.col("code_commune"),
        "dateDernierTraitementEtablissement": pl.lit("2026-03-06T05:25:38"), "etatAdministratifEtablissement": pl.col("etat"),
        "activitePrincipaleEtablissement": pl.col("code_ape"),
        "nomenclatureActivitePrincipaleEtablissement": pl.when(pl.col("code_ape").str.contains(r"^\d\d\.\d\d[A-Z]$"))
        .then(pl.lit("NAFRev2")).otherwise(pl.lit("NAF1993")),
    }  # fmt: skip
    made = rows.select(own.get(name, pl.lit(None, pl.String)).alias(name) for name in header)
    made.write_parquet(tmp_path / "StockEtablissement_utf8.parquet")
    header = (OWN / "StockUniteLegale_utf8.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    units = made.select("siren").unique().with_columns(
        statutDiffusionUniteLegale=pl.lit("O"), etatAdministratifUniteLegale=pl.lit("A"),
        categorieJuridiqueUniteLegale=pl.lit("5710"), denominationUniteLegale=pl.lit("SOCIETE"),
    )  # fmt: skip
    units.select(
        pl.col(name) if name in units.columns else pl.lit(None, pl.String).alias(name) for name in header
    ).write_parquet(tmp_path / "StockUniteLegale_utf8.parquet")
    known = {**registers, "decoupage_administratif__register_communes": tmp_path / "communes.parquet"}
    inputs, tables = load(
        known, tmp_path / "StockEtablissement_utf8.parquet", tmp_path / "StockUniteLegale_utf8.parquet"
    )
    employers = made.filter(
        pl.col("etatAdministratifEtablissement") == "A",
        pl.col("trancheEffectifsEtablissement").is_between(pl.lit("01"), pl.lit("53")),
    )
    assert inputs.rejected.is_empty()
    assert len(employers) > 500
    assert counted(tables, "69123")["sector/total"] == len(employers)
    large = employers.filter(pl.col("trancheEffectifsEtablissement") >= "11")["siret"].to_list()
    assert {f"site/{siret}" for siret in large} <= set(by_id(tables, "sites"))
    assert len(large) < len(tables["sites"]) < len(employers)
