"""The exchange layout: its tables and columns, what each holds, and which may hold several values.

It is what a partner fills in (a folder of CSV files or one workbook), and what the `tidy.sql` of every source
ends in. `layout.txt` is the one place that says it, `sources/exchange/mapping.yml` what it becomes in RDF.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

import polars as pl

from ...words import N_, SOURCE
from .declaration import SourceError, nearest

#: The kinds of cells: how a value is written.
KINDS = {
    "id": "identifiant relatif (« territory/commune/38185 ») ou IRI absolue",
    "class": "nom d'une classe de l'ontologie (« Company »)",
    "text": "texte",
    "code": "code, écrit comme un texte (« 01001 »)",
    "url": "adresse web absolue",
    "integer": "entier",
    "number": "nombre décimal, avec un point",
    "year": "année à quatre chiffres",
    "date": "date AAAA-MM-JJ",
    "time": "heure HH:MM",
    "wkt": "géométrie en texte (WKT), longitude puis latitude",
}


@dataclass(frozen=True)
class LayoutColumn:
    """One column of the layout: its name, its kind (a key of `KINDS`), the sentence that explains it.

    `of` says what an identifier is of: « territory », « organization », or the scheme of the ontology that it is from.
    """

    name: str
    kind: str
    help: str
    required: bool = False
    multiple: bool = False
    of: str = ""

    @property
    def title(self) -> str:
        """What stands at the top of the column where people read: the beginning of its sentence, in French.

        >>> LAYOUT["organizations"]["id"].title, LAYOUT["interactions"]["takes_place_in"].title
        ('Identifiant', 'Territoires où elle a lieu')
        """
        if self.kind == "class":
            return "Classe"
        return re.split(r"[,:;.(«]", self.help, maxsplit=1)[0].strip()

    @property
    def dtype(self) -> pl.DataType:
        """The polars type of an empty column."""
        return pl.List(pl.String) if self.multiple else pl.String()


def _parse(text: str) -> dict[str, dict[str, LayoutColumn]]:
    """Read `layout.txt`, whose first lines say how it is written."""
    tables: dict[str, dict[str, LayoutColumn]] = {}
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("["):
            head, _, sentence = line[1:].partition("] ")
            table, _, title = head.partition(" ")
            tables[table] = {}
            TABLES[table], TITLES[table] = sentence.strip(), title
            continue
        name, kind, sentence = line.split(maxsplit=2)
        bare = name.rstrip("!*")
        kind, _, of = kind.partition(":")
        tables[table][bare] = LayoutColumn(bare, kind, sentence, "!" in name, "*" in name, of)
    return tables


#: What each table holds, in French.
TABLES: dict[str, str] = {}

#: What the sheet of each table is called where people read, in French.
TITLES: dict[str, str] = {}

#: The layout: table → column name → column.
LAYOUT: Mapping[str, Mapping[str, LayoutColumn]] = _parse(
    (files(__package__) / "layout.txt").read_text(encoding="utf-8")  # data beside the code, as the mapping is
)

#: What a partner says of its own data: a line a subject. It is no table of the layout, but people fill it too.
ABOUT: Mapping[str, LayoutColumn] = {
    "key": LayoutColumn("key", "text", "Rubrique."),
    "value": LayoutColumn("value", "text", "Valeur."),
}
TITLES["about"] = "À propos"


def sheet_title(table: str, language: str) -> str:
    """Name the sheet of a table in a language.

    >>> sheet_title("match_events", "fr"), sheet_title("match_events", "en")
    ('Suites des rapprochements', 'Match events')
    """
    return TITLES[table] if language == SOURCE else table.replace("_", " ").capitalize()


def columns_of(table: str) -> Mapping[str, LayoutColumn]:
    """Return the columns of a table that people fill, `about` among them; none of another.

    >>> list(columns_of("about")), columns_of("notes")
    (['key', 'value'], {})
    """
    return ABOUT if table == "about" else LAYOUT.get(table, {})


#: Registers that sources keep for others: an empty one stands in for a source that is not loaded.
REGISTERS: Mapping[str, Mapping[str, Mapping[str, pl.DataType]]] = {
    "authority-grants": {
        "register_organizations": dict.fromkeys(
            ("id", "kind", "label_fr", "actor_type", "siren", "licence"), pl.String()
        ),
        "register_interactions": {
            "id": pl.String(),
            "types": pl.List(pl.String()),
            **dict.fromkeys(("year", "label_fr", "benefits", "licence"), pl.String()),
            "funding": pl.Decimal(18, 2),
        },
        "register_participations": {
            **dict.fromkeys(
                ("id", "interaction", "organization", "place", "place_evidence", "licence"), pl.String()
            ),
            "roles": pl.List(pl.String()),
        },
    },
    "decoupage-administratif": {
        "register_communes": {
            **dict.fromkeys(
                ("code", "territory", "label", "name_norm", "department", "region", "epci"), pl.String()
            ),
            "current": pl.Boolean(),
            **dict.fromkeys(("successor", "commune"), pl.String()),
            "postcodes": pl.List(pl.String()),
            "siren": pl.String(),
        },
        "register_parts": dict.fromkeys(("name_norm", "region", "commune"), pl.String()),
        "register_recreated": dict.fromkeys(("code", "parent"), pl.String()),
    },
    "fete-de-la-science": {"register_events": {"uid": pl.String()}},
    "laposte-hexasmal": {
        "register_places": dict.fromkeys(("name_norm", "postcode", "department", "commune"), pl.String()),
        "register_towns": dict.fromkeys(("name_norm", "department", "commune"), pl.String()),
    },
    "cordis": {"register_projects": {"rcn": pl.String()}},
    "mesr-effectifs": {
        "register_enrolments": {
            **dict.fromkeys(("paysage", "uai", "label", "territory"), pl.String()),
            **dict.fromkeys(("year", "students"), pl.Int64()),
        },
    },
    "mesr-etablissements": {
        "register_codes": dict.fromkeys(("kind", "code", "organization"), pl.String()),
        "register_names": dict.fromkeys(("name_norm", "organization"), pl.String()),
        "register_seats": dict.fromkeys(("organization", "territory"), pl.String()),
    },
    "mesr-implantations": {"register_seats": dict.fromkeys(("code", "seat"), pl.String())},
    "mesr-rnsr": {
        "register_units": dict.fromkeys(
            ("rnsr", "organization", "commune", "location_evidence"), pl.String()
        ),
        "register_former_units": dict.fromkeys(("rnsr", "organization"), pl.String()),
        "register_supervision": {
            "rnsr": pl.String(),
            "position": pl.Int64(),
            **dict.fromkeys(
                ("link", "name", "organization", "rule", "acronym", "nature", "uai", "siret"), pl.String()
            ),
        },
    },
}


def empty_table(table: str) -> pl.DataFrame:
    """Return a table of the layout without rows.

    >>> empty_table("memberships").columns[:3]
    ['id', 'member', 'chain']
    """
    return pl.DataFrame(schema={name: column.dtype for name, column in LAYOUT[table].items()})


def empty_tables(source: str) -> dict[str, pl.DataFrame]:
    """Return the tables that a source not loaded would have shown: the layout's, and its registers."""
    registers = REGISTERS.get(source, {})
    return {table: empty_table(table) for table in LAYOUT} | {
        table: pl.DataFrame(schema=dict(schema)) for table, schema in registers.items()
    }


