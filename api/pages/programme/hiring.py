"""What a programme prepares for, and who hires around it: occupations, hiring plans, companies, establishments."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import polars as pl

from ....graph.indicators.rows import MISSING
from ....graph.region.firmness import firmest
from ....graph.region.text import fold
from ....words import N_, NN_, Message
from ...labels.rule_words import occupation_words
from ...render.blocks.tables import Column, Table
from ..actor.matter import ActorData, Context
from ..actor.rules import RULE
from ..territory.lists import EVIDENCE
from .places import facts, institutions, no_pool, pools

BMO, CLAP = "france-travail-bmo", "insee-clap"
"""Names of the sources of hiring plans and of establishments."""
Plans = dict[tuple[str, str], tuple[float, float, int, int, int]]


def occupations(context: Context) -> Table:
    """List the families of occupations that a programme prepares for, with hiring plans in its labour pools."""
    known = context.known
    prepared = list(
        dict.fromkeys(
            known.by("preparations", "programme").of(context.path).select("family", "rule", "evidence")
        )
    )
    context.learn(family for family, _, _ in prepared)
    year, plans = _plans(known)
    around, names = pools(context), facts(context).distinct("label")
    rows: list[dict[str, Any]] = []
    for family, rule, evidence in prepared:
        reads = occupation_words([(rule, name) for name in names if rule], context.language)
        link = {
            "family": context.word(family),
            "family_iri": family,
            "rule": rule,
            "reads": reads,
            "evidence": evidence,
        }
        rows += [
            {
                **link,
                "pool": context.name(pool),
                "pool_iri": pool or None,
                **_hirings(plans.get((pool, family)), year),
            }
            for pool in around or [""]
        ]
    rows.sort(key=lambda row: (-(row["plans"] or 0), row["family_iri"], row["pool_iri"] or ""))
    secret = sum(row["hidden"] for row in rows)
    return Table(
        (
            Column("family", N_("Famille de métiers"), "link"),
            Column("pool", N_("Bassin d’emploi"), "link", blank=MISSING),
            Column("plans", N_("Projets de recrutement"), "number"),
            Column("difficult", N_("Difficiles"), "number"),
            Column("year", N_("Année"), "year", blank=MISSING),
            Column("hidden", N_("Chiffres tenus secrets"), "file"),
            Column("status", N_("Statut"), "status"),
            RULE,
            Column("reads", N_("Lu dans son nom")),
            Column("evidence", N_("Preuve du lien"), "evidence"),
        ),
        rows,
        empty=N_(
            "Aucune règle ne relie cette formation à une famille de métiers : ce n’est pas qu’elle "
            "n’y prépare pas."
        ),
        notes=(count_suppressed(secret),) if secret else (),
        question="programme-hirings",
        sources=_present(known, BMO) if any(row["plans"] is not None for row in rows) else (),
    )


def _hirings(cells: tuple[float, float, int, int, int] | None, year: int | None) -> dict[str, Any]:
    """Give the hiring plans of a family in a labour pool: where there is no cell, or only suppressed ones, no number."""
    told, hard, count, hidden, hard_hidden = cells or (0.0, 0.0, 0, 0, 0)
    status = "missing" if not count else "suppressed" if count == hidden else None
    known = {"plans": None, "difficult": None} if status else {"plans": told, "difficult": hard}
    return {**known, "year": year if count else None, "hidden": hidden + hard_hidden, "status": status}


def count_suppressed(cells: int) -> Message:
    """Tell how many cells of hiring plans are suppressed."""
    return NN_(
        "{n} cellule est secrète : seul ce qui en est publié est compté, et les projets sont au moins ceux qui sont donnés.",
        "{n} cellules sont secrètes : seul ce qui en est publié est compté, et les projets sont au moins ceux qui sont donnés.",
        cells,
    )


def _plans(known: ActorData) -> tuple[int | None, Plans]:
    """Give the latest year of hiring plans and, by labour pool and family: known, difficult, cells, suppressed cells of each."""
    key = ("plans",)
    if key not in known.made:
        rows = known.frames["hirings"].with_columns(family=pl.coalesce("family", "occupation"))
        year = rows["year"].max()
        every, hard = (pl.col("indicator").str.ends_with(f"/hiring-plans{one}") for one in ("", "-difficult"))
        counted = rows.filter(pl.col("year") == year).group_by("pool", "family").agg(
            plans=pl.col("least").filter(every).sum(), hard=pl.col("least").filter(hard).sum(),
            cells=every.sum(), hidden=(every & pl.col("value").is_null()).sum(),
            hard_hidden=(hard & pl.col("value").is_null()).sum(),
        )  # fmt: skip
        known.made[key] = year, {(pool, family): tuple(rest) for pool, family, *rest in counted.iter_rows()}
    made: tuple[int | None, Plans] = known.made[key]
    return made


def _present(known: ActorData, name: str) -> tuple[str, ...]:
    """Give the name of a source if it is loaded."""
    return (name,) if f"source/{name}" in known.by("sources", "source") else ()


def employers(context: Context) -> Table:
    """List the companies known in the labour pools of a programme; those of its filières first."""
    known, around = context.known, pools(context)
    shared = known.by("members", "chain").of_all(
        known.by("members", "member").of(context.path).distinct("chain")
    )
    chain_of: dict[str, str] = dict(shared.select("member", "chain"))
    met = _met(context)
    inside = {place for pool in around for place in known.inside(pool)}
    found = {
        (company, place): told
        for place in inside
        for company, told in _companies(known).get(place, {}).items()
    }
    context.learn(company for company, _ in found)
    rows: list[dict[str, Any]] = []
    for (company, place), (count, evidence) in found.items():
        reasons = []
        if company in chain_of:
            word = context.word(chain_of[company])
            reasons.append(context.say(N_("membre de la filière {word}", word=word)))
        if company in met:
            reasons.append(context.say(N_("a travaillé avec l’établissement")))
        rows.append(
            {
                "company": context.name(company), "company_iri": company, "town": context.name(place), "town_iri": place,
                "interactions": count, "why": " ; ".join(reasons), "rank": -len(reasons), "evidence": evidence,
            }
        )  # fmt: skip
    rows.sort(key=lambda row: (row["rank"], fold(row["company"]), row["company_iri"], row["town_iri"]))
    note = N_(
        "Entreprises que les sources nomment parce qu’elles ont un site connu ou ont pris part à "
        "un projet : les autres employeurs du bassin n’y sont pas. Celles de sa filière, ou qui "
        "ont travaillé avec l’établissement, sont les premières."
    )
    return Table(
        (
            Column("company", N_("Entreprise"), "link"),
            Column("town", N_("Commune"), "link"),
            Column("interactions", N_("Interactions menées de là"), "number"),
            Column("why", N_("Lien avec la formation")),
            EVIDENCE,
        ),
        rows,
        empty=no_pool(
            context,
            N_(
                "Les sources chargées ne nomment aucune entreprise dans le bassin d’emploi : ce n’est "
                "pas un zéro."
            ),
        ),
        notes=(note,) if rows else (),
        question="programme-employers",
    )


def _met(context: Context) -> set[str]:
    """Give who took part in the same interactions as the institutions of a programme."""
    by = context.known.by("participations", "actor")
    events = by.of_all(institutions(context)).distinct("interaction")
    return set(context.known.by("participations", "interaction").of_all(events)["actor"])


def _companies(known: ActorData) -> dict[str, dict[str, tuple[int, str]]]:
    """Give the companies of each commune: how many interactions each took part in from there, and the firmest evidence."""
    key = ("companies",)
    if key not in known.made:
        placed: dict[str, dict[str, tuple[int, str]]] = defaultdict(dict)
        sites = known.frames["sites"].select("organization", "place", "evidence").drop_nulls()
        for company, place, evidence in sites.iter_rows():
            if known.kind(company) == "company":
                placed[place][company] = (0, firmest(evidence, placed[place].get(company, (0, evidence))[1]))
        took = (
            known.frames["participations"].filter(pl.col("type") == "actor-type/company").drop_nulls("place")
        )
        counted = took.group_by("place", "actor").agg(
            pl.col("interaction").n_unique(), pl.col("evidence").unique()
        )
        for place, company, count, statuses in counted.iter_rows():
            sited = [placed[place][company][1]] if company in placed[place] else []
            placed[place][company] = (count, firmest(*statuses, *sited))
        known.made[key] = dict(placed)
    made: dict[str, dict[str, tuple[int, str]]] = known.made[key]
    return made


def establishments(context: Context) -> Table:
    """Count the establishments of the labour pools of a programme in the sectors of the trades it prepares for."""
    known, around = context.known, pools(context)
    families = known.by("preparations", "programme").of(context.path).distinct("family")
    trades = known.by("sector-families", "family").of_all(families)
    context.learn([*trades["sector"], *trades["family"]])
    words: dict[str, set[str]] = defaultdict(set)
    for sector, family in trades.select("sector", "family"):
        words[sector].add(context.word(family))
    rows: list[dict[str, Any]] = []
    if known.ground is not None and around and words:
        communes = np.unique(np.concatenate([known.ground.territory(pool).communes for pool in around]))
        located = _located(known)
        here = located.filter(pl.col("at").is_in(communes.tolist()) & pl.col("sector").is_in(list(words)))
        latest = here.filter(pl.col("year") == pl.col("year").max().over("sector"))
        counted = latest.group_by("sector", "year").agg(
            n=pl.col("value").sum(),
            known=pl.col("value").is_not_null().sum(),
            unknown=pl.col("value").is_null().sum(),
        )
        rows = [
            {
                "sector": context.word(sector), "sector_iri": sector, "families": ", ".join(sorted(words[sector])),
                "establishments": n if told else None, "year": year, "unknown": unknown,
                "status": None if told else "missing", "evidence": "documented",
            }
            for sector, year, n, told, unknown in counted.iter_rows()
        ]  # fmt: skip
        rows.sort(key=lambda row: (-(row["establishments"] or 0), row["sector_iri"]))
    note = N_(
        "Un secteur est retenu si une famille de métiers que la formation prépare le "
        "caractérise. Il est plus large."
    )
    return Table(
        (
            Column("sector", N_("Secteur"), "link"),
            Column("families", N_("Familles de métiers")),
            Column("establishments", N_("Établissements"), "number"),
            Column("year", N_("Année"), "year"),
            Column("unknown", N_("Communes sans valeur"), "file"),
            Column("status", N_("Statut"), "status"),
            EVIDENCE,
        ),
        rows,
        empty=no_pool(
            context,
            N_(
                "Aucun secteur n’est propre aux métiers que cette formation prépare, ou aucune règle ne "
                "dit ces métiers."
            ),
        ),
        notes=(note,) if rows else (),
        question="territory-establishments-by-sector" if around else "",
        sources=_present(known, CLAP) if rows else (),
        more={"asked": {"territory": around[0].removeprefix("territory/")} if around else {}},
    )


def _located(known: ActorData) -> pl.DataFrame:
    key = ("establishments", "located")
    if key not in known.made:
        assert known.ground is not None
        known.made[key] = known.ground.locate(known.frames["establishments"])
    found: pl.DataFrame = known.made[key]
    return found
