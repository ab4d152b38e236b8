"""How two actors that are far apart can meet: relays and branches on the way, offers at a distance."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from ..analysis.access import great_circle
from ..findings.model import Reason, Step, Thing
from ..findings.words import listed_en, listed_fr, number_en, number_fr
from ..region.gazetteer import Gazetteer
from ..region.view import RegionView

DETOUR = 1.25
"""A relay is on the way when going by it lengthens the distance by a quarter at most."""
REACH = 30.0
"""And when it is at most so many km from the one to be reached."""
REMOTE = ("remote", "hybrid", "relayed")
MODES = {
    "remote": ("à distance", "remote"),
    "hybrid": ("en hybride", "hybrid"),
    "relayed": ("relayée sur place", "relayed"),
    "in-person": ("en présence", "in person"),
}


def relays(matter: RegionView, to: Thing, start: int, end: int, count: int = 1) -> Iterator[Reason]:
    """Tell the relays or branches on the way between two communes of the ground, the nearest to the end first."""
    ground = Gazetteer.of(matter)
    points = np.column_stack([ground.lat, ground.long])
    frame = matter.frame("relays").unique("site", keep="first", maintain_order=True).drop_nulls("place")
    whole = float(great_circle(points[[start]], points[[end]])[0, 0])
    found = []
    for site, kind, label, organization, place, evidence in frame.select(
        "site", "kind", "label", "organization", "place", "evidence"
    ).iter_rows():
        for at in ground.at(place):
            near = float(great_circle(points[[at]], points[[end]])[0, 0])
            far = float(great_circle(points[[start]], points[[at]])[0, 0])
            if near <= REACH and far + near <= max(DETOUR * whole, whole + 5) and whole > 10:
                found.append(
                    (
                        near,
                        site,
                        kind,
                        label or organization or site,
                        ground.labels[at],
                        evidence or "documented",
                    )
                )
    for near, site, kind, label, place, evidence in sorted(found)[:count]:
        noun = (
            ("antenne numérique", "digital branch")
            if kind == "branch"
            else ("structure relais", "relay structure")
        )
        relation = {"fr": "est à portée de", "en": "is within reach of"}
        away_fr = f", à {number_fr(near)} km de" if near >= 0.5 else ", dans la commune de"
        away_en = f", {number_en(near)} km from" if near >= 0.5 else ", in the commune of"
        said = f" ({evidence_fr(evidence)})" if evidence != "documented" else ""
        yield Reason(
            "relay",
            {
                "fr": f"Relais : {label} ({noun[0]}, {place}) est sur le chemin{away_fr} {to.label}{said}.",
                "en": f"Relay: {label} ({noun[1]}, {place}) is on the way{away_en} {to.label}.",
            },
            (Step(Thing(site, label, kind), relation, to, evidence),),
            None,
        )


def modes(matter: RegionView, who: Thing) -> Iterator[Reason]:
    """Tell what an actor offers otherwise than in person."""
    offers = matter.frame("requests").filter(
        pl.col("class").str.ends_with("Offer") & (pl.col("issuer") == who.id) & pl.col("mode").is_not_null()
    )
    offers = offers.unique("announcement", keep="first", maintain_order=True)
    told = [
        row
        for row in offers.select("announcement", "label", "mode", "evidence").iter_rows()
        if row[2].rsplit("/", 1)[-1] in REMOTE
    ]
    if not told:
        return
    relation = {"fr": "propose", "en": "offers"}
    steps = tuple(
        Step(who, relation, Thing(one, label, "offer"), evidence or "documented")
        for one, label, _, evidence in told
    )
    names = [
        f"« {label} » ({MODES[mode.rsplit('/', 1)[-1]][0]}{_said(evidence)})"
        for _, label, mode, evidence in told[:3]
    ]
    english = [f"“{label}” ({MODES[mode.rsplit('/', 1)[-1]][1]})" for _, label, mode, _ in told[:3]]
    yield Reason(
        "mode",
        {
            "fr": f"Mode : {who.label} propose {listed_fr(names)}.",
            "en": f"Mode: {who.label} offers {listed_en(english)}.",
        },
        steps,
        None,
    )


def evidence_fr(evidence: str) -> str:
    """Name an evidence status in French.

    >>> evidence_fr("illustrative")
    'illustratif'
    """
    return {
        "illustrative": "illustratif",
        "declared": "déclaré",
        "inferred": "inféré",
        "simulated": "simulé",
    }.get(evidence, "documenté")


def _said(evidence: str | None) -> str:
    return f", {evidence_fr(evidence)}" if evidence and evidence != "documented" else ""
