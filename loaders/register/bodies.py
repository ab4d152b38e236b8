"""Bodies that sources write in many ways: their other names, and those of the bodies that they have succeeded."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass as model

from ...graph.declarations import STRICT, Count, DeclarationFile, Flag, SomeTexts, Text
from ...words import N_
from ..sources.names import normalise

BODIES = Path(__file__).with_name("bodies.toml")
"""The bodies that the package knows."""


@model(frozen=True, kw_only=True, config=STRICT)
class Former:
    """A body that another has succeeded: its names, and the last year that it was there."""

    names: SomeTexts
    until: Count


@model(frozen=True, kw_only=True, config=STRICT)
class Body:
    """A body by its code in the registers.

    Attributes:
        id: the code, as in « organization/0753639Y ».
        names: its names of today.
        has_centres: whether its delegations and centres are written as if they were bodies.
        former: the bodies that it has succeeded.
        parts: the codes of its components that sources describe apart, without saying of whom they are.
        identifiers: what it is known by in a register whose file names it nowhere, as « pic:999992401 ».
    """

    id: Text
    names: SomeTexts
    has_centres: Flag = False
    former: tuple[Former, ...] = ()
    parts: tuple[Text, ...] = ()
    identifiers: tuple[Text, ...] = ()

    @property
    def path(self) -> str:
        """Path of its identifier."""
        return f"organization/{self.id}"

    @property
    def every_name(self) -> tuple[str, ...]:
        """Its names of today, then those of the bodies that it has succeeded."""
        return (*self.names, *(name for one in self.former for name in one.names))


@model(frozen=True, config=STRICT)
class BodiesFile:
    """The file of bodies."""

    bodies: Annotated[tuple[Body, ...], Field(alias="body")] = ()


def read_bodies(path: Path = BODIES) -> tuple[Body, ...]:
    """Read a file of bodies; raises DeclarationError, with its line, where a key is wrong or bodies succeed in a circle.

    >>> next(body.names[0] for body in read_bodies() if body.id == "0753639Y")
    'CNRS'
    """
    file = DeclarationFile(path)
    bodies = file.read(BodiesFile).bodies
    ranks = {normalise(name): rank for rank, body in enumerate(bodies) for name in body.names}
    before = {
        rank: {ranks[name] for one in body.former for name in map(normalise, one.names) if name in ranks}
        - {rank}
        for rank, body in enumerate(bodies)
    }
    try:
        TopologicalSorter(before).prepare()
    except CycleError as error:
        circle = error.args[1][:-1]
        names = ", ".join(bodies[rank].names[0] for rank in circle)
        reason = N_("ces organismes se succèdent en cercle : {names}", names=names)
        raise file.refuse(reason, "body", min(circle), "former") from None
    return bodies
