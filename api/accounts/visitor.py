"""Who asks: a session's cookie, a program's key, or nobody known; and what this one may do."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, BinaryIO
from urllib.parse import parse_qsl, quote

from anyio import to_thread
from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from ...graph.shacl.own_terms import UNWRITABLE
from ...loaders.operations.accounts import Account, digest
from ...loaders.operations.roles import SCOPES, Act, Role, may
from ...loaders.operations.throttle import Attempt, Throttle
from ...words import N_
from ..reading.publication import client_of
from ..render.rendering import page
from ..web.bodies import BodyTooLarge, allow
from ..web.negotiation import prefers_html
from ..web.page_error import PageError, SessionEnded
from ..web.page_language import keep_language, page_of
from .devices import devices_of

SESSION = "ancrage_session"
FORM = "ancrage_form"
"""Cookies: of who is logged in, and of who fills in a form."""
_FORM_AGE = 86_400
_FORM_TYPE = "application/x-www-form-urlencoded"
_FORM_SIZE = 64 << 10
"""Bytes of the fields beside a file."""
_FIELDS = 200
_BREAKS = str.maketrans("\v\f", "\n\n")
_SECRET = frozenset(("password", "new"))
"""Fields that hold a password."""


@dataclass(frozen=True)
class Visitor:
    """Who asks. `form_key` is to come back with a form; `fresh` is a cookie to be set, if any."""

    role: Role = Role.VISITOR
    account: Account | None = None
    form_key: str = ""
    fresh: str = ""
    scopes: tuple[str, ...] | None = None

    @property
    def name(self) -> str:
        """Who it is for events and for the audit log."""
        return self.account.name if self.account else "visitor"

    def may(self, act: Act) -> bool:
        """Tell whether this one may do an act; a key does what it was made for alone."""
        if self.scopes is not None and act not in {SCOPES[scope] for scope in self.scopes}:
            return False
        return may(self.role, act)


@dataclass(frozen=True)
class Form:
    """A form that was sent: its fields, and the key under which what it does is done once."""

    fields: Mapping[str, str]
    lists: Mapping[str, list[str]] = field(default_factory=dict)
    key: str = ""

    def __getitem__(self, name: str) -> str:
        """Give the value of a field, without spaces at its ends; empty where there is none."""
        return self.fields.get(name, "").strip()


async def visitor_of(request: Request) -> Visitor:
    """Find out who asks; raises PageError for a key that opens nothing."""
    devices = await devices_of(request)
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        opened = await to_thread.run_sync(devices.accounts.of_key, key.strip())
        if opened is None:
            raise PageError(
                401, N_("Cette clé n’ouvre rien."), {"WWW-Authenticate": 'Bearer realm="ancrage"'}
            )
        return Visitor(opened[0].role, opened[0], scopes=opened[1])
    if secret := request.cookies.get(SESSION):
        session = await to_thread.run_sync(devices.accounts.session, secret)
        if session is not None:
            return Visitor(session.account.role, session.account, session.form_key)
    secret = request.cookies.get(FORM, "")
    fresh = "" if len(secret) >= 32 else secrets.token_urlsafe(24)
    return Visitor(form_key=digest(f"form {fresh or secret}"), fresh=fresh)


async def allowed(request: Request, act: Act) -> Visitor:
    """Give who asks, who may do an act; else raises PageError: a person who is nobody yet is sent to log in."""
    visitor = await visitor_of(request)
    if visitor.may(act):
        return visitor
    if visitor.account is None and not prefers_html(request.headers.get("accept", "")):
        raise PageError(
            401, N_("Cette adresse demande une clé."), {"WWW-Authenticate": 'Bearer realm="ancrage"'}
        )
    after = "?".join(filter(None, page_of(request)))
    if visitor.account is None and request.method == "GET":
        raise PageError(
            303,
            N_("Cette page demande de se connecter."),
            {"Location": login_address(request, after)},
        )
    if visitor.account is None:
        raise SessionEnded(login_address(request, after), await _typed(request))
    raise PageError(403, N_("Ce compte n’a pas le droit de faire cela."))


async def _typed(request: Request) -> list[str]:
    """Give the sentences that were typed in a form of this site, and no password: what another site sends is not shown."""
    if request.headers.get("sec-fetch-site") != "same-origin" or _media_type(request) != _FORM_TYPE:
        return []
    try:
        pairs = parse_qsl((await request.body()).decode("ascii"), max_num_fields=_FIELDS)
    except ValueError:
        return []
    return [text.strip() for name, text in pairs if " " in text.strip() and name not in _SECRET]


def login_address(request: Request, after: str) -> str:
    """Give the address of the login that leads back to another, in the language that the address asked asks for."""
    return keep_language(request, f"/connexion?after={quote(after, safe='/')}")


async def form_of(request: Request, visitor: Visitor) -> Form:
    """Read a form; raises PageError where another site, or a page that is too old, sent it."""
    if _media_type(request) != _FORM_TYPE:
        raise PageError(415, N_("Un formulaire s’envoie en application/x-www-form-urlencoded."))
    try:
        body = (await request.body()).decode("ascii")
        pairs = parse_qsl(
            body,
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_FIELDS,
        )
    except ValueError:
        raise PageError(400, N_("Le corps n’est pas un formulaire en UTF-8.")) from None
    lists: dict[str, list[str]] = {}
    for name, value in pairs:
        text = value.replace("\r\n", "\n").translate(_BREAKS)
        lists.setdefault(name, []).append(re.sub(UNWRITABLE, "", text))
    fields = {name: values[0] for name, values in lists.items()}
    await _check_origin(request, visitor, fields)
    once = fields.get("once", "")
    # What is sent again counts once; what was changed on the same page, as after « back », is another form
    return Form(fields, lists, digest(f"{request.url.path} {visitor.name} {body}") if len(once) >= 16 else "")


@asynccontextmanager
async def file_form_of(
    request: Request, visitor: Visitor, limit: int
) -> AsyncIterator[tuple[Form, UploadFile | None]]:
    """Read a form with one file, of `limit` bytes at most, that may be left out; it is closed when the block ends.

    Raises PageError as `form_of`, BodyTooLarge.
    """
    if _media_type(request) != "multipart/form-data":
        raise PageError(415, N_("Un fichier s’envoie en multipart/form-data."))
    allow(request.scope, limit + _FORM_SIZE)
    try:
        sent = await request.form(max_files=1, max_fields=_FIELDS, max_part_size=_FORM_SIZE)
    except BodyTooLarge:
        raise
    except HTTPException as error:
        raise PageError(400, N_("Le corps n’est pas un formulaire en UTF-8.")) from error
    try:
        fields = {name: value for name, value in sent.items() if isinstance(value, str)}
        await _check_origin(request, visitor, fields)
        given = [value for value in sent.values() if isinstance(value, UploadFile) and value.filename]
        content = await to_thread.run_sync(_fingerprint, given[0].file) if given else ""
        once = fields.get("once", "")
        key = digest(f"{request.url.path} {visitor.name} {once} {content}") if len(once) >= 16 else ""
        yield Form(fields, key=key), given[0] if given else None
    finally:
        await sent.close()


def _fingerprint(file: BinaryIO) -> str:
    found = hashlib.sha256()
    for piece in iter(lambda: file.read(1 << 20), b""):
        found.update(piece)
    file.seek(0)
    return found.hexdigest()


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def _check_origin(request: Request, visitor: Visitor, fields: Mapping[str, str]) -> None:
    """Raise PageError (403) where another site, or a page that is too old, sent a form."""
    foreign = request.headers.get("sec-fetch-site", "none") not in ("same-origin", "none")
    if (
        visitor.fresh
        or foreign
        or not hmac.compare_digest(fields.get("form_key", "").encode(), visitor.form_key.encode())
    ):
        raise PageError(
            403,
            N_("Ce formulaire n’est plus valable : la page a été ouverte il y a trop longtemps, ou les cookies sont "
               "refusés. Rien n’est changé : rechargez la page, puis recommencez."),
            {"Cache-Control": "no-store"},
            typed=await _typed(request),
        )  # fmt: skip


def answer_to(visitor: Visitor, request: Request, response: Response, *, form: bool = True) -> Response:
    """Finish an answer about somebody: nobody keeps it, and who fills in a form, where it has one, gets a cookie.

    Where it leads on, it keeps the language that was asked for.
    """
    if address := response.headers.get("location"):
        response.headers["Location"] = keep_language(request, address)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    if visitor.fresh and form:
        set_cookie(request, response, FORM, visitor.fresh, _FORM_AGE)
    return response


def devices_page(
    request: Request, visitor: Visitor, template: str, *, form: bool = True, **values: Any
) -> Response:
    """Render a page of the devices for somebody, with what its forms send back; `values` are those of `page`."""
    made = page(request, template, visitor=visitor, once=secrets.token_urlsafe(24), **values)
    return answer_to(visitor, request, made, form=form)


def set_cookie(request: Request, response: Response, name: str, value: str, age: int) -> None:
    """Set a cookie that scripts cannot read and that other sites' forms do not send."""
    response.set_cookie(
        name,
        value,
        max_age=age,
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )


async def hold_back(
    request: Request, throttle: Throttle, what: str, *names: str, most: int, seconds: int
) -> Attempt:
    """Count a try, of who asks and under names; raises PageError (429) where there were too many lately."""
    whom = (client_of(request), *names)
    attempt = await run_in_threadpool(throttle.take, what, *whom, most=most, seconds=seconds)
    if attempt.wait:
        raise PageError(
            429,
            N_("Trop d’essais. Recommencez dans {minutes} min.", minutes=-(-attempt.wait // 60)),
            {"Retry-After": str(attempt.wait), "Cache-Control": "no-store"},
            typed=await _typed(request),
        )
    return attempt
