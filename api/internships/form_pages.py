"""The forms of posts and of wishes, and their end: for who has an account."""

from __future__ import annotations

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from ...loaders.desk.acts import AlreadyStands
from ...loaders.operations.roles import Act
from ...loaders.operations.store import Conflict
from ...words import N_, gettext
from ..accounts.visitor import Visitor, allowed, answer_to, devices_page, form_of
from ..desk.asked import Checked, modes, own_organization, subjects
from ..desk.running import today
from ..labels.wording import options
from ..web.page_error import PageError
from ..web.page_language import choose_language
from .forms import checked_post, checked_wish, families, types_of
from .list_page import keeps
from .running import INTERNSHIPS

router = APIRouter(include_in_schema=False)
KINDS = {"poste": "post", "voeu": "wish"}
"""What is filed, by the last word of its address."""


@router.get("/stages/nouveau/{kind}")
async def form_page(request: Request, kind: str) -> Response:
    """Show the form of a post or of a wish."""
    _known(kind)
    visitor = await allowed(request, Act.OFFER)
    await INTERNSHIPS.read(request)
    return await _form(request, visitor, kind, Checked())


@router.post("/stages/nouveau/{kind}")
async def file(request: Request, kind: str) -> Response:
    """File a post or a wish."""
    _known(kind)
    visitor, desk = await allowed(request, Act.OFFER), await INTERNSHIPS.read(request)
    form = await form_of(request, visitor)
    checked, told = await (checked_post if kind == "poste" else checked_wish)(request, visitor, form)
    if checked.errors or not form.key:
        return await _form(request, visitor, kind, checked, status=422)
    try:
        await to_thread.run_sync(
            lambda: desk.acts.file(visitor.name, told, desk.ledger, today(), key=form.key)
        )
    except AlreadyStands as error:
        checked.errors["title" if kind == "poste" else "programme"] = error.message
        return await _form(request, visitor, kind, checked, status=409)
    desk.publication.tell()
    return answer_to(visitor, request, RedirectResponse("/stages", 303))


@router.post("/stages/fin/{kind}/{name}")
async def end(request: Request, kind: str, name: str) -> Response:
    """Take back a post or a wish."""
    _known(kind)
    visitor, desk = await allowed(request, Act.OFFER), await INTERNSHIPS.read(request)
    form = await form_of(request, visitor)
    id = f"{KINDS[kind]}/{name}"
    filed = desk.ledger.posts.get(id) or desk.ledger.wishes.get(id)
    if filed is None:
        raise PageError(404, N_("Rien ne porte cette adresse."))
    if not keeps(visitor, desk, id):
        raise PageError(403, N_("Ce compte n’a pas le droit de faire cela."))
    try:
        await to_thread.run_sync(lambda: desk.acts.end(id, filed.version, visitor.name, key=form.key))
    except Conflict as error:
        raise PageError.of(error, 409) from error
    desk.publication.tell()
    return answer_to(visitor, request, RedirectResponse("/stages", 303))


def _known(kind: str) -> None:
    if kind not in KINDS:
        raise PageError(404, N_("Rien ne porte cette adresse."))


async def _form(
    request: Request, visitor: Visitor, kind: str, checked: Checked, *, status: int = 200
) -> Response:
    said = choose_language(request)
    title = gettext("Nouveau poste", said) if kind == "poste" else gettext("Nouveau vœu", said)
    return devices_page(
        request,
        visitor,
        "stage_form.html",
        status=status,
        sort_of=kind,
        heading_text=title,
        typed=checked.values,
        faults=checked.faults(said),
        types=types_of(said),
        families=families(said),
        filieres=await subjects(request, said),
        modes=options(modes(), said),
        is_desk=visitor.may(Act.MATCH),
        organization=await own_organization(request, visitor.account),
        trail=[("/stages", gettext("Stages", said)), (None, title)],
    )