def conform(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Return a table with the layout's columns in its order, cells of several values split at `;`.

    Raises:
        SourceError: a column is not one of the layout, or a required one is missing.

    >>> conform("ties", pl.DataFrame({"id": ["t/1"], "a": ["o/1"], "b": ["o/2"], "weight": [3]})).columns
    ['id', 'a', 'b', 'weight']
    """
    columns = LAYOUT[table]
    for name in frame.columns:
        if name not in columns and not name.startswith("_"):
            raise SourceError(
                N_(
                    "La table « {table} » n'a pas de colonne « {name} » dans le format d'échange{nearest}.",
                    table=table,
                    name=name,
                    nearest=nearest(name, columns),
                ),
                column=name,
            )
    for name, column in columns.items():
        if column.required and name not in frame.columns:
            raise SourceError(
                N_(
                    "Il manque à la table « {table} » la colonne « {name} » : {help}",
                    table=table,
                    name=name,
                    help=column.help,
                ),
                column=name,
            )
    return frame.select(
        _cells(columns[name], frame.schema[name]) for name in columns if name in frame.columns
    )


def _cells(column: LayoutColumn, dtype: pl.DataType) -> pl.Expr:
    cells = pl.col(column.name)
    if dtype == pl.String and column.multiple:
        items = cells.str.split(";").list.eval(pl.element().str.strip_chars())
        return items.list.eval(pl.element().filter(pl.element() != ""))
    if dtype == pl.String:
        stripped = cells.str.strip_chars()
        return pl.when(stripped != "").then(stripped).alias(column.name)
    return cells
