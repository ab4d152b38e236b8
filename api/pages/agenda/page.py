"""The page of the agenda: what is to come, then what is past, or a month; what to choose by; how to subscribe."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

import polars as pl
from fastapi import APIRouter, Request, Response

from ....graph.region.agenda import DISTANCES, AgendaAnswer, AgendaEvent
from ....graph.region.names import UnknownName
from ....graph.region.text import fold
from ....ontology.vocabulary import ID
from ....words import Number, first_upper, gettext, join_words, month, weekdays
from ...labels.days import days
from ...reading.publication import reading_of
from ...render.rendering import page
from ...search.map import Spots, draw
from ...web.links import add_links, href, page_links, public_base
from ...web.negotiation import Language
from ...web.page_cache import only_today
from ...web.page_language import choose_language
from ...web.turns import run_in_turn
from .asking import FACETS, PAGE, PARAMETERS, SIZE, AgendaParams, Facet, month_beside, params_of, weeks_of
from .reading import AgendaData, agenda_of

router = APIRouter(tags=["pages"])
FIRST = 8
"""Values of a facet that are shown at once."""


@dataclass(frozen=True)
class Part:
    """A part of the list: its title, and its events by month (named, or "" for all)."""

    title: str
    name: str
    count: int
    months: tuple[tuple[str, tuple[dict[str, Any], ...]], ...]


@router.get(
    "/agenda",
    summary="Agenda : évènements scientifiques publics, par territoire, thème, modalité, relais et date",
    openapi_extra={"parameters": [*PARAMETERS, PAGE]},
)
async def agenda(request: Request) -> Response:
    """List public events, those to come first; choose them by words, place and distance, theme, mode, relay, days."""
    reading, said = reading_of(request), choose_language(request)
    reading.language = said
    asked = params_of(request.query_params)
    known = await agenda_of(request, reading)
    only_today(request)
    return await run_in_turn(_page, request, known, asked, said)


def _page(request: Request, known: AgendaData, asked: AgendaParams, said: Language) -> Response:
    today = date.today()
    unknown: UnknownName | None = None
    try:
        question = asked.asked(known.agenda, today)
        answer = known.agenda.find(question)
    except UnknownName as error:
        unknown, question = error, asked.with_(territory="").asked(known.agenda, today)
        answer = AgendaAnswer((), {facet.name: Counter() for facet in FACETS}, Counter())
    coming = [one for one in answer.events if one.last >= today]
    past = [one for one in reversed(answer.events) if one.last < today]
    shown = [*coming, *past][(asked.page - 1) * SIZE : asked.page * SIZE]
    site = public_base(request)
    feeds = {form: asked.with_(page=1).address(f"/agenda.{form}") for form in ("ics", "atom", "csv", "xlsx")}
    made_up = {one.made_up for one in known.agenda.events}
    last = max(1, -(-len(answer.events) // SIZE))
    response = page(
        request,
        "agenda.html",
        language=said,
        asked=asked,
        total=len(answer.events),
        upcoming=len(coming),
        parts=_parts(known, shown, coming, past, today, said),
        pages=last,
        month=_month(known, answer.events, asked, said) if asked.month else None,
        near_month=_near_month(coming, past, today),
        facets=[
            _places(known, answer, asked, said),
            *(_facet(known, answer.counts[facet.name], asked, facet, said) for facet in FACETS),
        ],
        choices=_chosen(known, asked, said),
        coverage=", ".join(
            gettext("{name} ({n})", said, name=name, n=Number(count)) for name, count in known.agenda.coverage
        ),
        distances=DISTANCES,
        place=question.territory.label if question.territory is not None else "",
        **_unknown_place(unknown, asked, said),
        wider_filter=_wider(known, asked) if not answer.events and unknown is None else [],
        small_map=_map(known, answer.events, asked, said),
        examples=True in made_up,
        blank=False not in made_up,
        subscription=f"webcal://{urlsplit(site).netloc}{feeds['ics']}",
        files=feeds,
        alternates=[("text/calendar", feeds["ics"]), ("application/atom+xml", feeds["atom"])],
        trail=[(None, gettext("Agenda", said))],
    )  # fmt: skip
    add_links(response, page_links(asked.page, last, lambda n: asked.with_(page=n).address()))
    return response


def _unknown_place(unknown: UnknownName | None, asked: AgendaParams, said: Language) -> dict[str, Any]:
    """Say that a place asked is not known, with the nearest names; nothing of one that is."""
    if unknown is None:
        return {"unknown_place": "", "near_places": []}
    near = [(name, asked.with_(territory=iri.removeprefix(ID)).address()) for name, iri in unknown.nearest]
    return {"unknown_place": first_upper(unknown.brief[said]), "near_places": near}


def _parts(
    known: AgendaData,
    shown: Sequence[AgendaEvent],
    coming: Sequence[AgendaEvent],
    past: Sequence[AgendaEvent],
    today: date,
    said: Language,
) -> list[Part]:
    """Cut what a page shows in what is to come and what is past, by month."""
    made = []
    for title, name, every in (
        (gettext("À venir", said), "a-venir", coming),
        (gettext("Passés", said), "passes", past),
    ):
        here = [one for one in shown if (one.last >= today) == (name == "a-venir")]
        months = groupby(
            here, key=lambda one: (max(one.first, today) if one.last >= today else one.first).isoformat()[:7]
        )
        cut = tuple(
            (first_upper(month(key, said)), tuple(_entry(known, one, said) for one in events))
            for key, events in months
        )
        if cut:
            made.append(Part(title, name, len(every), cut))
    return made


def _entry(known: AgendaData, event: AgendaEvent, said: Language) -> dict[str, Any]:
    """Prepare an event of the list: what, when, where, how, about what, by whom."""
    last = event.last.isoformat() if event.last != event.first else ""
    return {
        "href": href(ID + event.path),
        "label": event.label,
        "day": event.first.isoformat(),
        "when": days(event.first.isoformat(), last, event.opening, event.closing, said),
        "off": known.names((event.off,), said)[0] if event.off else "",
        "where": known.where(event, said),
        "mode": known.name(event.mode, said) if event.mode else "",
        "relays": join_words(known.relays(event, said), said),
        "themes": ", ".join(known.names(event.topics.get("theme", ()), said)[:3]),
        "bodies": ", ".join(known.names(event.topics.get("organiser", ()), said)),
        "evidence": event.evidence,
    }


def _month(
    known: AgendaData, events: Sequence[AgendaEvent], asked: AgendaParams, said: Language
) -> dict[str, Any]:
    """Prepare a month as weeks of days, with the events of each day."""
    weeks = weeks_of(asked.month)
    first, last = weeks[0][0], weeks[-1][-1]
    by_day: dict[date, list[dict[str, Any]]] = {}
    for event in events:
        for day in event.days(first, last):
            by_day.setdefault(day, []).append(
                {
                    "href": href(ID + event.path),
                    "label": event.label,
                    "opening": event.opening,
                    "off": known.names((event.off,), said)[0] if event.off else "",
                }
            )
    return {
        "name": first_upper(month(asked.month, said)),
        "days": weekdays(said),
        "weeks": [
            [(day, day.isoformat()[:7] == asked.month, by_day.get(day, ())) for day in week] for week in weeks
        ],
        "sides": [
            (text, rel, month(beside, said), asked.with_(month=beside).address())
            for text, rel, beside in (
                (gettext("Mois précédent", said), "prev", month_beside(asked.month, -1)),
                (gettext("Mois suivant", said), "next", month_beside(asked.month, 1)),
            )
        ],
    }


def _near_month(coming: Sequence[AgendaEvent], past: Sequence[AgendaEvent], today: date) -> str:
    """Give the month that a look at months begins with: this one, or that of the next event, else of the last."""
    if coming:
        return max(coming[0].first, today).isoformat()[:7]
    return (past[0].first if past else today).isoformat()[:7]


def _facet(
    known: AgendaData, counts: Counter[str], asked: AgendaParams, facet: Facet, said: Language
) -> dict[str, Any]:
    """Prepare a facet: its values with their counts, the most frequent first, those chosen always."""
    chosen = set(asked.chosen.get(facet.name, ()))
    values = {path.removeprefix(facet.head): count for path, count in counts.items()}
    values |= dict.fromkeys(chosen - values.keys(), 0)
    rows: list[dict[str, Any]] = [
        {
            "name": first_upper(known.name(facet.head + value, said)),
            "count": count,
            "chosen": value in chosen,
            "address": asked.toggled(facet.name, value).address(),
        }
        for value, count in values.items()
    ]
    rows.sort(key=lambda row: (not row["chosen"], -row["count"], fold(row["name"])))
    return {"name": facet.name, "title": facet.title[said], "first": rows[:FIRST], "rest": rows[FIRST:]}


def _places(known: AgendaData, answer: AgendaAnswer, asked: AgendaParams, said: Language) -> dict[str, Any]:
    """Prepare the départements of events: one is chosen at a time."""
    rows: list[dict[str, Any]] = []
    for path, count in answer.departments.items():
        code = path.rsplit("/", 1)[-1]
        chosen = asked.territory in (code, path)
        rows.append(
            {
                "name": known.agenda.territory(path).label,
                "count": count,
                "chosen": chosen,
                "address": asked.with_(territory="" if chosen else code, distance=None).address(),
            }
        )
    rows.sort(key=lambda row: (not row["chosen"], -row["count"], fold(row["name"])))
    return {
        "name": "territory",
        "title": gettext("Département", said),
        "first": rows[:FIRST],
        "rest": rows[FIRST:],
    }


def _chosen(known: AgendaData, asked: AgendaParams, said: Language) -> list[tuple[str, str, str]]:
    """List what is chosen of facets: its title, its name, the address without it."""
    return [
        (
            facet.title[said],
            first_upper(known.name(facet.head + value, said)),
            asked.toggled(facet.name, value).address(),
        )
        for facet in FACETS
        for value in asked.chosen.get(facet.name, ())
    ]


def _wider(known: AgendaData, asked: AgendaParams) -> list[tuple[str, int, str]]:
    """List what would find something where nothing is found (what is left out or added), how many, and the address."""
    today = date.today()
    tried: list[tuple[str, AgendaParams]] = []
    if asked.territory:
        tried += [
            ("distance", asked.with_(distance=50)),
            ("territory", asked.with_(territory="", distance=None)),
        ]
    if asked.first or asked.last or asked.month or asked.to_come:
        tried.append(("days", asked.with_(first=None, last=None, month="", to_come=False)))
    if any(asked.chosen.values()):
        tried.append(("facets", asked.with_(chosen={})))
    if asked.text:
        tried.append(("words", asked.with_(text="")))
    if not asked.illustrative:
        tried.append(("examples", asked.with_(illustrative=True)))
    counted = [
        (name, len(known.agenda.find(other.asked(known.agenda, today)).events), other.address())
        for name, other in tried
    ]
    return [one for one in counted if one[1]]


def _map(
    known: AgendaData, events: Sequence[AgendaEvent], asked: AgendaParams, said: Language
) -> Spots | None:
    """Draw where events are: a point leads to its event, or to the agenda of its commune where there are several."""
    points: pl.DataFrame = known.agenda.points(events)
    if known.layer is None or points.drop_nulls().is_empty():
        return None
    told = points.with_columns(
        title=pl.Series([one.label for one in events]),
        href=pl.Series([href(ID + one.path) for one in events]),
        there=pl.Series(
            [
                asked.with_(territory=place[0].removeprefix("territory/")).address() if place else None
                for place in (one.place("held", "relayed") for one in events)
            ],
            dtype=pl.String,
        ),
    )
    several = pl.len().over("lat", "long") > 1
    return draw(known.layer, told.with_columns(href=pl.when(several).then("there").otherwise("href")), said)
