"""Rules: what is told of a thing by words of its label, and the table of labels that they are read against."""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Iterable, Iterator
from hashlib import sha1
from typing import Annotated

import polars as pl
import pyoxigraph
from pydantic import AfterValidator

from ...graph.declarations import is_a
from ...words import N_
from ..sources.names import normalise

_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"


def _said(values: tuple[str, ...]) -> tuple[str, ...]:
    if not all(normalise(word) for word in values):
        raise ValueError  # an empty word would match every label
    return values


Labels = Annotated[tuple[str, ...], AfterValidator(_said), is_a(N_("une liste de mots, aucun n'étant vide"))]
"""The words of a rule."""


def pattern(words: Iterable[str]) -> str:
    """Return the regular expression that words make over normalised labels: whole, with their plural, or stems.

    >>> [bool(re.search(pattern(["bois", "charpent*"]), text)) for text in ("les bois", "charpentier", "boisson")]
    [True, True, False]
    """
    parts = []
    for word in words:
        stem = word.endswith("*")
        text = re.escape(normalise(word.rstrip("*")))
        parts.append(text if stem else text + "(?:s|x)?\\b")
    return r"\b(?:" + "|".join(parts) + ")"


def labels_of(store: pyoxigraph.Store, kind: str) -> pl.DataFrame:
    """Return the things of a class and their normalised labels in a store's default graph: columns member, label."""
    found = store.query(
        f"""PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        SELECT ?member ?label WHERE {{ ?member a <{kind}> . ?member rdfs:label ?label }}"""
    )
    assert isinstance(found, pyoxigraph.QuerySolutions)
    body = found.serialize(format=pyoxigraph.QueryResultsFormat.CSV) or b""
    rows = pl.read_csv(io.BytesIO(body), infer_schema=False).fill_null("")
    texts = pl.Series("label", map(normalise, rows["label"]), dtype=pl.String)
    return rows.with_columns(texts).sort("member", "label")


def matching(labels: pl.DataFrame, words: Iterable[str], exclusions: Collection[str]) -> pl.DataFrame:
    """Return the rows whose label has one of the words and none of the exclusions."""
    found = labels.filter(pl.col("label").str.contains(pattern(words)))
    if exclusions:
        found = found.filter(~pl.col("label").str.contains(pattern(exclusions)))
    return found


def select(store: pyoxigraph.Store, text: str) -> Iterator[tuple[str, str]]:
    """Yield the values of the two columns of a query."""
    solutions = store.query(text)
    assert isinstance(solutions, pyoxigraph.QuerySolutions)
    for solution in solutions:
        yield solution[0].value, solution[1].value


def digest(text: str) -> str:
    """Return ten signs that name a text in an identifier.

    >>> digest("a")
    '86f7e437fa'
    """
    return sha1(text.encode(), usedforsecurity=False).hexdigest()[:10]


def reads_change(
    store: pyoxigraph.Store,
    changed: Iterable[pyoxigraph.Quad],
    classes: Iterable[str],
    predicates: Collection[str],
) -> bool:
    """Tell whether quads added to or removed from the base graphs touch what rules read.

    They read the members of `classes`, the labels of these, and the `predicates`.

    >>> s, label = pyoxigraph.NamedNode("http://e.org/s"), pyoxigraph.NamedNode(_LABEL)
    >>> quad = pyoxigraph.Quad(s, label, pyoxigraph.Literal("bois"))
    >>> reads_change(pyoxigraph.Store(), [quad], ["http://e.org/C"], ())
    False
    >>> reads_change(pyoxigraph.Store(), [quad], ["http://e.org/C"], [_LABEL])
    True
    """
    names = {pyoxigraph.NamedNode(name) for name in classes}
    kind = pyoxigraph.NamedNode(_TYPE)
    for quad in changed:
        predicate = quad.predicate.value
        if predicate in predicates or (predicate == _TYPE and quad.object in names):
            return True
        if predicate == _LABEL and any(pyoxigraph.Quad(quad.subject, kind, name) in store for name in names):
            return True
    return False
