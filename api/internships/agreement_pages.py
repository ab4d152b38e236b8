"""Agreements: the list, the form, and a page that shows where one stands and what may be done."""

from __future__ import annotations

from collections.abc import Mapping

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from ...graph.internships.posts import Post
from ...graph.sparql.results import Value
from ...loaders.desk.acts import ActRefused
from ...loaders.internships.agreements.acts import doubts
from ...loaders.internships.agreements.ledger import Agreement
from ...loaders.internships.agreements.matches import MOST, find, is_of_match, post_of
from ...loaders.internships.agreements.states import (
    DONE_NAMES,
    EVALUATED_BY,
    EVALUATOR_NAMES,
    KIND_NAMES,
    LIVING,
    MOVE_NAMES,
    NEXT,
    ORIGIN_NAMES,
    PARTY_NAMES,
    REASONED,
    RESULT_NAMES,
    SIGNERS,
    STATE_NAMES,
    Evaluator,
    Move,
    Origin,
    Party,
    Result,
    State,
)
from ...loaders.operations.roles import Act
from ...loaders.operations.store import Conflict
from ...ontology.labels import concepts
from ...words import N_, first_upper, gettext
from ..accounts.visitor import Form, Visitor, allowed, answer_to, devices_page, form_of
from ..desk.agreements import ROOT
from ..desk.asked import Checked, answers_for, modes
from ..desk.lists import day_of, list_file, list_format
from ..desk.running import DESK, Desk, today, was_done
from ..labels.wording import concept_name, options
from ..web.negotiation import HTML, Language
from ..web.page_error import PageError
from ..web.page_language import choose_language
from .agreement_form import checked_terms, values_of_post, values_of_terms
from .list_page import has_organization, is_of_agreements
from .running import INTERNSHIPS, InternshipDesk

router = APIRouter(include_in_schema=False)
_NO_POST = N_("Aucun poste ouvert à une convention de stage ne porte cette adresse.")
_MOST = 500
"""Agreements of the list."""
MOVES: Mapping[str, Move] = {
    "signature-accueil": Move.SIGN_HOST,
    "signature-etablissement": Move.SIGN_INSTITUTION,
    "acceptation": Move.ACCEPT,
    "validation": Move.VALIDATE,
    "renvoi": Move.RETURN,
    "rejet": Move.REJECT,
    "annulation": Move.CANCEL,
    "caducite": Move.EXPIRE,
}
"""What is done, by the last word of its address."""


@router.get(ROOT)
async def agreements(request: Request) -> Response:
    """List the agreements that somebody may see, the living ones first, then the latest."""
    visitor, desk, said = (
        await allowed(request, Act.OFFER),
        await INTERNSHIPS.read(request),
        choose_language(request),
    )
    seen = [one for one in desk.agreements.all.values() if parties_of(visitor, one)]
    seen.sort(key=lambda one: (one.state in LIVING, one.changed, one.id), reverse=True)
    if (form := list_format(request)) != HTML:
        title, listed = (
            gettext("Conventions de stage", said),
            [_cells(one, said) for one in seen if not one.illustrative],
        )
        return list_file(
            request, visitor, form, "stages-conventions", title, listed, desk.publication.snapshot
        )
    return devices_page(
        request,
        visitor,
        "stage_agreements.html",
        form=False,
        rows=[(one, _states(one, said), _next(one, said)) for one in seen[:_MOST]],
        total=len(seen),
        failure_text=desk.publication.failure[said]
        if desk.publication.failure and visitor.may(Act.MATCH)
        else "",
        trail=[("/stages", gettext("Stages", said)), (None, gettext("Conventions", said))],
    )


@router.get(ROOT + "/nouvelle/{post}")
async def opening(request: Request, post: str) -> Response:
    """Show the form of an agreement on a post."""
    visitor, _, on = await _on_post(request, post)
    values = await values_of_post(request, on)
    if is_of_match(on.id):
        values |= {"origin": Origin.DESK.value, "programme": _programme(await DESK.read(request), on)}
    return _form(request, visitor, on, Checked(values), f"{ROOT}/nouvelle/{post}")


