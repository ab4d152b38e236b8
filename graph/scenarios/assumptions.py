"""What a scenario assumes: openings, closings, moves, mergers and offers, as small values in words of the graph.

An assumption names things as a person does (a code, a path, a name) or, once resolved (`changes.resolve`), by the
path of their IRI. Its declarative forms (a dictionary, one line) are in `reading`.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, ClassVar, TypeAlias

from ...words import N_, AncrageError, Named, Spoken
from ..findings.model import Words
from ..snapshots.provenance import GRAPHS

KINDS = ("branch", "relay", "programme", "platform")
"""What can be opened, closed or moved."""
MODES = ("hybrid", "remote", "relayed")
"""How a programme or an event may be followed from elsewhere than where it takes place."""
LISTS = frozenset({"serves", "services", "families", "territories", "places"})
"""The fields that are lists; a line separates them by commas."""
_INVENTED = "example/"
"""How the paths of what is invented begin."""
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class ScenarioError(AncrageError, ValueError):
    """A scenario that makes no sense; `message` says why."""

    code = "scenario"
    said_in = "en"

    def __init__(self, message: Spoken) -> None:
        super().__init__(message)
        self._message = message

    @property
    def message(self) -> Spoken:
        """What is said."""
        return self._message


class Contradiction(ScenarioError):  # noqa: N818
    """Two assumptions that cannot both hold, or are the same; keeps the `first` and the `second`."""

    code = "contradiction"

    def __init__(self, first: Assumption, second: Assumption, reason: Spoken) -> None:
        super().__init__(
            N_(
                "« {second} » contredit « {first} » : {reason}.",
                second=second.to_line(),
                first=first.to_line(),
                reason=reason,
            )
        )
        self.first, self.second = first, second


class _Declared:
    """The declarative forms that all assumptions share."""

    positional: ClassVar[tuple[str, ...]]
    """The fields that a line gives by their place; all others are written name=value."""
    verb: ClassVar[str]
    thing: ClassVar[str] = ""
    """What the verb is done to, where it is done to one kind of things alone."""

    @property
    def name(self) -> str:
        """The name of the assumption, its verb and the kind of thing: "open-branch", "merge-epci"."""
        return f"{self.verb}-{self.thing or getattr(self, 'kind', '')}"

    def to_dict(self) -> dict[str, Any]:
        """Give the assumption as plain values, without what is left at its default.

        >>> Open("branch", "26113", "Antenne de Die").to_dict()
        {'assumption': 'open-branch', 'place': '26113', 'label': 'Antenne de Die'}
        """
        found: dict[str, Any] = {"assumption": self.name}
        for one in fields(self):  # type: ignore[arg-type]
            value = getattr(self, one.name)
            if one.name != "kind" and (one.default is MISSING or value != one.default):
                found[one.name] = list(value) if isinstance(value, tuple) else value
        return found

    def to_line(self) -> str:
        """Give the assumption as one line, as the command line takes it.

        >>> Open("branch", "26113", "Antenne de Die", services=("video-room", "tutoring")).to_line()
        "open-branch 26113 'Antenne de Die' services=video-room,tutoring"
        """
        own, table, words = {one.name for one in fields(self)}, self.to_dict(), [self.name]  # type: ignore[arg-type]
        for name in (
            *self.positional,
            *(one for one in table if one not in ("assumption", *self.positional)),
        ):
            text = ",".join(table[name]) if name in LISTS else str(table[name])
            first, sign, _ = text.partition("=")
            bare = name in self.positional and not (sign and first in own)
            words.append(shlex.quote(text) if bare else f"{name}={shlex.quote(text)}")
        return " ".join(words)


@dataclass(frozen=True)
class Open(_Declared):
    """A branch, relay, programme or platform that opens in a commune.

    `id` is the path of its IRI (made of the scenario and the label unless given). A branch has an `organization`,
    `services`, and territories it `serves`; a relay is an organization that `serves` territories; a programme has an
    `organization`, a `level` ("eqf6"), a `capacity`, `families` of occupations it prepares for ("B"), and a value
    `chain` it trains for; a platform has an `organization`.
    """

    positional: ClassVar[tuple[str, ...]] = ("place", "label")
    verb: ClassVar[str] = "open"

    kind: str
    place: str
    label: str
    id: str | None = None
    organization: str | None = None
    serves: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    level: str | None = None
    capacity: int | None = None
    families: tuple[str, ...] = ()
    chain: str | None = None


@dataclass(frozen=True)
class Close(_Declared):
    """A branch, relay, programme or platform that closes: everywhere, or `at` one of its places."""

    positional: ClassVar[tuple[str, ...]] = ("node",)
    verb: ClassVar[str] = "close"

    kind: str
    node: str
    at: str | None = None


@dataclass(frozen=True)
class Move(_Declared):
    """A branch, relay, programme or platform that moves to another commune; `at` tells from which, if it has several."""

    positional: ClassVar[tuple[str, ...]] = ("node", "place")
    verb: ClassVar[str] = "move"

    kind: str
    node: str
    place: str
    at: str | None = None


@dataclass(frozen=True)
class Merge(_Declared):
    """Intercommunalities that become one, named `label`; `id` is its path (made of the scenario's name unless given)."""

    positional: ClassVar[tuple[str, ...]] = ("territories", "label")
    verb: ClassVar[str] = "merge"
    thing: ClassVar[str] = "epci"

    territories: tuple[str, ...]
    label: str
    id: str | None = None


@dataclass(frozen=True)
class Offer(_Declared):
    """A programme that can also be followed, `mode` hybrid, remote or relayed, from `places`: communes or branches."""

    positional: ClassVar[tuple[str, ...]] = ("programme", "places")
    verb: ClassVar[str] = "offer"
    thing: ClassVar[str] = "programme"

    programme: str
    places: tuple[str, ...]
    mode: str = "hybrid"


@dataclass(frozen=True)
class Share(_Declared):
    """The public events held in an `area` (a territory) can also be followed, `mode` hybrid, remote or relayed, from `places`."""

    positional: ClassVar[tuple[str, ...]] = ("area", "places")
    verb: ClassVar[str] = "share"
    thing: ClassVar[str] = "events"

    area: str
    places: tuple[str, ...]
    mode: str = "hybrid"


@dataclass(frozen=True)
class House(_Declared):
    """Whoever comes as an intern or in work-study finds housing in an `area` (a territory).

    No figure of the graph counts beds: what it changes is who could go to the posts filed there (`internships.placement`).
    """

    positional: ClassVar[tuple[str, ...]] = ("area",)
    verb: ClassVar[str] = "house"
    thing: ClassVar[str] = "interns"

    area: str


Assumption: TypeAlias = Open | Close | Move | Merge | Offer | Share | House


@dataclass(frozen=True)
class Scenario:
    """A named list of assumptions, which hold in their order; raises ScenarioError where it has no proper name or none.

    >>> Scenario("die", "Une antenne à Die", (Open("branch", "26113", "Antenne de Die"),)).graph
    'https://w3id.org/ancrage/graph/scenario/die'
    """

    name: str
    label: str
    assumptions: tuple[Assumption, ...]
    label_en: str = ""

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or len(self.name) > 60:
            raise ScenarioError(
                N_(
                    "« {name} » ne peut nommer un scénario : des minuscules sans accent, des chiffres et des tirets.",
                    name=self.name,
                ),
            )
        if not self.label.strip():
            raise ScenarioError(N_("Le scénario {name} n'a pas de titre.", name=self.name))
        if not self.assumptions:
            raise ScenarioError(N_("Le scénario {name} n'a aucune hypothèse.", name=self.name))

    @property
    def graph(self) -> str:
        """The IRI of the named graph of the scenario."""
        return f"{GRAPHS}scenario/{self.name}"

    @property
    def words(self) -> Words:
        """The label, in French where there is no other."""
        return Named(self.label, self.label_en or None)

    @property
    def illustrative(self) -> bool:
        """Whether it names something invented: without the illustrative examples it would make no sense.

        >>> Scenario("x", "X", (Close("branch", "example/site/antenne-privas"),)).illustrative
        True
        >>> Scenario("x", "X", (Open("branch", "26113", "example/"),)).illustrative
        False
        """
        told = [value for one in self.assumptions for name, value in one.to_dict().items() if name != "label"]
        named = (path for value in told for path in (value if isinstance(value, list) else [value]))
        return any(str(path).startswith(_INVENTED) for path in named)

    def to_dict(self) -> dict[str, Any]:
        """Give the scenario as plain values, as `read_scenario` reads them."""
        found: dict[str, Any] = {"name": self.name, "label": self.label}
        if self.label_en:
            found["label_en"] = self.label_en
        return {**found, "assumptions": [one.to_dict() for one in self.assumptions]}


CLASSES: Mapping[str, type[Assumption]] = {
    **{f"{one.verb}-{kind}": one for one in (Open, Close, Move) for kind in KINDS},
    **{f"{one.verb}-{one.thing}": one for one in (Merge, Offer, Share, House)},
}
"""The class of each assumption, by its name."""
