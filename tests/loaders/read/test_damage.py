"""What a hand or a conversion damaged in a partner's tables: each cell told with its file, row and column, nothing merged."""

from pathlib import Path

import pytest
from ancrage.loaders.read.source import all_sources, read_inputs

ABOUT = "key,value\nname,essai\ntitle,Essai\npublisher,Essai\n"
ORGANIZATIONS = """id,kind,label_fr,siren,uai,start_year
sain,Company,Aledia,537455982,,2011
lettres,Company,SociÃ©tÃ© du bois,,,
clef,Company,Scierie du Vercors,537455983,,
uai,School,École du bois,,0383546A,
mac,Company,Soci√©t√© des pins,,,
"""


def read(folder: Path, organizations: str) -> tuple[list[str], list[tuple[int, str, str]], list[str]]:
    """Return the sentences told, the rows set aside (row, column, value), and the names that are kept."""
    (folder / "about.csv").write_text(ABOUT, encoding="utf-8")
    (folder / "organizations.csv").write_text(organizations, encoding="utf-8")
    inputs = read_inputs(all_sources()["exchange"], [folder])
    rejected = inputs.rejected.select("row", "column", "value").rows()
    return (
        [one["fr"] for one in inputs.warnings],
        rejected,
        inputs.tables["organizations"]["label_fr"].to_list(),
    )


def test_letters_are_put_back_and_wrong_keys_are_told_with_their_place(tmp_path: Path) -> None:
    told, rejected, names = read(tmp_path, ORGANIZATIONS)
    assert rejected == [] and "Société du bois" in names and "Société des pins" in names
    assert any(
        "organizations.csv, ligne 3, colonne « label_fr » : « SociÃ©tÃ© du bois » est lu « Société du bois » (et 1 autre)"
        in line
        for line in told
    )
    for row, column, value in ((4, "siren", "537455983"), (5, "uai", "0383546A")):
        assert (
            f"organizations.csv, ligne {row}, colonne « {column} » : la clé de « {value} » est fausse, il ne rapproche personne."
            in told
        )
    assert not any("537455982" in line for line in told)


def test_one_letter_that_was_read_as_a_macintosh_would_is_put_back(tmp_path: Path) -> None:
    """What a single letter says is believed where the whole is UTF-8, as no other text with such a sign is."""
    head = ORGANIZATIONS.partition("\n")[0]
    lines = "\n".join(
        f"{code},Company,{name},,,"
        for code, name in (
            ("a", "Universit√§tsklinikum Jena"),
            ("b", "Veleuƒçili≈°te Gorica"),
            ("c", "Racine √2"),
            ("d", "Œuvre d'été"),
        )
    )
    _, _, names = read(tmp_path, f"{head}\n{lines}\n")
    assert names == ["Universitätsklinikum Jena", "Veleučilište Gorica", "Racine √2", "Œuvre d'été"]


def test_apostrophes_that_an_export_lost_and_signs_of_pages_are_put_back(tmp_path: Path) -> None:
    lines = (
        "id,kind,label_fr,siren,uai,start_year\na,ResearchUnit,Laboratoire dInformatique de lUniversité,,,\n"
        "b,Company,- Sanofi R&amp;D,,,\nc,Company,dEaux,,,\nd,Company,Société iDeal dBase R&D,,,\n"
    )
    told, _, names = read(tmp_path, lines)
    assert names == [
        "Laboratoire d'Informatique de l'Université",
        "Sanofi R&D",
        "dEaux",
        "Société iDeal dBase R&D",
    ]
    assert any("est lu « Laboratoire d'Informatique de l'Université » (et 1 autre)" in line for line in told)


def test_signs_that_xml_cannot_hold_are_spaces(tmp_path: Path) -> None:
    lines = "id,kind,label_fr,siren,uai,start_year\na,Company,Bois\vdu\x1bVercors\uffff,,,\nb,Company,Scierie _x000D_ Blanc,,,\n"
    _, rejected, names = read(tmp_path, lines)
    assert rejected == [] and names == ["Bois du Vercors ", "Scierie Blanc"]


@pytest.mark.parametrize(
    ("column", "value"), [("siren", "3,44162E+13"), ("start_year", "4435"), ("siren", "53745598")]
)
def test_what_is_no_number_and_no_year_is_set_aside_with_its_place(
    tmp_path: Path, column: str, value: str
) -> None:
    row = {
        "id": "un",
        "kind": "Company",
        "label_fr": "Aledia",
        "siren": "",
        "uai": "",
        "start_year": "",
        column: f'"{value}"',
    }
    _, rejected, names = read(
        tmp_path, ORGANIZATIONS.partition("\n")[0] + "\n" + ",".join(row.values()) + "\n"
    )
    assert rejected == [(2, column, value)] and names == []
