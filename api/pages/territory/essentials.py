"""What a portrait says first: where the territory stands among its peers, its strongest ties, what is missing there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ....words import first_upper, gettext, join_words
from .blocks import Context
from .figures import PEERS, comparison, figures

#: Figures that are compared, told in this order: rates and shares, which size does not make.
COMPARABLE = (
    "programmes-per-100000",
    "research-units-per-100000",
    "interactions-per-100000",
    "interactions-academic-company-share",
    "distance-to-programme",
)
POPULATION = "population"
APART = 1.5
"""Times its peers' median, or less than its inverse, from which a figure is told to differ."""
SURE = 2.0
"""Standard errors of a count (Poisson's) by which a rate must differ too: one more of a thing sets no small place apart."""
PER = 100_000
NAMED, LEAST_SHARED = 3, 3
"""Partners that are named, and interactions shared with each at least."""
WIDTH = 120
#: Kinds of gaps that a meeting can do something about, the first first.
GAPS = ("demand", "link", "access", "tie")


@dataclass(frozen=True)
class Position:
    """A figure among those of the peers: its words, and where the value and the median stand on a line of `WIDTH`."""

    indicator: str
    address: str
    shown: str
    median: str
    range: str
    here: float
    middle: float


def essentials(context: Context, partners: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Give the sentences that open a portrait and the positions of its figures among its peers'.

    `partners` are the rows of its block of that name. No known interaction is not known to be a zero: it is not compared.
    """
    beside = comparison(context.seen, context.territory, PEERS, context.language)
    rows = {
        row["id"]: row
        for row in figures(
            context.seen, context.territory, beside, context.language, (*COMPARABLE, POPULATION)
        ).rows
        if row["value"] is not None and row["least"] is not None and row["least"] != row["most"]
    }
    people = rows[POPULATION]["value"] if POPULATION in rows else 0.0
    known = [
        rows[name]
        for name in COMPARABLE
        if name in rows and (rows[name]["value"] or not name.startswith("interactions"))
    ]
    return {
        "phrases": [
            *_apart(known, people, len(beside.peers), context.language),
            *_ties(partners, context.language),
            *_lacking(context),
        ],
        "positions": [_position(row) for row in known],
    }


def _position(row: Mapping[str, Any]) -> Position:
    low, high = min(row["value"], row["least"]), max(row["value"], row["most"])

    def at(value: float) -> float:
        return round(WIDTH * (value - low) / (high - low), 1) if high > low else WIDTH / 2

    return Position(
        _title(row), f"/indicateurs/{row['id']}", row["shown"], row["comparison_shown"], row["range_shown"],
        at(row["value"]), at(row["comparison"]),
    )  # fmt: skip


def _title(row: Mapping[str, Any]) -> str:
    """Name an indicator without the years of its data, which its page tells."""
    return str(row["indicator"]).partition(" (")[0]


def _apart(rows: Sequence[Mapping[str, Any]], people: float, peers: int, language: str) -> Iterator[str]:
    """Say in what the territory differs most from its peers; that it does not clearly, where it does not."""
    if not rows:
        return
    times = {row["id"]: _times(row["value"], row["comparison"]) for row in rows}
    far = [row for row in rows if times[row["id"]] >= APART and _is_sure(row, people)]
    far = sorted(far, key=lambda row: -times[row["id"]])[:2]
    if not far:
        yield gettext("Rien ne le distingue nettement de ses {n} pairs de même structure.", language, n=peers)
        return
    told = [
        gettext(
            "{indicator}, {value} (médiane de ses pairs : {median})", language,
            indicator=_title(row).lower(), value=row["shown"], median=row["comparison_shown"],
        )
        for row in far
    ]  # fmt: skip
    yield gettext("Ce qui le distingue : {figures}.", language, figures=" ; ".join(told))


def _is_sure(row: Mapping[str, Any], people: float) -> bool:
    """Tell whether a rate is of counts that differ by more than their chance; of what is no rate by people, nothing is counted.

    >>> rate = {"id": "programmes-per-100000", "value": 8.0, "comparison": 0.0}
    >>> _is_sure(rate, 12_000), _is_sure(rate, 450_000), _is_sure({"id": "distance", "value": 9, "comparison": 1}, 1)
    (False, True, True)
    """
    if not row["id"].endswith(f"-per-{PER}"):
        return True
    here, there = (row[name] * people / PER for name in ("value", "comparison"))
    return bool(abs(here - there) >= SURE * max(here, there) ** 0.5)


def _times(value: float, middle: float) -> float:
    """Tell how many times a value is a median, or a median a value: the larger of both.

    >>> _times(30, 10), _times(5, 10), _times(0, 10), _times(0, 0)
    (3.0, 2.0, inf, 1.0)
    """
    small, large = sorted((abs(value), abs(middle)))
    return large / small if small else float("inf") if large else 1.0


def _ties(partners: Sequence[Mapping[str, Any]], language: str) -> Iterator[str]:
    """Name the territories with which most interactions are shared."""
    rows = [row for row in partners if row["side"] == "territory" and row["interactions"] >= LEAST_SHARED][
        :NAMED
    ]
    if rows:
        named = [
            gettext("{name} ({n})", language, name=row["partner"], n=row["interactions"]) for row in rows
        ]
        yield gettext(
            "Territoires avec lesquels il partage le plus d’interactions : {names}.", language,
            names=join_words(named, language),
        )  # fmt: skip


def _lacking(context: Context) -> Iterator[str]:
    """Give the first gap of the territory itself, once gaps are computed."""
    kinds = {kind["kind"]: kind for kind in (context.kept or {}).get("lacunes", {}).get("kinds", ())}
    found = (
        finding
        for name in GAPS
        for finding in kinds.get(name, {}).get("findings", ())
        if finding["scope"] == "territory" and not finding["illustrative"]
    )
    if first := next(found, None):
        yield first_upper(first["sentence"][context.language])
