"""Reading sources: small files of every format, and every way they go wrong, each in one French sentence."""

import json
import zipfile
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter  # type: ignore[import-untyped]
from ancrage.loaders.read.source import Source, SourceError, all_sources, find_inputs, read_inputs
from openpyxl import Workbook

HEAD = """
name = "essai"
title.fr = "Essai"
publisher = "Personne"
licence = "etalab-2.0"
"""
ROWS = """
[[inputs]]
table = "rows"
files = ["essai/rows*.csv"]
separator = ";"
[[inputs.variants]]
name = "codes"
columns = { code = "CODGEO", label = "LIBGEO" }
optional_columns = { note = "NOTE" }
ignored = { REG = "région, lue par la commune" }
ignored_patterns = { "^E[0-9]+$" = "effectif d'une autre année" }
personal = ["NOM DU RESPONSABLE"]
[[inputs.variants]]
name = "labels"
columns = { code = "Code commune", label = "Libellé" }
"""


def source(tmp_path: Path, text: str = ROWS, head: str = HEAD) -> Source:
    folder = tmp_path / "sources" / "essai"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "source.toml").write_text(head + text, encoding="utf-8")
    return Source.read(folder / "source.toml")


def write(tmp_path: Path, content: str | bytes, name: str = "rows.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(tmp_path: Path, content: str | bytes, text: str = ROWS, name: str = "rows.csv") -> pl.DataFrame:
    return read_inputs(source(tmp_path, text), [write(tmp_path, content, name)]).tables["rows"]


# --- Descriptions ----------------------------------------------------------------------------------


def test_every_source_of_the_package_is_described() -> None:
    sources = all_sources()
    assert {"decoupage-administratif", "exchange", "mesr-rnsr"} <= sources.keys()
    for name, found in sources.items():
        assert found.name == name
        assert {"fr", "en"} <= found.title.keys()
        assert {*found.requires, *found.uses} <= sources.keys()


def test_an_unknown_source_is_named_with_the_nearest() -> None:
    with pytest.raises(SourceError, match=r"« mesr-rnrs » n'existe pas.*« mesr-rnsr »"):
        Source.named("mesr-rnrs")


WRONG_DESCRIPTIONS = [
    ("publisher = 3", "ligne 6 : « publisher » demande un texte"),
    ("licence_ = 'x'", "clé inconnue « licence_ » ; le plus proche est « licence »"),
    ("evidence = 'sure'", "« sure » n'est pas une valeur de « evidence »"),
    ("max_rejected = -1", "« max_rejected » demande un nombre entier, positif"),
    ("max_rejected = true", "« max_rejected » demande un nombre entier"),
    ("[parameters]\nRegion = '84'", "« Region » n'est pas un nom de paramètre"),
    (
        "[[inputs]]\ntable = 'rows'\nformat = 'cvs'",
        "« cvs » n'est pas une valeur de « format » ; le plus proche est « csv »",
    ),
    ("[[inputs]]\nfiles = []", "la clé « table » manque"),
    ("[[inputs]]\ntable = 'Rows'", "n'est pas un nom de table"),
    ("[[inputs]]\ntable = 'rows'\nseparator = ';;'", "un seul caractère"),
    ("[[inputs]]\ntable = 'rows'\n[[inputs]]\ntable = 'rows'", "deux entrées portent le nom « rows »"),
    (ROWS + "[[checks]]\ninput = 'row'\ncolumn = 'code'", "aucune entrée ne se nomme « row »"),
    (ROWS + "[[checks]]\ninput = 'rows'\ncolumn = 'cod'", "pas de colonne « cod ».*« code »"),
    (
        ROWS + "[[checks]]\ninput = 'rows'\ncolumn = 'code'\npattern = '['",
        "n'est pas une expression régulière",
    ),
    (ROWS + "[[checks]]\ninput = 'rows'\ncolumn = 'code'\nin = 'x'", "« table.colonne » est attendu"),
    (ROWS + "[[locate]]\ninput = 'rows'\npolygons = 'p'\nnearest = 'n'\nadds = '_a,_b,_c'", "soit « point »"),
    (ROWS.replace("région, lue par la commune", " "), "la raison de laisser"),
    (
        ROWS.replace('{ REG = "région, lue par la commune" }', '["REG"]'),
        "« ignored » demande une table « colonne = raison »",
    ),
    (ROWS.replace("effectif d'une autre année", "non"), "la raison de laisser"),
    ("name = ", "TOML illisible"),
]


@pytest.mark.parametrize(("text", "reason"), WRONG_DESCRIPTIONS)
def test_a_wrong_description_names_its_file_and_key(tmp_path: Path, text: str, reason: str) -> None:
    head = HEAD if not text.startswith("publisher") else HEAD.replace('publisher = "Personne"', "")
    with pytest.raises(SourceError, match=reason) as caught:
        source(tmp_path, text, head)
    assert "essai/source.toml" in str(caught.value)


# --- CSV -------------------------------------------------------------------------------------------


def test_columns_take_our_names_and_rows_their_number(tmp_path: Path) -> None:
    table = read(tmp_path, "CODGEO;LIBGEO;REG\n01001;L'Abergement;84\n;;\n\n01002;;84\n")
    assert table.to_dict(as_series=False) == {
        "code": ["01001", "01002"],
        "label": ["L'Abergement", None],
        "note": [None, None],
        "_file": ["rows.csv", "rows.csv"],
        "_row": [2, 5],
    }


def test_a_short_line_is_an_error_with_its_number(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"rows\.csv, ligne 3 : 1 colonnes au lieu de 2\.") as caught:
        read(tmp_path, "CODGEO;LIBGEO\n01001;x\n01002\n")
    assert caught.value.row == 3


def test_a_long_line_is_an_error_with_its_number(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"rows\.csv, ligne 2 : 3 colonnes au lieu de 2\."):
        read(tmp_path, "CODGEO;LIBGEO\n01001;x;y\n")


def test_the_second_header_variant_is_recognised_whatever_its_white_space(tmp_path: Path) -> None:
    table = read(tmp_path, '\ufeff"\nCode  commune\n"; Libellé\r\n01001;x\r\n')
    assert table.select("code", "label", "_row").rows() == [("01001", "x", 2)]


def test_cells_may_hold_line_breaks_and_quotes(tmp_path: Path) -> None:
    table = read(tmp_path, 'CODGEO;LIBGEO\n1;"a ""b"";\nc"\n2;d\n')
    assert table["label"].to_list() == ['a "b";\nc', "d"]
    assert table["_row"].to_list() == [2, 3]


def test_encodings_are_tried_in_order(tmp_path: Path) -> None:
    text = ROWS.replace('separator = ";"', 'separator = ";"\nencodings = ["utf-8", "cp1252"]')
    table = read(tmp_path, "CODGEO;LIBGEO\n1;Saint-Étienne\n".encode("cp1252"), text)
    assert table["label"].to_list() == ["Saint-Étienne"]


def test_a_wrong_encoding_names_the_byte(tmp_path: Path) -> None:
    with pytest.raises(
        SourceError,
        match=r"rows\.csv n'est pas en utf-8 : octet 0xc9 à la position 22 \(ligne 2\) ; il semble en Windows-1252, "
        "où l'on y lit « .*Saint-Étienne » : enregistrez-le de nouveau en « CSV UTF-8 »",
    ):
        read(tmp_path, "CODGEO;LIBGEO\n1;Saint-Étienne\n".encode("cp1252"))


def test_utf_16_with_its_mark_and_another_separator_are_read(tmp_path: Path) -> None:
    assert read(tmp_path, "CODGEO;LIBGEO\n1;Évian\n".encode("utf-16"))["label"].to_list() == ["Évian"]
    for sign in ",\t|":
        table = read(tmp_path, f"CODGEO{sign}LIBGEO\n1{sign}x;y\n")
        assert table["label"].to_list() == ["x;y"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "est vide"),
        (b"CODGEO;LIBGEO\n1;a\0b\n", "ligne 2 : un octet nul"),
        ("CODGEO;LIBGEO\n".encode("utf-16-le"), "un octet nul.*semble en UTF-16.*CSV UTF-8"),
        (b"\n\n", "n'a pas d'en-t"),
        (b'CODGEO;LIBGEO\n1;"a', "CSV|colonnes"),
    ],
)
def test_files_that_are_no_csv(tmp_path: Path, content: bytes, reason: str) -> None:
    with pytest.raises(SourceError, match=reason) as caught:
        read(tmp_path, content)
    assert caught.value.file == tmp_path / "rows.csv"


