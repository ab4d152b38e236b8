"""Memberships of filières: the rules of a file, read back from the graph; words, stems, exclusions, codes."""

from pathlib import Path

import pyoxigraph as ox
import pytest
from ancrage.graph.declarations import DeclarationError
from ancrage.loaders.filieres.files import SHIPPED, read_filiere, read_filieres
from ancrage.loaders.filieres.scheme import quads
from ancrage.loaders.inference.membership import Rule, derive, rules_of
from ancrage.ontology.vocabulary import ANC, ID

RDFS_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"


HEAD = """
title.fr = "bois-construction"
title.en = "timber construction"
definition.fr = "De la forêt au bâtiment."
definition.en = "From the forest to the building."

[[links]]
stage = "resource"
naf2 = ["02.10Z"]
"""
RULE = """
[[rules]]
id = "timber"
subject = "programme"
function = "trains"
words = ["bois", "charpent*"]
not = ["bois guillaume"]
"""


def rules(tmp_path: Path, text: str) -> list[Rule]:
    """Give the rules of a file as a store gives them back once the filière was written in it."""
    path = tmp_path / "timber-construction.toml"
    path.write_text(HEAD + text, encoding="utf-8")
    store = ox.Store()
    store.extend(ox.Quad(*quad.triple) for quad in quads([read_filiere(path)]))
    found = rules_of(store)
    assert {(r.id, r.subject, r.function, r.stage, frozenset(r.words), r.codes) for r in found} == {
        (r.id, r.subject, r.function, r.stage, frozenset(r.words), r.codes) for r in read_filiere(path).rules
    }
    return found


def store_of(*labels: str, kind: str = "TrainingProgramme") -> ox.Store:
    store = ox.Store()
    for rank, label in enumerate(labels):
        lines = (f"<{ID}x/{rank}> a <{ANC}{kind}> ; <{RDFS_LABEL}> {ox.Literal(label, language='fr')} .",)
        store.load("\n".join(lines).encode(), ox.RdfFormat.TURTLE)
    return store


@pytest.mark.parametrize(
    ("label", "matches"),
    [
        ("BTS Systèmes constructifs bois et habitat", True),
        ("Compagnons charpentiers", True),
        ("Métiers du BOIS", True),
        ("Les bois tropicaux", True),
        ("Boissons et fermentation", False),
        ("Lycée de Bois-Guillaume", False),
        ("Hautbois", False),
    ],
)
def test_words_are_whole_and_stems_open(tmp_path: Path, label: str, matches: bool) -> None:
    found = derive(store_of(label), rules(tmp_path, RULE))
    assert found["member"].to_list() == ([f"{ID}x/0"] if matches else [])


def test_a_membership_carries_its_rule_and_is_inferred(tmp_path: Path) -> None:
    row = derive(store_of("Licence bois"), rules(tmp_path, RULE)).row(0, named=True)
    assert row["rule"] == "timber"
    assert row["evidence"] == "evidence-status/inferred"
    assert row["chain"] == "value-chain/timber-construction"
    assert row["function"] == "chain-function/trains"
    assert row["stage"] is None


def test_the_first_rule_wins_and_nobody_is_written_twice(tmp_path: Path) -> None:
    second = RULE.replace('id = "timber"', 'id = "other"')
    found = derive(store_of("Licence bois", "Bois bois"), rules(tmp_path, RULE + second))
    assert found["rule"].to_list() == ["timber", "timber"]
    assert found["id"].n_unique() == 2