@router.post(ROOT + "/nouvelle/{post}")
async def open_one(request: Request, post: str) -> Response:
    """Open an agreement on a post."""
    visitor, desk, on = await _on_post(request, post)
    form = await form_of(request, visitor)
    address = f"{ROOT}/nouvelle/{post}"
    if await was_done(desk.devices, form):
        return answer_to(visitor, request, RedirectResponse(ROOT, 303))
    checked, terms = await checked_terms(request, visitor, form, on, on.seats - desk.agreements.held(on.id))
    if checked.errors:
        return _form(request, visitor, on, checked, address, status=422)
    try:
        id = await to_thread.run_sync(
            lambda: desk.agreement_acts.open(visitor.name, on.id, terms, on.seats, key=form.key)
        )
    except ActRefused as error:  # another took the place meanwhile
        checked.errors["students"] = error.message
        return _form(request, visitor, on, checked, address, status=422)
    return answer_to(visitor, request, RedirectResponse(f"{ROOT}/{id.rpartition('/')[2]}", 303))


@router.get(ROOT + "/{agreement}")
async def agreement_page(request: Request, agreement: str) -> Response:
    """Show an agreement to who is party to it."""
    visitor, _, one = await _seen(request, agreement)
    return _page(request, visitor, one, Checked())


@router.get(ROOT + "/{agreement}/termes")
async def changing(request: Request, agreement: str) -> Response:
    """Show the form of what an agreement says."""
    visitor, desk, one = await _seen(request, agreement)
    if not one.changeable and not one.amendable:
        return answer_to(visitor, request, RedirectResponse(_address(one), 303))
    post = _post_of(desk, one)
    return _form(request, visitor, post, Checked(values_of_terms(one.terms)), f"{_address(one)}/termes", one)


@router.post(ROOT + "/{agreement}/{act}")
async def work(request: Request, agreement: str, act: str) -> Response:
    """Do an act on an agreement; what is refused is told on its page, and nothing is changed."""
    visitor, desk, one = await _seen(request, agreement)
    form = await form_of(request, visitor)
    if act not in (*MOVES, "termes", "resultat", "evaluation"):
        raise PageError(404, N_("Rien ne porte cette adresse."))
    if await was_done(desk.devices, form):
        return answer_to(visitor, request, RedirectResponse(_address(one), 303))
    try:
        if form["version"] != str(one.version):
            raise Conflict(one.id, one.version)
        if act == "termes":
            refused = await _change(request, desk, visitor, one, form)
        else:
            refused = await _move(request, desk, visitor, one, form, act)
    except (ActRefused, Conflict) as error:
        await to_thread.run_sync(desk.agreements.read)
        now = desk.agreements.all[one.id]
        checked = Checked(dict(form.fields), {"version": error.message})
        if act == "termes" and (now.changeable or now.amendable):
            return _form(
                request, visitor, _post_of(desk, now), checked, f"{_address(one)}/termes", now, status=422
            )
        return _page(request, visitor, now, checked)
    if refused is not None:
        return refused
    await to_thread.run_sync(desk.agreements.read)
    if State.VALIDATED in (one.state, desk.agreements.all[one.id].state):
        desk.publication.tell()
    return answer_to(visitor, request, RedirectResponse(_address(one), 303))


async def _change(
    request: Request, desk: InternshipDesk, visitor: Visitor, one: Agreement, form: Form
) -> Response | None:
    post = _post_of(desk, one)
    free = post.seats - desk.agreements.held(one.post, but=one.id)
    checked, terms = await checked_terms(request, visitor, form, post, free, one.terms)
    if checked.errors:
        return _form(request, visitor, post, checked, f"{_address(one)}/termes", one, status=422)
    parties = parties_of(visitor, one)
    await to_thread.run_sync(
        lambda: desk.agreement_acts.change(one, visitor.name, parties, terms, post.seats, key=form.key)
    )
    return None