def test_a_missing_column_is_named_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(
        SourceError, match=r"rows\.csv n'a pas de colonne « LIBGEO » \(le plus proche est « LIB_GEO »\)"
    ):
        read(tmp_path, "CODGEO;LIB_GEO\n1;a\n")


def test_unknown_columns_are_signalled_and_known_ones_are_not(tmp_path: Path) -> None:
    path = write(tmp_path, "CODGEO;REG;LIBGEO;E14;NOM DU RESPONSABLE;SURPRISE\n1;84;a;3;Canari;?\n")
    found = read_inputs(source(tmp_path), [path])
    assert found.signalled == ["rows.csv : SURPRISE"]
    assert [one["fr"] for one in found.warnings] == [
        "rows.csv : la colonne « SURPRISE » est inconnue, elle n'est pas lue."
    ]
    assert "Canari" not in str(found.tables["rows"].to_dict(as_series=False))
    path = write(tmp_path, "CODGEO;LIBGEO;NOTES\n1;a;3\n")
    assert [one["fr"] for one in read_inputs(source(tmp_path), [path]).warnings] == [
        "rows.csv : la colonne « NOTES » est inconnue (le plus proche est « NOTE »), elle n'est pas lue."
    ]


def test_two_columns_of_one_name_are_tolerated_and_the_first_is_read(tmp_path: Path) -> None:
    path = write(tmp_path, "CODGEO;LIBGEO;REG;REG;LIBGEO\n1;a;84;84;b\n")
    found = read_inputs(source(tmp_path), [path])
    assert found.tables["rows"]["label"].to_list() == ["a"]
    assert [one["fr"] for one in found.warnings] == [
        "rows.csv : deux colonnes se nomment « LIBGEO », la première est lue."
    ]


