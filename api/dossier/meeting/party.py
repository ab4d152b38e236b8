"""One side of a meeting, a territory or an organisation: what it does, trains for, studies, and with whom."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ....graph.region.actor_types import ACADEMIC
from ....graph.region.gazetteer import Territory
from ....graph.region.text import fold
from ....graph.suggestions.directory import nameless
from ....words import Said, Spoken, first_upper, of_name, organization_name, territory_name
from ...labels.wording import level_name
from ...pages.actor.lists import members_of
from ...pages.actor.matter import Context
from ...pages.territory.lists import kind_words
from ...pages.territory.matter import PortraitData
from ...pages.territory.pairs import SHARE

MINISTRY, PANELS = "field/mesr/", "field/erc/"
"""Fields of the ministry, the ten that any reader knows and the source names in French; panels of the ERC."""


@dataclass(frozen=True)
class Party:
    """A side of a meeting.

    `actors` are those who take part in its interactions for it: itself, or who acts from the territory, by interaction.
    `fields`, `families` and `chains` are counts: open units by field, open programmes by family of occupations, members by
    filière and function. `towns` are paths of communes. All are with those of its `parts`. `family` are the organisations that
    are of an organisation, and those that it is of: what they do with it is no tie with somebody else.
    """

    path: str
    name: str
    nature: str
    address: str
    context: Context
    actors: Mapping[str, frozenset[str]]
    units: frozenset[str]
    programmes: frozenset[str]
    members: Sequence[tuple[str, str, str | None, str]]
    towns: tuple[str, ...]
    family: frozenset[str] = frozenset()
    parts: tuple[str, ...] = ()
    territory: Territory | None = None
    seen: PortraitData | None = field(default=None, repr=False)

    @property
    def key(self) -> str:
        """What names it in an address: the code of an organisation, the level and code of a territory."""
        return self.path.partition("/")[2]

    @cached_property
    def the(self) -> Spoken:
        """Its name as the subject of a sentence: « l'Isère »."""
        return Said(
            lambda language: (
                territory_name(self.name, self.territory.level, language)
                if self.territory
                else organization_name(self.name, language)
            )
        )

    @cached_property
    def opening(self) -> Spoken:
        """Its name where it begins a sentence: « L'Isère »."""
        return Said(lambda language: first_upper(self.the[language]))

    @cached_property
    def of(self) -> Spoken:
        """Its name after « de »: « de l'Isère »."""
        return Said(lambda language: of_name(self.the[language], language))

    @cached_property
    def local(self) -> frozenset[str]:
        """Who is of it: itself; of a territory, who acts from there in a tenth (`SHARE`) of its interactions of known place."""
        if self.territory is None:
            return frozenset((self.path,))
        acting = Counter(actor for actors in self.actors.values() for actor in actors)
        took = self.context.known.by("participations", "actor").of_all(acting)
        placed = Counter(
            actor for actor, _ in {row[:2] for row in took.select("actor", "interaction", "place") if row[2]}
        )
        return frozenset(one for one, count in acting.items() if count >= SHARE * placed[one])

    @cached_property
    def fields(self) -> Counter[str]:
        """Open research units by field of the ministry."""
        return self._studied(MINISTRY)

    @cached_property
    def panels(self) -> Counter[str]:
        """Open research units by panel of the ERC."""
        return self._studied(PANELS)

    def _studied(self, scheme: str) -> Counter[str]:
        rows = self.context.known.by("units", "unit").of_all(self.units)
        pairs = {(unit, one) for unit, one in rows.select("unit", "field") if one and one.startswith(scheme)}
        return Counter(one for _, one in pairs)

    @cached_property
    def families(self) -> Counter[str]:
        """Open programmes by the family of occupations that a rule says they prepare for."""
        rows = self.context.known.by("preparations", "programme").of_all(self.programmes)
        return Counter(family for _, family in set(rows.select("programme", "family")) if family)

    @cached_property
    def chains(self) -> Counter[tuple[str, str]]:
        """Members by filière and function."""
        found = {(chain, function, member) for chain, function, _, member in self.members}
        return Counter((chain, function) for chain, function, _ in found)

    @cached_property
    def years(self) -> tuple[int, ...]:
        """The years of its interactions that have one, in order."""
        rows = self.context.known.by("interactions", "interaction").of_all(self.actors)
        return tuple(sorted(year for year in rows["year"] if year))

    @cached_property
    def partners(self) -> Counter[str]:
        """Interactions shared with each organisation that is not of its side."""
        return Counter({one: n for one, n in self._beside.items() if one not in self.family})

    @cached_property
    def kin(self) -> bool:
        """Whether some of its family, which are no partners, take part in its interactions."""
        return not self.family.isdisjoint(self._beside)

    @cached_property
    def _beside(self) -> Counter[str]:
        """Interactions shared with each organisation that does not act for it."""
        mine = frozenset[str]().union(*self.actors.values())
        took = self.context.known.by("participations", "interaction").of_all(self.actors)
        return Counter(actor for _, actor in set(took.select("interaction", "actor")) if actor not in mine)

    def named_partners(self) -> list[tuple[str, int]]:
        """Give its partners that have a name, those of most interactions first, with how many; of equal ones academic first."""
        known = self.context.known
        found = [pair for pair in self.partners.items() if self.has_name(pair[0])]
        return sorted(
            found,
            key=lambda pair: (
                -pair[1],
                known.kind(pair[0]) not in ACADEMIC,
                fold(known.names[pair[0]]),
                pair[0],
            ),
        )

    def first_partners(self, most: int) -> list[tuple[str, int]]:
        """Give the first of `named_partners`, at most so many: of equal ones, all or none."""
        ranked = self.named_partners()
        beyond = ranked[most][1] if len(ranked) > most else 0
        return [pair for pair in ranked[:most] if pair[1] > beyond]

    def has_name(self, path: str) -> bool:
        """Tell whether an organisation has a name, and not the number alone that its source gives it."""
        names = self.context.known.names
        return path in names and not nameless(names[path])


