"""What people write by mistake in a workbook or a CSV file: understood and told at its cell, or named where it is refused."""

import zipfile
from collections.abc import Sequence
from datetime import date
from datetime import time as clock
from pathlib import Path

import pytest
import xlsxwriter  # type: ignore[import-untyped]
from ancrage.loaders.read.source import Inputs, Source, SourceError, read_inputs
from openpyxl import Workbook

HEAD = [
    "Identifiant",
    "Intitulé",
    "Type d'interaction",
    "Début",
    "Fin",
    "Territoires bénéficiaires",
    "Financement",
    "Effectif",
]


def sheet(
    path: Path, *rows: Sequence[object], name: str = "Interactions", above: tuple[Sequence[object], ...] = ()
) -> Path:
    """Write a sheet whose header stands below the rows `above`."""
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet(name)
        for number, row in enumerate([*above, *rows]):
            for rank, cell in enumerate(row):
                page.write(number, rank, cell)
    return path


def read(*paths: Path) -> Inputs:
    return read_inputs(Source.named("exchange"), paths)


def interaction(tmp_path: Path, **cells: object) -> Inputs:
    """Read one interaction of which some cells are given by their column."""
    row = {"Identifiant": "s-1", "Intitulé": "Stage", "Type d'interaction": "internship", **cells}
    return read(sheet(tmp_path / "a.xlsx", HEAD, [row.get(name, "") for name in HEAD]))


UNDERSTOOD = [
    ("Début", "12/03/2026", "start", "2026-03-12"),
    ("Début", "12/03/26", "start", "2026-03-12"),
    ("Début", "1er mars 2026", "start", "2026-03-01"),
    ("Début", "jeudi 12 mars 2026", "start", "2026-03-12"),
    ("Début", 46093, "start", "2026-03-12"),
    ("Début", "mars 2026", "start", "2026-03-01"),
    ("Fin", "mars 2026", "end", "2026-03-31"),
    ("Territoires bénéficiaires", "1053", "benefits", "01053"),
    ("Territoires bénéficiaires", 1053, "benefits", "01053"),
    ("Territoires bénéficiaires", "r84; 2a004", "benefits", "R84;2A004"),
    ("Territoires bénéficiaires", "200 040 715", "benefits", "200040715"),
    ("Financement", "1\u202f234,50 €", "funding", "1234.50"),
    ("Financement", "1.234,5", "funding", "1234.5"),
    ("Financement", "1,5E+06", "funding", "1500000"),
    ("Effectif", "1 200", "headcount", "1200"),
    ("Type d'interaction", "stage, subvention", "types", "internship;grant"),
]


@pytest.mark.parametrize(("heading", "written", "column", "meant"), UNDERSTOOD)
def test_a_mistake_that_can_mean_one_thing_is_read_and_told_at_its_cell(
    heading: str, written: object, column: str, meant: str, tmp_path: Path
) -> None:
    found = interaction(tmp_path, **{heading: written})
    assert found.rejected.is_empty() and found.tables["interactions"][column].to_list() == [meant]
    cell = f"{'ABCDEFGH'[HEAD.index(heading)]}2"
    assert found.changed.select("file", "row", "column", "value", "read").rows() == [
        ("a.xlsx › Interactions", 2, column, str(written), meant)
    ]
    assert [one["fr"] for one in found.warnings] == [
        f"a.xlsx › Interactions, ligne 2, colonne « {heading} » ({cell}) : « {written} » est lu « {meant} »."
    ]


@pytest.mark.parametrize(
    ("heading", "written", "reason"),
    [
        ("Début", "31/02/2026", "Une date s'écrit AAAA-MM-JJ"),
        ("Début", "2023-02-29", "c'est un jour qui existe"),
        ("Début", "2026-3-1T", "c'est un jour qui existe"),
        ("Début", "03/25/2026", "Une date s'écrit AAAA-MM-JJ"),
        ("Financement", "12 %", "Un pourcentage se dit ici sans son signe"),
        ("Financement", "environ 12", "Un nombre est attendu"),
        ("Effectif", "1,234", "peut être un millier ou un nombre à virgule"),
        (
            "Type d'interaction",
            "staje",
            "« staje » est inconnu ; le plus proche est « internship » (stage).",
        ),
        ("Territoires bénéficiaires", "3,44162E+13", "est un numéro abîmé par le tableur"),
    ],
)
def test_one_that_cannot_is_refused_once_at_its_cell(
    heading: str, written: str, reason: str, tmp_path: Path
) -> None:
    found = interaction(tmp_path, **{heading: written})
    (told,) = [one["fr"] for one in found.first_rejections()]
    assert f"({'ABCDEFGH'[HEAD.index(heading)]}2), valeur « {written} »" in told and reason in told, told