# --- Which file ------------------------------------------------------------------------------------

TWO = """
[[inputs]]
table = "rows"
files = ["essai/rows*.csv"]
minimum_rows = 1
[[inputs.variants]]
columns = { code = "code" }
[[inputs]]
table = "names"
files = ["essai/names.json"]
format = "json"
optional = true
multiple = true
items = "data.list"
file_column = "entity"
[[inputs.variants]]
columns = { id = "id" }
optional_columns = { tags = "tags", town = "address.town" }
"""


def test_files_are_found_under_a_folder_laid_out_like_the_official_data(tmp_path: Path) -> None:
    described = source(tmp_path, TWO)
    (tmp_path / "essai").mkdir()
    assert find_inputs(described, tmp_path) == []
    rows = write(tmp_path, "code\n1\n", "essai/rows_2024.csv")
    assert find_inputs(described, tmp_path) == [rows]
    assert read_inputs(described, [tmp_path]).files == [rows]


def test_a_file_is_recognised_by_its_header_when_its_name_says_nothing(tmp_path: Path) -> None:
    names = write(tmp_path, '{"data": {"list": [{"id": "a"}]}}', "export(1).json")
    rows = write(tmp_path, "code\n1\n", "téléchargement.csv")
    found = read_inputs(source(tmp_path, TWO), [names, rows])
    assert found.tables["rows"]["code"].to_list() == ["1"]
    assert found.tables["names"]["entity"].to_list() == ["export(1)"]


def test_json_values_keep_their_nesting_as_text(tmp_path: Path) -> None:
    data = {"data": {"list": [{"id": 1, "tags": ["é", {"b": 2}]}, {"id": 2.5, "address": {"town": "Gap"}}]}}
    one = write(tmp_path, json.dumps(data), "names.json")
    rows = write(tmp_path, "code\n1\n")
    table = read_inputs(source(tmp_path, TWO), [rows, one]).tables["names"]
    assert table.select("id", "tags", "town", "_row").rows() == [
        ("1", '["é", {"b": 2}]', None, 1),
        ("2.5", None, "Gap", 2),
    ]


