"""The page of an interaction, a project or an event: what it is, who takes part, what else they do together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from ....ontology.labels import Term
from ....words import N_, Spoken, gettext, join_words
from ...labels.days import days
from ...reading.publication import reading_of
from ...render.blocks.tables import figure
from ...render.rendering import page
from ...render.structured import event_block
from ...search.map import Spots
from ...web.links import BASE, path_of_page
from ...web.page_cache import only_today
from ...web.page_error import PageError
from ...web.page_language import choose_language
from ...web.turns import run_in_turn
from ..actor.matter import Context, known_of
from ..blocks import Subject, block_route, sections
from ..places import Point, map_of
from ..territory.outside import alternates, facts_of
from . import lists
from .blocks import BLOCKS

router = APIRouter(tags=["pages"])
KINDS = ("projets", "interactions", "evenements")
MAP = N_("Où c’est, et d’où ses acteurs y prennent part")
FEW = 3
"""Participants that the summary names."""


async def _context(request: Request, kind: str, source: str, code: str) -> Context:
    reading = reading_of(request)
    reading.language = choose_language(request)
    known = await known_of(request, reading)
    return Context(known, path_of_page(f"/{kind}/{source}/{code}"), reading, reading.language)


def _values(context: Context, code: str) -> dict[str, list[str]]:
    """Give what is said of an interaction, by property; raises PageError (404) where it is of no type of interaction."""
    facts = context.reading.facts("interaction/facts", interaction=f"{BASE}{context.path}")
    values = facts_of(facts.rows)
    if "interactionType" not in values:
        raise PageError(
            404,
            N_("Aucune source chargée ne décrit d’interaction, de projet ou d’évènement {code}.", code=code),
        )
    return values


def _routes(kind: str, summary: str) -> None:
    address = f"/{kind}/{{source}}/{{code}}"

    @router.get(address, summary=summary)
    async def interaction(request: Request, source: str, code: str) -> Response:
        """Draw the page of one interaction."""
        context = await _context(request, kind, source, code)
        values = await run_in_turn(_values, context, f"{source}/{code}")
        small_map = await map_of(request, await run_in_turn(_points, context, values), context.language, MAP)
        return await run_in_turn(_draw, request, context, values, small_map, kind, source, code)

    async def subject(request: Request, source: str, code: str) -> Subject:
        """Find what the blocks of an interaction are about; raises PageError (404)."""
        context = await _context(request, kind, source, code)
        return await run_in_turn(
            lambda: _subject(context, _values(context, f"{source}/{code}"), kind, source, code)
        )

    block_route(router, address, subject, f"{N_('Bloc')} : {summary}")


for _kind, _summary in zip(
    KINDS, (N_("Page d’un projet"), N_("Page d’une interaction"), N_("Page d’un évènement")), strict=True
):
    _routes(_kind, str(_summary))


def _subject(context: Context, values: dict[str, list[str]], kind: str, source: str, code: str) -> Subject:
    context.learn(values["interactionType"])
    return Subject(
        name=context.name(context.path), kind=", ".join(context.word(one) for one in values["interactionType"]),
        code=code, base=f"/{kind}/{source}/{code}",
        page=N_("La page d’une interaction"), whole=N_("Page de l’interaction"), file=f"{{}}-{code}",
        snapshot=context.known.snapshot, language=context.language,
        blocks=BLOCKS, table=context.table,
    )  # fmt: skip


def _points(context: Context, values: dict[str, list[str]]) -> list[Point]:
    """Give what its map shows: where it is held and relayed first, then its actors."""
    held = [one.removeprefix(BASE) for name in ("takesPlaceIn", "relayedAt") for one in values.get(name, ())]
    return [Point(place, context.name(place), place) for place in held] + lists.places(context)


def _draw(
    request: Request,
    context: Context,
    values: dict[str, list[str]],
    small_map: Spots | None,
    kind: str,
    source: str,
    code: str,
) -> Response:
    iri = f"{BASE}{context.path}"
    reading = context.reading
    reading.learn_labels(
        {one for name in (*LINKS, "attendanceMode") for one in values.get(name, ()) if "://" in one}
    )
    subject = _subject(context, values, kind, source, code)
    shown = sections(request, subject)
    places, relays = (
        [reading.label(one) for one in values.get(name, ())] for name in ("takesPlaceIn", "relayedAt")
    )
    event = any(one.endswith("/AgendaEvent") for one in values.get("type", ()))
    if (
        to_come := event
        and max(values.get("endDate") or values.get("startDate", [""])) >= date.today().isoformat()
    ):
        only_today(request)
    return page(
        request,
        "interaction.html",
        language=context.language,
        iri=iri,
        base=subject.base,
        name=subject.name,
        nature=subject.kind,
        abstract=_summary_of(context, subject),
        when=_when(values, context.language),
        links=[
            (words[context.language], [(one, reading.label(one)) for one in values[name]])
            for name, words in LINKS.items()
            if name in values
        ],
        states=[Term.of(one)[context.language] for one in values.get("eventStatus", ())],
        agenda=urlencode({"event": context.path}) if event else "",
        path=context.path,
        relayed=to_come
        and "eventStatus" not in values
        and not any(one.endswith("/illustrative") for one in values.get("evidenceStatus", ())),
        mode_names=[reading.label(one) for one in values.get("attendanceMode", ())],
        funding=_funding(context, values),
        small_map=small_map,
        facts=values,
        block_list=shown,
        heading_level="h3",
        alternates=alternates(iri),
        structure=event_block(iri, subject.name, values, places, relays, subject.base, alternates(iri))
        if event
        else "",
        trail=[*subject.trail, (None, subject.name)],
    )


LINKS: dict[str, Spoken] = {
    "takesPlaceIn": N_("Lieu"),
    "relayedAt": N_("Relayé à"),
    "benefitsTerritory": N_("Au bénéfice de"),
    "underScheme": N_("Dispositif"),
    "concerns": N_("Sujet"),
    "relatedProgramme": N_("Formation"),
}


def _summary_of(context: Context, subject: Subject) -> str:
    """Say in one sentence who takes part: the names of a few, else how many and who leads."""
    rows = context.table(subject.block("participants")).rows
    if not rows:
        return ""
    said = context.language
    if len(rows) <= FEW:
        return gettext("Avec {names}.", said, names=join_words([row["actor"] for row in rows], said))
    leaders = [row["actor"] for row in rows if lists.leads(dict(row))]
    if not 0 < len(leaders) <= FEW:
        return gettext("{n} participants.", said, n=len(rows))
    names = join_words(leaders, said)
    return gettext("{n} participants, coordonnés par {names}.", said, n=len(rows), names=names)


def _when(values: dict[str, list[str]], language: str) -> str:
    """Give the days, with the hours of a single one, else the year: « du 18 mars 2027 au 20 mars 2027 », « 2021 »."""
    names = ("startDate", "endDate", "startTime", "endTime")
    first, last, opening, closing = (next(iter(values.get(name, ())), "") for name in names)
    return days(first, last, opening, closing, language) if first else ", ".join(values.get("year", ()))


def _funding(context: Context, values: dict[str, list[str]]) -> Sequence[str]:
    return [figure(float(one), 0, context.language, "€") for one in values.get("fundingAmount", ())]
