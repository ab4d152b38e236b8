"""What follows from the ontology and from identifiers: superclasses, inverses, chains, links; again after a change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from ancrage.graph.snapshots.provenance import ENTAILMENT_GRAPH, GRAPHS, ONTOLOGY_GRAPH, REGISTER_GRAPH
from ancrage.graph.snapshots.store import fill_store
from ancrage.graph.updates.working_copy import WorkingCopy
from ancrage.loaders.inference.entailment import Rules, concerned_things, entail
from ancrage.ontology.vocabulary import ANC, ID, ontology_files, prologue

PARTNER = GRAPHS + "partner"
ISERE, GRENOBLE, LYON = "territory/department/38", "territory/commune/38185", "territory/commune/69123"
FACTS = f"""{prologue()}
<{ID}{ISERE}> a anc:Department ; anc:inseeCode "38" ; anc:partOfTerritory <{ID}territory/region/84> .
<{ID}territory/region/84> a anc:Region ; anc:inseeCode "84" .
<{ID}territory/commune/98818> a anc:Commune ; anc:inseeCode "98818" .
<{ID}territory/epci/200040715> a anc:Intercommunality ; anc:inseeCode "200040715" ;
    anc:governedBy <{ID}organization/200040715> .
<{ID}{GRENOBLE}> a anc:Commune ; anc:inseeCode "38185" ; anc:partOfTerritory <{ID}{ISERE}> .
<{ID}{LYON}> anc:overlapsTerritory <{ID}territory/epci/200040715> ; a anc:Commune ; anc:inseeCode "69123" .
<{ID}scheme> a skos:ConceptScheme .
<{ID}scheme/a> skos:inScheme <{ID}scheme> .
<{ID}scheme/b> skos:inScheme <{ID}scheme> ; skos:broader <{ID}scheme/a> .
<{ID}organization/u> a org:Organization , anc:University ; org:hasSite <{ID}site/s> ; anc:wikidata "Q945876" ;
    anc:ror "https://ror.org/02rx3b187"^^xsd:anyURI ; anc:idref "240648339" .