async def _move(
    request: Request, desk: InternshipDesk, visitor: Visitor, one: Agreement, form: Form, act: str
) -> Response | None:
    parties, acts, checked = parties_of(visitor, one), desk.agreement_acts, Checked()
    if act == "evaluation":
        told = checked.choice(form, "by", {each.value: each for each in Evaluator}, required=True)
    elif act == "resultat":
        told = checked.choice(form, "result", {each.value: each for each in Result}, required=True)
    else:
        told = checked.choice(form, "why", concepts("drop-reason"))
    if checked.errors:
        return _page(request, visitor, one, checked)

    def do() -> None:
        if act == "evaluation":
            acts.evaluate(one, visitor.name, parties, Evaluator(told), today(), key=form.key)
        elif act == "resultat":
            acts.end(one, visitor.name, parties, Result(told), today(), key=form.key)
        else:
            acts.move(one, visitor.name, parties, MOVES[act], reason=told, key=form.key)

    await to_thread.run_sync(do)
    return None


def parties_of(visitor: Visitor, one: Agreement) -> frozenset[Party]:
    """Say what somebody is for an agreement: its host's or institution's account, the desk; none: it is not shown."""
    if not visitor.may(Act.OFFER):
        return frozenset()
    own = one.parties((visitor.account.organization if visitor.account else "") or "")
    return own | {Party.DESK} if visitor.may(Act.MATCH) else own


async def _seen(request: Request, agreement: str) -> tuple[Visitor, InternshipDesk, Agreement]:
    """Give who asks and the agreement; one that is not theirs is told as one that is not there."""
    visitor, desk = await allowed(request, Act.OFFER), await INTERNSHIPS.read(request)
    one = desk.agreements.all.get(f"agreement/{agreement}")
    if one is None or not parties_of(visitor, one):
        raise PageError(404, N_("Aucune convention de ce compte ne porte cette adresse."))
    return visitor, desk, one


async def _on_post(request: Request, post: str) -> tuple[Visitor, InternshipDesk, Post]:
    visitor, desk = await allowed(request, Act.OFFER), await INTERNSHIPS.read(request)
    if (agreed := find((await DESK.read(request)).ledger, f"match/{post}")) is not None:
        if not visitor.may(Act.MATCH) and not answers_for(visitor.account, agreed[1].provider):
            raise PageError(404, _NO_POST)
        return visitor, desk, post_of(*agreed)
    if not is_of_agreements(desk, f"post/{post}"):
        raise PageError(404, _NO_POST)
    if not visitor.may(Act.MATCH) and not has_organization(visitor):
        raise PageError(
            403, N_("Ce compte n’est lié à aucune organisation : le guichet ouvre la convention.")
        )
    return visitor, desk, desk.ledger.posts[f"post/{post}"].told


def _post_of(desk: InternshipDesk, one: Agreement) -> Post:
    """Give the post of an agreement; what a match agreed is as the agreement tells it, whatever became of the request."""
    if not is_of_match(one.post):
        return desk.ledger.posts[one.post].told
    terms = one.in_force
    return Post(
        one.post, terms.subject, terms.type, terms.host, terms.place, terms.place_name, terms.host_path,
        terms.subjects, seats=MOST,
    )  # fmt: skip


def _programme(desk: Desk, on: Post) -> str:
    """Give the code of the programme that a match agreed on, where its candidate is one."""
    agreed = find(desk.ledger, on.id)
    candidate = agreed[1].candidate if agreed else ""
    return candidate.removeprefix("programme/") if candidate.startswith("programme/") else ""


def _address(one: Agreement) -> str:
    return f"{ROOT}/{one.id.rpartition('/')[2]}"


def _states(one: Agreement, said: str) -> list[str]:
    """Name the state of an agreement, and that of the amendment under way."""
    state = STATE_NAMES[one.state][said]
    if one.standing is None:
        return [state]
    amendment = gettext("Avenant {n} · {state}", said, n=len(one.amendments) + 1, state=state)
    return [STATE_NAMES[one.standing.state][said], amendment]


def _cells(one: Agreement, said: str) -> list[Value]:
    """Give the cells of an agreement, by `stages-conventions`."""
    terms = one.in_force
    return [
        one.id.rpartition("/")[2],
        terms.subject,
        terms.host,
        terms.programme_name,
        terms.place_name,
        day_of(terms.start),
        day_of(terms.end),
        ", ".join(_states(one, said)),
        _next(one, said),
        one.illustrative,
    ]