def test_labels_of_terms_spaces_and_empty_rows_are_read_without_a_word(tmp_path: Path) -> None:
    path = sheet(
        tmp_path / "a.xlsx",
        HEAD,
        [" s-1\xa0", "Stage ", "STAGE"],
        ["", "  ", ""],
        ["s-2", "Autre", "internship ; Stage"],
    )
    found = read(path)
    assert found.rejected.is_empty() and not found.warnings and found.changed.is_empty()
    assert found.tables["interactions"].select("id", "label_fr", "types", "_row").rows() == [
        ("s-1", "Stage", "internship", 2),
        ("s-2", "Autre", "internship", 4),
    ]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Stages", "internship"),
        ("defis etudiants", "student-challenge"),
        ("Student challenges", "student-challenge"),
    ],
)
def test_a_plural_and_a_lost_accent_are_understood(written: str, code: str, tmp_path: Path) -> None:
    found = read(sheet(tmp_path / "a.xlsx", HEAD, ["s-1", "Un titre", written]))
    assert found.rejected.is_empty() and found.tables["interactions"]["types"].to_list() == [code]


def test_the_nearest_term_is_told_by_its_code_and_its_label(tmp_path: Path) -> None:
    head = ["Identifiant", "Libellé", "Type d'acteur"]
    for written, near in (
        ("entreprize", "le plus proche est « company » (entreprise)"),
        ("comune", "le plus proche est « local-authority » (collectivité ou groupement)"),
        ("equipe de recherch", "le plus proche est « research-team » (équipe de recherche)"),
    ):
        found = read(sheet(tmp_path / "a.xlsx", head, ["o-1", "Un nom", written], name="Organisations"))
        (told,) = [one["fr"] for one in found.first_rejections()]
        assert f"« {written} » est inconnu ; {near}" in told, told


def test_rows_of_a_title_above_the_header_are_passed(tmp_path: Path) -> None:
    found = read(sheet(tmp_path / "a.xlsx", HEAD, ["s-1", "Stage", "stage"], above=(["Nos stages 2026"], [])))
    assert found.tables["interactions"].select("id", "_row").rows() == [("s-1", 4)]
    folder = tmp_path / "csv"
    folder.mkdir()
    (folder / "Évènements.csv").write_text(
        'Nos évènements\n\nIdentifiant;Titre;Premier jour\n"e-1";"Sur\ndeux lignes";6/10/2026\ne-2;Autre;2026-10-07\n',
        encoding="utf-8",
    )
    found = read(folder)
    assert found.tables["events"].select("id", "start").rows() == [
        ("e-1", "2026-10-06"),
        ("e-2", "2026-10-07"),
    ]
    assert found.tables["events"]["_row"].to_list() == [4, 5]


def test_official_numbers_lose_their_spaces_and_find_their_zeros(tmp_path: Path) -> None:
    head = ["id", "label_fr", "uai", "siren", "siret"]
    path = sheet(
        tmp_path / "a.xlsx",
        head,
        ["0383546y", "UGA", "383546Y", "130 026 081", "130 026 081 00013"],
        ["o-2", "Un zéro perdu", "", 10000008, ""],
        ["o-3", "Un zéro perdu ou un chiffre ?", "", "13002608", ""],
        name="Organisations",
    )
    found = read(path)
    first, *others = found.tables["organizations"].select("id", "uai", "siren", "siret").rows()
    assert first == ("0383546Y", "0383546Y", "130026081", "13002608100013")
    assert others == [("o-2", None, "010000008", None)]
    (told,) = [one["fr"] for one in found.first_rejections()]
    assert "ligne 4, colonne « siren » (D4), valeur « 13002608 »" in told


