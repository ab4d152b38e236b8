"""The fields of the desk's forms: what each may hold, and the sentence beside the field where it may not."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from anyio import to_thread
from fastapi import Request

from ...graph.pool.blocking import NoSnapshot, PoolBusy, QueryTimeout
from ...graph.region.names import SharedName, UnknownName
from ...graph.region.view import RegionView
from ...graph.suggestions.directory import Directory
from ...loaders.filieres.files import SHIPPED, filiere_folders, read_filieres
from ...loaders.operations.accounts import Account
from ...loaders.read.persons import names_anybody
from ...loaders.register.identifiers import is_sound
from ...ontology.labels import Term, concepts
from ...ontology.refusals import NO_SIREN, OF_FIELDS
from ...ontology.vocabulary import ID
from ...words import N_, Said, Spoken, first_upper, gettext
from ...words.numbers import date as words_of_date
from ..accounts.visitor import Form
from ..labels.wording import concept_name, options
from ..reading.publication import client_of
from ..web.page_language import choose_language

SHORTEST, LONGEST = 20, 3000
"""Characters of what a request says."""
_EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_DAY = re.compile(r"([0-3]?[0-9])[/.]([01]?[0-9])[/.]([0-9]{4})", re.ASCII)
_DAYS = re.compile(
    r"(?<!\d)(?:(?P<day>\d{1,2})[/.](?P<month>\d{1,2})[/.](?P<year>\d{4})|(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2}))(?!\d)",
    re.ASCII,
)
_DATE = 40
_BEHIND, _AHEAD = 366, 731
"""Days before and after now within which what is agreed begins."""
_SHOWN = 100
"""Rows of a page."""
_PAGE = re.compile(r"[1-9][0-9]{0,5}")
_QUOTED = 60
"""Characters of a text that an error repeats."""
NAMES_NOBODY = N_("Ce champ est public : retirez-en le nom de personne, le courriel ou le téléphone.")
T = TypeVar("T")
Groups = list[tuple[str, list[tuple[str, str]]]]

KINDS: tuple[tuple[Spoken, tuple[str, ...]], ...] = (
    (N_("Accueillir un étudiant"), ("territorial-internship", "internship", "work-study", "tutored-project", "cifre-thesis")),
    (
        N_("Faire étudier une question"),
        ("territorial-diagnosis", "teaching-workshop", "expert-assignment", "policy-evaluation",
         "junior-enterprise-mission", "research-contract", "participatory-research", "living-lab"),
    ),
    (N_("Utiliser un équipement, des données"), ("platform-access", "testing-service", "data-sharing", "facility-opening")),
    (
        N_("Faire venir la science"),
        ("public-lecture", "science-event", "school-outreach", "citizen-debate", "guest-lecture"),
    ),
    (N_("Se former, entreprendre"), ("continuing-education", "student-entrepreneurship", "incubation", "programme-codesign")),
)  # fmt: skip
"""What is asked for most, in the words of who asks; the desk may class a request under any other type."""


@dataclass
class Checked:
    """What a form says, once checked: its `values`, and `errors` by field."""

    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, Spoken] = field(default_factory=dict)

    def faults(self, language: str) -> dict[str, str]:
        """Say the errors in a language, by field."""
        return {name: words[language] for name, words in self.errors.items()}

    def text(self, form: Form, name: str, least: int, most: int, missing: Spoken) -> str:
        """Take a text of a length."""
        value = self.values[name] = form[name][: most + 1]
        if len(value) < least:
            self.errors[name] = (
                missing
                if not value or least == 1
                else N_("Dites-en un peu plus : {least} caractères au moins.", least=least)
            )
        elif len(value) > most:
            self.errors[name] = N_("C’est trop long : {most} caractères au plus.", most=most)
        return value

    def public(
        self, form: Form, name: str, least: int, most: int, missing: Spoken, *, sentence: bool = True
    ) -> str:
        """Take a text of a length that everyone will read: nobody's name, e-mail or telephone; else as a name of a structure."""
        value = self.text(form, name, least, most, missing)
        if name not in self.errors and names_anybody(value, sentence=sentence):
            self.errors[name] = NAMES_NOBODY
        return value

    def choice(
        self,
        form: Form,
        name: str,
        allowed: Mapping[str, object],
        *,
        required: bool = False,
        wrong: Spoken | None = None,
    ) -> str:
        """Take one of some values, or none; `wrong` is said of another, in the place of what shapes say by the field's name."""
        value = self.values[name] = form[name]
        if (value and value not in allowed) or (required and not value):
            shown = OF_FIELDS.get(name, N_("Choisissez dans la liste."))
            self.errors[name] = shown if wrong is None else wrong
        return value

    def day(self, form: Form, name: str, *, required: bool = False) -> str:
        """Take a date, `2027-03-15` or `15/03/2027`; it is kept as the first."""
        value = self.values[name] = form[name][:_DATE]
        if (
            parts := _DAY.fullmatch(value)
        ) is not None:  # as people write it where a browser shows no calendar
            value = self.values[name] = f"{parts[3]}-{int(parts[2]):02}-{int(parts[1]):02}"
        if not value and not required:
            return ""
        try:
            day = date.fromisoformat(value)
        except ValueError:
            self.errors[name] = OF_FIELDS.get(name, N_("Écrivez une date qui existe, comme 15/03/2027."))
            return value
        if not 2000 <= day.year <= 2100:
            self.errors[name] = N_("Écrivez une date entre 2000 et 2100, comme 15/03/2027.")
        self.values[name] = day.isoformat()
        return self.values[name]

    def near(self, name: str) -> None:
        """Refuse a date of a field, where it is one, that is not from a year ago to two years ahead: it would be a slip."""
        value, now = self.values[name], datetime.now(UTC).date()
        first, last = (now + timedelta(days=days) for days in (-_BEHIND, _AHEAD))
        if name not in self.errors and value and not first.isoformat() <= value <= last.isoformat():
            self.errors[name] = N_(
                "Écrivez une date du {first} au {last}.",
                first=Said(words_of_date, (first.isoformat(),)),
                last=Said(words_of_date, (last.isoformat(),)),
            )

    def dates(self, text: str, name: str) -> None:
        """Refuse a text in which a day is written (`15/03/2027`, `2027-03-15`) that no calendar has."""
        for day in _DAYS.finditer(text):
            try:
                date(
                    *(
                        int(part)
                        for part in (
                            day["year"] or day["y"],
                            day["month"] or day["m"],
                            day["day"] or day["d"],
                        )
                    )
                )
            except ValueError:
                self.errors[name] = N_(
                    "Le {day} n’existe pas : écrivez une date comme 15/03/2027.", day=day[0]
                )

    def count(self, form: Form, name: str, most: int) -> str:
        """Take a number of things, 0 where none is written."""
        value = self.values[name] = form[name][:_DATE] or "0"
        if not re.fullmatch(r"[0-9]{1,9}", value) or int(value) > most:
            self.errors[name] = N_("Écrivez un nombre, de 0 (sans limite) à {most}.", most=most)
        return value

    def number(self, form: Form, name: str, least: int, most: int) -> int:
        """Take a whole number; the least where it is none."""
        value = self.values[name] = form[name][:12]
        if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
            self.errors[name] = N_("Écrivez un nombre entier, de {least} à {most}.", least=least, most=most)
            return least
        return int(value)

    def flag(self, form: Form, name: str) -> bool:
        """Take a box that is ticked or not."""
        self.values[name] = "true" if form[name] == "true" else ""
        return bool(self.values[name])

    def email(self, form: Form, name: str, *, required: bool = False) -> str:
        """Take an address of e-mail."""
        value = self.values[name] = form[name]
        if (value or required) and (len(value) > 200 or not _EMAIL.fullmatch(value)):
            self.errors[name] = N_("Écrivez une adresse électronique, comme mairie@exemple.fr.")
        return value

    def siren(self, form: Form, name: str) -> str:
        """Take the number of a structure, or none: its last digit checks the others."""
        value = self.values[name] = re.sub(r"\s", "", form[name])
        if value and not is_sound("siren", value):
            self.errors[name] = NO_SIREN
        return value


