"""What the words of an assumption stand for in a matter: communes, intercommunalities, and things that open or close."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

import polars as pl

from ...ontology.vocabulary import ID
from ...words import N_, Spoken
from ..region.derived import recent_events
from ..region.gazetteer import Gazetteer, Territory
from ..region.names import UnknownName
from ..region.relays import relays_of
from ..region.view import RegionView
from .assumptions import ScenarioError

KIND_NAMES: Mapping[str, Spoken] = {
    "branch": N_("antenne"),
    "relay": N_("structure relais"),
    "programme": N_("formation"),
    "platform": N_("plateforme"),
}
"""The kinds of things."""
_MAX = 40


@dataclass(frozen=True)
class NameIndex:
    """Ids of things of one kind, each with its `labels` and the `communes` it is in (places in the ground)."""

    labels: dict[str, str]
    communes: dict[str, frozenset[int]]

    @classmethod
    def of(cls, matter: RegionView, kind: str) -> NameIndex:
        """List the branches, relays, programmes or platforms of a matter; a relay is the organization."""
        rows = _rows(matter, kind)
        ground = Gazetteer.of(matter)
        labels: dict[str, str] = {}
        communes: dict[str, set[int]] = {}
        for node, label, place in (
            rows.select("node", "label", "place").unique(maintain_order=True).iter_rows()
        ):
            labels.setdefault(node, label or node)
            communes.setdefault(node, set()).update(ground.at(place))
        return cls(labels, {node: frozenset(ats) for node, ats in communes.items()})


def frame_of(kind: str) -> str:
    """Name the frame that things of a kind are rows of."""
    return {"programme": "programmes", "platform": "platforms"}.get(kind, "relays")


def rows_of(kind: str) -> pl.Expr:
    """Tell the rows of things of a kind within their frame."""
    return pl.col("kind") == kind if frame_of(kind) == "relays" else pl.lit(True)


def key_of(kind: str) -> pl.Expr:
    """Give the column of the ids of a kind: a relay is its organization, or its site where that is not known."""
    if kind == "relay":
        return pl.coalesce("organization", "site")
    return pl.col({"branch": "site", "programme": "programme", "platform": "platform"}[kind])


def find_node(matter: RegionView, kind: str, text: str) -> str:
    """Find the id of a branch, relay, programme or platform by its path, IRI, the end of its path, or its name.

    Raises UnknownName with the nearest, ScenarioError where several have the name.
    """
    named = NameIndex.of(matter, kind)
    bare = text.strip().removeprefix(ID)
    if bare in named.labels:
        return bare
    if kind == "relay":  # named by its site
        sites = matter.frame("relays").filter(pl.col("kind") == kind)
        bare = next(iter(sites.filter(pl.col("site") == bare).select(key_of(kind)).to_series()), bare)
        if bare in named.labels:
            return bare
    same = [node for node in named.labels if node.endswith("/" + bare)]
    same = same or [node for node, label in named.labels.items() if label.casefold() == bare.casefold()]
    if len(same) == 1:
        return same[0]
    if same:
        told = ", ".join(same[:5])
        raise ScenarioError(
            N_(
                "Plusieurs choses du genre « {kind} » s'appellent « {text} » : {told}.",
                kind=KIND_NAMES[kind],
                text=text,
                told=told,
            ),
        )
    raise UnknownName(kind, text, nearest(bare, named.labels))


def _communes(ground: Gazetteer) -> dict[str, str]:
    rows = zip(ground.ids, ground.labels, ground.home.tolist(), strict=True)
    return {path: label for path, label, is_home in rows if is_home}


def branch_communes(matter: RegionView) -> dict[str, str | None]:
    """Give the commune of each digital branch, None where it is not known, by the path of the branch."""
    branches = matter.frame("relays").filter(kind="branch")
    return dict(branches.select("site", "place").iter_rows())


def events_held(matter: RegionView, territory: str) -> pl.DataFrame:
    """Give the public events of the year that are held within a territory, a row each, as the frame of events has them."""
    ground = Gazetteer.of(matter)
    communes = set(ground.territory(territory).communes.tolist())
    held = matter.once(recent_events).filter(how="held")
    places = [
        one
        for one in held["place"].drop_nulls().unique().to_list()
        if (ats := ground.communes(one)) and communes.issuperset(ats)
    ]
    return held.filter(pl.col("place").is_in(places)).unique("event", keep="first", maintain_order=True)


def find_commune(matter: RegionView, text: str) -> tuple[str, str]:
    """Find a commune of the ground by its code, path, IRI or name: its id and label.

    Raises UnknownName with the nearest, ScenarioError where several have the name or the place is more than one.
    """
    ground = Gazetteer.of(matter)
    bare = text.strip().removeprefix(ID).removeprefix("territory/").removeprefix("commune/")
    found = list(ground.at(f"territory/commune/{bare.upper()}"))
    found = found or [at for at, label in enumerate(ground.labels) if label.casefold() == bare.casefold()]
    found = [at for at in found if ground.home[at]]  # those beyond the edge are there for distances alone
    if len(found) == 1:
        return ground.ids[found[0]], ground.labels[found[0]]
    if found:
        told = ", ".join(f"{ground.labels[at]} ({ground.ids[at].rsplit('/', 1)[-1]})" for at in found)
        raise ScenarioError(
            N_("« {text} » est le nom de plusieurs communes : {told}.", text=text, told=told),
        )
    raise UnknownName("commune", text, nearest(bare, _communes(ground)))


def find_epci(matter: RegionView, text: str) -> Territory:
    """Find an intercommunality; raises UnknownName, or ScenarioError for a territory of another level."""
    found = Gazetteer.of(matter).territory(text)
    if found.level != "epci":
        raise ScenarioError(
            N_(
                "« {text} » ({found}) n'est pas un EPCI : seuls des EPCI fusionnent.",
                text=text,
                found=found.label,
            ),
        )
    return found


def find_organization(matter: RegionView, text: str) -> str:
    """Find an organization by its code, path, IRI or name; raises UnknownName."""
    labels = dict(matter.frame("actors").select("actor", "label").iter_rows())
    return find_known("organization", "organization", text, labels)


def find_known(kind: str, root: str, text: str, labels: dict[str, str]) -> str:
    """Find one of some things (label by id) by its id, the end of it below `root`, or its label.

    Raises UnknownName with the nearest, ScenarioError where several have the label.
    """
    bare = text.strip().removeprefix(ID)
    same = [node for node in (bare, f"{root}/{bare}") if node in labels]
    same = same or [node for node, label in labels.items() if label.casefold() == bare.casefold()]
    if not same:
        raise UnknownName(kind, text, nearest(bare, labels))
    if len(same) > 1 and same[0] not in (bare, f"{root}/{bare}"):
        told = ", ".join(sorted(same, key=lambda one: "-" in one)[:5])  # official codes first
        raise ScenarioError(
            N_("« {text} » est le nom de plusieurs choses : {told}.", text=text, told=told),
        )
    return same[0]


def slug(text: str) -> str:
    """Make a name for an IRI of a label.

    >>> slug("Antenne de Die (Drôme)")
    'antenne-de-die-drome'
    """
    plain = (
        unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("æ", "ae"))
        .encode("ascii", "ignore")
        .decode()
    )
    return re.sub("[^a-z0-9]+", "-", plain.lower()).strip("-")[:_MAX].strip("-") or "x"


def _rows(matter: RegionView, kind: str) -> pl.DataFrame:
    rows = matter.frame(frame_of(kind)).filter(rows_of(kind))
    rows = rows.select(key_of(kind).alias("node"), "label", "place")
    if kind == "relay":  # those without a site of their own are in no place that could close or move
        typed = relays_of(matter).select("node", "label", place=pl.lit(None, pl.String))
        return pl.concat([typed, rows])
    return rows


def nearest(text: str, labels: dict[str, str]) -> list[tuple[str, str]]:
    """List up to three of some things (label by id) whose name or code is nearest to a text: label and IRI."""
    words: dict[str, str] = {}
    for node, label in labels.items():
        for word in (label.casefold(), node.rsplit("/", 1)[-1]):
            words.setdefault(word, node)
    asked = text.rsplit("/", 1)[-1].casefold()
    near: Iterable[str] = get_close_matches(asked, words, n=3, cutoff=0.4)
    near = [*near, *(word for word in words if len(asked) >= 4 and asked in word)]
    return [(labels[node], ID + node) for node in dict.fromkeys(words[word] for word in near)][:3]
