"""The way from one actor of a filière to another, with what each step rests on: source, evidence, and the projects known."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from ....graph.chains.network import Actor, ChainNetwork
from ....graph.chains.stories import Step, Story, tell
from ....graph.region.view import RegionView
from ....words import EMPTY, Named, Spoken
from .asking import find, nearest


@dataclass(frozen=True)
class Project:
    """A project that both ends of a step take part in."""

    path: str
    label: str
    year: int | None


@dataclass(frozen=True)
class Grounds:
    """What a step rests on: its source (short name and titles by language) and the projects known of both its ends.

    Of a tie that a source only counts, `projects` are those that other sources describe: often fewer, or none.
    """

    step: Step
    source: str = ""
    title: Spoken = EMPTY
    projects: tuple[Project, ...] = ()

    @property
    def counted(self) -> bool:
        """Whether the tie is a number of projects that the source does not name."""
        return self.step.tie.kind == "works-with"


@dataclass(frozen=True)
class Way:
    """A way asked for: the story where both ends are known, else the ends that are not and the actors most like them."""

    story: Story | None
    unknown: tuple[tuple[str, tuple[Actor, ...]], ...] = ()
    grounds: tuple[Grounds, ...] = ()

    @property
    def actors(self) -> list[str]:
        """The paths of the actors on the way; none where there is no way."""
        return [actor.path for actor in self.story.actors] if self.story and self.story.steps else []


def way_of(matter: RegionView, network: ChainNetwork, start: str, end: str) -> Way:
    """Tell the shortest way between two actors given by path, IRI or name."""
    ends = {text: find(network, text) for text in (start, end)}
    unknown = tuple((text, tuple(nearest(network, text))) for text, found in ends.items() if not found)
    first, last = ends[start], ends[end]
    if not first or not last:
        return Way(None, unknown)
    story = tell(network, first, last)
    return Way(story, (), tuple(_grounds(matter, step) for step in story.steps))


def _grounds(matter: RegionView, step: Step) -> Grounds:
    source = step.tie.source.rpartition("/")[2]
    titles = matter.frame("sources").filter(pl.col("source") == step.tie.source)
    title = next(titles.select("title", "english").iter_rows(), (source, None)) if source else ("", None)
    projects = _projects(matter, step) if step.tie.kind == "works-with" else ()
    return Grounds(step, source, Named(title[0] or source, title[1]), projects)


def _projects(matter: RegionView, step: Step) -> tuple[Project, ...]:
    """Give the projects that both ends of a step take part in, the latest first."""
    part = matter.frame("participations").select("interaction", "actor")
    mine, theirs = (part.filter(pl.col("actor") == one.path) for one in (step.first, step.second))
    both = mine.join(theirs, on="interaction").select("interaction").unique()
    dated = both.join(
        matter.frame("interactions").select("interaction", "year").unique("interaction"),
        on="interaction",
        how="left",
    )
    named = dated.join(matter.frame("titles").unique("interaction"), on="interaction", how="left")
    rows = named.sort("year", "interaction", descending=[True, False], nulls_last=True)
    return tuple(
        Project(path, label or path.rpartition("/")[2], year)
        for path, year, label in rows.select("interaction", "year", "label").iter_rows()
    )
