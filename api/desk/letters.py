"""What the desk's messages say: to who filed a request in the language of its page, to others, who told none, in French."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta

from ...loaders.desk.acts import CONTACT_DAYS
from ...loaders.desk.ledger import Ledger, Need
from ...loaders.desk.outbox import PRIVATE, Outbox, Receipt
from ...loaders.desk.reminders import Digest, due
from ...loaders.operations.store import moment, now, utc
from ...words import N_, NN_, SOURCE, Spoken, gettext, ngettext
from ...words.numbers import date

INVENTED = N_("(demande inventée, pour l’exemple)")
SEVERAL = "several"
"""The kind of a message that tells of several things."""


def write_due(ledger: Ledger, outbox: Outbox, base_url: str) -> int:
    """Write the messages that are due now; give how many. Writing twice the same day writes nothing more."""
    at = now()
    digests = due(ledger, outbox.people, outbox.written(), at, outbox.reminded())
    spoken = outbox.languages(digest.contact for digest in digests)
    asked = {id for digest in digests for kind in _OF_REQUESTERS for id, _ in digest.needs.get(kind, ())}
    places = outbox.places(ledger.needs[id].contact for id in asked)
    for digest in digests:
        language = spoken.get(digest.contact, SOURCE)
        kinds = list(digest.needs)
        title = " · ".join(_TITLES[kind](len(digest.needs[kind]))[language] for kind in kinds)
        parts = [part for kind in kinds for part in _part(kind, digest, ledger, places, base_url, language)]
        body = _letter(gettext("Bonjour,", language), *parts, language=language)
        kind = kinds[0] if len(kinds) == 1 else SEVERAL
        outbox.write(digest.recipient, digest.contact, kind, title, body, at=at)
    return len(digests)


def _part(
    kind: str, digest: Digest, ledger: Ledger, places: Mapping[str, str], base_url: str, language: str
) -> Iterator[str]:
    """Give the paragraphs of a letter about the needs of a kind; `places` stand for the private addresses that are known."""
    before, after, without = _AROUND[kind]
    links = {id: places.get(ledger.needs[id].contact, "") for id, _ in digest.needs[kind]}
    known = kind in _OF_REQUESTERS and all(links.values())
    yield before[language]
    yield "\n".join(
        _line(kind, ledger.needs[id], days, language)
        + (f" {INVENTED[language]}" if ledger.needs[id].illustrative else "")
        + (f"\n  {links[id]}" if kind in _OF_REQUESTERS and links[id] else "")
        for id, days in digest.needs[kind]
    )
    yield (after if known else without)[language]
    yield f"{base_url}/connexion" if base_url and kind == "candidate" else ""


def _line(kind: str, need: Need, days: int, language: str) -> str:
    """Name a need: by its number where it has no public title, since what was typed is in no letter."""
    if kind == "recalled":
        return gettext("- « {title} » ({place})", language, title=need.title, place=need.place)
    if kind == "declined":
        known = need.title and gettext("« {title} » ({place})", language, title=need.title, place=need.place)
        return f"- {known or gettext('n° {number}', language, number=need.number)}"
    return ngettext(
        "- « {title} » ({place}), depuis {n} jour",
        "- « {title} » ({place}), depuis {n} jours",
        days,
        language,
        title=need.title,
        place=need.place,
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


_TITLES: Mapping[str, Callable[[int], Spoken]] = {
    "candidate": lambda n: NN_("{n} demande attend votre réponse", "{n} demandes attendent votre réponse", n),
    "recalled": lambda n: NN_(
        "{n} demande n’attend plus rien de vous", "{n} demandes n’attendent plus rien de vous", n
    ),
    "declined": lambda n: NN_(
        "Votre demande n’est pas retenue", "{n} de vos demandes ne sont pas retenues", n
    ),
    "requester": lambda n: NN_(
        "Votre demande reste sans réponse", "{n} de vos demandes restent sans réponse", n
    ),
    "judgement": lambda n: NN_(
        "Qu’est devenue votre demande ?", "Que sont devenues {n} de vos demandes ?", n
    ),
}
_OF_REQUESTERS = ("declined", "requester", "judgement")
"""Kinds of letters to who filed a request, who has a private address."""
_ANSWER = N_(
    "Répondez au guichet : vous prenez en charge, ce n’est pas pour vous, ou vous n’avez pas d’aide disponible. "
    "Un refus aide autant qu’un accord : la demande va alors à quelqu’un d’autre."
)
_NOTHING = N_("Vous n’avez rien à faire ni à répondre. Merci d’y avoir prêté attention.")
_AROUND: Mapping[str, tuple[Spoken, Spoken, Spoken]] = {
    "candidate": (
        N_("Le guichet vous a transmis ceci, qui attend une réponse :"),
        _ANSWER,
        _ANSWER,
    ),
    "recalled": (
        N_("Le guichet vous avait transmis ceci, et ne vous le demande plus :"),
        _NOTHING,
        _NOTHING,
    ),
    "declined": (
        N_("Le guichet n’a pas retenu :"),
        N_("Il dit pourquoi à l’adresse privée ci-dessus, où vous pouvez aussi tout effacer."),
        N_("Il dit pourquoi à l’adresse privée que vous avez gardée, où vous pouvez aussi tout effacer."),
    ),
    "requester": (
        N_("De ceux que le guichet a sollicités, aucun n’a proposé d’aide, et un au moins n’a pas répondu :"),
        N_(
            "Nous ne les relançons plus. Une demande sans réponse reste comptée : elle dit ce qui manque sur le territoire. "
            "Vous pouvez la relire ou la retirer à son adresse privée, ci-dessus."
        ),
        N_(
            "Nous ne les relançons plus. Une demande sans réponse reste comptée : elle dit ce qui manque sur le territoire. "
            "Vous pouvez la relire ou la retirer à l’adresse privée que vous avez gardée."
        ),
    ),
    "judgement": (
        N_("C’est clos au guichet :"),
        N_("Dites en trois réponses si cela vous a été utile, à l’adresse privée ci-dessus."),
        N_(
            "Dites en trois réponses si cela vous a été utile, à l’adresse privée que vous avez gardée de chaque demande."
        ),
    ),
}
"""What a letter says before the needs of a kind, and after them: with the private address of each, and without."""
