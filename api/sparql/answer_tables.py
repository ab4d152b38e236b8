"""Tables made from an answer's rows: CSV for French spreadsheets, and workbooks."""

from __future__ import annotations

from ...graph.pool.compression import gzip
from ...graph.snapshots.snapshot import Snapshot
from ...graph.sparql.results import Rows
from ...words import N_
from ..reading.licences import licences
from ..reading.publication import publication_of
from ..render.files import table_file
from ..render.spreadsheets import MEDIA_TYPE as XLSX
from ..web.negotiation import CSV_FR
from ..web.negotiation import XLSX as WORKBOOK
from .request import SparqlRequest

#: Rows for a table are read by this process: at most so many bytes of them.
LARGEST = 32 << 20
#: A table under this size is in one packet anyway, so it is not compressed.
PACKED_FROM = 1400

MEDIA_TYPES = {"csv-fr": "text/csv; charset=utf-8", "xlsx": XLSX}


def table(asked: SparqlRequest, snapshot: Snapshot, body: bytes, packed: bool) -> tuple[bytes, bool]:
    """Make the table that was asked for from rows in JSON; return it, and whether it is compressed.

    Raises SheetTooSmall.
    """
    rows = Rows.from_json(body)
    if asked.format == "xlsx":
        publication = publication_of(snapshot)
        said = asked.language
        about = {
            N_("Lignes"): str(len(rows)),
            N_("Publication"): snapshot.id,
            N_("Publié le"): publication.created[:10],
            N_("Licences des sources"): "; ".join(licences(publication, said, asked.default_graphs or None)),
            N_("Requête SPARQL"): asked.text or "",
        }
        made = snapshot.created.replace(tzinfo=None)
        return table_file(rows, WORKBOOK, about, said, made), False
    body = table_file(rows, CSV_FR, {})
    return (gzip(body), True) if packed and len(body) >= PACKED_FROM else (body, False)
