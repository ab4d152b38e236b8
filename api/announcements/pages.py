"""The pages on which an organisation announces a public event, changes what it said, calls it off or takes it back."""

from __future__ import annotations

import re

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from ...loaders.announcements.ledger import Announcement, PublicEvent
from ...loaders.operations.roles import Act
from ...loaders.operations.store import Conflict
from ...loaders.read.dates import as_time
from ...ontology.labels import Term, concepts
from ...ontology.refusals import END_FIRST, NO_TYPE, OF_FIELDS
from ...ontology.vocabulary import ID
from ...words import N_, gettext
from ..accounts.visitor import Form, Visitor, allowed, answer_to, devices_page, form_of
from ..desk.asked import Checked, answers_for, find_place, modes, own_organization, path, topic_names, topics
from ..desk.running import today, was_done
from ..labels.days import days
from ..labels.wording import concept_name, options
from ..web.links import href
from ..web.page_error import PageError
from ..web.page_language import choose_language
from .running import ANNOUNCEMENTS, AnnouncementDesk

router = APIRouter(include_in_schema=False)
ROOT = "/agenda/annonces"
TYPES = tuple(
    path(name)
    for name in (
        "public-lecture", "science-event", "citizen-debate", "guest-lecture", "school-outreach", "facility-opening",
        "networking-event",
    )
)  # fmt: skip
"""What is announced: interactions that the public may come to."""
_PAGE = re.compile(r"https?://[^\s<>\"]{4,400}")


@router.get(ROOT)
async def announcements(request: Request) -> Response:
    """List the announcements of an account's organisation, those of all for the desk; the latest day first."""
    visitor, desk = await allowed(request, Act.OFFER), await ANNOUNCEMENTS.read(request)
    said = choose_language(request)
    own = [one for one in desk.announcements.all.values() if _is_of(visitor, one)]
    own.sort(key=lambda one: (one.told.start, one.id), reverse=True)
    return devices_page(
        request,
        visitor,
        "announcements.html",
        rows=[
            (one, _when(one.told, said), _off(one.told, said), (one.told.end or one.told.start) < today())
            for one in own
        ],
        may=_may(visitor),
        failure_text=desk.publication.failure[said] if desk.publication.failure else "",
        trail=[("/agenda", gettext("Agenda", said)), (None, gettext("Évènements annoncés", said))],
    )


@router.get(ROOT + "/nouvelle")
async def new(request: Request) -> Response:
    """Show the form of an announcement."""
    visitor = await allowed(request, Act.OFFER)
    await ANNOUNCEMENTS.read(request)
    return await _form(request, visitor, None, Checked())


@router.post(ROOT + "/nouvelle")
async def announce(request: Request) -> Response:
    """Announce an event."""
    visitor, desk = await allowed(request, Act.OFFER), await ANNOUNCEMENTS.read(request)
    form = await form_of(request, visitor)
    if await was_done(desk.devices, form):
        return answer_to(visitor, request, RedirectResponse(ROOT, 303))
    own = (visitor.account.organization if visitor.account else "") or ""
    checked, told = await _checked(request, form, own)
    if checked.errors or not _may(visitor):
        return await _form(request, visitor, None, checked, status=422)
    await to_thread.run_sync(lambda: desk.acts.make(visitor.name, told, key=form.key))
    desk.publication.tell()
    return answer_to(visitor, request, RedirectResponse(ROOT, 303))


@router.get(ROOT + "/{announcement}")
async def changing(request: Request, announcement: str) -> Response:
    """Show what an announcement says, to be changed."""
    visitor, _, one = await _own(request, announcement)
    told = one.told
    values = {
        "title": told.title, "type": told.type, "mode": told.mode, "where": told.place_name, "start": told.start,
        "end": told.end, "opening": told.opening, "closing": told.closing, "about": told.about, "homepage": told.homepage,
        "off": told.off,
    }  # fmt: skip
    return await _form(request, visitor, one, Checked(values))


@router.post(ROOT + "/{announcement}")
async def change(request: Request, announcement: str) -> Response:
    """Change what an announcement says, or take it back."""
    visitor, desk, one = await _own(request, announcement)
    form = await form_of(request, visitor)
    if await was_done(desk.devices, form):
        return answer_to(visitor, request, RedirectResponse(ROOT, 303))
    checked, told = Checked(), one.told
    if form["act"] != "remove":
        checked, told = await _checked(request, form, told.organization, one)
    if checked.errors:
        return await _form(request, visitor, one, checked, status=422)
    try:
        if form["version"] != str(one.version):
            raise Conflict(one.id, one.version)
        if form["act"] == "remove":
            await to_thread.run_sync(lambda: desk.acts.remove(visitor.name, one, key=form.key))
        else:
            await to_thread.run_sync(lambda: desk.acts.change(visitor.name, one, told, key=form.key))
    except Conflict as error:
        await to_thread.run_sync(desk.announcements.read)
        now = desk.announcements.all.get(one.id)
        if now is None:
            raise PageError.of(error, 409) from error
        checked = Checked(dict(form.fields), {"version": error.message})
        return await _form(request, visitor, now, checked, status=422)
    desk.publication.tell()
    return answer_to(visitor, request, RedirectResponse(ROOT, 303))


