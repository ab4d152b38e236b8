"""What pages of actors and programmes read, for one snapshot: frames by actor, in memory.

Nothing is asked of the store while blocks are made: a page takes the rows of one actor or programme.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl
from fastapi import Request

from ....graph.region.derived import hiring_plans, interaction_places
from ....graph.region.gazetteer import Gazetteer
from ....graph.region.names import UnknownName
from ....graph.region.view import RegionView
from ....graph.suggestions.directory import ACADEMIC, COMPANY
from ....ontology.vocabulary import ID
from ....words import Named, Spoken
from ...analysis.analyses import Analyses
from ...analysis.read_once import ReadOnce
from ...reading.rows import By
from ...reading.solutions import Reading
from ...render.blocks.block import BlockContext
from ...web.links import local_name
from ...web.negotiation import Language

#: Frames that pages of actors and programmes read, as they are.
FRAMES = (
    *(
        "actors",
        "sites",
        "supervisions",
        "kin",
        "institutions",
        "records",
        "successions",
        "actions",
        "units",
        "statuses",
        "programmes",
        "preparations",
        "students",
        "accounts",
    ),
    *("participations", "interactions", "titles", "ties", "members", "hirings", "sources", "communes"),
    *(
        "territories",
        "authorities",
        "parts",
        "establishments",
        "sector-families",
        "chain-rules",
        "homepages",
        "openings",
    ),
)
#: Those that are also read with the illustrative graphs, for examples shown apart.
ILLUSTRATIVE = ("participations", "interactions", "titles", "platforms", "concepts")


def communes(places: Iterable[str]) -> list[str]:
    """Keep the communes among places; the larger territories that a source also gives only where it gives no commune.

    >>> communes(["territory/commune/38185", "territory/epci/200040715"]), communes(["territory/epci/200040715"])
    (['territory/commune/38185'], ['territory/epci/200040715'])
    """
    listed = list(dict.fromkeys(places))
    return [one for one in listed if one.startswith("territory/commune/")] or listed


@dataclass(frozen=True)
class ActorData:
    """All that pages of actors and programmes of one snapshot are made from.

    `frames` are those of the matter; `names` have what actors, interactions, programmes, sites and places are called in
    French, `words` what concepts are called in French and English. `ground` is None without the region. `made` keeps
    what pages make of it once.
    """

    snapshot: str
    frames: Mapping[str, pl.DataFrame]
    names: Mapping[str, str]
    words: Mapping[str, Spoken]
    ground: Gazetteer | None = None
    made: dict[tuple[str, ...], Any] = field(default_factory=dict)

    @classmethod
    def of(cls, matter: RegionView, everything: RegionView) -> ActorData:
        """Read what pages of actors need of a matter, and of the same with the illustrative graphs."""
        frames = {name: matter.frame(name) for name in FRAMES}
        frames["interactions"] = frames["interactions"].unique(
            "interaction", keep="first", maintain_order=True
        )
        frames["hirings"] = matter.once(hiring_plans)
        frames["participations"] = matter.once(interaction_places)  # with the evidence and the source of each
        frames |= {f"all-{name}": everything.frame(name) for name in ILLUSTRATIVE}
        concepts = frames["all-concepts"].unique("concept", keep="first")
        words = {c: Named(fr, en) for c, fr, en in concepts.select("concept", "label", "english").iter_rows()}
        names: dict[str, str] = {}
        for frame, key in (
            ("programmes", "programme"), ("communes", "place"), ("territories", "territory"), ("units", "unit"),
            ("sites", "site"), ("all-titles", "interaction"), ("actors", "actor"),
        ):  # fmt: skip
            names |= dict(frames[frame].select(key, "label").drop_nulls().iter_rows())
        try:
            ground = Gazetteer.of(matter)
        except (UnknownName, ValueError):
            ground = None
        known = cls(matter.snapshot, frames, names, words, ground)
        known.warm()
        return known

    def warm(self) -> None:
        """Make what the first page would wait for."""
        for name, key in (
            ("participations", "actor"), ("participations", "interaction"), ("interactions", "interaction"),
            ("programmes", "institution"), ("programmes", "programme"), ("sites", "organization"),
            ("supervisions", "unit"), ("supervisions", "institution"), ("members", "member"), ("actors", "actor"),
            ("units", "unit"), ("all-participations", "actor"),
        ):  # fmt: skip
            self.by(name, key).warm()
        assert self.kind("") == "" and self.towns("") == ()

    def by(self, name: str, key: str) -> By:
        """Give a frame by one of its columns, indexed once."""
        found = self.made.get((name, key))
        if found is None:
            found = self.made[name, key] = By(self.frames[name], key)
        assert isinstance(found, By)
        return found

    def family(self, path: str) -> frozenset[str]:
        """Give who supervises an actor or takes part in it, whom it supervises, its parts and what it is a part of."""
        ends = (
            ("supervisions", "institution", "unit"),
            ("supervisions", "unit", "institution"),
            ("kin", "part", "whole"),
            ("kin", "whole", "part"),
        )
        return frozenset(one for frame, mine, other in ends for one in self.by(frame, mine).of(path)[other])

    def kind(self, path: str) -> str:
        """Give the type of an actor, without the beginning of its path; empty where no source tells it."""
        if ("kinds",) not in self.made:
            units = dict.fromkeys(self.frames["units"]["unit"].to_list(), "research-unit")
            told = self.frames["actors"].select("actor", "type").drop_nulls().iter_rows()
            self.made["kinds",] = units | {actor: local_name(kind) for actor, kind in told}
        found: str = self.made["kinds",].get(path, "")
        return found

    def describes(self, path: str) -> bool:
        """Tell whether a source says anything of an organisation."""
        return any(
            path in self.by(frame, key)
            for frame, key in (
                ("actors", "actor"), ("participations", "actor"), ("sites", "organization"), ("units", "unit"),
                ("ties", "first"), ("ties", "second"), ("programmes", "institution"), ("supervisions", "institution"),
            )
        )  # fmt: skip

    def linkable(self, path: str) -> bool:
        """Tell whether links can be suggested to an organisation: a source says that it is a company, or academic."""
        return self.kind(path) in (*ACADEMIC, COMPANY)

    def towns(self, path: str) -> tuple[str, ...]:
        """List the communes of the sites of an actor; those from where it took part where it has no site."""
        if ("towns",) not in self.made:
            placed: dict[str, dict[str, None]] = {}
            sites = self.frames["sites"].select("organization", "place").drop_nulls()
            took = (
                self.frames["participations"]
                .select("actor", "place")
                .drop_nulls()
                .unique(maintain_order=True)
            )
            sited = {actor for actor, place in sites.iter_rows() if place.startswith("territory/commune/")}
            for actor, place in sites.iter_rows():
                placed.setdefault(actor, {})[place] = None
            for actor, place in took.iter_rows():
                if actor not in sited:
                    placed.setdefault(actor, {})[place] = None
            self.made["towns",] = {actor: tuple(communes(found)) for actor, found in placed.items()}
        found: tuple[str, ...] = self.made["towns",].get(path, ())
        return found

    def interactions(self, *paths: str) -> list[str]:
        """List the interactions in which some actors took part, each once."""
        found: list[str] = self.by("participations", "actor").of_all(paths).distinct("interaction")
        return found

    def pools(self, towns: Iterable[str]) -> list[str]:
        """List the labour pools that hold communes (or municipal districts) of the region."""
        around = self.by("parts", "place").of_all(towns).distinct("territory")
        return sorted(one for one in around if one.startswith("territory/bassin/"))

    def inside(self, territory: str) -> set[str]:
        """Give the communes and districts of a territory of the region."""
        return set(self.by("parts", "territory").of(territory)["place"])


@dataclass(frozen=True)
class Context(BlockContext):
    """What the blocks of one actor or programme are made from; names that no frame has are asked of the reading."""

    known: ActorData
    path: str
    reading: Reading
    language: Language

    def town(self, path: str) -> str:
        """Name the first communes where an actor is."""
        return ", ".join(sorted(self.name(one) for one in self.known.towns(path)[:3]))

    def learn(self, paths: Iterable[str | None]) -> None:
        """Look up at once the names of what is about to be shown and has none in the frames."""
        names, words = self.known.names, self.known.words
        missing = {p for p in paths if p and p not in names and p not in words}
        if missing:
            self.reading.learn_labels(_full(missing))

    def name(self, path: str | None) -> str:
        """Name an actor, an interaction, a programme, a site or a place; the end of its path where it has no name."""
        if not path:
            return ""
        return self.known.names.get(path) or self.reading.label(path if "://" in path else ID + path)

    def word(self, concept: str | None) -> str:
        """Name a concept in the language of the page."""
        if not concept:
            return ""
        pair = self.known.words.get(concept)
        if pair is not None:
            return pair[self.language]
        return self.reading.label(concept if "://" in concept else ID + concept)

    def say(self, words: Spoken) -> str:
        """Say something in the language of the page."""
        return words[self.language]


def _full(paths: Iterable[str]) -> Iterator[str]:
    return (path if "://" in path else ID + path for path in paths)


class Actors(ReadOnce[ActorData]):
    """Keeps what pages of actors of the current snapshot read."""

    def __init__(self, analyses: Analyses) -> None:
        super().__init__(analyses, ActorData.of)


async def known_of(request: Request, reading: Reading) -> ActorData:
    """Give what pages of actors of the snapshot being read are made from; raises as Analyses.run."""
    actors: Actors = request.app.state.actors
    known = await actors.of(reading.snapshot)
    reading.failed |= known.snapshot != reading.snapshot
    return known
