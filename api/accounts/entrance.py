"""What each way of logging in shares: the form with all of them, who is a member, the session's cookie."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from anyio import to_thread
from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from ...loaders.operations.accounts import SESSION_HOURS, Account
from ...loaders.operations.roles import Act
from ...loaders.operations.throttle import Attempt
from ...words import N_, gettext
from ..web.links import public_base
from ..web.page_error import PageError
from ..web.page_language import choose_language
from .devices import Devices
from .provider import Provider
from .visitor import (
    SESSION,
    Visitor,
    answer_to,
    devices_page,
    hold_back,
    login_address,
    set_cookie,
    visitor_of,
)

TRIES, WITHIN = 8, 900
"""Failed logins of one network after which it waits; and the seconds they are counted in."""
_OF_A_NAME = 100
"""Failed logins of one name, from anywhere, after which it waits: many more, that nobody keeps somebody else out."""


def provider_of(request: Request) -> Provider | None:
    """Give the provider of identities of the application; None where the settings name none."""
    state = request.app.state
    if not state.settings.oidc_issuer:
        return None
    if getattr(state, "provider", None) is None:
        state.provider = Provider(state.settings)
    made: Provider = state.provider
    return made


def relying_party(request: Request) -> str | None:
    """Give the name of the site for passkeys, its host; None where browsers lend none: without https, but on localhost."""
    address = urlsplit(public_base(request))
    return address.hostname if address.scheme == "https" or address.hostname == "localhost" else None


async def note(devices: Devices, action: str, who: str, account: Account | None) -> None:
    """Write a line of the audit log: the success of an account, or a failure."""
    await to_thread.run_sync(
        lambda: devices.audit.add(
            action,
            who,
            "session",
            role=account.role.value if account else "",
            outcome="success" if account else "failure",
        )
    )


async def hold_back_login(request: Request, devices: Devices, name: str) -> Attempt:
    """Count a try of a password; raises PageError (429) where who asks, or everybody for this name, made too many lately."""
    here = await hold_back(request, devices.throttle, "login", most=TRIES, seconds=WITHIN)
    named = await hold_back(request, devices.throttle, "login-name", name, most=_OF_A_NAME, seconds=WITHIN)
    return Attempt(0, here.numbers + named.numbers)


async def member(request: Request) -> Visitor:
    """Give who is logged in by a session; raises PageError."""
    visitor = await visitor_of(request)
    if visitor.account is None or visitor.scopes is not None:
        raise PageError(
            303, N_("Cette page demande de se connecter."), {"Location": login_address(request, "/compte")}
        )
    return visitor


def inside(address: str) -> str:
    r"""Give an address of this site, or nothing.

    >>> inside("/guichet?state=waiting"), inside("//evil.example"), inside("https://evil.example"), inside("/\\evil")
    ('/guichet?state=waiting', '', '', '')
    """
    plain = address.startswith("/") and not address.startswith("//") and "\\" not in address
    return address if plain and address.isprintable() and len(address) < 500 else ""


def login_form(request: Request, visitor: Visitor, *, status: int = 200, **values: str) -> Response:
    """Show the ways to log in; `values`: name, error, after."""
    shown: dict[str, Any] = {"name": "", "error": "", "after": "", **values}
    return devices_page(
        request,
        visitor,
        "login.html",
        status=status,
        trail=[(None, gettext("Connexion", choose_language(request)))],
        provider=provider_of(request),
        passkeys=relying_party(request) is not None,
        **shown,
    )


def entrance(request: Request, visitor: Visitor, account: Account, secret: str, after: str) -> Response:
    """Lead somebody who has just logged in where he wanted to go, with the cookie of his session."""
    home = "/guichet" if Visitor(account.role, account).may(Act.ANSWER) else "/compte"
    response = RedirectResponse(after or home, 303)
    set_cookie(request, response, SESSION, secret, SESSION_HOURS * 3600)
    return answer_to(visitor, request, response)
