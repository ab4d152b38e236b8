"""Members of filières by stage and function: where they are, what made them members, and how much of it is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from ..region.firmness import count_by_status, rank_in
from ..region.gazetteer import Gazetteer
from ..region.view import RegionView
from .coverage import Coverage
from .located import Located, Values
from .sectors import Jobs
from .setting import region, zones

ACADEMIC = ("chain-function/trains", "chain-function/researches")


@dataclass(frozen=True)
class Chains:
    """Members of filières by link (`located`, by (filière, stage, function)), and what each commune weighs in a filière.

    Where members are goes on through the départements that alone place some (`Gazetteer.widen`).

    `loose` are the members of unknown stage by filière and function; `weights` the jobs of the filière's sectors in
    each commune, those of its employment zone shared by population (its population, where there are none); `rules` the
    rule that made somebody a member, by link, and `evidence` how firm that is: one may be a member of several filières by
    several rules. `coverage` tells how many members of a filière and function have a known stage (and, but for function "", a
    known place).
    """

    links: tuple[tuple[str, str, str], ...]
    located: Located
    loose: Located
    labels: dict[str, str]
    stages: dict[str, list[str]]
    weights: dict[str, Values]
    rules: dict[tuple[str, str, str], dict[str, str]]
    evidence: dict[tuple[str, str, str], dict[str, str]]
    staged: frozenset[tuple[str, str, str]]
    coverage: dict[tuple[str, str], Coverage]
    unstaged: dict[str, dict[str, int]]
    placed: dict[tuple[str, str], int]

    @classmethod
    def of(cls, matter: RegionView) -> Chains:
        """Read the filières of a matter."""
        ground, inside = Gazetteer.of(matter), matter.once(region)
        members = matter.frame("members")
        chains = matter.frame("chains")
        key = pl.concat_str("chain", pl.col("stage").fill_null(""), "function", separator=" ")
        if "located" in members.columns:
            members = members.with_columns(pl.col("located").str.split("/").list.last())
        rows = members.with_columns(
            item="member", group=key, loose=pl.concat_str("chain", "function", separator=" ")
        )
        placed = ground.locate(rows, wide=True)
        placed = placed.filter(pl.Series(ground.widen(inside)[placed["at"].to_numpy()]))
        known = placed.filter(pl.col("stage").is_not_null())
        located = Located(known)
        loose = placed.filter(pl.col("stage").is_null()).with_columns(group="loose")
        academic = members.filter(pl.col("function").is_in(ACADEMIC))
        counts = placed.group_by("chain", "function").agg(pl.col("member").n_unique())
        stages = chains.select("chain", "stage").unique().sort("chain", "stage")
        return cls(
            tuple(_split(one) for one in located.groups),
            located,
            Located(loose),
            dict(chains.select("chain", "chainLabel").unique("chain").iter_rows()),
            {
                str(chain): part["stage"].to_list()
                for (chain,), part in stages.group_by("chain", maintain_order=True)
            },
            {str(chain): _weight(matter, str(chain)) for chain in chains["chain"].unique()},
            _by_link(members, "rule"),
            _by_link(members, "evidence"),
            frozenset(academic.drop_nulls("stage").select("chain", "stage", "function").unique().iter_rows()),
            _coverage(members),
            _unstaged(members),
            {(chain, function): n for chain, function, n in counts.iter_rows()},
        )


def _weight(matter: RegionView, chain: str) -> Values:
    """Give each commune the jobs of a filière's sectors in its employment zone, shared by population."""
    ground, areas, table = Gazetteer.of(matter), matter.once(zones), matter.once(Jobs.of)
    people: Values = np.nan_to_num(ground.population)
    rows = matter.frame("chains").filter(pl.col("chain") == chain)
    sectors = set(rows["sector"].drop_nulls())
    columns = [at for at, sector in enumerate(table.sectors) if sector in sectors]
    jobs = table.jobs[:, columns].sum(axis=1)
    if not jobs.sum():
        return people
    population = areas.parts @ people
    rate = np.divide(jobs, population, out=np.zeros(len(jobs)), where=population > 0)
    of_commune: Values = areas.parts.T @ rate
    return people * of_commune


def _coverage(members: pl.DataFrame) -> dict[tuple[str, str], Coverage]:
    """Count the members of known stage and place by filière and function; under function "", academic ones of known stage."""
    one = members.group_by("chain", "function", "member").agg(
        staged=pl.col("stage").is_not_null().any(), placed=pl.col("place").is_not_null().any()
    )
    counts = one.group_by("chain", "function").agg(
        (pl.col("staged") & pl.col("placed")).sum().alias("n"), every=pl.len()
    )
    found = {
        (chain, function): Coverage(int(n), int(every)) for chain, function, n, every in counts.iter_rows()
    }
    academic = (
        one.filter(pl.col("function").is_in(ACADEMIC)).group_by("chain", "member").agg(pl.col("staged").any())
    )
    wide = academic.group_by("chain").agg(pl.col("staged").sum(), every=pl.len())
    return found | {(chain, ""): Coverage(int(n), int(every)) for chain, n, every in wide.iter_rows()}


def _unstaged(members: pl.DataFrame) -> dict[str, dict[str, int]]:
    """Count by evidence status, in each filière, the academic members without any known stage."""
    academic = members.filter(pl.col("function").is_in(ACADEMIC)).group_by("chain", "member")
    rows = academic.agg(staged=pl.col("stage").is_not_null().any(), rank=rank_in(members).min())
    rows = rows.filter(~pl.col("staged"))
    return {str(chain): count_by_status(part["rank"]) for (chain,), part in rows.group_by("chain")}


def _by_link(members: pl.DataFrame, column: str) -> dict[tuple[str, str, str], dict[str, str]]:
    """Give what a column says of each membership, the firmest or first by name, by link (filière, stage, function) and member."""
    found: dict[tuple[str, str, str], dict[str, str]] = {}
    rows = members.select("chain", "stage", "function", "member", column).drop_nulls().unique().sort(pl.all())
    if column == "evidence":
        rows = rows.sort(rank_in(rows), maintain_order=True)
    for chain, stage, function, member, said in rows.iter_rows():
        found.setdefault((chain, stage, function), {}).setdefault(member, said)
    return found


def _split(key: str) -> tuple[str, str, str]:
    chain, stage, function = key.split(" ")
    return chain, stage, function
