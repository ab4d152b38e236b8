"""Statistical secrecy at the door: what a partner counts of too few people or companies is in no table that is mapped.

People under 5 and companies under 3 are withheld, what one company has above 85 % of, and as many other cells as leave
each of them unknown within that number for whoever reads all the rest (`graph.indicators.secrecy`): a total may tell
what its parts do not. A cell holds another where its territory, sector, organisation and occupation are the other's, or
hold them. Where the cells that one holds add up to it, that is taken to be known. Observations that are not declared (an
official source published them, or they are made up) stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from scipy.sparse import csr_array  # type: ignore[import-untyped, unused-ignore]

from ...graph.indicators.secrecy import COMPANIES, DOMINANCE, PEOPLE, Mask, Values, too_small, withheld_of
from ...words import NN_, Spoken
from .headers import Headers

Tables = dict[str, pl.DataFrame]

OF_PEOPLE = frozenset(
    f"indicator/{name}"
    for name in (
        *("students", "students-on-site", "internships", "salaried-jobs", "employees"),
        *("hiring-plans", "hiring-plans-difficult", "hiring-plans-seasonal"),
    )
)
OF_COMPANIES = frozenset({"indicator/establishments", "indicator/employer-establishments"})
"""Indicators of the ontology that count people, and companies: a partner's small cells of them are withheld."""
OF_EMPLOYERS = OF_COMPANIES | {
    f"indicator/{name}"
    for name in (
        "salaried-jobs",
        "employees",
        "hiring-plans",
        "hiring-plans-difficult",
        "hiring-plans-seasonal",
    )
}
"""Indicators of which a cell of one organisation is what a company brings to the cells that hold it."""
_DECLARED = "evidence-status/declared"
SUPPRESSED = "obs-status/suppressed"
_MOST = 2_000
"""Cells above which the cells that hold a small one are withheld with it, rather than the fewest that will do."""
_TOTAL = "sector/total"
_DIMENSIONS = ("territory", "sector", "organization", "occupation")


@dataclass(frozen=True)
class Containers:
    """What territories are part of, by tables `territories` of the layout: `id`, and where there are `part_of`, and `parts`.

    The tables are read where it is first asked, which few sources need.
    """

    tables: Iterable[pl.DataFrame] = ()

    @cached_property
    def above(self) -> Mapping[str, frozenset[str]]:
        """What each territory is part of, itself included, by its path."""
        parents: dict[str, set[str]] = {}
        for table in self.tables:
            for column in {"part_of", "parts"} & set(table.columns):
                for one, other in table.select("id", column).explode(column).drop_nulls().iter_rows():
                    child, parent = (one, other) if column == "part_of" else (other, one)
                    parents.setdefault(child, set()).add(parent)
        above: dict[str, frozenset[str]] = {}
        for child in parents:
            seen, todo = {child}, [child]
            while todo:
                new = parents.get(todo.pop(), set()) - seen
                seen |= new
                todo += new
            above[child] = frozenset(seen)
        return above

    def hold(self, one: str, other: str) -> bool:
        """Tell whether a territory is another, or holds it."""
        return one == other or one in self.above.get(other, frozenset())


def withhold(
    tables: Tables, containers: Containers, headers: Headers | None = None
) -> tuple[Tables, list[Spoken]]:
    """Give the tables of a partner without their small counts, and a sentence for each table they were in.

    `headers` are what the partner's files call the columns.
    """
    sentences: list[Spoken] = []
    published = dict(tables)
    for table, hidden in (
        *_headcounts(tables).items(),
        *(("observations", cells) for cells in [_observations(tables, containers)] if cells is not None),
    ):
        if not hidden.any():
            continue
        column, status = ("value", "status") if table == "observations" else ("headcount", "headcount_status")
        gone = pl.Series(hidden)
        frame = published[table]
        marks = (
            frame[status] if status in frame.columns else pl.Series([None] * frame.height, dtype=pl.String)
        )
        published[table] = frame.with_columns(
            pl.when(~gone).then(pl.col(column)).alias(column),
            pl.Series(
                status,
                [SUPPRESSED if small else mark for small, mark in zip(gone, marks, strict=True)],
                pl.String,
            ),
        )
        sentences.append(
            NN_(
                "{where} : {n} valeur sous le seuil du secret statistique, ou qui la dirait, n'est pas "
                "publiée (moins de 5 personnes ou de 3 entreprises, ou plus de 85 % d'une seule).",
                "{where} : {n} valeurs sous le seuil du secret statistique, ou qui en diraient une, ne "
                "sont pas publiées (moins de 5 personnes ou de 3 entreprises, ou plus de 85 % d'une seule).",
                int(hidden.sum()),
                where=(headers or Headers()).column(table, column),
            )
        )
    return published, sentences


def _headcounts(tables: Tables) -> dict[str, Mask]:
    """Tell the headcounts of interactions and editions to withhold: an edition may hold the interactions of its year."""
    cells = [cell for table in ("interactions", "editions") for cell in _counts(tables, table)]
    values = np.array([count for _, _, count, _ in cells])
    holds = np.eye(len(cells), dtype=bool)
    members: dict[tuple[str | None, str | None], list[int]] = {}
    for at, (table, _, _, key) in enumerate(cells):
        if table == "interactions":
            members.setdefault(key, []).append(at)
        elif key[0] is not None:
            holds[at, members.get(key, [])] = True
    masks: dict[str, Mask] = {
        name: np.zeros(tables[name].height, dtype=bool)
        for name in ("interactions", "editions")
        if name in tables
    }
    for at in np.flatnonzero(_hidden(holds, values, too_small(values, PEOPLE), PEOPLE)).tolist():
        table, row, _, _ = cells[at]
        masks[table][row] = True
    return masks


