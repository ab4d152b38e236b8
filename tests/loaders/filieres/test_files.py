"""Filières as files and as sheets: what is read, what is refused and where, what a publication makes of them."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest
import xlsxwriter  # type: ignore[import-untyped]
from ancrage.graph.declarations import DeclarationError
from ancrage.graph.snapshots.provenance import GRAPHS, ONTOLOGY_GRAPH
from ancrage.graph.snapshots.reader import LocalReader
from ancrage.loaders.filieres.files import REVISIONS, SHIPPED, STAGES, read_filiere, read_filieres
from ancrage.loaders.filieres.scheme import (
    ILLUSTRATIVE_GRAPH,
    check,
    quads,
    shipped_quads,
    without_namesakes,
)
from ancrage.loaders.publish.pipeline import Pipeline
from ancrage.loaders.publish.stage import RejectedRows
from ancrage.ontology.vocabulary import ANC, ID, ontology_files, prologue

TEXT = """# Une filière d'essai.
title.fr = "pierre sèche"
title.en = "dry stone"
definition.fr = "De la carrière au mur."
definition.en = "From the quarry to the wall."

[[links]]
stage = "resource"
naf2 = ["01.13Z", { code = "01.28Z", share = 0.25, source = "Étude du parc, 2024, p. 12" }]
naf2025 = ["01.13Y"]

[[links]]
stage = "implementation"
naf2 = [{ code = "43.91A", share = 0.10, illustrative = true }]