async def _checked(
    request: Request, form: Form, organization: str, before: Announcement | None = None
) -> tuple[Checked, PublicEvent]:
    """Check the form; the announcement is to be kept where no field is wrong."""
    checked = Checked()
    checked.public(form, "title", 5, 140, N_("Écrivez le titre de l’évènement."))
    checked.choice(form, "type", dict.fromkeys(TYPES), required=True, wrong=NO_TYPE)
    checked.choice(form, "mode", modes(), required=True)
    checked.choice(form, "about", await topic_names(request, choose_language(request)))
    checked.choice(form, "off", statuses())
    start, end = checked.day(form, "start", required=True), checked.day(form, "end")
    if start and end and end < start and "end" not in checked.errors:
        checked.errors["end"] = END_FIRST
    several = bool(end) and end != start
    for name in ("opening", "closing"):
        _hour(checked, form, name, several)
    if checked.values["closing"] and not checked.values["opening"] and "closing" not in checked.errors:
        checked.errors["opening"] = N_("Dites l’heure du début, comme 18 h 30.")
    elif checked.values["closing"] < checked.values["opening"] and checked.values["closing"]:
        checked.errors.setdefault("closing", END_FIRST)
    homepage = checked.text(form, "homepage", 0, 400, N_("Écrivez une adresse web."))
    if homepage and not _PAGE.fullmatch(homepage):
        checked.errors["homepage"] = N_("Écrivez une adresse web, comme https://exemple.fr/conference.")
    if before is not None and form["where"] == before.told.place_name:
        place, label = before.told.place, before.told.place_name
        checked.values["where"] = label
    else:
        place, label = await find_place(request, checked, "where", form["where"])
    values = checked.values
    return checked, PublicEvent(
        values["title"], values["type"], values["mode"], place, label, start, end if several else "", values["opening"],
        values["closing"], values["about"], homepage, organization, values["off"],
    )  # fmt: skip


def _hour(checked: Checked, form: Form, name: str, several: bool) -> None:
    value = checked.values[name] = as_time(form[name].strip()[:12])
    if value and not re.fullmatch(r"\d\d:\d\d", value):
        checked.errors[name] = OF_FIELDS[name]
    elif value and several:
        checked.errors[name] = N_("Un évènement de plusieurs jours n’a pas d’heure : dites-la sur sa page.")


def statuses() -> dict[str, Term]:
    """Give what may become of an event that is not held on its days, by path."""
    return {f"event-status/{name}": term for name, term in concepts("event-status").items()}


def _may(visitor: Visitor) -> bool:
    """Tell whether somebody may announce: who answers for an organisation, and the desk."""
    return visitor.may(Act.MATCH) or bool(visitor.account and visitor.account.organization)


def _is_of(visitor: Visitor, one: Announcement) -> bool:
    return visitor.may(Act.MATCH) or answers_for(visitor.account, one.told.organization)


async def _own(request: Request, name: str) -> tuple[Visitor, AnnouncementDesk, Announcement]:
    """Give who asks and the announcement; one that is not theirs is told as one that is not there."""
    visitor, desk = await allowed(request, Act.OFFER), await ANNOUNCEMENTS.read(request)
    one = desk.announcements.all.get(f"announcement/{name}")
    if one is None or not _is_of(visitor, one):
        raise PageError(404, N_("Aucune annonce de ce compte ne porte cette adresse."))
    return visitor, desk, one


def _when(told: PublicEvent, said: str) -> str:
    return days(told.start, told.end, told.opening, told.closing, said)


def _off(told: PublicEvent, said: str) -> str:
    return concept_name(told.off, said) if told.off else ""


async def _form(
    request: Request, visitor: Visitor, one: Announcement | None, checked: Checked, *, status: int = 200
) -> Response:
    said = choose_language(request)
    title = gettext("Annoncer un évènement", said) if one is None else gettext("Modifier l’annonce", said)
    return devices_page(
        request,
        visitor,
        "announcement.html",
        status=status,
        may=_may(visitor),
        heading_text=title,
        address=ROOT + ("/nouvelle" if one is None else f"/{one.id.rpartition('/')[2]}"),
        announcement=one,
        page_of_event=href(ID + one.path) if one else None,
        typed=checked.values,
        faults=checked.faults(said),
        organization=await own_organization(request, visitor.account),
        types=[(of, concept_name(of, said)) for of in TYPES],
        modes=options(modes(), said),
        statuses=options(statuses(), said),
        topics=await topics(request, said),
        trail=[
            ("/agenda", gettext("Agenda", said)),
            (ROOT, gettext("Évènements annoncés", said)),
            (None, title),
        ],
    )
