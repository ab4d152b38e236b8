"""How two actors that are far apart can meet: relays and branches on the way, offers at a distance."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from ...ontology.labels import Term
from ...words import EMPTY, N_, Listed, Number, Said, of_name, organization_name
from ..analysis.access import great_circle
from ..findings.model import Reason, Step, Thing, Words
from ..region.gazetteer import Gazetteer
from ..region.view import RegionView

DETOUR = 1.25
"""A relay is on the way when going by it lengthens the distance by a quarter at most."""
REACH = 30.0
"""And when it is at most so many km from the one to be reached."""
REMOTE = ("remote", "hybrid", "relayed")


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
    of_to = Said(lambda language: of_name(to.named(language), language))
    for near, site, kind, label, place, evidence in sorted(found)[:count]:
        noun = Term.of("DigitalBranch" if kind == "branch" else "actor-type/relay-organization")
        yield Reason(
            "relay",
            _way(
                N_("{label} ({kind}, {place})", label=label, kind=noun, place=place),
                N_("{name} ({evidence})", name=of_to, evidence=Term.of(f"evidence-status/{evidence}"))
                if evidence != "documented"
                else of_to,
                near,
            ),
            (Step(Thing(site, label, kind), N_("est à portée de"), to, evidence),),
            None,
        )


def _way(relay: Words, of_to: Words, km: float) -> Words:
    """Say that a relay is on the way to somebody, `km` before."""
    if km < 0.5:
        return N_("Relais : {relay} est sur le chemin, dans la commune {of}.", relay=relay, of=of_to)
    return N_("Relais : {relay} est sur le chemin, à {km} km {of}.", relay=relay, km=Number(km), of=of_to)


def modes(matter: RegionView, who: Thing) -> Iterator[Reason]:
    """Tell what an actor offers otherwise than in person."""
    known = matter.frame("requests").filter(
        pl.col("class").str.ends_with("Offer") & (pl.col("issuer") == who.id) & pl.col("mode").is_not_null()
    )
    known = known.unique("announcement", keep="first", maintain_order=True)
    remote = [
        row
        for row in known.select("announcement", "label", "mode", "evidence").iter_rows()
        if row[2].rsplit("/", 1)[-1] in REMOTE
    ]
    if not remote:
        return
    steps = tuple(
        Step(who, N_("propose"), Thing(offer, label, "offer"), evidence or "documented")
        for offer, label, _, evidence in remote
    )
    offers = [
        N_(
            "« {offer} » ({mode}{evidence})",
            offer=label,
            mode=Term.of(mode),
            evidence=beside(evidence),
        )
        for _, label, mode, evidence in remote[:3]
    ]
    yield Reason(
        "mode",
        N_(
            "Modalité : {who} propose {offers}.",
            who=Said(organization_name, (who.label,)),
            offers=Listed(offers),
        ),
        steps,
        None,
    )


def beside(evidence: str | None) -> Words:
    """Say an evidence status after a comma, nothing for what is documented.

    >>> beside("illustrative")["fr"], beside(None)["fr"]
    (', illustratif', '')
    """
    if not evidence or evidence == "documented":
        return EMPTY
    return N_(", {evidence}", evidence=Term.of(f"evidence-status/{evidence}"))
