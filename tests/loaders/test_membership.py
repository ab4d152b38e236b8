"""Memberships of filières: the rules file, words, stems, exclusions, codes."""

from pathlib import Path

import pyoxigraph as ox
import pytest
from ancrage.loaders.membership import RuleError, derive, read_rules
from ancrage.ontology.vocabulary import ANC, ID

RDFS_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"


def rules_file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "rules.toml"
    path.write_text(text, encoding="utf-8")
    return path


RULE = """
[[rules]]
id = "timber"
chain = "timber-construction"
subject = "programme"
function = "trains"
words = ["bois", "charpent*"]
not = ["bois guillaume"]
"""


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
    found = derive(store_of(label), read_rules(rules_file(tmp_path, RULE)))
    assert found["member"].to_list() == ([f"{ID}x/0"] if matches else [])


def test_a_membership_carries_its_rule_and_is_inferred(tmp_path: Path) -> None:
    row = derive(store_of("Licence bois"), read_rules(rules_file(tmp_path, RULE))).row(0, named=True)
    assert row["rule"] == "timber"
    assert row["evidence"] == "evidence-status/inferred"
    assert row["chain"] == "value-chain/timber-construction"
    assert row["function"] == "chain-function/trains"
    assert row["stage"] is None


def test_the_first_rule_wins_and_nobody_is_written_twice(tmp_path: Path) -> None:
    second = RULE.replace('id = "timber"', 'id = "other"')
    found = derive(store_of("Licence bois", "Bois bois"), read_rules(rules_file(tmp_path, RULE + second)))
    assert found["rule"].to_list() == ["timber", "timber"]
    assert found["id"].n_unique() == 2


def test_codes_give_the_stage_of_the_activity(tmp_path: Path) -> None:
    store = ox.Store()
    store.load(
        f"""
        <{ID}value-chain/c> <{ANC}hasComponent> <{ID}c/1> .
        <{ID}c/1> <{ANC}componentActivity> <{ID}naf/1> ; <{ANC}chainStage> <{ID}chain-stage/resource> .
        <{ID}organization/1> a <{ANC}Company> ; <{ANC}mainActivity> <{ID}naf/1> .
        <{ID}organization/2> a <{ANC}Company> ; <{ANC}mainActivity> <{ID}naf/2> .
        """.encode(),
        ox.RdfFormat.TURTLE,
    )
    text = '[[rules]]\nid = "codes"\nchain = "c"\nsubject = "company"\nfunction = "produces"\ncodes = true\n'
    found = derive(store, read_rules(rules_file(tmp_path, text)))
    assert found.select("member", "stage").rows() == [(f"{ID}organization/1", f"{ID}chain-stage/resource")]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (('subject = "programme"', 'subject = "person"'), "sujet « person »"),
        (('function = "trains"', 'function = "eats"'), "fonction « eats »"),
        (("words =", "wrods ="), "clé inconnue « wrods »"),
        (('chain = "timber-construction"', ""), "la clé « chain » manque"),
        (('words = ["bois", "charpent*"]', ""), "ni mots ni codes"),
    ],
)
def test_a_broken_rule_is_named(tmp_path: Path, change: tuple[str, str], reason: str) -> None:
    with pytest.raises(RuleError, match=reason) as caught:
        read_rules(rules_file(tmp_path, RULE.replace(*change)))
    assert caught.value.rule == "timber"


def test_two_rules_of_one_id_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="déjà pris"):
        read_rules(rules_file(tmp_path, RULE + RULE))


def test_the_shipped_rules_cover_both_filieres_and_functions() -> None:
    rules = read_rules()
    assert {(rule.chain, rule.function) for rule in rules} == {
        (chain, function)
        for chain in ("timber-construction", "organic-cosmetics")
        for function in ("trains", "researches", "produces")
    }