def types(language: str) -> Groups:
    """List what is asked for most, by group."""
    return [
        (title[language], [(path(name), concept_name(path(name), language)) for name in names])
        for title, names in KINDS
    ]


def all_types() -> Mapping[str, Term]:
    """Give every type of interaction by its path."""
    return {path(name): term for name, term in concepts("interaction-type").items()}


def path(name: str) -> str:
    """Give the path of a type of interaction."""
    return f"interaction-type/{name}"


def modes() -> Mapping[str, Term]:
    """Give the ways to do something together by their paths."""
    return {f"attendance-mode/{name}": term for name, term in concepts("attendance-mode").items()}


async def subjects(request: Request, language: str) -> list[tuple[str, str]]:
    """List the filières that are declared, by path and name: no form waits for the graph to be read."""
    folders = filiere_folders(request.app.state.settings.data_dir)
    filieres, _ = await to_thread.run_sync(read_filieres, SHIPPED, *folders)
    named = [
        (f"value-chain/{one.id}", first_upper(one.title.get(language, one.title["fr"]))) for one in filieres
    ]
    return sorted(named, key=lambda pair: pair[1])


async def topics(request: Request, language: str, *, wait: bool = False) -> Groups:
    """List what a request, an offer or an event may be about: filières, and scientific domains where the graph has some.

    No form waits until the graph is read to be shown; what it sends is checked against all (`wait`).
    """
    domains = await request.app.state.places.domains(wait=wait)
    groups = [
        (gettext("Filières", language), await subjects(request, language)),
        (
            gettext("Domaines scientifiques", language),
            sorted(options(domains, language), key=lambda pair: pair[1]),
        ),
    ]
    return [(title, found) for title, found in groups if found]


