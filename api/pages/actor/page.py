"""The page of an actor, and of a research unit: identity, then blocks, each with its address, its files and its embed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from ....words import N_, NN_, Named, Spoken, country_name, gettext
from ...labels.basis_names import source_titles
from ...reading.publication import reading_of
from ...reading.solutions import Reading
from ...render.blocks.tables import figure, full
from ...render.rendering import page
from ...render.structured import actor_block
from ...web.links import BASE, document_path, friendly_page
from ...web.page_error import PageError
from ...web.page_language import choose_language
from ...web.query_texts import PREFIXES, text_term
from ...web.turns import run_in_turn
from ..blocks import Subject, block_route, sections
from ..territory.lists import kind_words
from ..territory.outside import alternates, facts_of
from . import suggestions
from .blocks import ALL, blocks_of, kind_of
from .matter import ActorData, Context, known_of
from .origin import origin
from .units import other_language

router = APIRouter(tags=["pages"])
router.include_router(suggestions.router)  # before blocks, whose addresses have the same form

CODES: Mapping[str, Spoken] = {
    "unitNumber": N_("Label et numéro"),
    "uai": Named("UAI"),
    "rnsr": Named("RNSR"),
    "siren": Named("SIREN"),
    "siret": Named("SIRET"),
    "pic": N_("PIC (Commission européenne)"),
    "paysage": Named("Paysage"),
    "idref": Named("IdRef"),
    "ror": Named("ROR"),
    "wikidata": Named("Wikidata"),
    "formerCode": N_("Anciens codes"),
}
#: What the head of a page counts: block, key of what it holds or "" for its rows, its noun.
BRIEF = (
    ("domaines", "", NN_("domaine", "domaines", 1)),
    ("activite", "total", NN_("interaction", "interactions", 1)),
    ("partenaires", "", NN_("partenaire", "partenaires", 1)),
    ("formations", "", NN_("formation", "formations", 1)),
    ("sites", "sites", NN_("site", "sites", 1)),
)


@router.get("/acteurs/{code}", summary="Page d’un acteur ou d’une unité de recherche")
async def actor(request: Request, code: str) -> Response:
    """Draw the page of one organisation; another code of it leads to its page."""
    reading = reading_of(request)
    known = await known_of(request, reading)
    return await run_in_turn(_draw, request, reading, known, code)


async def subject(request: Request, code: str) -> Subject:
    """Find what the blocks of an actor are about; raises PageError (404)."""
    reading = reading_of(request)
    context = _context(request, reading, await known_of(request, reading), code)
    if not context.known.describes(context.path):
        raise PageError(404, N_("Aucune source chargée ne décrit d’organisation au code {code}.", code=code))
    return _subject(context, code)


block_route(router, "/acteurs/{code}", subject, "Bloc de la page d’un acteur")


def _context(request: Request, reading: Reading, known: ActorData, code: str) -> Context:
    said = choose_language(request)
    reading.language = said
    return Context(known, f"organization/{code}", reading, said)


def _subject(context: Context, code: str) -> Subject:
    asked = {"organization": code}
    return Subject(
        name=context.name(context.path), kind=_nature(context), code=code, base=f"/acteurs/{code}",
        page=N_("La page d’un acteur"), whole=N_("Page de l’acteur"), file=f"{{}}-{code}",
        snapshot=context.known.snapshot, language=context.language, asked=asked,
        trail=[("/recherche?kind=acteurs", gettext("Acteurs", context.language))],
        blocks=blocks_of(context.known, context.path), others=ALL, table=context.table,
        origin=partial(origin, context, asked), titles=source_titles(context.known.frames["sources"]),
    )  # fmt: skip


def _nature(context: Context) -> str:
    kind = context.known.kind(context.path)
    return kind_words(kind, context.language) if kind else context.say(N_("organisation"))


def _draw(request: Request, reading: Reading, known: ActorData, code: str) -> Response:
    context = _context(request, reading, known, code)
    iri = f"{BASE}{context.path}"
    facts = reading.facts("actor/facts", actor=iri)
    if not facts.rows:
        elsewhere = page_by_code(reading, known, code)
        if elsewhere is not None:
            return RedirectResponse(elsewhere, 303)
        if reading.facts("actor/apart", actor=iri).rows:
            return RedirectResponse(document_path(iri) or "/", 303)
        raise PageError(404, N_("Aucune source chargée ne décrit d’organisation au code {code}.", code=code))
    values = facts_of(facts.rows)
    governed = [
        f"{BASE}{one}" for one in known.by("authorities", "authority").of(context.path).distinct("territory")
    ]
    reading.learn_labels(
        {
            iri,
            *governed,
            *(
                one
                for name in ("type", "mainActivity", "sizeBand", "hasDiscipline")
                for one in values.get(name, ())
            ),
        }
    )
    subject = _subject(context, code)
    shown = sections(request, subject)
    return page(
        request,
        "actor.html",
        language=context.language,
        iri=iri,
        code=code,
        base=subject.base,
        name=subject.name,
        facts=values,
        governed=governed,
        countries=[
            country_name(one, context.language) for one in values.get("countryCode", ()) if one != "FR"
        ],
        nature=subject.kind if known.kind(context.path) else _classes(reading, values, subject.kind),
        unit=kind_of(known, context.path) == "unit",
        codes=[(words[context.language], values[name]) for name, words in CODES.items() if name in values],
        label_of=reading.label,
        second_language=other_language,
        suggestible=known.linkable(context.path),
        summary=_brief(context),
        chain_list=_chains(context),
        block_list=[one for one in shown if not one.empty],
        heading_level="h3",
        alternates=alternates(iri),
        structure=actor_block(
            iri,
            subject.name,
            known.kind(context.path),
            {name: values[name] for name in CODES if name in values and name != "formerCode"},
            values.get("page", ()),
            subject.base,
            alternates(iri),
        ),
        trail=[*subject.trail, (None, subject.name)],
    )


def _chains(context: Context) -> list[tuple[str, str]]:
    """Name the filières that an actor can serve, with the address of each."""
    table = context.tables.get("filieres")
    return sorted({(row["chain"], full(row["chain_iri"])) for row in table.rows}) if table else []


def page_by_code(reading: Reading, known: ActorData, code: str) -> str | None:
    """Give the page of the organisation that has, or had, a code, that a record of a source is of, or that succeeded one."""
    shared = ("ror", "wikidata", "unitNumber")  # addresses, and what several units bear
    properties = "|".join(f"anc:{name}" for name in CODES if name not in shared)
    text = f"{PREFIXES}SELECT ?actor {{ ?actor {properties} {text_term(code)} }} LIMIT 1"
    if rows := reading.select(text):
        return friendly_page(rows[0]["actor"])
    path = f"organization/{code}"
    body = (
        known.by("records", "record").of(path)["body"] or known.by("successions", "former").of(path)["body"]
    )
    return f"/acteurs/{body[0].removeprefix('organization/')}" if body else None


def _classes(reading: Reading, values: dict[str, list[str]], otherwise: str) -> str:
    kinds = [iri for iri in values.get("type", []) if not iri.endswith(("#Organization", "/Organization"))]
    return ", ".join(reading.label(kind) for kind in kinds) or otherwise


def _brief(context: Context) -> list[tuple[str, str, str]]:
    """Count what the head of the page shows: figure, word, and the block that it opens."""
    found: list[tuple[str, str, str]] = []
    for name, key, words in BRIEF:
        table: Any = context.tables.get(name)
        count = 0 if table is None else (table.more.get(key, 0) if key else len(table))
        if count:
            said = " ".join((context.say(words.of(count)), *_more(context, table.more)))
            found.append((figure(count, 0, context.language), said, name))
    students = context.tables.get("etudiants")
    latest = next((row for row in students.rows if row["students"] is not None), None) if students else None
    if latest:
        said = context.say(N_("étudiants en {period}", period=latest["period"]))
        found.insert(-1, (figure(latest["students"], 0, context.language), said, "etudiants"))
    return found


def _more(context: Context, more: Mapping[str, Any]) -> Iterator[str]:
    """Say what a figure of the head leaves out, or has that is over."""
    if closed := more.get("closed", 0):
        told = figure(closed, 0, context.language)
        yield context.say(NN_("(dont {told} fermée)", "(dont {told} fermées)", closed, told=told))
    if years := more.get("span", ()):
        known = (str(years[0]), str(years[-1]))
        yield (
            known[0]
            if known[0] == known[1]
            else context.say(N_("de {first} à {last}", first=known[0], last=known[1]))
        )
