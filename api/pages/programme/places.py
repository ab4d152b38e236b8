"""Where a programme is taught, by whom, in which filières, and where else."""

from __future__ import annotations

from typing import Any

from ....graph.indicators.rows import MISSING
from ....graph.region.text import fold
from ....words import N_
from ...reading.rows import Rows
from ...render.blocks.tables import Column, Table, Words
from ..actor import teaching
from ..actor.matter import Context, communes
from ..actor.rules import READS, RULE, chain_rule
from ..territory.lists import EVIDENCE, SOURCES, source_name


def facts(context: Context) -> Rows:
    """Give the rows of a programme: one for each of its places, fields and institutions."""
    return context.known.by("programmes", "programme").of(context.path)


def institutions(context: Context) -> list[str]:
    """List the institutions that offer a programme."""
    return facts(context).distinct("institution")


def pools(context: Context) -> list[str]:
    """List the labour pools where a programme is taught."""
    return context.known.pools(facts(context).distinct("place"))


def no_pool(context: Context, otherwise: Words) -> Words:
    """Say why nothing is known around a programme: it has no place, or its place is in no pool of the region."""
    if not facts(context).distinct("place"):
        return N_(
            "Aucune source ne dit dans quelle commune la formation est enseignée : rien ne peut être "
            "compté autour d’elle."
        )
    if not pools(context):
        return N_("La formation est enseignée hors des bassins d’emploi que décrivent les sources chargées.")
    return otherwise


def places(context: Context) -> Table:
    """List where a programme is taught: site, commune, labour pool."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    rows = facts(context)
    kept = set(communes(rows.distinct("place")))
    context.learn([*rows["site"], *rows["place"]])
    for site, place, evidence, source in rows.select("site", "place", "evidence", "source"):
        if (site or place) and (not place or place in kept):
            pool = next(iter(context.known.pools([place])), None) if place else None
            found[site or "", place or ""] = {
                "town": context.name(place), "town_iri": place, "site": context.name(site), "site_iri": site,
                "pool": context.name(pool), "pool_iri": pool, "evidence": evidence, "source": source_name(source),
            }  # fmt: skip
    return Table(
        (
            Column("town", N_("Commune ou territoire"), "link", blank=MISSING),
            Column("site", N_("Site"), "link", blank=MISSING),
            Column("pool", N_("Bassin d’emploi"), "link", blank=MISSING),
            EVIDENCE,
            SOURCES,
        ),
        sorted(found.values(), key=lambda row: (fold(row["town"]), row["site_iri"] or "")),
        empty=N_("La source ne dit pas où la formation est enseignée."),
        question="programme-identity",
    )


def chains(context: Context) -> Table:
    """List the filières of a programme."""
    found = context.known.by("members", "member").of(context.path)
    rows = sorted(
        set(found.select("chain", "function", "stage", "rule", "evidence")), key=lambda row: row[:2]
    )
    context.learn(one for row in rows for one in row[:3])
    return Table(
        (
            Column("chain", N_("Filière"), "link"),
            Column("function", N_("Fonction")),
            Column("stage", N_("Étape"), blank=MISSING),
            RULE,
            READS,
            EVIDENCE,
        ),
        [
            {
                "chain": context.word(chain), "chain_iri": chain, "function": context.word(function),
                "stage": context.word(stage), "rule": rule,
                "reads": chain_rule(context.known, chain, rule, context.language), "evidence": evidence,
            }
            for chain, function, stage, rule, evidence in rows
        ],
        empty=N_("Aucun identifiant vérifié ne range cette formation dans une filière décrite."),
        question="programme-chains",
    )  # fmt: skip


def students(context: Context) -> Table:
    """List the students of the institutions of a programme: no source counts those of one programme."""
    rows: list[dict[str, Any]] = []
    sources: set[str] = set()
    for one in institutions(context):
        table = teaching.students(Context(context.known, one, context.reading, context.language))
        rows += [{**row, "institution": context.name(one), "institution_iri": one} for row in table.rows]
        sources.update(table.sources)
    note = N_(
        "Étudiants de l’établissement entier : aucune source chargée ne compte ceux d’une seule formation."
    )
    offering = institutions(context)
    return Table(
        (
            Column("institution", N_("Établissement"), "link"),
            Column("period", N_("Année")),
            Column("students", N_("Étudiants"), "number"),
            Column("status", N_("Statut"), "status"),
            EVIDENCE,
        ),
        rows,
        empty=N_(
            "Aucune source chargée ne compte les étudiants de cette formation, ni ceux de son établissement "
            ": ce n’est pas un zéro."
        ),
        notes=(note,) if rows else (),
        question="actor-students" if offering else "",
        sources=tuple(sorted(sources)),
        more={"asked": {"organization": offering[0].rsplit("/", 1)[-1]} if offering else {}},
    )


def alike(context: Context) -> Table:
    """List the other programmes of the same name, and where they are taught."""
    names = facts(context).distinct("label")
    rows = context.known.by("programmes", "label").of_all(names)
    context.learn([*rows["institution"], *rows["place"]])
    found: dict[str, dict[str, Any]] = {}
    for path, by, place, evidence, source in rows.select(
        "programme", "institution", "place", "evidence", "source"
    ):
        if path == context.path:
            continue
        row = found.setdefault(
            path,
            {
                "programme_iri": path,
                "by": {},
                "towns": set(),
                "evidence": evidence,
                "source": source_name(source),
            },
        )
        row["towns"].update([place] if place else [])
        row["by"].update({by: context.name(by)} if by else {})
    for row in found.values():
        row["town"] = ", ".join(sorted(context.name(one) for one in communes(sorted(row.pop("towns")))))
        row["programme"] = row["town"] or context.say(N_("lieu non précisé"))
        who = row.pop("by")
        row["institution"], row["institution_iri"] = ", ".join(sorted(who.values())), next(iter(who), None)
    return Table(
        (
            Column("programme", N_("Formation, par lieu"), "link"),
            Column("institution", N_("Établissement"), "link", blank=MISSING),
            EVIDENCE,
            SOURCES,
        ),
        sorted(found.values(), key=lambda row: (fold(row["programme"]), row["programme_iri"])),
        empty=N_("Aucune autre formation des sources chargées ne porte ce nom."),
        question="programme-alike",
    )
