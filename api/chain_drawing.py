"""The drawing of a filière: stages are columns, functions are bands, and every node has its place."""

from __future__ import annotations

from collections import defaultdict
from math import ceil, sqrt
from typing import Any

import networkx as nx

from .chain import KINDS, Chain
from .links import href, local_name
from .visualisation import CAPTION, Drawing, assemble
from .wording import first_capital, french_number

#: Above this many members the drawing shows the best tied ones, and the table shows all.
LARGEST = 400


def draw_chain(chain: Chain) -> Drawing:
    """Draw a filière: stages are columns, activities hang from them, members stand in bands by function."""
    graph: nx.Graph[str] = nx.Graph()
    members, note = _shown(chain)
    columns = [stage for stage, _ in chain.stages]
    column_of = {stage: rank + 1 for rank, stage in enumerate(columns)}
    cells: dict[tuple[int, int], list[str]] = defaultdict(list)
    details = {member.iri: member for member in chain.members}
    for iri in members:
        member = details[iri]
        column = min((column_of[stage] for stage in member.stages if stage in column_of), default=0)
        cells[(_band(member.functions), column)].append(iri)
    widths = _widths(cells, len(columns))
    centres = _centres(widths, [0, *(len(label) for _, label in chain.stages)])
    axis_top, axis_bottom = _axis(graph, chain, column_of, centres)
    bands = {band: [c for (b, _), c in cells.items() if b == band] for band in {b for b, _ in cells}}
    tops = {band: _heights(cells, band, widths) for band in bands}
    above = axis_top - 120.0
    for band in sorted((b for b in bands if b < 0), reverse=True):
        _fill(graph, cells, band, centres, widths, above - tops[band], details)
        _caption(graph, BANDS.get(band, ""), -60, above - tops[band] / 2 - STEP / 2)
        above -= tops[band] + 110
    below = axis_bottom + 120.0
    for band in sorted(b for b in bands if b > 0):
        _fill(graph, cells, band, centres, widths, below, details)
        _caption(graph, BANDS.get(band, ""), -60, below + tops[band] / 2 - STEP / 2)
        below += tops[band] + 110
    if widths[0]:
        _caption(graph, "étape non précisée", centres[0], 0)
    for iri in members:
        for stage in details[iri].stages & set(columns):
            graph.add_edge(iri, stage)
    _connectors(graph, chain, members, above - 40)
    return assemble(graph, note)


def _caption(graph: nx.Graph[str], text: str, x: float, y: float) -> None:
    if text:
        graph.add_node(
            f"caption:{text}", kind=CAPTION, label=text, x=x, y=y, title=text, font={"size": 24}, size=1
        )


def _shown(chain: Chain) -> tuple[list[str], str]:
    if len(chain.members) <= LARGEST:
        return [member.iri for member in chain.members], ""
    degree: dict[str, int] = defaultdict(int)
    for source, _ in chain.ties:
        degree[source] += 1
    ranked = sorted(chain.members, key=lambda m: (not m.stages, -degree[m.iri], m.label))
    note = (
        f"Le graphe montre {french_number(LARGEST)} membres, ceux dont l’étape est connue ou qui ont le plus "
        f"de liens ; le tableau donne les {french_number(len(chain.members))}."
    )
    return [member.iri for member in ranked[:LARGEST]], note


BANDS = {-2: "forme", -1: "cherche", 1: "produit", 2: "appuie", 3: "relaie"}


def _band(functions: set[str]) -> int:
    names = {local_name(function) for function in functions}
    for name, band in (("trains", -2), ("researches", -1), ("produces", 1), ("supports", 2), ("relays", 3)):
        if name in names:
            return band
    return 4


STEP = 46.0


def _widths(cells: dict[tuple[int, int], list[str]], stages: int) -> list[int]:
    widths = []
    for column in range(stages + 1):
        most = max((len(found) for (_, c), found in cells.items() if c == column), default=0)
        widths.append(max(4 if column else 0, ceil(sqrt(most * 1.6))))
    return widths


def _centres(widths: list[int], letters: list[int]) -> list[float]:
    """Give the middle of each column, wide enough for its members and for the name of its stage."""
    centres, at = [], 0.0
    for width, length in zip(widths, letters, strict=True):
        wide = max(width * STEP, length * 15.0)
        centres.append(at + wide / 2)
        at += wide + 90
    return centres


