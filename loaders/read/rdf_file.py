"""An RDF file of any syntax, copied whole into one named graph as N-Quads."""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from ...words import N_
from .source import SourceError

LONGEST_ENTITY = 256
"""Bytes of the longest value of an XML entity: such a file grows less than a hundredfold."""

_ENTITY = re.compile(rb"""<!ENTITY\s+(?:%\s+)?[^\s"'<>]+\s+("[^"]*"|'[^']*'|\w+)""")


def check_entities(path: Path) -> None:
    """Refuse an RDF/XML file whose entities hold entities, are long, or stand elsewhere: some bytes become gigabytes.

    Raises:
        SourceError: there is such an entity.
    """
    if not path.stat().st_size:
        return
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        written = len(re.findall(rb"<!ENTITY", text))
        found = _ENTITY.findall(text)
    plain = [
        one
        for one in found
        if one[:1] in b"\"'" and len(one) <= LONGEST_ENTITY and not re.search(b"[&%](?!#)", one)
    ]
    if len(plain) != written:
        raise SourceError(
            N_("{file} est refusé : ses entités XML se développent ou viennent d'ailleurs.", file=path.name),
            file=path,
        )


DEEPEST_JSON = 500
"""Deepest nesting of a JSON-LD file: the parser's memory grows with its square."""

_JSON = re.compile(rb"""\"(?:[^\"\\]|\\.)*+\"|[\[{\]}]""", re.DOTALL)


def check_nesting(path: Path) -> None:
    """Refuse a JSON-LD file that is nested too deep: a megabyte would take gigabytes.

    Raises:
        SourceError: it is.
    """
    if not path.stat().st_size:
        return
    depth = 0
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        for match in _JSON.finditer(text):
            mark = match[0]
            depth += (mark in b"[{") - (mark in b"]}")
            if depth > DEEPEST_JSON:
                raise SourceError(
                    N_(
                        "{file} est refusé : plus de {most} niveaux imbriqués.",
                        file=path.name,
                        most=DEEPEST_JSON,
                    ),
                    file=path,
                )


def copy_into_graph(path: Path, graph: str, out: Path) -> int:
    """Write the triples of an RDF file as quads of one named graph; return how many.

    The syntax is that of the suffix; named graphs of the file are left out of account.

    Raises:
        SourceError: the suffix is unknown, the file is not in that syntax (the sentence names the line), or its
            XML entities expand.
    """
    syntax = ox.RdfFormat.from_extension(path.suffix.lstrip("."))
    if syntax is None:
        known = ".ttl, .nt, .nq, .trig, .rdf, .jsonld"
        raise SourceError(
            N_(
                "{file} : suffixe « {suffix} » inconnu ({known}).",
                file=path.name,
                suffix=path.suffix,
                known=known,
            ),
            file=path,
        )
    if syntax == ox.RdfFormat.RDF_XML:
        check_entities(path)
    elif syntax == ox.RdfFormat.JSON_LD:
        check_nesting(path)
    name = ox.NamedNode(graph)
    count = 0

    def quads() -> Iterator[ox.Quad]:
        nonlocal count
        for quad in ox.parse(path=str(path), format=syntax):
            count += 1
            yield ox.Quad(quad.subject, quad.predicate, quad.object, name)

    try:
        with out.open("wb") as file:
            ox.serialize(quads(), file, ox.RdfFormat.N_QUADS)
    except (SyntaxError, ValueError) as error:
        raise SourceError(N_("{file} : {error}.", file=path.name, error=error), file=path) from error
    return count
