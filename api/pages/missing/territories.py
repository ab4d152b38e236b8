"""Tables of what is missing: territories without data, links nobody fills, old sources, references that lead nowhere."""

from __future__ import annotations

import polars as pl

from ....graph.indicators.cube import texts
from ....graph.region.text import fold
from ....words import N_, gettext
from ...labels.wording import level_name
from ...render.blocks.block import Block
from ...render.blocks.tables import Column, Table
from ..territory.matter import PortraitData
from .asked import MissingParams
from .old_sources import sources
from .unresolved import interactions, references

LEVELS = ("epci", "department", "zone", "bassin", "adhoc", "region", "commune")


def territories(seen: PortraitData, asked: MissingParams) -> Table:
    """Count, for each territory of a level, the indicators that have no value, by reason."""
    places = seen.cube.territories.filter(pl.col("level") == asked.level)
    latest = (
        seen.cube.cells.filter(pl.col("by").is_null() & pl.col("territory").is_in(places["territory"].implode()))
        .sort("period").unique(["territory", "indicator"], keep="last")
    )  # fmt: skip
    latest = texts(latest)
    counted = latest.group_by("territory").agg(
        known=pl.col("value").is_not_null().sum(),
        zero=(pl.col("value") == 0).sum(),
        missing=(pl.col("value").is_null() & (pl.col("status").fill_null("missing") == "missing")).sum(),
        suppressed=(pl.col("status") == "suppressed").sum(),
        insufficient=(pl.col("status") == "insufficient").sum(),
    )
    nothing = latest.filter(pl.col("indicator").is_in(["teaching-sites", "research-units", "interactions"]))
    silent = nothing.group_by("territory").agg(silent=(pl.col("value").fill_null(0.0) == 0).all())
    rows = places.join(counted, on="territory", how="left").join(silent, on="territory", how="left")
    yes = gettext("oui", asked.language)
    listed = [
        {
            "territory": row["label"],
            "territory_iri": row["territory"],
            "level": level_name(row["level"], asked.language),
            "silent": yes if row["silent"] else "",
            **{name: row[name] or 0 for name in ("known", "zero", "missing", "suppressed", "insufficient")},
        }
        for row in rows.iter_rows(named=True)
    ]
    return Table(
        (
            Column("territory", N_("Territoire"), "link"),
            Column("silent", N_("Ni site, ni unité, ni interaction connus")),
            Column("known", N_("Indicateurs connus"), "number"),
            Column("zero", N_("dont nuls"), "number"),
            Column("missing", N_("Absents des sources"), "number"),
            Column("suppressed", N_("Secret statistique"), "number"),
            Column("insufficient", N_("Trop peu de cas, ou aucun"), "number"),
        ),
        sorted(listed, key=lambda row: (fold(str(row["territory"])), str(row["territory_iri"]))),
        notes=(
            N_(
                "Dans l’ordre des noms. Un territoire sans site connu n’est pas un territoire sans "
                "activité : les sources ne disent pas tout."
            ),
        ),
        question="territories-without-site",
        more={
            "total": sum(1 for row in listed if row["silent"]),
            "of": len(listed),
            "counted": N_("intercommunalités sans site, unité de recherche ni interaction connus"),
        },
    )


def links(seen: PortraitData, asked: MissingParams) -> Table:
    """List the functions at each stage of each filière that no member placed in the region is known to hold."""
    chains = seen.rest["chains"].select("chain", "chainLabel", "stage").unique().sort("chain", "stage")
    members = seen.rest["members"].select("chain", "stage", "function", "member").unique()
    placed = seen.placed["members"].select("chain", "stage", "function", "member").unique()
    keys = ["chain", "stage", "function"]
    known, here = (frame.group_by(keys).len() for frame in (members, placed))
    found = {tuple(row[:3]): row[3] for row in known.iter_rows()}
    there = {tuple(row[:3]): row[3] for row in here.iter_rows()}
    functions = sorted(name for name in seen.names if name.startswith("chain-function/"))
    listed = [
        {
            "chain": label,
            "chain_iri": chain,
            "stage": seen.word(stage, asked.language),
            "function": seen.word(function, asked.language),
            "members": found.get((chain, stage, function), 0),
            "why": (
                (gettext("connus ailleurs, aucun situé dans la région", asked.language))
                if found.get((chain, stage, function))
                else (gettext("aucune source n’en décrit", asked.language))
            ),
        }
        for chain, label, stage in chains.iter_rows()
        for function in functions
        if not there.get((chain, stage, function))
    ]
    return Table(
        (
            Column("chain", N_("Filière"), "link"),
            Column("stage", N_("Étape")),
            Column("function", N_("Fonction")),
            Column("members", N_("Membres connus ailleurs"), "number"),
            Column("why", N_("Pourquoi")),
        ),
        listed,
        empty=N_("Chaque maillon a au moins un membre connu."),
        notes=(
            N_(
                "Un maillon sans membre connu est d’abord une donnée qui manque : les appartenances sont "
                "déduites de mots et de codes."
            ),
        ),
        question="chain-links-without-academic",
        more={"counted": N_("maillons")},
    )


BLOCKS = [
    Block(
        "territoires", N_("Territoires sans données"), make=territories,
        definition=N_(
            "Les indicateurs absents, sous secret ou fondés sur trop peu de cas, territoire par territoire."
        ),
    ),
    Block(
        "maillons", N_("Maillons qu’aucune source ne remplit"), make=links,
        definition=N_("Les fonctions de chaque étape de chaque filière sans membre connu dans la région."),
    ),
    Block(
        "sources", N_("Sources dépassées"), make=sources,
        definition=N_("L’âge de chaque source, au regard de sa fréquence de publication."),
    ),
    Block(
        "references", N_("Références qui ne mènent à rien"), make=references,
        definition=N_(
            "Participants sans lieu ou sans nom, unités sans site, formations sans lieu ou sans "
            "famille, par source."
        ),
    ),
    Block(
        "interactions", N_("Interactions incomplètes"), make=interactions,
        definition=N_(
            "Interactions sans année, sans type, sans participant, ou dont aucun participant n’est "
            "situé, par source."
        ),
    ),
]  # fmt: skip
"""The pages of what is missing."""
