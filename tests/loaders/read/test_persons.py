"""No natural person enters: what is taken out of labels, what stays, and canaries in the columns of every source."""

import csv
import io
import time
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from ancrage.loaders.publish.pipeline import Pipeline
from ancrage.loaders.publish.stage import RejectedRows
from ancrage.loaders.read.persons import (
    NOBODY,
    NOBODY_LIKE,
    clean,
    names_anybody,
    without_named,
    without_persons,
)
from ancrage.loaders.read.source import Source, all_sources, read_inputs
from ancrage.loaders.sources.layout import LAYOUT

FIXTURES = Path(__file__).parents[2] / "data"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("sisprobe / Nick Arndt", "sisprobe"),
        ("jeanne dupont", None),
        ("dupont-martin jeanne", None),
        ("Centre des bois / M. Mathieu ROY", "Centre des bois"),
        ("Modélisation et caractérisation (Ali ZAOUI)", "Modélisation et caractérisation"),
        ("Laboratoire du cerveau (LSCO) COMPAN Valérie", "Laboratoire du cerveau (LSCO)"),
        ("Centre de recherche des Amériques - David Dumoulin", "Centre de recherche des Amériques"),
        ("HERNANDEZ DANIEL JEAN FRANCOIS - DEVIL HOP", "DEVIL HOP"),
        ("Selarl Du Docteur Alain Le Breton (France)", "Selarl (France)"),
        ("Accueil, Jeanne Dupont, jeanne.dupont@labo.example, 04 76 00 00 00", "Accueil"),
        ("Accueil / (Jeanne Dupont)", "Accueil"),
        ("Accueil - / Jeanne Dupont", "Accueil"),
        ("Benayoun Maurice (France)", None),
        ("FLEURY Frédéric", None),
        ("DUPONT KLEMENS", None),
        ("DUPONT PAULUS TEUN", None),
        ("DR. DUPONT + PARTNER GMBH INSTITUT FUER HYGIENE", "PARTNER GMBH INSTITUT FUER HYGIENE"),
        ("Mme Jeanne de Villeneuve", None),
        ("TRANSPORTS DUPONT ERIC", None),
        ("Valérie Dupont", None),
        ("M. Bloch", None),
        ("M. Ch. Dupont Apprentissage", None),
        ("Robert Bosch-Dupont", None),
        ("Galina DUPONTOVA", None),
        ("Hoang-Anh DUPONT", None),
        ("Équipe « Corpus » (Carmen DUPONT)", "Équipe « Corpus »"),
        ("jeanne.dupont@labo.example", None),
        ("+33 4 76 00 00 00", None),
    ],
)  # fmt: skip
def test_persons_are_taken_out_of_labels(text: str, left: str | None) -> None:
    assert without_persons(text) == left


@pytest.mark.parametrize(
    "piece",
    [
        " /",
        " -",
        ";",
        " / -",
        "( ",
        "  ",
        "A-",
        "a@",
        "aaaa",
        "Dr ",
        "d'",
        "04 ",
        "jean-",
        "Mme A ",
        "contact : ",
        "contact:A ",
    ],
)
def test_what_is_repeated_is_read_in_a_time_that_grows_as_its_length(piece: str) -> None:
    """A separator that could be read in two ways held the whole service at 24 of them."""

    def once(text: str) -> float:
        begin = time.process_time()
        names_anybody(text, sentence=True)
        without_named(without_persons(text) or "")
        return time.process_time() - begin

    def taken(count: int) -> float:  # the least of three: garbage may be collected meanwhile
        return min(once(f"a@b.fr{piece * count} x") for _ in range(3))

    assert taken(16) < 1
    assert taken(32_000) < 40 * max(taken(2_000), 0.01)  # 16 as a length, 256 as its square