def _heights(cells: dict[tuple[int, int], list[str]], band: int, widths: list[int]) -> float:
    return max(ceil(len(found) / max(1, widths[c])) * STEP for (b, c), found in cells.items() if b == band)


def _axis(
    graph: nx.Graph[str], chain: Chain, column_of: dict[str, int], centres: list[float]
) -> tuple[float, float]:
    """Place stages on one line and their activities under them; give the top and bottom."""
    lowest = 0.0
    previous = None
    counts: dict[str, int] = defaultdict(int)
    for member in chain.members:
        for stage in member.stages:
            counts[stage] += 1
    for stage, label in chain.stages:
        x = centres[column_of[stage]]
        found = french_number(counts[stage]) if counts[stage] else "aucun"
        title = f"Étape : {label}\n{found} {'membres repérés' if counts[stage] > 1 else 'membre repéré'}"
        font = {"size": 26, "color": "#ffffff"}
        graph.add_node(stage, kind="stage", label=label, x=x, y=0, title=title, size=26, font=font)
        if previous:
            graph.add_edge(previous, stage, flow=True)
        previous = stage
        own = [link for link in chain.links if link.stage == stage and not link.recent]
        for rank, link in enumerate(own):
            y = 70 + 64 * rank
            graph.add_node(
                link.iri,
                kind="activity",
                label=link.code,
                x=x,
                y=y,
                title=f"{link.revision} {link.code}\n{link.label}",
                page=href(link.iri),
                size=8,
                font={"size": 20},
            )
            graph.add_edge(link.iri, stage, look={"dashes": True})
            lowest = max(lowest, y)
    return 0.0, lowest


def _fill(
    graph: nx.Graph[str],
    cells: dict[tuple[int, int], list[str]],
    band: int,
    centres: list[float],
    widths: list[int],
    top: float,
    details: dict[str, Any],
) -> None:
    """Place the members of a band in rows, column by column."""
    for (b, column), found in sorted(cells.items()):
        if b != band:
            continue
        width = max(1, min(widths[column], len(found)))
        left = centres[column] - (width - 1) * STEP / 2
        for rank, iri in enumerate(found):
            member = details[iri]
            graph.add_node(
                iri,
                kind=member.kind,
                label=_short(member.label),
                x=left + (rank % width) * STEP,
                y=top + (rank // width) * STEP,
                title=f"{first_capital(KINDS[member.kind][0])} : {member.label}\n"
                f"Règle : {', '.join(sorted(member.rules))}",
                page=href(iri),
                size=9,
                font={"size": 9},
            )


def _connectors(graph: nx.Graph[str], chain: Chain, members: list[str], top: float) -> None:
    """Add the organisations tied to at least two members, above them, each over its own."""
    shown = set(members)
    tied: dict[str, set[str]] = defaultdict(set)
    for source, target in chain.ties:
        if source in shown and target not in shown:
            tied[target].add(source)
    best = sorted((t for t in tied if len(tied[t]) > 1), key=lambda t: (-len(tied[t]), t))[:60]
    spots = sorted(best, key=lambda t: sum(graph.nodes[m]["x"] for m in tied[t]) / len(tied[t]))
    if not spots:
        return
    xs = [values["x"] for _, values in graph.nodes(data=True)]
    left, right = min(xs), max(xs)
    gap = max(75.0, (right - left) / max(1, len(spots)))
    start = (left + right) / 2 - gap * (len(spots) - 1) / 2
    for rank, iri in enumerate(spots):
        label = chain.labels.get(iri, local_name(iri))
        graph.add_node(
            iri,
            kind="institution",
            label=_short(label, 26),
            x=start + rank * gap,
            y=top - (rank % 3) * 70,
            title=f"{label}\nrelie {len(tied[iri])} membres",
            page=href(iri),
            size=10 + min(14, len(tied[iri])),
            font={"size": 18},
        )
        for member in sorted(tied[iri]):
            graph.add_edge(iri, member)


def _short(text: str, size: int = 22) -> str:
    return text if len(text) <= size else text[: size - 1].rstrip() + "…"
