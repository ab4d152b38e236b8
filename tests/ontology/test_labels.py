"""Labels of terms are those of the ontology, in each language that it has, else by the catalogue of the language."""

from __future__ import annotations

import pytest
from ancrage.ontology import labels
from ancrage.ontology.labels import Definition, Term, concepts, label
from ancrage.ontology.vocabulary import ANC, ID, ontology_files
from pyoxigraph import Literal, NamedNode, RdfFormat, parse


def test_every_concept_of_our_schemes_is_named_in_both_languages() -> None:
    for scheme in ("evidence-status", "attendance-mode", "actor-role", "actor-type", "chain-function"):
        for name, term in concepts(scheme).items():
            assert term.known and term["fr"] and term["en"], name


def test_the_order_of_a_scheme_is_that_of_its_file() -> None:
    assert list(concepts("evidence-status")) == [
        "documented",
        "declared",
        "inferred",
        "simulated",
        "illustrative",
    ]


def test_a_term_has_its_label() -> None:
    term = Term.of("evidence-status/inferred")
    assert (term["fr"], term["en"]) == ("inféré", "inferred")


def test_what_nothing_names_is_the_end_of_its_iri() -> None:
    assert label(ID + "evidence-status/gone", "fr") == "gone"
    assert not Term.of("evidence-status/gone").known


def test_a_third_language_translates_the_french_label(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labels, "gettext", lambda message, language: f"[{message}]")
    assert label(ANC + "ResearchUnit", "de") == "[unité de recherche]"


def test_what_a_status_means_is_what_its_scheme_says_and_nothing_where_it_says_nothing() -> None:
    file = next(path for path in ontology_files() if path.name == "evidence.ttl")
    said = {
        (quad.subject.value, quad.object.language): quad.object.value
        for quad in parse(path=str(file), format=RdfFormat.TURTLE)
        if isinstance(quad.subject, NamedNode)
        and isinstance(quad.object, Literal)
        and quad.predicate.value.endswith("#definition")
    }
    told = {
        (term.iri, language): Definition(term.iri)[language]
        for term in concepts("evidence-status").values()
        for language in ("fr", "en")
    }
    assert told == {key: value for key, value in said.items() if "/evidence-status/" in key[0]}
    assert not Definition(ID + "evidence-status/gone")["fr"]
