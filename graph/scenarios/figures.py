"""The figures that a scenario is compared on: a register of indicators computed from a matter for many territories.

A figure names the frames it is computed from: it changes only when one of them does. Figures that are not `wide` cost
too much to be computed for every territory: they are computed for those that are named.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType

import polars as pl

from ..findings import Words
from ..ground import Ground, Territory
from ..matter import Matter
from .counting import Compute, Reached, Value, count, mean_access, near_people, reached, sums
from .hiring import difficult_share, hiring_plans
from .names import relays_of
from .network import brokered, gap_counts, reach_lost_without_relays, tie_pairs

GROUND = frozenset({"places", "parts", "former", "territories"})
"""The frames that the communes and territories are made of: every figure rests on them."""


@dataclass(frozen=True)
class Figure:
    """An indicator of a territory: its `id`, `label`, `unit` (a noun, in words), and how it is computed.

    `frames` are those it is made of beside the ground. `share`: in [0, 1]; `decimals`: to be shown. `relative`: to all
    other territories, so that it moves everywhere when something changes anywhere. `methods` are functions of the
    analysis, `question` a named question that shows the same facts, `near` what inhabitants counted are near to.
    """

    id: str
    label: Words
    unit: Words
    compute: Compute
    frames: frozenset[str]
    wide: bool = True
    relative: bool = False
    share: bool = False
    decimals: int = 0
    methods: tuple[str, ...] = ()
    question: str | None = None
    near: Words | None = None

    def values(self, matter: Matter, territories: Sequence[Territory]) -> list[Value]:
        """Compute the figure for each territory, in their order."""
        return self.compute(matter, territories)

    def value(self, matter: Matter, territory: str) -> Value:
        """Compute the figure for one territory, by its code, path or name; raises UnknownName."""
        [found] = self.compute(matter, [Ground.of(matter).territory(territory)])
        return found

    def touched(self, before: Matter, after: Matter) -> bool:
        """Tell whether a frame it rests on is another one."""
        return any(before.frame(name) is not after.frame(name) for name in self.frames | GROUND)


def _now(matter: Matter, rows: pl.DataFrame) -> pl.DataFrame:
    """Leave out what ended before the year of the snapshot."""
    year = matter.snapshot[:4]
    return rows.filter(pl.col("end").fill_null(9999) >= int(year)) if year.isdecimal() else rows


def _programmes(matter: Matter, *, level: str | None = None, followed: bool = False) -> pl.DataFrame:
    rows = _now(matter, matter.frame("programmes"))
    if "mode" in rows.columns and not followed:
        rows = rows.filter(pl.col("mode").is_null())
    rows = rows.filter(pl.col("level") == level) if level else rows
    return rows.with_columns(item="programme", weight="capacity")


def _units(matter: Matter) -> pl.DataFrame:
    return _now(matter, matter.frame("units")).with_columns(item="unit")


def _sites(matter: Matter, kind: str) -> pl.DataFrame:
    if kind == "relay":
        return relays_of(matter).with_columns(item="node")
    return matter.frame("relays").filter(pl.col("kind") == kind).with_columns(item="site")


def _platforms(matter: Matter) -> pl.DataFrame:
    return matter.frame("platforms").with_columns(item="platform")


def _institutions(matter: Matter) -> pl.DataFrame:
    return _programmes(matter).with_columns(item="institution")


def _chain_members(matter: Matter, function: str) -> pl.DataFrame:
    rows = matter.frame("members").filter(pl.col("function") == f"chain-function/{function}")
    return rows.with_columns(item="member")


def _interactions(matter: Matter, role: str | None = None) -> pl.DataFrame:
    facts = matter.frame("interactions").select("interaction", "evidence").unique("interaction", keep="first")
    rows = matter.frame("participations")
    rows = rows.filter(pl.col("role") == role) if role else rows
    return rows.join(facts, on="interaction", how="left").with_columns(item="interaction")


def _population(matter: Matter, territories: Sequence[Territory]) -> list[Value]:
    return sums(matter, territories, Ground.of(matter).population)


def _communes(matter: Matter, territories: Sequence[Territory]) -> list[Value]:
    return [Value(float(len(one.communes))) for one in territories]


Rows = Callable[[Matter], pl.DataFrame]


def _counted(rows: Rows, *columns: str) -> Compute:
    def compute(matter: Matter, territories: Sequence[Territory]) -> list[Value]:
        return count(matter, territories, rows(matter).select("item", "place", "evidence", *columns))

    return compute


_SUPPLIES: Mapping[str, Rows] = MappingProxyType(
    {
        "programme": partial(_programmes, followed=True),
        "unit": _units,
        "branch": partial(_sites, kind="branch"),
    }
)


def _reached_programmes(matter: Matter) -> Reached:
    return reached(matter, _SUPPLIES["programme"](matter))


def _reached_units(matter: Matter) -> Reached:
    return reached(matter, _SUPPLIES["unit"](matter))


def _reached_branches(matter: Matter) -> Reached:
    return reached(matter, _SUPPLIES["branch"](matter))


_REACHED = {"programme": _reached_programmes, "unit": _reached_units, "branch": _reached_branches}


def _near(kind: str, *, share: bool) -> Compute:
    return lambda matter, territories: near_people(
        matter, territories, matter.once(_REACHED[kind]), share=share
    )


def _access(kind: str, *, relative: bool) -> Compute:
    return lambda matter, territories: mean_access(
        matter, territories, matter.once(_REACHED[kind]), relative=relative
    )


_COMPUTE: Mapping[str, Compute] = MappingProxyType(
    {
        "population": _population,
        "communes": _communes,
        "programmes": _counted(_programmes),
        **{
            f"programmes-eqf{n}": _counted(partial(_programmes, level=f"level/eqf{n}"))
            for n in (4, 5, 6, 7, 8)
        },
        "programmes-followed": _counted(_SUPPLIES["programme"]),
        "places": _counted(_programmes, "weight"),
        "institutions": _counted(_institutions),
        "units": _counted(_units),
        "branches": _counted(_SUPPLIES["branch"]),
        "relays": _counted(partial(_sites, kind="relay")),
        "platforms": _counted(_platforms),
        **{
            f"chain-{function}": _counted(partial(_chain_members, function=function))
            for function in ("trains", "researches", "produces", "relays")
        },
        "interactions": _counted(_interactions),
        "relayed": _counted(partial(_interactions, role="actor-role/relay")),
        "academic-company": _counted(lambda matter: matter.once(tie_pairs)),
        "brokered": brokered,
        **{f"near-{kind}": _near(kind, share=False) for kind in _REACHED},
        **{f"near-{kind}-share": _near(kind, share=True) for kind in _REACHED},
        **{f"access-{kind}": _access(kind, relative=False) for kind in _REACHED},
        **{f"access-{kind}-relative": _access(kind, relative=True) for kind in _REACHED},
        "hiring-plans": hiring_plans,
        "hiring-difficult-share": difficult_share,
        "reach-lost": reach_lost_without_relays,
        **{f"gaps-{kind}": gap_counts(kind) for kind in ("demand", "tie", "link", "access", "data")},
    }
)


def _read() -> dict[str, Figure]:
    """Read what `figures.toml` says of each figure."""
    declared = tomllib.loads((Path(__file__).parent / "figures.toml").read_text(encoding="utf-8"))
    if set(declared) != set(_COMPUTE):
        raise ValueError(f"figures.toml: {set(declared) ^ set(_COMPUTE)} is declared or computed, not both")
    found = {}
    for id, told in declared.items():
        label = {"fr": told.pop("fr"), "en": told.pop("en")}
        unit = told.pop("unit", label)
        frames, methods = frozenset(told.pop("frames")), tuple(told.pop("methods", ()))
        found[id] = Figure(id, label, unit, _COMPUTE[id], frames, methods=methods, **told)
    return found


FIGURES: Mapping[str, Figure] = MappingProxyType(_read())
"""The figures, by their id, in the order they are shown."""
