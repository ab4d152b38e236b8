"""What everyone may read of the desk: what it is for, the requests that were accepted, and what becomes of them."""

from __future__ import annotations

import json
from asyncio import gather
from collections import Counter
from collections.abc import Collection
from typing import Any, get_args

from anyio import to_thread
from fastapi import APIRouter, Request, Response

from ...graph.region.text import fold
from ...graph.sparql.results import Rows
from ...loaders.desk.publication import NAME
from ...loaders.desk.rates import MEASURES, By, Rate, rates
from ...loaders.desk.states import NEED_NAMES
from ...loaders.internships.agreements.publication import outcomes
from ...loaders.operations.roles import Act, Role
from ...loaders.operations.store import now
from ...ontology.vocabulary import ID
from ...words import N_, Spoken, gettext
from ..accounts.visitor import devices_page, visitor_of
from ..errors.problems import problem
from ..labels.columns import columns_of
from ..labels.wording import concept_name
from ..render.csvw import origin_of
from ..render.files import WRITTEN, chosen_format, file_response, headings, table_file
from ..web.links import href
from ..web.negotiation import DATA, Language, NotAcceptable
from ..web.page_error import PageError
from ..web.page_language import choose_language
from ..web.parameters import is_true
from .asked import precise_place, topic_names
from .running import DESK, Desk

router = APIRouter(tags=["pages"])
_LAST = 30
BY: dict[str, Spoken] = {
    "all": N_("Ensemble"),
    "type": N_("Par type"),
    "theme": N_("Par filière"),
    "territory": N_("Par territoire"),
    "candidate": N_("Par candidat sollicité"),
    "relay": N_("Par structure relais sollicitée"),
}


@router.get("/demandes", summary="Guichet : demandes et taux", include_in_schema=False)
async def home(request: Request) -> Response:
    """Show what the desk is for, the last accepted requests, and the rates; of invented ones alone, where asked."""
    desk, visitor, said = await DESK.read(request), await visitor_of(request), choose_language(request)
    by, illustrative = _grouping(request)
    every = [need for need in [*desk.ledger.needs.values()] if need.public]
    public = [need for need in every if need.illustrative == illustrative]
    public.sort(key=lambda need: (need.filed, need.id), reverse=True)
    groups: dict[str, list[Rate]] = {}
    for rate in await _rates(desk, by, illustrative):
        groups.setdefault(rate.group, []).append(rate)
    named = await _names(request, desk, groups, by, said)
    shown = sorted(groups, key=lambda group: fold(named[group])) if by == "territory" else groups
    return devices_page(
        request,
        visitor,
        "desk_home.html",
        form=False,
        officer=visitor.may(Act.READ_BOARD),
        requests=[
            (
                need,
                NEED_NAMES[need.state][said],
                "" if need.illustrative else href(f"{ID}request/{NAME}/{need.number}") or "",
            )
            for need in public[:_LAST]
        ],
        total=len(public),
        gone=Counter(
            need.stage.value
            for need in [*desk.ledger.needs.values()]
            if need.accepted and need.illustrative == illustrative
        ),
        types={need.type: concept_name(need.type, said) for need in public[:_LAST] if need.type},
        group_options=[(named[group], groups[group]) for group in shown],
        measures={key: (what[said], whole[said]) for key, (what, whole) in MEASURES.items()},
        by=by,
        choice=[(name, words[said]) for name, words in BY.items()],
        illustrative=illustrative,
        examples=any(need.illustrative for need in every),
        trail=[(None, gettext("Guichet", said))],
    )


@router.get("/api/v1/desk/rates", summary="Taux du guichet, avec leurs dénominateurs")
async def rates_data(
    request: Request, by: By = "all", illustrative: bool = False, format: str | None = None
) -> Response:
    """Give the rates of the desk, as JSON, CSV or a workbook: those that its page shows.

    By type, theme (what it is about), territory (its path, and a label with its code), candidate, or relay asked: the
    organisations of accounts of that role.
    """
    desk, said = await DESK.read(request), choose_language(request)
    try:
        chosen = chosen_format(request, (DATA, *WRITTEN))
    except NotAcceptable as error:
        return problem(error)
    found = await _rates(desk, by, illustrative)
    named = await _names(request, desk, {rate.group for rate in found}, by, said)
    if chosen == DATA:
        told = [
            {
                "group": rate.group,
                "label": named[rate.group],
                "measure": rate.key,
                "part": rate.part,
                "whole": rate.whole,
                "share": rate.share,
            }
            for rate in found
        ]
        body = json.dumps(
            {"by": by, "illustrative": illustrative, "rates": told}, ensure_ascii=False
        ).encode()
    else:
        rows = Rows(
            headings(columns_of("rates"), chosen, said),
            [
                [
                    named[rate.group],
                    rate.key,
                    rate.part,
                    rate.whole,
                    rate.share,
                    MEASURES[rate.key][0][said],
                    MEASURES[rate.key][1][said],
                    None if by in ("candidate", "relay") else rate.group.rpartition("/")[2] or None,
                ]
                for rate in found
            ],
        )
        about = {N_("Objet"): gettext("Taux du guichet", said), N_("À la date du"): now()}
        body = table_file(rows, chosen, about, said, columns=columns_of("rates"), origin=origin_of(request))
    response = file_response(request, body, chosen, "guichet-taux", desk.publication.snapshot, said)
    response.headers["Cache-Control"] = "no-store"
    return response


async def _rates(desk: Desk, by: By, illustrative: bool) -> list[Rate]:
    needs = list(desk.ledger.needs.values())

    def count() -> list[Rate]:
        relays = _relays(desk) if by == "relay" else frozenset[str]()
        told = {name: one.conclusion for name, one in outcomes(desk.agreements).items()}
        return rates(needs, now(), by, relays=relays, conclusions=told, illustrative=illustrative)

    return await to_thread.run_sync(count)


def _relays(desk: Desk) -> frozenset[str]:
    """Read which organisations have an account of a relay."""
    accounts = desk.devices.accounts.all()
    return frozenset(one.organization for one in accounts if one.role is Role.RELAY and one.organization)


def _grouping(request: Request) -> tuple[Any, bool]:
    by = request.query_params.get("by", "all")
    if by not in get_args(By):
        raise PageError(400, N_("« by » est l’un de : {known}.", known=", ".join(get_args(By))))
    return by, is_true(request.query_params, "illustrative")


async def _names(
    request: Request, desk: Desk, groups: Collection[str], by: By, said: Language
) -> dict[str, str]:
    """Name groups of needs; a territory with what tells it from its homonyms."""
    if by == "territory":
        places = {need.territory: need.place for need in [*desk.ledger.needs.values()]}
        names = await gather(*(precise_place(request, path, places[path]) for path in groups))
        return dict(zip(groups, names, strict=True))
    nothing = gettext("Ensemble", said) if by == "all" else gettext("Non précisé", said)
    themes = await topic_names(request, said) if by == "theme" else {}
    types = {group: concept_name(group, said) for group in groups if by == "type"}
    return {group: themes.get(group) or types.get(group) or group or nothing for group in groups}
