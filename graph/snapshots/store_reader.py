"""A reader of a store that is being built, before any snapshot has it."""

from __future__ import annotations

from collections.abc import Sequence

from pyoxigraph import Store

from ..sparql.evaluation import STORE_DEFAULT, Request
from ..sparql.formats import DEFAULT_ACCEPT
from .reader import Answer, answer


class StoreReader:
    r"""Answers queries on an open store, whose default graph is the union of its base graphs.

    >>> StoreReader(Store()).query("SELECT ?s { ?s ?p ?o }", accept="csv").body
    b's\r\n'
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    def query(
        self,
        text: str,
        *,
        accept: str = DEFAULT_ACCEPT,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
    ) -> Answer:
        """Answer a SPARQL query; raises what `check_query` and `evaluate` raise."""
        graphs = [STORE_DEFAULT] if default_graphs is None else default_graphs
        return answer(
            self.store, "", text, lambda glance: Request(text, accept, graphs, named_graphs, glance.prefixes)
        )
