"""What changed between publications at `/changes`: their list, an Atom feed, and a differences file for any two."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from itertools import dropwhile
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from ...graph.snapshots.artifacts import changes_file
from ...graph.snapshots.dumps import beside
from ...graph.snapshots.snapshot import Snapshot, Snapshots, UnknownSnapshot
from ...graph.updates.differences import PUBLICATION, Counts
from ...words import N_, SOURCE, gettext, ngettext
from ..errors.refusals import known_parameters
from ..precompute.artifacts import Derivations, derivations_of
from ..reading.publication import service_of
from ..render.rendering import page
from ..web.links import public_base
from ..web.negotiation import HTML, Representation
from ..web.page_cache import entity_tags, takes_gzip
from ..web.page_error import PageError
from ..web.security import CORS
from .dump_files import file_headers, send_files
from .listed import graph_titles
from .pages import Lang, Read, chosen_of, page_language

router = APIRouter(tags=["données liées"], dependencies=[Depends(known_parameters)])

PATCH = "application/rdf-patch"
FEED = "application/atom+xml"
_LISTS = (HTML, Representation("json", ".json", "application/json"))
_ID = r"\d{8}T\d{6}Z-[0-9a-f]{8}"
_PAIR = re.compile(rf"(?P<before>{_ID})\.\.(?P<after>{_ID}|current)(?P<packed>\.gz)?")
_ATOM = "http://www.w3.org/2005/Atom"
_TEXT = {"schema": {"type": "string"}}
_FEED_ANSWER: dict[int | str, dict[str, Any]] = {200: {"description": "Atom", "content": {FEED: _TEXT}}}
_PATCH_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "RDF Patch",
        "content": {PATCH: _TEXT, "application/gzip": {"schema": {"type": "string", "format": "binary"}}},
    },
    307: {"description": "où « current » mène · where `current` leads (`Location`)"},
    404: {"description": "adresse inconnue · unknown address"},
    410: {"description": "publication qui n’est plus gardée · publication no longer kept"},
}


@dataclass(frozen=True)
class Step:
    """A publication that is kept, the one before it that is (or None), and what it changed of it where that is counted."""

    snapshot: Snapshot
    before: Snapshot | None
    counts: Counts | None
    current: bool

    @property
    def address(self) -> str:
        """Where its differences file is; empty for the oldest."""
        return f"/changes/{self.before.id}..{self.snapshot.id}" if self.before else ""


def _steps(request: Request) -> list[Step]:
    """List the publications that are kept, the newest first."""
    service, derivations = service_of(request.app), derivations_of(request)
    current = service.pool.snapshot().id
    kept = service.snapshots.list()
    steps = [
        Step(after, before, _counts(derivations, before, after), after.id == current)
        for before, after in zip([None, *kept], kept, strict=False)
    ]
    return steps[::-1]


def _counts(derivations: Derivations, before: Snapshot | None, after: Snapshot) -> Counts | None:
    if before is None:
        return None
    file = derivations.folder(after) / changes_file(before.id)
    try:
        counts: Counts = json.loads(beside(file).read_bytes())["graphs"]
    except FileNotFoundError:
        return None
    return counts


@router.get("/changes", summary="Publications gardées, et ce que chacune a changé")
def changes(request: Request, reading: Read, format: str = "", lang: Lang = "") -> Response:
    """List the publications that are kept, newest first, with what each changed and its differences file; `?format=json`."""
    chosen, steps = chosen_of(request, format, _LISTS), _steps(request)
    headers = {**CORS, "Vary": "Accept, Accept-Language", "Cache-Control": "no-cache"}
    base = public_base(request)
    if chosen is not HTML:
        return JSONResponse(
            {
                "current": next((step.snapshot.id for step in steps if step.current), None),
                "publications": [_described(step, base) for step in steps],
            },
            headers=headers,
        )
    reading.language = page_language(request, lang)
    rows = reading.block("dataset/graphs").rows
    names = graph_titles(rows, reading.language)
    french = {} if reading.language == SOURCE else graph_titles(rows)
    response = page(
        request,
        "changes.html",
        language=reading.language,
        steps=steps,
        names=names,
        french={graph for graph, name in names.items() if french.get(graph) == name},
        base=base,
        alternates=[("application/json", "/changes?format=json"), (FEED, "/changes/feed.atom")],
        trail=[
            ("/catalog", gettext("Données", reading.language)),
            (None, gettext("Changements", reading.language)),
        ],
    )
    response.headers.update(headers)
    return response


def _described(step: Step, base: str) -> dict[str, object]:
    return {
        "id": step.snapshot.id,
        "iri": PUBLICATION + step.snapshot.id,
        "published": step.snapshot.created.isoformat(),
        "quads": step.snapshot.quads,
        "before": step.before.id if step.before else None,
        "changes": f"{base}{step.address}.gz" if step.before else None,
        "graphs": step.counts,
    }


@router.get(
    "/changes/feed.atom", summary="Publications, en Atom", response_class=Response, responses=_FEED_ANSWER
)
def changes_feed(request: Request, lang: Lang = "") -> Response:
    """Give the publications that are kept as an Atom feed, the current one first; each leads to its differences file.

    Those after the current one, from which the host went back, are left out, and the current one is of the date of that.
    """
    said, base, steps = page_language(request, lang), public_base(request), _steps(request)
    steps = [*dropwhile(lambda step: not step.current, steps)] or steps
    now, back = service_of(request.app).snapshots.turn(steps[0].snapshot.id)
    dates = [step.snapshot.created for step in steps]
    if back and now:
        dates[0] = now.replace(microsecond=0)
    made = Element("feed", {"xmlns": _ATOM, "xml:lang": said})
    address = f"{base}/changes/feed.atom"
    _add(made, "title", gettext("Publications", said))
    _add(made, "id", address)
    _add(made, "updated", dates[0].isoformat())
    SubElement(made, "link", {"rel": "self", "type": FEED, "href": address})
    SubElement(made, "link", {"rel": "alternate", "type": "text/html", "href": f"{base}/changes"})
    _add(SubElement(made, "author"), "name", request.app.state.settings.publisher)
    for step, date in zip(steps, dates, strict=True):
        entry = SubElement(made, "entry")
        _add(entry, "title", gettext("Publication {id}", said, id=step.snapshot.id))
        _add(entry, "id", PUBLICATION + step.snapshot.id)
        _add(entry, "updated", date.isoformat())
        SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": f"{base}/changes"})
        if step.before:
            SubElement(entry, "link", {"rel": "related", "type": PATCH, "href": base + step.address})
        quads = ngettext("{n} énoncé", "{n} énoncés", step.snapshot.quads, said)
        _add(entry, "summary", f"{quads}." if step.counts is None else f"{quads}. {_told(step.counts)}")
    body = bytes(tostring(made, encoding="utf-8", xml_declaration=True))
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {
        **CORS,
        "ETag": tag,
        "Cache-Control": "public, no-cache",
        "Vary": "Accept-Language",
        "Content-Language": said,
    }
    if tag in entity_tags(request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=FEED, headers=headers)


def _told(counts: Counts) -> str:
    """Say the counts of graphs in short: `aura +2 −1 · register +3 −0`."""
    return " · ".join(
        f"{graph.rsplit('/', 1)[-1]} +{n['added']} −{n['removed']}" for graph, n in counts.items()
    )


def _add(under: Element, name: str, text: str) -> None:
    SubElement(under, name).text = text


@router.get(
    "/changes/{pair}",
    summary="Ce qui fait une publication d’une autre (RDF Patch)",
    response_class=Response,
    responses=_PATCH_ANSWER,
)
async def difference(request: Request, pair: str) -> Response:
    """Send what makes a publication of another: `<before>..<after>`, with `.gz` compressed; `..current` leads to the current one.

    404 where the address is no pair of publications, 410 where one is no longer kept: take the dumps then.
    """
    found = _PAIR.fullmatch(pair)
    if found is None:
        raise PageError(
            404,
            N_(
                "« {pair} » n’est pas de la forme avant..après, deux publications de la liste /changes.",
                pair=pair,
            ),
            CORS,
        )
    service = service_of(request.app)
    packed = found["packed"] or ""
    if found["after"] == "current":
        target = f"/changes/{found['before']}..{service.pool.snapshot().id}{packed}"
        return RedirectResponse(target, 307, {**CORS, "Cache-Control": "no-cache"})
    before, after = (_kept(service.snapshots, found[end]) for end in ("before", "after"))
    file = await derivations_of(request).changes(before, after)
    encoded = not packed and takes_gzip(request.headers.get("accept-encoding", ""))
    headers = file_headers([file], PATCH, "rdfp", packed=bool(packed), encoded=encoded)
    headers |= {
        "Cache-Control": "public, max-age=31536000, immutable",
        "Ancrage-Snapshot": after.id,
        "Content-Disposition": f'attachment; filename="ancrage-{before.id}..{after.id}.rdfp{packed}"',
        "Link": f'</changes>; rel="collection", <{PUBLICATION}{after.id}>; rel="describes"',
    }
    return await send_files(request, [file], headers)


def _kept(snapshots: Snapshots, id: str) -> Snapshot:
    """Find a publication that is kept; raises PageError: 410 for one that was, 404 for one that never was."""
    try:
        return snapshots.get(id)
    except UnknownSnapshot:
        pass
    if any(line.get("id") == id for line in snapshots.history()):
        raise PageError(
            410,
            N_(
                "La publication {id} n’est plus gardée : prenez les fichiers de /dumps, puis suivez /changes à partir de là.",
                id=id,
            ),
            CORS,
        )
    raise PageError(404, N_("Aucune publication {id} ; la liste est à l’adresse /changes.", id=id), CORS)