def test_an_absent_optional_input_is_a_table_without_rows(tmp_path: Path) -> None:
    table = read_inputs(source(tmp_path, TWO), [write(tmp_path, "code\n1\n")]).tables["names"]
    assert table.columns == ["id", "tags", "town", "entity", "_file", "_row"]
    assert table.is_empty()


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        (
            {"names.json": '{"data": {"list": []}}'},
            "Il manque à la source « essai » le fichier de sa table « rows »",
        ),
        ({"rows.csv": "code\n"}, r"rows\.csv n'a que 0 lignes, il en faut 1"),
        ({"rows.csv": "code\n1\n", "rows2.csv": "code\n2\n"}, "se lit d'un seul fichier"),
        ({"autre.csv": "x\n1\n"}, r"autre\.csv n'est pas un fichier de la source « essai »"),
        ({"rows.csv": "code\n1\n", "names.json": "[1"}, r"names\.json n'est pas du JSON : ligne 1"),
        ({"rows.csv": "code\n1\n", "names.json": "{}"}, "pas de liste au chemin « data.list »"),
        ({"rows.csv": "code\n1\n", "names.json": '{"data": {"list": [1]}}'}, "pas de liste d'objets"),
    ],
)
def test_wrong_sets_of_files(tmp_path: Path, files: dict[str, str], reason: str) -> None:
    described = source(tmp_path, TWO)
    with pytest.raises(SourceError, match=reason):
        read_inputs(described, [write(tmp_path, content, name) for name, content in files.items()])


def test_a_file_that_does_not_exist_or_no_file_at_all(tmp_path: Path) -> None:
    described = source(tmp_path)
    with pytest.raises(SourceError, match=r"absent\.csv n'existe pas"):
        read_inputs(described, [tmp_path / "absent.csv"])
    with pytest.raises(SourceError, match="Aucun fichier n'est donné"):
        read_inputs(described, [])


# --- Other formats ---------------------------------------------------------------------------------

SHEET = """
[[inputs]]
table = "rows"
format = "xlsx"
sheet = "Feuille"
header_row = 3
[[inputs.variants]]
columns = { code = "Code Commune", value = "Valeur", day = "Jour" }
ignored = { Autre = "une note" }
"""


def workbook(tmp_path: Path, sheet: str = "Feuille") -> Path:
    path = tmp_path / "classeur.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet(sheet)
        page.write(0, 0, "Un titre au-dessus")
        page.write_row(2, 0, ["\nCode \nCommune\n", "Valeur", "Autre", "Jour"])
        page.write_row(3, 0, ["01001", 12, "x"])
        page.write_datetime(3, 3, datetime(2024, 5, 1), book.add_format({"num_format": "dd/mm/yyyy"}))
        page.write_row(5, 0, ["01002", 0.25, ""])
    return path


def test_workbooks_are_text_with_their_row_numbers(tmp_path: Path) -> None:
    table = read_inputs(source(tmp_path, SHEET), [workbook(tmp_path)]).tables["rows"]
    assert table.select("code", "value", "day", "_row").rows() == [
        ("01001", "12", "2024-05-01", 4),
        ("01002", "0.25", None, 6),
    ]


@pytest.mark.parametrize("aside", [0, 2])
def test_a_formula_that_failed_is_what_the_spreadsheet_shows(tmp_path: Path, aside: int) -> None:
    path = tmp_path / "classeur.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet("Feuille")
        page.write_row(2, aside, ["Code Commune", "Autre", "Valeur", "Jour"])
        page.write_row(3, aside, ["01001", "x"])
        page.write_formula(3, aside + 2, "=NA()", None, "#N/A")
    table = read_inputs(source(tmp_path, SHEET), [path]).tables["rows"]
    assert table.select("code", "value", "day").rows() == [("01001", "#N/A", None)]


