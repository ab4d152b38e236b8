"""The page on which a relay structure says that it relays an event of the agenda, where, and that it does no longer."""

from __future__ import annotations

from datetime import date

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from ...graph.region.agenda import AgendaEvent
from ...loaders.operations.roles import Act
from ...loaders.operations.store import Conflict
from ...loaders.relays.ledger import relay_id
from ...ontology.vocabulary import ID
from ...words import N_, Spoken, at_name, gettext, join_words
from ..accounts.visitor import Visitor, allowed, answer_to, devices_page, form_of
from ..desk.asked import Checked, find_place
from ..desk.running import was_done
from ..labels.days import days
from ..pages.agenda.reading import AgendaData, agenda_of
from ..reading.publication import reading_of
from ..web.links import href
from ..web.page_error import PageError
from ..web.page_language import choose_language
from .running import RELAYS, RelayDesk

router = APIRouter(include_in_schema=False)
PATH = "/agenda/relais"
OVER = N_("Cet évènement est passé : il ne se relaie plus.")
OFF = N_("Cet évènement n’a pas lieu aux jours annoncés : il ne se relaie pas.")


@router.get(PATH + "/{event:path}")
async def relay_page(request: Request, event: str) -> Response:
    """Show an event, who relays it, and what the structure of an account says of it."""
    visitor, desk = await allowed(request, Act.RELAY), await RELAYS.read(request)
    known, found = await _event(request, event)
    return _page(request, visitor, desk, known, found)


@router.post(PATH + "/{event:path}")
async def relay(request: Request, event: str) -> Response:
    """Say that a structure relays an event, or that it does no longer."""
    visitor, desk = await allowed(request, Act.RELAY), await RELAYS.read(request)
    known, found = await _event(request, event)
    form = await form_of(request, visitor)
    own = _organization(visitor)
    address = f"{PATH}/{found.path}"
    if await was_done(desk.devices, form):
        return answer_to(visitor, request, RedirectResponse(address, 303))
    checked = Checked()
    version = checked.number(form, "version", 0, 1_000_000)
    try:
        if form["act"] == "end":
            await to_thread.run_sync(
                lambda: desk.acts.end(visitor.name, relay_id(found.path, own), version, key=form.key)
            )
        else:
            place, _ = await find_place(request, checked, "where", form["where"])
            if refusal := _refusal(found):
                checked.errors = {"version": refusal}
            if checked.errors:
                return _page(request, visitor, desk, known, found, checked)
            await to_thread.run_sync(
                lambda: desk.acts.say(visitor.name, found.path, own, place, version, key=form.key)
            )
    except Conflict as error:
        await to_thread.run_sync(desk.relays.read)
        return _page(
            request,
            visitor,
            desk,
            known,
            found,
            Checked({"where": form["where"]}, {"version": error.message}),
        )
    desk.publication.tell()
    return answer_to(visitor, request, RedirectResponse(address, 303))


def _refusal(event: AgendaEvent) -> Spoken | None:
    """Say why an event cannot be relayed, if it cannot."""
    return OFF if event.off else OVER if event.last < date.today() else None


def _organization(visitor: Visitor) -> str:
    """Give the path of the structure that an account answers for; raises PageError (403) where there is none."""
    own = visitor.account.organization if visitor.account else None
    if not own:
        raise PageError(
            403,
            N_(
                "Votre compte ne répond pour aucune structure : demandez à qui tient ce service de l’y rattacher."
            ),
        )
    return own


async def _event(request: Request, path: str) -> tuple[AgendaData, AgendaEvent]:
    """Find the event of a path; raises PageError (404) where the agenda has none, or has it as an example."""
    known = await agenda_of(request, reading_of(request))
    event = known.agenda.event(path)
    if event is None or event.made_up:
        raise PageError(
            404, N_("Cet évènement n’est pas à l’agenda. Retrouvez-le dans l’agenda, puis recommencez.")
        )
    return known, event


def _page(
    request: Request,
    visitor: Visitor,
    desk: RelayDesk,
    known: AgendaData,
    event: AgendaEvent,
    checked: Checked | None = None,
) -> Response:
    said, own = choose_language(request), _organization(visitor)
    checked = checked or Checked()
    mine = desk.relays.of(event.path, own)
    ground = known.agenda.ground
    place = ground.get(mine.place) if mine is not None and ground is not None else None
    where = ground.precise(place, said) if place is not None and ground is not None else ""
    return devices_page(
        request,
        visitor,
        "event_relay.html",
        status=422 if checked.errors else 200,
        event=event,
        page_of_event=href(ID + event.path),
        when=days(
            event.first.isoformat(),
            event.last.isoformat() if event.last != event.first else "",
            event.opening,
            event.closing,
            said,
        ),
        where=known.where(event, said),
        relays=join_words(known.relays(event, said), said),
        mine=mine,
        refusal=refusal[said] if (refusal := _refusal(event)) else "",
        version=desk.relays.versions.get(relay_id(event.path, own), 0),
        address=f"{PATH}/{event.path}",
        place=at_name(where, said),
        values={"where": where, **checked.values},
        errors=checked.faults(said),
        failure=desk.publication.failure[said] if desk.publication.failure else "",
        trail=[("/agenda", gettext("Agenda", said)), (None, gettext("Relayer un évènement", said))],
    )