def territory_party(context: Context, seen: PortraitData, place: Territory) -> Party:
    """Read a territory as a side: who acts from there, what is taught, studied and made there."""
    took = seen.rows("participations", place)
    units = seen.rows("units", place).select("unit", "end")
    programmes = seen.rows("programmes", place).select("programme", "end")
    return Party(
        place.id,
        place.label,
        level_name(place.level, context.language),
        f"/territoires/{place.id.removeprefix('territory/')}",
        context,
        _by_interaction(took.select("interaction", "actor")),
        frozenset(one for one, end in units if end is None),
        frozenset(one for one, end in programmes if end is None),
        list(dict.fromkeys(seen.rows("members", place).select("chain", "function", "stage", "member"))),
        tuple(seen.ground.ids[at] for at in place.communes),
        territory=place,
        seen=seen,
    )


def actor_party(context: Context) -> Party:
    """Read an organisation as a side, with its parts: their interactions, units, programmes, filières and communes."""
    known, path = context.known, context.path
    kin = known.by("kin", "whole").of(path).select("part", "relation")
    parts = tuple(dict.fromkeys(part for part, relation in kin if relation == "part"))
    whole = (path, *parts)
    held = known.by("supervisions", "institution").of_all(whole).select("unit", "relation")
    mine = {unit for unit, relation in held if relation == "supervised"} | {path}
    units = known.by("units", "unit").of_all(mine).select("unit", "end")
    programmes = known.by("programmes", "institution").of_all(whole).select("programme", "end")
    members = dict.fromkeys(member for one in whole for member in members_of(known, one))
    rows = known.by("members", "member").of_all(members)
    return Party(
        path,
        context.name(path),
        kind_words(known.kind(path), context.language),
        f"/acteurs/{path.removeprefix('organization/')}",
        context,
        _by_interaction((event, one) for one in whole for event in known.interactions(one)),
        frozenset(one for one, end in units if end is None),
        frozenset(one for one, end in programmes if end is None),
        list(dict.fromkeys(rows.select("chain", "function", "stage", "member"))),
        tuple(dict.fromkeys(town for one in whole for town in known.towns(one))),
        known.family(path),
        parts,
    )


def _by_interaction(pairs: Iterable[tuple[Any, Any]]) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for event, actor in pairs:
        found[event].add(actor)
    return {event: frozenset(actors) for event, actors in found.items()}
