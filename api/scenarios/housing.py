"""What housing would change in a scenario: the posts filed in an area, and who could go to them, before and after."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request

from ...graph.internships.placement import Change, changed, place
from ...graph.internships.posts import Post, Wish
from ...graph.internships.remoteness import Remoteness
from ...graph.region.gazetteer import Gazetteer, Territory
from ...graph.region.view import RegionView
from ...graph.scenarios.assumptions import House, Scenario
from ..analysis.analyses import Analyses
from ..internships.placement_page import posts_and_wishes
from ..reading.publication import client_of


@dataclass(frozen=True)
class Housing:
    """The posts filed in an area: each with its seats filled before and after; and the same of all posts together.

    `failure` is a sentence where what the graph announces could not be read.
    """

    area: Territory
    posts: tuple[tuple[Post, int, int], ...]
    before: int
    after: int
    failure: str = ""

    @property
    def seats(self) -> int:
        """How many seats the posts of the area have."""
        return sum(post.seats for post, _, _ in self.posts)

    @property
    def here(self) -> tuple[int, int]:
        """How many seats of the area are filled, before and after."""
        return sum(before for _, before, _ in self.posts), sum(after for _, _, after in self.posts)


async def housings(request: Request, scenario: Scenario, *, illustrative: bool) -> list[Housing]:
    """Place the students of all wishes with and without the housing that a resolved scenario assumes, an area after another."""
    areas = [one.area for one in scenario.assumptions if isinstance(one, House)]
    if not areas:
        return []
    posts: list[Post] = []
    wishes: list[Wish] = []
    failure = ""
    for made_up in (False, True) if illustrative else (False,):
        more, seeking, failed = await posts_and_wishes(request, made_up)
        posts, wishes, failure = [*posts, *more], [*wishes, *seeking], failure or failed

    def work(view: RegionView) -> list[Housing]:
        ground, measure, now = Gazetteer.of(view), Remoteness.of(view), list(posts)
        found = []
        for path in areas:
            area = ground.territory(path)
            inside = set(area.communes.tolist())
            here = {
                post.id for post in now if (ats := ground.communes(post.place)) and inside.issuperset(ats)
            }
            housed, _ = changed(
                [post for post in now if post.id in here], wishes, Change(housing=True), measure.km
            )
            then = [*(post for post in now if post.id not in here), *housed]
            before, after = place(now, wishes, measure.km), place(then, wishes, measure.km)
            rows = [
                (post, len(before.placed[post.id]), len(after.placed[post.id]))
                for post in now
                if post.id in here
            ]
            found.append(Housing(area, tuple(rows), before.filled, after.filled, failure))
            now = then
        return found

    maps: Analyses = request.app.state.maps
    return await maps.run(work, client=client_of(request))
