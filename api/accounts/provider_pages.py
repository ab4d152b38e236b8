"""Logging in with a provider of identities: leaving for it, coming back, an identity bound to one's own account."""

from __future__ import annotations

import logging

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from ...loaders.operations.accounts import AccountError, digest
from ...loaders.operations.ceremonies import SECONDS
from ...loaders.operations.identities import Identity
from ...words import N_, gettext
from ..web.links import public_base
from ..web.page_error import PageError
from ..web.page_language import choose_language
from .devices import Devices, devices_of
from .entrance import TRIES, WITHIN, entrance, inside, login_form, member, note, provider_of
from .provider import Answer, IdentityRefused, Provider, ProviderDown, ProviderError
from .visitor import (
    SESSION,
    Visitor,
    answer_to,
    devices_page,
    form_of,
    hold_back,
    set_cookie,
    visitor_of,
)

router = APIRouter(include_in_schema=False)
log = logging.getLogger(__name__)

FLOW = "ancrage_flow"
"""The cookie of who has left for the provider."""
_KIND, _BACK, _DEPARTURES = "provider", "/connexion/retour", 40


@router.get("/connexion/fournisseur")
async def leave(request: Request) -> Response:
    """Send somebody to the provider."""
    visitor, provider = await visitor_of(request), _provider(request)
    after = inside(request.query_params.get("after", ""))
    try:
        address, secret = await _departure(request, provider, after=after)
    except ProviderError as error:
        return _failure(request, visitor, error, after)
    response = RedirectResponse(address, 302)
    set_cookie(request, response, FLOW, secret, SECONDS)
    return answer_to(visitor, request, response, form=False)


@router.post("/compte/identite")
async def bind(request: Request) -> Response:
    """Lead somebody who is logged in to the provider, whose identity will be bound to the account."""
    visitor, provider = await member(request), _provider(request)
    await form_of(request, visitor)
    try:
        address, secret = await _departure(request, provider, account=visitor.name, after="/compte")
    except ProviderError as error:
        raise PageError.of(error, 503, {"Retry-After": "30"}) from error
    title = gettext("Lier mon compte à {name}", choose_language(request), name=provider.name)
    response = passage(request, visitor, address, title)
    set_cookie(request, response, FLOW, secret, SECONDS)
    return response


@router.get("/connexion/retour")
async def come_back(request: Request) -> Response:
    """Log in who comes back from the provider, or bind the identity, or say why not."""
    devices, visitor, provider = await devices_of(request), await visitor_of(request), _provider(request)
    if not request.query_params.get("code") and not request.query_params.get("error"):
        return RedirectResponse("/connexion", 303)  # one has logged out there
    attempt = await hold_back(request, devices.throttle, "login", most=TRIES, seconds=WITHIN)
    asked = await to_thread.run_sync(devices.ceremonies.end, _KIND, request.cookies.get(FLOW, ""))
    try:
        if asked is None:
            raise IdentityRefused(
                provider.name,
                "no flow",
                N_("Cette connexion a déjà eu lieu, a attendu trop longtemps, ou a commencé dans un autre navigateur. "
                   "Recommencez."),
            )  # fmt: skip
        answer = await provider.arrival(asked, dict(request.query_params), public_base(request) + _BACK)
        if asked["account"]:
            response = await _bound(request, devices, visitor, provider, answer.identity, asked["account"])
        else:
            response = await _entered(request, devices, visitor, provider, answer, asked["after"])
    except ProviderError as error:
        log.warning("login by the provider refused: %s", getattr(error, "reason", ""))
        await note(devices, "authenticate/provider", "unknown", None)
        response = _failure(request, visitor, error, asked["after"] if asked else "")
    else:
        await to_thread.run_sync(devices.throttle.forget, attempt)
    response.delete_cookie(FLOW, path="/")
    return response


