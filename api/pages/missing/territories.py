"""Tables of what is missing: territories without data, links nobody fills, old sources, references that lead nowhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from ...labels.wording import fold
from ...render.blocks.tables import Column, Table, Words
from ..territory.lists import level_words
from ..territory.matter import Seen
from .asked import Asked
from .old_sources import sources
from .unresolved import interactions, references

LEVELS = ("epci", "department", "zone", "bassin", "adhoc", "region", "commune")


@dataclass(frozen=True)
class Subject:
    """A page of what is missing: its title, what it means, what its count counts, and what makes its table."""

    name: str
    words: Words
    meaning: Words
    counted: Words
    make: Callable[[Seen, Asked], Table]


def territories(seen: Seen, asked: Asked) -> Table:
    """Count, for each territory of a level, the indicators that have no value, by reason."""
    latest = (
        seen.cube.frame.filter(pl.col("by").is_null())
        .sort("period").group_by("territory", "indicator", maintain_order=True).last()
    )  # fmt: skip
    counted = latest.group_by("territory").agg(
        known=pl.col("value").is_not_null().sum(),
        zero=(pl.col("value") == 0).sum(),
        missing=(pl.col("value").is_null() & (pl.col("status").fill_null("missing") == "missing")).sum(),
        suppressed=(pl.col("status") == "suppressed").sum(),
        insufficient=(pl.col("status") == "insufficient").sum(),
    )
    nothing = latest.filter(pl.col("indicator").is_in(["teaching-sites", "research-units", "interactions"]))
    silent = nothing.group_by("territory").agg(silent=(pl.col("value").fill_null(0.0) == 0).all())
    places = seen.cube.territories.filter(pl.col("level") == asked.level)
    rows = places.join(counted, on="territory", how="left").join(silent, on="territory", how="left")
    yes = "yes" if asked.language == "en" else "oui"
    listed = [
        {
            "territory": row["label"],
            "territory_iri": row["territory"],
            "level": level_words(row["level"], asked.language),
            "silent": yes if row["silent"] else "",
            **{name: row[name] or 0 for name in ("known", "zero", "missing", "suppressed", "insufficient")},
        }
        for row in rows.iter_rows(named=True)
    ]
    return Table(
        (
            Column("territory", ("Territoire", "Territory"), "link"),
            Column(
                "silent", ("Ni site, ni unité, ni interaction connus", "No known site, unit or interaction")
            ),
            Column("known", ("Indicateurs connus", "Known indicators"), "number"),
            Column("zero", ("dont nuls", "of which zero"), "number"),
            Column("missing", ("Absents des sources", "Not in the sources"), "number"),
            Column("suppressed", ("Secret statistique", "Suppressed"), "number"),
            Column("insufficient", ("Trop peu de cas, ou aucun", "Too few cases, or none"), "number"),
        ),
        sorted(listed, key=lambda row: (fold(str(row["territory"])), str(row["territory_iri"]))),
        notes=(
            (
                "Dans l’ordre des noms. Un territoire sans site connu n’est pas un territoire sans activité : les "
                "sources ne disent pas tout.",
                "In the order of names. A territory without a known site is not one without activity: sources do not tell all.",
            ),
        ),
        question="territories-without-site",
        more={"total": sum(1 for row in listed if row["silent"]), "of": len(listed)},
    )


def links(seen: Seen, asked: Asked) -> Table:
    """List the functions at each stage of each filière that no member placed in the region is known to hold."""
    english = asked.language == "en"
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
                (
                    "known elsewhere, none placed in the region"
                    if english
                    else "connus ailleurs, aucun situé dans la région"
                )
                if found.get((chain, stage, function))
                else ("no source tells any" if english else "aucune source n’en décrit")
            ),
        }
        for chain, label, stage in chains.iter_rows()
        for function in functions
        if not there.get((chain, stage, function))
    ]
    return Table(
        (
            Column("chain", ("Filière", "Value chain"), "link"),
            Column("stage", ("Étape", "Stage")),
            Column("function", ("Fonction", "Function")),
            Column("members", ("Membres connus ailleurs", "Members known elsewhere"), "number"),
            Column("why", ("Pourquoi", "Why")),
        ),
        listed,
        empty=("Chaque maillon a au moins un membre connu.", "Every link has a known member."),
        notes=(
            (
                "Un maillon sans membre connu est d’abord une donnée qui manque : les appartenances sont déduites de "
                "mots et de codes.",
                "A link without a known member is first of all a missing piece of data: memberships are deduced from "
                "words and codes.",
            ),
        ),
        question="chain-links-without-academic",
    )


SUBJECTS: tuple[Subject, ...] = (
    Subject(
        "territoires",
        ("Territoires sans données", "Territories without data"),
        (
            "Les indicateurs absents, sous secret ou fondés sur trop peu de cas, territoire par territoire.",
            "Indicators that are missing, suppressed or rest on too few cases, territory by territory.",
        ),
        (
            "intercommunalités sans site, unité de recherche ni interaction connus",
            "inter-municipal areas without a known site, research unit or interaction",
        ),
        territories,
    ),
    Subject(
        "maillons",
        ("Maillons qu’aucune source ne remplit", "Links that no source fills"),
        (
            "Les fonctions de chaque étape de chaque filière sans membre connu dans la région.",
            "The functions at each stage of each value chain without a known member in the region.",
        ),
        ("maillons", "links"),
        links,
    ),
    Subject(
        "sources",
        ("Sources dépassées", "Sources out of date"),
        (
            "L’âge de chaque source, au regard de sa fréquence de publication.",
            "The age of each source, beside how often it is published.",
        ),
        ("sources dépassées", "sources out of date"),
        sources,
    ),
    Subject(
        "references",
        ("Références qui ne mènent à rien", "Unresolved references"),
        (
            "Participants sans lieu ou sans nom, unités sans site, formations sans lieu ou sans famille, par source.",
            "Participants without a place or name, units without a site, programmes without a place or family, by source.",
        ),
        ("références", "references"),
        references,
    ),
    Subject(
        "interactions",
        ("Interactions incomplètes", "Incomplete interactions"),
        (
            "Interactions sans année, sans type, sans participant, ou dont aucun participant n’est situé, par source.",
            "Interactions without a year, a type, any participant, or any placed participant, by source.",
        ),
        ("interactions", "interactions"),
        interactions,
    ),
)
BY_NAME = {subject.name: subject for subject in SUBJECTS}
