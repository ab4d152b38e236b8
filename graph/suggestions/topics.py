"""What projects are about: the panel of the ANR that judged one, the field of a contest; and how alike two actors are by them."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from scipy.sparse import csr_array  # type: ignore[import-untyped, unused-ignore]

from ...words import Named
from ..analysis.adjacency import Places, Values
from .directory import Directory

_CALL = r"^project/anr/ANR-[0-9]{2}-([A-Z0-9]{4})-"
_BLOCK = 200_000


class Topics:
    """Topics by actor, of `meetings` (`interaction`, `node`, `year`, `about`), weighed by how rare each is, rows of length 1.

    `names` are the topics in the order of the columns: paths of concepts, and panels of the ANR as « anr/CE08 ».
    """

    def __init__(self, meetings: pl.DataFrame, nodes: int) -> None:
        earlier = {name: f"anr/{code}" for name, code in _panels()["earlier"].items()}
        known = {name: f"anr/{name}" for name in _panels()["panels"]} | earlier
        call = pl.col("interaction").str.extract(_CALL)
        rows = meetings.select(
            "node",
            "interaction",
            "year",
            topic=pl.coalesce(call.replace_strict(known, default=None), "about"),
        )
        rows = rows.drop_nulls("topic").sort("year", "interaction", nulls_last=False)
        self._latest = {
            (node, topic): project
            for node, project, topic in rows.select("node", "interaction", "topic").iter_rows()
        }
        self.names: list[str] = sorted(rows["topic"].unique().to_list())
        at = {name: place for place, name in enumerate(self.names)}
        columns = np.array([at[name] for name in rows["topic"]], dtype=np.intp)
        shape = (nodes, max(len(self.names), 1))
        counts = csr_array((np.ones(len(rows)), (rows["node"].to_numpy(), columns)), shape=shape)
        counts.sum_duplicates()
        self.counts = counts
        met = np.bincount(counts.indices, minlength=shape[1])
        weighed = csr_array(counts.multiply(np.log(nodes / np.maximum(met, 1))))
        length = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
        self._rows = csr_array(weighed.multiply((1 / np.where(length > 0, length, 1.0))[:, None]))

    def alike(self, one: Places, other: Places) -> Values:
        """Give the cosine of the topics of pairs of actors, in [0, 1]; 0 where either has none."""
        found = np.zeros(len(one))
        for start in range(0, len(one), _BLOCK):
            end = start + _BLOCK
            both = self._rows[one[start:end]].multiply(self._rows[other[start:end]])
            found[start:end] = np.asarray(both.sum(axis=1)).ravel()
        return found

    def has(self, nodes: Places) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Tell which actors have a topic."""
        return np.asarray(np.diff(self.counts.indptr)[nodes] > 0)

    def latest(self, node: int, topic: str) -> str:
        """Give the latest interaction of an actor on one of its topics."""
        return str(self._latest[node, topic])

    def common(self, one: int, other: int) -> list[str]:
        """List the topics of two actors, those that weigh most in both first."""
        both = csr_array(self._rows[[one]].multiply(self._rows[[other]]))
        order = np.lexsort((both.indices, -both.data))
        return [self.names[at] for at in both.indices[order].tolist()]


def topic_name(topic: str, who: Directory) -> Named:
    """Name a topic in each language.

    >>> topic_name("anr/CE08", None)["fr"]
    'Matériaux métalliques et inorganiques'
    """
    if topic.startswith("anr/"):
        names = _panels()["panels"][topic.removeprefix("anr/")]
        return Named(names["fr"], names["en"])
    return who.concept(topic)


@cache
def _panels() -> dict[str, dict[str, Any]]:
    """Read what the panels of the ANR are about, and which earlier programmes judged the same."""
    return tomllib.loads((Path(__file__).parent / "anr_panels.toml").read_text("utf-8"))
