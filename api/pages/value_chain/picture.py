"""The drawing of a filière as an SVG that stands alone: every actor is named, beside its mark or by its number in a list."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from .drawing import short
from .visualisation import CAPTION, Drawing

INK, GREY = "#18262c", "#4c5c64"
LETTER = 0.56
"""How wide a letter is, on average, beside the size of its font."""
NAME_SIZE, NUMBER_SIZE, LIST_SIZE = 13.0, 12.0, 17.0
COLUMN, ROW = 560.0, 25.0
"""A column of the list and a row of it, in pixels."""
_LONGEST = 60
_NO_ACTORS = ("stage", "activity", CAPTION)


@dataclass(frozen=True)
class Box:
    """A rectangle that a mark or a text takes."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Tell whether two rectangles have a point in common."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


def picture_of(drawing: Drawing, title: str, about: Mapping[str, str]) -> str:
    """Write a drawing as an SVG that stands alone, with its title, legend, names and where it comes from.

    Names stand beside their marks where there is room for all of them; else marks have numbers, and a list under the
    drawing says whose they are.
    """
    spots = {node["id"]: (float(node["x"]), float(node["y"])) for node in drawing.nodes}
    xs, ys = zip(*spots.values() or [(0.0, 0.0)], strict=True)
    left, top = min(xs) - 140, min(ys) - 150
    width, drawn = max(xs) - left + 140, max(ys) - top + 90
    wide = max(width, 900.0)
    at = {id_: (x - left + (wide - width) / 2, y - top) for id_, (x, y) in spots.items()}
    actors = [node for node in drawing.nodes if node["kind"] not in _NO_ACTORS]
    names = _names(drawing, actors, at, wide)
    listed = [] if names else actors
    rows = ceil(len(listed) / max(1, int((wide - 48) // COLUMN)))
    height = drawn + (rows * ROW + 40 if rows else 0) + 40
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {wide:.0f} {height:.0f}" font-family="system-ui, DejaVu Sans, sans-serif">',
        f"<title>{html.escape(title)}</title>",
        f'<rect width="{wide:.0f}" height="{height:.0f}" fill="#ffffff"/>',
        f'<text x="24" y="44" font-size="30" font-weight="bold" fill="{INK}">{html.escape(title)}</text>',
        _legend(drawing),
    ]
    for edge in drawing.edges:
        (x1, y1), (x2, y2) = at[edge["from"]], at[edge["to"]]
        flow = edge.get("arrows") == "to"
        look = (
            f'stroke="{GREY}" stroke-width="4"'
            if flow
            else 'stroke="#8b8a7c" stroke-width="1" stroke-opacity=".45"'
        )
        dash = ' stroke-dasharray="5 4"' if edge.get("dashes") else ""
        parts.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" {look}{dash}/>')
    parts += [_node(node, *at[node["id"]]) for node in drawing.nodes]
    parts += names or [_number(rank, *at[node["id"]], node) for rank, node in enumerate(actors, 1)]
    parts += _list(listed, rows, drawn + 30)
    told = " – ".join(f"{name} : {value}" for name, value in about.items())
    parts.append(
        f'<text x="24" y="{height - 20:.0f}" font-size="15" fill="{GREY}">{html.escape(told)}</text></svg>'
    )
    return "".join(parts)


def full_name(node: Mapping[str, Any]) -> str:
    """Give the whole name of an actor: the first line of what its mark tells."""
    return str(node["title"]).partition("\n")[0]


# --- Names ---


def _names(
    drawing: Drawing, actors: Sequence[Mapping[str, Any]], at: Mapping[str, tuple[float, float]], wide: float
) -> list[str]:
    """Write each name under, over or beside its mark; nothing where one of them has no room."""
    taken = [_taken(node, *at[node["id"]]) for node in drawing.nodes]
    parts: list[str] = []
    for node in actors:
        x, y = at[node["id"]]
        text, away = short(full_name(node), _LONGEST), float(node["size"]) + 4
        length = len(text) * NAME_SIZE * LETTER
        spots = (
            (x, y + away + 10),
            (x, y - away),
            (x + away + length / 2, y + 4),
            (x - away - length / 2, y + 4),
        )
        for cx, base in spots:
            box = Box(cx - length / 2, base - NAME_SIZE, cx + length / 2, base + 3)
            if box.left > 0 and box.right < wide and not any(box.meets(other) for other in taken):
                taken.append(box)
                parts.append(_text(text, cx, base, NAME_SIZE, halo=True))
                break
        else:
            return []
    return parts


def _taken(node: Mapping[str, Any], x: float, y: float) -> Box:
    """Give what a mark takes, with its text where that is the name of a stage, of an activity or of a band."""
    half = float(node["size"])
    if node["kind"] not in _NO_ACTORS:
        return Box(x - half, y - half, x + half, y + half)
    size = min(float(node.get("font", {}).get("size", 13)), 24.0)
    wide = max(half, 0.31 * size * len(str(node["label"])) + 12)
    return Box(x - wide, y - max(half, 20), x + wide, y + max(half, 20) + size)


def _number(rank: int, x: float, y: float, node: Mapping[str, Any]) -> str:
    return _text(str(rank), x, y + float(node["size"]) + 12, NUMBER_SIZE)


def _list(actors: Sequence[Mapping[str, Any]], rows: int, top: float) -> list[str]:
    """Write the numbered names in columns, each with its mark."""
    parts = []
    for rank, node in enumerate(actors):
        x, y = 32 + (rank // rows) * COLUMN, top + (rank % rows) * ROW
        parts.append(_shape(node["shape"], x, y - 6, 7, node["color"]))
        text = html.escape(_within(f"{rank + 1}. {full_name(node)}", COLUMN - 40))
        parts.append(
            f'<text x="{x + 16:.0f}" y="{y:.0f}" font-size="{LIST_SIZE:.0f}" fill="{INK}">{text}</text>'
        )
    return parts


def _within(text: str, width: float) -> str:
    """Cut a text of the list where it would leave its column; capitals are wider."""
    at = 0.0
    for rank, letter in enumerate(text):
        at += LIST_SIZE * (LETTER + 0.14 * letter.isupper())
        if at > width:
            return text[:rank].rstrip() + "…"
    return text


def _text(text: str, x: float, y: float, size: float, halo: bool = False) -> str:
    around = ' stroke="#ffffff" stroke-width="3" paint-order="stroke"' if halo else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:.0f}" text-anchor="middle" fill="{INK}"{around}>'
        f"{html.escape(text)}</text>"
    )


# --- Marks ---


def _legend(drawing: Drawing) -> str:
    parts, x = [], 32.0
    for _, word, colour, shape in drawing.legend:
        parts.append(_shape(shape, x, 76, 8, colour))
        parts.append(f'<text x="{x + 16:.0f}" y="82" font-size="16" fill="{INK}">{html.escape(word)}</text>')
        x += 46 + 9.2 * len(word)
    return "".join(parts)


def _node(node: Mapping[str, Any], x: float, y: float) -> str:
    """Draw a mark; the name of an actor is written apart."""
    label = str(node["label"])
    size = min(float(node.get("font", {}).get("size", 13)), 24.0)
    if node["kind"] == CAPTION:
        return _text(label, x, y, size)
    if node["shape"] == "box":
        half = 0.31 * size * len(label) + 12
        return (
            f'<rect x="{x - half:.1f}" y="{y - 20:.1f}" width="{2 * half:.1f}" height="40" rx="6" fill="{node["color"]}"/>'
            f'<text x="{x:.1f}" y="{y + 8:.1f}" font-size="{size:.0f}" text-anchor="middle" fill="#ffffff">'
            f"{html.escape(label)}</text>"
        )
    radius = float(node["size"])
    text = _text(label, x, y + radius + size * 0.8, size * 0.8) if node["kind"] == "activity" else ""
    mark = _shape(node["shape"], x, y, radius, node["color"])
    return f"<g><title>{html.escape(str(node['title']))}</title>{mark}{text}</g>"


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
