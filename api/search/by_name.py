"""Search by the words of names alone: for fields that complete a name, and while the finder is being prepared."""

from itertools import groupby

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from ...words import gettext
from ..reading.names import KINDS, Index, Named
from ..reading.project_territories import HOW, names_project, projects_for
from ..reading.publication import index_of
from ..reading.solutions import Reading
from ..render.rendering import page
from ..web.links import href
from ..web.negotiation import Language
from .asking import KIND_NAMES, Search
from .understanding import FIRST, TOLD, pages, shorter_questions

#: How many results of each kind the common list of names shows, and how many the list of one kind does.
SHORT, LONG = 8, 100


def named_json(request: Request, reading: Reading, q: str, kind: str, said: Language) -> Response:
    """Find things by the words of their names, for fields that complete a name."""
    found = index_of(request, reading).find(q, kind or None)
    return JSONResponse(
        [{"iri": t.iri, "label": t.label, "kind": t.kind, "detail": t.told(said)} for t in found[:LONG]]
    )


def named_page(request: Request, reading: Reading, asked: Search, said: Language) -> Response:
    """Draw what the names alone find, and say that the rest is being prepared."""
    index = index_of(request, reading)
    kind = next((one for one in asked.chosen.get("kind", ()) if one in KINDS), "")
    found = index.find(asked.text, kind or None)
    also = pages(asked.text, said)
    return page(
        request,
        "search_names.html",
        language=said,
        q=asked.text,
        kind=kind,
        total=len(found),
        group_options=group_by_kind(found, LONG if kind else SHORT, said),
        also=also,
        parts=_parts(index, asked, kind) if asked.text and not found else [],
        nearest=index.nearest(asked.text, kind or None, 6) if not found and not also else [],
        example_projects=None if found and not names_project(asked.text) else projects_for(asked.text, index),
        example_how=HOW[said],
        extent=count_by_kind(index),
        kinds_of={one: KIND_NAMES[one][said] for one in KINDS},
        address=href,
        trail=[(None, gettext("Recherche", said))],
    )


def _parts(index: Index, asked: Search, kind: str) -> list[tuple[str, int, str, list[Named]]]:
    """Give what holds a part of the words: each shorter question, how many names it finds, its address, the first of them."""
    parts = []
    for text, count in shorter_questions(lambda one: len(index.find(one, kind or None)), asked.text)[:TOLD]:
        chosen = {"kind": (kind,)} if kind else {}
        address = Search(text, chosen, lang=asked.lang).address()
        parts.append((text, count, address, index.find(text, kind or None)[:FIRST]))
    return parts


def group_by_kind(found: list[Named], limit: int, said: Language) -> list[tuple[str, str, int, list[Named]]]:
    """Group results by kind, keeping the best kinds first: kind, title, count, the first results."""
    order = {thing.kind: rank for rank, thing in reversed(list(enumerate(found)))}
    by_kind = sorted(found, key=lambda thing: order[thing.kind])
    groups = []
    for kind, things in groupby(by_kind, key=lambda thing: thing.kind):
        members = list(things)
        groups.append((kind, KIND_NAMES[kind][said], len(members), members[:limit]))
    return groups


def count_by_kind(index: Index) -> dict[str, int]:
    """Count the things that can be found, by kind."""
    counts = dict.fromkeys(KINDS, 0)
    for thing in index.things:
        counts[thing.kind] += 1
    return counts
