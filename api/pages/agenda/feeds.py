"""Calendars, feeds and tables of the agenda, for the same choices as its page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from ....graph.region.agenda import AgendaEvent
from ....graph.sparql.results import Rows, Value
from ....ontology.vocabulary import ID
from ....words import N_, gettext, join_words
from ...errors.problems import ERRORS, problem
from ...errors.refusals import refuse_unknown
from ...labels.columns import columns_of
from ...reading.publication import reading_of
from ...render.csvw import origin_of
from ...render.files import file_response, table_file
from ...web.links import public_base
from ...web.negotiation import CSV, CSVW, XLSX, Language, Representation
from ...web.page_cache import only_today
from ...web.page_error import PageError
from ...web.page_language import choose_language
from ...web.security import CORS
from ...web.turns import run_in_turn
from . import atom, calendar
from .asking import FACETS, PARAMETERS, AgendaParams, params_of, refuse_values
from .reading import AgendaData, Feed, agenda_of

router = APIRouter(tags=["pages"])
MOST = 5000
"""Events that one feed holds: of more, the last."""
_TABLES = {one.name: one for one in (CSV, CSVW, XLSX)}
_TYPES = {"ics": "text/calendar; charset=utf-8", "atom": "application/atom+xml; charset=utf-8"} | {
    name: one.media_type for name, one in _TABLES.items()
}
_TOLD = ("relay", "theme", "organiser")
"""Topics of an event that a table has a column of."""
_PARAMETERS: list[dict[str, Any]] = [
    *PARAMETERS,
    {"name": "event", "in": "query", "description": "un évènement : son chemin · one event: its path"}
    | {"schema": {"type": "string"}},
]


def _answers(form: str) -> dict[int | str, dict[str, Any]]:
    media_type = _TYPES[form].partition(";")[0]
    return {200: {"description": form, "content": {media_type: {"schema": {"type": "string"}}}}}


async def _feed(request: Request, form: str) -> Response:
    reading, said = reading_of(request), choose_language(request)
    try:
        refuse_unknown(request, [*(one["name"] for one in _PARAMETERS), "page"])
        asked = params_of(request.query_params)
        refuse_values(asked)
        known = await agenda_of(request, reading)
        if asked.to_come:
            only_today(request)
        return await run_in_turn(_answer, request, known, asked, form, said)
    except ERRORS as error:
        return problem(error)


def _answer(request: Request, known: AgendaData, asked: AgendaParams, form: str, said: Language) -> Response:
    events, name = _chosen(request, known, asked, said)
    if form in _TABLES:
        return _table(request, known, events, name, _TABLES[form], said)
    stamp = _published(request)
    site = public_base(request)
    address, page = (f"{site}{asked.address(path)}" for path in (f"/agenda.{form}", "/agenda"))
    about = gettext("Évènements scientifiques publics, tels que les sources chargées les annoncent.", said)
    if len(events) > MOST:
        about += " " + gettext("Les {n} derniers seulement.", said, n=MOST)
        events = events[-MOST:]
    head = Feed(name, about, address, page, site, stamp, said)
    body = (calendar.calendar if form == "ics" else atom.feed)(known, events, head)
    return Response(
        body,
        media_type=_TYPES[form],
        headers=CORS
        | {
            "Vary": "Accept-Language",
            "Content-Language": said,
            "Content-Disposition": f'inline; filename="agenda.{form}"',
        },
    )


def _published(request: Request) -> datetime:
    return datetime.fromisoformat(request.state.publication.created.replace("Z", "+00:00"))


def _table(
    request: Request,
    known: AgendaData,
    events: Sequence[AgendaEvent],
    name: str,
    chosen: Representation,
    said: Language,
) -> Response:
    """Write events as the one writer of tables does."""
    columns, snapshot = columns_of("agenda"), request.state.publication.id
    rows: list[list[Value]] = [
        [
            one.label,
            ID + one.path,
            one.first,
            one.last,
            one.opening or None,
            one.closing or None,
            known.names((one.off,), said)[0] if one.off else None,
            known.where(one, said) or None,
            known.name(one.mode, said) if one.mode else None,
            *(", ".join(known.names(one.topics.get(topic, ()), said)) or None for topic in _TOLD),
            one.homepage or None,
            one.evidence,
        ]
        for one in events
    ]
    about = {N_("Objet"): name, N_("Publication"): snapshot}
    origin = origin_of(request) if chosen == CSVW else None
    made = _published(request).replace(tzinfo=None)
    body = table_file(Rows(list(columns), rows), chosen, about, said, made, columns=columns, origin=origin)
    return file_response(request, body, chosen, "agenda", snapshot, said)


def _chosen(
    request: Request, known: AgendaData, asked: AgendaParams, said: Language
) -> tuple[tuple[AgendaEvent, ...], str]:
    """Give the events of a feed and its name; raises PageError (404) for one event that is not there, UnknownName."""
    if (path := request.query_params.get("event")) is not None:
        event = known.agenda.event(path)
        if event is None:
            raise PageError(
                404, N_("Aucune source chargée ne décrit d’évènement « {code} ».", code=path[:200])
            )
        return (event,), event.label
    question = asked.asked(known.agenda, date.today())
    return known.agenda.find(question).events, feed_name(known, asked, said)


def feed_name(known: AgendaData, asked: AgendaParams, said: Language) -> str:
    """Name a choice: « Agenda : Ardèche, à moins de 25 km, hybride »."""
    parts = [f"« {asked.text} »"] if asked.text else []
    if asked.territory:
        place = known.agenda.territory(asked.territory).label
        far = asked.distance
        parts.append(
            gettext("{place} et {n} km autour", said, place=place, n=far) if far is not None else place
        )
    parts += [
        known.name(facet.head + value, said) for facet in FACETS for value in asked.chosen.get(facet.name, ())
    ]
    heading = gettext("Agenda", said)
    return (
        gettext("{heading} : {names}", said, heading=heading, names=join_words(parts, said))
        if parts
        else heading
    )


_WHAT = N_("Agenda, pour tout choix de la page")


def _add_route(form: str, name: str, what: str) -> None:
    async def feed(request: Request) -> Response:
        return await _feed(request, form)

    router.add_api_route(
        f"/agenda.{form}",
        feed,
        name=f"agenda_{form}",
        summary=f"{_WHAT} : {name}",
        description=f"Give the events that the parameters of `/agenda` choose as {what}.",
        responses=_answers(form),
        openapi_extra={"parameters": _PARAMETERS},
    )


_add_route("ics", "iCalendar", "a calendar to subscribe to, or the one of `event`")
_add_route("atom", "Atom", "an Atom feed")
_add_route("csv", "CSV", "CSV, a line each")
_add_route("csvw", "CSVW", "the description of their CSV")
_add_route("xlsx", str(N_("classeur")), "a workbook, a line each")
