"""The economy of a territory off the region, each figure at the level where it is published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from ....words import N_, NN_, Number, first_upper
from ...reading.solutions import Row
from ...render.blocks.tables import Column, Table, Words
from ...web.links import local_name
from .economy import STATUS
from .outside_context import OutsideContext

A38 = "/sector/a38/"
PERIOD = Column("period", N_("Année"), "year")


def jobs(c: OutsideContext) -> Table:
    """Give the salaried jobs by sector (A38) of the zone d'emploi that most of its communes are in."""
    zones = c.ask("zones").rows
    main = c.iri if c.kind == "zone" else zones[0]["zone"] if zones else ""
    empty = N_("Aucune source chargée ne donne l’emploi salarié d’une zone d’emploi de ce territoire.")
    columns = (
        *(Column("zone", N_("Zone d’emploi"), "link", weight=2), Column("sector", N_("Secteur (A38)"), weight=4)),
        *(Column("code", N_("Code")), Column("value", N_("Emplois salariés"), "number"), PERIOD, STATUS),
    )  # fmt: skip
    if not main:
        return Table(columns, (), empty=empty, more={"query": c.ask("zones").query})
    asked = c.ask("jobs", place=main)
    rows = [
        {"zone": c.label(main), "zone_iri": main, **row}
        for row in sectors(c, (row for row in asked.rows if A38 in row["sector"]))
    ]
    notes = _level(c, [int(row["communes"]) for row in zones]) if rows else ()
    return Table(columns, rows, empty=empty, notes=notes, more={"query": asked.query})


def _level(c: OutsideContext, communes: list[int]) -> tuple[Words, ...]:
    """Say that figures are those of a whole zone."""
    if c.kind == "zone":
        return ()
    finer = N_("Ces chiffres ne sont pas publiés à une maille plus fine.")
    if c.kind == "commune":
        return (N_("Chiffres de la zone d’emploi de la commune."), finer)
    part = N_(
        "Chiffres d’une zone d’emploi, à laquelle appartiennent {known} des {all} communes du territoire.",
        known=Number(communes[0]),
        all=Number(sum(communes)),
    )
    return (part, finer)


def zones(c: OutsideContext) -> Table:
    """Give the jobs of each zone d'emploi that its communes are in, those of most communes first."""
    found = c.ask("zones")
    listed = [row["zone"] for row in found.rows]
    totals = c.ask("zone-totals", zones=listed) if listed else found
    latest: dict[str, Row] = {}
    for row in totals.rows if listed else ():
        if row["zone"] not in latest or row["period"] > latest[row["zone"]]["period"]:
            latest[row["zone"]] = row
    rows = [
        {
            "zone": c.label(row["zone"]),
            "zone_iri": row["zone"],
            "communes": int(row["communes"]),
            "value": float(latest[row["zone"]]["value"]) if row["zone"] in latest else None,
            "period": latest[row["zone"]]["period"] if row["zone"] in latest else "",
            "status": "" if row["zone"] in latest else "missing",
        }
        for row in found.rows
    ]
    columns = (
        *(Column("zone", N_("Zone d’emploi"), "link"), Column("communes", N_("Communes d’ici"), "number")),
        *(Column("value", N_("Emplois de la zone"), "number"), PERIOD, STATUS),
    )
    note = N_("Zones entières, qui peuvent dépasser le territoire.")
    empty = N_("Aucune source chargée ne dit de quelle zone d’emploi sont ses communes.")
    return Table(columns, rows, empty=empty, notes=(note,) if rows else (), more={"query": totals.query})


def establishments(c: OutsideContext) -> Table:
    """Give the establishments by sector (A17), those of its communes added up."""
    asked = c.ask("establishments")
    rows = sectors(c, (row for row in asked.rows if "/sector/total" not in row["sector"]))
    columns = (
        *(Column("sector", N_("Secteur (A17)")), Column("code", N_("Code"))),
        *(Column("value", N_("Établissements"), "number"), PERIOD, STATUS),
    )
    level = (
        N_("Maille : commune, tous établissements actifs.")
        if c.kind == "commune"
        else N_("Maille : somme des communes, tous établissements actifs.")
    )
    empty = N_("Aucune source chargée ne compte les établissements des communes de ce territoire.")
    return Table(columns, rows, empty=empty, notes=(level,) if rows else (), more={"query": asked.query})


def sectors(c: OutsideContext, rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Order the sectors of the latest period, the largest first; cells without value keep their status."""
    kept = list(rows)
    last = max((row["period"] for row in kept), default="")
    listed: list[dict[str, Any]] = [
        {
            "sector": first_upper(c.label(row["sector"])),
            "code": local_name(row["sector"]),
            "value": float(row["value"]) if "value" in row else None,
            "period": last,
            "status": local_name(row["status"]) if "status" in row else "" if "value" in row else "missing",
        }
        for row in kept
        if row["period"] == last
    ]
    return sorted(listed, key=lambda one: (one["value"] is None, -(one["value"] or 0), one["sector"]))


def hiring(c: OutsideContext) -> Table:
    """Give the hiring plans of the labour pools of the territory by occupation, the most sought first."""
    found = c.ask("pools")
    pools = sorted(row["pool"] for row in found.rows)
    asked = c.ask("hiring", pools=pools) if pools else found
    last = max((row["period"] for row in asked.rows), default="") if pools else ""
    plans: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in asked.rows if pools else ():
        if row["period"] == last:
            plans[row["occupation"]][local_name(row["indicator"])] += float(row["value"])
    rows = [
        {
            "occupation": first_upper(c.label(occupation)),
            "plans": values.get("hiring-plans", 0.0),
            "difficult": values.get("hiring-plans-difficult"),
            "period": last,
            "status": "" if "hiring-plans-difficult" in values else "missing",
        }
        for occupation, values in plans.items()
    ]
    rows.sort(key=lambda row: (-float(row["plans"] or 0), row["occupation"]))
    columns = (
        *(Column("occupation", N_("Métier")), Column("plans", N_("Projets"), "number")),
        *(Column("difficult", N_("dont jugés difficiles"), "number"), PERIOD, STATUS),
    )
    level = NN_(
        "Maille : {n} bassin d’emploi ({names}).",
        "Maille : {n} bassins d’emploi ({names}).",
        len(pools),
        names=", ".join([c.label(pool) for pool in pools[:8]] + ["…"] * (len(pools) > 8)),
    )
    empty = N_(
        "L’enquête sur les besoins de main-d’œuvre est publiée par bassin d’emploi, et aucune source chargée ne relie de "
        "bassin à ce territoire."
    )
    return Table(columns, rows, empty=empty, notes=(level,) if rows else (), more={"query": asked.query})
