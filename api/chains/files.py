"""The network of a filière as files: GraphML, GEXF, JSON (node-link), CSV of actors and of ties, SVG and PNG."""

from __future__ import annotations

import html
import io
import json
from collections.abc import Callable, Mapping
from typing import Any

import networkx as nx

from ...graph.chain_network import ChainNetwork
from ...graph.results import Iri, Rows, to_csv, to_csv_fr
from ...ontology.vocabulary import ID
from ..negotiation import Language
from ..painting import painters
from ..spreadsheets import to_xlsx
from .chain import Chain
from .visualisation import Drawing

Written = tuple[str, bytes]
_NAMES = ("first_year", "last_year")


def file_of(
    suffix: str,
    chain: Chain,
    network: ChainNetwork,
    about: Mapping[str, str],
    draw: Callable[[], Drawing],
    said: Language,
    look: Callable[[str], str] = str,
) -> Written | None:
    """Write a network in the format of a suffix: media type and bytes; None for a suffix that is none.

    `look` gives a drawing the colours of a theme.
    """
    if suffix == "graphml":
        return "application/graphml+xml", _graphml(network)
    if suffix == "gexf":
        return "application/gexf+xml", _gexf(network, about)
    if suffix == "json":
        data = nx.node_link_data(network.to_networkx(), edges="links")
        data["graph"] |= {"about": dict(about), "base": ID}
        return "application/json", json.dumps(data, ensure_ascii=False, indent=1).encode()
    if suffix in ("csv", "csv-fr", "xlsx"):
        return _table(suffix, actors_table(network), about)
    if suffix == "liens.csv":
        return _table("csv", ties_table(network), about)
    if suffix in ("svg", "png"):
        picture = look(picture_of(draw(), chain.label[said], about))
        return (
            ("image/svg+xml", picture.encode())
            if suffix == "svg"
            else ("image/png", painters.paint(picture, _zoom(picture)))
        )
    return None


def _graphml(network: ChainNetwork) -> bytes:
    out = io.BytesIO()
    nx.write_graphml_xml(network.to_networkx(), out)
    return out.getvalue()


def _gexf(network: ChainNetwork, about: Mapping[str, str]) -> bytes:
    graph = network.to_networkx()
    graph.graph["name"] = " – ".join(about.values())
    for _, _, data in graph.edges(data=True):
        data["tie"] = data.pop("kind")  # a word of GEXF itself
    out = io.BytesIO()
    nx.write_gexf(graph, out)
    return out.getvalue()


def actors_table(network: ChainNetwork) -> Rows:
    """Give the actors as rows, one each."""
    columns = [
        "actor", "label", "kind", "member", "functions", "stages", "rules", "evidence", "places", "territories",
        "first_year", "last_year", "ties",
    ]  # fmt: skip
    degrees = network.degrees
    rows: list[list[Any]] = []
    for path, data in network.to_networkx().nodes(data=True):
        cells: list[Any] = [Iri(path if path.startswith("http") else ID + path), data["label"], data["kind"]]
        cells += ["true" if data["member"] else "false"]
        cells += [
            data[name] for name in ("functions", "stages", "rules", "evidence", "places", "territories")
        ]
        cells += [data.get(name) for name in _NAMES]
        rows.append([*cells, degrees[path]])
    return Rows(columns, rows)


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
    return Rows(["from", "from_label", "to", "to_label", "kind", "year", "evidence", "count"], rows)


def _table(suffix: str, rows: Rows, about: Mapping[str, str]) -> Written:
    if suffix == "xlsx":
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", to_xlsx(rows, about)
    return "text/csv; charset=utf-8", (to_csv if suffix == "csv" else to_csv_fr)(rows)


# --- Pictures ---


