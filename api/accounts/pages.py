"""Pages of accounts: logging in and out, one's own password and keys of programs."""

from __future__ import annotations

import re

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from ...loaders.operations.accounts import KEY_DAYS, AccountError
from ...loaders.operations.roles import NAMES, SCOPES
from ...words import N_, gettext
from ..web.page_error import PageError
from ..web.page_language import choose_language
from .devices import Devices, devices_of
from .entrance import entrance, hold_back_login, inside, login_form, member, note, provider_of, relying_party
from .provider_pages import farewell_of, passage
from .visitor import (
    SESSION,
    Visitor,
    answer_to,
    devices_page,
    form_of,
    visitor_of,
)

router = APIRouter(include_in_schema=False)


@router.get("/connexion")
async def login_page(request: Request) -> Response:
    """Show the form to log in."""
    visitor = await visitor_of(request)
    return login_form(request, visitor, after=inside(request.query_params.get("after", "")))


@router.post("/connexion")
async def login(request: Request) -> Response:
    """Log somebody in; a wrong name and a wrong password are told alike."""
    devices, visitor = await devices_of(request), await visitor_of(request)
    form = await form_of(request, visitor)
    name, after = form["name"].lower()[:100], inside(form["after"])
    attempt = await hold_back_login(request, devices, name)
    account = await to_thread.run_sync(devices.accounts.verify, name, form.fields.get("password", ""))
    if account is None:
        known = name in {one.name for one in await to_thread.run_sync(devices.accounts.all)}
        await note(devices, "authenticate/login", name if known else "unknown", None)  # may be a password
        said = choose_language(request)
        error = gettext("Ce nom et ce mot de passe ne vont pas ensemble.", said)
        return login_form(request, visitor, after=after, name=name, error=error, status=422)
    await to_thread.run_sync(devices.throttle.forget, attempt)
    secret = await to_thread.run_sync(devices.accounts.open_session, account)
    await note(devices, "authenticate/login", name, account)
    return entrance(request, visitor, account, secret, after)


@router.post("/deconnexion")
async def logout(request: Request) -> Response:
    """Log somebody out, here; and lead where one logs out of the provider, for who logged in by it."""
    devices, visitor = await devices_of(request), await visitor_of(request)
    await form_of(request, visitor)
    farewell = await farewell_of(request, devices)
    await to_thread.run_sync(devices.accounts.close_session, request.cookies.get(SESSION, ""))
    response: Response = RedirectResponse("/", 303)
    if farewell:
        response = passage(request, visitor, farewell, gettext("Déconnexion", choose_language(request)))
    response.delete_cookie(SESSION, path="/")
    return answer_to(visitor, request, response)


@router.get("/compte")
async def account_page(request: Request) -> Response:
    """Show one's own account."""
    devices, visitor = await devices_of(request), await member(request)
    return await account_view(request, devices, visitor)


@router.post("/compte/mot-de-passe")
async def change_password(request: Request) -> Response:
    """Change one's own password; one logs in again after."""
    devices, visitor = await devices_of(request), await member(request)
    form = await form_of(request, visitor)
    said = choose_language(request)
    attempt = await hold_back_login(request, devices, visitor.name)
    right = await to_thread.run_sync(devices.accounts.verify, visitor.name, form.fields.get("password", ""))
    if right is None:
        return await account_view(
            request, devices, visitor, error=gettext("Ce n’est pas votre mot de passe.", said)
        )
    await to_thread.run_sync(devices.throttle.forget, attempt)
    try:
        await to_thread.run_sync(devices.accounts.change_password, visitor.name, form.fields.get("new", ""))
    except AccountError as error:
        return await account_view(request, devices, visitor, error=error.told(said))
    await to_thread.run_sync(
        lambda: devices.audit.add("update/password", visitor.name, visitor.name, role=visitor.role.value)
    )
    return answer_to(visitor, request, RedirectResponse("/connexion?after=/compte", 303))


@router.post("/compte/cles")
async def add_key(request: Request) -> Response:
    """Make a key of a program; it is shown on the answer, and nowhere else."""
    devices, visitor = await devices_of(request), await member(request)
    form = await form_of(request, visitor)
    days = int(form["days"]) if re.fullmatch(r"[0-9]{1,4}", form["days"]) else 0
    scopes = [
        scope for scope in form.lists.get("scope", []) if scope in SCOPES and visitor.may(SCOPES[scope])
    ]
    try:
        secret = await to_thread.run_sync(
            devices.accounts.add_key, visitor.name, form["label"] or "–", scopes, days
        )
    except AccountError as error:
        return await account_view(request, devices, visitor, error=error.told(choose_language(request)))
    await to_thread.run_sync(
        lambda: devices.audit.add("create/key", visitor.name, ",".join(scopes), role=visitor.role.value)
    )
    return await account_view(request, devices, visitor, secret=secret)


@router.post("/compte/cles/{id}/fin")
async def revoke_key(request: Request, id: str) -> Response:
    """Revoke one of one's own keys."""
    devices, visitor = await devices_of(request), await member(request)
    await form_of(request, visitor)
    if not await to_thread.run_sync(devices.accounts.revoke_key, visitor.name, id):
        raise PageError(404, N_("Vous n’avez pas de clé en service de ce nom."))
    await to_thread.run_sync(
        lambda: devices.audit.add("delete/key", visitor.name, id, role=visitor.role.value)
    )
    return answer_to(visitor, request, RedirectResponse("/compte", 303))


async def account_view(
    request: Request, devices: Devices, visitor: Visitor, *, error: str = "", secret: str = ""
) -> Response:
    """Show somebody's own account, with an error, or a key made just now."""
    said = choose_language(request)
    keys = await to_thread.run_sync(devices.accounts.keys, visitor.name)
    identities = await to_thread.run_sync(devices.identities.bound, visitor.name)
    return devices_page(
        request,
        visitor,
        "account.html",
        status=422 if error else 200,
        role=NAMES[visitor.role][said],
        made_keys=keys,
        scopes=[scope for scope, act in SCOPES.items() if visitor.may(act)],
        jours=KEY_DAYS,
        provider=provider_of(request),
        identities=identities,
        passkeys=await to_thread.run_sync(devices.passkeys.of_account, visitor.name),
        passkey_possible=relying_party(request) is not None,
        error=error,
        secret=secret,
        trail=[(None, gettext("Mon compte", said))],
    )
