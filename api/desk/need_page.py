"""A request as the desk works on it: what it says, who could answer and why, its matches, notes, who asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from ...graph.pool.blocking import NoSnapshot, PoolBusy, QueryTimeout
from ...loaders.desk.acts import ActRefused, Agreement, match_of
from ...loaders.desk.candidates import Candidate, candidates
from ...loaders.desk.ledger import Match, Need
from ...loaders.desk.states import (
    CONCLUSION_NAMES,
    MATCH_NAMES,
    NEED_NAMES,
    REASONED,
    TRANSITIONS,
    Conclusion,
    MatchState,
    NeedState,
)
from ...loaders.operations.roles import Act
from ...loaders.operations.store import Conflict
from ...ontology.labels import concepts
from ...words import N_, AncrageError, Spoken, gettext
from ..accounts.visitor import Form, Visitor, allowed, answer_to, devices_page, form_of
from ..labels.wording import concept_name, options
from ..reading.publication import client_of
from ..web.negotiation import Language
from ..web.page_error import PageError
from ..web.page_language import choose_language
from .agreements import agreements_of, conclusion_text
from .asked import (
    Checked,
    all_types,
    answers_for,
    find_organization,
    find_place,
    modes,
    named_topics,
    precise_place,
    topic_names,
    topics,
    types,
)
from .board import sees
from .request_pages import OUTCOME_WORDS
from .running import DESK, Desk, done_text, today, was_done

router = APIRouter(include_in_schema=False)
_ANSWERS = frozenset({MatchState.TAKEN, *REASONED, MatchState.HELPED})
"""What a candidate says by itself."""
_SHOWN = 30
"""Candidates of a page; ten times as many on the page that shows more."""


@router.get("/guichet/demandes/{name}")
async def need_page(request: Request, name: str) -> Response:
    """Show a request."""
    visitor, desk, need = await _asked(request, name)
    return await _page(request, desk, visitor, need)


@router.post("/guichet/demandes/{name}/{act}")
async def work(request: Request, name: str, act: str) -> Response:
    """Do an act of the desk on a request; what is refused is told on its page, and nothing is changed."""
    visitor, desk, need = await _asked(request, name)
    form = await form_of(request, visitor)
    if act not in _ACTS:
        raise PageError(404, N_("Rien ne porte cette adresse."))
    needed, do = _ACTS[act]
    if not visitor.may(needed) or (needed is Act.ANSWER and not _may_answer(visitor, need, form)):
        raise PageError(403, N_("Ce compte n’a pas le droit de faire cela."))
    page = f"/guichet/demandes/{name}?done={act}"
    if await was_done(desk.devices, form):
        return answer_to(visitor, request, RedirectResponse(page, 303))
    try:
        if form["version"] != str(need.version) and act not in _ASIDE:
            raise Conflict(need.id, need.version)
        told = await do(request, desk, visitor, need, form)
    except (ActRefused, Conflict) as error:
        await to_thread.run_sync(desk.ledger.read)
        need, told = desk.ledger.needs[need.id], Checked(errors={"version": error.message})
    if isinstance(told, Checked):
        return await _page(request, desk, visitor, need, told, form=form)
    if isinstance(told, dict):
        return await _page(request, desk, visitor, need, contact=told)
    desk.publication.tell()
    return answer_to(visitor, request, RedirectResponse(page, 303))


Done = Checked | dict[str, str] | None
Do = Callable[[Request, Desk, Visitor, Need, Form], Awaitable[Done]]


async def _accept(request: Request, desk: Desk, visitor: Visitor, need: Need, form: Form) -> Done:
    """Accept a request, or correct what is public of one that was."""
    checked = Checked()
    checked.public(form, "title", 5, 140, N_("Écrivez le titre public de la demande."))
    checked.public(form, "structure", 2, 200, N_("Écrivez le nom public de la structure."), sentence=False)
    checked.siren(form, "siren")
    checked.choice(form, "type", all_types(), required=True)
    checked.choice(form, "about", await topic_names(request, "fr"))
    path, label = need.territory, need.place
    if "where" in form.fields and form["where"] != await precise_place(request, path, label):
        path, label = await find_place(request, checked, "where", form["where"])
    if checked.errors:
        return checked
    about = [checked.values["about"]] if checked.values["about"] else []
    told = {**checked.values, "about": about, "territory": path, "place": label}
    do = desk.acts.correct if need.accepted else desk.acts.accept
    await to_thread.run_sync(lambda: do(need, visitor.name, told, key=form.key))
    return None


async def _decline(request: Request, desk: Desk, visitor: Visitor, need: Need, form: Form) -> Done:
    checked = Checked()
    reason = checked.text(form, "reason", 10, 500, N_("Dites pourquoi : qui demande le lira."))
    if checked.errors:
        return checked
    await to_thread.run_sync(lambda: desk.acts.decline(need, visitor.name, reason, key=form.key))
    return None


async def _reopen(request: Request, desk: Desk, visitor: Visitor, need: Need, form: Form) -> Done:
    await to_thread.run_sync(lambda: desk.acts.reopen(need, visitor.name, key=form.key))
    return None


async def _propose(request: Request, desk: Desk, visitor: Visitor, need: Need, form: Form) -> Done:
    """Propose one of those who could answer, and no other: a forged candidate is told as unknown."""
    found = await _candidates(request, desk, need)
    chosen = next((one for one in found if one.node == form["candidate"]), None)
    if chosen is None:
        raise ActRefused(N_("Ce candidat n’est pas de ceux qui peuvent répondre : relisez la liste."))
    await to_thread.run_sync(lambda: desk.acts.propose(need, visitor.name, chosen, key=form.key))
    return None


async def _propose_other(request: Request, desk: Desk, visitor: Visitor, need: Need, form: Form) -> Done:
    """Propose an organisation of the graph that no rule finds: the desk knows why."""
    checked = Checked()
    path, label = await find_organization(request, checked, form["organization"])
    if checked.errors:
        return checked
    made = Candidate(path, label)
    await to_thread.run_sync(lambda: desk.acts.propose(need, visitor.name, made, key=form.key))
    return None


async def _drop(request: Request, desk: Desk, visitor: Visitor, need: Need, form: Form) -> Done:
    await to_thread.run_sync(lambda: desk.acts.drop(need, visitor.name, form["candidate"], key=form.key))
    return None


async def _move(request: Request, desk: Desk, visitor: Visitor, need: Need, form: Form) -> Done:
    checked = Checked()
    email = checked.email(form, "email")
    state = checked.choice(form, "to", {one.value: one for one in MatchState}, required=True)
    reason = checked.choice(form, "why", concepts("drop-reason"))
    if checked.errors:
        return checked
    await to_thread.run_sync(
        lambda: desk.acts.move(
            need, visitor.name, form["candidate"], MatchState(state), reason=reason, email=email, key=form.key
        )
    )
    return None


async def _agree(request: Request, desk: Desk, visitor: Visitor, need: Need, form: Form) -> Done:
    checked = Checked()
    checked.public(form, "agreement", 5, 200, N_("Écrivez le titre public de ce qui est convenu."))
    checked.day(form, "start", required=True)
    checked.near("start")
    checked.day(form, "end")
    if checked.errors:
        return checked
    values = checked.values
    made = Agreement(values["agreement"], values["start"], values["end"])
    await to_thread.run_sync(
        lambda: desk.acts.agree(need, visitor.name, form["candidate"], made, key=form.key)
    )
    return None


async def _conclude(request: Request, desk: Desk, visitor: Visitor, need: Need, form: Form) -> Done:
    """Say what came of what was agreed; where there are agreements of internship they say it."""
    checked, candidate = Checked(), form["candidate"]
    outcome = checked.choice(form, "outcome", {one.value: one for one in Conclusion}, required=True)
    checked.day(form, "day", required=True)
    reason = checked.choice(form, "dropped_for", concepts("drop-reason"))
    if checked.errors:
        return checked
    if agreements_of(desk, need, match_of(need, candidate), "fr").listed:
        raise ActRefused(
            N_("Une convention de stage est ouverte : c’est elle qui dit ce qu’il en est advenu.")
        )
    day = checked.values["day"]
    await to_thread.run_sync(
        lambda: desk.acts.conclude(
            need, visitor.name, candidate, Conclusion(outcome), day, reason=reason, key=form.key
        )
    )
    return None


async def _note(request: Request, desk: Desk, visitor: Visitor, need: Need, form: Form) -> Done:
    checked = Checked()
    words = checked.text(form, "note", 2, 2000, N_("Écrivez la note."))
    if checked.errors:
        return checked
    public = form["public"] == "true"
    await to_thread.run_sync(lambda: desk.acts.note(need, visitor.name, words, public=public, key=form.key))
    return None


async def _contact(request: Request, desk: Desk, visitor: Visitor, need: Need, form: Form) -> Done:
    """Show who asked; the look is in the audit log before anything is shown."""
    await to_thread.run_sync(
        lambda: desk.devices.audit.add("read/contact", visitor.name, need.id, role=visitor.role.value)
    )
    opened = await to_thread.run_sync(desk.devices.safe.read, [need.contact])
    return opened.get(need.contact, {})


async def _erase(request: Request, desk: Desk, visitor: Visitor, need: Need, form: Form) -> Done:
    return await _gone(desk.acts.erase, desk, visitor, need, form)


async def _withdraw(request: Request, desk: Desk, visitor: Visitor, need: Need, form: Form) -> Done:
    """Do what who asked does at its private address, for somebody who has lost it."""
    return await _gone(desk.acts.withdraw, desk, visitor, need, form)


async def _gone(do: Callable[..., None], desk: Desk, visitor: Visitor, need: Need, form: Form) -> Done:
    await to_thread.run_sync(lambda: do(need, visitor.name, key=form.key))
    await to_thread.run_sync(
        lambda: desk.devices.audit.add("delete/contact", visitor.name, need.id, role=visitor.role.value)
    )
    return None


_ASIDE = frozenset({"contact", "note"})
"""Acts that undo nothing of what another does meanwhile."""
_ACTS: dict[str, tuple[Act, Do]] = {
    "acceptation": (Act.MODERATE, _accept),
    "correction": (Act.MODERATE, _accept),
    "refus": (Act.MODERATE, _decline),
    "reouverture": (Act.MODERATE, _reopen),
    "candidat": (Act.MATCH, _propose),
    "candidat-autre": (Act.MATCH, _propose_other),
    "candidat-retrait": (Act.MATCH, _drop),
    "etat": (Act.ANSWER, _move),
    "accord": (Act.MATCH, _agree),
    "suite": (Act.MATCH, _conclude),
    "note": (Act.MODERATE, _note),
    "contact": (Act.READ_CONTACT, _contact),
    "effacement": (Act.READ_CONTACT, _erase),
    "retrait": (Act.READ_CONTACT, _withdraw),
}
_DONE: Mapping[str, Spoken] = {
    "acceptation": N_("C’est fait : la demande est acceptée."),
    "correction": N_("C’est fait : ce qui est public est corrigé."),
    "refus": N_("C’est fait : la demande n’est pas retenue."),
    "reouverture": N_("C’est fait : la demande est rouverte."),
    "candidat": N_("C’est fait : le candidat est proposé ; il n’est pas encore sollicité."),
    "candidat-autre": N_("C’est fait : la structure est proposée ; elle n’est pas encore sollicitée."),
    "candidat-retrait": N_("C’est fait : le candidat n’est plus proposé."),
    "etat": N_("C’est fait : l’état du candidat est changé."),
    "accord": N_("C’est fait : l’accord est noté et devient public."),
    "suite": N_("C’est fait : ce qu’il en est advenu est noté."),
    "note": N_("C’est fait : la note est ajoutée."),
    "effacement": N_("C’est fait : les coordonnées sont effacées."),
    "retrait": N_("C’est fait : la demande est retirée, et ce qu’elle disait est effacé."),
}
"""What is said once an act is done, on the page that it leads to."""


def _may_answer(visitor: Visitor, need: Need, form: Form) -> bool:
    """Tell whether somebody may change a match: the desk any, a partner those that it was asked about."""
    if visitor.may(Act.MATCH):
        return True
    match = need.matches.get(form["candidate"])
    asked = match is not None and bool(match.sent) and answers_for(visitor.account, match.provider)
    return asked and form["to"] in _ANSWERS


async def _asked(request: Request, name: str) -> tuple[Visitor, Desk, Need]:
    """Give a request that somebody may see; else raises PageError, which does not say whether there is one."""
    visitor = await allowed(request, Act.ANSWER)
    desk = await DESK.read(request)
    need = desk.ledger.needs.get(f"need/{name}")
    if need is None or not sees(visitor, need):
        raise PageError(404, N_("Aucune demande ne porte ce numéro, ou ce compte ne peut pas la lire."))
    return visitor, desk, need


async def _candidates(request: Request, desk: Desk, need: Need) -> list[Candidate]:
    opened = await to_thread.run_sync(desk.devices.safe.read, [need.words])
    words = opened.get(need.words, {}).get("words", "")
    found: list[Candidate] = await request.app.state.analyses.run(
        lambda view: candidates(view, desk.ledger, need, words, today()),
        illustrative=need.illustrative,
        client=client_of(request),
    )
    return found


async def _shown_candidates(
    request: Request, desk: Desk, need: Need, said: Language
) -> tuple[list[dict[str, Any]], int, str]:
    """Give the first who could answer, in words, and how many there are; or why that cannot be told now."""
    try:
        found = await _candidates(request, desk, need)
    except (NoSnapshot, PoolBusy, QueryTimeout) as error:
        return [], 0, error.told(said) if isinstance(error, AncrageError) else str(error)
    most = _SHOWN * 10 if request.query_params.get("candidates") == "all" else _SHOWN
    told = [
        {
            "node": one.node,
            "name": one.name,
            "km": one.km,
            "offer": one.offer,
            "reasons": [reason[said] for reason in one.reasons],
            "against": [reason[said] for reason in one.against],
        }
        for one in found[:most]
    ]
    return told, len(found), ""


async def _page(
    request: Request,
    desk: Desk,
    visitor: Visitor,
    need: Need,
    checked: Checked | None = None,
    *,
    contact: dict[str, str] | None = None,
    form: Form | None = None,
) -> Response:
    said, officer = choose_language(request), visitor.may(Act.MODERATE)
    checked = checked or Checked()
    place = await precise_place(request, need.territory, need.place)
    opened: dict[str, dict[str, str]] = {}
    if officer:
        opened = await to_thread.run_sync(desk.devices.safe.read, need.sealed)
    shown: list[dict[str, Any]] = []
    known, why = 0, ""
    if visitor.may(Act.MATCH) and need.stage is NeedState.PREPARING:
        shown, known, why = await _shown_candidates(request, desk, need, said)
    return devices_page(
        request,
        visitor,
        "desk_need.html",
        status=422 if checked.errors else 200,
        need=need,
        done_text=done_text(request, _DONE),
        outcome_text=OUTCOME_WORDS[need.satisfaction["outcome"]][said] if need.satisfaction else "",
        place=place,
        address=f"/guichet/demandes/{need.id.rpartition('/')[2]}",
        state=NEED_NAMES[need.state][said],
        states={state: name[said] for state, name in MATCH_NAMES.items()},
        next_states={
            match.candidate: _next_states(visitor, match, said) if need.public else []
            for match in need.matches.values()
        },
        agreements={
            match.candidate: agreements_of(desk, need, match, said)
            for match in need.matches.values()
            if visitor.may(Act.MATCH) or answers_for(visitor.account, match.provider)
        },
        reasons=concepts("drop-reason"),
        reason_options=options(concepts("drop-reason"), said),
        conclusions=options({one.value: name for one, name in CONCLUSION_NAMES.items()}, said),
        conclusion_texts={
            one.candidate: conclusion_text(desk, need, one, said) for one in need.matches.values()
        },
        type=concept_name(need.type, said),
        topic=await named_topics(request, need.about, said),
        mode=concept_name(need.mode if need.mode in modes() else "", said),
        wording=need.text("words", opened),
        when=need.text("when", opened) if officer else "",
        declined=need.text("reason", opened) if officer else "",
        notes=[
            (at, who, opened[note]["words"], public) for at, who, note, public in need.notes if note in opened
        ],
        officer=officer,
        desk_address=desk.settings.sender,
        may_match=visitor.may(Act.MATCH),
        candidates=shown,
        known_candidates=known,
        no_candidates=why,
        contact=contact,
        proposed={
            **_proposal(need, contact or {}),
            "where": place,
            **(form.fields if form else {}),
            **checked.values,
        },
        types=[*types(said), (gettext("Autres", said), _others(said))],
        topics=await topics(request, said),
        faults=checked.faults(said),
        trail=[("/guichet", gettext("Tableau de bord", said)), (None, gettext("Demande", said))],
    )


def _proposal(need: Need, structure: Mapping[str, str]) -> dict[str, str]:
    """Give what the form of a moderator holds at first; the structure of who asks once its contact is shown, which is noted."""
    told = {name: getattr(need, name) or structure.get(name, "") for name in ("structure", "siren")}
    return {"title": need.title, "type": need.type, "about": need.about[0] if need.about else "", **told}


def _next_states(visitor: Visitor, match: Match, said: Language) -> list[tuple[str, str]]:
    return [
        (to.value, MATCH_NAMES[to][said])
        for to in MatchState
        if to in TRANSITIONS[match.state] and _offered(visitor, match.provider, to)
    ]


def _others(said: Language) -> list[tuple[str, str]]:
    listed = {name for _, group in types(said) for name, _ in group}
    others = (option for option in options(all_types(), said) if option[0] not in listed)
    return sorted(others, key=lambda option: option[1])


def _offered(visitor: Visitor, provider: str, to: MatchState) -> bool:
    return visitor.may(Act.MATCH) or (to in _ANSWERS and answers_for(visitor.account, provider))
