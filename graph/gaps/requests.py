"""Demand without supply: requests of a territory that led to nothing known."""

from __future__ import annotations

import polars as pl

from ..findings.model import Finding, Thing
from ..findings.words import count_en, count_fr
from ..region.gazetteer import Ground
from ..region.view import Matter
from .setting import Names, Setting


def request_gaps(setting: Setting) -> list[Finding]:
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


def _request_gap(setting: Setting, family: str, rows: pl.DataFrame, done: dict[str, int]) -> Finding:
    every = rows.unique("announcement")
    requests, interactions, name = every.height, done.get(family, 0), setting.names(family)
    made_up = every.filter(pl.col("evidence") == "illustrative").height
    single = requests == 1
    french = (
        f"« {name[0]} » : {count_fr(requests, 'demande')} du territoire ou d'un territoire qui le recoupe "
        + ("n'a" if single else "n'ont")
        + " mené à rien de connu, et "
        + (
            f"{count_fr(interactions, 'interaction')} de cette famille y {'est connue' if interactions == 1 else 'sont connues'}."
            if interactions
            else "aucune interaction de cette famille n'y est connue."
        )
    )
    english = (
        f"“{name[1]}”: {count_en(requests, 'request')} of the territory, or of one that overlaps it, led to nothing known, and "
        + (
            f"{count_en(interactions, 'interaction')} of that family is known there."
            if interactions == 1
            else f"{count_en(interactions, 'interaction')} of that family are known there."
            if interactions
            else "no interaction of that family is known there."
        )
    )
    if made_up:
        part = (
            ("", "")
            if made_up == requests
            else (f" ({made_up} sur {requests})", f" ({made_up} of {requests})")
        )
        french += f" Demandes illustratives{part[0]}."
        english += f" Illustrative requests{part[1]}."
    return Finding(
        kind="demand",
        subject=setting.thing,
        object=Thing(family, name[0], "interaction-type"),
        sentence={"fr": french, "en": english},
        evidence=dict(every.group_by("evidence").len().iter_rows()),
        facts={"requests": requests, "interactions": interactions, "illustrative_requests": made_up},
        question=setting.question("territory-requests-without-answer"),
        sources=setting.sources("requests", "interactions"),
    )


def _meeting(setting: Setting) -> list[str]:
    """List the territories that share a commune with the territory, itself included."""
    mine = [setting.ground.ids[at] for at in setting.territory.communes]
    parts = setting.matter.frame("parts")
    above = parts.filter(pl.col("place").is_in(mine))["territory"].unique().to_list()
    return sorted({setting.territory.id, *mine, *above})


def interactions_of_types(matter: Matter) -> pl.DataFrame:
    """Give the commune of each placed participation, with the family of its interaction."""
    names = matter.once(Names)
    kinds = matter.frame("interactions").select("interaction", "type").unique()
    families = {one: names.family(one) for one in kinds["type"].unique()}
    placed = Ground.of(matter).locate(matter.frame("participations").drop_nulls("place"))
    rows = placed.select("interaction", "at").unique().join(kinds, on="interaction")
    return rows.with_columns(
        family=pl.col("type").replace_strict(families, return_dtype=pl.String)
        if families
        else pl.lit(None, pl.String)
    )


def _interactions(setting: Setting) -> dict[str, int]:
    rows = setting.matter.once(interactions_of_types)
    here = rows.filter(pl.Series(setting.inside[rows["at"].to_numpy()]))
    return dict(here.group_by("family").agg(pl.col("interaction").n_unique()).iter_rows())
