"""The way from one actor of a filière to another, told in words: one sentence a step, in French and in English."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from ..findings.words import count_en, count_fr
from .network import Actor, ChainNetwork, Tie


@dataclass(frozen=True)
class Step:
    """Two actors that follow each other, the tie that is told of them, how many they have, and the sentence."""

    first: Actor
    second: Actor
    tie: Tie
    ties: int
    words: dict[str, str]


@dataclass(frozen=True)
class Story:
    """A shortest way: its actors, its steps, and a sentence that sums it up; no step where there is no way."""

    actors: tuple[Actor, ...]
    steps: tuple[Step, ...]
    words: dict[str, str]


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
        words = {
            "fr": f"Aucune suite de liens connus ne mène de « {first.label} » à « {last.label} ».",
            "en": f"No sequence of known ties leads from “{first.label}” to “{last.label}”.",
        }
        return Story((first, last), (), words)
    actors = tuple(network.actors[path] for path in way)
    steps = tuple(_step(network, one, two) for one, two in pairwise(actors))
    return Story(actors, steps, _summary(first, last, actors))


def _summary(first: Actor, last: Actor, actors: tuple[Actor, ...]) -> dict[str, str]:
    between = len(actors) - 2
    if first.path == last.path:
        return {"fr": "C’est le même acteur.", "en": "It is the same actor."}
    if between < 1:
        return {
            "fr": f"« {first.label} » et « {last.label} » sont liés directement.",
            "en": f"“{first.label}” and “{last.label}” are tied directly.",
        }
    verb = "relie" if between == 1 else "relient"
    return {
        "fr": f"{count_fr(between, 'intermédiaire')} {verb} « {first.label} » à « {last.label} ».",
        "en": f"{count_en(between, 'intermediary', 'intermediaries')} between “{first.label}” and “{last.label}”.",
    }


def _step(network: ChainNetwork, first: Actor, second: Actor) -> Step:
    ties = network.between(first.path, second.path)
    return Step(first, second, ties[0], len(ties), _sentence(network, ties[0]))


def _sentence(network: ChainNetwork, tie: Tie) -> dict[str, str]:
    one, two = network.actors[tie.first].label, network.actors[tie.second].label
    if tie.kind == "offers":
        return {"fr": f"« {one} » est proposé par « {two} ».", "en": f"“{one}” is offered by “{two}”."}
    if tie.kind == "supervises":
        return {"fr": f"« {one} » a pour tutelle « {two} ».", "en": f"“{one}” is supervised by “{two}”."}
    if tie.kind == "takes-part":
        when = f" ({tie.year})" if tie.year and str(tie.year) not in one else ""
        return {
            "fr": f"« {two} » prend part au projet « {one} »{when}.",
            "en": f"“{two}” takes part in the project “{one}”{when}.",
        }
    return {
        "fr": f"« {one} » et « {two} » ont {count_fr(tie.count, 'projet commun', 'projets communs')}.",
        "en": f"“{one}” and “{two}” share {count_en(tie.count, 'project')}.",
    }