[[rules]]
id = "stone-trains"
subject = "programme"
function = "trains"
words = ["pierre seche"]
"""


def written(folder: Path, text: str = TEXT, name: str = "dry-stone") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def ontology() -> ox.Store:
    store = ox.Store()
    for path in ontology_files():
        store.load(path=str(path))
    return store


def test_a_file_says_links_in_both_revisions_their_shares_and_rules(tmp_path: Path) -> None:
    filiere = read_filiere(written(tmp_path))
    assert filiere.id == "dry-stone"
    assert filiere.title == {"fr": "pierre sèche", "en": "dry stone"}
    assert [(link.code, link.revision, link.stage, link.line) for link in filiere.links] == [
        ("01.13Z", "naf2", "resource", 9),
        ("01.28Z", "naf2", "resource", 9),
        ("01.13Y", "naf2025", "resource", 10),
        ("43.91A", "naf2", "implementation", 14),
    ]
    shares = [link.share for link in filiere.links if link.share]
    assert [(share.value, share.illustrative) for share in shares] == [("0.25", False), ("0.1", True)]
    assert [(rule.chain, rule.id, rule.words) for rule in filiere.rules] == [
        ("dry-stone", "stone-trains", ("pierre seche",))
    ]


def test_illustrative_shares_stay_out_of_the_base_graphs(tmp_path: Path) -> None:
    share = ox.NamedNode(f"{ANC}share")
    found = {
        (quad.subject.value.rpartition("/")[2], quad.object.value, quad.graph_name.value)  # type: ignore[union-attr]
        for quad in quads([read_filiere(written(tmp_path))])
        if quad.predicate == share
    }
    assert found == {
        ("01.28Z", "0.25", ONTOLOGY_GRAPH),
        ("43.91A", "0.1", ILLUSTRATIVE_GRAPH),
    }


@pytest.mark.parametrize(
    ("change", "line", "reason"),
    [
        (('title.en = "dry stone"', ""), 2, "« title » demande une phrase fr et une phrase en"),
        (('"01.13Y"', '"01.13Z"'), 10, "« 01.13Z » n'est pas un code de la NAF 2025"),
        (('"01.13Z", {', '"01.28Z", {'), 9, "deux fois"),
        (("share = 0.25", "share = 25"), 9, "« 25 » n'est pas un nombre entre 0 et 1"),
        ((', source = "Étude du parc, 2024, p. 12"', ""), 9, "une part a une source"),
        (
            ('stage = "implementation"', 'stage = "building"'),
            13,
            "« building » n'est pas une valeur de « stage »",
        ),
        (("naf2025 =", "naf2024 ="), 10, "clé inconnue « naf2024 » ; le plus proche est « naf2025 »"),
        (("[[links]]", "[links]"), 12, "TOML illisible"),
        (('words = ["pierre seche"]', 'words = ["pierre seche"'), 20, "TOML illisible"),
        (("[[rules]]", "[[regles]]"), 16, "clé inconnue « regles » ; le plus proche est « rules »"),
    ],
)
def test_a_broken_file_is_told_with_its_line(
    tmp_path: Path, change: tuple[str, str], line: int, reason: str
) -> None:
    path = written(tmp_path, TEXT.replace(change[0], change[1], 1))
    with pytest.raises(DeclarationError, match=reason) as caught:
        read_filiere(path)
    assert caught.value.line == line
    assert str(caught.value).startswith(f"dry-stone.toml, ligne {line} : ")


def test_the_name_of_the_file_is_the_identifier(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match="nom du fichier"):
        read_filiere(written(tmp_path, name="Pierre sèche"))


def test_a_later_folder_wins_and_a_broken_file_leaves_the_earlier(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    written(first)
    written(first, name="other")
    written(second, TEXT.replace("pierre sèche", "lauze"))
    written(second, "title = 3", name="other")
    filieres, broken = read_filieres(first, second)
    assert {one.id: one.title["fr"] for one in filieres} == {"dry-stone": "lauze", "other": "pierre sèche"}
    assert [error.path.name for error in broken] == ["other.toml"]


def test_a_code_that_no_classification_has_sets_the_file_aside(tmp_path: Path) -> None:
    filiere = read_filiere(written(tmp_path, TEXT.replace('"01.13Z"', '"01.13A"')))
    found = check([filiere], ontology())
    assert found.kept == []
    assert found.unverified == []
    assert str(found.broken[0]).startswith(
        "dry-stone.toml, ligne 9 : le code « 01.13A » n'est pas dans la NAF rév. 2"
    )
    assert "« 01.13Z »" in found.broken[0].reason


def test_a_code_of_the_naf_2025_is_used_unverified_where_the_classification_is_not_whole(
    tmp_path: Path,
) -> None:
    filiere = read_filiere(written(tmp_path, TEXT.replace('"01.13Y"', '"08.11Y"')))
    found = check([filiere], ontology())
    assert found.kept == [filiere]
    assert [(one.id, link.code, link.line) for one, link in found.unverified] == [("dry-stone", "08.11Y", 10)]
    store = ontology()
    for n in range(700):
        code = f"{n // 10:02}.{n % 10}0Y"
        store.update(
            prologue()
            + f"INSERT DATA {{ <{ID}naf2025/{code}> a anc:EconomicActivity ; skos:inScheme <{ID}naf2025> ; "
            + f'skos:notation "{code}" }}'
        )
    assert str(check([filiere], store).broken[0]).startswith("dry-stone.toml, ligne 10 : le code « 08.11Y »")


def test_the_shipped_filieres_use_codes_and_stages_that_exist() -> None:
    store = ontology()
    filieres, _ = read_filieres(SHIPPED)
    found = check(filieres, store)
    assert found.broken == []
    assert found.unverified == []
    kept = found.kept
    assert len(kept) == len(list(SHIPPED.glob("*.toml"))) == 4
    for filiere in kept:
        assert {link.revision for link in filiere.links} == set(REVISIONS), filiere.id
        assert all(link.share is None for link in filiere.links)
    tops = store.quads_for_pattern(
        None,
        ox.NamedNode("http://www.w3.org/2004/02/skos/core#topConceptOf"),
        ox.NamedNode(f"{ID}chain-stage"),
        None,
    )
    assert {quad.subject.value.rpartition("/")[2] for quad in tops} == set(STAGES)  # type: ignore[union-attr]


def test_the_timber_chain_says_what_it_said_as_turtle() -> None:
    store = ox.Store()
    store.extend(ox.Quad(*quad.triple) for quad in shipped_quads())
    links = store.query(
        prologue()
        + """SELECT ?a ?s { vc:timber-construction anc:hasComponent ?c . ?c a anc:ValueChainComponent ;
        anc:componentActivity ?a ; anc:chainStage ?s }"""
    )
    found = {(a.value.rpartition("/")[2], s.value.rpartition("/")[2]) for a, s in links}  # type: ignore[union-attr]
    assert len(found) == 23
    assert ("16.10A", "first-processing") in found
    assert ("16.27Y", "second-processing") in found
    assert store.query(
        prologue()
        + 'ASK { vc:timber-construction skos:prefLabel "bois-construction"@fr ; skos:notation "timber-construction" }'
    )


PAGE = (Path(__file__).parents[3] / "docs" / "how-to" / "filiere.md").read_text(encoding="utf-8")


def test_the_page_says_the_message_that_its_example_gives_for_a_wrong_code(tmp_path: Path) -> None:
    example = PAGE.partition("```toml\n")[2].partition("```")[0]
    store = ontology()
    naf = "http://id.insee.fr/codes/nafr2/"
    store.update(
        prologue()
        + "INSERT DATA {"
        + "".join(
            f'<{naf}sousClasse/{code}> a anc:EconomicActivity ; skos:inScheme <{naf}naf> ; skos:notation "{code}" .'
            for code in ("08.11Z", "43.99C")
        )
        + "}"
    )
    assert check([read_filiere(written(tmp_path, example, "pierre-seche"))], store).broken == []
    [error] = check(
        [read_filiere(written(tmp_path, example.replace("08.11Z", "08.11X"), "pierre-seche"))], store
    ).broken
    assert f"filière écartée : {error}" in " ".join(PAGE.split())
    with pytest.raises(
        DeclarationError, match=r"ligne 8 : « 0811z » n'est pas .*le plus proche : « 08.11Z »"
    ):
        read_filiere(written(tmp_path, example.replace("08.11Z", "0811z"), "pierre-seche"))


# --- A publication ---

TABLES: dict[str, list[list[str | None]]] = {
    "about": [["key", "value"], ["name", "parc"], ["title", "Parc"], ["publisher", "Parc"], ["licence", "etalab-2.0"]],
    "programmes": [
        ["id", "label_fr"],
        ["p1", "CQP Ouvrier professionnel en pierre sèche"],
        ["p2", "Licence de la châtaigne et du châtaignier"],
        ["p3", "Licence de droit"],
    ],
    "chains": [
        ["id", "label_fr", "label_en", "definition_fr", "definition_en"],
        ["chestnut", "châtaigne", "chestnut", "Du verger à la farine.", "From orchard to flour."],
    ],
    "components": [
        ["id", "stage", "share", "citation"],
        ["chestnut/01.25Z", "resource", "0.4", "Chambre d'agriculture, 2025"],
        ["chestnut/01.25Y", "resource", None, None],
        ["chestnut/10.39B", "first-processing", None, None],
    ],
    "chain_rules": [
        ["id", "chain", "subject", "function", "stage", "words", "excluded"],
        ["chestnut-trains", "chestnut", "programme", "trains", "resource", "chataigne;chataignier*", "marron glace"],
    ],
}  # fmt: skip


def workbook(path: Path, tables: dict[str, list[list[str | None]]] = TABLES) -> Path:
    with xlsxwriter.Workbook(path) as book:
        for name, rows in tables.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


@pytest.mark.parametrize(
    ("sheet", "row", "place", "reason"),
    [
        ("components", ["chestnut/99.99X", "trade"], "ligne 5, colonne « id »", "n'est pas dans la NAF chargée"),
        ("components", ["chestnut/10.39C", "trade"], "ligne 5, colonne « id »", "le plus proche est « 10.39"),
        ("components", ["chesnut/10.39A", "trade"], "ligne 5, colonne « id »", "« chesnut » est inconnue (le plus proche"),
        ("components", ["chestnut/10.39A", None, "0.5"], "ligne 5, colonne « id »", "Ce maillon n'existe pas"),
        ("chain_rules", ["r", "inconnue", "company", "trains"], "ligne 3, colonne « chain »", "« inconnue » est inconnue"),
        ("chain_rules", ["r", "chestnut", "robot", "trains"], "ligne 3, colonne « subject »", "choisissez « programme »"),
    ],
)  # fmt: skip
def test_a_wrong_row_of_a_sheet_is_rejected_with_sheet_row_and_column(
    tmp_path: Path, sheet: str, row: list[str | None], place: str, reason: str
) -> None:
    tables = {**TABLES, sheet: [*TABLES[sheet], row]}
    with pytest.raises(RejectedRows) as caught:
        Pipeline(tmp_path / "data").load("exchange", [workbook(tmp_path / "parc.xlsx", tables)])
    assert caught.value.rejected == 1
    first = caught.value.first[0]["fr"]
    assert first.startswith(f"parc.xlsx › {sheet}, {place}") and reason in first
    assert f"parc.xlsx › {sheet}," in (tmp_path / "data/rejected/parc.csv").read_text(encoding="utf-8")


def test_rows_may_name_the_filieres_and_links_of_files_and_an_unknown_sheet_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    written(tmp_path / "data" / "filieres")
    more: dict[str, list[list[str | None]]] = {
        "components": [["id", "share"], ["dry-stone/01.13Z", "0.5"], ["timber-construction/16.10A", "0.5"]],
        "memberships": [["member", "chain", "function"], ["p1", "dry-stone", "trains"]],
        "Brouillon": [["rien"]],
    }  # fmt: skip
    kept = {name: TABLES[name] for name in ("about", "programmes")}
    path = workbook(tmp_path / "parc.xlsx", {**kept, **more})
    report = Pipeline(tmp_path / "data").load("exchange", [path], publish=False)
    assert [one["fr"] for one in report.warnings] == [
        "parc.xlsx : la feuille « Brouillon » ne porte le nom d'aucune table : rien n'en est lu.",
    ]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A publication from a workbook, a good file and two broken ones; what was said of its progress."""
    folder = tmp_path_factory.mktemp("filieres")
    data = folder / "data"
    (data / "filieres").mkdir(parents=True)
    written(data / "filieres")
    written(data / "filieres", TEXT.replace("naf2025", "naf2030"), name="broken")
    written(data / "filieres", TEXT.replace('"01.13Z"', '"01.13A"'), name="organic-cosmetics")
    said: list[str] = []
    Pipeline(data).load(
        "exchange", [workbook(folder / "parc.xlsx")], progress=lambda one: said.append(one["fr"])
    )
    return data, said


