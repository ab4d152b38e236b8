"""The exchange layout: what a partner writes, what it becomes, and how a wrong cell is named."""

import csv
import gzip
import re
import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pyoxigraph as ox
import pytest
import xlsxwriter  # type: ignore[import-untyped]
from ancrage.loaders.mapping.mapping import Mapping
from ancrage.loaders.publish.generation import EXCHANGE_MAPPING
from ancrage.loaders.read.checks import repeated_rows
from ancrage.loaders.read.source import Inputs, Source, SourceError, read_inputs
from ancrage.loaders.read.tidy import tidy
from ancrage.loaders.sources.layout import LAYOUT
from ancrage.ontology.vocabulary import ID, ontology_files

ROOT = Path(__file__).parents[3]
FIXTURE = ROOT / "tests" / "data" / "exchange"
GRAPH = "https://w3id.org/ancrage/graph/agence-d-essai"


def read(*paths: Path) -> Inputs:
    return read_inputs(Source.named("exchange"), paths)


def expand(*paths: Path) -> dict[str, pl.DataFrame]:
    return tidy(Source.named("exchange"), read(*paths).tables)


def rows(tables: dict[str, pl.DataFrame], table: str) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in tables[table].to_dicts()}


@pytest.fixture(scope="module")
def tables() -> dict[str, pl.DataFrame]:
    return expand(FIXTURE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the fixture that a test may spoil."""
    copy = tmp_path / "partner"
    shutil.copytree(FIXTURE, copy, ignore=shutil.ignore_patterns("*.nq"))
    return copy


def spoil(folder: Path, table: str, row: int, column: str, value: str) -> None:
    """Write a value in a cell; the header is row 1, as in a spreadsheet."""
    path = folder / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    lines[row - 1][lines[0].index(column)] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(lines)


def test_the_quads_are_the_golden_ones(tables: dict[str, pl.DataFrame], tmp_path: Path) -> None:
    out = tmp_path / "data.nq"
    Mapping.read(EXCHANGE_MAPPING).write(tables, out, graph=GRAPH)
    made = set(out.read_text(encoding="utf-8").splitlines())
    assert made == set((FIXTURE / "expected.nq").read_text(encoding="utf-8").splitlines())


# --- Short codes ---


def test_codes_of_territories_become_identifiers(tables: dict[str, pl.DataFrame]) -> None:
    adhoc = rows(tables, "territories")["territory/adhoc/vallee-essai"]
    assert adhoc["parts"] == ["territory/epci/200000001", "territory/commune/38901"]
    stage = rows(tables, "interactions")["interaction/agence-d-essai/stage-1"]
    assert stage["benefits"] == ["territory/region/84", "territory/zone/8409"]
    relay = rows(tables, "organizations")["organization/agence-d-essai-relais"]
    assert relay["serves"] == ["territory/adhoc/vallee-essai", "territory/department/38"]


def test_official_codes_of_organisations_win_over_local_names(tables: dict[str, pl.DataFrame]) -> None:
    assert set(rows(tables, "organizations")) == {
        "organization/agence-d-essai-relais",
        "organization/agence-d-essai-scierie",
        "organization/900000012",
        "organization/200000009H",
    }
    unit = rows(tables, "organizations")["organization/200000009H"]
    assert unit["supervised_by"] == ["organization/0389001A", "organization/0389002B"]


def test_activities_and_filieres_are_told_apart(tables: dict[str, pl.DataFrame]) -> None:
    stage = rows(tables, "interactions")["interaction/agence-d-essai/stage-1"]
    assert stage["concerns"] == [
        "value-chain/timber-construction",
        "http://id.insee.fr/codes/nafr2/sousClasse/16.10A",
        "field/mesr/2",
    ]
    assert rows(tables, "organizations")["organization/900000012"]["activity"] == (
        "http://id.insee.fr/codes/nafr2/groupe/20.5"
    )


def test_what_a_partner_says_is_declared_unless_it_says_more(tables: dict[str, pl.DataFrame]) -> None:
    assert set(tables["interactions"]["evidence"]) == {"evidence-status/declared"}
    places = {row["place"]: row["place_evidence"] for row in tables["participations"].to_dicts()}
    assert places == {
        "territory/commune/38900": "evidence-status/documented",
        "territory/commune/38901": "evidence-status/declared",
    }


def test_the_source_is_the_partner(tables: dict[str, pl.DataFrame]) -> None:
    (source,) = tables["sources"].to_dicts()
    assert source["id"] == "source/agence-d-essai"
    assert source["licence"] == "https://spdx.org/licenses/etalab-2.0"
    assert source["homepage"] == "https://example.org/agence"
    assert set(tables["requests"]["source"]) == {"source/agence-d-essai"}


def test_a_match_keeps_its_life_line(tables: dict[str, pl.DataFrame]) -> None:
    (match,) = tables["matches"].to_dicts()
    assert (match["request"], match["led_to"]) == (
        "request/agence-d-essai-demande-1",
        ["interaction/agence-d-essai/stage-1"],
    )
    life = [(row["status"], row["reason"]) for row in tables["match_events"].to_dicts()]
    assert life == [("match-status/potential", None), ("match-status/dropped", "drop-reason/too-far")]


def test_missing_suppressed_and_zero_are_three_things(tables: dict[str, pl.DataFrame]) -> None:
    seen = {
        (row["territory"].rpartition("/")[2], row["indicator"].rpartition("/")[2], row["sector"]): (
            row["value"],
            row["status"],
        )
        for row in tables["observations"].to_dicts()
    }
    assert seen == {
        ("38", "internships", "sector/total"): ("12", None),
        ("26", "internships", "sector/total"): (None, "obs-status/suppressed"),
        ("38901", "establishments", "sector/total"): ("10", None),
        ("38901", "establishments", "sector/a17/FZ"): ("0", None),
        ("38902", "establishments", "sector/total"): (None, "obs-status/suppressed"),
        ("38902", "establishments", "sector/a17/FZ"): (None, "obs-status/missing"),
        ("38900", "hiring-plans", "sector/total"): ("7", None),
    }
    assert "observation/agence-d-essai/establishments/commune-38901/FZ/2024" in set(
        tables["observations"]["id"]
    )


# --- Other forms of the same ---


def test_a_workbook_says_the_same_as_a_folder(tables: dict[str, pl.DataFrame], tmp_path: Path) -> None:
    path = tmp_path / "partner.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for file in sorted(FIXTURE.glob("*.csv")):
            with file.open(encoding="utf-8", newline="") as text:
                sheet = book.add_worksheet(file.stem)
                for number, line in enumerate(csv.reader(text)):
                    for column, value in enumerate(line):
                        sheet.write_string(number, column, value)
    made = expand(path)
    for name, table in tables.items():
        assert made[name].equals(table), name


def test_a_compressed_table_is_read(tables: dict[str, pl.DataFrame], folder: Path) -> None:
    plain = folder / "sites.csv"
    (folder / "sites.csv.gz").write_bytes(gzip.compress(plain.read_bytes()))
    plain.unlink()
    assert expand(folder)["sites"].equals(tables["sites"])


def test_a_broken_archive_is_named(folder: Path) -> None:
    (folder / "sites.csv").unlink()
    (folder / "sites.csv.gz").write_bytes(gzip.compress(b"id,territory\n" * 99)[:-12])
    with pytest.raises(SourceError, match=r"sites\.csv\.gz n'est pas un fichier gzip lisible"):
        read(folder)


@pytest.mark.parametrize("name", ["territoire-de-projet", "project-territory"])
def test_the_page_on_project_territories_declares_one(tmp_path: Path, name: str) -> None:
    page = (ROOT / "docs" / "how-to" / f"{name}.md").read_text(encoding="utf-8")
    declared, about = re.findall(r"```csv\n(.*?)```", page, re.DOTALL)
    (tmp_path / "territories.csv").write_text(declared, encoding="utf-8")
    (tmp_path / "about.csv").write_text(about, encoding="utf-8")
    [row] = expand(tmp_path)["territories"].to_dicts()
    assert row["id"] == "territory/adhoc/sillon-alpin" and row["kind"] == "AdHocTerritory"
    assert row["parts"] == [f"territory/epci/{one}" for one in ("200040715", "243800984", "200068781")]


# --- Wrong cells ---


@pytest.mark.long
@pytest.mark.parametrize(
    ("table", "row", "column", "value", "reason"),
    [
        ("sites", 2, "lat", "95.2", "latitude"),
        ("sites", 2, "lon", "est", "longitude"),
        ("sites", 2, "territory", "3890 1", "territoire"),
        ("sites", 2, "territory", "", "La valeur manque"),
        ("organizations", 3, "id", "relais", "unique"),
        ("organizations", 4, "siren", "90000002", "SIREN"),
        ("organizations", 2, "homepage", "example", "adresse"),
        ("interactions", 2, "start", "31/02/2026", "date"),
        ("interactions", 2, "headcount", "n.d.", "Pourquoi l'effectif est vide"),
        ("interactions", 2, "id", "stage 1", "identifiant"),
        ("participations", 2, "roles", "", "La valeur manque"),
        ("participations", 2, "roles", "supply;suply", "« suply » est inconnu"),
        ("participations", 2, "roles", "actor-role/suply", "« supply »"),
        ("interactions", 2, "types", "stagiaire", "« stagiaire » est inconnu"),
        ("organizations", 2, "kind", "Boutique", "classe"),
        (
            "organizations",
            2,
            "actor_type",
            "boutique",
            "« boutique » est inconnu ; choisissez dans la liste de la colonne",
        ),
        ("organizations", 2, "kind", "Laboratoir", "« ResearchUnit » (unité de recherche)"),
        ("organizations", 2, "actor_type", "Mairy", "« local-authority » (collectivité ou groupement)"),
        ("participations", 2, "roles", "superviseurse", "« supervisor » (encadrement)"),
        ("sites", 2, "services", "video", "« video-room » (salle de visioconférence)"),
        ("observations", 2, "indicator", "stages", "« stages » est inconnu"),
        (
            "match_events",
            2,
            "status",
            "probable",
            "choisissez « potential » (potentielle), « contacted » (contactée)",
        ),
        ("match_events", 3, "reason", "loin", "motif"),
        (
            "participations",
            2,
            "place_evidence",
            "sûr",
            "choisissez « documented » (documenté), « declared » (déclaré)",
        ),
        ("observations", 2, "period", "24", "période"),
        ("observations", 2, "value", "douze", "nombre"),
        ("observations", 2, "value", "-5", "un nombre entier, positif ou nul"),
        ("observations", 2, "value", "12.5", "un nombre entier, positif ou nul"),
        ("observations", 2, "value", "=3*4", "une formule sans sa valeur"),
        ("observations_wide", 2, "total", "-5", "un nombre entier, positif ou nul"),
        ("observations_wide", 2, "territory", "Vallombre !", "territoire"),
        ("matches", 2, "score", "1.2", "entre 0 et 1"),
        ("match_events", 3, "date", "2026-13-01", "date"),
    ],
)
def test_a_wrong_cell_is_rejected_with_its_place(
    folder: Path, table: str, row: int, column: str, value: str, reason: str
) -> None:
    spoil(folder, table, row, column, value)
    found = read(folder)
    assert [
        (line["file"], line["row"], line["column"], line["value"]) for line in found.rejected.to_dicts()
    ] == [(f"{table}.csv", row, column, value or None)]
    assert reason.lower() in str(found.rejected["reason"][0]).lower()
    (told,) = found.first_rejections()
    assert f"ligne {row}, colonne « {column} »" in told["fr"]
    assert f"row {row}, column “{column}”" in told["en"]
    why = told["en"].partition(", value ")[2].partition(": ")[2]
    assert why.endswith(".") and not re.search(r"\b(est|une?|des?|la|le|dans)\b", why), why


@pytest.mark.parametrize(
    ("table", "column", "value", "code"),
    [
        ("organizations", "kind", "Labo", "ResearchUnit"),
        ("organizations", "kind", "Société", "Company"),
        ("organizations", "kind", "high schools", "SecondarySchool"),
        ("organizations", "actor_type", "Mairie", "local-authority"),
        ("participations", "roles", "Tuteur", "supervisor"),
    ],
)
def test_words_that_people_use_are_terms_of_the_ontology(
    folder: Path, table: str, column: str, value: str, code: str
) -> None:
    spoil(folder, table, 2, column, value)
    found = read(folder)
    assert found.rejected.is_empty()
    assert code in str(found.tables[table][column][0])


def test_a_participation_that_is_written_again_is_rejected_with_the_row_of_the_first(folder: Path) -> None:
    path = folder / "participations.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + text.splitlines()[1] + "\n", encoding="utf-8")
    (told,) = [one["fr"] for one in read(folder).first_rejections()]
    assert told.startswith("participations.csv, ligne 4, colonne « organization »"), told
    assert "C'est ce que dit déjà participations.csv, ligne 2" in told
    head, *lines = path.read_text(encoding="utf-8").splitlines()
    named = [f"id,{head}", *(f"p/{number},{line}" for number, line in enumerate(lines))]
    path.write_text("\n".join(named), encoding="utf-8")
    assert read(folder).rejected.is_empty()


def test_a_row_written_again_in_one_file_is_no_fault_of_another() -> None:
    said = [("a.csv", 2, "i"), ("a.csv", 3, "j"), ("b.csv", 2, "k"), ("b.csv", 3, "i")]
    table = pl.DataFrame(said, ["_file", "_row", "interaction"], orient="row")
    table = table.with_columns(id=pl.lit(None, pl.String))
    (fault,) = repeated_rows(table, "participations", "interaction")
    assert (fault.file, [*fault.reasons]) == ("b.csv", [3])


@pytest.mark.parametrize(
    ("written", "licence"),
    [("Licence Ouverte 2.0", "etalab-2.0"), ("CC BY 4.0", "CC-BY-4.0"), ("ODbL", "ODbL-1.0"), ("MIT", "MIT")],
)
def test_a_licence_is_known_by_its_usual_name(folder: Path, written: str, licence: str) -> None:
    (folder / "about.csv").write_text(f"key,value\nname,essai\nLicence,{written}\n", encoding="utf-8")
    assert dict(read(folder).tables["about"].select("key", "value").iter_rows())["licence"] == licence


def test_a_missing_column_is_named(folder: Path) -> None:
    text = (folder / "participations.csv").read_text(encoding="utf-8")
    (folder / "participations.csv").write_text(
        text.replace("organization", "organizatoin", 1), encoding="utf-8"
    )
    with pytest.raises(
        SourceError, match=r"participations\.csv n'a pas de colonne « organization ».*« organizatoin »"
    ):
        read(folder)


def test_an_unknown_column_is_signalled(folder: Path) -> None:
    text = (folder / "sites.csv").read_text(encoding="utf-8")
    (folder / "sites.csv").write_text(text.replace("services", "servises", 1), encoding="utf-8")
    assert read(folder).signalled == ["sites.csv : servises"]


def test_headings_and_file_names_are_read_as_people_write_them(
    tables: dict[str, pl.DataFrame], folder: Path
) -> None:
    for table, headings in {
        "participations": {"interaction": "Interaction", "organization": "Organisation", "roles": "Rôle"},
        "interactions": {"id": "Identifiant", "label_fr": "Intitulé", "headcount": "EFFECTIF", "types": "Type d'interaction"},
        "match_events": {"status": "État", "date": "Date", "match": "Rapprochement"},
    }.items():  # fmt: skip
        path = folder / f"{table}.csv"
        head, _, rest = path.read_text(encoding="utf-8").partition("\n")
        names = [headings.get(name, name) for name in head.split(",")]
        assert set(headings.values()) <= set(names)
        path.unlink()
        named = folder / f"{table.replace('_', '_').title()}.CSV"
        named.write_text(",".join(names) + "\n" + rest, encoding="utf-8")
    assert not read(folder).signalled
    made = expand(folder)
    for name, expected in tables.items():
        assert made[name].equals(expected), name


def test_two_columns_for_one_heading_leave_it_unread(folder: Path) -> None:
    (folder / "sites.csv").write_text("id,territory,Commune,Nom,Titre\na,38901,38902,x,y\n", encoding="utf-8")
    found = read(folder)
    assert found.signalled == ["sites.csv : Commune", "sites.csv : Nom", "sites.csv : Titre"]
    assert found.tables["sites"]["territory"].to_list() == ["38901"]


def test_a_table_nearly_named_is_refused_and_another_is_told(folder: Path) -> None:
    (folder / "notes.csv").write_text("a\n1\n", encoding="utf-8")
    assert "notes.csv n'est le nom d'aucune table : rien n'en est lu." in [
        one["fr"] for one in read(folder).warnings
    ]
    (folder / "interactions.csv").rename(folder / "interaction.csv")
    with pytest.raises(SourceError, match=r"interaction\.csv n'est le nom d'aucune table.*« interactions »"):
        read(folder)


def test_a_file_of_another_name_is_the_table_that_has_most_of_its_columns(
    folder: Path, tmp_path: Path
) -> None:
    other = tmp_path / "liens.csv"
    other.write_bytes((folder / "participations.csv").read_bytes())
    found = read(other)
    assert set(found.tables) >= {"participations"} and found.tables["participations"].height
    assert [one["fr"] for one in found.warnings][:1] == ["liens.csv est lu comme « Participations »."]
    other.write_text("nom;commune;date;partenaire\nX;38185;2024-01-01;Y\n", encoding="utf-8")
    with pytest.raises(
        SourceError, match=r"liens\.csv n'est pas un fichier de la source.*participations\.csv, ties"
    ):
        read(other)


def written(path: Path, sheets: dict[str, list[list[str]]]) -> Path:
    """Write a workbook; a cell that begins with « = » is a formula that failed."""
    with xlsxwriter.Workbook(path) as book:
        for name, lines in sheets.items():
            sheet = book.add_worksheet(name)
            for number, line in enumerate(lines):
                for column, value in enumerate(line):
                    if value.startswith("="):
                        sheet.write_formula(number, column, value, None, "#N/A")
                    else:
                        sheet.write_string(number, column, value)
    return path


def test_a_sheet_with_a_capital_is_read_and_one_nearly_named_is_refused(tmp_path: Path) -> None:
    head, row = ["id", "label_fr", "types"], ["s-1", "Stage", "internship"]
    found = read(
        written(
            tmp_path / "a.xlsx", {"About": [["Key", "value"], ["name", "x"]], "Interactions ": [head, row]}
        )
    )
    assert found.tables["interactions"]["id"].to_list() == ["s-1"]
    assert found.tables["about"].height == 1 and not found.warnings
    with pytest.raises(SourceError, match=r"b\.xlsx : la feuille « Interaction ».*« interactions »"):
        read(written(tmp_path / "b.xlsx", {"organizations": [["id"]], "Interaction": [head, row]}))
    with pytest.raises(
        SourceError,
        match=r"c\.xlsx n'est pas un classeur de la source « exchange » : .* Feuil1 ; sont lues about",
    ):
        read(written(tmp_path / "c.xlsx", {"Feuil1": [["x"], ["y"]]}))


def test_a_formula_that_failed_is_no_empty_cell(tmp_path: Path) -> None:
    lines = [["id", "label_fr", "types"], ["s-1", "Stage", "internship"], ["s-2", "=NA()", "internship"]]
    found = read(written(tmp_path / "a.xlsx", {"interactions": lines}))
    assert found.first_rejections()[0]["fr"].startswith(
        "a.xlsx › interactions, ligne 3, colonne « label_fr » (B3), valeur « #N/A » : C'est l'erreur d'une formule"
    )


def test_a_duplicate_says_where_its_twin_is(folder: Path) -> None:
    spoil(folder, "organizations", 3, "id", "relais")
    assert (
        "La valeur est déjà celle de organizations.csv, ligne 2" in read(folder).first_rejections()[0]["fr"]
    )


# --- The description keeps up with the layout and the ontology ---


@pytest.mark.parametrize(
    ("table", "column", "scheme"),
    [
        ("participations", "roles", "actor-role"),
        ("interactions", "types", "interaction-type"),
        ("ties", "type", "interaction-type"),
        ("organizations", "actor_type", "actor-type"),
        ("events", "mode", "attendance-mode"),
        ("sites", "services", "branch-service"),
        ("match_events", "status", "match-status"),
        ("match_events", "reason", "drop-reason"),
        ("observations", "status", "obs-status"),
        ("observations", "indicator", "indicator"),
        ("programmes", "level", "level"),
        ("territories", "density", "density"),
        ("territories", "rurality", "rurality"),
        ("territories", "centrality", "centrality"),
        ("territories", "massif", "massif"),
        ("memberships", "function", "chain-function"),
        ("memberships", "stage", "chain-stage"),
    ],
)
def test_every_concept_of_a_scheme_can_be_written(table: str, column: str, scheme: str) -> None:
    base, in_scheme = f"{ID}{scheme}/", ox.NamedNode("http://www.w3.org/2004/02/skos/core#inScheme")
    graph = ox.Store()
    for path in ontology_files():
        graph.load(path=str(path), format=ox.RdfFormat.TURTLE)
    found = graph.quads_for_pattern(None, in_scheme, ox.NamedNode(f"{ID}{scheme}"))
    codes = {
        quad.subject.value.removeprefix(base) for quad in found if isinstance(quad.subject, ox.NamedNode)
    }
    (check,) = (
        check
        for check in Source.named("exchange").checks
        if (check.input, check.column) == (table, column) and check.pattern
    )
    assert codes
    for code in codes:
        assert re.search(str(check.pattern), code), code
        assert re.search(str(check.pattern), f"{scheme}/{code}"), code
    assert not re.search(str(check.pattern), "inconnu")


def test_every_table_of_the_layout_can_be_given() -> None:
    source = Source.named("exchange")
    given = {one.table for one in source.inputs}
    assert given == {*LAYOUT, "about", "observations_wide"}
    for one in source.inputs:
        names = {name for variant in one.variants for name in (*variant.columns, *variant.optional_columns)}
        if one.variants and one.table in LAYOUT:
            assert names == set(LAYOUT[one.table]), one.table


def test_every_table_comes_out_with_every_column(tables: dict[str, pl.DataFrame]) -> None:
    assert set(tables) == set(LAYOUT)
    for name, table in tables.items():
        assert set(table.columns) == set(LAYOUT[name]), name


def test_a_partner_may_write_every_type_of_actor_of_the_scheme() -> None:
    [file] = [path for path in ontology_files() if path.name == "actor-types.ttl"]
    written = file.read_text("utf-8")
    types = set(re.findall(r'skos:notation "([a-z-]+)"', written))
    [check] = [
        one
        for one in Source.named("exchange").checks
        if (one.input, one.column) == ("organizations", "actor_type")
    ]
    assert len(types) > 20
    assert {name for name in types if not re.fullmatch(check.pattern or "", name)} == set()


# --- A strategy in a workbook ---

STRATEGY: dict[str, list[list[str]]] = {
    "about": [["key", "value"], ["name", "plan"]],
    "strategies": [["id", "label_fr", "adopted_by", "territories"], ["p", "Plan", "departement", "07"]],
    "axes": [["Identifiant", "Stratégie", "Numéro", "Intitulé"], ["1", "p", "1", "Accueillir"]],
    "objectives": [
        ["id", "strategy", "axis", "label_fr", "indicator", "Valeur de départ", "Année de départ", "target", "due"],
        ["o", "p", "1", "Stages", "internships", "61", "2021", "120", "2027"],
    ],
    "actions": [
        ["id", "strategy", "Axe", "label_fr", "État", "Début", "Fin", "Porteur", "Partenaires", "objectives", "led_to"],
        ["a", "p", "1", "Meubler", "in-progress", "2024-01-08", "2026-06-30", "departement", "0383546Y;relais", "o", "s-1"],
    ],
    "budgets": [["Action", "Année", "Financeurs", "Prévu", "Dépensé"], ["a", "2024", "departement", "30000", "0"],
                ["a", "2024", "relais", "1000", ""]],
}  # fmt: skip


def strategy(path: Path, sheet: str = "", column: str = "", value: str = "") -> Path:
    """Write the workbook of a strategy; with a value in the first row of a sheet."""
    sheets = {name: [list(line) for line in lines] for name, lines in STRATEGY.items()}
    if sheet:
        sheets[sheet][1][sheets[sheet][0].index(column)] = value
    return written(path, sheets)


def test_a_workbook_holds_a_strategy_with_its_axes_actions_and_budget(tmp_path: Path) -> None:
    made = expand(strategy(tmp_path / "plan.xlsx"))
    action = rows(made, "actions")["action/plan-a"]
    assert (action["strategy"], action["axis"], action["status"], action["end"]) == (
        "strategy/plan-p", "axis/plan-1", "action-status/in-progress", "2026-06-30",
    )  # fmt: skip
    assert action["partners"] == ["organization/0383546Y", "organization/plan-relais"]
    assert (action["objectives"], action["led_to"]) == (["objective/plan-o"], ["interaction/plan/s-1"])
    objective = rows(made, "objectives")["objective/plan-o"]
    assert (objective["axis"], objective["initial"], objective["initial_year"]) == (
        "axis/plan-1",
        "61",
        "2021",
    )
    spent = {row["id"]: (row["funders"], row["planned"], row["spent"]) for row in made["budgets"].to_dicts()}
    assert spent == {  # what is not known is no zero
        "action/plan-a/b/2024-1": (["organization/plan-departement"], "30000", "0"),
        "action/plan-a/b/2024-2": (["organization/plan-relais"], "1000", None),
    }


@pytest.mark.long
@pytest.mark.parametrize(
    ("sheet", "column", "value", "reason"),
    [
        ("actions", "État", "en retard", "Le retard se déduit des dates"),
        ("actions", "Fin", "31/06/2026", "date"),
        ("actions", "strategy", "", "La valeur manque"),
        ("actions", "Partenaires", "deux mots", "point-virgule"),
        ("axes", "Intitulé", "", ""),
        ("objectives", "Valeur de départ", "soixante", "nombre"),
        ("budgets", "Dépensé", "-1", "euros"),
        ("budgets", "Prévu", "environ 30 000", "euros"),
    ],
)
def test_a_wrong_cell_of_a_strategy_is_told_with_its_sheet(
    tmp_path: Path, sheet: str, column: str, value: str, reason: str
) -> None:
    found = read(strategy(tmp_path / "plan.xlsx", sheet, column, value))
    assert f"plan.xlsx › {sheet}, ligne 2, colonne « " in found.first_rejections()[0]["fr"]
    assert reason in str(found.rejected["reason"][0]) and found.rejected.height == 1
