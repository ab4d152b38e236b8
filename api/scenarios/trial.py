"""A scenario as an address asks it: its assumptions, a line each, the territory looked at, and the figure that is mapped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from ...graph.region.gazetteer import Gazetteer, Territory
from ...graph.region.view import RegionView
from ...graph.scenarios.assumptions import LISTS, Assumption, Close, House, Move, Scenario
from ...graph.scenarios.changes import resolve
from ...graph.scenarios.names import NameIndex
from ...graph.scenarios.reading import parse_assumption
from ...words import N_
from ..analysis.openapi import LONGEST_ASSUMPTION, MOST_ASSUMPTIONS
from ..web.page_error import PageError
from ..web.parameters import is_true

PATH, NEW, KEEP = "/scenarios/essai", "/scenarios/nouveau", "/scenarios/garder"
TRIAL = "essai"
"""The name of a scenario that has none yet."""
TAKEN = frozenset({TRIAL, "nouveau", "garder"})
"""Names that are addresses of pages, which no scenario kept from the site takes."""
_SHORT = {
    "place": "territory/commune/",
    "at": "territory/commune/",
    "territories": "territory/epci/",
    "area": "territory/",
}


@dataclass(frozen=True)
class Trial:
    """What is asked: `lines` of assumptions, a `territory` (a name, or a path without its head), the `figure` on the map."""

    lines: tuple[str, ...] = ()
    territory: str = ""
    illustrative: bool = False
    figure: str = ""

    @classmethod
    def of(cls, query: QueryParams) -> Trial:
        """Read what an address asks; raises PageError (400) where it asks for too much."""
        lines = tuple(line.strip() for line in query.getlist("h") if line.strip())
        if len(lines) > MOST_ASSUMPTIONS:
            raise PageError(400, N_("Un scénario a {n} hypothèses au plus.", n=str(MOST_ASSUMPTIONS)))
        if any(
            len(line) > LONGEST_ASSUMPTION
            for line in (*lines, query.get("territory", ""), query.get("figure", ""))
        ):
            raise PageError(400, N_("Une valeur de l’adresse est trop longue."))
        return cls(
            lines,
            query.get("territory", "").strip(),
            is_true(query, "illustrative"),
            query.get("figure", "").strip(),
        )

    def address(self, path: str = PATH, **more: str) -> str:
        """Give the address that asks the same of a page; `more` are other parameters, left out where they are empty.

        >>> Trial(("close-branch x",), "epci/2").address(figure="jobs")
        '/scenarios/essai?territory=epci%2F2&h=close-branch+x&figure=jobs'
        """
        pairs = [("territory", self.territory), *(("h", line) for line in self.lines)]
        pairs += [("illustrative", "true" if self.illustrative else ""), *more.items()]
        text = urlencode([pair for pair in pairs if pair[1]])
        return f"{path}?{text}" if text else path

    def without(self, place: int) -> Trial:
        """Give the trial without one of its assumptions."""
        return replace(self, lines=(*self.lines[:place], *self.lines[place + 1 :]))

    def scenario(self) -> Scenario:
        """Read the scenario; raises ScenarioError, which names the assumption."""
        return Scenario(TRIAL, TRIAL, tuple(parse_assumption(line) for line in self.lines))

    def named(self, name: str, label: str) -> Scenario:
        """Read the scenario under a name of its own; what it opens and names again is called after it."""
        lines = (line.replace(f"/{TRIAL}-", f"/{name}-") for line in self.lines)
        return Scenario(name, label, tuple(parse_assumption(line) for line in lines))


def line_of(assumption: Assumption) -> str:
    """Write a resolved assumption as an address says it: what it opens is named anew, places by their codes.

    >>> from ...graph.scenarios.assumptions import Open
    >>> line_of(Open("branch", "territory/commune/26113", "Antenne de Die", "site/essai-antenne-de-die"))
    "open-branch 26113 'Antenne de Die'"
    """
    changed: dict[str, Any] = {"id": None} if hasattr(assumption, "id") else {}
    for one in fields(assumption):
        if (head := _SHORT.get(one.name)) and (value := getattr(assumption, one.name)):
            changed[one.name] = (
                tuple(name.removeprefix(head) for name in value)
                if one.name in LISTS
                else value.removeprefix(head)
            )
    return replace(assumption, **changed).to_line()


def trial_of(scenario: Scenario, asked: Trial) -> Trial:
    """Give a saved scenario as a trial, to change it; what it opened is called after no name again."""
    lines = tuple(line_of(one).replace(f"/{scenario.name}-", f"/{TRIAL}-") for one in scenario.assumptions)
    return replace(asked, lines=lines)


def territory_of(view: RegionView, asked: str, scenario: Scenario) -> Territory:
    """Find the territory that is looked at: the one asked, else that of the first assumption, else the region.

    That is the one where interns find housing; of another assumption, the intercommunality of its communes.

    Raises UnknownName.
    """
    gazetteer = Gazetteer.of(view)
    if asked:
        return gazetteer.territory(asked)
    assumptions = resolve(view, scenario).assumptions
    if isinstance(assumptions[0], House):
        return gazetteer.territory(assumptions[0].area)
    for at in _communes(view, gazetteer, assumptions):
        for level in ("epci", "department"):
            if found := gazetteer.containing(gazetteer.commune(at), level):
                return found[0][0]
    return gazetteer.territory(view.within)


def _communes(view: RegionView, gazetteer: Gazetteer, assumptions: Sequence[Assumption]) -> list[int]:
    """List the communes that resolved assumptions are about, in their order."""
    found: list[int] = []
    for one in assumptions:
        for name in ("place", "at"):
            found += gazetteer.at(getattr(one, name, None))
        for path in (*getattr(one, "territories", ()), *getattr(one, "places", ()), getattr(one, "area", "")):
            found += gazetteer.communes(path)
        if not found and isinstance(one, Close | Move):
            found += sorted(NameIndex.of(view, one.kind).communes.get(one.node, ()))
    return found
