"""SPARQL 1.1 Update at `/update`, for the holder of the write key: one update in, one publication out."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from ...graph.sparql.limits import MAX_BYTES
from ...loaders.write.request import InvalidEdit, Write, Written
from ...words import N_
from ..errors.problems import ERRORS, BadRequest, status_of
from ..web.links import public_base
from ..web.negotiation import parse_accept
from .upload import receive_body
from .write_key import in_turn, not_here, refusal_answer, require_key, writer_of

router = APIRouter(tags=["sparql"])

FORM = "application/x-www-form-urlencoded"
TEXT = "application/sparql-update"
_PARAMETERS = ("using-graph-uri", "using-named-graph-uri")


_EXAMPLE = 'INSERT DATA { <http://example.org/s> <http://www.w3.org/2000/01/rdf-schema#label> "Essai"@fr }'
_BODY = {
    "security": [{"writeKey": []}],
    "requestBody": {
        "required": True,
        "content": {
            TEXT: {"schema": {"type": "string"}, "example": _EXAMPLE},
            FORM: {
                "schema": {
                    "type": "object",
                    "required": ["update"],
                    "properties": {
                        "update": {"type": "string", "example": _EXAMPLE},
                        **{name: {"type": "array", "items": {"type": "string"}} for name in _PARAMETERS},
                    },
                }
            },
        },
    },
}


@router.post(
    "/update",
    summary="Modifier le graphe en SPARQL 1.1 Update (avec la clé d’écriture)",
    openapi_extra=_BODY,
)
async def update(request: Request) -> Response:
    """Do an update, in a form (`update=`) or as the body (`application/sparql-update`); say the publication it made."""
    writer = writer_of(request)
    if writer is None:
        raise not_here()
    settings = request.app.state.settings
    try:
        require_key(request)
        media_type = _media_type(request)
        longest = settings.largest_upload if media_type == TEXT else 4 * MAX_BYTES
        async with receive_body(request, settings.data_dir, min(longest, settings.largest_upload)) as upload:
            parameters = request.query_params.multi_items()
            if media_type == FORM:
                parameters = _form(upload.read())
                upload.seek(0)
                upload.truncate()
                upload.write(_only_update(parameters).encode("utf-8", "surrogatepass"))
                upload.flush()
                upload.seek(0)
            using, named = (
                [value for name, value in parameters if name == parameter] for parameter in _PARAMETERS
            )
            write = Write(
                "update",
                base=f"{public_base(request)}/update",
                using=using if using or named else None,
                using_named=named,
                longest=settings.largest_upload,
            )
            done = await in_turn(request, lambda: writer.write(write, upload))
    except ERRORS as error:
        return write_refusal(request, error)
    return JSONResponse(describe(done), headers=headers_of(done))


@router.api_route("/update", methods=["GET", "PUT", "PATCH", "DELETE", "OPTIONS"], include_in_schema=False)
async def no_update(request: Request) -> Response:
    """Say that updates are posted, where there are any."""
    if writer_of(request) is None:
        raise not_here()
    if request.method == "OPTIONS":
        return Response(status_code=204, headers={"Allow": "POST, OPTIONS", "Accept-Post": f"{TEXT}, {FORM}"})
    return refusal_answer(
        BadRequest(
            405,
            N_("Une modification s’envoie par POST."),
            {"Allow": "POST, OPTIONS"},
        )
    )


def describe(done: Written) -> dict[str, Any]:
    """Return what a write did, for its answer."""
    return {
        "snapshot": done.snapshot,
        "edit": done.edit or None,
        "added": sum(counts["added"] for counts in done.graphs.values()),
        "removed": sum(counts["removed"] for counts in done.graphs.values()),
        "graphs": done.graphs,
    }


def headers_of(done: Written) -> dict[str, str]:
    """Return the headers that say what a write did."""
    edit = {"Ancrage-Edit": done.edit} if done.edit else {}
    return {"Ancrage-Snapshot": done.snapshot, "Cache-Control": "no-store", **edit}


def write_refusal(request: Request, error: Exception) -> Response:
    """Tell why a write was not done; a program that asks for Turtle gets the report of SHACL itself."""
    if isinstance(error, InvalidEdit):
        ranges = [name for value, _, name in parse_accept(request.headers.get("accept", "")) if value > 0]
        if ranges and ranges[0] in ("text/turtle", "application/x-turtle"):
            headers = {"Vary": "Accept", "Cache-Control": "no-store"}
            media_type = "text/turtle; charset=utf-8"
            return Response(error.report, status_of(error), headers, media_type)
    return refusal_answer(error)


def _media_type(request: Request) -> str:
    media_type, _, parameters = request.headers.get("content-type", "").lower().partition(";")
    charset = parameters.replace(" ", "").replace('"', "").removeprefix("charset=")
    if media_type.strip() not in (FORM, TEXT) or charset not in ("", "utf-8"):
        raise BadRequest(
            415,
            N_("POST prend {form} ou {text}, en UTF-8.", form=FORM, text=TEXT),
            {"Accept-Post": f"{TEXT}, {FORM}"},
        )
    return media_type.strip()


def _form(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=200)
    except ValueError:
        raise BadRequest(400, N_("Le corps n’est pas un formulaire en UTF-8.")) from None


def _only_update(parameters: list[tuple[str, str]]) -> str:
    values: Mapping[str, list[str]] = {
        name: [value for other, value in parameters if other == name] for name, _ in parameters
    }
    if "query" in values:
        raise BadRequest(
            400,
            N_("Les requêtes se posent à /sparql."),
            title="Not an update",
        )
    if len(values.get("update", [])) != 1:
        raise BadRequest(
            400,
            N_("Le formulaire a un paramètre « update », et un seul."),
            title="Not an update",
        )
    return values["update"][0]
