"""Offers of the desk: the public list, and for who has an account a form, an absence, an end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from ...graph.sparql.results import Value
from ...loaders.desk.acts import ActRefused, AlreadyStands
from ...loaders.desk.ledger import Offer
from ...loaders.operations.roles import Act
from ...loaders.operations.store import Conflict
from ...ontology.labels import Term
from ...words import N_, Spoken, gettext
from ..accounts.visitor import Form, Visitor, allowed, answer_to, devices_page, form_of, visitor_of
from ..labels.wording import concept_name, options
from ..web.negotiation import HTML, Language
from ..web.page_error import PageError
from ..web.page_language import choose_language
from ..web.parameters import is_true
from .asked import (
    Checked,
    all_types,
    answers_for,
    find_organization,
    find_place,
    modes,
    own_organization,
    page_of,
    topic_names,
    topics,
    types,
)
from .lists import day_of, list_file, list_format
from .running import DESK, done_text, today, was_done

router = APIRouter(include_in_schema=False)
_DONE: Mapping[str, Spoken] = {
    "nouvelle": N_("C’est fait : l’offre est déposée."),
    "absence": N_("C’est fait : l’absence est notée."),
    "fin": N_("C’est fait : l’offre est close."),
}
"""What is said once an act is done, on the page that it leads to."""


@router.get("/offres")
async def offers(request: Request) -> Response:
    """List the offers in force; invented ones apart, where asked."""
    desk, visitor, said = await DESK.read(request), await visitor_of(request), choose_language(request)
    day, made_up = today(), is_true(request.query_params, "illustrative")
    standing = [one for one in [*desk.ledger.offers.values()] if not one.ended]
    found = sorted(
        (one for one in standing if one.illustrative == made_up), key=lambda one: (one.title, one.id)
    )
    if (form := list_format(request)) != HTML:
        listed = [_cells(one, desk.ledger.sent_in_month(one.id, day[:7]), day, said) for one in found]
        title = gettext("Offres au guichet", said)
        return list_file(request, visitor, form, "guichet-offres", title, listed, desk.publication.snapshot)
    page, places = page_of(request, found)
    return devices_page(
        request,
        visitor,
        "offers.html",
        form=False,
        done_text=done_text(request, _DONE),
        **places,
        offers=[
            {
                "offer": one,
                "type": concept_name(one.type, said),
                "mode": Term.of(one.mode)[said] if one.mode else "",
                "sent": desk.ledger.sent_in_month(one.id, day[:7]),
                "away": one.absent(day),
                "mine": _keeps(visitor, one),
            }
            for one in page
        ],
        illustrative=made_up,
        examples=any(one.illustrative for one in standing),
        may_file=visitor.may(Act.OFFER),
        trail=[("/demandes", gettext("Guichet", said)), (None, gettext("Offres", said))],
    )


@router.get("/offres/nouvelle")
async def offer_form(request: Request) -> Response:
    """Show the form of an offer."""
    visitor = await allowed(request, Act.OFFER)
    await DESK.read(request)
    return await _form(request, visitor, Checked())


@router.post("/offres/nouvelle")
async def file_offer(request: Request) -> Response:
    """File an offer."""
    visitor, desk = await allowed(request, Act.OFFER), await DESK.read(request)
    form = await form_of(request, visitor)
    if await was_done(desk.devices, form):
        return answer_to(visitor, request, RedirectResponse("/offres?done=nouvelle", 303))
    checked = await _checked(request, visitor, form)
    if checked.errors:
        return await _form(request, visitor, checked, status=422)
    told: dict[str, Any] = {
        name: value for name, value in checked.values.items() if name not in ("email", "where")
    }
    told["about"] = [told["about"]] if told["about"] else []
    try:
        await to_thread.run_sync(
            lambda: desk.acts.offer(visitor.name, told, checked.values["email"], desk.ledger, key=form.key)
        )
    except AlreadyStands as error:
        checked.errors["title"] = error.message
        return await _form(request, visitor, checked, status=409)
    return answer_to(visitor, request, RedirectResponse("/offres?done=nouvelle", 303))


@router.post("/offres/{name}/{act}")
async def change_offer(request: Request, name: str, act: str) -> Response:
    """Say that who offers is away, or end an offer."""
    visitor, desk = await allowed(request, Act.OFFER), await DESK.read(request)
    form = await form_of(request, visitor)
    offer = desk.ledger.offers.get(f"offer/{name}")
    if offer is None or act not in ("absence", "fin"):
        raise PageError(404, N_("Rien ne porte cette adresse."))
    if not _keeps(visitor, offer):
        raise PageError(403, N_("Ce compte n’a pas le droit de faire cela."))
    if await was_done(desk.devices, form):
        return answer_to(visitor, request, RedirectResponse(f"/offres?done={act}", 303))
    checked = Checked()
    start, end = checked.day(form, "from"), checked.day(form, "until")
    if checked.errors:
        raise PageError(422, next(iter(checked.errors.values())))
    try:
        if act == "fin":
            await to_thread.run_sync(lambda: desk.acts.end(offer, visitor.name, key=form.key))
        else:
            await to_thread.run_sync(lambda: desk.acts.leave(offer, visitor.name, start, end, key=form.key))
    except (ActRefused, Conflict) as error:
        raise PageError.of(error, 409) from error
    return answer_to(visitor, request, RedirectResponse(f"/offres?done={act}", 303))


def _cells(offer: Offer, sent: int, day: str, said: Language) -> list[Value]:
    """Give the cells of an offer, by `guichet-offres`."""
    return [
        offer.title,
        offer.name,
        concept_name(offer.type, said),
        offer.place,
        concept_name(offer.mode, said) if offer.mode else None,
        sent,
        offer.capacity or None,
        day_of(offer.next),
        day_of(offer.back) if offer.absent(day) else None,
        offer.illustrative,
    ]


def _keeps(visitor: Visitor, offer: Offer) -> bool:
    """Tell whether somebody may change an offer: the desk, and who answers for the organisation that offers."""
    return visitor.may(Act.MATCH) or (
        visitor.may(Act.OFFER) and answers_for(visitor.account, offer.organization)
    )


async def _checked(request: Request, visitor: Visitor, form: Form) -> Checked:
    checked = Checked()
    checked.public(form, "title", 5, 140, N_("Écrivez ce que vous proposez."))
    checked.choice(form, "type", all_types(), required=True)
    checked.choice(form, "about", await topic_names(request, choose_language(request)))
    checked.choice(form, "mode", modes())
    path, label = await find_place(request, checked, "where", form["where"])
    checked.values |= {"territory": path, "place": label}
    checked.day(form, "next")
    checked.email(form, "email")
    checked.count(form, "capacity", 1000)
    await _find_organization(request, visitor, checked, form["organization"])
    return checked


async def _find_organization(request: Request, visitor: Visitor, checked: Checked, asked: str) -> None:
    """Find who offers in the graph: the account's own organisation, or for the desk any that the graph knows."""
    own = visitor.account.organization if visitor.account else None
    text = own if own and not visitor.may(Act.MATCH) else asked
    checked.values |= {"organization": "", "name": asked}
    if not text:
        checked.errors["organization"] = (
            N_("Dites qui propose : le nom ou le code d’une organisation que le graphe connaît.")
            if visitor.may(Act.MATCH)
            else N_("Ce compte ne répond pour aucune organisation : demandez à qui héberge le site.")
        )
        return
    path, label = await find_organization(request, checked, text)
    if path:
        checked.values |= {"organization": path, "name": label}


async def _form(request: Request, visitor: Visitor, checked: Checked, *, status: int = 200) -> Response:
    said = choose_language(request)
    return devices_page(
        request,
        visitor,
        "offer_form.html",
        status=status,
        typed=checked.values,
        faults=checked.faults(said),
        types=types(said),
        topics=await topics(request, said),
        modes=options(modes(), said),
        is_desk=visitor.may(Act.MATCH),
        organization=await own_organization(request, visitor.account),
        trail=[("/offres", gettext("Offres", said)), (None, gettext("Nouvelle offre", said))],
    )
