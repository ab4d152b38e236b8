"""Sectors and families of occupations: both exist, the aggregates agree, and the cross-cutting families stay out."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import polars as pl
import pytest
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


def test_sectors_have_the_families_of_those_they_hire_engineers_among_them(ontology: Graph) -> None:
    a38 = _families(ontology, "a38")
    expected = {
        "FZ": "B",
        "AZ": "A",
        "KZ": "LQ",
        "IZ": "S",
        "HZ": "J",
        "JC": "MN",
        "PZ": "W",
        "QA": "V",
        "CI": "CDMN",
    }
    assert {code: "".join(sorted(a38[code])) for code in expected} == expected
    assert {code for code, families in a38.items() if not families} == {"OZ", "TZ", "UZ"}
    # Engineers, researchers and computing are in industry, and not in construction, hotels or transport alone.
    assert {code for code, families in a38.items() if families & set("HN")} >= {
        "CE",
        "CF",
        "CI",
        "CK",
        "MA",
        "MB",
    }
    # Nurses are no supply of theatres, nor hotel schools of food factories.
    served = {family: {code for code, own in a38.items() if family in own} for family in "VS"}
    assert served == {"V": {"QA", "QB"}, "S": {"IZ"}}


@pytest.fixture
def tool(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "tools"))
    return import_module("build_sector_occupations")


def test_the_table_is_what_the_counts_of_hirings_give(tool: Any) -> None:
    # CI hires 60 % of electricians, 2 % of all, and 40 % of warehouse workers, 14 % of all: less than three times as many.
    counts = pl.DataFrame(
        {
            "rome_id": ["H2602", "N1103", "F1602", "N1103", "K2111", "H1206", "N1103"],
            "naf_id": ["2611Z", "2611Z", "4321A", "4941A", "7820Z", "8411Z", "9700Z"],
            "hirings": ["120", "80", "900", "900", "90000", "5000", "20"],
        }
    )
    found = tool.characteristic(counts, {"H26": "C", "N11": "J", "F16": "B", "F1602": "B", "K21": "W", "H1206": "N"},
                           {"26": "CI", "43": "FZ", "49": "HZ", "78": "NZ", "84": "OZ", "97": "TZ"})  # fmt: skip
    # Agencies do not make what is common; public administration, and a sector of 20 hirings, have none.
    assert found == {"CI": ["C"], "FZ": ["B"], "HZ": ["J"]}


def test_an_aggregate_has_the_families_of_its_items(ontology: Graph) -> None:
    a38, a17 = _families(ontology, "a38"), _families(ontology, "a17")
    union: dict[str, set[str]] = {code: set() for code in a17}
    for code, families in a38.items():
        parent = str(ontology.value(URIRef(f"{ID}sector/a38/{code}"), SKOS.broader)).rpartition("/")[2]
        union[parent] |= families
    assert a17 == union


def test_the_correspondence_says_its_sources_and_its_date(ontology: Graph) -> None:
    correspondence = URIRef(f"{ID}correspondence/sector-fap")
    told = str(ontology.value(correspondence, DCTERMS.source))
    assert all(word in told for word in ("ROME", "NAF", "FAP", "2021"))
    assert ontology.value(correspondence, DCTERMS.date) is not None


def test_every_domain_of_the_table_has_a_family_and_every_division_a_sector(tool: Any) -> None:
    found = tool.families()
    assert set(found.values()) <= set("ABCDEFGHJKLMNPQRSTUVWX") and len(found) > 110
    sectors = tool.divisions(Graph().parse(tool.SCHEMES / "naf-aggregates.ttl"))
    assert len(sectors) == 88 and sectors["26"] == "CI" and sectors["99"] == "UZ"