def test_a_formula_that_failed_is_seen_in_a_sheet_that_says_it_is_one_cell(tmp_path: Path) -> None:
    whole, path = tmp_path / "entier.xlsx", tmp_path / "classeur.xlsx"
    with xlsxwriter.Workbook(str(whole)) as book:
        page = book.add_worksheet("Feuille")
        page.write_row(2, 0, ["Code Commune", "Autre", "Valeur", "Jour"])
        page.write_row(3, 0, ["01001", "x"])
        page.write_formula(3, 2, "=NA()", None, "#N/A")
    with zipfile.ZipFile(whole) as parts, zipfile.ZipFile(path, "w") as out:
        for name in parts.namelist():
            out.writestr(
                name, parts.read(name).replace(b'<dimension ref="A3:D4"/>', b'<dimension ref="A1"/>')
            )
    with zipfile.ZipFile(path) as parts:
        assert b'<dimension ref="A1"/>' in parts.read("xl/worksheets/sheet1.xml")
    table = read_inputs(source(tmp_path, SHEET), [path]).tables["rows"]
    assert table["value"].to_list() == ["#N/A"]


def test_a_formula_that_was_not_computed_is_no_empty_cell(tmp_path: Path) -> None:
    path, book = tmp_path / "classeur.xlsx", Workbook()  # openpyxl writes formulas without their values
    book.remove(book.active)  # type: ignore[arg-type]
    page = book.create_sheet("Feuille")
    rows: tuple[list[str], ...] = (
        [],
        [],
        ["Code Commune", "Autre", "Valeur", "Jour"],
        ["01001", "x", "=3*4"],
        ["=A4", "", "=C4+1", ""],
    )
    for row in rows:
        page.append(row)
    book.save(path)
    table = read_inputs(source(tmp_path, SHEET), [path]).tables["rows"]
    assert table.select("code", "value", "_row").rows() == [("01001", "=3*4", 4), ("=A4", "=C4+1", 5)]


def test_a_missing_sheet_is_named_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"pas de feuille « Feuille ».*« Feuille1 »"):
        read_inputs(source(tmp_path, SHEET), [workbook(tmp_path, "Feuille1")])


def test_a_file_that_is_no_workbook(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="n'est pas un classeur lisible"):
        read_inputs(source(tmp_path, SHEET), [write(tmp_path, b"PK\x03\x04 not a zip", "x.xlsx")])


def test_a_workbook_that_expands_beyond_the_bounds_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bombe.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 20_000_000)
    with pytest.raises(SourceError, match="une fois décompressé, il dépasse les bornes"):
        read_inputs(source(tmp_path, SHEET), [path])


def test_a_sheet_whose_cells_span_too_much_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "creux.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet("Feuille")
        page.write(0, 0, "a")
        page.write(1_048_575, 16_383, "b")
    with pytest.raises(SourceError, match="dépasse les bornes"):
        read_inputs(source(tmp_path, SHEET), [path])


GEO = """
[[inputs]]
table = "rows"
format = "geojson"
[[inputs.variants]]
columns = { code = "code", wkt = "wkt" }
"""


def test_geojson_gives_properties_and_well_known_text(tmp_path: Path) -> None:
    shape = {"type": "Polygon", "coordinates": [[[5.1, 45], [5.2, 45], [5.2, 45.125], [5.1, 45]]]}
    data = {
        "type": "FeatureCollection",
        "features": [{"properties": {"code": 38, "nom": "x"}, "geometry": shape}],
    }
    found = read_inputs(source(tmp_path, GEO), [write(tmp_path, json.dumps(data), "c.geojson")])
    assert found.tables["rows"].row(0)[:2] == ("38", "POLYGON ((5.1 45, 5.2 45, 5.2 45.125, 5.1 45))")
    assert found.signalled == ["c.geojson : nom"]


def test_a_broken_geometry_names_its_rank(tmp_path: Path) -> None:
    data = {"features": [{"properties": {"code": "1"}, "geometry": {"type": "Polygon", "coordinates": 3}}]}
    with pytest.raises(SourceError, match="objet 1 : sa géométrie n'est pas lisible"):
        read_inputs(source(tmp_path, GEO), [write(tmp_path, json.dumps(data), "c.geojson")])


def test_parquet_is_read_as_text(tmp_path: Path) -> None:
    text = (
        "[[inputs]]\ntable = 'rows'\nformat = 'parquet'\n[[inputs.variants]]\ncolumns = { n = 'n', l = 'l' }"
    )
    path = tmp_path / "rows.parquet"
    pl.DataFrame({"n": [1, 20], "l": [["a", "é"], None], "other": [0, 0]}).write_parquet(path)
    table = read_inputs(source(tmp_path, text), [path]).tables["rows"]
    assert table.select("n", "l").rows() == [("1", '["a", "é"]'), ("20", None)]