def members(data: Path) -> set[tuple[str, str, str, str]]:
    with LocalReader.current(data) as reader:
        rows = reader.store.query(
            prologue()
            + """SELECT ?chain ?member ?rule ?stage {
            ?m anc:ofValueChain|anc:proposedFor ?chain ; anc:member|anc:proposedMember ?member ; anc:matchedRule ?rule
            OPTIONAL { ?m anc:chainStage ?stage } }"""
        )
        return {tuple(term.value.rpartition("/")[2] if term else "" for term in row) for row in rows}  # type: ignore


@pytest.mark.long
def test_files_and_sheets_make_filieres_with_their_members(published: tuple[Path, list[str]]) -> None:
    assert members(published[0]) == {
        ("dry-stone", "parc-p1", "stone-trains", ""),
        ("chestnut", "parc-p2", "chestnut-trains", "resource"),
    }


def test_a_sheet_gives_links_with_their_activity_share_and_source(published: tuple[Path, list[str]]) -> None:
    with LocalReader.current(published[0]) as reader:
        rows = reader.store.query(
            prologue()
            + """SELECT ?a ?stage ?share ?source ?evidence ?graph { GRAPH ?graph { vc:chestnut anc:hasComponent ?c }
            ?c anc:componentActivity ?a ; anc:chainStage ?stage .
            OPTIONAL { ?c anc:share ?share ; dcterms:source ?source ; anc:evidenceStatus ?evidence } }"""
        )
        found = {tuple(term.value if term else None for term in row) for row in rows}  # type: ignore[union-attr]
    naf, graph = "http://id.insee.fr/codes/nafr2/sousClasse/", GRAPHS + "parc"
    stage = f"{ID}chain-stage/"
    assert found == {
        (
            f"{naf}01.25Z",
            f"{stage}resource",
            "0.4",
            "Chambre d'agriculture, 2025",
            f"{ID}evidence-status/declared",
            graph,
        ),
        (f"{ID}naf2025/01.25Y", f"{stage}resource", None, None, None, graph),
        (f"{naf}10.39B", f"{stage}first-processing", None, None, None, graph),
    }


