"""Dossiers: one content whose figures are the cube's, and formats that say the same."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from ancrage.api.dossier import making as making_module
from ancrage.api.dossier import portrait as dossier_portrait
from ancrage.api.dossier import supply as dossier_supply
from ancrage.api.dossier.batch import Batch, DossierContext, desk
from ancrage.api.dossier.content import build
from ancrage.api.dossier.docx import to_docx
from ancrage.api.dossier.files import FORMATS, tables, to_zip, write
from ancrage.api.dossier.html import to_html
from ancrage.api.dossier.making import Making
from ancrage.api.dossier.model import Card, Dossier, Figure, Grid, Paragraph, Points
from ancrage.api.dossier.pdf import to_pdf
from ancrage.api.dossier.pictures import chart
from ancrage.api.dossier.words import why_empty
from ancrage.api.labels.typesetting import typeset
from ancrage.api.pages.actor.blocks import CHAINS
from ancrage.api.pages.territory.figures import LEAST_PEERS, figures
from ancrage.api.precompute import kept_findings
from ancrage.api.render.blocks.tables import ABSENT, Table
from ancrage.graph.indicators.cube import Value
from docx import Document
from pypdf import PdfReader

PLACE = "200040715"


@pytest.fixture(scope="module")
def opened(example_data_dir: Path) -> Iterator[DossierContext]:
    """What dossiers of the example graph are made from."""
    with desk(example_data_dir) as made:
        yield made


@pytest.fixture(scope="module")
def dossier(opened: DossierContext) -> Dossier:
    """The dossier of Grenoble-Alpes-Métropole in the example graph."""
    return opened.dossier(opened.seen.ground.territory(PLACE))


@pytest.fixture(scope="module")
def pdf(dossier: Dossier) -> PdfReader:
    """Its PDF."""
    return PdfReader(io.BytesIO(to_pdf(dossier)))


def _table(dossier: Dossier, id: str) -> Grid:
    return next(one for one in dossier.tables() if one.id == id)


def _topics(dossier: Dossier) -> list[Grid]:
    return [one for one in dossier.tables() if one.id.startswith("chiffres-")]


def test_no_section_fails(dossier: Dossier) -> None:
    assert dossier.sections[0].id == "essentiel"
    assert not [one for one in dossier.blocks() if isinstance(one, Paragraph) and one.tone == "warning"]


def test_every_key_figure_is_the_value_of_the_cube(opened: DossierContext, dossier: Dossier) -> None:
    expected = {one.indicator.id: one for one in opened.seen.cube.values(f"territory/epci/{PLACE}")}
    printed = {row[0].value: row[1] for table in _topics(dossier) for row in table.rows}
    left_out = {name for name, one in expected.items() if "-by-" in name or one.indicator.topic == "desk"}
    silent = set(expected) - left_out - set(printed)
    assert set(printed) <= set(expected) - left_out
    notes = " ".join(note for table in _topics(dossier) for note in table.notes)
    notes += " ".join(one.text for one in dossier.blocks() if isinstance(one, Paragraph))
    for missing in silent:  # known neither here nor elsewhere: said in one line, and kept in the CSV
        assert expected[missing].value is None
        assert expected[missing].indicator.title["fr"].replace("'", "’")[1:] in notes.replace("\u00a0", " ")
    for name, cell in printed.items():
        assert cell.value == expected[str(name)].value
        assert (cell.text in "∅▒<") == bool(cell.absent) == (cell.value is None)
    population = printed["population"]
    assert population.text.replace("\u202f", "") == f"{expected['population'].value:.0f}"


def test_figures_stand_beside_those_of_the_parent(opened: DossierContext, dossier: Dossier) -> None:
    table = _table(dossier, "chiffres-population")
    parent = {one.indicator.id: one.value for one in opened.seen.cube.values("territory/department/38")}
    assert table.heads("fr")[:3] == ["Indicateur", "Ici", "Isère"]
    assert {row[0].value: row[2].value for row in table.rows}["population"] == parent["population"]


def test_the_desk_is_told_and_what_is_made_up_is_counted_apart(
    opened: DossierContext, example_data_dir: Path
) -> None:
    ardeche = opened.seen.ground.territory("07")
    with desk(example_data_dir, illustrative=True, hurried=True) as everything:
        shown = everything.dossier(ardeche)
    left = opened.dossier(ardeche)
    parts = {one.id: one for one in next(s for s in shown.sections if s.id == "vie").parts}
    assert list(parts) == ["vie-relais", "vie-agenda", "vie-demandes", "vie-strategies"]
    events = _table(shown, "agenda")
    assert events.notes[0].startswith("0 ligne d’une source, et ")
    assert all("xemple" in row[0].text or "[illustratif]" in row[0].text for row in events.rows)
    assert re.fullmatch(r"\d{1,2}(?:er)? \w+ \d{4}", events.rows[0][1].text)
    assert "agenda" not in {one.id for one in left.tables()}
    life = {one.id: one.blocks for one in next(s for s in left.sections if s.id == "vie").parts}
    # agenda and desk: all is made up there; of relays, the places that could be are real
    assert [row[0].text for row in _table(left, "relais").rows] == [
        "Bus France services du Vivarais", "France services de Privas", "Le Moulin partagé",
    ]  # fmt: skip
    said = [str(one) for name in ("vie-agenda", "vie-demandes") for one in life[name]]
    assert len([one for one in said if "pas dans ce dossier" in one]) == 2
    references = {row[0].text for row in _table(shown, "annexe-chiffres").rows if row[0].text[0] == "O"}
    assert references == {row[-1].text for row in _table(shown, "strategies").rows} != set()


def test_examples_that_are_left_out_are_said_of_one_and_of_several() -> None:
    one, several = (str(why_empty(Table((), []), n)["fr"]) for n in (1, 2))
    assert one.endswith("1 exemple illustratif, inventé, n’est pas dans ce dossier.")
    assert several.endswith("2 exemples illustratifs, inventés, ne sont pas dans ce dossier.")


def test_members_of_filieres_are_said_to_be_named_by_identifiers_and_codes(dossier: Dossier) -> None:
    section = next(one for one in dossier.sections if one.id == "filieres")
    note = section.blocks[0]
    assert isinstance(note, Paragraph)
    for said in (note.text, str(CHAINS.definition["fr"])):
        assert "un identifiant qu’une personne a vérifié" in said and "un mot ne fait que proposer" in said


def test_every_reference_leads_to_the_annex(dossier: Dossier) -> None:
    annex = _table(dossier, "annexe-chiffres")
    told = {row[0].text: row for row in annex.rows}
    cited = {row[-1].text for table in _topics(dossier) for row in table.rows}
    cited |= {one.reference for one in dossier.blocks() if isinstance(one, Card)}
    cited |= {found for one in dossier.figures() for found in re.findall(r"\[([A-Z]\d+)\]", one.caption)}
    assert cited and cited <= set(told)
    assert len(told) == len(annex.rows)
    for reference in cited:
        assert told[reference][3].text or reference[0] == "S", reference  # a method or a question
    rows = annex.to_rows()
    assert {row[rows.columns.index("snapshot")] for row in rows.rows} == {dossier.snapshot}


def test_findings_are_those_of_the_analysis(opened: DossierContext, dossier: Dossier) -> None:
    from ancrage.graph.gaps import gaps

    sentences = {
        typeset(one.sentence["fr"], "fr") for one in gaps(opened.matter, PLACE) if one.kind != "data"
    }
    printed = {one.sentence for one in dossier.blocks() if isinstance(one, Card) and one.reference[0] == "M"}
    assert printed and printed <= sentences
    missing = [typeset(one.sentence["fr"], "fr") for one in gaps(opened.matter, PLACE).of("data")]
    assert set(missing) <= set(re.findall(r"(?<=<li>)[^<]+", to_html(dossier).replace("&#39;", "'")))


def test_a_territory_without_data_says_so_section_by_section(opened: DossierContext) -> None:
    names = (
        "interactions",
        "participations",
        "members",
        "units",
        "programmes",
        "jobs",
        "hirings",
        "requests",
    )
    cleared: dict[str, Any] = {name: opened.matter.frame(name).clear() for name in names}
    empty = opened.matter.with_frames(**cleared)
    bare = replace(
        opened.seen,
        cube=replace(opened.seen.cube, cells=opened.seen.cube.cells.clear()),
        placed={name: frame.clear() for name, frame in opened.seen.placed.items()},
        rest={
            name: frame if name in ("territories", "parts") else frame.clear()
            for name, frame in opened.seen.rest.items()
        },
    )
    empty._kept = None
    made = build(bare, empty, opened.seen.ground.territory("38421"))
    by_id = {section.id: section for section in made.sections}
    for name in ("chiffres", "offre", "economie", "filieres", "liens", "acteurs"):
        blocks = [block for part in by_id[name].walk() for block in part.blocks]
        assert any(isinstance(one, Paragraph) and one.tone == "absent" for one in blocks), name
        assert not any(isinstance(one, Grid | Figure) for one in blocks), name
    assert not any(
        isinstance(one, Paragraph) and "n’a pas pu être faite" in one.text for one in made.blocks()
    )
    silent = next(part for part in by_id["liens"].parts if part.id == "l-sans").blocks[0]
    assert (
        isinstance(silent, Points) and len(silent.items) > 1
    )  # kinds of which nothing is printed share one list
    assert PdfReader(io.BytesIO(to_pdf(made))).pages


def test_findings_are_computed_once_a_snapshot(
    opened: DossierContext, dossier: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_findings, "ANALYSES", {})
    assert opened.dossier(opened.seen.ground.territory(PLACE)) == dossier
    assert not kept_findings.kept_findings(opened.matter, "territory/commune/38185")  # never asked for before
    kept = kept_findings.kept_findings(opened.matter, f"territory/epci/{PLACE}")
    few = kept_findings.brief(kept, 1)
    assert few.keys() == kept.keys() == {"lacunes", "synergies", "suggestions"}
    assert all(
        len(kind["findings"]) <= 1 <= kind["count"] for kind in few["lacunes"]["kinds"] if kind["count"]
    )


def test_a_section_that_fails_leaves_the_others(
    opened: DossierContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> Any:
        raise RuntimeError("perdu")

    monkeypatch.setattr(dossier_supply, "chart", broken)
    made = opened.dossier(opened.seen.ground.territory(PLACE))
    by_id = {section.id: section for section in made.sections}
    assert "n’a pas pu être faite" in str(by_id["offre"].blocks[0]) and by_id["offre"].title
    assert by_id["chiffres"].blocks and by_id["acteurs"].blocks


def test_the_page_needs_nothing_else(dossier: Dossier) -> None:
    page = to_html(dossier).replace(
        '<link rel="icon" href="data:,">', ""
    )  # an icon of nothing: none is asked for
    assert not re.search(r"<(?:script|link|img|iframe|object|embed)\b", page)
    assert not re.search(r"""(?:src|data|poster|srcset|xlink:href)\s*=|url\((?!#)|@import""", page)
    anchors = set(re.findall(r'href="#([^"]+)"', page))
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert anchors <= set(ids) and len(ids) == len(set(ids))
    assert page.count("<h1") == 1 and "@page" in page and "counter(pages)" in page


def test_the_page_escapes_what_it_is_told(dossier: Dossier) -> None:
    nasty = replace(dossier, label='<script>alert("1")</script>', identity=(("a", "<img src=x>"),))
    page = to_html(nasty)
    assert "<script" not in page and "<img" not in page
    assert PdfReader(io.BytesIO(to_pdf(replace(dossier, label='#panic() $x$ *a* @b <c> "\\'))))


def test_the_pdf_is_tagged_and_says_its_title_and_language(dossier: Dossier, pdf: PdfReader) -> None:
    root: Any = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is True or bool(root["/MarkInfo"]["/Marked"])
    assert root["/StructTreeRoot"] and str(root["/Lang"]).startswith("fr")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert pdf.metadata is not None and pdf.metadata.title == dossier.full_title
    assert b"pdfuaid" in root["/Metadata"].get_data()
    outlined = [str(one.title) for one in pdf.outline if not isinstance(one, list)]
    assert any("Manques constatés" in title for title in outlined)


def test_pictures_of_the_pdf_have_their_words(dossier: Dossier, pdf: PdfReader) -> None:
    alternatives: list[str] = []
    seen: set[int] = set()

    def walk(node: Any) -> None:
        one = node.get_object()
        if isinstance(one, list):
            for child in one:
                walk(child)
        elif isinstance(one, dict) and id(one) not in seen:
            seen.add(id(one))
            if one.get("/S") == "/Figure":
                alternatives.append(str(one.get("/Alt", "")))
            if "/K" in one and not isinstance(one["/K"], int):
                walk(one["/K"])

    root: Any = pdf.trailer["/Root"]
    walk(root["/StructTreeRoot"])
    assert sorted(alternatives) == sorted(one.alt for one in dossier.figures())
    assert all(alternatives)


def test_the_same_dossier_is_the_same_bytes(dossier: Dossier) -> None:
    assert to_pdf(dossier) == to_pdf(dossier)
    assert to_zip(dossier) == to_zip(dossier)


@pytest.mark.long
def test_the_word_document_has_headings_tables_and_words_for_pictures(dossier: Dossier) -> None:
    made = Document(io.BytesIO(to_docx(dossier)))
    headings = [
        one.text.split("  ", 1)[-1] for one in made.paragraphs if one.style and one.style.name == "Heading 1"
    ]
    assert headings == [section.title for section in dossier.sections]
    assert made.core_properties.title == dossier.full_title
    written = {row.cells[0].text: row.cells[1].text for table in made.tables for row in table.rows}
    population = next(
        row for row in _table(dossier, "chiffres-population").rows if row[0].value == "population"
    )
    assert written[population[0].text] == population[1].text
    assert {row[0].text for row in _table(dossier, "annexe-chiffres").rows} <= set(written)  # all references
    drawn = [shape._inline.docPr.get("descr") for shape in made.inline_shapes]
    assert drawn == [one.alt for one in dossier.figures()]
    assert all("w:tblHeader" in table._tbl.xml for table in made.tables)
    (wide,) = (table for table in made.tables if table.rows[0].cells[0].text == "Réf.")
    assert 'w:sz w:val="14"' in wide._tbl.xml and 'w:sz w:val="17"' not in wide._tbl.xml
    assert wide.columns[3].width == max(one.width for one in wide.columns)  # what the annex is there for


def test_the_word_document_has_no_empty_column_of_comparison(opened: DossierContext) -> None:
    made = Document(io.BytesIO(to_docx(opened.dossier(opened.seen.ground.territory("region/84")))))
    assert [cell.text for cell in made.tables[0].rows[0].cells] == ["Chiffre clé", "Ici"]


def test_csv_files_hold_the_values(opened: DossierContext, dossier: Dossier) -> None:
    files = dict(tables(dossier))
    rows = list(csv.DictReader(io.StringIO(files["chiffres-population.csv"].decode())))
    value = next(row["value"] for row in rows if row["id"] == "population")
    assert float(value) == next(
        v.value for v in opened.seen.cube.values(f"territory/epci/{PLACE}") if v.indicator.id == "population"
    )
    listed = {row["file"] for row in csv.DictReader(io.StringIO(files["index.csv"].decode()))}
    assert listed == set(files) - {"index.csv"}
    assert {"annexe-chiffres.csv", "annexe-sources.csv", "contacts.csv", "manques.csv"} <= listed
    english = dict(tables(replace(dossier, language="en")))
    assert list(english.values())[:-1] == list(files.values())[:-1] and len(english) == len(files)
    assert {
        "annex-figures.csv",
        "annex-sources.csv",
        "contacts.csv",
        "gaps.csv",
        "figures-population.csv",
    } <= {*english}
    french = {
        "annexe",
        "chiffres",
        "formations",
        "manques",
        "partenaires",
        "filieres",
        "emplois",
        "unites",
        "carte",
    }
    assert not french & {word for name in english for word in re.findall("[a-z]+", name)}
    assert not [name for name in english if not re.fullmatch("[a-z0-9-]+[.]csv", name)]
    archive = zipfile.ZipFile(io.BytesIO(to_zip(dossier)))
    assert {name.split("/", 1)[1]: archive.read(name) for name in archive.namelist()} == files


#: Files of a dossier that hold the same rows as a block of the portrait.
SAME_ROWS = {
    "etablissements": "etablissements",
    "emplois": "emplois",
    "recrutements": "recrutements",
    "formations": "formations",
    "filieres": "filieres",
    "contacts": "acteurs",
}


@pytest.mark.parametrize("place", [PLACE, "38421", "department/26", "region/84"])
def test_files_named_as_whole_are_whole(opened: DossierContext, place: str) -> None:
    made = opened.dossier(opened.seen.ground.territory(place))
    archive = zipfile.ZipFile(io.BytesIO(to_zip(made)))
    files = {
        name.split("/", 1)[1]: list(csv.reader(io.StringIO(archive.read(name).decode())))
        for name in archive.namelist()
    }
    for name, (head, *rows) in files.items():
        assert head and all(head) and len(set(head)) == len(head), name
        assert all(len(row) == len(head) and any(row) for row in rows), name
    listed = {row[0]: int(row[2]) for row in files["index.csv"][1:]}
    assert listed == {name: len(rows) - 1 for name, rows in files.items() if name != "index.csv"}
    for table in made.tables():
        assert len(table.rows) <= listed[f"{table.id}.csv"], table.id
    making = Making(opened.seen, opened.matter, opened.seen.ground.territory(place), "fr")
    for file, block in SAME_ROWS.items():
        rows_ = [row for row in making.block(block).rows if row.get("evidence") != "illustrative"]
        assert listed.get(f"{file}.csv", len(rows_)) == len(rows_), file
    assert len(files["annexe-preuves.csv"]) - 1 == len(_table(made, "annexe-preuves").rows)
    assert [row[0] for row in files["annexe-absences.csv"]] == ["sign", "∅", "▒", "<", "0"]


WHY = {words["fr"] for _, words in ABSENT.values()} | {"aucun cas connu"}


def test_files_of_figures_say_what_each_counts_and_why_there_is_none(
    opened: DossierContext, dossier: Dossier
) -> None:
    expected = {one.indicator.id: one for one in opened.seen.cube.values(f"territory/epci/{PLACE}")}
    rows = [
        row
        for name, content in tables(dossier)
        if name.startswith("chiffres-")
        for row in csv.DictReader(io.StringIO(content.decode()))
    ]
    assert {row["id"] for row in rows} == {
        name for name, one in expected.items() if "-by-" not in name and one.indicator.topic != "desk"
    }
    for row in rows:
        about = expected[row["id"]].indicator
        assert row["indicator"].casefold().startswith(about.title["fr"].casefold()) and row["definition"]
        assert row["unit"] or about.unit in ("1", ""), row["id"]
        for value, status in (("value", "status"), ("comparison", "comparison_status")):
            assert bool(row[value]) != (row[status] in WHY)
        if row["peers"]:
            assert 0 <= int(row["peers_known"]) <= int(row["peers"])
            assert not row["peers_median"] or int(row["peers_known"]) >= LEAST_PEERS
    assert any(not row["value"] for row in rows) and any(row["items_without_place"] for row in rows)


def test_a_figure_without_value_says_why_in_the_same_words_everywhere(opened: DossierContext) -> None:
    made = opened.dossier(opened.seen.ground.territory("242600534"))
    annex = {row[0].text: row[2].text for row in _table(made, "annexe-chiffres").rows}
    limits = next(one for one in made.sections if one.id == "limites")
    said = [item for block in limits.blocks if isinstance(block, Points) for item in block.items]
    signs = {row[0].text for row in _table(made, "annexe-absences").rows}
    empty = [row for table in _topics(made) for row in table.rows if row[1].value is None]
    assert {row[1].text for row in empty} >= {"∅", "<"}
    for row in empty:
        name = row[0].text.split(" (")[0]
        assert row[1].text in signs and any(f"{row[1].text} " in line for line in made.reading)
        assert annex[row[-1].text] == row[1].absent
        assert any(item.startswith(name) and item.endswith(f"\u00a0: {row[1].absent}") for item in said)


def test_what_is_counted_without_a_place_is_not_said_to_be_absent(
    opened: DossierContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dossier_portrait, "_places", lambda _, id: (60, 60 + len(id)))
    making = Making(opened.seen, opened.matter, opened.seen.ground.territory(PLACE), "fr")
    rows = figures(making.seen, making.territory, making.parent, "fr").rows
    nothing = {"value": None, "comparison": None, "status": "missing", "comparison_status": None}
    rows = [dict(row) | nothing for row in rows if row["topic_id"] == "interactions"]
    counted = dossier_portrait._unplaced(making, rows)
    told = dossier_portrait._topic(making, "interactions", rows, {})
    assert isinstance(told, Paragraph) and counted
    placeless, absent = told.text.split("Absents des sources")
    for name in map(making.set, counted.values()):
        assert name in placeless and name not in re.split("\u202f; |\xa0: |[.]", absent)


def test_a_parent_that_cuts_the_territory_is_not_said_to_contain_it(opened: DossierContext) -> None:
    place = opened.seen.ground.territory(PLACE)
    told = [str(opened.dossier(place).sections[1].blocks[0])]
    making = Making(opened.seen, opened.matter, place, "fr")
    elsewhere = opened.seen.ground.territory("department/26").communes
    cut = replace(making, territory=replace(place, communes=np.append(place.communes, elsewhere[0])))
    vars(cut)["parent"] = making.parent  # asked for: by default it would be the region
    assert making.held and not cut.held
    told.append(dossier_portrait._compared(cut, ()))
    assert ["territoire qui le contient" in one for one in told] == [True, False]
    assert "territoire comparé" in told[1] and "plus grand" not in told[1]


def test_people_read_titles_of_sources_and_names_of_methods(opened: DossierContext, dossier: Dossier) -> None:
    names = {name.removeprefix("source/") for name in opened.matter.frame("sources")["source"]}
    rows = [
        (file, row)
        for file, content in tables(dossier)
        for row in csv.DictReader(io.StringIO(content.decode()))
        if file != "annexe-sources.csv"
    ]
    for file, row in rows:
        for head in ("source", "sources"):
            assert not names & set(re.split(r"[,;] ?", row.get(head) or "")), file
    methods = [row["method"] for file, row in rows if file in ("methodes.csv", "annexe-chiffres.csv")]
    assert methods and not any(re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)+(, .*)?", one) for one in methods)
    evidence = {row.get("evidence") for file, row in rows if file in ("contacts.csv", "formations.csv")}
    assert evidence <= {"documenté", "inféré", "déclaré"}


def test_one_structure_is_not_counted_as_many_and_a_list_has_one_mark(
    opened: DossierContext, dossier: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    block = Making.block
    one_left = lambda making, name: (  # noqa: E731
        replace(block(making, name), rows=[dict(block(making, name).rows[0]) | {"actor_iri": "none"}])
        if name == "acteurs"
        else block(making, name)
    )
    monkeypatch.setattr(Making, "block", one_left)
    made = Making(opened.seen, opened.matter, opened.seen.ground.territory(PLACE), "fr")
    listed = dossier_portrait.actors(made).blocks[1]  # printed without a home page too
    assert isinstance(listed, Grid)
    assert [one.name for one in listed.columns] == ["actor", "kind", "town"] and len(listed.rows) == 1
    monkeypatch.setattr(dossier_portrait, "_addresses", lambda _: {"none": "1 rue du Four, Die"})
    listed = dossier_portrait.actors(made).blocks[1]
    assert isinstance(listed, Grid) and listed.rows[0][-1].text == "1 rue du Four, Die"
    lists = next(one for one in dossier.sections if one.id == "vie").blocks
    for item in lists[0].items if lists and isinstance(lists[0], Points) else ():
        assert " — " in item and item.split(" — ")[1][0].isupper()


def test_methods_are_one_page(dossier: Dossier, pdf: PdfReader) -> None:
    pages = {
        str(one.title): pdf.get_destination_page_number(one)
        for one in pdf.outline
        if not isinstance(one, list)
    }
    before, methods, after = (
        next(page for title, page in pages.items() if title.endswith(words))
        for words in ("Ce que ce dossier ne dit pas", "Méthodes en une page", "Chaque chiffre et sa source")
    )
    assert before is not None and methods is not None and before < methods and after == methods + 1


def test_a_median_says_how_many_peers_are_known(opened: DossierContext) -> None:
    making = Making(opened.seen, opened.matter, opened.seen.ground.territory(PLACE), "fr")
    assert [dossier_portrait._known(making, {"peers_known": n, "peers": 5}) for n in (0, 1, 4, 5)] == [
        "",
        ", 1 sur 5 connu",
        ", 4 sur 5 connus",
        "",
    ]


def test_what_is_of_the_territory_stands_first_and_what_is_around_says_so(
    opened: DossierContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = opened.seen.ground.territory(PLACE)
    found = json.loads(json.dumps(kept_findings.kept_findings(opened.matter, place.id)))
    example = next(kind["findings"][0] for kind in found["lacunes"]["kinds"] if kind["findings"])

    def kind(name: str, **sentences: str) -> dict[str, Any]:
        told = [
            {**example, "scope": scope, "sentence": {"fr": text, "en": text}}
            for scope, text in sentences.items()
        ]
        return {
            "kind": name,
            "name": {"fr": name, "en": name},
            "count": len(told),
            "findings": told,
            "refused": [],
        }

    found["lacunes"]["kinds"] = [
        kind("demand", zone="Emplois de la zone."),
        kind("access", territory="Loin de tout."),
    ]
    found["suggestions"]["kinds"] = [
        kind("laboratory", around="Ailleurs."),
        kind("programme", territory="Accueillir."),
    ]
    monkeypatch.setattr(making_module, "kept_findings", lambda matter, territory: found)
    made = opened.dossier(place)
    parts = {part.id: [str(block) for block in part.blocks] for part in made.sections[0].parts}
    assert list(parts) == ["retenir-manques", "retenir-autour", "retenir-liens", "discuter"]
    assert "Loin de tout." in parts["retenir-manques"][0] and "zone" not in parts["retenir-manques"][0]
    assert "débordent du territoire" in parts["retenir-autour"][0]
    assert "Emplois de la zone." in parts["retenir-autour"][1]
    assert "Accueillir." in parts["retenir-liens"][0] and "Ailleurs." not in str(parts)
    by_id = {section.id: section for section in made.sections}
    assert [part.id for part in by_id["manques"].parts] == ["m-access", "m-demand"]
    assert {part.id for part in by_id["suggestions"].parts} == {"s-laboratory", "s-programme"}


def test_a_zero_says_what_it_counts(dossier: Dossier) -> None:
    page = to_html(dossier)
    assert "vrai zéro" not in page and "compté, et les sources chargées n’en situent aucun ici" in page


def test_contacts_are_structures_with_a_web_page(opened: DossierContext, dossier: Dossier) -> None:
    structures = set(opened.matter.frame("actors")["actor"]) | set(opened.seen.placed["units"]["unit"])
    files = dict(tables(dossier))
    names = {opened.seen.label(path) for path in structures}
    for row in csv.DictReader(io.StringIO(files["contacts.csv"].decode())):
        assert row["actor"] in names
        assert row["homepage"] == "" or row["homepage"].startswith(("http://", "https://"))


def test_illustrative_facts_are_counted_only_when_asked_for_and_said(
    example_data_dir: Path, dossier: Dossier
) -> None:
    assert dossier.warning == ""
    assert not any(one.illustrative for one in dossier.blocks() if isinstance(one, Card))
    assert "[Exemple]" not in to_html(dossier)
    with desk(example_data_dir, illustrative=True) as opened:
        made = opened.dossier(opened.seen.ground.territory(PLACE))
    assert "inventées" in made.warning and made.warning in to_html(made)


def test_the_contents_of_the_word_document_lead_to_its_sections(dossier: Dossier) -> None:
    made = Document(io.BytesIO(to_docx(dossier)))
    body, foot = made.element.body.xml, made.sections[0].footer._element.xml
    links = re.findall(r'<w:hyperlink w:anchor="([^"]+)"', body)
    assert len(links) == len(dossier.sections)
    assert links == re.findall(r'<w:bookmarkStart w:id="\d+" w:name="([^"]+)"', body)
    assert body.count('fldCharType="begin"') == body.count('fldCharType="end"') == 1
    assert dossier.snapshot in foot and 'w:instr="NUMPAGES"' in foot
    assert made.sections[0].different_first_page_header_footer


def test_few_things_are_told_and_not_drawn(opened: DossierContext) -> None:
    for place in opened.seen.ground.territories("epci", "territory/region/84")[:4]:
        made = opened.dossier(place)
        for name, (_, rows) in made.data.items():
            if rows.columns[0] == "group" and len(rows.rows) < 10:
                values = [float(str(row[rows.columns.index("value")] or 0)) for row in rows.rows]
                assert sum(values) >= 10, (made.label, name)


def test_a_group_without_a_value_is_not_told_among_the_few(
    opened: DossierContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    about, place = opened.seen.cube.indicators["establishments"], opened.seen.ground.territory(PLACE)
    some = [
        Value(about, place.id, "2020", f"naf/{by}", value, None, None, None if value else "suppressed")
        for by, value in (("A", 2.0), ("B", None))
    ]
    monkeypatch.setattr(type(opened.seen.cube), "groups", lambda *_: some)
    [told] = chart(Making(opened.seen, opened.matter, place, "fr"), "etablissements", "establishments")
    assert isinstance(told, Paragraph) and "(2)" in told.text and "–" not in told.text


def test_in_english_no_sentence_is_a_raw_exception(opened: DossierContext) -> None:
    for place in ("region/84", "242600534"):
        page = to_html(opened.dossier(opened.seen.ground.territory(place), "en"))
        assert not re.search(r"\bneeds (?:at least )?\w+ [^.]*: there (?:is|are)|\b1 territories\b", page), (
            place
        )


def test_in_english_no_word_of_ours_is_french(opened: DossierContext) -> None:
    made = opened.dossier(opened.seen.ground.territory(PLACE), "en")
    titles = " ".join(part.title for section in made.sections for part in section.walk())
    heads = " ".join(head for table in made.tables() for head in table.heads("en"))
    assert not re.search(r"[éèàçêù«»]", (titles + heads).replace("Isère", "").replace("Métropole", ""))
    assert PdfReader(io.BytesIO(to_pdf(made))).trailer["/Root"]["/Lang"].startswith("en")  # type: ignore[index]


def test_a_batch_writes_all_and_lists_them(opened: DossierContext, tmp_path: Path) -> None:
    ground = opened.seen.ground
    whole = ground.territory("adhoc/sillon-alpin")
    inside = ground.territories("epci", whole.id)
    batch = Batch(tmp_path / "lot", ["html", "csv"], "fr", whole, opened.matter.snapshot, opened.created)
    told: list[str] = []
    batch.run(opened, inside, lambda one: told.append(one.id))
    assert told == [one.id for one in inside] and inside and not batch.failed
    page = (tmp_path / "lot" / "index.html").read_text("utf-8")
    listed = pl.read_csv(tmp_path / "lot" / "index.csv", infer_schema=False)
    assert listed["territory"].to_list() == [one.id for one in inside]
    for one in inside:
        name = "dossier-" + one.id.removeprefix("territory/").replace("/", "-")
        assert (tmp_path / "lot" / f"{name}.html").exists() and f'href="{name}.html"' in page
        assert (tmp_path / "lot" / f"{name}-csv" / "index.csv").exists()
        values = {v.indicator.id: v.value for v in opened.seen.cube.values(one.id)}
        row = listed.row(by_predicate=pl.col("territory") == one.id, named=True)
        assert (float(row["population"]) if row["population"] else None) == values["population"]


def test_writing_gives_every_format(dossier: Dossier, tmp_path: Path) -> None:
    paths = write(dossier, tmp_path / "a" / "b", FORMATS)
    assert [path.name for path in paths] == [
        f"{dossier.name}.html",
        f"{dossier.name}.pdf",
        f"{dossier.name}.docx",
        f"{dossier.name}-csv",
    ]
    assert not [path for path in (tmp_path / "a" / "b").iterdir() if path.name.startswith(".")]


def test_two_pages_can_be_read_alone_before_the_contents(dossier: Dossier, pdf: PdfReader) -> None:
    pages = [re.sub(r"\s+", " ", page.extract_text()) for page in pdf.pages[:4]]
    assert "L’essentiel" in pages[1] and "Sommaire" not in pages[1]
    assert "Sommaire" in pages[2] and "Comment lire ce dossier" in pages[2]
    assert dossier.sections[1].title in pages[3]