def test_a_renamed_sheet_is_known_by_its_hidden_header(tmp_path: Path) -> None:
    hidden = ["interactions.id", "interactions.label_fr", "interactions.types"]
    path = sheet(
        tmp_path / "a.xlsx",
        ["Identifiant", "Mon titre", "Type"],
        ["s-1", "Stage", "stage"],
        name="Feuil1",
        above=(hidden,),
    )
    found = read(path)
    assert found.tables["interactions"].select("id", "label_fr", "types").rows() == [
        ("s-1", "Stage", "internship")
    ]
    assert [one["fr"] for one in found.warnings] == [
        "a.xlsx : la feuille « Feuil1 » est lue comme « Interactions »."
    ]


def test_a_sheet_of_another_name_is_known_by_titles_that_one_table_alone_has(tmp_path: Path) -> None:
    header = ["Identifiant", "Interaction", "Organisation", "Rôle"]
    row = ["p1", "stage-12", "0383546Y", "demande"]

    def read_sheets(**sheets: list[list[str]]) -> Inputs:
        book = Workbook()
        book.active.title = "Notes"  # type: ignore[union-attr]
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for one in rows:
                sheet.append(one)
        book.save(tmp_path / "a.xlsx")
        return read_inputs(Source.named("exchange"), [tmp_path / "a.xlsx"])

    inputs = read_sheets(Feuil1=[["Stages de 2026"], header, row])
    assert inputs.tables["participations"]["roles"].to_list() == ["demand"]
    told = [one["fr"] for one in inputs.warnings]
    assert "a.xlsx : la feuille « Feuil1 » est lue comme « Participations »." in told
    kept = read_sheets(Participations=[header, row], Brouillon=[header, row], Lieux=[["Identifiant", "Nom"]])
    assert kept.tables["participations"].height == 1
    assert any("« Brouillon » ne porte le nom d'aucune table" in one["fr"] for one in kept.warnings)
    with pytest.raises(SourceError, match="Feuil1"):
        read_sheets(Feuil1=[[*header, "Avis"], [*row, "bon"]])


def test_a_csv_file_that_can_only_be_in_windows_1252_is_read_and_told(tmp_path: Path) -> None:
    text = "Identifiant;Intitulé;Type d'interaction\ns-1;Œuvres à « Évian » – 5 €;stage\n"
    (path := tmp_path / "Interactions.csv").write_bytes(text.encode("cp1252"))
    found = read(path)
    assert found.tables["interactions"]["label_fr"].to_list() == ["Œuvres à « Évian » – 5 €"]
    (told,) = [one["fr"] for one in found.warnings]
    assert (
        told.startswith("Interactions.csv n'est pas en UTF-8 : il est lu en Windows-1252")
        and "Intitulé" in told
    )
    assert not read_inputs(Source.named("exchange"), [utf8(path, text)]).warnings
    for other in ("mac-roman", "cp850"):
        path.write_bytes(text.replace("Œ", "O").replace("€", "").replace("–", "").encode(other))
        with pytest.raises(SourceError, match="n'est pas en utf-8"):
            read(path)


