"""The files of publications at `/generations`, for replicas that have their key; without the setting, nothing is there."""

from __future__ import annotations

from email.utils import format_datetime

from anyio import to_thread
from fastapi import APIRouter, Request, Response

from ...graph.snapshots.dumps import DumpFile
from ...graph.snapshots.listing import list_files
from ...graph.snapshots.snapshot import UnknownSnapshot
from ...words import N_
from ..errors.problems import BadRequest
from ..reading.publication import service_of
from ..sparql.write_key import check_key, not_here, refusal_answer
from ..web.page_error import PageError
from .dump_files import send_files

router = APIRouter(tags=["exploitation"])

_TOLD = {
    "security": [{"replicaKey": []}],
    "responses": {
        "401": {"description": "sans clé · no key"},
        "403": {"description": "une autre clé · another key"},
        "404": {"description": "sans le réglage, rien n’est là · without the setting, nothing is there"},
    },
}
_PRIVATE = {"Cache-Control": "private, no-store"}


def _check(request: Request) -> None:
    """Let those in who have the key of replicas; raises PageError where there is none, BadRequest for another."""
    key = request.app.state.settings.replica_key
    if key is None:
        raise not_here()
    check_key(request, key, N_("clé des copies"))


@router.get(
    "/generations/current", summary="Fichiers de la publication courante, pour une copie", openapi_extra=_TOLD
)
async def current(request: Request) -> Response:
    """Give the identifier of the current publication and its files, with their sizes and SHA-256 digests."""
    try:
        _check(request)
    except BadRequest as error:
        return refusal_answer(error)
    listing = await to_thread.run_sync(list_files, service_of(request.app).pool.snapshot())
    return Response(listing.text(), media_type="application/json", headers=_PRIVATE)


@router.get(
    "/generations/{id}/{name:path}", summary="Fichier d’une publication, pour une copie", openapi_extra=_TOLD
)
async def file(request: Request, id: str, name: str) -> Response:
    """Send a file of a publication that is kept, whole or in part (`Range`); 404 for one that is no longer, or never was."""
    try:
        _check(request)
    except BadRequest as error:
        return refusal_answer(error)
    try:
        snapshot = service_of(request.app).snapshots.get(id)
        mark = (await to_thread.run_sync(list_files, snapshot)).files[name]
        sent = DumpFile(snapshot.path / name, mark.size, mark.size, mark.sha256, snapshot.created)
        headers = {
            **_PRIVATE,
            "ETag": f'"{mark.sha256}"',
            "Last-Modified": format_datetime(snapshot.created, usegmt=True),
            "Content-Type": "application/octet-stream",
            "Accept-Ranges": "bytes",
        }
        return await send_files(request, [sent], headers)
    except (UnknownSnapshot, KeyError, FileNotFoundError):
        raise PageError(404, N_("Ce fichier n’est d’aucune publication gardée.")) from None
