"""An oracle of matchings: whether one is stable, by its definition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ancrage.graph.analysis.matching import Matching


def blocking_pairs(
    matching: Matching,
    candidates: Mapping[str, Sequence[str]],
    places: Mapping[str, Sequence[str]],
    quotas: Mapping[str, int],
) -> list[tuple[str, str]]:
    """List the candidates and places that would both rather have each other: none in a stable matching."""
    at = {name: place for place, names in matching.placed.items() for name in names}
    found = []
    for name, wishes in candidates.items():
        better = wishes[: wishes.index(at[name])] if name in at else wishes
        for place in better:
            order = list(places[place])
            if name not in order:
                continue
            held = matching.placed[place]
            worse = any(order.index(other) > order.index(name) for other in held)
            if worse or len(held) < quotas[place]:
                found.append((name, place))
    return found
