"""What a finding rests on, as pages name it: methods by their names, with their place in `/methodes`, sources by their titles."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ...graph.analysis.methods import topics
from ...words import N_, Named, Spoken
from ..web.negotiation import Language
from .typesetting import typeset

if TYPE_CHECKING:
    import polars as pl

#: Methods of findings that `/methodes` does not tell.
_UNTOLD: Mapping[str, Mapping[str, str]] = {
    "benjamini_hochberg": N_("Correction pour comparaisons multiples (Benjamini et Hochberg)")
}


def method_name(name: str, said: Language) -> tuple[str, str]:
    """Give the address of a method and its name in words; an empty address and its code for one that no page tells.

    >>> method_name("location_quotient", "en"), method_name("gone", "fr")
    (('/methodes#location-quotient', 'Location quotient'), ('', 'gone'))
    """
    slug, names = _methods().get(name, ("", _UNTOLD.get(name, {})))
    told = names.get(said, name)
    return (f"/methodes#{slug}" if slug else ""), typeset(told, said)


def source_title(path: str, said: Language) -> str:
    """Give the title of a source from its path or its name, which stays where no file of the package describes it.

    >>> source_title("source/gone", "fr")
    'gone'
    """
    name = path.removeprefix("source/")
    return _titles().get(name, {}).get(said, name)


def source_titles(sources: pl.DataFrame) -> dict[str, Spoken]:
    """Give the titles of the sources of a region view's frame `sources`, a partner's too, by short name."""
    rows = sources.select("source", "title", "english").iter_rows()
    return {path.removeprefix("source/"): Named(title, english) for path, title, english in rows if title}


@cache
def _methods() -> Mapping[str, tuple[str, Mapping[str, str]]]:
    return {method.name: (method.slug, names) for topic in topics() for method, names in topic.methods}


@cache
def _titles() -> Mapping[str, Mapping[str, str]]:
    from ...loaders.sources.description import all_sources

    return _of_examples() | {name: one.title for name, one in all_sources().items()}


def _of_examples() -> dict[str, Mapping[str, str]]:
    """Read the titles of the sources that the demonstration is made of."""
    found: dict[str, Mapping[str, str]] = {}
    for path in sorted((Path(__file__).parents[2] / "examples").glob("*/about.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            about = {row[0]: row[1] for row in csv.reader(file)}
        if "name" in about:
            found[about["name"]] = Named(about["title"], about.get("title_en"))
    return found