async def topic_names(request: Request, language: str) -> dict[str, str]:
    """Name them by path."""
    return {path: name for _, found in await topics(request, language, wait=True) for path, name in found}


async def named_topics(request: Request, about: Sequence[str], language: str) -> str:
    """Name what a request is about in one text; empty where it says nothing, or nothing that is known."""
    names = await topic_names(request, language) if about else {}
    return ", ".join(names[path] for path in about if path in names)


async def own_organization(request: Request, account: Account | None) -> str:
    """Name the organisation of an account; "" without one."""
    if account is None or not account.organization:
        return ""
    name: str = await request.app.state.places.organization(account.organization, client_of(request))
    return name


async def find_place(request: Request, checked: Checked, name: str, text: str) -> tuple[str, str]:
    """Find the territory that a text names: its path and name; two empty texts, and an error, where there is none."""
    checked.values[name] = text
    if not text:
        checked.errors[name] = N_("Dites où : une commune, une intercommunalité, un département.")
        return "", ""
    try:
        territory = await request.app.state.places.territory(text[:200])
    except (NoSnapshot, PoolBusy, QueryTimeout):
        checked.errors[name] = N_(
            "La liste des territoires n’est pas prête. Ce que vous avez écrit est gardé ici : renvoyez dans une minute."
        )
        return "", ""
    except UnknownName as error:
        text = text[:_QUOTED] + "…" * (len(text) > _QUOTED)
        near = ", ".join(
            [await precise_place(request, iri.removeprefix(ID), label) for label, iri in error.nearest]
        )
        checked.errors[name] = (
            N_(
                "Plusieurs s’appellent « {text} » ; écrivez l’un d’eux en entier : {near}.",
                text=text,
                near=near,
            )
            if isinstance(error, SharedName)
            else N_("« {text} » n’est pas connu ici. Vouliez-vous dire {near} ?", text=text, near=near)
            if near
            else N_(
                "« {text} » n’est pas connu ici : une commune, une intercommunalité ou un département.",
                text=text,
            )
        )
        return "", ""
    return territory.id, territory.label


async def find_organization(request: Request, checked: Checked, text: str) -> tuple[str, str]:
    """Find the organisation that a text names, or whose code or path it is: its path and name; two empty texts, and an error."""

    def find(view: RegionView) -> tuple[str, str]:
        who = Directory.of(view)
        path = text if text in who.kind else who.find(text)
        return path, who.label(path)

    checked.values["organization"] = text
    if not text:
        checked.errors["organization"] = N_(
            "Dites laquelle : le nom ou le code d’une organisation que le graphe connaît."
        )
        return "", ""
    try:
        found: tuple[str, str] = await request.app.state.analyses.run(find, client=client_of(request))
    except (UnknownName, SharedName, NoSnapshot, PoolBusy, QueryTimeout) as error:
        checked.errors["organization"] = error.message
        return "", ""
    return found


async def precise_place(request: Request, path: str, label: str) -> str:
    """Write a territory, of a path and a label, with what tells it from its homonyms: the form finds it again by that."""
    told: str = await request.app.state.places.precise(path, label, choose_language(request))
    return told


def answers_for(account: Account | None, provider: str) -> bool:
    """Tell whether an account answers for an organisation."""
    return account is not None and bool(account.organization) and account.organization == provider


def page_of(request: Request, rows: Sequence[T]) -> tuple[Sequence[T], dict[str, Any]]:
    """Give the rows of the page that is asked for, a hundred at most, with `page_no` and `pages` for its links."""
    asked = request.query_params.get("page", "")
    place = int(asked) if _PAGE.fullmatch(asked) else 1
    return rows[_SHOWN * (place - 1) : _SHOWN * place], {"page_no": place, "pages": -(-len(rows) // _SHOWN)}