def passage(request: Request, visitor: Visitor, address: str, title: str) -> Response:
    """Show the page that leads to the provider: a form's answer may not do so by itself (`form-action`)."""
    return devices_page(
        request,
        visitor,
        "passage.html",
        address=address,
        title=title,
        provider=_provider(request),
        trail=[(None, title)],
    )


async def farewell_of(request: Request, devices: Devices) -> str | None:
    """Give the address where who asks logs out of the provider too; None for who did not log in by it."""
    provider = provider_of(request)
    session = await to_thread.run_sync(devices.accounts.session, request.cookies.get(SESSION, ""))
    if provider is None or session is None or session.provider_token is None:
        return None
    number = session.provider_token
    sealed = await to_thread.run_sync(devices.safe.read, [number])
    await to_thread.run_sync(_erase, devices, number)
    try:
        token = sealed[number]["id_token"]
        return await provider.farewell(token, public_base(request) + _BACK)
    except (KeyError, ProviderDown):
        return None


def _erase(devices: Devices, number: str) -> None:
    with devices.store.writing() as connection:
        devices.safe.erase(connection, [number])


def _provider(request: Request) -> Provider:
    provider = provider_of(request)
    if provider is None:
        raise PageError(404, N_("Ce site n’a pas de fournisseur d’identité."))
    return provider


async def _departure(
    request: Request, provider: Provider, *, after: str, account: str = ""
) -> tuple[str, str]:
    """Give the address to go to, and the secret of the cookie."""
    devices = await devices_of(request)
    await hold_back(request, devices.throttle, "departure", most=_DEPARTURES, seconds=WITHIN)
    address, asked = await provider.departure(public_base(request) + _BACK)
    content = {**asked, "after": after, "account": account}
    return address, await to_thread.run_sync(devices.ceremonies.begin, _KIND, content)


async def _entered(
    request: Request, devices: Devices, visitor: Visitor, provider: Provider, answer: Answer, after: str
) -> Response:
    """Log in the account of an identity, or the one that waits for it; an unknown one gets none."""
    account = await to_thread.run_sync(devices.identities.account, answer.identity)
    if account is None:
        email = await provider.email(answer)
        if email is not None:
            account = await to_thread.run_sync(devices.identities.accept, answer.identity, email)
            if account is not None:
                await note(devices, "create/identity", account.name, account)
    if account is None:
        who = f"identity/{digest(f'{answer.identity.issuer} {answer.identity.subject}')[:12]}"
        await note(devices, "authenticate/provider", who, None)
        return devices_page(
            request,
            visitor,
            "unknown_identity.html",
            status=403,
            provider=provider,
            contact=request.app.state.settings.contact,
            trail=[(None, gettext("Connexion", choose_language(request)))],
        )
    known = account

    def opened() -> str:
        with devices.store.writing() as connection:
            number = devices.safe.put(connection, {"id_token": answer.id_token}, 1)
        return devices.accounts.open_session(known, number)

    secret = await to_thread.run_sync(opened)
    await note(devices, "authenticate/provider", known.name, known)
    return entrance(request, visitor, known, secret, after)


async def _bound(
    request: Request, devices: Devices, visitor: Visitor, provider: Provider, identity: Identity, name: str
) -> Response:
    """Bind an identity to the account that left for it, which must still be the one logged in."""
    if visitor.account is None or visitor.name != name:
        raise IdentityRefused(provider.name, "another session")
    try:
        await to_thread.run_sync(devices.identities.bind, identity, name)
    except AccountError as error:
        raise PageError.of(error, 409) from error
    await note(devices, "create/identity", name, visitor.account)
    return answer_to(visitor, request, RedirectResponse("/compte", 303))


def _failure(request: Request, visitor: Visitor, error: ProviderError, after: str) -> Response:
    status = 503 if isinstance(error, ProviderDown) else 403
    said = error.told(choose_language(request))
    response = login_form(request, visitor, status=status, error=said, after=after)
    if status == 503:
        response.headers["Retry-After"] = "30"
        log.warning("the provider does not answer: %s", getattr(error, "reason", ""))
    return response
