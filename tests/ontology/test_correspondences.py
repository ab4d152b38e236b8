"""Sectors and families of occupations: both exist, the aggregates agree, and the cross-cutting families stay out."""

from __future__ import annotations

from ancrage.ontology.vocabulary import ANC, ID
from rdflib import RDF, SKOS, Graph, URIRef
from rdflib.namespace import DCTERMS

FAP = f"{ID}fap/"


def _families(ontology: Graph, scheme: str) -> dict[str, set[str]]:
    """Return the letters of the families of each item of a scheme of sectors, none included."""
    return {
        str(item).rpartition("/")[2]: {
            str(family).removeprefix(FAP) for family in ontology.objects(item, SKOS.relatedMatch)
        }
        for item in ontology.subjects(SKOS.inScheme, URIRef(f"{ID}sector/{scheme}"))
    }


def test_the_families_are_those_of_the_fap_in_both_languages(ontology: Graph) -> None:
    found = set(ontology.subjects(SKOS.inScheme, URIRef(f"{ID}fap")))
    assert {str(family).removeprefix(FAP) for family in found} == set("ABCDEFGHJKLMNPQRSTUVWX")
    for family in found:
        assert (family, RDF.type, URIRef(f"{ANC}Occupation")) in ontology
        assert str(ontology.value(family, SKOS.notation)) == str(family).removeprefix(FAP)
        languages = [label.language for label in ontology.objects(family, SKOS.prefLabel)]  # type: ignore[attr-defined]
        assert sorted(languages) == ["en", "fr"]


def test_a_correspondence_goes_from_a_sector_to_a_family(ontology: Graph) -> None:
    sectors = {URIRef(f"{ID}sector/{scheme}") for scheme in ("a38", "a17")}
    pairs = list(ontology.subject_objects(SKOS.relatedMatch))
    assert len(pairs) > 60
    for sector, family in pairs:
        assert ontology.value(sector, SKOS.inScheme) in sectors
        assert (family, SKOS.inScheme, URIRef(f"{ID}fap")) in ontology


def test_sectors_have_their_own_trades_and_some_have_none(ontology: Graph) -> None:
    a38 = _families(ontology, "a38")
    expected = {
        "FZ": "B",
        "AZ": "A",
        "KZ": "Q",
        "IZ": "S",
        "HZ": "J",
        "JC": "M",
        "PZ": "W",
        "QA": "V",
        "CI": "C",
    }
    assert {code: "".join(sorted(a38[code])) for code in expected} == expected
    assert {code for code, families in a38.items() if not families} == {"LZ", "UZ"}
    assert {code for code, families in a38.items() if "R" in families} == {"GZ"}
    assert {code for code, families in a38.items() if "L" in families} == {"MA"}
    assert not [code for code, families in a38.items() if "H" in families]
    # Nurses are no supply of theatres, nor hotel schools of food factories, nor hairdressers of waterworks.
    served = {family: {code for code, own in a38.items() if family in own} for family in "VST"}
    assert served == {"V": {"QA", "QB"}, "S": {"IZ"}, "T": {"NZ", "SZ", "TZ"}}


def test_an_aggregate_has_the_families_of_its_items(ontology: Graph) -> None:
    a38, a17 = _families(ontology, "a38"), _families(ontology, "a17")
    union: dict[str, set[str]] = {code: set() for code in a17}
    for code, families in a38.items():
        parent = str(ontology.value(URIRef(f"{ID}sector/a38/{code}"), SKOS.broader)).rpartition("/")[2]
        union[parent] |= families
    assert a17 == union


def test_the_correspondence_says_that_it_is_a_judgement(ontology: Graph) -> None:
    told = ontology.objects(URIRef(f"{ID}correspondence/sector-fap"), DCTERMS.description)
    words = sorted(str(text).split()[0] for text in told)
    assert words == ["Judgement", "Jugement"]
