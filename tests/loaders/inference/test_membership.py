"""Memberships of filières: the rules of a file, read back from the graph; identifiers, refusals, codes; words propose."""

from pathlib import Path

import polars as pl
import pyoxigraph as ox
import pytest
from ancrage.graph.declarations import DeclarationError
from ancrage.loaders.filieres.files import SHIPPED, read_filiere, read_filieres
from ancrage.loaders.filieres.scheme import quads
from ancrage.loaders.inference.membership import Rule, derive, is_concerned, proposal_quads, propose, rules_of
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


def proposed(store: ox.Store, chosen: list[Rule]) -> pl.DataFrame:
    """Give whom words propose where nobody is a member but by the rules themselves."""
    return propose(store, chosen, derive(store, chosen))


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
    found = proposed(store_of(label), rules(tmp_path, RULE))
    assert found["member"].to_list() == ([f"{ID}x/0"] if matches else [])


def test_words_make_nobody_a_member(tmp_path: Path) -> None:
    """A network laboratory has "architecture" in its name: words only propose (findings C)."""
    assert derive(store_of("Licence bois"), rules(tmp_path, RULE)).is_empty()


def test_a_proposal_carries_its_rule(tmp_path: Path) -> None:
    row = proposed(store_of("Licence bois"), rules(tmp_path, RULE)).row(0, named=True)
    assert row["rule"] == "timber"
    assert row["chain"] == "value-chain/timber-construction"
    assert row["function"] == "chain-function/trains"
    assert row["stage"] is None


def test_the_first_rule_wins_and_nobody_is_written_twice(tmp_path: Path) -> None:
    second = RULE.replace('id = "timber"', 'id = "other"')
    found = proposed(store_of("Licence bois", "Bois bois"), rules(tmp_path, RULE + second))
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


def test_a_firm_whose_name_ends_with_the_word_of_its_filiere_is_proposed() -> None:
    """STMicroelectronics, the largest of its filière there, is one word: no rule on "microelectroni*" reads it."""
    store = store_of("STMICROELECTRONICS CROLLES 2 SAS", "STM Conseil", kind="Company")
    store.extend(ox.Quad(*quad.triple) for quad in quads(read_filieres(SHIPPED)[0]))
    found = proposed(store, rules_of(store)).select("member", "chain").rows()
    assert found == [(f"{ID}x/0", "value-chain/microelectronics")]


# --- Members by identifier ---

FIRMS = f"""
PREFIX anc: <{ANC}> PREFIX id: <{ID}> PREFIX rdfs: <{RDFS_LABEL.removesuffix("label")}>
<{ID}organization/130026081> a anc:Company ; anc:siren "130026081" ; rdfs:label "Bois Alpha"@fr ;
  anc:mainActivity <http://id.insee.fr/codes/nafr2/sousClasse/02.10Z> .
<{ID}organization/beta> a anc:Company ; rdfs:label "Bois Beta"@fr ;
  anc:mainActivity <http://id.insee.fr/codes/nafr2/sousClasse/02.10Z> .
<{ID}organization/200000000A> a anc:ResearchUnit ; anc:rnsr "200000000A" ; rdfs:label "Bois Gamma"@fr .
<{ID}programme/1> a anc:TrainingProgramme ; rdfs:label "BTS Métiers du bois"@fr .
<{ID}programme/2> a anc:TrainingProgramme ; rdfs:label "BTS METIERS DU BOIS"@fr .
<{ID}programme/3> a anc:TrainingProgramme ; rdfs:label "BTS Métiers du bois et de la forêt"@fr .
"""
CODES = '[[rules]]\nid = "codes"\nsubject = "company"\nfunction = "produces"\ncodes = true\n'
WORDS = "".join(
    f'[[rules]]\nid = "{subject}"\nsubject = "{subject}"\nfunction = "trains"\nwords = ["bois"]\n'
    for subject in ("company", "research-unit", "programme")
)


def decided(kind: str, *identifiers: str, function: str = "produces", name: str = "read") -> str:
    """Write a list of members or of refusals."""
    does = f'function = "{function}"\n' if kind == "members" else ""
    return (
        f'[[{kind}]]\nid = "{name}"\n{does}who = "rédaction d\'essai"\nwhen = 2026-11-28\nwhy = "lu"\n'
        f"identifiers = {list(identifiers)!r}\n".replace("'2", '"2')
    )


