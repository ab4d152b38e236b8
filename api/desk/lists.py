"""Lists of the devices as files: all rows that their pages show with the same filters, to whom, and no contact."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from fastapi import Request, Response

from ...graph.sparql.results import Rows, Value
from ...loaders.operations.store import now
from ...words import N_
from ..accounts.visitor import Visitor, answer_to
from ..labels.columns import columns_of
from ..render.csvw import origin_of
from ..render.files import WRITTEN, chosen_format, file_response, headings, table_file
from ..web.negotiation import CSVW, HTML, NotAcceptable, Representation
from ..web.page_error import PageError
from ..web.page_language import choose_language


def list_format(request: Request) -> Representation:
    """Choose between a page and the files of its list; raises PageError (406)."""
    try:
        return chosen_format(request, (HTML, *WRITTEN))
    except NotAcceptable as error:
        raise PageError.of(error, 406) from error


def list_file(
    request: Request,
    visitor: Visitor,
    chosen: Representation,
    kind: str,
    title: str,
    rows: Iterable[list[Value]],
    snapshot: str,
) -> Response:
    """Write a list, with the columns of a `kind` (`labels/columns.toml`), as the one writer of tables does; nobody keeps it."""
    said, columns = choose_language(request), columns_of(kind)
    body = table_file(
        Rows(headings(columns, chosen, said), [*rows]),
        chosen,
        {N_("Objet"): title, N_("À la date du"): now()},
        said,
        columns=columns,
        origin=origin_of(request) if chosen == CSVW else None,
    )
    return answer_to(visitor, request, file_response(request, body, chosen, kind, snapshot, said), form=False)


def day_of(text: str) -> Value:
    """Give the day of a date or a time, for a typed cell; None where there is none.

    >>> day_of("2026-11-28T07:00:00Z"), day_of("")
    (datetime.date(2026, 11, 28), None)
    """
    return date.fromisoformat(text[:10]) if text else None
