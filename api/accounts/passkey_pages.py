"""Passkeys: adding one to one's account, logging in with it, removing it (WebAuthn level 2, verified by `webauthn`)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from ...loaders.operations.accounts import Account, AccountError
from ...loaders.operations.ceremonies import SECONDS
from ...loaders.operations.passkeys import Passkey
from ...words import N_, gettext
from ..web.links import public_base
from ..web.page_error import PageError
from ..web.page_language import choose_language
from .devices import Devices, devices_of
from .entrance import TRIES, WITHIN, entrance, inside, login_form, member, note, relying_party
from .pages import account_view
from .visitor import Visitor, answer_to, form_of, hold_back, set_cookie, visitor_of

if TYPE_CHECKING:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

router = APIRouter(include_in_schema=False)

FLOW = "ancrage_passkey"
"""The cookie of who has been asked for a passkey."""
_ADD, _LOGIN, _STARTS = "passkey-add", "passkey-login", 60
_LONGEST = 20_000
"""Characters of what a device answers."""


@router.post("/compte/acces/debut")
async def begin_adding(request: Request) -> Response:
    """Give what a device is asked for to make a passkey."""
    from webauthn import generate_registration_options
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    devices, visitor = await devices_of(request), await member(request)
    await form_of(request, visitor)
    handle = await to_thread.run_sync(devices.passkeys.handle, visitor.name)
    options = generate_registration_options(
        rp_id=_party(request),
        rp_name="ancrage",
        user_id=handle,
        user_name=visitor.name,
        exclude_credentials=[
            _descriptor(one) for one in await to_thread.run_sync(devices.passkeys.of_account, visitor.name)
        ],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
    )
    content = {"challenge": options.challenge.hex(), "account": visitor.name, "handle": handle.hex()}
    return await _asked(request, devices, visitor, _ADD, content, options)


@router.post("/compte/acces")
async def add(request: Request) -> Response:
    """Keep the passkey that a device has made."""
    from webauthn import verify_registration_response
    from webauthn.helpers.exceptions import WebAuthnException

    devices, visitor = await devices_of(request), await member(request)
    form = await form_of(request, visitor)
    said = choose_language(request)
    asked = await to_thread.run_sync(devices.ceremonies.end, _ADD, request.cookies.get(FLOW, ""))
    if asked is None or asked["account"] != visitor.name:
        return await account_view(request, devices, visitor, error=gettext("Trop tard : recommencez.", said))
    try:
        made = verify_registration_response(
            credential=_told(form["credential"]),
            expected_challenge=bytes.fromhex(asked["challenge"]),
            expected_rp_id=_party(request),
            expected_origin=_origin(request),
            require_user_verification=True,
        )
        await to_thread.run_sync(
            devices.passkeys.add,
            visitor.name,
            form["nom-acces"] or gettext("Clé d’accès", said),
            made.credential_id,
            made.credential_public_key,
            made.sign_count,
            bytes.fromhex(asked["handle"]),
        )
    except AccountError as error:
        return await account_view(request, devices, visitor, error=error.told(said))
    except (WebAuthnException, ValueError):
        await note(devices, "create/passkey", visitor.name, None)
        error_said = gettext("Cette clé d’accès est refusée : sa réponse ne se vérifie pas.", said)
        return await account_view(request, devices, visitor, error=error_said)
    await note(devices, "create/passkey", visitor.name, visitor.account)
    return answer_to(visitor, request, RedirectResponse("/compte#acces", 303))


@router.post("/compte/acces/{id}/fin")
async def remove(request: Request, id: str) -> Response:
    """Remove one of one's own passkeys."""
    devices, visitor = await devices_of(request), await member(request)
    await form_of(request, visitor)
    if not await to_thread.run_sync(devices.passkeys.remove, visitor.name, id):
        raise PageError(404, N_("Vous n’avez pas de clé d’accès de ce nom."))
    await note(devices, "delete/passkey", visitor.name, visitor.account)
    return answer_to(visitor, request, RedirectResponse("/compte#acces", 303))


