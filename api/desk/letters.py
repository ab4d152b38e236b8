"""What the desk's messages say: to who filed a request in the language of its page, to others, who told none, in French."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from ...loaders.desk.acts import CONTACT_DAYS
from ...loaders.desk.ledger import Ledger
from ...loaders.desk.outbox import PRIVATE, Outbox, Receipt
from ...loaders.desk.reminders import Digest, due
from ...loaders.operations.store import moment, now, utc
from ...words import N_, SOURCE, gettext, ngettext
from ...words.numbers import date

INVENTED = N_("(demande inventée, pour l’exemple)")


def write_due(ledger: Ledger, outbox: Outbox, base_url: str) -> int:
    """Write the messages that are due now; give how many. Writing twice the same day writes nothing more."""
    digests = due(ledger, outbox.written(), now())
    spoken = outbox.languages(digest.contact for digest in digests)
    for digest in digests:
        language = spoken.get(digest.contact, SOURCE)
        title, body = _LETTERS[digest.kind](digest, ledger, base_url, language)
        outbox.write(digest.recipient, digest.contact, digest.kind, title, body)
    return len(digests)


def _to_candidate(digest: Digest, ledger: Ledger, base_url: str, language: str) -> tuple[str, str]:
    title = ngettext(
        "{n} demande attend votre réponse",
        "{n} demandes attendent votre réponse",
        len(digest.needs),
        language,
    )
    lines = [
        ngettext(
            "- « {title} », à {place}, depuis {n} jour",
            "- « {title} », à {place}, depuis {n} jours",
            days,
            language,
            title=ledger.needs[id].title,
            place=ledger.needs[id].place,
        )
        + (f" {INVENTED[language]}" if ledger.needs[id].illustrative else "")
        for id, days in digest.needs
    ]
    return title, _letter(
        gettext("Bonjour,", language),
        gettext("Le guichet vous a transmis ceci, qui attend une réponse :", language),
        "\n".join(lines),
        gettext(
            "Répondez au guichet : vous prenez en charge, ce n’est pas pour vous, ou vous n’avez pas d’aide disponible. "
            "Un refus aide autant qu’un accord : la demande va alors à quelqu’un d’autre.",
            language,
        ),
        base_url and f"{base_url}/connexion",
        language=language,
    )


def _to_requester(digest: Digest, ledger: Ledger, base_url: str, language: str) -> tuple[str, str]:
    need = ledger.needs[digest.needs[0][0]]
    return gettext("Votre demande reste sans réponse", language), _letter(
        gettext("Bonjour,", language),
        gettext(
            "Depuis {days} jours, aucun de ceux que le guichet a sollicités pour « {title} » n’a répondu. Nous ne les relançons "
            "plus. Votre demande reste comptée : elle dit ce qui manque sur le territoire.",
            language,
            days=digest.needs[0][1],
            title=need.title,
        ),
        INVENTED[language] if need.illustrative else "",
        gettext("Vous pouvez la relire ou la retirer à l’adresse privée que vous avez gardée.", language),
        language=language,
    )


def _judgement(digest: Digest, ledger: Ledger, base_url: str, language: str) -> tuple[str, str]:
    need = ledger.needs[digest.needs[0][0]]
    return gettext("Qu’est devenue votre demande ?", language), _letter(
        gettext("Bonjour,", language),
        gettext(
            "Votre demande « {title} » est close depuis {days} jours. Dites en trois réponses si cela vous a été utile, à "
            "l’adresse privée que vous avez gardée.",
            language,
            title=need.title,
            days=digest.needs[0][1],
        ),
        INVENTED[language] if need.illustrative else "",
        language=language,
    )


def receipt(number: str, chosen: Sequence[tuple[str, str]], private: str, language: str) -> Receipt:
    """Write what tells a visitor that a request is kept: its number, what was `chosen` from lists, where it is followed.

    Nothing that was typed is in it: anybody can give the address of somebody else. `private` is empty where the site's own
    address is not set, since what a request says of it may be forged.
    """
    at = now()
    until = utc(moment(at) + timedelta(days=CONTACT_DAYS))
    return Receipt(
        gettext("Votre demande au guichet est enregistrée (n° {number})", language, number=number),
        _letter(
            gettext("Bonjour,", language),
            gettext(
                "Le guichet a reçu le {day} une demande qui donne cette adresse électronique. Il la lit et vous répond ; rien "
                "n’en est public avant.",
                language,
                day=date(at, language),
            ),
            "\n".join(
                name + gettext(" : ", language) + value
                for name, value in ((gettext("Numéro", language), number), *chosen)
                if value
            ),
            gettext(
                "Vous la relisez, la suivez et la retirez à cette adresse privée. Gardez-la pour vous :",
                language,
            )
            + f"\n{PRIVATE}"
            if private
            else gettext(
                "Vous la relisez, la suivez et la retirez à l’adresse privée que la page vous a donnée.",
                language,
            ),
            gettext(
                "Ce que vous avez écrit et vos coordonnées sont gardés, chiffrés, jusqu’au {day} au plus ; retirer la demande "
                "les efface tout de suite.",
                language,
                day=date(until, language),
            ),
            gettext(
                "Vous n’avez rien demandé ? Quelqu’un a donné votre adresse : retirez la demande, ou laissez ce message.",
                language,
            ),
            language=language,
        ),
        private,
    )


def _letter(*parts: str, language: str) -> str:
    return "\n\n".join(part for part in (*parts, gettext("Le guichet", language)) if part) + "\n"


_LETTERS: Mapping[str, Callable[[Digest, Ledger, str, str], tuple[str, str]]] = {
    "candidate": _to_candidate,
    "requester": _to_requester,
    "judgement": _judgement,
}
