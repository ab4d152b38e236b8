"""The core of the ontology as a drawing: its main classes and the relations between them, laid out by hand."""

from dataclasses import dataclass

from ...ontology.vocabulary import ANC, PREFIXES
from ...words import N_, Spoken
from ..web.negotiation import Language
from .terms import ontology

ORG = PREFIXES["org"]
WIDTH, HEIGHT = 1068, 380
_BOX = (156, 50)

#: The classes drawn, each at a column and a row.
BOXES: dict[str, tuple[int, int]] = {
    ORG + "Organization": (0, 0), ANC + "Participation": (1, 0), ANC + "Interaction": (2, 0), ANC + "ValueChain": (3, 0),
    ORG + "Site": (0, 1), ANC + "TrainingProgramme": (1, 1), ANC + "TerritorialObservation": (3, 1),
    ANC + "Match": (0, 2), ANC + "Announcement": (1, 2), ANC + "Territory": (2, 2), ANC + "Indicator": (3, 2),
}  # fmt: skip
#: The relations drawn: from, property, to. The ontology's domains and ranges allow each (a test holds that).
ARROWS: tuple[tuple[str, str, str], ...] = (
    (ANC + "Interaction", ANC + "hasParticipation", ANC + "Participation"),
    (ANC + "Participation", ANC + "participant", ORG + "Organization"),
    (ANC + "Interaction", ANC + "concerns", ANC + "ValueChain"),
    (ANC + "Interaction", ANC + "takesPlaceIn", ANC + "Territory"),
    (ORG + "Organization", ORG + "hasSite", ORG + "Site"),
    (ORG + "Site", ANC + "locatedIn", ANC + "Territory"),
    (ANC + "TrainingProgramme", ANC + "offeredBy", ORG + "Organization"),
    (ANC + "TrainingProgramme", ANC + "taughtAt", ORG + "Site"),
    (ANC + "Match", ANC + "matchesRequest", ANC + "Announcement"),
    (ANC + "Announcement", ANC + "forTerritory", ANC + "Territory"),
    (ANC + "TerritorialObservation", ANC + "refTerritory", ANC + "Territory"),
    (ANC + "TerritorialObservation", ANC + "refIndicator", ANC + "Indicator"),
)
_FOREIGN: dict[str, Spoken] = {
    ORG + "Organization": N_("organisation"),
    ORG + "Site": N_("site"),
    ORG + "hasSite": N_("a pour site"),
}


@dataclass(frozen=True)
class Box:
    """A class: its name and the corner of its box."""

    iri: str
    label: str
    x: int
    y: int

    @property
    def lines(self) -> tuple[str, ...]:
        """The name, in two lines where it is long.

        >>> Box("", "observation territorialisée", 0, 0).lines
        ('observation', 'territorialisée')
        """
        if len(self.label) <= 16 or " " not in self.label:
            return (self.label,)
        spaces = [place for place, letter in enumerate(self.label) if letter == " "]
        cut = min(spaces, key=lambda place: abs(place - len(self.label) / 2))
        return (self.label[:cut], self.label[cut + 1 :])


@dataclass(frozen=True)
class Arrow:
    """A relation: its name, its line, and where its name stands."""

    label: str
    source: str
    target: str
    x1: float
    y1: float
    x2: float
    y2: float

    @property
    def middle(self) -> tuple[float, float]:
        """The point where the name is written: on a slope, nearer to the end, away from other names."""
        share = 0.65 if self.x1 != self.x2 and self.y1 != self.y2 else 0.5
        return (
            round(self.x1 + share * (self.x2 - self.x1), 1),
            round(self.y1 + share * (self.y2 - self.y1), 1),
        )


@dataclass(frozen=True)
class Drawing:
    """The boxes and arrows of the drawing, with its size."""

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    width: int = WIDTH
    height: int = HEIGHT
    box: tuple[int, int] = _BOX


def drawing(language: Language) -> Drawing:
    """Draw the core of the ontology with names in one language.

    >>> [arrow.label for arrow in drawing("en").arrows][:2]
    ['has participation', 'participant']
    """
    boxes = tuple(Box(iri, _name(iri, language), *_corner(iri)) for iri in BOXES)
    arrows = tuple(
        Arrow(_name(prop, language), _name(source, language), _name(target, language), *_line(source, target))
        for source, prop, target in ARROWS
    )
    return Drawing(boxes, arrows)


def _name(iri: str, language: Language) -> str:
    if iri in _FOREIGN:
        return _FOREIGN[iri][language]
    return ontology().label(iri, language)


def _corner(iri: str) -> tuple[int, int]:
    column, row = BOXES[iri]
    return 4 + column * 301, 4 + row * 160


def _line(source: str, target: str) -> tuple[float, float, float, float]:
    """Give the line between two boxes, from border to border."""
    (xs, ys), (xt, yt) = _corner(source), _corner(target)
    half = (_BOX[0] / 2, _BOX[1] / 2)
    x1, y1, x2, y2 = xs + half[0], ys + half[1], xt + half[0], yt + half[1]
    dx, dy = x2 - x1, y2 - y1
    share = min(half[0] / abs(dx) if dx else 1.0, half[1] / abs(dy) if dy else 1.0)
    return (
        round(x1 + dx * share, 1), round(y1 + dy * share, 1),
        round(x2 - dx * share, 1), round(y2 - dy * share, 1),
    )  # fmt: skip
