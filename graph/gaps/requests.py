"""Demand without supply: requests of a territory that led to nothing known."""

from __future__ import annotations

import polars as pl

from ...words import EMPTY, N_, NN_
from ..findings.model import Finding, Thing, Words
from ..region.gazetteer import Gazetteer
from ..region.view import RegionView
from .setting import GapContext, Names


def request_gaps(setting: GapContext) -> list[Finding]:
    """List the families of interactions that the territory, or one that meets it, asked for without a known follow-up."""
    rows = setting.matter.frame("requests").filter(pl.col("class").str.ends_with("/Request"))
    if not setting.matter.illustrative:
        rows = rows.filter(pl.col("evidence") != "illustrative")
    followed = rows.filter(pl.col("led").is_not_null()).select("announcement").unique()
    rows = rows.join(followed, on="announcement", how="anti").drop_nulls(["type", "territory"])
    named = {one: setting.names.family(one) for one in rows["type"].unique()}
    asking = _meeting(setting)
    rows = rows.filter(pl.col("territory").is_in(asking)).with_columns(
        family=pl.col("type").replace_strict(named, return_dtype=pl.String)
        if named
        else pl.lit(None, pl.String)
    )
    if rows.is_empty():
        return []
    done = _interactions(setting)
    return [
        _request_gap(setting, str(family), part, done)
        for (family,), part in rows.group_by("family", maintain_order=True)
    ]


def _request_gap(setting: GapContext, family: str, rows: pl.DataFrame, done: dict[str, int]) -> Finding:
    every = rows.unique("announcement")
    requests, interactions, name = every.height, done.get(family, 0), setting.names(family)
    made_up = every.filter(pl.col("evidence") == "illustrative").height
    answered: Words = N_("aucune interaction de cette famille n'y est connue")
    if interactions:
        answered = NN_(
            "{n} interaction de cette famille y est connue",
            "{n} interactions de cette famille y sont connues",
            interactions,
        )
    part: Words = EMPTY
    if made_up:
        part = N_(" Demandes illustratives.")
        if made_up != requests:
            part = N_(
                " Demandes illustratives ({made_up} sur {requests}).", made_up=made_up, requests=requests
            )
    words = NN_(
        "« {name} » : {n} demande du territoire ou d'un territoire qui le recoupe n'a mené à rien de connu, et {answered}.{part}",
        "« {name} » : {n} demandes du territoire ou d'un territoire qui le recoupe n'ont mené à rien de connu, et "
        "{answered}.{part}",
        requests,
        name=name,
        answered=answered,
        part=part,
    )
    return Finding(
        kind="demand",
        subject=setting.thing,
        object=Thing.of(family, name, "interaction-type"),
        sentence=words,
        evidence=dict(every.group_by("evidence").len().iter_rows()),
        facts={"requests": requests, "interactions": interactions, "illustrative_requests": made_up},
        question=setting.question("territory-requests-without-answer"),
        sources=setting.sources("requests", "interactions"),
    )


def _meeting(setting: GapContext) -> list[str]:
    """List the territories that share a commune with the territory, itself included."""
    mine = [setting.ground.ids[at] for at in setting.territory.communes]
    parts = setting.matter.frame("parts")
    above = parts.filter(pl.col("place").is_in(mine))["territory"].unique().to_list()
    return sorted({setting.territory.id, *mine, *above})


def interactions_of_types(matter: RegionView) -> pl.DataFrame:
    """Give the commune of each placed participation, with the family of its interaction."""
    names = matter.once(Names)
    kinds = matter.frame("interactions").select("interaction", "type").unique()
    families = {one: names.family(one) for one in kinds["type"].unique()}
    placed = Gazetteer.of(matter).locate(matter.frame("participations").drop_nulls("place"))
    rows = placed.select("interaction", "at").unique().join(kinds, on="interaction")
    return rows.with_columns(
        family=pl.col("type").replace_strict(families, return_dtype=pl.String)
        if families
        else pl.lit(None, pl.String)
    )


def _interactions(setting: GapContext) -> dict[str, int]:
    rows = setting.matter.once(interactions_of_types)
    here = rows.filter(pl.Series(setting.inside[rows["at"].to_numpy()]))
    return dict(here.group_by("family").agg(pl.col("interaction").n_unique()).iter_rows())