<{ID}organization/v> a org:Organization , anc:School ; anc:wikidata "q12, Q13" ; anc:idref "2406" ; anc:ror "02rx3b187" .
<{ID}organization/r> a org:Organization , anc:University ; anc:idref "026403064" .
<{ID}site/s> a org:Site ; anc:locatedIn <{ID}{GRENOBLE}> .
<{ID}interaction/i> a anc:ResearchProject ; anc:hasParticipation <{ID}participation/p> .
<{ID}participation/p> a anc:Participation ; anc:participant <{ID}organization/u> .
"""


def term(name: str) -> ox.NamedNode:
    return ox.NamedNode(name if "://" in name else ANC + name if "/" not in name else ID + name)


@pytest.fixture
def copy(tmp_path: Path) -> WorkingCopy:
    facts = tmp_path / "facts.ttl"
    facts.write_text(FACTS, encoding="utf-8")
    register = tmp_path / "register.nt"
    register.write_text(f"<{ID}organization/r> <{ANC}recordOf> <{ID}organization/u> .", encoding="utf-8")
    files = [(path, ONTOLOGY_GRAPH) for path in ontology_files()]
    files += [(facts, PARTNER), (register, REGISTER_GRAPH)]
    store = fill_store(files, tmp_path / "store", merged=[ONTOLOGY_GRAPH, PARTNER])
    found = WorkingCopy(store, {})
    found.derive(ENTAILMENT_GRAPH, entail(found))
    return found


def said(copy: WorkingCopy, subject: str, property: str) -> set[str]:
    """Return the values that the default graph has of a property, short."""
    name = term(property) if "://" not in property else ox.NamedNode(property)
    quads = copy.store.quads_for_pattern(term(subject), name, None, ox.DefaultGraph())
    return {quad.object.value.removeprefix(ID).removeprefix(ANC) for quad in quads}  # type: ignore[union-attr]


TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
SAME = "http://www.w3.org/2002/07/owl#sameAs"
MATCH = "https://schema.org/sameAs"


def test_a_first_guess_answers(copy: WorkingCopy) -> None:
    assert said(copy, GRENOBLE, TYPE) == {"Commune", "AdministrativeTerritory", "Territory"}
    assert said(copy, "interaction/i", TYPE) == {"ResearchProject", "Interaction"}
    assert {"University", "HigherEducationInstitution"} < said(copy, "organization/u", TYPE)
    assert said(copy, ISERE, "hasPartTerritory") == {GRENOBLE}
    assert said(copy, "organization/200040715", "governs") == {"territory/epci/200040715"}
    assert said(copy, "interaction/i", "involves") == {"organization/u"}
    assert said(copy, "territory/epci/200040715", "overlapsTerritory") == {LYON}
    assert said(copy, f"{ID}scheme", "http://www.w3.org/2004/02/skos/core#hasTopConcept") == {"scheme/a"}
    assert said(copy, "organization/u", "presentIn") == {GRENOBLE, ISERE, "territory/region/84"}


def test_identifiers_link_to_the_same_thing_elsewhere_where_they_are_well_formed(copy: WorkingCopy) -> None:
    assert said(copy, "organization/u", SAME) == {
        "http://www.wikidata.org/entity/Q945876",
        "https://ror.org/02rx3b187",
        "http://www.idref.fr/240648339/id",
    }  # the code of its other record is not believed, nor is its link there
    assert said(copy, "organization/u", "wikidata") == {"Q945876"}
    assert said(copy, "organization/v", SAME) == set()
    assert said(copy, GRENOBLE, MATCH) == {"http://id.insee.fr/geo/commune/38185"}
    assert said(copy, ISERE, MATCH) == {"http://id.insee.fr/geo/departement/38"}
    assert said(copy, "territory/region/84", MATCH) == {"http://id.insee.fr/geo/region/84"}
    assert said(copy, "territory/epci/200040715", MATCH) == set()  # Insee names them by numbers of its own
    assert said(copy, "territory/commune/98818", MATCH) == set()


def test_a_component_is_of_the_body_whose_file_names_it_and_nobody_s_where_that_is_not_described(
    copy: WorkingCopy,
) -> None:
    whole, part = (
        ox.NamedNode(ID + "organization/0381912X"),
        ox.NamedNode(ID + "organization/esisar"),
    )
    copy.store.add(ox.Quad(part, ox.NamedNode(ANC + "uai"), ox.Literal("0261324Y")))
    of = ox.NamedNode("http://www.w3.org/ns/org#subOrganizationOf")
    assert not [quad for quad in entail(copy) if quad.predicate == of]
    copy.store.add(
        ox.Quad(
            whole,
            ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label"),
            ox.Literal("Institut", language="fr"),
        )
    )
    assert [quad.object for quad in entail(copy) if quad.predicate == of and quad.subject == part] == [whole]


def test_each_own_superclass_inverse_and_chain_of_the_ontology_has_a_rule(copy: WorkingCopy) -> None:
    rules = Rules.of(copy.store)
    told = {property.removeprefix(ANC) for property in rules.paths}
    assert told == {"hasPartTerritory", "governs", "presentIn", "involves", "coversActivity"}
    assert rules.symmetric == {f"{ANC}overlapsTerritory"}
    assert f"<{ANC}Territory>" in rules.broader[f"{ANC}Commune"]
    assert not any("prov#" in broader for broader in rules.broader.values())


def changed(copy: WorkingCopy, remove: str, add: str) -> Iterator[ox.Quad]:
    """Make a change of the partner's graph and yield what it touched."""
    graph = ox.NamedNode(PARTNER)
    gone, new = (
        [
            ox.Quad(one.subject, one.predicate, one.object, graph)
            for one in ox.parse(f"{prologue()} {text}", ox.RdfFormat.TURTLE)
        ]
        for text in (remove, add)
    )
    copy.change(gone, new)
    yield from [*gone, *new]


@pytest.mark.parametrize(
    ("remove", "add"),
    [
        (f"<{ID}{GRENOBLE}> a anc:Commune .", ""),
        (f"<{ID}participation/p> anc:participant <{ID}organization/u> .",
         f"<{ID}participation/p> anc:participant <{ID}organization/v> ."),
        (f"<{ID}site/s> anc:locatedIn <{ID}{GRENOBLE}> .", f"<{ID}site/s> anc:locatedIn <{ID}{LYON}> ."),
        (f"<{ID}organization/r> anc:idref \"026403064\" .", f"<{ID}organization/v> anc:wikidata \"Q42\" ."),
        (f"<{ID}{GRENOBLE}> anc:partOfTerritory <{ID}{ISERE}> .", ""),
        (f"<{ID}territory/epci/200040715> anc:governedBy <{ID}organization/200040715> .", ""),
    ],
)  # fmt: skip
def test_after_a_change_what_is_told_again_is_what_a_build_tells(
    copy: WorkingCopy, remove: str, add: str
) -> None:
    before = set(copy.quads(ENTAILMENT_GRAPH))
    touched = list(changed(copy, remove, add))
    things = concerned_things(copy, touched)
    copy.derive(ENTAILMENT_GRAPH, entail(copy, things), things)
    told = set(copy.quads(ENTAILMENT_GRAPH))
    assert told != before
    copy.derive(ENTAILMENT_GRAPH, [])
    assert told == set(entail(copy))


def test_a_label_concerns_nothing(copy: WorkingCopy) -> None:
    label = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    assert concerned_things(copy, [ox.Quad(term(GRENOBLE), label, ox.Literal("x"))]) == set()