def test_broken_files_are_named_and_the_rest_is_published(published: tuple[Path, list[str]]) -> None:
    data, said = published
    told = [line for line in said if line.startswith("filière écartée")]
    assert len(told) == 2
    assert (
        "filière écartée : broken.toml, ligne 10 : clé inconnue « naf2030 » ; le plus proche est « naf2 »."
        in told
    )
    with LocalReader.current(data) as reader:
        manifest = json.loads((reader.snapshot.path / "manifest.json").read_text(encoding="utf-8"))
        assert {(one["file"], one["line"]) for one in manifest["broken"]} == {
            ("broken.toml", 10),
            ("organic-cosmetics.toml", 9),
        }
        assert reader.store.query(
            prologue() + 'ASK { vc:organic-cosmetics skos:prefLabel "cosmétique bio"@fr }'
        )


def test_an_unverified_code_is_said_and_published(published: tuple[Path, list[str]]) -> None:
    data, _ = published
    written(data / "filieres", TEXT.replace('"01.13Y"', '"08.11Y"'))
    said: list[str] = []
    Pipeline(data).publish(lambda one: said.append(one["fr"]))
    assert any("dry-stone.toml, ligne 10 : le code « 08.11Y » n'est pas vérifié" in line for line in said)
    with LocalReader.current(data) as reader:
        assert reader.store.query(
            prologue() + f'ASK {{ <{ID}naf2025/08.11Y> a anc:EconomicActivity ; skos:notation "08.11Y" }}'
        )


def test_a_file_that_changes_makes_another_publication(published: tuple[Path, list[str]]) -> None:
    data, _ = published
    written(data / "filieres", TEXT.replace('words = ["pierre seche"]', 'words = ["droit"]'))
    Pipeline(data).publish()
    assert ("dry-stone", "parc-p3", "stone-trains", "") in members(data)
    assert ("dry-stone", "parc-p1", "stone-trains", "") not in members(data)


def test_a_title_that_another_filiere_has_sets_its_file_aside(tmp_path: Path) -> None:
    written(tmp_path)
    written(tmp_path, TEXT.replace("dry stone", "Dry walls").replace("pierre sèche", "Pierre sèche"), "walls")
    kept, broken = without_namesakes(read_filieres(tmp_path)[0])
    assert [one.id for one in kept] == ["dry-stone"]
    assert [one.message["fr"] for one in broken] == [
        "walls.toml, ligne 2 : le titre « Pierre sèche » est déjà celui de la filière « dry-stone »."
    ]
