"""Matching of the desk and of internships: who goes where, and why some posts stay empty whatever the rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment  # type: ignore[import-untyped, unused-ignore]

from .uncertainty import BadTable


@dataclass(frozen=True)
class Matching:
    """Who is at each place (`placed`), the `unplaced`, and the posts that stay `empty` at each place."""

    placed: Mapping[str, tuple[str, ...]]
    unplaced: tuple[str, ...]
    empty: Mapping[str, int]


def deferred_acceptance(
    candidates: Mapping[str, Sequence[str]],
    places: Mapping[str, Sequence[str]],
    quotas: Mapping[str, int],
    *,
    proposing: str = "candidates",
) -> Matching:
    """Match candidates and places so that no candidate and place would both rather have each other.

    Formula:
        deferred acceptance: each of the proposing side asks down its list; the other side keeps the best so far

    Source:
        Gale & Shapley 1962, doi 10.2307/2312726; Roth 1986, doi 10.2307/1913160.

    Convention:
        A name absent from a list is not acceptable to it. The best stable matching of the side that proposes.

    Limits:
        Rural hospitals theorem (Roth 1986): every stable matching leaves the same posts empty and the same
        candidates unplaced. No rule of matching fills remote posts; changed preferences (housing, hybrid mode,
        a relay) or regional caps do.

    Anchor:
        Five candidates, three places of two posts: A {R1, R2}, B {R3, R5}, C {R4} from both sides.

    Args:
        candidates: the places each candidate accepts, best first.
        places: the candidates each place accepts, best first.
        quotas: posts of each place.
        proposing: "candidates" or "places".

    Returns:
        the matching; names in the order of each place's list.

    Raises:
        BadTable: a name that is on the other side's lists only, a name twice in a list, a missing or negative quota.

    Example:
        >>> found = deferred_acceptance({"r": ["a", "b"], "s": ["a"]}, {"a": ["r", "s"], "b": ["r"]}, {"a": 1, "b": 1})
        >>> dict(found.placed), found.unplaced, dict(found.empty)
        ({'a': ('r',), 'b': ()}, ('s',), {'a': 0, 'b': 1})
    """
    _check(candidates, places, quotas)
    rank = {place: {name: at for at, name in enumerate(names)} for place, names in places.items()}
    if proposing == "candidates":
        held = _candidates_propose(candidates, rank, quotas)
    elif proposing == "places":
        held = _places_propose(candidates, places, quotas)
    else:
        raise BadTable(
            "deferred acceptance", f"the side that proposes is {proposing!r}: candidates or places"
        )
    placed = {place: tuple(sorted(held[place], key=rank[place].__getitem__)) for place in places}
    taken = {name for names in placed.values() for name in names}
    empty = {place: quotas[place] - len(names) for place, names in placed.items()}
    return Matching(placed, tuple(name for name in candidates if name not in taken), empty)


@dataclass(frozen=True)
class Assignment:
    """Pairs of places in rows and columns (`rows`, `columns`), their `total` score, and the `unmet` share of rows."""

    rows: tuple[int, ...]
    columns: tuple[int, ...]
    total: float
    unmet: float


def assign(scores: npt.ArrayLike, minimum: float = 0.0) -> Assignment:
    """Assign requests to offers so that the sum of their scores is the largest.

    Formula:
        max Σ s_ij x_ij, each row and each column at most once (linear assignment)

    Source:
        Kuhn 1955, doi 10.1002/nav.3800020109; Crouse 2016, doi 10.1109/TAES.2016.140952 (the algorithm used).

    Convention:
        A pair that scores at or under `minimum` is no answer: it is left out, and its request is unmet.

    Limits:
        The best sum may leave one request with little: it weighs nobody's due. A request counts once, whatever its
        size.

    Anchor:
        Scores [[3, 1], [4, forbidden]]: second with first, first with second, total 5.

    Args:
        scores: requests × offers, higher is better; NaN or −inf forbids a pair.
        minimum: score that a pair must pass.

    Returns:
        the pairs, their total, and the share of requests without an offer.

    Raises:
        BadTable: an empty matrix, not two dimensions, or an infinite score.

    Example:
        >>> assign([[3.0, 1.0], [4.0, float("nan")]])
        Assignment(rows=(0, 1), columns=(1, 0), total=5.0, unmet=0.0)
    """
    s = np.asarray(scores, dtype=float)
    if s.ndim != 2 or not s.size:
        raise BadTable("assignment", f"scores of shape {s.shape} are not requests × offers")
    if np.isposinf(s).any():
        raise BadTable("assignment", "a score is infinite")
    gain = np.where(np.isfinite(s) & (s > minimum), s - minimum, 0.0)
    rows, columns = linear_sum_assignment(gain, maximize=True)
    kept = gain[rows, columns] > 0
    rows, columns = rows[kept], columns[kept]
    total = float(s[rows, columns].sum())
    return Assignment(tuple(map(int, rows)), tuple(map(int, columns)), total, 1 - len(rows) / s.shape[0])


def _candidates_propose(
    candidates: Mapping[str, Sequence[str]], rank: Mapping[str, Mapping[str, int]], quotas: Mapping[str, int]
) -> dict[str, list[str]]:
    held: dict[str, list[str]] = {place: [] for place in rank}
    asked = dict.fromkeys(candidates, 0)
    free = list(candidates)[::-1]
    while free:
        name = free.pop()
        while asked[name] < len(candidates[name]):
            place = candidates[name][asked[name]]
            asked[name] += 1
            if name not in rank[place] or quotas[place] == 0:
                continue
            held[place].append(name)
            if len(held[place]) <= quotas[place]:
                break
            last = max(held[place], key=rank[place].__getitem__)
            held[place].remove(last)
            if last != name:
                free.append(last)
                break
    return held


def _places_propose(
    candidates: Mapping[str, Sequence[str]], places: Mapping[str, Sequence[str]], quotas: Mapping[str, int]
) -> dict[str, list[str]]:
    rank = {name: {place: at for at, place in enumerate(wishes)} for name, wishes in candidates.items()}
    held: dict[str, list[str]] = {place: [] for place in places}
    at: dict[str, str] = {}
    asked = dict.fromkeys(places, 0)
    open_places = list(places)[::-1]
    while open_places:
        place = open_places.pop()
        while len(held[place]) < quotas[place] and asked[place] < len(places[place]):
            name = places[place][asked[place]]
            asked[place] += 1
            if place not in rank[name]:
                continue
            now = at.get(name)
            if now is not None and rank[name][now] < rank[name][place]:
                continue
            if now is not None:
                held[now].remove(name)
                open_places.append(now)
            held[place].append(name)
            at[name] = place
    return held


def _check(
    candidates: Mapping[str, Sequence[str]], places: Mapping[str, Sequence[str]], quotas: Mapping[str, int]
) -> None:
    for side, lists, others in (("candidate", candidates, places), ("place", places, candidates)):
        for name, wishes in lists.items():
            if unknown := [other for other in wishes if other not in others]:
                raise BadTable(
                    "deferred acceptance", f"the {side} {name} names {unknown[0]}, which nobody is"
                )
            if len(set(wishes)) != len(wishes):
                raise BadTable("deferred acceptance", f"the {side} {name} names somebody twice")
    for place in places:
        if quotas.get(place, -1) < 0:
            raise BadTable("deferred acceptance", f"the place {place} has no quota, or a negative one")
