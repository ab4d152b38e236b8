"""What the desk's messages say; in French, since whom they go to has told no language."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ...loaders.desk.ledger import Ledger
from ...loaders.desk.outbox import Outbox
from ...loaders.desk.reminders import Digest, due
from ...loaders.operations.store import now
from ...words import N_, SOURCE, gettext, ngettext

INVENTED = N_("(demande inventée, pour l’exemple)")


def write_due(ledger: Ledger, outbox: Outbox, base_url: str) -> int:
    """Write the messages that are due now; give how many. Writing twice the same day writes nothing more."""
    digests = due(ledger, outbox.written(), now())
    for digest in digests:
        title, body = _LETTERS[digest.kind](digest, ledger, base_url)
        outbox.write(digest.recipient, digest.contact, digest.kind, title, body)
    return len(digests)


def _to_candidate(digest: Digest, ledger: Ledger, base_url: str) -> tuple[str, str]:
    title = ngettext(
        "{n} demande attend votre réponse", "{n} demandes attendent votre réponse", len(digest.needs), SOURCE
    )
    lines = [
        ngettext(
            "- « {title} », à {place}, depuis {n} jour",
            "- « {title} », à {place}, depuis {n} jours",
            days,
            SOURCE,
            title=ledger.needs[id].title,
            place=ledger.needs[id].place,
        )
        + (f" {INVENTED[SOURCE]}" if ledger.needs[id].illustrative else "")
        for id, days in digest.needs
    ]
    return title, _letter(
        gettext("Bonjour,", SOURCE),
        gettext("Le guichet vous a transmis ceci, qui attend une réponse :", SOURCE),
        "\n".join(lines),
        gettext(
            "Répondez au guichet : vous prenez en charge, ce n’est pas pour vous, ou vous n’avez pas d’aide disponible. "
            "Un refus aide autant qu’un accord : la demande va alors à quelqu’un d’autre.",
            SOURCE,
        ),
        base_url and f"{base_url}/connexion",
    )


def _to_requester(digest: Digest, ledger: Ledger, base_url: str) -> tuple[str, str]:
    need = ledger.needs[digest.needs[0][0]]
    return gettext("Votre demande reste sans réponse", SOURCE), _letter(
        gettext("Bonjour,", SOURCE),
        gettext(
            "Depuis {days} jours, aucun de ceux que le guichet a sollicités pour « {title} » n’a répondu. Nous ne les relançons "
            "plus. Votre demande reste comptée : elle dit ce qui manque sur le territoire.",
            SOURCE,
            days=digest.needs[0][1],
            title=need.title,
        ),
        INVENTED[SOURCE] if need.illustrative else "",
        gettext("Vous pouvez la relire ou la retirer à l’adresse privée que vous avez gardée.", SOURCE),
    )


def _judgement(digest: Digest, ledger: Ledger, base_url: str) -> tuple[str, str]:
    need = ledger.needs[digest.needs[0][0]]
    return gettext("Qu’est devenue votre demande ?", SOURCE), _letter(
        gettext("Bonjour,", SOURCE),
        gettext(
            "Votre demande « {title} » est close depuis {days} jours. Dites en trois réponses si cela vous a été utile, à "
            "l’adresse privée que vous avez gardée.",
            SOURCE,
            title=need.title,
            days=digest.needs[0][1],
        ),
        INVENTED[SOURCE] if need.illustrative else "",
    )


def _letter(*parts: str) -> str:
    return "\n\n".join(part for part in (*parts, gettext("Le guichet", SOURCE)) if part) + "\n"


_LETTERS: Mapping[str, Callable[[Digest, Ledger, str], tuple[str, str]]] = {
    "candidate": _to_candidate,
    "requester": _to_requester,
    "judgement": _judgement,
}
