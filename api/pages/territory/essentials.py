"""What a portrait says first: where the territory stands among its peers, its strongest ties, what is missing there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ....words import first_upper, gettext, join_words
from .blocks import Context
from .figures import PEERS, comparison, figures
from .ties import partners

#: Figures that are compared, told in this order: rates and shares, which size does not make.
COMPARABLE = (
    "programmes-per-100000",
    "research-units-per-100000",
    "interactions-per-100000",
    "interactions-academic-company-share",
    "distance-to-programme",
)
APART = 1.5
"""Times its peers' median, or less than its inverse, from which a figure is told to differ."""
NAMED = 3
"""Partners that are named."""
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


def essentials(context: Context) -> Mapping[str, Any]:
    """Give the sentences that open a portrait and the positions of its figures among its peers'."""
    beside = comparison(context.seen, context.territory, PEERS, context.language)
    rows = {
        row["id"]: row
        for row in figures(context.seen, context.territory, beside, context.language).rows
        if row["id"] in COMPARABLE and row["value"] is not None and row["least"] is not None
    }
    known = [rows[name] for name in COMPARABLE if name in rows]
    return {
        "phrases": [*_apart(known, len(beside.peers), context.language), *_ties(context), *_lacking(context)],
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


def _apart(rows: Sequence[Mapping[str, Any]], peers: int, language: str) -> Iterator[str]:
    """Say in what the territory differs most from its peers; that it does not, where it does not."""
    if not rows:
        return
    times = {row["id"]: _times(row["value"], row["comparison"]) for row in rows}
    far = sorted((row for row in rows if times[row["id"]] >= APART), key=lambda row: -times[row["id"]])[:2]
    if not far:
        yield gettext(
            "Ses {n} chiffres comparables sont proches de la médiane de ses {peers} pairs de même structure.",
            language, n=len(rows), peers=peers,
        )  # fmt: skip
        return
    told = [
        gettext(
            "{indicator}, {value} (médiane de ses pairs : {median})", language,
            indicator=_title(row).lower(), value=row["shown"], median=row["comparison_shown"],
        )
        for row in far
    ]  # fmt: skip
    yield gettext("Ce qui le distingue : {figures}.", language, figures=" ; ".join(told))


def _times(value: float, middle: float) -> float:
    """Tell how many times a value is a median, or a median a value: the larger of both.

    >>> _times(30, 10), _times(5, 10), _times(0, 10), _times(0, 0)
    (3.0, 2.0, inf, 1.0)
    """
    small, large = sorted((abs(value), abs(middle)))
    return large / small if small else float("inf") if large else 1.0


def _ties(context: Context) -> Iterator[str]:
    """Name the territories with which most interactions are shared."""
    rows = [
        row
        for row in partners(context.seen, context.territory, context.language).rows
        if row["side"] == "territory"
    ]
    if rows:
        named = [
            gettext("{name} ({n})", context.language, name=row["partner"], n=row["interactions"])
            for row in rows[:NAMED]
        ]
        yield gettext(
            "Ses premiers partenaires ailleurs, par le nombre d’interactions communes : {names}.", context.language,
            names=join_words(named, context.language),
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