RECORDS = [{"datasetid": "x", "recordid": "1", "fields": {"CODGEO": "01001", "LIBGEO": "a"}}]


def test_records_of_the_first_api_of_opendatasoft_are_read(tmp_path: Path) -> None:
    for answer in (RECORDS, {"nhits": 1, "records": RECORDS}):
        table = read(tmp_path, json.dumps(answer), name="rows.json")
        assert table.select("code", "label").rows() == [("01001", "a")]


def test_records_that_lack_a_column_say_what_they_are_and_a_page_is_no_export(tmp_path: Path) -> None:
    lacking = [{"recordid": "1", "fields": {"code_geo": "01001"}}]
    with pytest.raises(SourceError, match=r"rows\.json \(enregistrements de l'API d'Opendatasoft, version 1"):
        read(tmp_path, json.dumps(lacking), name="rows.json")
    with pytest.raises(SourceError, match="est une page de l'API d'Opendatasoft : 1 lignes sur 4512"):
        read(tmp_path, json.dumps({"total_count": 4512, "results": [{"CODGEO": "1"}]}), name="rows.json")


# --- Checks ----------------------------------------------------------------------------------------

CHECKS = """
[[checks]]
input = "rows"
column = "code"
required = true
unique = true
pattern = "^[0-9]{5}$"
message = "Un code a cinq chiffres."
[[checks]]
input = "rows"
column = "note"
minimum = 0
maximum = 20
[[checks]]
input = "rows"
column = "label"
values = ["a", "b"]
[[checks]]
input = "rows"
column = "code"
in = "autre_source__codes.code"
"""


def test_rows_that_break_a_rule_are_set_aside_with_file_row_column_value_and_reason(tmp_path: Path) -> None:
    pl.DataFrame({"code": ["00001", "00002", "00003"]}).write_parquet(tmp_path / "codes.parquet")
    path = write(
        tmp_path,
        "CODGEO;LIBGEO;NOTE\n00001;a;\n00001;b;5\n123;a;1\n;a;2\n00002;c;3\n00003;b;21\n00009;a;x\n",
    )
    found = read_inputs(
        source(tmp_path, ROWS + CHECKS), [path], registers={"autre_source__codes": tmp_path / "codes.parquet"}
    )
    assert found.tables["rows"]["code"].to_list() == ["00001"]
    assert found.rejected.rows() == [
        (
            "rows.csv",
            3,
            "code",
            "00001",
            "Un code a cinq chiffres. La valeur est déjà celle de rows.csv, ligne 2.",
        ),
        ("rows.csv", 4, "code", "123", "Un code a cinq chiffres."),
        ("rows.csv", 4, "code", "123", "Ce code est inconnu."),
        ("rows.csv", 5, "code", None, "La valeur manque."),
        ("rows.csv", 6, "label", "c", "La valeur n'est pas l'une de a, b."),
        ("rows.csv", 7, "note", "21", "La valeur dépasse 20."),
        ("rows.csv", 8, "note", "x", "Un nombre est attendu."),
        ("rows.csv", 8, "code", "00009", "Ce code est inconnu."),
    ]
    assert (
        found.first_rejections()[0]["fr"]
        == "rows.csv, ligne 3, colonne « code », valeur « 00001 » : Un code a cinq chiffres. "
        "La valeur est déjà celle de rows.csv, ligne 2."
    )
    assert [one["en"].partition(": ")[2] for one in found.first_rejections()] == [
        "Un code a cinq chiffres. The value is already that of rows.csv, row 2.",  # a rule that says so itself
        "Un code a cinq chiffres.",
        "This code is unknown.",
        "The value is missing.",
        "The value is none of a, b.",
    ]


def test_a_rule_that_looks_in_a_table_not_loaded_says_so(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="« autre_source__codes », qui n'est pas chargée"):
        read_inputs(source(tmp_path, ROWS + CHECKS), [write(tmp_path, "CODGEO;LIBGEO\n00001;a\n")])