def test_codes_give_the_stage_of_the_activity(tmp_path: Path) -> None:
    store = ox.Store()
    naf = "http://id.insee.fr/codes/nafr2/sousClasse/"
    text = '[[rules]]\nid = "codes"\nsubject = "company"\nfunction = "produces"\ncodes = true\n'
    path = tmp_path / "c.toml"
    path.write_text(HEAD + text, encoding="utf-8")
    store.extend(ox.Quad(*quad.triple) for quad in quads([read_filiere(path)]))
    store.load(
        f"""
        <{ID}organization/1> a <{ANC}Company> ; <{ANC}mainActivity> <{naf}02.10Z> .
        <{ID}organization/2> a <{ANC}Company> ; <{ANC}mainActivity> <{naf}02.20Z> .
        """.encode(),
        ox.RdfFormat.TURTLE,
    )
    found = derive(store, rules_of(store))
    assert found.select("member", "stage").rows() == [(f"{ID}organization/1", f"{ID}chain-stage/resource")]


def test_a_wide_code_makes_nobody_a_member(tmp_path: Path) -> None:
    """An engineering office is not of the timber chain because one in fifty is."""
    store = ox.Store()
    text = '[[rules]]\nid = "codes"\nsubject = "company"\nfunction = "produces"\ncodes = true\n'
    path = tmp_path / "c.toml"
    head = HEAD.replace('naf2 = ["02.10Z"]', 'naf2 = ["02.10Z", { code = "71.12B", wide = true }]')
    path.write_text(head + text, encoding="utf-8")
    store.extend(ox.Quad(*quad.triple) for quad in quads([read_filiere(path)]))
    naf = "http://id.insee.fr/codes/nafr2/sousClasse/"
    for rank, code in enumerate(("02.10Z", "71.12B")):
        firm = ox.NamedNode(f"{ID}organization/{rank}")
        store.add(ox.Quad(firm, ox.NamedNode(f"{ANC}mainActivity"), ox.NamedNode(naf + code)))
        store.add(
            ox.Quad(
                firm,
                ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"),
                ox.NamedNode(f"{ANC}Company"),
            )
        )
    assert derive(store, rules_of(store))["member"].to_list() == [f"{ID}organization/0"]


@pytest.mark.parametrize(
    ("change", "line", "reason"),
    [
        (
            ('subject = "programme"', 'subject = "person"'),
            13,
            "« person » n'est pas une valeur de « subject »",
        ),
        (('function = "trains"', 'function = "eats"'), 14, "« eats » n'est pas une valeur de « function »"),
        (("words =", "wrods ="), 15, "clé inconnue « wrods » ; le plus proche est « words »"),
        (('id = "timber"', ""), 11, "la clé « id » manque"),
        (('words = ["bois", "charpent*"]', ""), 11, "ni mots ni codes"),
        (('"bois", "charpent*"', '"bois", " "'), 15, "liste de mots"),
    ],
)
def test_a_broken_rule_is_named(tmp_path: Path, change: tuple[str, str], line: int, reason: str) -> None:
    with pytest.raises(DeclarationError, match=reason) as caught:
        rules(tmp_path, RULE.replace(*change))
    assert caught.value.line == line


def test_two_rules_of_one_id_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match="pris par une autre") as caught:
        rules(tmp_path, RULE + RULE)
    assert caught.value.line == 19


def test_the_shipped_rules_cover_every_filiere_and_three_functions() -> None:
    filieres, broken = read_filieres(SHIPPED)
    assert broken == []
    assert {"timber-construction", "organic-cosmetics", "microelectronics", "food-short-chains"} == {
        filiere.id for filiere in filieres
    }
    for filiere in filieres:
        assert {rule.function for rule in filiere.rules} >= {"trains", "researches", "produces"}, filiere.id


def test_a_firm_whose_name_ends_with_the_word_of_its_filiere_is_a_member() -> None:
    """STMicroelectronics, the largest of its filière there, is one word: no rule on "microelectroni*" reads it."""
    store = store_of("STMICROELECTRONICS CROLLES 2 SAS", "STM Conseil", kind="Company")
    store.extend(ox.Quad(*quad.triple) for quad in quads(read_filieres(SHIPPED)[0]))
    found = derive(store, rules_of(store)).select("member", "chain").rows()
    assert found == [(f"{ID}x/0", "value-chain/microelectronics")]