@pytest.mark.parametrize(
    "text",
    [
        "laboratoire jeanne dupont", "marie", "culture de la vigne",
        "Laboratoire Jean Kuntzmann", "Université Lyon 1 - Claude Bernard", "Pierre Fabre (France)", "Lycee Mme De Stael",
        "Lycee Dr. Gustave Jaume", "CNRS - DR ILE-DE-FRANCE SECTEUR OUEST ET NORD", "3 DR FRANCE", "MR Solutions LTD",
        "Université Grenoble 1 - Joseph Fourier,CEA - Commissariat", "M.I.N.E.S", "Institut Max von Laue - Paul Langevin",
        "45.0398240116, 3.88087475845", "https://labo.example/0476000000", "EURO-ARGO ERIC", "UMR CARMEN", "Grand Nancy",
        "CNRS;UBC;SIMON FRASER",
        "M. Ap. Montluçon Apprentissage : Cartographie d'un parcours", "HERVE THERMIQUE", "William Saurin Production",
        "Robert Bosch (France) SAS", "MACIF SAM", "ASSOCIATION - LEO LAGRANGE FORMATION", "EMMAUS GRENOBLE FOND ABBE PIERRE",
        "Cités de Cayenne - Bassin Versant Cabassou Madeleine - Phase 1", "2015 - GILBERT POLYTECH - 82", "Mad Max - rencontre",
        "CC de Hanau-La Petite Pierre", "Archives Henri Poincaré - Philosophie des sciences", "26260000100014",
        "Boulangerie Martin", "BOULANGERIE MARTIN", "Menuiserie Bernard", "Transports Alain", "Fromageries Vincent", "Léa Nature",
        "FRIEDRICH-ALEXANDER-UNIVERSITAET ERLANGEN NUERNBERG",
        "EUROPEAN SPALLATION SOURCE ERIC",
        "Alexandru Borza Botanical Garden", "Gustave Roussy Transfert", "STEPAN Europe", "Aurore Concept", "Le Thor",
        "École doctorale Chimie, Écologie - Théodore Monod", "Université de Nice - Sophia Antipolis",
    ],
)  # fmt: skip
def test_what_is_named_after_somebody_and_what_is_no_name_stays(text: str) -> None:
    assert without_persons(text) == text


@pytest.mark.parametrize(
    ("title", "left"),
    [
        ("Flow - rencontre avec Maëlane Losada, scientifique au CNES", "Flow - rencontre avec […], scientifique au CNES"),
        ("Le ciel, en présence du réalisateur Philippe Dupont", "Le ciel, en présence du réalisateur […]"),
        ("Cartes postales de Claude Dupont et Cathy Durand", "Cartes postales de […] et […]"),
        ("Les œuvres de Marie Dupont et Amin Durand", "Les œuvres de […] et […]"),
        ("Une table ronde avec Jeanne Dupont et France Travail", "Une table ronde avec […] et France Travail"),
        ("Colloque sur Charles du Puy Montbrun et randonnée", None),
        ("Visite de la rue Jean Dupont", None),
        ("Apéro avec la CCBDP, animé par la CCI", None),
        ("Salon organisé par France Travail", None),
        ("Petit-déjeuner avec Valence Romans Innov", None),
        ("https://agenda.example/jep/events/rencontre-avec-jeanne-dupont", "https://agenda.example/jep/events"),
        ("https://agenda.example/jep/events/lycee-jean-dupont-portes-ouvertes", None),
        ("https://agenda.example/jep/events/colloque-charles-du-puy-montbrun", None),
        ("Machine à sécher les fruits suivant le brevet Claude Essai", "Machine à sécher les fruits suivant le brevet […]"),
        ("Qualité en imagerie par Résonance Magnétique", ""),
        ("Stagiaire : Maëlane Essai", "Stagiaire : […]"),
        ("Étude (encadrante : P. Essai)", "Étude (encadrante : […])"),
        ("Atelier bois, contact Marie Dupont", "Atelier bois, contact […]"),
        ("Mémoire de DUPONT Sarah", "Mémoire de […]"),
        ("Projet de Mme Dupont sur le bois", "Projet de Mme […] sur le bois"),
        ("Portes ouvertes du lycée Mme de Staël", None),
        ("Responsable : Grenoble Alpes Métropole", None),
        ("Contact : Arche Agglo", None),
        ("Licence LEA Anglais Français", None),
        ("Partenariat avec Digital League", None),
    ],
)  # fmt: skip
def test_a_title_leaves_out_whom_it_names(title: str, left: str | None) -> None:
    assert without_named(title) == (left or title)


