"""The pages of strategies: all of them, each with its blocks, and two of them compared."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from ....words import N_, gettext
from ...reading.things import ILLUSTRATIVE, Thing
from ...render.blocks.tables import full
from ...render.rendering import page
from ...web.links import BASE, friendly_page, path_of_page
from ...web.page_cache import only_today
from ...web.page_error import PageError
from ...web.turns import run_in_turn
from ..blocks import Subject, block_route, sections
from ..territory.outside import alternates
from . import compare
from .blocks import BLOCKS
from .compare import Comparison
from .lists import Context
from .matter import StrategyMatter, matter_of

router = APIRouter(tags=["pages"])
Chosen = Annotated[str, Query(description="stratégie, telle que dans l’adresse de sa page")]


@router.get("/strategies", summary="Liste des stratégies")
async def strategies(request: Request) -> Response:
    """List the strategies, those of sources before examples, with what each plans and how many actions are late."""
    matter = await matter_of(request, values=False)
    return await run_in_turn(_list, request, matter)


def _list(request: Request, matter: StrategyMatter) -> Response:
    only_today(request)  # who is late depends on the day
    cards = [_card(matter, one) for one in matter.strategies()]
    return page(
        request,
        "strategies.html",
        language=matter.language,
        contact=request.app.state.settings.contact,
        known_ones=[one for one in cards if not one["example"]],
        examples=[one for one in cards if one["example"]],
        choice=[
            (one["address"].removeprefix("/strategies/"), one["name"]) for one in cards if one["address"]
        ],
        trail=[(None, gettext("Stratégies", matter.language))],
    )


def _card(matter: StrategyMatter, strategy: Thing) -> dict[str, Any]:
    actions = matter.parts(strategy, "definesAction")
    return {
        "iri": full(strategy.path), "address": friendly_page(full(strategy.path)) or "", "name": matter.name(strategy.path),
        "example": strategy.evidence == ILLUSTRATIVE, "evidence": strategy.evidence, "when": _when(strategy),
        "territories": matter.names(strategy.all("forTerritory")), "adopted": matter.names(strategy.all("adoptedBy")),
        "objectives": len(matter.parts(strategy, "definesObjective")), "actions": len(actions),
        "states": list(Counter(matter.status(one) for one in actions).items()),
        "late": sum(bool(matter.late(one)) for one in actions),
    }  # fmt: skip


def _when(strategy: Thing) -> str:
    return " – ".join(year for year in (strategy.one("startYear")[:4], strategy.one("endYear")[:4]) if year)


def _found(matter: StrategyMatter, code: str) -> Thing:
    """Find a strategy by the end of the address of its page; raises PageError (404)."""
    path = path_of_page(f"/strategies/{code}")
    known = {one.path: one for one in matter.strategies()}
    if path not in known:
        raise PageError(404, N_("Aucune source chargée ne décrit de stratégie {code}.", code=code))
    return known[path]


@router.get("/strategies/comparaison", summary="Deux stratégies comparées")
async def comparison(request: Request, a: Chosen = "", b: Chosen = "") -> Response:
    """Compare two strategies; without any, lead to where they are chosen."""
    if not a and not b:
        return RedirectResponse(f"/strategies?{urlencode(request.query_params.multi_items())}")
    matter = await matter_of(request)
    return await run_in_turn(_compare, request, _compared(matter, a, b))


async def compared(request: Request, a: Chosen = "", b: Chosen = "") -> Subject:
    """Find what the blocks of a comparison are about; raises PageError (400, 404)."""
    return _subject_of(_compared(await matter_of(request), a, b))


block_route(router, "/strategies/comparaison", compared, "Bloc d’une comparaison de stratégies")


def _compared(matter: StrategyMatter, a: str, b: str) -> Comparison:
    if not a or not b:
        raise PageError(400, N_("Une comparaison demande deux stratégies : a et b."))
    return Comparison(matter, _found(matter, a), _found(matter, b))


def _subject_of(context: Comparison) -> Subject:
    matter = context.matter
    keys = [(name, _code(one)) for name, one in (("a", context.first), ("b", context.second))]
    names = [matter.name(one.path) for one in (context.first, context.second)]
    return Subject(
        name=gettext("{first} et {second}", matter.language, first=names[0], second=names[1]),
        kind=gettext("Comparaison de stratégies", matter.language), code="", base="/strategies/comparaison",
        page=N_("La comparaison de deux stratégies"), whole=N_("Comparaison entière"), file="{}-comparaison",
        snapshot=matter.reading.snapshot, language=matter.language,
        trail=[("/strategies", gettext("Stratégies", matter.language))],
        blocks=compare.BLOCKS, table=context.table, keeps=lambda _: keys, query=f"?{urlencode(keys)}",
        values={"kept_parameters": keys},
    )  # fmt: skip


def _code(strategy: Thing) -> str:
    return (friendly_page(full(strategy.path)) or "").removeprefix("/strategies/")


def _compare(request: Request, context: Comparison) -> Response:
    subject = _subject_of(context)
    return page(
        request,
        "strategies_compared.html",
        language=subject.language,
        name=subject.name,
        base=subject.base,
        two=[_card(context.matter, one) for one in (context.first, context.second)],
        block_list=sections(request, subject),
        kept_parameters=subject.values["kept_parameters"],
        heading_level="h3",
        trail=[*subject.trail, (None, gettext("Comparaison", subject.language))],
    )


def _routes(prefix: str) -> None:
    address = f"/strategies/{prefix}{{code}}"

    @router.get(
        address,
        summary=str(N_("Page d’une stratégie illustrative") if prefix else N_("Page d’une stratégie")),
    )
    async def strategy(request: Request, code: str) -> Response:
        """Draw the page of one strategy."""
        matter = await matter_of(request)
        return await run_in_turn(_draw, request, Context(matter, _found(matter, prefix + code)))

    async def subject(request: Request, code: str) -> Subject:
        """Find what the blocks of a strategy are about; raises PageError (404)."""
        matter = await matter_of(request)
        return _subject(Context(matter, _found(matter, prefix + code)))

    block_route(
        router,
        address,
        subject,
        str(N_("Bloc d’une stratégie illustrative") if prefix else N_("Bloc d’une stratégie")),
    )


for _prefix in ("exemple/", ""):
    _routes(_prefix)


def _subject(context: Context) -> Subject:
    matter, code = context.matter, _code(context.strategy)
    return Subject(
        name=matter.name(context.strategy.path), kind=gettext("Stratégie", matter.language), code="",
        base=f"/strategies/{code}", page=N_("La page d’une stratégie"), whole=N_("Page de la stratégie"),
        file=f"{{}}-{code.rpartition('/')[2]}", snapshot=matter.reading.snapshot, language=matter.language,
        trail=[("/strategies", gettext("Stratégies", matter.language))], blocks=BLOCKS, table=context.table,
        titles=matter.seen.titles if matter.seen else {},
    )  # fmt: skip


def _draw(request: Request, context: Context) -> Response:
    matter, strategy = context.matter, context.strategy
    subject, iri = _subject(context), BASE + strategy.path
    others = [one for one in matter.strategies() if one.path != strategy.path and _code(one)]
    return page(
        request,
        "strategy.html",
        language=matter.language,
        iri=iri,
        name=subject.name,
        base=subject.base,
        strategy=_card(matter, strategy),
        code=_code(strategy),
        territories=[(full(path), matter.name(path)) for path in strategy.all("forTerritory")],
        adopted=[(full(path), matter.name(path)) for path in strategy.all("adoptedBy")],
        pages=strategy.all("page"),
        sources=strategy.source.split(", ") if strategy.source else [],
        delays=[
            (row["action"], row["late"])
            for row in context.table(subject.block("actions")).rows
            if row["late"]
        ],
        drawings=context.table(subject.block("trajectoires")).more["drawings"],
        block_list=sections(request, subject),
        others=[(_code(one), matter.name(one.path)) for one in others],
        heading_level="h3",
        alternates=alternates(iri),
        trail=[*subject.trail, (None, subject.name)],
    )
