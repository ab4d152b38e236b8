"""A request without an account: three steps at most, under a private address at which it can be taken up again and followed."""

from __future__ import annotations

from typing import Any

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from ...loaders.desk.acts import OUTCOMES, ActRefused
from ...loaders.desk.ledger import Need
from ...loaders.desk.outbox import Receipt
from ...loaders.desk.states import MATCH_NAMES, NEED_NAMES, NeedState
from ...loaders.operations.accounts import digest
from ...loaders.operations.store import Conflict
from ...words import N_, Spoken, gettext
from ..accounts.visitor import Form, Visitor, answer_to, devices_page, form_of, hold_back, visitor_of
from ..labels.wording import concept_name, options
from ..reading.publication import client_of
from ..web.links import public_base
from ..web.page_error import PageError
from ..web.page_language import choose_language, keep_language
from .agreements import agreements_of, conclusion_text
from .asked import (
    LONGEST,
    SHORTEST,
    Checked,
    all_types,
    find_place,
    modes,
    named_topics,
    path,
    precise_place,
    topic_names,
    topics,
    types,
)
from .letters import receipt
from .running import DESK, Desk, was_done

router = APIRouter(include_in_schema=False)
_MOST, _WITHIN = 20, 3600
"""Requests begun from one address in an hour, after which it waits."""
_RECEIPTS, _FROM_ONE, _ALL_RECEIPTS = (3, 86_400), (3, 3600), (100, 3600)
"""Receipts to one address in a day, for one network and for all in an hour, after which requests are filed without."""
STEPS = (N_("Votre besoin"), N_("Où et quand"), N_("Vous"))
OUTCOME_WORDS: dict[str, Spoken] = {
    "helped": N_("Oui, le besoin a trouvé sa réponse"),
    "partly": N_("En partie"),
    "nothing": N_("Non"),
    "too-early": N_("Il est trop tôt pour le dire"),
}


@router.get("/demandes/nouvelle")
async def first_step(request: Request) -> Response:
    """Show the first step: what is needed; `type` of the address, the first of those that are offered, is chosen."""
    await DESK.read(request)
    offered = {value for _, pairs in types(choose_language(request)) for value, _ in pairs}
    asked = (path(name) for name in request.query_params.getlist("type"))
    chosen = next((one for one in asked if one in offered), "")
    return await _step(request, await visitor_of(request), 1, Checked(values={"type": chosen}))


@router.post("/demandes/nouvelle")
async def begin(request: Request) -> Response:
    """Keep what is needed, under a private address that leads on; a form sent twice leads to the same."""
    desk, visitor = await DESK.read(request), await visitor_of(request)
    form = await form_of(request, visitor)
    if form["website"]:  # no person sees this field
        return answer_to(visitor, request, RedirectResponse("/demandes", 303))
    token = digest(f"request {form['once']} {visitor.form_key}")[:40]
    if await was_done(desk.devices, form):
        return answer_to(visitor, request, RedirectResponse(f"/demandes/suivi/{token}/2", 303))
    checked = await _first(request, form)
    if checked.errors:
        return await _step(request, visitor, 1, checked, status=422)
    if (
        desk.ledger.of_token(digest(token)) is not None
    ):  # who went back to the first page changed what it says
        return await take_step(request, token, 1)
    await hold_back(request, desk.devices.throttle, "request", most=_MOST, seconds=_WITHIN)
    values = checked.values
    about = [values["about"]] if values["about"] else []
    await to_thread.run_sync(
        lambda: desk.acts.begin(digest(token), values["type"], about, values["words"], key=form.key)
    )
    return answer_to(visitor, request, RedirectResponse(f"/demandes/suivi/{token}/2", 303))


@router.get("/demandes/suivi/{token}/{number}")
async def show_step(request: Request, token: str, number: int) -> Response:
    """Show a step of a draft, with what was said."""
    desk, visitor, need = await _need(request, token)
    if need.state is not NeedState.DRAFT or number not in (1, 2, 3):
        return answer_to(visitor, request, RedirectResponse(f"/demandes/suivi/{token}", 303))
    if number == 3 and not need.territory:
        return answer_to(visitor, request, RedirectResponse(f"/demandes/suivi/{token}/2", 303))
    checked = Checked(values=await _said(request, desk, need))
    return await _step(request, visitor, number, checked, token, need)


