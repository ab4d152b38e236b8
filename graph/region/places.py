"""Which communes make up which territories, by containment or by overlap, and the names of what nobody knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from typing import Any, Literal

import polars as pl

from ...queries.library import Library
from ...queries.parameters import KINDS_OF_TERRITORY
from ...queries.query import ParameterError
from ...words import N_
from ..analysis.table import Axis
from ..snapshots.reader import Reader
from .solutions import Solutions, ask

Rule = Literal["inside", "contained", "whole"]
RULES: dict[str, str] = {
    "inside": "overlap: each territory counts only for its communes inside the territory looked at",
    "contained": "containment: only the territories that lie wholly inside, counted whole",
    "whole": "overlap: each territory that meets the territory looked at, counted whole; rows must not be added up",
}
_LIBRARY = Library()
_COMMUNES = "/territory/commune/"


class UnknownName(LookupError):  # noqa: N818
    """The graph has no such territory or filière; keeps the `kind`, the `name` and the `nearest` (label, IRI)."""

    def __init__(self, kind: str, name: str, nearest: Sequence[tuple[str, str]] = ()) -> None:
        self.kind, self.name, self.nearest = kind, name, tuple(nearest)
        near = ", ".join(f"{label} ({iri.split('/id/')[-1]})" for label, iri in nearest)
        super().__init__(f"the graph has no {kind} “{name}”" + (f"; did you mean {near}?" if near else ""))


class SharedName(UnknownName):
    """Several territories of a level have a name; `nearest` are all of them."""

    def __init__(self, name: str, things: Sequence[tuple[str, str]]) -> None:
        super().__init__("territory", name, things)
        codes = ", ".join(iri.split("/id/territory/")[-1] for _, iri in things)
        self.words = N_(
            "plusieurs territoires s’appellent « {name} » ; donnez un code : {codes}.", name=name, codes=codes
        )
        self.args = (self.words["en"],)


@dataclass(frozen=True)
class Places:
    """The territories of a level that meet a territory, and their communes.

    `parts` has a row (`territory`, `place`) for each commune that counts by the `rule`; `share` is the share of
    each straddling territory's communes that lie inside (None: not known); `axis` are the territories, by their key.
    """

    axis: Axis
    parts: pl.DataFrame
    rule: str
    share: dict[str, float | None]
    vintages: tuple[str, ...]

    def about(self) -> dict[str, Any]:
        """Tell the rule, the territories that straddle, the years of the geographic codes."""
        return {
            "rule": RULES[self.rule],
            "straddling": dict(self.share),
            "code_vintages": list(self.vintages),
        }


def read_places(solutions: Solutions, rule: Rule) -> Places:
    """Read the composition of territories from the rows of a question of tables.

    Such a question gives rows of `territory`, `territoryLabel`, `vintage`; of `territory`, `place`, `within` for a
    place inside; of `territory`, `place` for a direct part, inside or not; of `overlapping` for a territory that
    a source says to overlap (some of its communes may then be unknown); of `district`, `place`.

    Raises ValueError for a rule that is not one of RULES.
    """
    if rule not in RULES:
        raise ValueError(f"there is no rule « {rule} »: give one of {', '.join(RULES)}")
    frame = solutions.frame
    rows = frame.filter(pl.col("place").is_not_null() & pl.col("territory").is_not_null())
    districts = frame.select(place="district").drop_nulls().unique()
    commune = pl.col("place").cast(pl.String).str.contains(_COMMUNES, literal=True)
    pairs = rows.with_columns(commune=commune).join(districts, on="place", how="anti")
    columns = ["territory", "place", "commune"]
    within = pairs.filter(pl.col("within").is_not_null()).select(columns).unique()
    beyond = pairs.filter(pl.col("within").is_null()).select(columns).unique()
    beyond = beyond.join(within, on=["territory", "place"], how="anti")
    inside, outside = (part.filter("commune").select("territory", "place") for part in (within, beyond))
    said = frame.select(territory="overlapping").drop_nulls().unique()
    uncounted = beyond.filter(~pl.col("commune")).select("territory")
    silent = said.join(outside, on="territory", how="anti")
    uncounted = pl.concat([uncounted, silent]).unique()
    straddling = pl.concat([beyond.select("territory"), said]).unique()
    sizes = inside.group_by("territory").len("inside").join(straddling, on="territory", how="semi")
    sizes = sizes.join(outside.group_by("territory").len("outside"), on="territory", how="left")
    sizes = sizes.join(uncounted.with_columns(unknown=True), on="territory", how="left")
    share = {
        str(row["territory"]): None if row["unknown"] else row["inside"] / (row["inside"] + row["outside"])
        for row in sizes.sort(pl.col("territory").cast(pl.String)).iter_rows(named=True)
    }
    parts = pl.concat([inside, outside]) if rule == "whole" else inside
    if rule == "contained":
        parts = parts.join(straddling, on="territory", how="anti")
    named = frame.filter(pl.col("territoryLabel").is_not_null()).select(
        pl.col("territory", "territoryLabel").cast(pl.String)
    )
    names = dict(named.iter_rows())
    keys = tuple(sorted(parts["territory"].cast(pl.String).unique().to_list()))
    axis = Axis("territory", keys, tuple(names.get(key) or key.rsplit("/", 1)[-1] for key in keys))
    return Places(axis, parts, rule, share, tuple(solutions.texts("vintage")))


def ask_within(reader: Reader, name: str, *, within: str, **parameters: object) -> Solutions:
    """Ask a question about the places within a territory; raises UnknownName."""
    try:
        found = ask(reader, name, within=within, **parameters)
    except ParameterError as error:
        if error.parameter == "within":
            territory_iri(reader, within)
        raise
    if found.frame["within"].null_count() == found.frame.height:
        territory_iri(reader, within)
        level = parameters.get("level", "")
        known = ", ".join(KINDS_OF_TERRITORY)
        raise LookupError(f"no territory of level {level} meets {within}: levels are {known}")
    return found


def units(found: Solutions, places: Places) -> pl.DataFrame:
    """Pair each unit that may be observed with its commune: itself, a former commune, a municipal district."""
    communes = places.parts.select("place").unique()
    former = _lineage(found.frame.select("unit", "place").drop_nulls())
    districts = found.frame.select(unit="district", place="place").drop_nulls()
    every = [communes.select(unit="place", place="place"), former, districts]
    return pl.concat(every).unique().join(communes, on="place", how="semi")


def _lineage(former: pl.DataFrame) -> pl.DataFrame:
    """Follow the former communes that gave way to one that is itself gone."""
    step, every = former, former
    while True:
        step = step.join(former.select(place="unit", heir="place"), on="place")
        step = step.select("unit", place="heir").join(every, on=["unit", "place"], how="anti").unique()
        if step.is_empty():
            return every
        every = pl.concat([every, step])


def territory_iri(reader: Reader, territory: str) -> str:
    """Give the IRI of a territory of the graph; raises UnknownName with the nearest names."""
    try:
        iri = _LIBRARY["territory-identity"].parameter("territory").terms(territory)[0].strip("<>")
    except ValueError:
        raise UnknownName("territory", territory, _nearest_territories(reader, territory)) from None
    if ask(reader, "node-attributes", node=iri).frame["kind"].null_count():
        raise UnknownName("territory", territory, _nearest_territories(reader, territory))
    return iri


def check_chain(chain: str, iri: str, known: dict[str, str]) -> None:
    """Refuse a filière that is not among those `known` (label by IRI); raises UnknownName with the nearest."""
    if iri not in known:
        words = {key: target for target, label in known.items() for key in (label, target.rsplit("/", 1)[-1])}
        near = get_close_matches(chain.casefold(), words, n=3, cutoff=0.3) or list(words)
        found = dict.fromkeys(words[key] for key in near)
        raise UnknownName("filière", chain, [(known[target], target) for target in found])


def _nearest_territories(reader: Reader, text: str) -> list[tuple[str, str]]:
    """Search what has one of the first words of a text, or a shorter start of it; the names most alike first."""
    text = text.rsplit("/", 1)[-1].strip()
    found: dict[str, str] = {}
    for word in text.split()[:4]:
        found |= _named_like(reader, word)
    alike = SequenceMatcher(b=text.casefold())

    def likeness(pair: tuple[str, str]) -> float:
        alike.set_seq1(pair[1].casefold())
        return -alike.ratio()

    return [(label, iri) for iri, label in sorted(found.items(), key=likeness)[:3]]


def _named_like(reader: Reader, word: str) -> dict[str, str]:
    """Find territories by a word, else by the word less its last letters; four are left at least."""
    while len(word) >= 4:
        try:
            rows = ask(reader, "search-territories", word=word).rows("territory", "territoryLabel")
        except ParameterError:
            return {}
        if not rows.is_empty():
            return dict(rows.select(pl.all().cast(pl.String)).iter_rows())
        word = word[:-1]
    return {}
