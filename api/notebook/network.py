"""Networks as Python has them: a networkx graph that is a table too, goes to other libraries, and draws itself offline."""

from __future__ import annotations

import json
import os
from collections import Counter
from heapq import nlargest
from html import escape
from itertools import cycle
from math import sqrt
from pathlib import Path
from typing import Any

import networkx as nx
import polars as pl

from ...graph.snapshots.durable import draft_of
from ...loaders.packages import optional_package
from ...ontology.labels import Term
from ...words import N_, Number, gettext
from ...words.locales import language
from ..render.rendering import alone, script
from .arguments import BadArgument
from .tabular import Tabular
from .views import foot, table

_FAR = 1200
"""Half the width of a drawing, in pixels of vis-network."""
_COLOURS = (
    *("#332288", "#ddcc77", "#117733", "#cc6677", "#88ccee", "#882255", "#44aa99", "#999933", "#aa4499"),
    *("#dddddd", "#000000", "#ee7733"),
)
"""Colours that colour-blind people tell apart (Tol's muted ones, and three), the most frequent kinds of nodes first."""
_KINDS = {"chain": N_("filière"), "territory": N_("territoire"), "other": N_("autre")}
"""Kinds of nodes that are no type of actors."""


class Network(nx.Graph, Tabular):  # type: ignore[type-arg]
    """A networkx graph of a publication; `frame` has its edges, and all that is a table can be made of them.

    Nodes are paths below https://w3id.org/ancrage/id/. Attributes are texts, integers and floats, none of them empty, as GraphML,
    GEXF, GML and pyvis want them: `networkx.write_gexf(network, "network.gexf")`.

    >>> network = Network([("organization/a", "organization/b", {"weight": 2, "kinds": "training"})])
    >>> network.frame.rows()
    [('organization/a', 'organization/b', 2, 'training', None, None, None)]
    >>> network.sparse().toarray().tolist(), network.rustworkx().num_edges()
    ([[0, 2], [2, 0]], 1)
    """

    @property
    def frame(self) -> pl.DataFrame:
        """The edges: first, second, weight, kinds, first_year, last_year, shared_projects (null where not known)."""
        names = ("weight", "kinds", "first_year", "last_year", "shared_projects")
        rows = [
            (first, second, *(data.get(name) for name in names))
            for first, second, data in self.edges(data=True)
        ]
        texts = dict.fromkeys(("first", "second", "kinds"), pl.String)
        schema = {name: texts.get(name, pl.Int64) for name in ("first", "second", *names)}
        return pl.DataFrame(rows, schema=schema, orient="row")

    def rustworkx(self) -> Any:
        """Give the graph as a `rustworkx.PyGraph`: nodes as dictionaries, with their path as `__networkx_node__`."""
        import rustworkx

        return rustworkx.networkx_converter(nx.Graph(self), keep_attributes=True)  # it writes in the nodes

    def sparse(self) -> Any:
        """Give the weights as a `scipy.sparse.csr_array`, n × n, symmetric; rows in the order of `list(network)`."""
        if not self:  # of which networkx makes none
            from scipy.sparse import csr_array  # type: ignore[import-untyped, unused-ignore]

            return csr_array((0, 0), dtype="int64")
        made: Any = nx.to_scipy_sparse_array
        return made(self, weight="weight", dtype="int64", format="csr")

    def draw(self, path: os.PathLike[str] | str, *, most: int = 300) -> Path:
        """Draw the nodes of most ties in one page that fetches nothing, with pyvis, and give its path.

        Args:
            path: the page to write (.html).
            most: nodes that are drawn at the most; the page says how many there are.

        Raises BadArgument for the name of another kind of file, OSError, PackageMissing.
        """
        if Path(path).suffix.lower() not in (".html", ".htm"):
            raise BadArgument("path", os.fspath(path), N_("le nom d’une page (.html)"))
        strength = dict(self.degree(weight="weight"))
        shown = self.subgraph(nlargest(most, sorted(self), key=strength.__getitem__))
        kinds = Counter(data.get("kind", "") for _, data in shown.nodes(data=True))
        colours = dict(zip((kind for kind, _ in kinds.most_common()), cycle(_COLOURS)))
        page = optional_package("pyvis.network", "pyvis").Network()
        places = _layout(shown)
        for node, data in shown.nodes(data=True):
            kind, (x, y) = data.get("kind", ""), places[node]
            told = ", ".join(str(data[name]) for name in ("label", "kind", "place") if name in data)
            page.add_node(
                node, label=str(data.get("label", node))[:40], title=told, color=colours[kind], x=x, y=y
            )
        for first, second, data in shown.edges(data=True):
            weight = data.get("weight", 1)
            page.add_edge(first, second, value=weight, title=f"{data.get('kinds', '')} ({weight})")
        page.toggle_physics(False)
        heading = gettext(
            "{shown} nœuds sur {all}, {edges} liens",
            language(),
            shown=Number(len(shown)),
            all=Number(len(self)),
            edges=Number(shown.number_of_edges()),
        )
        html = alone(
            "network.html",
            language=language(),
            heading=heading,
            legend=[(_word(kind), colour) for kind, colour in colours.items()],
            data={"nodes": page.nodes, "edges": page.edges, "options": json.loads(page.options.to_json())},
            library=script("vendor/vis-network.min.js"),
        )
        with draft_of(Path(path)) as draft:
            draft.write_text(html, encoding="utf-8")
        return Path(path)

    def __repr__(self) -> str:
        return f"<Network, {len(self)} nodes, {self.number_of_edges()} edges>"

    def _repr_html_(self) -> str:
        nodes = Counter(data.get("kind", "") for _, data in self.nodes(data=True))
        ties = Counter(
            kind for _, _, data in self.edges(data=True) for kind in data.get("kinds", "").split("; ")
        )
        shown = gettext(
            "{nodes} nœuds, {edges} liens",
            language(),
            nodes=Number(len(self)),
            edges=Number(self.number_of_edges()),
        )
        parts = [
            table((N_("Nœuds"), N_("Nombre")), nodes.most_common()),
            table((N_("Liens"), N_("Nombre")), ties.most_common()),
        ]
        return f"<h3>{escape(shown)}</h3>{''.join(parts)}{foot(self.graph.get('snapshot', ''))}"


def _word(kind: str) -> str:
    """Name a kind of nodes."""
    return (_KINDS.get(kind) or Term.of(f"actor-type/{kind}"))[language()]


def _layout(graph: nx.Graph[str]) -> dict[str, tuple[float, float]]:
    """Place nodes by springs, the same each time."""
    import rustworkx

    nodes = list(graph)
    at = {node: place for place, node in enumerate(nodes)}
    copied = rustworkx.PyGraph()
    copied.add_nodes_from(nodes)
    copied.add_edges_from([(at[first], at[second], 1.0) for first, second in graph.edges])
    # far apart, and repulsion that soon fades: what hangs together stays near, and nodes do not cover each other
    places = rustworkx.spring_layout(
        copied, seed=0, num_iter=200, k=6 / sqrt(max(1, len(nodes))), repulsive_exponent=2
    )
    widest = max((abs(value) for place in at.values() for value in places[place]), default=1.0) or 1.0
    scale = _FAR / widest
    return {
        node: (round(places[place][0] * scale, 1), round(places[place][1] * scale, 1))
        for node, place in at.items()
    }