def test_titles_are_the_columns_that_are_declared_so() -> None:
    table = pl.DataFrame(
        {"title": ["Soirée avec Jeanne Dupont"], "other": ["Soirée avec Jeanne Dupont"], "_row": [2]}
    )
    cleaned, changed = clean(table, titles=("title",))
    assert cleaned.row(0) == ("Soirée avec […]", "Soirée avec Jeanne Dupont", 2)
    assert changed == {"title": [2]}


def test_no_word_for_nobody_is_passed_over_by_the_coarse_look() -> None:
    written = pl.Series(
        [
            *NOBODY,
            *(word.upper() for word in NOBODY),
            "Néant",
            "« À définir »",
            "Non-renseigné",
            "N\u0065\u0301ant",
        ]
    )
    assert written.filter(~written.str.contains(NOBODY_LIKE)).to_list() == []


def test_a_name_in_small_letters_is_taken_out_at_the_door() -> None:
    table = pl.DataFrame(
        {"name": ["jeanne dupont", "culture de la vigne", "atelier jeanne"], "_row": [1, 2, 3]}
    )
    cleaned, changed = clean(table)
    assert cleaned["name"].to_list() == [None, "culture de la vigne", "atelier jeanne"]
    assert changed == {"name": [1]}


def test_words_for_nobody_are_nobody_but_a_commune_may_be_called_so() -> None:
    table = pl.DataFrame(
        {"name": ["AucuneAide", "0 Aide", "Aucun"], "town": ["Aucun"] * 3, "_row": [2, 3, 4]}
    )
    cleaned, changed = clean(table, ("town",))
    assert cleaned["name"].to_list() == [None] * 3
    assert cleaned["town"].to_list() == ["Aucun"] * 3
    assert changed == {}  # nobody was there: nobody is told to be taken out


# --- Canaries -----------------------------------------------------------------------------------------------

CANARIES = ("{} / Jeanne Canari", "{} / M. Canari", "{} canari@labo.example", "{} 04 76 12 34 56")
TRACES = ("Canari", "canari@", "12 34 56")


@pytest.mark.parametrize("name", sorted(set(all_sources()) - {"exchange"}))
def test_no_column_of_a_source_lets_a_canary_through(name: str) -> None:
    """Each text column that a source reads holds names, an e-mail and a telephone: the door lets none of them in."""
    for given in Source.named(name).inputs:
        columns = {
            column for variant in given.variants for column in (*variant.columns, *variant.optional_columns)
        }
        for column in sorted(columns - {"wkt"}):
            told = [canary.format("Atelier du bois") for canary in CANARIES]
            wanted = told if column not in given.places else told[1:]  # a bare name is that of a place
            table = pl.DataFrame({column: wanted, "_row": range(len(wanted))})
            cleaned, changed = clean(table, given.places)
            assert cleaned[column].to_list() == ["Atelier du bois"] * len(wanted), (name, column)
            assert changed == {column: list(range(len(wanted)))}


CSV = [
    (name, path)
    for name, source in all_sources().items()
    if name != "exchange"
    and source.sieve_sql is None  # it keeps no row of which each cell is a person (test_sirene.py)
    for path in sorted((FIXTURES / name).glob("*.csv"))
    if "FEDER_FSE_14-20"
    not in path.stem  # it stands for a workbook in the former format, which nothing here writes
]


@pytest.mark.parametrize(("name", "path"), CSV, ids=[f"{name}/{path.stem[:40]}" for name, path in CSV])
def test_a_file_with_canaries_in_each_column_is_read_without_them(
    name: str, path: Path, tmp_path: Path
) -> None:
    source = replace(Source.named(name), locate=(), generalise=(), checks=())
    source = replace(
        source, inputs=tuple(replace(given, minimum_rows=0, optional=True) for given in source.inputs)
    )
    text = path.read_text(encoding="utf-8-sig")
    separator = next(sign for sign in (";", ",") if sign in text.partition("\n")[0])
    rows = list(csv.reader(io.StringIO(text), delimiter=separator))
    planted = [
        rows[0],
        *([CANARIES[place % 4].format(cell or "x") for cell in row] for place, row in enumerate(rows[1:])),
    ]
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="\n").writerows(planted)
    (tmp_path / path.name).write_text(out.getvalue(), encoding="utf-8")
    inputs = read_inputs(source, [tmp_path / path.name], registers={})
    read = [
        (given.table, column, cell)
        for given in source.inputs
        for column in inputs.tables[given.table].columns
        if not column.startswith("_") and column not in given.places
        for cell in inputs.tables[given.table][column].cast(pl.String).drop_nulls()
    ]
    assert read
    assert [one for one in read if any(trace in one[2] for trace in TRACES)] == []
    assert any("nom de personne" in warning["fr"] for warning in inputs.warnings)


