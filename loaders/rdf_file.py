"""An RDF file of any syntax, copied whole into one named graph as N-Quads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from .source import SourceError


def copy_into_graph(path: Path, graph: str, out: Path) -> int:
    """Write the triples of an RDF file as quads of one named graph; return how many.

    The syntax is that of the suffix; named graphs of the file are left out of account.

    Raises:
        SourceError: the suffix is unknown, or the file is not in that syntax (the sentence names the line).
    """
    syntax = ox.RdfFormat.from_extension(path.suffix.lstrip("."))
    if syntax is None:
        known = ".ttl, .nt, .nq, .trig, .rdf, .jsonld"
        raise SourceError(f"{path.name} : suffixe « {path.suffix} » inconnu ({known}).", file=path)
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
        raise SourceError(f"{path.name} : {error}.", file=path) from error
    return count
