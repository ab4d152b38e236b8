"""Programmes as those who seek posts: where they are taught, and what they prepare for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from ...ontology.vocabulary import ID
from ..region.names import SharedName, UnknownName
from ..region.text import fold
from ..region.view import RegionView

_NEAR = 3


@dataclass(frozen=True)
class Programme:
    """A programme of the graph: its path, name, institution, communes, and the families of occupations and filières it is of."""

    path: str
    label: str
    institution: str
    places: tuple[str, ...]
    subjects: tuple[str, ...]


def find_programme(view: RegionView, name: str, institution: str = "") -> Programme:
    """Find a programme by its code, path, IRI or name, of one institution where its path is given.

    Raises UnknownName with the programmes whose names hold its words, SharedName for a name that several have.
    """
    rows = view.frame("programmes").select("programme", "label", "institution", "place").unique()
    text = name.strip().removeprefix(ID)
    for path in (text, f"programme/{text}"):
        if (found := rows.filter(pl.col("programme") == path)).height:
            return _made(view, found)
    if institution:
        rows = rows.filter(pl.col("institution") == institution)
    words = fold(text)
    folded = {label: fold(label) for label in rows["label"].unique().sort().to_list()}
    same = rows.filter(pl.col("label").is_in([label for label, key in folded.items() if key == words]))
    if same["programme"].n_unique() == 1:
        return _made(view, same)
    if same.height:
        names = dict(view.frame("actors").select("actor", "label").iter_rows())
        each = (
            same.unique("programme", keep="first")
            .sort("programme")
            .select("programme", "label", "institution")
        )
        offered = [(names.get(of, label), ID + path) for path, label, of in each.iter_rows()]
        raise SharedName(name, offered, "programme")
    same = rows.filter(pl.col("label").is_in(_holding(words, folded)))
    one_each = same.unique("programme", keep="first")
    nearest = one_each.sort(pl.col("label").str.len_chars(), "programme").head(_NEAR)
    raise UnknownName(
        "programme",
        name,
        [(label, ID + path) for path, label in nearest.select("programme", "label").iter_rows()],
    )


def _holding(words: str, folded: Mapping[str, str]) -> list[str]:
    """Give the names that hold all the long words of some words."""
    asked = [word for word in words.split() if len(word) > 2]
    return [name for name, key in folded.items() if asked and all(word in key for word in asked)]


def _made(view: RegionView, rows: pl.DataFrame) -> Programme:
    path, label, institution = rows.select("programme", "label", "institution").row(0)
    families = view.frame("preparations").filter(pl.col("programme") == path)["family"].to_list()
    chains = view.frame("members").filter(pl.col("member") == path)["chain"].to_list()
    places = rows["place"].drop_nulls().unique().sort().to_list()
    return Programme(
        path, label, institution or "", tuple(places), tuple(sorted({*families, *chains} - {None}))
    )
