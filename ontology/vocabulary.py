"""Reader of the ontology's files: namespaces, prefixes, Turtle files, shapes, JSON-LD context.

Examples:
    >>> from ancrage.ontology.vocabulary import ANC, PREFIXES, ontology_files
    >>> PREFIXES["anc"] == ANC
    True
    >>> "territory.ttl" in {file.name for file in ontology_files()}
    True
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from rdflib import Graph

FOLDER: Final = Path(__file__).parent
"""Folder of the ontology's files."""

ANC: Final = "https://w3id.org/ancrage/def/"
"""Namespace of the classes and properties."""

ID: Final = "https://w3id.org/ancrage/id/"
"""Namespace of the things described: actors, territories, interactions, concepts."""

PREFIXES: Final[dict[str, str]] = {
    "anc": ANC,
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "qb": "http://purl.org/linked-data/cube#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "wgs": "http://www.w3.org/2003/01/geo/wgs84_pos#",
    "xkos": "http://rdf-vocabulary.ddialliance.org/xkos#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "id": ID,
    "a17": f"{ID}sector/a17/",
    "a38": f"{ID}sector/a38/",
    "at": f"{ID}actor-type/",
    "ev": f"{ID}evidence-status/",
    "ind": f"{ID}indicator/",
    "it": f"{ID}interaction-type/",
    "role": f"{ID}actor-role/",
    "stage": f"{ID}chain-stage/",
    "vc": f"{ID}value-chain/",
}
"""Prefixes to write Turtle and SPARQL with, the same everywhere."""


def ontology_files() -> list[Path]:
    """List the Turtle files of the ontology graph: its header, the terms and their alignments, then the concept schemes.

    Examples:
        >>> [file.name for file in ontology_files()][:2]
        ['ancrage.ttl', 'alignments.ttl']
    """
    header = FOLDER / "ancrage.ttl"
    terms = sorted(file for file in FOLDER.glob("*.ttl") if file != header)
    return [header, *terms, *sorted((FOLDER / "schemes").glob("*.ttl"))]


def shape_files() -> list[Path]:
    """List the Turtle files of the SHACL shapes, which hold for the data and for the ontology itself.

    Examples:
        >>> all(file.suffix == ".ttl" for file in shape_files())
        True
    """
    return sorted((FOLDER / "shapes").glob("*.ttl"))


def graph(files: list[Path] | None = None) -> Graph:
    """Read Turtle files (the ontology's by default) into one rdflib graph.

    Raises:
        rdflib.exceptions.ParserError: a file is not Turtle.

    Examples:
        >>> len(graph([FOLDER / "ancrage.ttl"])) > 10
        True
    """
    from rdflib import Graph

    merged = Graph()
    for file in ontology_files() if files is None else files:
        merged.parse(file, format="turtle")
    return merged


@cache
def _context_text() -> str:
    return (FOLDER / "context.jsonld").read_text(encoding="utf-8")


def context() -> dict[str, Any]:
    """Read the JSON-LD context document, a new copy at each call.

    Examples:
        >>> context()["@context"]["label"]["@id"]
        'rdfs:label'
    """
    document: dict[str, Any] = json.loads(_context_text())
    return document


def prologue(*prefixes: str) -> str:
    r"""Write the SPARQL ``PREFIX`` lines of some prefixes, or of all of them.

    Raises:
        KeyError: a prefix is not in `PREFIXES`.

    Examples:
        >>> prologue("skos")
        'PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n'
    """
    return "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in prefixes or PREFIXES)
