"""What a check finds is told by file, row and column of the tables it came from, all of it, and kept in a file."""

import csv
from pathlib import Path

import pytest
import xlsxwriter  # type: ignore[import-untyped]
from ancrage.graph.snapshots.provenance import GRAPHS, LoadRecord
from ancrage.loaders.mapping.rml import WrongCell
from ancrage.loaders.publish.faults import InvalidGraph
from ancrage.loaders.publish.order import outdated_sources
from ancrage.loaders.publish.pipeline import PartialLoad, Pipeline
from ancrage.loaders.publish.staging import SourceVersions

TABLES = {
    "about": "key,value\nname,partner\n",
    "territories": "id,kind,label_fr,code,vintage,part_of\n84,Region,Auvergne-Rhône-Alpes,84,2026,\n"
    "38,Department,Isère,38,2026,R84\n38185,Commune,Grenoble,38185,2026,38\n".replace(
        "84,Region", "R84,Region"
    ),
    "organizations": "id,kind,label_fr,uai,actor_type,former_codes\n"
    "0383546Y,University,Université,0383546Y,higher-education,0383493R\nscierie,Company,Scierie,,company,\n",
    "interactions": "id,label_fr,types,year,benefits,concerns\nstage-1,Stage,internship,2026,38185,\n",
    "participations": "interaction,organization,roles\nstage-1,0383546Y,supply\nstage-1,scierie,demand\n",
    "strategies": "id,label_fr\nprojet,Projet de territoire\n",
    "objectives": "id,strategy,label_fr\nobjectif-1,projet,Dix stages\n",
    "desks": "id,label_fr\nguichet,Guichet\n",
    "requests": "id,label_fr,issued_by,received_by\ndemande-1,Un stage,scierie,guichet\n",
}


def partner(folder: Path, **changes: str) -> Path:
    """Write the tables of a partner, some of them changed."""
    folder.mkdir(exist_ok=True)
    for name, text in {**TABLES, **changes}.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def changed(table: str, old: str, new: str) -> dict[str, str]:
    assert old in TABLES[table]
    return {table: TABLES[table].replace(old, new, 1)}


def refused(tmp_path: Path, **changes: str) -> tuple[str, list[dict[str, str]]]:
    """Return what is said of a partner's tables that are refused, and the lines of the file of faults."""
    with pytest.raises(InvalidGraph) as caught:
        Pipeline(tmp_path / "data").load("exchange", [partner(tmp_path / "tables", **changes)], dry_run=True)
    path = tmp_path / "data" / "rejected" / "publication.csv"
    assert f"Détail : {path}." in str(caught.value)
    with path.open(encoding="utf-8", newline="") as file:
        return str(caught.value), list(csv.DictReader(file))


@pytest.mark.long
def test_the_tables_are_accepted_as_they_are(tmp_path: Path) -> None:
    pipeline = Pipeline(tmp_path / "data")
    report = pipeline.load("exchange", [partner(tmp_path / "tables")])
    assert report.warnings == [] and report.snapshot is not None


@pytest.mark.long
@pytest.mark.parametrize(
    ("table", "old", "new", "row", "column", "value"),
    [
        ("participations", "stage-1,scierie", "stage-9,scierie", 3, "interaction", "interaction/partner/stage-9"),
        ("participations", "0383546Y,supply", "0380001A,supply", 2, "organization", "organization/0380001A"),
        ("objectives", "projet", "projets", 2, "strategy", "strategy/partner-projets"),
        ("requests", "guichet", "guichets", 2, "received_by", "desk/partner-guichets"),
        ("interactions", "38185,", "38185,laine", 2, "concerns", "value-chain/laine"),
        ("interactions", "38185,", "38999,", 2, "benefits", "territory/commune/38999"),
        ("interactions", "38185,", "38185,field/mesr/99", 2, "concerns", "field/mesr/99"),
    ],
)  # fmt: skip
def test_an_unknown_reference_is_refused_at_its_cell(
    tmp_path: Path, table: str, old: str, new: str, row: int, column: str, value: str
) -> None:
    said, lines = refused(tmp_path, **changed(table, old, new))
    assert (table + ".csv", str(row), column, value) in [
        (line["file"], line["row"], line["column"], line["value"]) for line in lines
    ]
    assert f"partner : {table}.csv, ligne {row}, colonne « {column} »" in said


@pytest.mark.long
@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        ("scheme", "villab", "scheme/partner-villab"),
        ("programme", "licence", "programme/partner-licence"),
        ("platform", "four", "platform/partner-four"),
        ("contributes_to", "objectif-1;objectif-9", "objective/partner-objectif-9"),
        ("source", "ailleurs", "source/ailleurs"),
    ],
)
def test_whatever_the_column_what_nothing_describes_is_refused_at_its_cell(
    tmp_path: Path, column: str, cell: str, value: str
) -> None:
    text = TABLES["interactions"].replace(",concerns", f",{column}").replace("38185,", f"38185,{cell}")
    said, [line] = refused(tmp_path, interactions=text)
    assert (line["file"], line["row"], line["column"], line["value"]) == (
        "interactions.csv",
        "2",
        column,
        value,
    )
    assert "interactions.csv, ligne 2" in said


def test_all_faults_are_kept_and_the_first_few_are_said(tmp_path: Path) -> None:
    wrong = "".join(f"stage-1,09900{n:02}A,supply\n" for n in range(28))
    said, lines = refused(tmp_path, participations=TABLES["participations"] + wrong)
    assert sorted(int(line["row"]) for line in lines) == list(range(4, 32))
    assert said.startswith("Rien n'est publié : 28 violations des formes SHACL :\n")
    assert said.count("colonne « organization »") == 5 and "… et 23 autres lignes." in said


