"""The way from one actor of a filière to another, told in words: one sentence a step, in French and in English."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from ...words import N_, NN_
from ..findings.model import Words
from .network import Actor, ChainNetwork, Tie


@dataclass(frozen=True)
class Step:
    """Two actors that follow each other, the tie that is told of them, how many they have, and the sentence."""

    first: Actor
    second: Actor
    tie: Tie
    ties: int
    words: Words


@dataclass(frozen=True)
class Story:
    """A shortest way: its actors, its steps, and a sentence that sums it up; no step where there is no way."""

    actors: tuple[Actor, ...]
    steps: tuple[Step, ...]
    words: Words


def tell(network: ChainNetwork, start: str, end: str) -> Story:
    """Tell the shortest way between two actors of a network (paths).

    Raises KeyError for one that is not in the network.

    >>> a, b = Actor("u", "Labo", "unit"), Actor("i", "École", "institution")
    >>> tell(ChainNetwork("value-chain/x", {"u": a, "i": b}, [Tie("u", "i", "supervises")]), "u", "i").steps[0].words["fr"]
    '« Labo » a pour tutelle « École ».'
    """
    first, last = network.actors[start], network.actors[end]
    way = network.shortest(start, end)
    if way is None:
        words = N_(
            "Aucune suite de liens connus ne mène de « {first} » à « {last} ».",
            first=first.label,
            last=last.label,
        )
        return Story((first, last), (), words)
    actors = tuple(network.actors[path] for path in way)
    steps = tuple(_step(network, one, two) for one, two in pairwise(actors))
    return Story(actors, steps, _summary(first, last, actors))


def _summary(first: Actor, last: Actor, actors: tuple[Actor, ...]) -> Words:
    between = len(actors) - 2
    if first.path == last.path:
        return N_("C’est le même acteur.")
    if between < 1:
        return N_("« {first} » et « {last} » sont liés directement.", first=first.label, last=last.label)
    return NN_(
        "{n} intermédiaire relie « {first} » à « {last} ».",
        "{n} intermédiaires relient « {first} » à « {last} ».",
        between,
        first=first.label,
        last=last.label,
    )


def _step(network: ChainNetwork, first: Actor, second: Actor) -> Step:
    ties = network.between(first.path, second.path)
    return Step(first, second, ties[0], len(ties), _sentence(network, ties[0]))


def _sentence(network: ChainNetwork, tie: Tie) -> Words:
    one, two = network.actors[tie.first].label, network.actors[tie.second].label
    if tie.kind == "offers":
        return N_("« {first} » est proposé par « {two} ».", first=one, two=two)
    if tie.kind == "supervises":
        return N_("« {first} » a pour tutelle « {two} ».", first=one, two=two)
    if tie.kind == "takes-part":
        when = f" ({tie.year})" if tie.year and str(tie.year) not in one else ""
        return N_("« {two} » prend part au projet « {first} »{when}.", two=two, first=one, when=when)
    return NN_(
        "« {first} » et « {two} » ont {n} projet commun.",
        "« {first} » et « {two} » ont {n} projets communs.",
        tie.count,
        first=one,
        two=two,
    )
