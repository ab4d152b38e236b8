"""What a write is checked for."""

import pyoxigraph as ox
import pytest
from ancrage.graph.snapshots.bodies import RECORD_OF
from ancrage.graph.snapshots.provenance import GRAPHS, REGISTER_GRAPH
from ancrage.graph.updates.working_copy import WorkingCopy
from ancrage.loaders.write import writing
from ancrage.loaders.write.request import InvalidEdit
from ancrage.ontology.vocabulary import ANC, ID, ontology_files

PARTNER = GRAPHS + "partner"
DATA = f"""
<{ID}body> a <http://www.w3.org/ns/org#Organization> ; <http://www.w3.org/2000/01/rdf-schema#label> "Université"@fr .
<{ID}record> a <http://www.w3.org/ns/org#Organization> ; <http://www.w3.org/2000/01/rdf-schema#label> "UNIV"@fr .
"""


@pytest.fixture
def copy() -> WorkingCopy:
    store = ox.Store()
    for path in ontology_files():
        store.load(path=str(path))
    made = WorkingCopy(store, {})
    quads = ox.parse(DATA, ox.RdfFormat.TURTLE)
    made.change(
        [], [ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(PARTNER)) for quad in quads]
    )
    made.link(
        [
            ox.Quad(
                ox.NamedNode(f"{ID}record"),
                RECORD_OF,
                ox.NamedNode(f"{ID}body"),
                ox.NamedNode(REGISTER_GRAPH),
            )
        ]
    )
    return WorkingCopy(store, {})


def test_what_is_written_of_a_record_is_checked_of_its_body(copy: WorkingCopy) -> None:
    siren = ox.Quad(
        ox.NamedNode(f"{ID}record"), ox.NamedNode(f"{ANC}siren"), ox.Literal("12"), ox.NamedNode(PARTNER)
    )
    copy.change([], [siren])
    with pytest.raises(InvalidEdit) as caught:
        writing._check(copy)
    assert [one["focus"] for one in caught.value.results] == [f"<{ID}body>"]


def test_a_label_that_goes_is_missed_by_who_refers_to_it(copy: WorkingCopy) -> None:
    name, label = ox.NamedNode(f"{ID}other"), ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    refers = ox.Quad(ox.NamedNode(f"{ID}tie"), ox.NamedNode(f"{ANC}runBy"), name, ox.NamedNode(PARTNER))
    told = ox.Quad(name, label, ox.Literal("Autre", language="fr"), ox.NamedNode(PARTNER))
    copy.change([], [refers, told])
    writing._check(copy)
    copy.change([told], [])
    with pytest.raises(InvalidEdit) as caught:
        writing._check(copy)
    assert [one["focus"] for one in caught.value.results] == [str(name)]