@router.post("/demandes/suivi/{token}/{number}")
async def take_step(request: Request, token: str, number: int) -> Response:
    """Keep a step of a draft and lead on; the last one files it."""
    desk, visitor, need = await _need(request, token)
    form = await form_of(request, visitor)
    if number not in (1, 2, 3):
        raise PageError(404, N_("Cette adresse privée n’existe pas, ou plus."))
    after = "" if number == 3 else f"/{number + 1}"
    if await was_done(desk.devices, form):
        return answer_to(visitor, request, RedirectResponse(f"/demandes/suivi/{token}{after}", 303))
    checked = await (_first, _second, _third)[number - 1](request, form)
    if checked.errors:
        return await _step(request, visitor, number, checked, token, need, status=422)
    values = checked.values
    try:
        if number == 1:
            about = [values["about"]] if values["about"] else []
            await to_thread.run_sync(
                lambda: desk.acts.describe(need, values["type"], about, values["words"], key=form.key)
            )
        elif number == 2:
            await to_thread.run_sync(lambda: desk.acts.place(need, values, key=form.key))
        else:
            contact = {name: values[name] for name in ("structure", "siren", "name", "email", "phone")}
            contact["language"] = choose_language(request)
            if desk.settings.base_url:
                contact["private"] = _private(request, desk.settings.base_url, token)
            await to_thread.run_sync(desk.acts.require_new, need, values["email"], desk.ledger)
            written = await _receipt(request, desk, need, values["email"], token)
            await to_thread.run_sync(
                lambda: desk.acts.file(need, contact, written, among=desk.ledger, key=form.key)
            )
            if written is not None and desk.postman is not None:
                desk.postman.tell()
    except (ActRefused, Conflict) as error:
        checked.errors["version"] = error.message
        return await _step(request, visitor, number, checked, token, need, status=409)
    return answer_to(visitor, request, RedirectResponse(f"/demandes/suivi/{token}{after}", 303))


@router.get("/demandes/suivi/{token}")
async def follow(request: Request, token: str) -> Response:
    """Show what becomes of a request to who filed it."""
    desk, visitor, need = await _need(request, token)
    if need.state is NeedState.DRAFT:
        return answer_to(
            visitor, request, RedirectResponse(f"/demandes/suivi/{token}/{3 if need.territory else 2}", 303)
        )
    return await _follow(request, desk, visitor, need, token)


@router.post("/demandes/suivi/{token}/retrait/oui")
async def withdraw(request: Request, token: str) -> Response:
    """Withdraw a request, and erase its contact and its words."""
    desk, visitor, need = await _need(request, token)
    form = await form_of(request, visitor)
    try:
        await to_thread.run_sync(lambda: desk.acts.withdraw(need, key=form.key))
    except Conflict as error:
        raise PageError.of(error, 409) from error
    await to_thread.run_sync(lambda: desk.devices.audit.add("delete/contact", "visitor", need.id))
    desk.publication.tell()
    return answer_to(visitor, request, RedirectResponse(f"/demandes/suivi/{token}", 303))


@router.post("/demandes/suivi/{token}/avis/oui")
async def judge(request: Request, token: str) -> Response:
    """Keep what came of a request, as who filed it tells."""
    desk, visitor, need = await _need(request, token)
    form = await form_of(request, visitor)
    try:
        await to_thread.run_sync(
            lambda: desk.acts.judge(
                need, form["contacted"] == "true", form["useful"] == "true", form["outcome"], key=form.key
            )
        )
    except (ActRefused, Conflict) as error:
        raise PageError.of(error, 409) from error
    return answer_to(visitor, request, RedirectResponse(f"/demandes/suivi/{token}", 303))


def _private(request: Request, base: str, token: str) -> str:
    return base + keep_language(request, f"/demandes/suivi/{token}")


async def _need(request: Request, token: str) -> tuple[Desk, Visitor, Need]:
    desk, visitor = await DESK.read(request), await visitor_of(request)
    need = desk.ledger.of_token(digest(token))
    if need is None:
        raise PageError(404, N_("Cette adresse privée n’existe pas, ou plus."))
    return desk, visitor, need


async def _said(request: Request, desk: Desk, need: Need) -> dict[str, str]:
    """Give what a draft says, for the fields of its steps."""
    opened = await to_thread.run_sync(desk.devices.safe.read, need.sealed)
    return {
        "type": need.type,
        "about": need.about[0] if need.about else "",
        "words": need.text("words", opened),
        "where": await precise_place(request, need.territory, need.place) if need.territory else "",
        "when": need.text("when", opened),
        "mode": need.mode,
    }