def _counts(tables: Tables, table: str) -> Iterator[tuple[str, int, float, tuple[str | None, str | None]]]:
    """Yield the headcounts of a table: the table, the row, the count, the scheme and year it is of."""
    frame = tables.get(table)
    if frame is None or "headcount" not in frame.columns:
        return
    nothing = pl.lit(None, dtype=pl.String)
    dates = [pl.col(name).cast(pl.String) for name in ("year", "start") if name in frame.columns]
    counts = frame.select(
        n=pl.col("headcount").cast(pl.Float64),
        scheme="scheme" if "scheme" in frame.columns else nothing,
        year=pl.coalesce(*(date.str.slice(0, 4) for date in dates), nothing),
    ).with_row_index("at")
    for row, count, scheme, year in counts.drop_nulls("n").iter_rows():
        yield table, row, count, (scheme, year)


def _observations(tables: Tables, containers: Containers) -> Mask | None:
    """Tell the observations to withhold: those of people and companies, each indicator, period and scenario apart."""
    frame = tables.get("observations")
    if frame is None or frame.is_empty():
        return None
    counted = frame.with_row_index("at").filter(
        pl.col("indicator").is_in(list(OF_PEOPLE | OF_COMPANIES)) & (pl.col("evidence") == _DECLARED)
    )
    hidden = np.zeros(frame.height, dtype=bool)
    for key, part in counted.drop_nulls("value").group_by(
        "indicator", "period", "scenario", maintain_order=True
    ):
        least = PEOPLE if key[0] in OF_PEOPLE else COMPANIES
        values = part["value"].cast(pl.Float64).to_numpy()
        one = part["organization"].is_not_null().to_numpy() & (key[0] in OF_EMPLOYERS)
        if not (too_small(values, least).any() or one.any()):
            continue
        holds = _holding(part.select(_DIMENSIONS).rows(), containers)
        sensitive = too_small(values, least) | _dominated(holds, values, one)
        hidden[part["at"].to_numpy()[_hidden(holds, values, sensitive, least)]] = True
    return hidden


def _dominated(holds: Mask, values: Values, one: Mask) -> Mask:
    """Tell the cells of which one organisation has above 85 %, and the cells of that organisation (`one`) with them.

    What a company declares of itself alone is in no other cell, and stays.
    """
    much = holds & one[None, :] & ~one[:, None] & (values[None, :] > DOMINANCE * values[:, None])
    told: Mask = np.asarray(much.any(axis=1) | much.any(axis=0)) & (values > 0)
    return told


def _holding(rows: list[tuple[str | None, ...]], containers: Containers) -> Mask:
    """Tell which cells hold which: cells × cells."""
    holds = np.ones((len(rows), len(rows)), dtype=bool)
    for at, dimension in enumerate(_DIMENSIONS):
        codes = sorted({row[at] or "" for row in rows})
        place = {code: n for n, code in enumerate(codes)}
        inside = np.array([[_holds(dimension, one, other, containers) for other in codes] for one in codes])
        mine = [place[row[at] or ""] for row in rows]
        holds &= inside[np.ix_(mine, mine)]
    return holds


def _holds(dimension: str, one: str, other: str, containers: Containers) -> bool:
    if dimension == "territory" and one and other:
        return containers.hold(one, other)
    return one == other or one in ("", _TOTAL)


def _hidden(holds: Mask, values: Values, small: Mask, least: float) -> Mask:
    """Tell which cells to withhold with `small` ones, given which hold which: each has, beside those, a part of its own.

    Where the cells that one holds add up to more than it, or are too many to be weighed, all that hold a small one go.
    """
    if not small.any():
        return small
    concerned = np.flatnonzero(_connected(holds, small))
    within, mine = holds[np.ix_(concerned, concerned)], values[concerned]
    hidden = np.zeros(len(values), dtype=bool)
    try:
        if len(concerned) > _MOST:
            raise ValueError("too many cells")
        own = _own(within, mine)
        forms = csr_array(within[:, own > 0].astype(float))
        hidden[concerned] = withheld_of(forms, mine, small[concerned], least)
    except ValueError:
        hidden[concerned] = within[:, small[concerned]].any(axis=1)
    return hidden


def _own(holds: Mask, values: Values) -> Values:
    """Give what of each cell is in none of the cells that it holds; raises ValueError where they add up to more than it."""
    own = np.zeros(len(values))
    for at in np.argsort(holds.sum(axis=1), kind="stable"):
        parts = holds[at].copy()
        parts[at] = False
        own[at] = values[at] - own[parts].sum()
    if (own < 0).any():
        raise ValueError("parts add up to more than their whole")
    return own


def _connected(holds: Mask, small: Mask) -> Mask:
    """Tell the cells that share an equation with a small one, or with one that does."""
    ties = holds | holds.T
    seen: Mask = small.copy()
    while True:
        wider: Mask = np.asarray(ties[:, seen].any(axis=1))
        if (wider == seen).all():
            return seen
        seen = wider
