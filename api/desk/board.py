"""The board of the desk: requests by state and age, for who may read them; and the same for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from ...graph.sparql.results import Value
from ...loaders.desk.ledger import Need
from ...loaders.desk.reminders import FIRST, days_since
from ...loaders.desk.states import NEED_NAMES, NeedState
from ...loaders.operations.roles import Act
from ...loaders.operations.store import now
from ...words import gettext
from ..accounts.visitor import Visitor, allowed, answer_to, devices_page
from ..labels.wording import concept_name
from ..web.negotiation import HTML, Language
from ..web.page_language import choose_language
from ..web.parameters import is_true
from .asked import answers_for, page_of
from .lists import day_of, list_file, list_format
from .running import DESK, Desk

router = APIRouter(include_in_schema=False)
_EXCERPT = 90


@dataclass(frozen=True)
class Row:
    """A line of the board: what is asked, where, its state, how many days since it changed, whether that is late."""

    id: str
    title: str
    type: str
    structure: str
    place: str
    filed: str
    state: NeedState
    days: int
    late: bool
    matches: int
    illustrative: bool


@router.get("/guichet")
async def board(request: Request) -> Response:
    """Show the requests by state, those that wait longest first."""
    visitor = await allowed(request, Act.ANSWER)
    desk, said = await DESK.read(request), choose_language(request)
    asked = request.query_params.get("state", "")
    needs = seen_by(visitor, desk)
    counts = Counter(need.state for need in needs)
    chosen = [need for need in needs if (need.state.value == asked if asked else need.open)]
    chosen.sort(key=lambda need: (need.changed, need.id))
    if (form := list_format(request)) != HTML:
        title = gettext("Demandes du guichet", said)
        made_up = is_true(
            request.query_params, "illustrative"
        )  # what is invented is in no file unless asked for
        kept = [need for need in chosen if made_up or not need.illustrative]
        listed = [_cells(row, said) for row in await _rows(desk, kept, said)]
        return list_file(request, visitor, form, "guichet-demandes", title, listed, desk.publication.snapshot)
    page, places = page_of(request, chosen)
    rows = await _rows(desk, page, said)
    return devices_page(
        request,
        visitor,
        "desk_board.html",
        officer=visitor.may(Act.MODERATE),
        rows=rows,
        names={state: name[said] for state, name in NEED_NAMES.items()},
        counts=[(state, counts[state]) for state in NeedState if counts[state]],
        open_count=sum(need.open for need in needs),
        asked=asked,
        total=len(chosen),
        **places,
        failure_text=desk.publication.failure[said] if desk.publication.failure is not None else "",
        trail=[("/demandes", gettext("Guichet", said)), (None, gettext("Tableau de bord", said))],
    )


@router.get("/api/v1/desk/board")
async def board_data(request: Request) -> Response:
    """Give the board to a program that has a key of scope `board`: nothing private is in it."""
    visitor = await allowed(request, Act.READ_BOARD)
    desk, at = await DESK.read(request), now()
    rows = [
        {
            "id": need.id,
            "title": need.title or None,
            "type": need.type or None,
            "territory": need.territory or None,
            "state": need.state.value,
            "filed": need.filed,
            "changed": need.changed,
            "days": days_since(need.changed, at),
            "illustrative": need.illustrative,
            "matches": [
                {"candidate": match.candidate, "name": match.name, "state": match.state.value}
                for match in need.matches.values()
                if match.sent or visitor.may(Act.MODERATE)
            ],
        }
        for need in seen_by(visitor, desk)
    ]
    return answer_to(visitor, request, JSONResponse({"needs": rows}))


def seen_by(visitor: Visitor, desk: Desk) -> list[Need]:
    """List the needs that somebody may see.

    Those that were accepted; for who moderates all that were filed; for a partner those that it was asked about.
    """
    return [need for need in [*desk.ledger.needs.values()] if sees(visitor, need)]


def sees(visitor: Visitor, need: Need) -> bool:
    """Tell whether somebody may see a need."""
    if visitor.may(Act.MODERATE):
        return bool(need.filed)
    return need.public and (visitor.may(Act.READ_BOARD) or asked_of(visitor, need))


def asked_of(visitor: Visitor, need: Need) -> bool:
    """Tell whether an account's organisation was asked about a need."""
    return any(answers_for(visitor.account, match.provider) and match.sent for match in need.matches.values())


async def _rows(desk: Desk, needs: Sequence[Need], said: Language) -> list[Row]:
    unread = [need.words for need in needs if not need.title and need.words]
    opened = await to_thread.run_sync(desk.devices.safe.read, unread)
    at = now()
    rows = []
    for need in needs:
        words = opened.get(need.words, {}).get("words", "")
        days = days_since(need.changed, at)
        rows.append(
            Row(
                need.id,
                need.title or (words[:_EXCERPT] + ("…" if len(words) > _EXCERPT else "")),
                concept_name(need.type, said),
                need.structure,
                need.place,
                need.filed,
                need.state,
                days,
                need.open and days >= FIRST,
                len(need.matches),
                need.illustrative,
            )
        )
    return rows


def _cells(row: Row, said: Language) -> list[Value]:
    """Give the cells of a line of the board, by `guichet-demandes`."""
    return [
        row.id.rpartition("/")[2],
        row.title or None,
        row.type or None,
        row.structure or None,
        row.place or None,
        day_of(row.filed),
        NEED_NAMES[row.state][said],
        row.days,
        row.late,
        row.matches,
        row.illustrative,
    ]
