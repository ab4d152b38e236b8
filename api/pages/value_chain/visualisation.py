"""Drawings of networks: pyvis, where it is there, builds nodes, edges and options; we place each node and write our own page."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import networkx as nx

from ....words import N_, NN_, Message
from ...web.negotiation import Language

#: Colour and shape of each kind of node: told apart by shape as well as by colour.
STYLES: dict[str, tuple[Message, str, str]] = {
    "stage": (N_("étape de la filière"), "#0d4b56", "box"),
    "activity": (N_("activité (NAF rév. 2)"), "#6f8287", "square"),
    "programme": (NN_("formation", "formations", 1), "#2f8a57", "triangle"),
    "unit": (NN_("unité de recherche", "unités de recherche", 1), "#7d5bb0", "dot"),
    "project": (NN_("projet", "projets", 1), "#c2622a", "diamond"),
    "company": (NN_("entreprise", "entreprises", 1), "#b08410", "triangleDown"),
    "institution": (NN_("établissement", "établissements", 1), "#2b78b8", "hexagon"),
    "other": (NN_("autre organisation", "autres organisations", 1), "#a2456f", "star"),
}
#: A text on the drawing that names a band or a column: no node of the network, absent from the legend.
CAPTION = "caption"

OPTIONS: dict[str, Any] = {
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False},
    "interaction": {
        "hover": True,
        "tooltipDelay": 120,
        "keyboard": {"enabled": True, "bindToWindow": False},
        "navigationButtons": False,
        "hideEdgesOnDrag": True,
    },
    "nodes": {
        "borderWidth": 1,
        "size": 10,
        "font": {"size": 13},
        "scaling": {"label": {"drawThreshold": 10}},
    },
    "edges": {"smooth": False, "width": 1, "color": {"opacity": 0.45}},
}

#: Above this many nodes the lists are built without pyvis, whose `add_node` is quadratic; they are the same (a test).
PYVIS_LIMIT = 2000


@dataclass(frozen=True)
class Drawing:
    """What the page needs to draw: nodes and edges as vis-network takes them, options, legend, and a note."""

    nodes: list[dict[str, Any]]
    edges: list[dict[str, Any]]
    options: dict[str, Any]
    legend: list[tuple[str, str, str, str]]
    note: str

    def data(self) -> dict[str, Any]:
        """Give the drawing as plain data for a JSON block."""
        return {"nodes": self.nodes, "edges": self.edges, "options": self.options}


def assemble(
    graph: nx.Graph[str], note: str = "", options: dict[str, Any] | None = None, said: Language = "fr"
) -> Drawing:
    """Turn a placed network into a drawing: every node has kind, label, x and y (pixels), title and page.

    What a node has as `data` goes along with it.

    >>> graph = nx.Graph()
    >>> graph.add_node("a", kind="unit", label="A", x=0, y=0, title="A", page="/acteurs/a", size=9)
    >>> assemble(graph).nodes[0]["shape"]
    'dot'
    """
    nodes = [_node(name, values) for name, values in graph.nodes(data=True)]
    edges = [
        {
            "from": a,
            "to": b,
            **({"arrows": "to", "width": 4} if values.get("flow") else {}),
            **values.get("look", {}),
        }
        for a, b, values in graph.edges(data=True)
    ]
    chosen = options or OPTIONS
    if len(nodes) <= PYVIS_LIMIT and find_spec("pyvis"):
        nodes, edges, chosen = _through_pyvis(nodes, edges, chosen)
    return Drawing(nodes, edges, chosen, legend((node["kind"] for node in nodes), said), note)


def legend(kinds: Iterable[str], said: Language = "fr") -> list[tuple[str, str, str, str]]:
    """Give the legend of kinds of nodes, each once: kind, word, colour and shape.

    >>> legend(["unit", "unit", "caption"], "en")
    [('unit', 'research unit', '#7d5bb0', 'dot')]
    """
    met = set(kinds)
    return [
        (kind, word[said], colour, shape) for kind, (word, colour, shape) in STYLES.items() if kind in met
    ]


def _node(name: str, values: dict[str, Any]) -> dict[str, Any]:
    _, colour, shape = (None, "", "text") if values["kind"] == CAPTION else STYLES[values["kind"]]
    node = {
        "id": name,
        "label": values["label"],
        "x": round(float(values["x"]), 1),
        "y": round(float(values["y"]), 1),
        "shape": shape,
        "color": colour,
        "size": values.get("size", 10),
        "title": values["title"],
        "kind": values["kind"],
        "page": values.get("page") or "",
        **values.get("data", {}),
    }
    if "font" in values:
        node["font"] = values["font"]
    return node


def _through_pyvis(
    nodes: list[dict[str, Any]], edges: list[dict[str, Any]], options: dict[str, Any]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], dict[str, Any]]:
    from pyvis.network import Network  # type: ignore[import-untyped]

    network = Network(directed=False, cdn_resources="local")
    for node in nodes:
        network.add_node(node["id"], **{name: value for name, value in node.items() if name != "id"})
    for edge in edges:
        ends = {"from", "to"}
        network.add_edge(edge["from"], edge["to"], **{k: v for k, v in edge.items() if k not in ends})
    network.set_options(json.dumps(options))
    made_nodes, made_edges, _, _, _, made_options = network.get_network_data()
    return made_nodes, made_edges, json.loads(made_options)
