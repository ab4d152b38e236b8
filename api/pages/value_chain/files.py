"""The network of a filière as files: GraphML, GEXF, JSON (node-link), CSV of actors and of ties, SVG and PNG."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from typing import Any

import networkx as nx

from ....graph.chains.network import ChainNetwork
from ....graph.sparql.results import Iri, Rows
from ....ontology.vocabulary import ID
from ...labels.columns import columns_of
from ...render.csvw import Origin
from ...render.files import WRITTEN, table_file
from ...render.painting import painters
from ...web.negotiation import CSV, CSV_FR, Language, Representation
from .chain import Chain
from .drawing import draw_chain
from .picture import picture_of

Written = tuple[str, bytes]
_NAMES = ("first_year", "last_year")


def file_of(
    suffix: str,
    chain: Chain,
    network: ChainNetwork,
    about: Mapping[str, str],
    said: Language,
    look: Callable[[str], str],
    origin: Origin,
) -> Written:
    """Write a network in the format of a suffix: media type and bytes.

    `look` gives a drawing the colours of a theme.
    """
    if suffix == "graphml":
        return "application/graphml+xml", _graphml(network, about)
    if suffix == "gexf":
        return "application/gexf+xml", _gexf(network, about)
    if suffix == "json":
        data = nx.node_link_data(network.to_networkx(), edges="links")
        data["graph"] |= {"about": dict(about), "base": ID}
        return "application/json", json.dumps(data, ensure_ascii=False, indent=1).encode()
    for chosen in WRITTEN:
        if suffix == chosen.name:
            return _table(chosen, actors_table(network), "chain-actors", about, said, origin)
        if suffix == f"liens{chosen.suffix}":
            return _table(chosen, ties_table(network), "chain-ties", about, said, origin)
    picture = look(picture_of(draw_chain(chain, network, said), chain.label[said], about))
    if suffix == "svg":
        return "image/svg+xml", picture.encode()
    return "image/png", painters.paint(picture, _zoom(picture))


def _with_iris(network: ChainNetwork, about: Mapping[str, str]) -> nx.MultiGraph[str]:
    """Give the network as networkx, its nodes with their IRIs, named by where it comes from."""
    graph = network.to_networkx()
    for path, data in graph.nodes(data=True):
        data["iri"] = _iri(path)
    graph.graph |= {"name": " – ".join(about.values()), "base": ID}
    return graph


def _iri(path: str) -> str:
    return path if path.startswith("http") else ID + path


def _graphml(network: ChainNetwork, about: Mapping[str, str]) -> bytes:
    out = io.BytesIO()
    nx.write_graphml_xml(_with_iris(network, about), out)
    # networkx writes the key of an edge as its id: keys are unique (to_networkx), as GraphML asks.
    return out.getvalue()


def _gexf(network: ChainNetwork, about: Mapping[str, str]) -> bytes:
    graph = _with_iris(network, about)
    for _, _, key, data in graph.edges(keys=True, data=True):
        data["tie"] = data.pop("kind")  # a word of GEXF itself
        data["id"] = key
    out = io.BytesIO()
    nx.write_gexf(graph, out)
    return out.getvalue()


def actors_table(network: ChainNetwork) -> Rows:
    """Give the actors as rows, one each."""
    degrees = network.degrees
    rows: list[list[Any]] = []
    for path, data in network.to_networkx().nodes(data=True):
        cells: list[Any] = [Iri(_iri(path)), data["label"], data["kind"]]
        cells += ["true" if data["member"] else "false"]
        cells += [
            data[name] for name in ("functions", "stages", "rules", "evidence", "places", "territories")
        ]
        cells += [data.get(name) for name in _NAMES]
        rows.append([*cells, degrees[path]])
    return Rows(list(columns_of("chain-actors")), rows)


def ties_table(network: ChainNetwork) -> Rows:
    """Give the ties as rows, one each."""
    rows: list[list[Any]] = [
        [
            Iri(ID + tie.first),
            network.actors[tie.first].label,
            Iri(ID + tie.second),
            network.actors[tie.second].label,
            tie.kind,
            tie.year,
            tie.evidence,
            tie.count,
        ]
        for tie in network.ties
    ]
    return Rows(list(columns_of("chain-ties")), rows)


def _table(
    chosen: Representation, rows: Rows, kind: str, about: Mapping[str, str], said: Language, origin: Origin
) -> Written:
    media_type = "text/csv; charset=utf-8" if chosen in (CSV, CSV_FR) else chosen.media_type
    return media_type, table_file(rows, chosen, about, said, columns=columns_of(kind), origin=origin)


def _zoom(picture: str) -> float:
    """Choose how much a picture is enlarged: twice, and no more than 3,200 pixels wide."""
    wide = float(picture.partition('width="')[2].partition('"')[0])
    return max(0.3, min(2.0, 3200 / wide))
