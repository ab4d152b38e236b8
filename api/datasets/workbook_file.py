"""The workbook that partners fill, at `/modele.xlsx`: the one that `ancrage workbook` writes, in the language of the page."""

from __future__ import annotations

import hashlib
import io
from functools import lru_cache
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response

from ...loaders.sources.declaration import nearest
from ...loaders.sources.layout import LAYOUT
from ...loaders.workbook.template import USUAL, write_workbook
from ...words import N_
from ..web.negotiation import XLSX, Language
from ..web.page_cache import entity_tags, package_time
from ..web.page_error import PageError
from ..web.page_language import choose_language
from ..web.security import CORS
from .pages import Lang

router = APIRouter(tags=["données liées"])

_NAME: Final = "modele.xlsx"
_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "le classeur · the workbook",
        "content": {XLSX.media_type: {"schema": {"type": "string", "format": "binary"}}},
    },
    400: {"description": "table inconnue · unknown table"},
}
Tables = Annotated[
    list[str],
    Query(description="tables du format d’échange ; sinon les plus courantes", max_length=len(LAYOUT)),
]


@router.get(f"/{_NAME}", summary="Modèle de classeur", response_class=Response, responses=_FILE)
def workbook_file(request: Request, table: Tables = [], lang: Lang = "") -> Response:  # noqa: B006 - FastAPI copies it
    """Give the workbook of some tables of the exchange layout, the usual ones unless told, to be filled and given back."""
    for name in table:
        if name not in LAYOUT:
            near = nearest(name, LAYOUT)
            raise PageError(
                400, N_("Le format d’échange n’a pas de table « {name} »{near}.", name=name, near=near), CORS
            )
    said = choose_language(request)
    body = _written(tuple(sorted({*table} or {*USUAL})), said)
    tag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    headers = {**CORS, "ETag": tag, "Cache-Control": "public, max-age=3600", "Vary": "Accept-Language"}
    if tag in entity_tags(request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers=headers)
    headers |= {"Content-Disposition": f'attachment; filename="{_NAME}"', "Content-Language": said}
    return Response(body, media_type=XLSX.media_type, headers=headers)


@lru_cache(16)
def _written(tables: tuple[str, ...], language: Language) -> bytes:
    target = io.BytesIO()
    write_workbook(target, tables, language, made=package_time())
    return target.getvalue()
