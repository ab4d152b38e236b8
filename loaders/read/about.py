"""What a partner says of its own data: the `about` table of the exchange layout, and the name its graph takes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime

import polars as pl
from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from ...graph.declarations import nearest
from ...graph.snapshots.provenance import LICENCES
from ...words import N_, Spoken
from ..sources.choices import choices, unknown_term
from ..sources.declaration import SourceError
from ..sources.description import SOURCES
from ..sources.names import normalise

#: Subjects that are chosen from a list.
CHOSEN = ("role", "evidence")
#: Names that no partner may take.
RESERVED = (
    "ontology",
    "provenance",
    "register",
    "filieres",
    "metiers",
    "deductions",
    "indicators",
    "scenario",
    "agreements",
    "announcements",
    "desk",
    "internships",
    "relays",
)

#: Licences by what people call them, normalised: their identifiers with any signs, and the usual names.
CALLED: Mapping[str, str] = {
    **{normalise(name): name for name in LICENCES},
    **dict.fromkeys(
        ("licence ouverte 2 0", "licence ouverte v2 0", "licence ouverte version 2 0", "licence ouverte open licence 2 0",
         "licence ouverte etalab 2 0", "licence ouverte open licence version 2 0", "open licence 2 0"), "etalab-2.0"),
    "odbl": "ODbL-1.0",
    "cc0": "CC0-1.0",
}  # fmt: skip

_DATES = ("%Y", "%Y-%m", "%Y-%m-%d")
"""A year, a month or a day; two of them with a stroke between are a period."""

#: What a partner says of its own data: how each subject is called where people read, and what it is.
SUBJECTS: Mapping[str, tuple[Spoken, Spoken]] = {
    "name": (N_("Nom court"), N_("Il nomme le graphe et vos identifiants : « pays-de-saillans ».")),
    "title": (N_("Titre en français"), N_("Ce que sont ces données.")),
    "title_en": (N_("Titre en anglais"), N_("Facultatif.")),
    "publisher": (N_("Qui publie"), N_("Le nom de la structure, jamais d'une personne.")),
    "licence": (N_("Licence"), N_("etalab-2.0, ODbL-1.0, CC-BY-4.0, ou une adresse.")),
    "date": (N_("Date ou période"), N_("Ce que les données décrivent : 2026, ou 2021/2025.")),
    "url": (N_("Page web"), N_("Facultatif.")),
    "covers": (
        N_("Territoires couverts"),
        N_("Codes séparés par « ; », si vos données ne décrivent que certains territoires."),
    ),
    "role": (
        N_("Rôle"),
        N_("Laisser vide ; « illustrative » pour des exemples gardés hors des indicateurs."),
    ),
    "evidence": (
        N_("Statut de preuve"),
        N_("Celui des lignes qui n'en disent pas : déclaré si rien n'est écrit."),
    ),
}


def read_about(table: pl.DataFrame | None) -> dict[str, str]:
    """Return the `about` table as a dictionary, empty where there is none.

    Raises:
        SourceError: the role or the evidence is none of the list, the licence neither an SPDX identifier nor an address, or the
            date no date, year or period.

    >>> read_about(pl.DataFrame({"key": ["name", "date"], "value": ["essai", None]}))
    {'name': 'essai'}
    """
    if table is None or not {"key", "value"} <= set(table.columns):
        return {}
    about = {str(key): str(value) for key, value in table.select("key", "value").iter_rows() if value}
    for key in (one for one in CHOSEN if one in about):
        text = about[key].removeprefix("evidence-status/")
        if text not in choices("about", key):
            raise SourceError(
                N_(
                    "about : « {subject} » : {reason}",
                    subject=SUBJECTS[key][0],
                    reason=unknown_term(text, "about", key),
                ),
                column="value",
                value=about[key],
            )
    if (licence := about.get("licence")) and not _is_licence(licence):
        raise SourceError(
            N_(
                "about : la licence « {text} » n'est ni un identifiant SPDX ({names}…) ni une adresse{near}.",
                text=licence,
                names=", ".join(LICENCES),
                near=nearest(licence, LICENCES),
            ),
            column="value",
            value=licence,
        )
    if (date := about.get("date")) and not (date.count("/") < 2 and all(map(_is_date, date.split("/")))):
        raise SourceError(
            N_("about : « {text} » n'est pas une date : écrivez 2026, 2026-03-31 ou 2021/2025.", text=date),
            column="value",
            value=date,
        )
    return about


def _is_licence(text: str) -> bool:
    """Tell whether a text is an address, or what SPDX calls a licence."""
    with suppress(InvalidLicenseExpression):
        return text.startswith(("https://", "http://")) or canonicalize_license_expression(text) == text
    return False


def _is_date(text: str) -> bool:
    for form in _DATES:
        with suppress(ValueError):
            return bool(datetime.strptime(text, form))
    return False


def graph_name(about: dict[str, str], as_name: str | None, source: str) -> str:
    """Return the name of the graph of a load: the one asked for, else the partner's, else the source's.

    Raises:
        SourceError: the name is empty, reserved, or that of another source of the package.

    >>> graph_name({"name": "Agence d'Écully"}, None, "exchange")
    'agence-d-ecully'
    """
    text = as_name or about.get("name") or source
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if not name:
        raise SourceError(
            N_("« {text} » ne peut pas nommer un graphe : il y faut une lettre ou un chiffre.", text=text),
            value=text,
        )
    if name in RESERVED or (name != source and (SOURCES / name / "source.toml").is_file()):
        raise SourceError(
            N_("« {name} » est un nom réservé : donnez-en un autre à ces données.", name=name), value=text
        )
    return name


def with_name(table: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return an `about` table that gives this name, so that identifiers made from it agree with the graph.

    >>> with_name(pl.DataFrame({"key": ["name"], "value": ["Essai !"]}), "essai").rows()
    [('name', 'essai')]
    """
    others = table.filter(pl.col("key") != "name")
    row = pl.DataFrame({"key": ["name"], "value": [name]}, schema={"key": pl.String, "value": pl.String})
    return pl.concat([others, row], how="diagonal")
