"""What programmes prepare for: the rules file, its families, exclusions, precedence, and the shipped rules."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from ancrage.api.datasets.listed import OWN
from ancrage.graph.declarations import DeclarationError
from ancrage.graph.snapshots.provenance import DERIVED_GRAPHS, GRAPHS, PREPARATION_GRAPH
from ancrage.graph.updates.working_copy import WorkingCopy
from ancrage.loaders.inference.preparation import FAMILIES, derive, is_concerned, read_rules
from ancrage.loaders.publish.derived_graphs import DERIVATIONS
from ancrage.loaders.read.about import RESERVED
from ancrage.ontology.vocabulary import ANC, ID

RDFS_LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
PROGRAMME = ox.NamedNode(f"{ANC}TrainingProgramme")
RULE = """
[[rules]]
id = "building"
families = ["B", "F"]
words = ["bois", "charpent*"]
not = ["bois guillaume"]
"""


def rules_file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "rules.toml"
    path.write_text(text, encoding="utf-8")
    return path


def store_of(*labels: str) -> ox.Store:
    store = ox.Store()
    for rank, label in enumerate(labels):
        subject = ox.NamedNode(f"{ID}programme/{rank}")
        store.add(ox.Quad(subject, TYPE, PROGRAMME))
        store.add(ox.Quad(subject, RDFS_LABEL, ox.Literal(label, language="fr")))
    return store


def families(label: str) -> str:
    """Return the letters that the shipped rules give a label, sorted."""
    found = derive(store_of(label), read_rules())["occupation"]
    return "".join(sorted(found.str.strip_prefix("fap/").to_list()))


def test_a_programme_prepares_for_each_family_of_its_rule(tmp_path: Path) -> None:
    found = derive(store_of("BTS Charpente", "BTS Assurance"), read_rules(rules_file(tmp_path, RULE)))
    assert found.select("programme", "occupation", "rule", "evidence").rows() == [
        (f"{ID}programme/0", f"fap/{letter}", "building", "evidence-status/inferred") for letter in "BF"
    ]
    assert found["id"].n_unique() == 2
    assert all(name.startswith(("preparation/B-", "preparation/F-")) for name in found["id"])


def test_exclusions_remove_look_alikes(tmp_path: Path) -> None:
    assert derive(store_of("Lycée de Bois-Guillaume"), read_rules(rules_file(tmp_path, RULE))).is_empty()


def test_the_first_rule_names_what_several_give(tmp_path: Path) -> None:
    second = RULE.replace("building", "other").replace('["B", "F"]', '["F", "G"]')
    found = derive(store_of("BTS bois"), read_rules(rules_file(tmp_path, RULE + second)))
    assert found.select("occupation", "rule").rows() == [
        ("fap/B", "building"),
        ("fap/F", "building"),
        ("fap/G", "other"),
    ]


@pytest.mark.parametrize(
    ("change", "line", "reason"),
    [
        (('["B", "F"]', '["B", "I"]'), 4, "famille « I » hors de A, B, C"),
        (('["B", "F"]', '["BF"]'), 4, "famille « BF »"),
        (('["B", "F"]', '"BTP"'), 4, "« families » demande une liste de textes"),
        (('["B", "F"]', "[2]"), 4, "« families » demande une liste de textes"),
        (("families =", "family ="), 4, "clé inconnue « family »"),
        (('families = ["B", "F"]', ""), 2, "la clé « families » manque"),
        (('words = ["bois", "charpent*"]', ""), 2, "la clé « words » manque"),
        (('words = ["bois", "charpent*"]', "words = []"), 5, "« words » demande"),
        (('"charpent*"', '""'), 5, "« words » demande une liste de mots"),
        (('["bois guillaume"]', '"bois guillaume"'), 6, "« not » demande une liste de mots"),
    ],
)
def test_a_broken_rule_is_named(tmp_path: Path, change: tuple[str, str], line: int, reason: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        read_rules(rules_file(tmp_path, RULE.replace(*change)))
    assert reason in str(caught.value)
    assert caught.value.line == line
    assert str(caught.value).startswith(f"rules.toml, ligne {line} : ")


def test_two_rules_of_one_id_and_what_is_not_toml_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match="pris par une autre"):
        read_rules(rules_file(tmp_path, RULE + RULE))
    with pytest.raises(DeclarationError, match="TOML illisible"):
        read_rules(rules_file(tmp_path, "[[rules"))
    path = tmp_path / "latin.toml"
    path.write_bytes("é = 1".encode("latin-1"))
    with pytest.raises(DeclarationError, match="pas en UTF-8"):
        read_rules(path)


@pytest.mark.parametrize(
    ("label", "letters"),
    [
        ("BTS - Production - Systèmes constructifs bois et habitat", "BF"),
        ("BTS - Services - Comptabilité et gestion", "L"),
        ("BTS - Production - Architectures en Métal : conception et Réalisation", "BD"),
        ("BTS - Production - Maintenance des systèmes - option B Systèmes énergétiques et fluidiques", "G"),
        ("BUT - Informatique", "M"),
        ("BUT - Génie électrique et informatique industrielle", "C"),
        ("BUT - Gestion administrative et commerciale des organisations", "LR"),
        ("D.E Infirmier", "V"),
        ("Formation d'ingénieur Bac + 5 - Bac Général", "HN"),
        ("Licence - Droit", "LP"),
        ("Master Histoire du droit et des institutions", "LP"),
        ("Licence - Sciences et techniques des activités physiques et sportives", "VW"),
        ("DN MADE - Espace - Espace à vivre, architecture intérieure et micro-architecture", "U"),
        ("Master Métiers de l'enseignement, de l'éducation et de la formation (MEEF), 1er degré", "W"),
        ("Licence - Philosophie", ""),
        ("CPGE - MPSI", ""),
        ("CPGE - ECG - Mathématiques appliquées + ESH", ""),
        ("Licence - Sociologie", ""),
    ],
)
def test_the_shipped_rules_read_real_labels(label: str, letters: str) -> None:
    assert families(label) == letters


def test_the_shipped_rules_reach_every_family_but_the_one_nobody_is_trained_for() -> None:
    reached = {letter for rule in read_rules() for letter in rule.families}
    assert reached == set(FAMILIES) - {"X"}


def test_a_change_concerns_the_rules_when_it_is_of_a_programme_or_its_label() -> None:
    store = store_of("BTS bois")
    one, other = ox.NamedNode(f"{ID}programme/0"), ox.NamedNode(f"{ID}site/0")
    assert is_concerned(store, [ox.Quad(one, RDFS_LABEL, ox.Literal("BTS"))])
    assert is_concerned(store, [ox.Quad(other, TYPE, PROGRAMME)])
    assert not is_concerned(store, [ox.Quad(other, RDFS_LABEL, ox.Literal("bois"))])
    assert not is_concerned(store, [ox.Quad(one, ox.NamedNode(f"{ANC}capacity"), ox.Literal("bois"))])


def test_what_is_derived_has_the_direct_link_and_the_preparation(tmp_path: Path) -> None:
    (derivation,) = (one for one in DERIVATIONS if one.graph == PREPARATION_GRAPH)
    quads = set(derivation.quads(WorkingCopy(store_of("BTS Assurance"), {}), tmp_path))
    programme, family = ox.NamedNode(f"{ID}programme/0"), ox.NamedNode(f"{ID}fap/Q")
    assert {quad.graph_name.value for quad in quads} == {"https://w3id.org/ancrage/graph/metiers"}  # type: ignore[union-attr]
    found = {(quad.subject, quad.predicate.value.removeprefix(ANC), quad.object) for quad in quads}
    assert (programme, "trainsFor", family) in found
    (node,) = {subject for subject, predicate, _ in found if predicate == "preparationOf"}
    assert (node, "preparesFor", family) in found
    assert (node, "matchedRule", ox.Literal("banking-insurance")) in found
    assert (node, "evidenceStatus", ox.NamedNode(f"{ID}evidence-status/inferred")) in found
    assert len(found) == 6


def test_derived_graphs_have_a_title_and_a_name_that_no_partner_takes() -> None:
    assert [derivation.graph for derivation in DERIVATIONS] == [*DERIVED_GRAPHS]
    assert set(DERIVED_GRAPHS) <= set(OWN)
    assert {graph.removeprefix(GRAPHS) for graph in DERIVED_GRAPHS} <= set(RESERVED)
