"""The forms of posts and of wishes: what each field may hold, and the sentence beside it where it may not."""

from __future__ import annotations

from fastapi import Request

from ...graph.internships.posts import TYPES, Post, Wish
from ...graph.internships.programmes import Programme, find_programme
from ...graph.pool.blocking import NoSnapshot, PoolBusy, QueryTimeout
from ...graph.region.names import UnknownName
from ...graph.region.view import RegionView
from ...graph.suggestions.directory import Directory
from ...loaders.operations.roles import Act
from ...ontology.labels import concepts
from ...ontology.refusals import END_FIRST
from ...words import N_
from ..accounts.visitor import Form, Visitor
from ..desk.asked import Checked, find_place, modes, own_organization, subjects
from ..labels.wording import concept_name, options
from ..reading.publication import client_of
from ..web.negotiation import Language
from ..web.page_language import choose_language

_REACH = 200
"""Kilometres beyond which nobody goes each day."""
_SEATS = 500


def types_of(said: Language) -> list[tuple[str, str]]:
    """List the types of internships and of work-study, by path and name."""
    return [(path, concept_name(path, said)) for path in TYPES]


def families(said: Language) -> list[tuple[str, str]]:
    """List the families of occupations, by path and name."""
    families = {f"fap/{name}": term for name, term in concepts("fap").items()}
    return sorted(options(families, said), key=lambda pair: pair[1])


async def subject_names(request: Request, said: Language) -> dict[str, str]:
    """Name what a post may be about: families of occupations, then filières, by path."""
    return {**dict(families(said)), **dict(await subjects(request, said))}


async def checked_post(request: Request, visitor: Visitor, form: Form) -> tuple[Checked, Post]:
    """Check the form of a post; the post is to be kept where no field is wrong."""
    said, checked = choose_language(request), Checked()
    checked.public(form, "title", 5, 140, N_("Écrivez ce que fera le stagiaire ou l’alternant."))
    checked.choice(form, "type", dict(types_of(said)), required=True)
    checked.choice(form, "about", await subject_names(request, said))
    checked.choice(form, "mode", modes(), required=True)
    place, label = await commune(request, checked, "where", form["where"])
    relay = await commune(request, checked, "relay", form["relay"]) if form["relay"] else ("", "")
    checked.values["relay"] = form["relay"]
    period(checked, form)
    seats = checked.number(form, "seats", 1, _SEATS)
    checked.flag(form, "housing")
    checked.flag(form, "transport")
    host, path = await host_of(request, visitor, checked, form)
    values = checked.values
    return checked, Post(
        "", values["title"], values["type"], host, place, label, path,
        (values["about"],) if values["about"] else (), values["start"], values["end"], values["mode"],
        seats, bool(values["housing"]), bool(values["transport"]), relay[0],
    )  # fmt: skip


async def checked_wish(request: Request, visitor: Visitor, form: Form) -> tuple[Checked, Wish]:
    """Check the form of a wish; the wish is to be kept where no field is wrong."""
    said, checked = choose_language(request), Checked()
    checked.choice(form, "type", dict(types_of(said)), required=True)
    checked.choice(form, "mode", modes())
    period(checked, form)
    seats = checked.number(form, "seats", 1, _SEATS)
    reach = checked.number(form, "reach", 0, _REACH)
    hybrid = checked.number(form, "reach_hybrid", 0, _REACH) if form["reach_hybrid"] else reach
    checked.values["reach_hybrid"] = form["reach_hybrid"]
    checked.flag(form, "moves")
    checked.flag(form, "drives")
    if hybrid < reach:
        checked.errors["reach_hybrid"] = N_(
            "Écrivez une distance au moins aussi grande que celle de chaque jour."
        )
    own = visitor.account.organization if visitor.account and not visitor.may(Act.MATCH) else ""
    programme, name = await programme_of(request, checked, form["programme"], own or "")
    values = checked.values
    return checked, Wish(
        "", programme.label, values["type"], programme.path, name, programme.institution, programme.places,
        programme.subjects, values["start"], values["end"], values["mode"], seats, float(reach), float(hybrid),
        bool(values["moves"]), bool(values["drives"]),
    )  # fmt: skip


def period(checked: Checked, form: Form, *, required: bool = False) -> None:
    """Check the first and the last day of a form."""
    start, end = (checked.day(form, name, required=required) for name in ("start", "end"))
    if start and end and end < start and "end" not in checked.errors:
        checked.errors["end"] = END_FIRST


async def commune(request: Request, checked: Checked, name: str, text: str) -> tuple[str, str]:
    """Find the commune that a text names: its path and name; two empty texts, and an error, where there is none."""
    path, label = await find_place(request, checked, name, text)
    if path and not path.startswith("territory/commune/"):
        checked.errors[name] = N_("Dites la commune : {place} en a plusieurs.", place=label)
        return "", ""
    return path, label


async def host_of(request: Request, visitor: Visitor, checked: Checked, form: Form) -> tuple[str, str]:
    """Give the name and path of who hosts: the account's own organisation, or for the desk whom its form names."""
    own = visitor.account.organization if visitor.account else None
    if own and not visitor.may(Act.MATCH):
        return await own_organization(request, visitor.account), own
    name = checked.public(form, "host", 1, 140, N_("Dites qui accueille."), sentence=False)
    siren = checked.siren(form, "siren")
    return name, f"organization/{siren}" if siren else ""


async def programme_of(request: Request, checked: Checked, text: str, own: str) -> tuple[Programme, str]:
    """Find the programme that a form names, of an institution (its path) where one is given, and the name of who offers it."""
    checked.values["programme"] = text
    none = Programme("", text, "", (), ()), ""
    if not text:
        checked.errors["programme"] = N_("Écrivez le nom ou le code d’une formation que le graphe connaît.")
        return none

    def find(view: RegionView) -> tuple[Programme, str]:
        found = find_programme(view, text[:300], own)
        return found, Directory.of(view).label(found.institution) if found.institution else ""

    try:
        programme, name = await request.app.state.maps.run(find, client=client_of(request))
    except (UnknownName, NoSnapshot, PoolBusy, QueryTimeout) as error:
        checked.errors["programme"] = error.message
        return none
    if own and programme.institution != own:
        checked.errors["programme"] = N_("Cette formation n’est pas de l’organisation de ce compte.")
    return programme, name
