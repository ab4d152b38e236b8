"""Relays at `/relais`: who plays the role, what each carried, what would be lost without it, and places that could relay."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import polars as pl
from fastapi import APIRouter, Request, Response

from ....graph.region.gazetteer import Gazetteer
from ....graph.region.names import UnknownName
from ....graph.region.relays import POSSIBLE, RELAY, Contacts, carried, pairs_alone, relays_of
from ....graph.region.view import RegionView
from ....graph.scenarios.assumptions import Close
from ....graph.scenarios.losses import without
from ....graph.scenarios.names import NameIndex
from ....ontology.vocabulary import ID
from ....words import N_, gettext
from ...labels.wording import concept_name
from ...reading.publication import reading_of
from ...render.rendering import page
from ...web.links import local_name
from ...web.negotiation import Language
from ...web.page_error import PageError
from ...web.page_language import choose_language
from ..places import Point, map_of
from .branches import address_of as branch_address
from .reading import addresses_of, done, homepage_of, look_up, names_of, participants, points_of, run

router = APIRouter(tags=["pages"])
FIRST = 20
"""Interactions of a relay that are shown; the others are folded."""
SHOWN = 100
"""Places that could relay on one page, of a territory or of them all."""


@dataclass(frozen=True)
class Roles:
    """Who relays in a view: the interactions that each carried, and the kinds of actor."""

    carried: dict[str, list[str]]
    types: dict[str, str]

    @classmethod
    def of(cls, view: RegionView) -> Roles:
        """Read who holds the role: an organisation of the type, or that took part in something as its relay."""
        done: dict[str, list[str]] = {node: [] for node in relays_of(view)["node"].unique().sort()}
        for actor, interaction in carried(view).iter_rows():
            done.setdefault(actor, []).append(interaction)
        types: dict[str, str] = {}
        kinds = view.frame("actors").filter(pl.col("actor").is_in(list(done))).select("actor", "type")
        for actor, kind in kinds.drop_nulls().iter_rows():
            types[actor] = RELAY if RELAY in (kind, types.get(actor)) else types.get(actor, kind)
        return cls(done, types)


@router.get(
    "/relais", summary="Relais : qui tient le rôle, ce qu’il a porté, et les lieux qui pourraient relayer"
)
async def relays(request: Request) -> Response:
    """List who relays, those of sources before those of examples, and the places of a territory that could."""
    said, reading = choose_language(request), reading_of(request)
    reading.language = said
    asked = request.query_params.get("territory", "").strip()[:200]
    real = await run(request, reading, lambda view: _rows(view, said))
    known = {row["node"] for row in real}
    origins = await run(request, reading, _origins)
    made = await run(request, reading, lambda view: _rows(view, said), illustrative=True)
    places = await run(request, reading, lambda view: _possible(view, asked, said))
    return page(
        request,
        "relays.html",
        language=said,
        status=404 if places["unknown"] else 200,
        relay_places=real,
        origins=origins,
        examples=[row for row in made if row["node"] not in known],
        possibles=places,
        territory=asked,
        trail=[(None, gettext("Relais", said))],
    )


@router.get(
    "/relais/{name:path}", summary="Un relais : mandat, territoire, interactions portées, perte sans lui"
)
async def relay(request: Request, name: str) -> Response:
    """Tell one relay whole; raises PageError (404)."""
    said, reading = choose_language(request), reading_of(request)
    reading.language = said
    told, illustrative = await look_up(request, reading, lambda view: _told(view, name, said))
    if told is None:
        raise PageError(404, N_("Aucun relais ne porte cette adresse : {name}.", name=name[:100]))
    return page(
        request,
        "relay.html",
        language=said,
        illustrative=illustrative,
        small_map=await map_of(
            request, told.pop("points"), said, N_("Où sont les lieux du relais, et ceux avec qui il a relayé")
        ),
        trail=[("/relais", gettext("Relais", said)), (None, told["label"])],
        **told,
    )


def _rows(view: RegionView, said: Language) -> list[dict[str, Any]]:
    roles = Roles.of(view)
    joined = pairs_alone(view)
    rows = [_row(view, node, roles, joined, said) for node in roles.carried]
    return sorted(rows, key=lambda row: (-row["carried"], row["label"]))


def _origins(view: RegionView) -> list[str]:
    """List the short names of the sources of what was relayed: a role means what its source says."""
    mine = pl.col("interaction").is_in(carried(view)["interaction"].implode())
    found = view.frame("interactions").filter(mine)["source"].drop_nulls().unique().sort()
    return [one.removeprefix("source/") for one in found]


def _row(view: RegionView, node: str, roles: Roles, joined: dict[str, int], said: Language) -> dict[str, Any]:
    serving = view.frame("serving")
    gazetteer = Gazetteer.of(view)
    served = serving.filter(pl.col("thing") == node)["serves"].unique().sort()
    return {
        "node": node,
        "label": names_of(view).get(node, node),
        "address": f"/relais/{node.removeprefix('organization/')}",
        "type": concept_name(roles.types.get(node), said),
        "mandated": roles.types.get(node) == RELAY,
        "serves": [(place.iri, place.label) for path in served if (place := gazetteer.get(path))],
        "carried": len(roles.carried[node]),
        "joined": joined.get(node, 0),
    }


def _told(view: RegionView, name: str, said: Language) -> dict[str, Any] | None:
    """Give what the page of a relay says; None where nobody of this name relays in the view."""
    roles = Roles.of(view)
    node = next((one for one in (f"organization/{name}", name) if one in roles.carried), None)
    if node is None:
        return None
    gazetteer = Gazetteer.of(view)
    sites = view.frame("sites").filter(pl.col("organization") == node).unique("site", maintain_order=True)
    others = participants(view, roles.carried[node], [node])
    own = [
        Point(place or "", label or node, path)
        for path, label, place in sites.select("site", "label", "place").iter_rows()
    ]
    examples = {"illustrative": "true"} if view.illustrative else {}
    report = without(view, [node]) if node in Contacts.of(view).names else None
    return {
        **_row(view, node, roles, pairs_alone(view), said),
        "iri": ID + node,
        "homepage": homepage_of(view, node),
        "sites": [
            (
                label or path,
                gazetteer.commune(at[0]) if (at := gazetteer.at(place)) else None,
                branch_address(path) if local_name(kind or "") == "DigitalBranch" else "",
            )
            for path, label, kind, place in sites.select("site", "label", "class", "place").iter_rows()
        ],
        "points": own + points_of(view, roles.carried[node], [node]),
        "interactions": [
            {**one, "with": others.get(one["path"], [])} for one in done(view, roles.carried[node], said)
        ],
        "first": FIRST,
        "scenario": "/scenarios/essai?" + urlencode({"h": Close("relay", node).to_line(), **examples})
        if node in NameIndex.of(view, "relay").labels
        else "",
        "loss": [one.sentence[said] for one in report.findings] if report else [],
        "notes": [one[said] for one in report.notes] if report else [],
    }  # fmt: skip


def _possible(view: RegionView, asked: str, said: Language) -> dict[str, Any]:
    """List the places that could relay, of a territory or all of them; counted by kind. `unknown` says an unknown territory."""
    gazetteer = Gazetteer.of(view)
    branches = view.frame("relays").filter(pl.col("kind") == "branch")["organization"].drop_nulls().unique()
    rows = view.frame("institutions").filter(pl.col("type").is_in(POSSIBLE))
    rows = gazetteer.locate(rows.filter(~pl.col("organization").is_in(branches.implode()))).unique(
        "organization"
    )
    found: dict[str, Any] = {"rows": [], "counts": [], "whole": "", "unknown": "", "near": [], "total": 0}
    if asked:
        try:
            territory = gazetteer.territory(asked)
        except UnknownName as error:
            near = [(label, iri.removeprefix(ID + "territory/")) for label, iri in error.nearest]
            return {**found, "unknown": PageError.of(error, 404).brief[said], "near": near}
        rows = rows.filter(pl.col("at").is_in(territory.communes))
        found["whole"] = territory.label
    counts = Counter(rows["type"])
    found["total"] = rows.height
    found["counts"] = [(concept_name(kind, said), count) for kind, count in counts.most_common()]
    addresses = addresses_of(view)
    pages = dict(view.frame("homepages").select("actor", "homepage").iter_rows())
    for row in rows.sort("label").head(SHOWN).iter_rows(named=True):
        found["rows"].append(
            {
                "iri": ID + row["organization"],
                "label": row["label"] or row["organization"],
                "type": concept_name(row["type"], said),
                "place": gazetteer.commune(row["at"]),
                "homepage": pages.get(row["organization"], ""),
                "address": addresses.get(row["organization"], ""),
                "source": row["source"],
                "evidence": row["evidence"],
            }
        )
    return found
