"""The drawing of a filière: stages are columns, functions are bands, and every node has its place, given by the server."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from math import ceil, sqrt
from typing import Any

import networkx as nx

from ....graph.chains.network import Actor, ChainNetwork
from ....ontology.vocabulary import ID
from ....words import N_, Number, Spoken, gettext, ngettext
from ...web.links import href, local_name
from ...web.negotiation import Language
from .chain import KINDS, Chain
from .visualisation import CAPTION, Drawing, assemble

#: Above this many actors the drawing shows the members first, then the best tied, and the table shows all.
LARGEST = 2000

STEP = 46.0
_BANDS: Mapping[int, Spoken] = {
    -2: N_("forme"), -1: N_("cherche"), 1: N_("produit"), 2: N_("appuie"),
    3: N_("relaie"), 4: N_("autre"),
}  # fmt: skip
_BAND_OF = (("trains", -2), ("researches", -1), ("produces", 1), ("supports", 2), ("relays", 3))
_TIES: Mapping[str, Spoken] = {
    "offers": N_("propose"),
    "supervises": N_("tutelle"),
    "takes-part": N_("prend part"),
    "works-with": N_("projets communs"),
}


def draw_chain(chain: Chain, network: ChainNetwork | None = None, said: Language = "fr") -> Drawing:
    """Draw a filière, or a part of its network: stages are columns, members stand in bands by function, above them those tied.

    Each node says what filters need: `f` its functions, `s` stages, `e` evidence, `t` territories and communes, `years`.
    """
    shown, note = _shown(network or chain.network, said)
    graph: nx.Graph[str] = nx.Graph()
    column_of = {stage: column for column, (stage, _) in enumerate(chain.stages, 1)}
    cells: dict[tuple[int, int], list[str]] = defaultdict(list)
    for actor in shown.members:
        column = min((column_of[stage] for stage in actor.stages & column_of.keys()), default=0)
        cells[(_band(actor.functions), column)].append(actor.path)
    widths = _widths(cells, len(column_of))
    centres = _centres(widths, [0, *(len(text[said]) for _, text in chain.stages)])
    bottom = _axis(graph, chain, shown, column_of, centres, said)
    above, below = -120.0, bottom + 120.0
    for band in sorted(
        {band for band, _ in cells}, key=lambda one: (one > 0, abs(one))
    ):  # from the axis, up then down
        height = _height(cells, band, widths)
        top = above - height if band < 0 else below
        _fill(graph, shown, cells, band, centres, widths, top, said)
        _caption(graph, _BANDS[band][said], -60, top + height / 2 - STEP / 2)
        above, below = (above - height - 110, below) if band < 0 else (above, below + height + 110)
    if widths[0]:
        _caption(graph, gettext("étape non précisée", said), centres[0], 0)
    for actor in shown.members:
        for stage in actor.stages & column_of.keys():
            graph.add_edge(actor.path, stage, look={"dashes": True})
    _tied(graph, shown, above - 40, said)
    for tie in shown.ties:
        graph.add_edge(tie.first, tie.second, look={"k": tie.kind, "title": _TIES[tie.kind][said]})
    return assemble(graph, note, said=said)


def _shown(network: ChainNetwork, said: Language) -> tuple[ChainNetwork, str]:
    if len(network.actors) <= LARGEST:
        return network, ""
    degrees = network.degrees
    ranked = sorted(
        network.actors.values(),
        key=lambda one: (not one.member, not one.stages, -degrees[one.path], one.label, one.path),
    )
    total = len(network.actors)
    note = gettext(
        "Le graphe montre {shown} acteurs, les membres puis les mieux liés ; le tableau donne les {total}.",
        said,
        shown=Number(LARGEST),
        total=Number(total),
    )
    return network.kept([actor.path for actor in ranked[:LARGEST]]), note


def _caption(graph: nx.Graph[str], text: str, x: float, y: float) -> None:
    graph.add_node(
        f"caption:{text}", kind=CAPTION, label=text, x=x, y=y, title=text, font={"size": 24}, size=1
    )


def _band(functions: set[str]) -> int:
    names = {local_name(function) for function in functions}
    return next((band for name, band in _BAND_OF if name in names), 4)


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


def _height(cells: dict[tuple[int, int], list[str]], band: int, widths: list[int]) -> float:
    return max(ceil(len(found) / max(1, widths[c])) * STEP for (b, c), found in cells.items() if b == band)


def _axis(
    graph: nx.Graph[str],
    chain: Chain,
    shown: ChainNetwork,
    column_of: dict[str, int],
    centres: list[float],
    said: Language,
) -> float:
    """Place stages on one line and their activities under them; give the bottom."""
    lowest, previous = 0.0, ""
    counts: dict[str, int] = defaultdict(int)
    for actor in shown.members:
        for stage in actor.stages:
            counts[stage] += 1
    for stage, text in chain.stages:
        x = centres[column_of[stage]]
        number = counts[stage]
        found = ngettext("{n} membre repéré", "{n} membres repérés", number, said)
        if not number:
            found = gettext("aucun membre repéré", said)
        title = gettext("Étape : {stage}", said, stage=text) + f"\n{found}"
        if stage in chain.counted:
            title += f"\n{chain.counted[stage][said]}"
        font = {"size": 26, "color": "#ffffff"}
        graph.add_node(stage, kind="stage", label=text[said], x=x, y=0, title=title, size=26, font=font)
        if previous:
            graph.add_edge(previous, stage, flow=True)
        previous = stage
        own = [link for link in chain.links if link.stage == stage and not link.recent]
        for rank, link in enumerate(own):
            y = 70 + 64.0 * rank
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
    return lowest


def _fill(
    graph: nx.Graph[str],
    shown: ChainNetwork,
    cells: dict[tuple[int, int], list[str]],
    band: int,
    centres: list[float],
    widths: list[int],
    top: float,
    said: Language,
) -> None:
    """Place the members of a band in rows, column by column."""
    degrees = shown.degrees
    for (b, column), found in sorted(cells.items()):
        if b != band:
            continue
        width = max(1, min(widths[column], len(found)))
        left = centres[column] - (width - 1) * STEP / 2
        for rank, path in enumerate(found):
            actor = shown.actors[path]
            x, y = left + (rank % width) * STEP, top + (rank // width) * STEP
            size = 8 + min(10, degrees[path])
            graph.add_node(path, x=x, y=y, size=size, label=short(actor.label), **_node(actor, said))


def _tied(graph: nx.Graph[str], shown: ChainNetwork, top: float, said: Language) -> None:
    """Place the organisations tied to members above them, in rows: the best tied lowest, each near what it is tied to."""
    others = [actor for actor in shown.actors.values() if not actor.member]
    if not others:
        return
    degrees = shown.degrees
    spots: dict[str, float] = {}
    for actor in others:
        xs = [graph.nodes[near]["x"] for near in shown.near(actor.path) if near in graph]
        spots[actor.path] = sum(xs) / len(xs) if xs else 0.0
    xs = [values["x"] for _, values in graph.nodes(data=True)]
    left, right = min(xs), max(xs)
    wide = max(4, ceil(max(right - left, STEP * 1.6 * sqrt(len(others) * 2.2)) / (STEP * 1.6)))
    ranked = sorted(others, key=lambda one: (-degrees[one.path], one.path))
    for row in range(ceil(len(ranked) / wide)):
        part = sorted(ranked[row * wide : (row + 1) * wide], key=lambda one: (spots[one.path], one.path))
        start = (left + right) / 2 - STEP * 1.6 * (len(part) - 1) / 2
        for rank, actor in enumerate(part):
            graph.add_node(
                actor.path,
                x=start + rank * STEP * 1.6,
                y=top - row * 62 - (rank % 2) * 22,
                size=9 + min(14, degrees[actor.path]),
                label=short(actor.label, 20),
                **_node(actor, said),
            )


def _node(actor: Actor, said: Language) -> dict[str, Any]:
    kind = KINDS[actor.kind][said]
    return {
        "kind": actor.kind,
        "title": f"{actor.label}\n{kind}",
        "page": href(actor.path if actor.path.startswith("http") else ID + actor.path),
        "data": {
            "f": sorted(map(local_name, actor.functions)),
            "s": sorted(map(local_name, actor.stages)),
            "e": sorted(map(local_name, actor.evidence)),
            "t": sorted(path.removeprefix("territory/") for path in actor.territories | actor.places),
            "years": sorted(actor.years),
        },
    }


def short(text: str, size: int = 22) -> str:
    """Cut a label that is longer than a size.

    >>> short("Université", 6)
    'Unive…'
    """
    return text if len(text) <= size else text[: size - 1].rstrip() + "…"