@router.post("/connexion/acces/debut")
async def begin_login(request: Request) -> Response:
    """Give what a device is asked for to prove that it is there: any passkey of this site."""
    from webauthn import generate_authentication_options
    from webauthn.helpers.structs import UserVerificationRequirement

    devices, visitor = await devices_of(request), await visitor_of(request)
    await form_of(request, visitor)
    await hold_back(request, devices.throttle, "passkey", most=_STARTS, seconds=WITHIN)
    options = generate_authentication_options(
        rp_id=_party(request), user_verification=UserVerificationRequirement.REQUIRED
    )
    return await _asked(request, devices, visitor, _LOGIN, {"challenge": options.challenge.hex()}, options)


@router.post("/connexion/acces")
async def login(request: Request) -> Response:
    """Log in the account of a passkey whose answer is verified."""
    devices, visitor = await devices_of(request), await visitor_of(request)
    form = await form_of(request, visitor)
    after = inside(form["after"])
    attempt = await hold_back(request, devices.throttle, "login", most=TRIES, seconds=WITHIN)
    asked = await to_thread.run_sync(devices.ceremonies.end, _LOGIN, request.cookies.get(FLOW, ""))
    account = None
    if asked is not None:
        challenge = bytes.fromhex(asked["challenge"])
        account = await to_thread.run_sync(_proven, request, devices, challenge, form["credential"])
    if account is None:
        await note(devices, "authenticate/passkey", "unknown", None)
        error = gettext("Cette clé d’accès n’ouvre aucun compte ici.", choose_language(request))
        return login_form(request, visitor, status=422, error=error, after=after)
    await to_thread.run_sync(devices.throttle.forget, attempt)
    secret = await to_thread.run_sync(devices.accounts.open_session, account)
    await note(devices, "authenticate/passkey", account.name, account)
    return entrance(request, visitor, account, secret, after)


def _proven(request: Request, devices: Devices, challenge: bytes, text: str) -> Account | None:
    """Give the account that a device's answer to a challenge opens, None for any other answer."""
    from webauthn import verify_authentication_response
    from webauthn.helpers import parse_authentication_credential_json
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        credential = parse_authentication_credential_json(_told(text))
        found = devices.passkeys.find(credential.raw_id)
        if found is None:
            return None
        account, passkey = found
        if credential.response.user_handle not in (None, passkey.handle):
            return None
        proof = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=_party(request),
            expected_origin=_origin(request),
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError):
        return None
    return account if devices.passkeys.note_use(passkey, proof.new_sign_count) else None


def _told(text: str) -> dict[str, Any]:
    """Read what a device answers; raises ValueError."""
    if len(text) > _LONGEST:
        raise ValueError("too long")
    said = json.loads(text)
    if not isinstance(said, dict):
        raise ValueError("not an object")
    return said


def _party(request: Request) -> str:
    party = relying_party(request)
    if party is None:
        raise PageError(403, N_("Les clés d’accès demandent que le site soit servi par https."))
    return party


def _origin(request: Request) -> str:
    address = urlsplit(public_base(request))
    return f"{address.scheme}://{address.netloc}"


def _descriptor(passkey: Passkey) -> PublicKeyCredentialDescriptor:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    return PublicKeyCredentialDescriptor(id=passkey.credential)


async def _asked(
    request: Request, devices: Devices, visitor: Visitor, kind: str, content: dict[str, str], options: Any
) -> Response:
    """Give the options as JSON, with the cookie of the ceremony."""
    from webauthn.helpers import options_to_json_dict

    secret = await to_thread.run_sync(devices.ceremonies.begin, kind, content)
    response = JSONResponse(options_to_json_dict(options))
    set_cookie(request, response, FLOW, secret, SECONDS)
    return answer_to(visitor, request, response)
