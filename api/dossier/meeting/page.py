"""The sheet of a meeting in the application: its page and its files, and the form that chooses who meets whom."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from ....graph.region.levels import TERRITORY_KINDS
from ....words import N_, NN_, gettext
from ...pages.actor.matter import ActorData, Context, known_of
from ...pages.actor.page import page_by_code
from ...pages.territory.matter import PortraitData
from ...reading.names import Named, territory_kind
from ...reading.project_territories import HOW, projects_for
from ...reading.publication import index_of, reading_of
from ...reading.solutions import Reading
from ...render.rendering import page
from ...web.links import BASE
from ...web.page_error import PageError, check_suffix
from ...web.page_language import choose_language, keep_language
from ...web.turns import run_in_turn
from ..files import make_file
from ..html import policy, to_html
from ..model import Dossier
from ..page import file_headers, portraits_ready
from .between import Pair
from .content import build_sheet
from .party import Party, actor_party, territory_party

router = APIRouter(tags=["pages"])

FILES = (("PDF", "pdf"), ("Word (docx)", "docx"))
"""Formats beside the page: their names and suffixes."""
FOUND = 12
"""Names that a search of the form lists."""
LIKELY = 8
"""Partners of a side that the form lists at most."""
Side = Annotated[str, Query(max_length=100, description="niveau/code d’un territoire, ou code d’un acteur")]
Second = Annotated[
    str, Query(alias="with", max_length=100, description="niveau/code, ou code, de l’autre partie")
]
Text = Annotated[str, Query(max_length=200, description="nom d’un territoire ou d’un acteur")]


@router.get("/rencontre", summary="Fiche d’une rencontre : qui est qui, ce qui lie, trois questions")
async def meeting(
    request: Request, territory: Side = "", second: Second = "", actor: Side = "", q: Text = ""
) -> Response:
    """Give the sheet of a pair as one printable page; a form where somebody is missing."""
    first = territory or actor
    if not first or not second:
        return await _choose(request, territory, actor, second, q)
    answer, sheet = await _sheet(request, first, second, lambda made, sides: _page(request, made, sides))
    if isinstance(answer, Response):
        return answer
    assert sheet is not None
    return Response(answer, headers=file_headers("html", sheet) | {"Content-Security-Policy": policy()})


@router.get("/rencontre.{suffix}", summary="Fiche d’une rencontre en PDF (pdf) ou Word (docx)")
async def meeting_file(
    request: Request, suffix: str, territory: Side = "", second: Second = "", actor: Side = ""
) -> Response:
    """Give the sheet of a pair as a file: pdf or docx."""
    check_suffix(N_("Une fiche"), suffix, [one for _, one in FILES])
    first = territory or actor
    if not first or not second:
        raise PageError(400, N_("Une fiche veut deux parties : « territory » (ou « actor ») et « with »."))
    answer, sheet = await _sheet(request, first, second, lambda made, _: make_file(made, suffix))
    if isinstance(answer, Response):
        return answer
    assert sheet is not None
    kept = "inline" if suffix == "pdf" else "attachment"
    named = {"Content-Disposition": f'{kept}; filename="{sheet.name}.{suffix}"'}
    return Response(answer, headers=file_headers(suffix, sheet) | named)


async def _sheet(
    request: Request, first: str, second: str, write: Callable[[Dossier, Pair], str | bytes]
) -> tuple[str | bytes | Response, Dossier | None]:
    """Build and write the sheet of a pair; another code of an actor leads to the address that has its own."""
    reading = reading_of(request)
    language = choose_language(request)
    reading.language = language
    known = await known_of(request, reading)
    seen = await portraits_ready(request, reading)
    if seen is None:
        raise PageError(
            404, N_("Cette publication ne décrit pas la région : aucune fiche ne peut être faite.")
        )

    def work() -> tuple[str | bytes | Response, Dossier | None]:
        is_place = bool(request.query_params.get("territory"))
        sides = [
            _party(reading, known, seen, first, is_place=is_place),
            _party(reading, known, seen, second),
        ]
        parties = [one for one in sides if isinstance(one, Party)]
        if len(parties) < len(sides):
            keys = [one.key if isinstance(one, Party) else one for one in sides]
            return RedirectResponse(_address(request, *keys), 303), None
        if parties[0].path == parties[1].path:
            raise PageError(
                400,
                N_(
                    "« {name} » ne se rencontre pas soi-même : choisissez deux parties.", name=parties[0].name
                ),
            )
        pair = Pair(*parties)
        sheet = build_sheet(pair, seen, request.state.publication.created)
        return write(sheet, pair), sheet

    return await run_in_turn(work)


def _party(
    reading: Reading, known: ActorData, seen: PortraitData, key: str, *, is_place: bool = False
) -> Party | str:
    """Read a side by its key; another code of an actor gives the key that leads to it. Raises PageError (404).

    A number alone is an actor's, unless it `is_place`: an intercommunality has the SIREN of its authority.
    """
    context = Context(known, f"organization/{key}", reading, reading.language)
    key = key.removeprefix("territory/")
    level, _, code = key.rpartition("/")
    if not level and not is_place and known.describes(context.path):
        return actor_party(context)
    for path in [key] if level else [f"{kind}/{code}" for kind in TERRITORY_KINDS]:
        place = seen.territory(f"territory/{path}")
        if place is not None:
            return territory_party(context, seen, place)
    if is_place:
        return _party(reading, known, seen, key)
    if not level and (elsewhere := page_by_code(reading, known, key)):
        return elsewhere.rpartition("/")[2]
    raise PageError(
        404,
        N_(
            "Ni territoire de la région étudiée ni organisation décrite au code « {key} » : la fiche ne peut pas être faite.",
            key=key,
        ),
    )


def _page(request: Request, made: Dossier, pair: Pair) -> str:
    asked = request.query_params
    more = urlencode([(n, asked[n]) for n in ("territory", "actor", "with", "lang") if asked.get(n)])
    files = [(name, f"/rencontre.{suffix}?{more}") for name, suffix in FILES]
    back = [(one.name, one.address) for one in pair.sides]
    back.append((gettext("Une autre rencontre", made.language), "/rencontre"))
    return to_html(made, files, [(name, keep_language(request, address)) for name, address in back])


def _address(request: Request, first: str, second: str) -> str:
    name = "territory" if "/" in first or not request.query_params.get("actor") else "actor"
    pairs = [(name, first), ("with", second)]
    if lang := request.query_params.get("lang"):
        pairs.append(("lang", lang))
    return f"{request.url.path}?{urlencode(pairs)}"


async def _choose(request: Request, place: str, actor: str, second: str, text: str) -> Response:
    """Draw the form: the side that is missing is searched for by name, one after the other."""
    reading = reading_of(request)
    said = choose_language(request)
    reading.language = said
    index = await run_in_turn(index_of, request, reading)
    found = _once([one for one in index.find(text) if _key(one)])
    near = [one for one in index.nearest(text) if _key(one)] if not found else []
    kept = [(n, v) for n, v in (("territory", place), ("actor", actor), ("with", second)) if v]
    chosen = place or actor or second

    partners, more_partners, nameless = (
        await _partners(request, chosen) if chosen and not text else ([], 0, 0)
    )

    def address(one: Named) -> str:
        key = _key(one)
        name = "with" if place or actor else "territory" if "/" in key else "actor"
        return "/rencontre?" + urlencode([(n, v) for n, v in kept if n != name] + [(name, key)])

    return page(
        request,
        "meeting.html",
        language=said,
        q=text,
        kept=kept,
        chosen=_name(index.named(f"{BASE}{_path(chosen)}"), chosen),
        matches=[(address(one), one.label, index.precise(one, said)) for one in found[:FOUND]],
        example_projects=projects_for(text, index),
        example_how=HOW[said],
        nearest=[(address(one), one.label, index.precise(one, said)) for one in near],
        others=max(0, len(found) - FOUND),
        partners=partners,
        more_partners=more_partners,
        nameless=nameless,
        ties=f"/territoires/{chosen}/liens" if "/" in chosen else f"/acteurs/{chosen}/partenaires",
        trail=[(None, gettext("Préparer une rencontre", said))],
    )


def _once(found: list[Named]) -> list[Named]:
    """Leave out the authority of an intercommunality that is found itself: both have one code, and one sheet."""
    places = {_key(one).rpartition("/")[2] for one in found if "/" in _key(one)}
    return [one for one in found if _key(one) not in places]


async def _partners(request: Request, key: str) -> tuple[list[tuple[str, str, str]], int, int]:
    """Give the sheets of the first known partners of a side (address, name, how much both share), and how many others it has.

    The last number is how many of these others have no name.
    """
    reading = reading_of(request)
    reading.language = choose_language(request)
    known, seen = await known_of(request, reading), await portraits_ready(request, reading)

    def work() -> tuple[list[tuple[str, str, str]], int, int]:
        party = None
        if seen is not None:
            with suppress(PageError):  # who is not described has no partner
                party = _party(reading, known, seen, key, is_place="/" in key)
        if not isinstance(party, Party):
            return [], 0, 0
        partners = party.named_partners()
        first = [
            (
                _address(request, key, path.removeprefix("organization/")),
                party.context.name(path),
                NN_("{n} interaction commune", "{n} interactions communes", count)[reading.language],
            )
            for path, count in partners[:LIKELY]
        ]
        return first, len(party.partners) - len(first), len(party.partners) - len(partners)

    return await run_in_turn(work)


def _key(one: Named) -> str:
    """Give the key of a territory or an actor that a name is of; "" of anything else."""
    if level := territory_kind(one.iri):
        return f"{level}/{one.iri.rpartition('/')[2]}"
    prefix = f"{BASE}organization/"
    return one.iri.removeprefix(prefix) if one.iri.startswith(prefix) else ""


def _path(key: str) -> str:
    return f"territory/{key}" if "/" in key else f"organization/{key}"


def _name(one: Named | None, key: str) -> str:
    return one.label if one else key
