"""The dossier of a territory in the application: a page, and its PDF, Word and CSV files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from ...graph.pool.blocking import PoolBusy
from ...graph.region.levels import TERRITORY_KINDS
from ...graph.region.view import RegionView
from ...words import N_, gettext
from ..analysis.routes import analyses_of
from ..pages.territory import page as territory_portrait
from ..pages.territory.matter import PortraitData, portraits_of
from ..pages.territory.outside import check_level
from ..reading.publication import client_of, reading_of
from ..reading.solutions import Reading
from ..web.page_error import PageError, check_suffix
from ..web.page_language import choose_language
from ..web.security import CORS
from .content import build
from .files import MEDIA_TYPES, make_file
from .html import policy, to_html
from .model import Dossier

router = APIRouter(tags=["pages"])

FILES = (("PDF", "pdf"), ("Word (docx)", "docx"), ("CSV (zip)", "zip"))
"""Formats beside the page: their names and suffixes."""
Lang = Annotated[str, Query(description="fr ou en")]


@router.get("/territoires/{kind}/{code}/dossier", summary="Dossier d’un territoire : potentiel d’interaction")
async def dossier_page(request: Request, kind: str, code: str, lang: Lang = "") -> Response:
    """Give the dossier of a territory as one printable page, which links to its files."""
    reading = reading_of(request)
    base = f"/territoires/{kind}/{code}"
    more = f"?lang={lang}" if lang else ""
    files = [(name, f"{base}/dossier.{suffix}{more}") for name, suffix in FILES]
    back = [(gettext("Page du territoire", choose_language(request)), base + more)]
    dossier, body = await _dossier(request, reading, kind, code, lambda made: to_html(made, files, back))
    return Response(body, headers=file_headers("html", dossier) | {"Content-Security-Policy": policy()})


@router.get(
    "/territoires/{kind}/{code}/dossier.{suffix}",
    summary="Dossier d’un territoire en PDF (pdf), Word (docx) ou tableaux CSV (zip)",
)
async def dossier_file(request: Request, kind: str, code: str, suffix: str, lang: Lang = "") -> Response:
    """Give the dossier of a territory as a file: pdf, docx, or zip (CSV)."""
    check_suffix(N_("Un dossier"), suffix, [one for _, one in FILES])
    reading = reading_of(request)
    dossier, body = await _dossier(request, reading, kind, code, lambda one: make_file(one, suffix))
    kept = "inline" if suffix == "pdf" else "attachment"
    named = {"Content-Disposition": f'{kept}; filename="{dossier.name}.{suffix}"'}
    return Response(body, headers=file_headers(suffix, dossier) | named)


async def _dossier(
    request: Request, reading: Reading, kind: str, code: str, write: Callable[[Dossier], str | bytes]
) -> tuple[Dossier, str | bytes]:
    """Build and write the dossier on the thread of the analyses, whose findings are kept beside the snapshot."""
    check_level(kind)
    language = choose_language(request)
    reading.language = language
    seen = await portraits_ready(request, reading)
    place = seen.territory(f"territory/{kind}/{code}") if seen else None
    if seen is None or place is None:
        raise PageError(
            404,
            N_(
                "Aucun dossier pour ce territoire ({level} au code {code}) : il n’est pas dans la région étudiée.",
                level=TERRITORY_KINDS[kind][0],
                code=code,
            ),
        )
    created = request.state.publication.created

    def work(matter: RegionView) -> tuple[Dossier, str | bytes]:
        dossier = build(seen, matter, place, language, created)
        return dossier, write(dossier)

    dossier, body = await analyses_of(request).run(work, client=client_of(request))
    reading.failed |= (
        dossier.snapshot != reading.snapshot
    )  # of another publication: not to be kept for this one
    return dossier, body


async def portraits_ready(request: Request, reading: Reading) -> PortraitData | None:
    """Give what portraits are made from; None where the region is not described. Raises PoolBusy while it is being read."""
    await territory_portrait.find(request, reading, "")
    portraits = portraits_of(request)
    seen = portraits.found(reading.snapshot)
    if seen is None and not portraits.nothing(reading.snapshot):
        raise PoolBusy(5)
    return seen


def file_headers(suffix: str, dossier: Dossier) -> dict[str, str]:
    """Give the headers of a document in one of its formats."""
    return {
        **CORS,
        "Content-Type": MEDIA_TYPES[suffix],
        "Content-Language": dossier.language,
        "Ancrage-Snapshot": dossier.snapshot,
        "Vary": "Accept-Language",
    }