def utf8(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def opendocument(path: Path, name: str, *rows: Sequence[str]) -> Path:
    """Write an ODS workbook of one sheet of texts, with what the format asks for and no more."""
    names = {
        short: f"urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"
        for short in ("office", "table", "text", "manifest")
    }
    cells = [
        "".join(
            cell
            if cell.startswith("<")
            else f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
            for cell in row
        )
        for row in rows
    ]
    body = "".join(f"<table:table-row>{row}</table:table-row>" for row in cells)
    spaces = " ".join(f'xmlns:{short}="{names[short]}"' for short in ("office", "table", "text"))
    content = (
        f'<office:document-content {spaces} office:version="1.2"><office:body><office:spreadsheet>'
        f'<table:table table:name="{name}">{body}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{place}" manifest:media-type="{media}"/>'
        for place, media in (("/", kind), ("content.xml", "text/xml"))
    )
    manifest = f'<manifest:manifest xmlns:manifest="{names["manifest"]}" manifest:version="1.2">{entries}</manifest:manifest>'
    with zipfile.ZipFile(path, "w") as parts:
        parts.writestr("mimetype", kind)
        parts.writestr("META-INF/manifest.xml", manifest)
        parts.writestr("content.xml", content, compress_type=zipfile.ZIP_DEFLATED)
    return path


def test_hours_typed_as_hours_are_read_without_a_word(tmp_path: Path) -> None:
    head = ["Identifiant", "Titre en français", "Premier jour", "Heure de début", "Heure de fin"]
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = "Évènements"
    page.append(head)
    page.append(["e-1", "Débat", date(2027, 3, 1), clock(18, 30), clock(0)])
    page.append(["e-2", "Autre", date(2027, 3, 2), 0.8, "20:00"])
    book.save(tmp_path / "a.xlsx")
    found = read(tmp_path / "a.xlsx")
    assert found.rejected.is_empty()
    assert found.tables["events"].select("start", "start_time", "end_time").rows() == [
        ("2027-03-01", "18:30", "00:00"),
        ("2027-03-02", "19:12", "20:00"),
    ]
    assert [one["fr"] for one in found.warnings] == [
        "a.xlsx › Évènements, ligne 3, colonne « Heure de début » (D3) : « 0.8 » est lu « 19:12 »."
    ]
    cell = '<table:table-cell office:value-type="time" office:time-value="PT18H30M00S"/>'
    path = opendocument(tmp_path / "a.ods", "Évènements", head, ["e-1", "Débat", "2027-03-01", cell, "20:00"])
    found = read(path)
    assert found.tables["events"].select("start_time", "end_time").rows() == [("18:30", "20:00")]
    assert not found.warnings


def test_an_opendocument_workbook_is_read_in_the_same_way(tmp_path: Path) -> None:
    path = opendocument(
        tmp_path / "a.ods",
        "Interactions",
        HEAD[:4],
        ["s-1", "Stage", "stage", "12/03/2026"],
        ["s-2", "Autre", "stage", ""],
    )
    found = read(path)
    assert found.tables["interactions"].select("id", "types", "start").rows() == [
        ("s-1", "internship", "2026-03-12"),
        ("s-2", "internship", None),
    ]
    assert [one["fr"] for one in found.warnings] == [
        "a.ods › Interactions, ligne 2, colonne « Début » (D2) : « 12/03/2026 » est lu « 2026-03-12 »."
    ]


def test_a_year_that_is_far_off_is_asked_about_and_refused_nowhere(tmp_path: Path) -> None:
    rows = [
        [f"s-{n}", "Stage", "Stage", cell, ""]
        for n, cell in enumerate(("12/03/1925", "2097-03-12", "13/03/1925", "2031-03-12"))
    ]
    found = read(sheet(tmp_path / "a.xlsx", HEAD[:5], *rows))
    assert found.rejected.is_empty()
    far = [one["fr"] for one in found.warnings if "voulu" in one["fr"]]
    assert far == [
        "a.xlsx › Interactions, ligne 2, colonne « Début » (D2) : l'année 1925 est-elle bien voulue (et 1 autre) ?",
        "a.xlsx › Interactions, ligne 3, colonne « Début » (D3) : l'année 2097 est-elle bien voulue ?",
    ]


def test_an_old_institution_and_an_aim_from_afar_are_asked_nothing(tmp_path: Path) -> None:
    institutions = tmp_path / "organizations.csv"
    institutions.write_text("id,kind,start_year\na,University,1339\n", encoding="utf-8")
    aims = tmp_path / "objectives.csv"
    aims.write_text("id,strategy,label_fr,due\na,s,Neutre,2050\n", encoding="utf-8")
    assert read(institutions, aims).warnings == []


@pytest.mark.parametrize(("ahead", "asked"), [(10, False), (11, True)])
def test_ten_years_ahead_are_asked_nothing(ahead: int, asked: bool, tmp_path: Path) -> None:
    path = tmp_path / "editions.csv"
    path.write_text(f"id,scheme,year\na,s,{date.today().year + ahead}\n", encoding="utf-8")
    assert bool(read(path).warnings) == asked