# --- Partners -----------------------------------------------------------------------------------------------


def partner(folder: Path, label: str) -> list[Path]:
    folder.mkdir(exist_ok=True)
    with (folder / "organizations.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [["id", "kind", "label_fr"], ["un", "Company", "Scierie"], ["deux", "Company", label]]
        )
    return [folder]


def test_a_partner_s_row_with_an_e_mail_is_refused_by_file_row_and_column_without_repeating_it(
    tmp_path: Path,
) -> None:
    label = "Jeanne Canari, canari@labo.example, 04 76 12 34 56"
    with pytest.raises(
        RejectedRows, match=r"organizations\.csv, ligne 3, colonne « label_fr ».*courriel"
    ) as caught:
        Pipeline(tmp_path / "data").load("exchange", partner(tmp_path / "in", label), publish=False)
    report = next((tmp_path / "data" / "rejected").iterdir()).read_text(encoding="utf-8")
    for text in (str(caught.value), report):
        assert not any(trace in text for trace in TRACES)


def test_a_name_in_a_partner_s_label_is_taken_out_and_told(tmp_path: Path) -> None:
    pipeline = Pipeline(tmp_path / "data")
    report = pipeline.load("exchange", partner(tmp_path / "in", "Atelier / Jeanne Canari"), publish=False)
    assert any(
        "organizations.csv, colonne « label_fr », ligne 3" in warning["fr"] for warning in report.warnings
    )
    quads = next((tmp_path / "data" / "sources").rglob("data.nq*"))
    assert "Canari" not in quads.read_text(encoding="utf-8")


def test_the_tables_of_partners_have_their_names_of_places_and_their_titles_declared() -> None:
    for given in Source.named("exchange").inputs:
        assert {*given.places, *given.titles} <= set(LAYOUT.get(given.table, ())), given.table


def test_a_partner_s_title_leaves_out_whom_it_names_wherever_it_stands(tmp_path: Path) -> None:
    table = tmp_path / "interactions.csv"
    titles = ["Stage LECOMTE Sarah", "Bois local, stagiaire : Maëlane Canari", "Stage au lycée Jean Moulin"]
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [
                ["id", "types", "label_fr"],
                *([f"i{place}", "internship", one] for place, one in enumerate(titles)),
            ]
        )
    read = read_inputs(Source.named("exchange"), [table])
    assert read.tables["interactions"]["label_fr"].to_list() == [
        "Stage […]",
        "Bois local, stagiaire : […]",
        "Stage au lycée Jean Moulin",
    ]
    assert any(
        "interactions.csv, colonne « label_fr », lignes 2, 3" in warning["fr"] for warning in read.warnings
    )
    table.write_text(table.read_text(encoding="utf-8").replace("internship", "intership"), encoding="utf-8")
    assert "Canari" not in str(read_inputs(Source.named("exchange"), [table]).first_rejections())


@pytest.mark.parametrize("label", ["Menuiserie Jean Martin", "Jeanne Canari"])
def test_a_partner_s_label_that_is_a_person_is_refused_and_says_why(tmp_path: Path, label: str) -> None:
    """It was taken out first: the row was then refused as one without a label."""
    with pytest.raises(RejectedRows, match="Ce libellé est le nom d'une personne") as caught:
        Pipeline(tmp_path / "data").load("exchange", partner(tmp_path / "in", label), publish=False)
    assert "ligne 3" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Aider Mme Canari", True),
        ("Écoutez M. le Maire Dupont", True),
        ("Appelez le 04\u202f76\u202f12\u202f34\u202f56.", True),
        ("Étude avec Arche Agglo", False),
        ("Diagnostic du lycée Jean Moulin", False),
        ("Mairie de Saint-Martin-d’Hères", False),
        ("La Mure Argens", False),
    ],
)
def test_a_sentence_that_names_somebody_is_told(text: str, named: bool) -> None:
    assert names_anybody(text, sentence=True) is named
