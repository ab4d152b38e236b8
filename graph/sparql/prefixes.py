"""Prefixes of queries and of answers: those of the ontology, declared where a query uses them, written in place of IRIs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from ...ontology.vocabulary import PREFIXES
from .syntax import QuerySyntax

_LOCAL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")
_BY_LENGTH = sorted(PREFIXES.items(), key=lambda pair: -len(pair[1]))


def with_prefixes(text: str) -> str:
    """Declare the usual prefixes that a query uses without declaring them, on its first line.

    >>> with_prefixes("ASK { ?unit a anc:ResearchUnit }")
    'PREFIX anc: <https://w3id.org/ancrage/def/> ASK { ?unit a anc:ResearchUnit }'
    """
    bare = re.sub(r"<[^<>\s]*>|\"[^\"\n]*\"|'[^'\n]*'|#[^\n]*", " ", text)
    used = set(re.findall(r"(?<![\w:-])([a-z][a-z0-9]*):", bare))
    declared = set(re.findall(r"(?i)\bprefix\s+([a-z][\w-]*):", bare))
    wanted = [f"PREFIX {name}: <{PREFIXES[name]}>" for name in sorted(used - declared) if name in PREFIXES]
    return " ".join([*wanted, text])


@contextmanager
def prefixes_for(text: str) -> Iterator[str]:
    """Give a query with its usual prefixes; a syntax error in it tells where it is in the text as it was written.

    >>> with prefixes_for("ASK { ?unit a anc:ResearchUnit ") as asked:
    ...     raise QuerySyntax("no end", 1, len(asked))
    Traceback (most recent call last):
    ancrage.graph.sparql.syntax.QuerySyntax: line 1, column 31: no end
    """
    asked = with_prefixes(text)
    try:
        yield asked
    except QuerySyntax as error:
        if error.line == 1:
            error.column -= len(asked) - len(text)
        raise


def shorten(iri: str) -> str:
    """Write an IRI with the longest prefix that fits; one whose rest is no plain name stays whole, below `id:` excepted.

    >>> shorten("https://w3id.org/ancrage/def/ResearchUnit")
    'anc:ResearchUnit'
    >>> shorten("https://w3id.org/ancrage/id/territory/epci/200040715"), shorten("https://example.org/a")
    ('id:territory/epci/200040715', 'https://example.org/a')
    """
    for name, base in _BY_LENGTH:
        if iri.startswith(base) and (name == "id" or _LOCAL.fullmatch(iri, len(base))):
            return f"{name}:{iri[len(base) :]}"
    return iri