def picture_of(drawing: Drawing, title: str, about: Mapping[str, str]) -> str:
    """Write a drawing as an SVG that stands alone, with its title, legend and where it comes from."""
    xs = [float(node["x"]) for node in drawing.nodes] or [0.0]
    ys = [float(node["y"]) for node in drawing.nodes] or [0.0]
    left, top = min(xs) - 140, min(ys) - 150
    width, height = max(xs) - left + 140, max(ys) - top + 130
    wide = max(width, 900.0)
    at = {
        node["id"]: (float(node["x"]) - left + (wide - width) / 2, float(node["y"]) - top)
        for node in drawing.nodes
    }
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {wide:.0f} {height:.0f}" font-family="system-ui, DejaVu Sans, sans-serif">',
        f"<title>{html.escape(title)}</title>",
        f'<rect width="{wide:.0f}" height="{height:.0f}" fill="#ffffff"/>',
        f'<text x="24" y="44" font-size="30" font-weight="bold" fill="#18262c">{html.escape(title)}</text>',
        _legend(drawing),
    ]
    for edge in drawing.edges:
        (x1, y1), (x2, y2) = at[edge["from"]], at[edge["to"]]
        flow = edge.get("arrows") == "to"
        look = (
            'stroke="#4c5c64" stroke-width="4"'
            if flow
            else 'stroke="#8b8a7c" stroke-width="1" stroke-opacity=".45"'
        )
        dash = ' stroke-dasharray="5 4"' if edge.get("dashes") else ""
        parts.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" {look}{dash}/>')
    for node in drawing.nodes:
        x, y = at[node["id"]]
        parts.append(_node(node, x, y))
    told = " – ".join(f"{name} : {value}" for name, value in about.items())
    parts.append(
        f'<text x="24" y="{height - 20:.0f}" font-size="15" fill="#4c5c64">{html.escape(told)}</text></svg>'
    )
    return "".join(parts)


def _legend(drawing: Drawing) -> str:
    parts, x = [], 32.0
    for _, word, colour, shape in drawing.legend:
        parts.append(_shape(shape, x, 76, 8, colour))
        parts.append(
            f'<text x="{x + 16:.0f}" y="82" font-size="16" fill="#18262c">{html.escape(word)}</text>'
        )
        x += 46 + 9.2 * len(word)
    return "".join(parts)


def _node(node: Mapping[str, Any], x: float, y: float) -> str:
    label = html.escape(str(node["label"]))
    size = min(float(node.get("font", {}).get("size", 13)), 24.0)
    if node["shape"] == "text":
        return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:.0f}" text-anchor="middle" fill="#18262c">{label}</text>'
    if node["shape"] == "box":
        half = 0.31 * size * len(str(node["label"])) + 12
        return (
            f'<rect x="{x - half:.1f}" y="{y - 20:.1f}" width="{2 * half:.1f}" height="40" rx="6" fill="{node["color"]}"/>'
            f'<text x="{x:.1f}" y="{y + 8:.1f}" font-size="{size:.0f}" text-anchor="middle" fill="#ffffff">{label}</text>'
        )
    radius = float(node["size"])
    letters = 10.0 if size < 15 else size * 0.8
    return (
        f"<g><title>{html.escape(str(node['title']))}</title>{_shape(node['shape'], x, y, radius, node['color'])}"
        f'<text x="{x:.1f}" y="{y + radius + letters:.1f}" font-size="{letters:.0f}" text-anchor="middle" '
        f'fill="#18262c">{label if size > 15 else html.escape(str(node["label"])[:12])}</text></g>'
    )


def _shape(shape: str, x: float, y: float, r: float, colour: str) -> str:
    if shape == "dot":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" fill="{colour}"/>'
    if shape in ("square", "box"):
        return f'<rect x="{x - r:.1f}" y="{y - r:.1f}" width="{2 * r:.1f}" height="{2 * r:.1f}" fill="{colour}"/>'
    corners = {
        "triangle": ((0, -1), (0.95, 0.8), (-0.95, 0.8)),
        "triangleDown": ((0, 1), (0.95, -0.8), (-0.95, -0.8)),
        "diamond": ((0, -1), (1, 0), (0, 1), (-1, 0)),
        "hexagon": ((1, 0), (0.5, 0.87), (-0.5, 0.87), (-1, 0), (-0.5, -0.87), (0.5, -0.87)),
    }.get(shape) or (
        (0, -1), (0.25, -0.32), (0.95, -0.31), (0.38, 0.12), (0.59, 0.81), (0, 0.4), (-0.59, 0.81), (-0.38, 0.12),
        (-0.95, -0.31), (-0.25, -0.32),
    )  # fmt: skip
    points = " ".join(f"{x + r * dx:.1f},{y + r * dy:.1f}" for dx, dy in corners)
    return f'<polygon points="{points}" fill="{colour}"/>'


def _zoom(picture: str) -> float:
    """Choose how much a picture is enlarged: twice, and no more than 6,000 pixels wide."""
    wide = float(picture.partition('width="')[2].partition('"')[0])
    return max(0.3, min(2.0, 6000 / wide))
