"""The economy of a territory, each figure at the level where it is published."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from ...reading.solutions import Reading, Row, Solutions
from ...web.links import local_name

A38 = "/sector/a38/"


def counts(reading: Reading, blocks: dict[str, Solutions]) -> dict[str, Solutions]:
    """Ask for the jobs of the zones and the hiring plans of the pools that were found."""
    zones = [row["zone"] for row in blocks["zones"].rows]
    pools = [row["pool"] for row in blocks["pools"].rows]
    return {
        "zone-totals": reading.block("territory/zone-totals", zones=zones) if zones else blocks["zones"],
        "hiring": reading.block("territory/hiring", pools=pools) if pools else blocks["pools"],
    }


def economy(reading: Reading, iri: str, kind: str, blocks: dict[str, Solutions]) -> dict[str, Any]:
    """Gather jobs by sector of the main zone d'emploi, totals by zone, establishments and hiring plans."""
    zones = [(row["zone"], int(row["communes"])) for row in blocks["zones"].rows]
    towns = sum(count for _, count in zones)
    pools = [row["pool"] for row in blocks["pools"].rows]
    main = iri if kind == "zone" else (zones[0][0] if zones else "")
    jobs = reading.block("territory/jobs", place=main) if main else Solutions("")
    establishments = blocks["establishments"]
    reading.learn_labels([row["sector"] for row in [*jobs.rows, *establishments.rows]])
    return {
        "blocs": [jobs],
        "bloc_emplois": jobs,
        "zone": main,
        "part": (zones[0][1], towns) if zones and kind not in ("zone", "commune") else None,
        "zones": zones,
        "emplois": sectors(reading, [row for row in jobs.rows if A38 in row["sector"]]),
        "totaux": _zone_totals(blocks["zone-totals"].rows, dict(zones)) if len(zones) > 1 else [],
        "etablissements": sectors(
            reading, [r for r in establishments.rows if "/sector/total" not in r["sector"]]
        ),
        "recrutements": _hiring(reading, blocks["hiring"].rows, pools),
    }


@dataclass(frozen=True)
class Sector:
    """One sector of a table: its value, or the status (suppressed, missing) that stands in its place."""

    label: str
    code: str
    value: float | None
    status: str


def sectors(reading: Reading, rows: list[Row]) -> dict[str, Any]:
    """Order the sectors of the latest period, the largest first; cells without value keep their status."""
    if not rows:
        return {}
    latest = max(row["period"] for row in rows)
    lines = [
        Sector(
            reading.label(row["sector"]),
            local_name(row["sector"]),
            float(row["value"]) if "value" in row else None,
            local_name(row["status"]) if "status" in row else "",
        )
        for row in rows
        if row["period"] == latest
    ]
    lines.sort(key=lambda line: (line.value is None, -(line.value or 0), line.label))
    values = [line.value for line in lines if line.value is not None]
    return {
        "period": latest,
        "lines": lines,
        "maximum": max(values, default=0),
        "total": sum(values),
        "without": len(lines) - len(values),
    }


def _zone_totals(rows: list[Row], communes: dict[str, int]) -> list[dict[str, Any]]:
    latest: dict[str, Row] = {}
    for row in rows:
        if row["zone"] not in latest or row["period"] > latest[row["zone"]]["period"]:
            latest[row["zone"]] = row
    lines = [
        {
            "zone": zone,
            "communes": count,
            **({"value": latest[zone]["value"], "period": latest[zone]["period"]} if zone in latest else {}),
        }
        for zone, count in communes.items()
    ]
    return sorted(lines, key=lambda line: -int(str(line["communes"])))


def _hiring(reading: Reading, rows: list[Row], pools: list[str]) -> dict[str, Any]:
    if not rows or not pools:
        return {}
    latest = max(row["period"] for row in rows)
    plans: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in rows:
        if row["period"] == latest:
            plans[row["occupation"]][local_name(row["indicator"])] += float(row["value"])
    reading.learn_labels(plans)
    lines = [
        {
            "label": reading.label(occupation),
            "value": values.get("hiring-plans", 0.0),
            "difficult": values.get("hiring-plans-difficult"),
        }
        for occupation, values in plans.items()
    ]
    lines.sort(key=lambda line: -float(line["value"] or 0))
    return {
        "period": latest,
        "lines": lines[:15],
        "count": len(lines),
        "total": sum(float(line["value"] or 0) for line in lines),
        "maximum": max((float(line["value"] or 0) for line in lines), default=0),
        "pools": sorted(pools),
    }
