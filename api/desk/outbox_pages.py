"""The desk's messages: what is due is written, what is written is read, and what has an address is sent."""

from __future__ import annotations

from collections.abc import Sequence

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from ...loaders.desk.ledger import Ledger, Need
from ...loaders.desk.outbox import RECEIPT, Letter, Server, WrongServer
from ...loaders.operations.roles import Act
from ...words import N_, SOURCE, Spoken, gettext
from ..accounts.visitor import Visitor, allowed, answer_to, devices_page, form_of
from ..reading.publication import client_of
from ..web.negotiation import Language
from ..web.page_error import PageError
from ..web.page_language import choose_language
from .letters import INVENTED, SEVERAL, write_due
from .running import DESK, Desk, done_text

router = APIRouter(include_in_schema=False)
_KINDS: dict[str, Spoken] = {
    "candidate": N_("Relance"),
    "recalled": N_("Sollicitation annulée"),
    "declined": N_("Non retenue"),
    "requester": N_("Sans réponse"),
    "judgement": N_("Avis demandé"),
    SEVERAL: N_("Relance et suites"),
    RECEIPT: N_("Accusé de réception"),
}
_DONE: dict[str, Spoken] = {
    "ecriture": N_("C’est fait : ce qui est dû est écrit."),
    "depart": N_("C’est fait : ce qui pouvait partir est parti."),
}
"""What is said once an act is done, on the page that it leads to."""


@router.get("/guichet/envois")
async def outbox_page(request: Request) -> Response:
    """Show the messages; addresses are not shown, only whether one is known."""
    visitor, desk = await allowed(request, Act.WRITE), await DESK.read(request)
    return await _page(request, desk, visitor)


@router.post("/guichet/envois/{act}")
async def write(request: Request, act: str) -> Response:
    """Write what is due, or send what waits."""
    visitor, desk = await allowed(request, Act.WRITE), await DESK.read(request)
    await form_of(request, visitor)
    if act == "ecriture":
        await to_thread.run_sync(write_due, desk.ledger, desk.outbox, desk.settings.base_url)
    elif act == "depart" and desk.settings.smtp is not None and desk.settings.sender:
        try:
            server = Server.parse(desk.settings.smtp.get_secret_value())
        except WrongServer as error:
            raise PageError.of(error, 409) from error
        counts = await to_thread.run_sync(desk.outbox.send, server, desk.settings.sender)
        await to_thread.run_sync(
            lambda: desk.devices.audit.add(
                "send/messages", visitor.name, str(counts["sent"]), role=visitor.role.value
            )
        )
    else:
        raise PageError(404, N_("Rien ne porte cette adresse."))
    return answer_to(visitor, request, RedirectResponse(f"/guichet/envois?done={act}", 303))


async def _recipient(request: Request, whom: Need | str, said: Language) -> str:
    """Say to whom a message goes: an organisation by its name, who filed a request by that alone."""
    if isinstance(whom, Need):
        return gettext("au demandeur de « {title} »", said, title=whom.title or whom.number)
    if "/" not in whom:
        return gettext("à une personne dont l’adresse n’est plus gardée", said)
    name: str = await request.app.state.places.organization(whom, client_of(request))
    return gettext("à {name}", said, name=name)


def _recipients(ledger: Ledger, letters: Sequence[Letter]) -> dict[int, Need | str]:
    """Find to whom messages went, by their numbers: the need of who filed it, or the path of an organisation."""
    owners: dict[str, Need | str] = {}
    for need in [*ledger.needs.values()]:
        owners.update((match.contact, match.provider) for match in need.matches.values())
        owners[need.contact] = need
    owners.update((offer.contact, offer.organization) for offer in [*ledger.offers.values()])
    owners[""] = ""
    return {
        one.id: ledger.needs.get(one.recipient.rpartition("/")[0]) or owners.get(one.contact) or one.recipient
        for one in letters
    }


async def _page(request: Request, desk: Desk, visitor: Visitor) -> Response:
    said = choose_language(request)
    letters = await to_thread.run_sync(desk.outbox.letters)
    recipients = _recipients(desk.ledger, letters)
    whom = {id: await _recipient(request, one, said) for id, one in recipients.items()}
    return devices_page(
        request,
        visitor,
        "desk_outbox.html",
        done_text=done_text(request, _DONE),
        letters=letters,
        whom=whom,
        invented=INVENTED[SOURCE],
        kinds_of={kind: words[said] for kind, words in _KINDS.items()},
        server=desk.settings.smtp is not None and bool(desk.settings.sender),
        waiting=sum(1 for letter in letters if not letter.sent and letter.address),
        trail=[("/guichet", gettext("Tableau de bord", said)), (None, gettext("Messages", said))],
    )