def test_one_fault_in_many_rows_hides_no_other(tmp_path: Path) -> None:
    wrong = [f"p{n},stage-1,0990001A,supply" for n in range(8)] + ["p8,stage-1,0990002A,supply"]
    heading, *sound = TABLES["participations"].splitlines()
    rows = [f"id,{heading}", *(f",{row}" for row in sound), *wrong]
    said, lines = refused(tmp_path, participations="\n".join(rows) + "\n")
    assert len(lines) == 9
    assert said.count("0990001A") == 4 and said.count("0990002A") == 1 and "… et 4 autres lignes." in said


@pytest.mark.long
def test_what_another_source_no_longer_describes_is_told_by_who_refers_to_it(tmp_path: Path) -> None:
    pipeline = Pipeline(tmp_path / "data")
    pipeline.load("exchange", [partner(tmp_path / "tables")], publish=False)
    other = tmp_path / "other"
    other.mkdir()
    (other / "about.csv").write_text("key,value\nname,other\n", encoding="utf-8")
    (other / "ties.csv").write_text("a,b\n0383546Y,organization/partner-scierie\n", encoding="utf-8")
    pipeline.load("exchange", [other], publish=False)
    fewer = partner(
        tmp_path / "fewer",
        **changed("organizations", "scierie,Company,Scierie,,company,\n", ""),
        **changed("participations", "stage-1,scierie,demand\n", ""),
        requests="id,label_fr,issued_by\n",
    )
    with pytest.raises(
        InvalidGraph,
        match=r"other : ties\.csv, ligne 2, colonne « a »",
    ):
        pipeline.load("exchange", [fewer])


@pytest.mark.long
def test_a_folder_goes_past_a_source_that_breaks_shapes(tmp_path: Path) -> None:
    pipeline = Pipeline(tmp_path / "data")
    good = partner(tmp_path / "tables", about="key,value\nname,good\n")
    bad = partner(tmp_path / "bad", **changed("requests", "guichet", "guichets"))
    items = [("exchange", [good], None), ("exchange", [bad], None)]
    with pytest.raises(
        PartialLoad, match=r"partner : Rien n'est publié.*ligne 2, colonne « received_by »"
    ) as caught:
        pipeline.load_many(items, go_on=True)
    assert [report.record.name for report in caught.value.reports] == ["good"]
    assert pipeline.versions.names() == ["good"]
    assert (tmp_path / "data" / "rejected" / "partner.csv").is_file()


@pytest.mark.long
def test_a_former_code_leads_to_who_carries_it_today(tmp_path: Path) -> None:
    pipeline = Pipeline(tmp_path / "data")
    pipeline.load("exchange", [partner(tmp_path / "tables")], publish=False)
    other = partner(
        tmp_path / "other",
        about="key,value\nname,other\n",
        organizations="id,label_fr\nscierie,Scierie\n",
        **changed("participations", "0383546Y", "0383493R"),
    )
    report = pipeline.load("exchange", [other], dry_run=True)
    assert [one["fr"] for one in report.warnings] == [
        "other : « 0383493R » est lu comme 0383546Y (Université), qui porte ce code."
    ]


def test_a_cell_that_is_no_address_is_named_in_its_sheet(tmp_path: Path) -> None:
    path = tmp_path / "parc.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Organizations")
        for number, line in enumerate([["id", "label_fr", "homepage"], ["a", "A", "https://e.org/{a}"]]):
            for column, value in enumerate(line):
                sheet.write_string(number, column, value)
    with pytest.raises(WrongCell, match=r"parc\.xlsx › Organizations, ligne 2, colonne.*homepage"):
        Pipeline(tmp_path / "data").load("exchange", [path])


def test_a_source_read_before_one_that_it_takes_facts_from_is_told(tmp_path: Path) -> None:
    versions = SourceVersions(tmp_path)
    for rank, name in enumerate(("mesr-masters", "mesr-etablissements", "mesr-rnsr")):
        version = versions.begin(name)
        version.write_record(
            LoadRecord(
                name=name, source=name, graph=GRAPHS + name, role="base", title={}, publisher="", licence="", homepage="",
                download="", date="", started=f"2026-01-0{rank + 1}T10:00:00+00:00",
                ended=f"2026-01-0{rank + 1}T11:00:00+00:00", quads=0, rows={}, rejected=0,
            )
        )  # fmt: skip
        versions.commit(name, version)
    assert [one["fr"] for one in outdated_sources("mesr-etablissements", versions.current())] == [
        "« mesr-masters » a été lue avant cette version de « mesr-etablissements », dont elle reprend des faits : rechargez-la."
    ]
    assert len(outdated_sources("mesr-rnsr", versions.current())) == 1
    assert outdated_sources("mesr-masters", versions.current()) == []


@pytest.mark.long
def test_a_refusal_tells_what_was_taken_out_at_the_door(tmp_path: Path) -> None:
    """What a reader finds missing may have been there until a person was taken out of it."""
    said, _ = refused(
        tmp_path,
        interactions=TABLES["interactions"].replace("Stage,", "Stage de Sarah Lecomte,"),
        participations=TABLES["participations"] + "stage-1,0990001A,supply\n",
    )
    assert "0990001A" in said
    assert "\n    Attention : interactions.csv, colonne « label_fr »" in said
    assert "nom de personne, courriel ou téléphone retiré." in said


def test_what_a_check_finds_is_told_by_the_headings_of_the_file(tmp_path: Path) -> None:
    french = TABLES["participations"].replace(
        "interaction,organization,roles", "Interaction,Organisation,Rôles"
    )
    french = french.replace("scierie", "inconnue")
    said, lines = refused(tmp_path, participations=french)
    assert "participations.csv, ligne 3, colonne « Organisation »" in said
    assert [line["column"] for line in lines] == ["Organisation"]