def _next(one: Agreement, said: str) -> str:
    """Say what is to be done next, and by whom."""
    if one.illustrative:
        return gettext("Rien : c’est un exemple inventé, que rien ne publie.", said)
    if one.state in NEXT:
        return NEXT[one.state][said]
    names = {Party.HOST: one.terms.host, Party.INSTITUTION: one.terms.institution}
    missing = [
        f"{PARTY_NAMES[party][said]} ({names[party]})"
        for party in SIGNERS.values()
        if party not in one.signed
    ]
    return gettext("À signer par : {parties}.", said, parties=", ".join(missing))


def _form(
    request: Request,
    visitor: Visitor,
    post: Post,
    checked: Checked,
    address: str,
    one: Agreement | None = None,
    *,
    status: int = 200,
) -> Response:
    said = choose_language(request)
    title = gettext("Nouvelle convention de stage", said)
    if amends := one is not None and (one.amendable or one.standing is not None):
        title = gettext("Avenant à la convention", said)
    elif one:
        title = gettext("Modifier la convention", said)
    return devices_page(
        request,
        visitor,
        "stage_agreement_form.html",
        status=status,
        heading_text=title,
        address=address,
        post=post,
        agreement=one,
        amendment=amends,
        typed=checked.values,
        faults=checked.faults(said),
        modes=options(modes(), said),
        kinds=options(KIND_NAMES, said),
        origins=options(ORIGIN_NAMES, said),
        trail=[("/stages", gettext("Stages", said)), (ROOT, gettext("Conventions", said)), (None, title)],
    )


def _results(one: Agreement, said: Language) -> list[tuple[str, str]]:
    """Give the results that may be told: of an internship that has begun under a valid agreement."""
    if one.state is not State.VALIDATED or today() < one.terms.start:
        return []
    return [(result.value, RESULT_NAMES[result][said]) for result in Result]


def _evaluations(
    one: Agreement, own: frozenset[Party], said: Language
) -> list[tuple[str, str, str | None, bool]]:
    """Give whose evaluations are awaited of an internship that has begun: who, their name, when given, who asks may say so."""
    if one.state is not State.VALIDATED or today() < one.terms.start:
        return []
    return [
        (by.value, name[said], one.evaluated.get(by), bool(EVALUATED_BY[by] & own))
        for by, name in EVALUATOR_NAMES.items()
    ]


def _page(
    request: Request,
    visitor: Visitor,
    one: Agreement,
    checked: Checked,
) -> Response:
    said, terms = choose_language(request), one.terms
    names = {move: word for word, move in MOVES.items()}
    own = parties_of(visitor, one)
    parties = {Party.HOST: terms.host, Party.INSTITUTION: terms.institution}
    return devices_page(
        request,
        visitor,
        "stage_agreement.html",
        status=422 if checked.errors else 200,
        agreement=one,
        address=_address(one),
        states=_states(one, said),
        following=_next(one, said),
        signatures=[
            (first_upper(PARTY_NAMES[party][said]), name, one.signed.get(party))
            for party, name in parties.items()
        ],
        history=[(at[:10], DONE_NAMES[move][said]) for at, move in one.history],
        acts=[
            (names[move], MOVE_NAMES[move][said], move in REASONED)
            for move in one.moves(own)
            if move in names
        ],
        change_label=MOVE_NAMES[Move.AMEND][said]
        if one.amendable
        else gettext("Modifier", said)
        if one.changeable
        else "",
        amendments=[(change, STATE_NAMES[change.state][said]) for change in one.amendments],
        paper=Party.DESK in own and one.changeable,
        reasons=concepts("drop-reason"),
        results=_results(one, said),
        result=RESULT_NAMES[one.result][said] if one.result else "",
        evaluations=_evaluations(one, own, said),
        options={"kind": dict(options(KIND_NAMES, said)), "origin": dict(options(ORIGIN_NAMES, said))},
        doubts=[doubt[said] for doubt in doubts(terms)] if one.state in LIVING else [],
        type=concept_name(terms.type, said),
        modes=dict(options(modes(), said)),
        kept=checked.values,
        faults=checked.faults(said),
        trail=[
            ("/stages", gettext("Stages", said)),
            (ROOT, gettext("Conventions", said)),
            (None, one.in_force.subject),
        ],
    )