def derived(tmp_path: Path, text: str, facts: str = FIRMS) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give the members, and those proposed, that the lists and rules of a file make of some facts."""
    path = tmp_path / "timber-construction.toml"
    path.write_text(HEAD + text, encoding="utf-8")
    store = ox.Store()
    store.load(facts.encode(), ox.RdfFormat.TRIG)
    store.extend(ox.Quad(*quad.triple) for quad in quads([read_filiere(path)]))
    members = derive(store, rules_of(store))
    return members, propose(store, rules_of(store), members)


def ends(frame: pl.DataFrame) -> list[str]:
    return sorted(path.removeprefix(ID) for path in frame["member"])


def test_who_is_named_by_a_number_is_a_declared_member_with_the_stage_of_its_activity(tmp_path: Path) -> None:
    members, _ = derived(tmp_path, decided("members", "siren:130026081") + CODES)
    rows = members.select("member", "rule", "evidence", "stage").sort("member").rows()
    stage = f"{ID}chain-stage/resource"
    assert rows == [
        (f"{ID}organization/130026081", "read", "evidence-status/declared", stage),
        (f"{ID}organization/beta", "codes", "evidence-status/inferred", stage),
    ]


def test_a_refusal_holds_against_codes_and_words(tmp_path: Path) -> None:
    members, proposals = derived(
        tmp_path, decided("refusals", "id:organization/beta", "rnsr:200000000A") + CODES + WORDS
    )
    assert ends(members) == ["organization/130026081"]
    assert ends(proposals) == ["programme/1", "programme/2", "programme/3"]


def test_a_title_names_every_programme_that_has_it_and_no_other(tmp_path: Path) -> None:
    members, proposals = derived(
        tmp_path, decided("members", "title:BTS Métiers du bois", function="trains") + WORDS
    )
    assert ends(members) == ["programme/1", "programme/2"]
    assert "programme/3" in ends(proposals) and "programme/1" not in ends(proposals)


def test_a_record_is_the_body_that_the_register_says(tmp_path: Path) -> None:
    facts = (
        FIRMS
        + f"""GRAPH <https://w3id.org/ancrage/graph/register> {{
      <{ID}organization/anr-1> anc:recordOf <{ID}organization/beta> .
      <{ID}organization/130026999> anc:recordOf <{ID}organization/200000000A> }}"""
    )
    members, _ = derived(
        tmp_path, decided("members", "id:organization/anr-1", "siren:130026081", "pic:999999999"), facts
    )
    assert ends(members) == ["organization/130026081", "organization/beta"]


def test_a_member_that_a_source_declares_is_not_proposed(tmp_path: Path) -> None:
    said = (
        f"<{ID}m/1> anc:member <{ID}programme/3> ; anc:ofValueChain <{ID}value-chain/timber-construction> ."
    )
    _, proposals = derived(tmp_path, WORDS, FIRMS + said + f" GRAPH <{ID}partner> {{ {said} }}")
    assert "programme/3" not in ends(proposals) and "programme/1" in ends(proposals)


def test_a_proposal_has_no_term_of_a_membership(tmp_path: Path) -> None:
    """No question on members, written once or to come, can count a proposal."""
    _, proposals = derived(tmp_path, WORDS)
    predicates = {quad.predicate.value.removeprefix(ANC) for quad in proposal_quads(proposals)}
    assert {"proposedMember", "proposedFor", "matchedRule"} <= predicates
    assert not predicates & {"member", "ofValueChain", "evidenceStatus"}


def test_a_number_given_to_somebody_makes_memberships_anew() -> None:
    store = ox.Store()
    quad = ox.Quad(ox.NamedNode(f"{ID}x"), ox.NamedNode(f"{ANC}siren"), ox.Literal("130026081"))
    assert is_concerned(store, [quad])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (decided("members", "siren:130026082"), "forme ou la clé"),
        (decided("members", "siret:13002608100013"), "n'est pas un identifiant"),
        (decided("members", "Bois Alpha"), "n'est pas un identifiant"),
        (decided("members"), "liste d'identifiants"),
        (decided("members", "siren:130026081").replace("rédaction", "Jeanne Dupont, rédaction"), "rôle"),
        (decided("members", "siren:130026081").replace('why = "lu"', ""), "la clé « why » manque"),
        (decided("members", "siren:130026081").replace("2026-11-28", "2026-13-28"), "TOML illisible"),
        (decided("members", "siren:130026081").replace("2026-11-28", "3"), "une date"),
        (
            decided("members", "siren:130026081") + decided("refusals", "siren:130026081", name="no"),
            "à la fois membre et refusé",
        ),
    ],
)
def test_a_broken_list_is_named(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "timber-construction.toml"
    path.write_text(HEAD + text, encoding="utf-8")
    with pytest.raises(DeclarationError, match=reason) as caught:
        read_filiere(path)
    assert caught.value.line is not None
    assert caught.value.line >= 10
