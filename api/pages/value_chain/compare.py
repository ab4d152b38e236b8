"""Two filières beside each other: who is at each stage of both, and who is in both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from ....graph.gaps.totals import PRODUCES
from ....graph.region.view import RegionView
from ....words import N_, NN_, Named, gettext
from ...reading.publication import reading_of
from ...render.blocks.block import Block, BlockContext
from ...render.blocks.tables import Column, Table
from ...render.rendering import page
from ...web.negotiation import Language
from ...web.page_error import PageError
from ...web.page_language import choose_language
from ...web.turns import run_in_turn
from ..blocks import Subject, block_route, sections
from .asking import ChainParams
from .block_params import FUNCTION, STAGE, UNKNOWN
from .board import Board, BoardCell, board_of, scope_of
from .chain import STAGES, Chain
from .data import chain_of, read

router = APIRouter(tags=["pages"])
Chosen = Annotated[str, Query(max_length=100, description="nom court d’une filière")]


@dataclass(frozen=True)
class ChainComparison(BlockContext):
    """What the blocks of a comparison are made from: two filières, each with its board of the region."""

    chains: tuple[Chain, Chain]
    boards: tuple[Board, Board]
    language: Language

    @property
    def names(self) -> tuple[Named, Named]:
        """What both are called, as heads of columns."""
        first, second = (Named(one.label["fr"], one.label.get("en")) for one in self.chains)
        return first, second


def stages(context: ChainComparison) -> Table:
    """Tell who has each function at each stage in both filières; rows where nobody known is in either are left out."""
    said = context.language
    labels = {path: text[said] for chain in context.chains for path, text in chain.stages} | {
        "": UNKNOWN[said]
    }
    does = {path: words[said] for chain in context.chains for path, words in chain.functions}
    order = {f"chain-stage/{name.rpartition('/')[2]}": rank for rank, name in enumerate(STAGES)}
    rows = []
    for stage in sorted(labels, key=lambda one: (not one, order.get(one, len(order)), one)):
        for function, words in does.items():
            if any(_held(board, board.cells.get((stage, function))) for board in context.boards):
                row: dict[str, Any] = {"stage": labels[stage], "function": words}
                for name, board in zip(("first", "second"), context.boards, strict=True):
                    cell = board.cells.get((stage, function))
                    row[name] = _told(board, stage, function, said)
                    row[f"{name}_members"] = cell.count if cell else None
                rows.append(row)
    first, second = context.names
    where = next((board.scope.label for board in context.boards if board.scope.label), "")
    note = N_("Membres situés ici : {place}. Ceux qui ont le plus de liens sont nommés d’abord.", place=where)
    return Table(
        (
            *(STAGE, FUNCTION, Column("first", first, weight=3), Column("second", second, weight=3)),
            Column("first_members", N_("Membres de la première"), "file"),
            Column("second_members", N_("Membres de la seconde"), "file"),
        ),
        rows,
        empty=N_("Aucun membre n’est connu, dans l’une ni dans l’autre."),
        notes=(note,) if where else (),
    )


def _held(board: Board, cell: BoardCell | None) -> bool:
    """Tell whether anything is known of a cell."""
    return cell is not None and bool(
        cell.count or cell.elsewhere or (cell.function == PRODUCES and cell.stage in board.scope.counted)
    )


def _told(board: Board, stage: str, function: str, said: Language) -> str:
    """Write a cell as a sentence: how many, the main names; what is counted where nobody is named; or that the stage is none."""
    cell = board.cells.get((stage, function))
    if cell is None:
        return gettext("étape absente de cette filière", said) if stage not in board.stages else "–"
    told = gettext("aucun membre connu", said)
    if cell.count:
        names = " ; ".join(one.told for one in cell.main)
        more = NN_(" ; et {n} autre", " ; et {n} autres", cell.rest)[said] if cell.rest else ""
        told = f"{cell.count} : {names}{more}" if cell.count > 1 else names
    elif function == PRODUCES and stage in board.scope.counted:
        counted = board.scope.counted[stage][0]
        told = gettext("{counted}, aucune entreprise nommée", said, counted=counted[said])
    if cell.elsewhere:
        told = gettext("{told} ({n} ailleurs)", said, told=told, n=cell.elsewhere)
    return told


def common(context: ChainComparison) -> Table:
    """List who is in both filières, with what each does there."""
    first, second = context.chains
    theirs = {one.path: one for one in second.members}
    rows: list[dict[str, Any]] = [
        {
            "name": one.label, "name_iri": one.path,
            "first": _does(first, one.functions, context.language),
            "second": _does(second, theirs[one.path].functions, context.language),
        }
        for one in first.members if one.path in theirs
    ]  # fmt: skip
    mine, other = context.names
    return Table(
        (Column("name", N_("Nom"), "link", weight=3), Column("first", mine), Column("second", other)),
        sorted(rows, key=lambda row: row["name"].casefold()),
        empty=N_("Aucun membre connu n’est dans les deux filières."),
    )


def _does(chain: Chain, functions: Iterable[str], said: Language) -> str:
    held = set(functions)
    return ", ".join(words[said] for one, words in chain.functions if one in held)


BLOCKS = [
    Block(
        "etapes", N_("Qui fait quoi, à quelle étape"), make=stages, first=200,
        definition=N_("Membres des deux filières, étape par étape et fonction par fonction."),
    ),
    Block(
        "communs", N_("Qui est dans les deux"), make=common, first=30,
        definition=N_("Membres des deux filières à la fois, et ce qu’ils font dans chacune."),
    ),
]  # fmt: skip


@router.get("/filieres/comparaison", summary="Deux filières côte à côte")
async def comparison(request: Request, a: Chosen = "", b: Chosen = "") -> Response:
    """Draw two filières beside each other; without any, lead to where they are chosen. Raises PageError (400, 404)."""
    if not a and not b:
        return RedirectResponse(f"/filieres?{urlencode(request.query_params.multi_items())}")
    context = await _compared(request, a, b)
    return await run_in_turn(_page, request, context)


async def compared(request: Request, a: Chosen = "", b: Chosen = "") -> Subject:
    """Find what the blocks of a comparison are about; raises PageError (400, 404)."""
    return _subject(await _compared(request, a, b))


block_route(router, "/filieres/comparaison", compared, "Bloc d’une comparaison de filières")


async def _compared(request: Request, a: str, b: str) -> ChainComparison:
    if not a or not b or a == b:
        raise PageError(400, N_("Une comparaison demande deux filières différentes : a et b."))
    reading, said = reading_of(request), choose_language(request)

    def work(matter: RegionView) -> ChainComparison:
        first, second = chain_of(matter, a), chain_of(matter, b)
        one, other = (
            board_of(chain, scope_of(matter, chain, ChainParams()), None) for chain in (first, second)
        )
        return ChainComparison((first, second), (one, other), said)

    return await read(request, reading, False, work)


def _subject(context: ChainComparison) -> Subject:
    first, second = context.chains
    said = context.language
    keys = [("a", first.slug), ("b", second.slug)]
    return Subject(
        name=gettext("« {first} » et « {second} »", said, first=first.label[said], second=second.label[said]),
        kind=gettext("Comparaison de filières", said), code="", base="/filieres/comparaison",
        page=N_("La comparaison de deux filières"), whole=N_("Comparaison entière"), file="{}-filieres-comparees",
        snapshot=first.snapshot, language=said, trail=[("/filieres", gettext("Filières", said))],
        blocks=BLOCKS, table=context.table, keeps=lambda _: keys, query=f"?{urlencode(keys)}",
        values={"kept_parameters": keys},
    )  # fmt: skip


def _page(request: Request, context: ChainComparison) -> Response:
    subject = _subject(context)
    return page(
        request,
        "chains_compared.html",
        language=context.language,
        name=subject.name,
        base=subject.base,
        kept_parameters=subject.values["kept_parameters"],
        two=context.chains,
        block_list=sections(request, subject),
        heading_level="h2",
        trail=[*subject.trail, (None, gettext("Comparaison", context.language))],
    )