async def _receipt(request: Request, desk: Desk, need: Need, email: str, token: str) -> Receipt | None:
    """Write a receipt for an address; none where nothing sends it, or where who asks, this address or all got many lately."""

    def few() -> bool:
        take = desk.devices.throttle.take
        return all(
            not take("receipt", whom, most=most, seconds=seconds).wait
            for whom, most, seconds in (
                (client_of(request), *_FROM_ONE),
                (email.lower(), *_RECEIPTS),
                ("", *_ALL_RECEIPTS),
            )
        )

    if desk.postman is None or not await to_thread.run_sync(few):
        return None
    said = choose_language(request)
    chosen = [
        (gettext("Ce que vous cherchez", said), concept_name(need.type, said)),
        (gettext("Filière ou domaine", said), await named_topics(request, need.about, said)),
        (gettext("Où", said), await precise_place(request, need.territory, need.place)),
        (gettext("Comment", said), concept_name(need.mode, said)),
    ]
    base = desk.settings.base_url
    return receipt(need.number, chosen, _private(request, base, token) if base else "", said)


async def _first(request: Request, form: Form) -> Checked:
    checked = Checked()
    checked.choice(form, "type", all_types())
    checked.choice(form, "about", await topic_names(request, choose_language(request)))
    checked.text(form, "words", SHORTEST, LONGEST, N_("Dites ce dont vous avez besoin, avec vos mots."))
    return checked


async def _second(request: Request, form: Form) -> Checked:
    checked = Checked()
    path, label = await find_place(request, checked, "where", form["where"])
    checked.values |= {"territory": path, "place": label}
    checked.dates(checked.text(form, "when", 0, 200, N_("Dites quand.")), "when")
    checked.choice(form, "mode", modes())
    return checked


async def _third(request: Request, form: Form) -> Checked:
    checked = Checked()
    checked.text(
        form, "structure", 2, 200, N_("Dites pour quelle structure : mairie, entreprise, association…")
    )
    checked.siren(form, "siren")
    checked.text(form, "name", 2, 100, N_("Dites à qui répondre."))
    checked.email(form, "email", required=True)
    checked.text(form, "phone", 0, 30, N_("Téléphone"))
    checked.values["agreed"] = form["agreed"]
    if form["agreed"] != "true":
        checked.errors["agreed"] = N_("Le guichet ne peut répondre sans garder de quoi vous joindre.")
    return checked


async def _step(
    request: Request,
    visitor: Visitor,
    number: int,
    checked: Checked,
    token: str = "",
    need: Need | None = None,
    *,
    status: int = 200,
) -> Response:
    said = choose_language(request)
    shown: dict[str, Any] = {}
    if number == 1:
        shown = {"types": types(said), "topics": await topics(request, said)}
    elif number == 2:
        shown = {"modes": options(modes(), said)}
    elif need is not None:
        shown = {"place": await precise_place(request, need.territory, need.place)}
    return devices_page(
        request,
        visitor,
        "request_step.html",
        status=status,
        number=number,
        steps=[words[said] for words in STEPS],
        typed=checked.values,
        faults=checked.faults(said),
        address=f"/demandes/suivi/{token}/{number}" if token else "/demandes/nouvelle",
        private=_private(request, public_base(request), token) if token else "",
        token=token,
        trail=[("/demandes", gettext("Guichet", said)), (None, gettext("Nouvelle demande", said))],
        **shown,
    )


async def _follow(request: Request, desk: Desk, visitor: Visitor, need: Need, token: str) -> Response:
    said = choose_language(request)
    notes = [(at, note) for at, _, note, public in need.notes if public]
    opened = await to_thread.run_sync(desk.devices.safe.read, need.sealed)
    sent = [match for match in need.matches.values() if match.sent]
    return devices_page(
        request,
        visitor,
        "request_follow.html",
        need=need,
        mails=desk.postman is not None,
        place=await precise_place(request, need.territory, need.place),
        state=NEED_NAMES[need.state][said],
        type=concept_name(need.type, said),
        topic=await named_topics(request, need.about, said),
        mode=concept_name(need.mode, said),
        wording=need.text("words", opened),
        when=need.text("when", opened),
        reason=need.text("reason", opened),
        notes=[(at, opened[note]["words"]) for at, note in notes if note in opened],
        solicited=[
            (
                match.name,
                MATCH_NAMES[match.state][said],
                match.sent,
                match.agreed,
                conclusion_text(desk, need, match, said),
                agreements_of(desk, need, match, said),
            )
            for match in sent
        ],
        issues=[(name, OUTCOME_WORDS[name][said]) for name in OUTCOMES],
        private=_private(request, public_base(request), token),
        token=token,
        trail=[("/demandes", gettext("Guichet", said)), (None, gettext("Suivi de la demande", said))],
    )
