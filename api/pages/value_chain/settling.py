"""What is asked of a filière, held against what it has: names become paths, values that are none are told with the nearest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches

from ....graph.region.gazetteer import Gazetteer
from ....graph.region.names import UnknownName
from ....graph.region.text import fold
from ....words import N_, AncrageError, Named, Said, Spoken
from ...labels.wording import EVIDENCE
from ...web.links import local_name
from .asking import NONE, ChainParams, Unknown, find, nearest, year_of
from .chain import KINDS, Chain

#: What each filter is called, in French and in English.
FILTERS: Mapping[str, Spoken] = {
    "function": N_("Fonction"),
    "stage": N_("Étape"),
    "kind": N_("Nature"),
    "evidence": N_("Preuve"),
    "territory": N_("Territoire"),
    "since": N_("De (année)"),
    "until": N_("À (année)"),
    "around": N_("Autour de"),
}
_LEVELS = ("department", "epci", "zone", "commune")
Options = Mapping[str, Spoken]


class UnknownValues(AncrageError, ValueError):  # noqa: N818
    """Values of an address that no filter of the filière has, each with the nearest; keeps `unknown`."""

    code = "unknown-value"

    def __init__(self, unknown: tuple[Unknown, ...]) -> None:
        self.unknown = unknown
        super().__init__(self.told("fr"))

    @property
    def message(self) -> Spoken:
        """What is said, a sentence a value."""
        return Said(self._said)

    def _said(self, language: str) -> str:
        return " ".join(_sentence(one)[language] for one in self.unknown)


def settle(asked: ChainParams, chain: Chain, ground: Gazetteer) -> ChainParams:
    """Settle what is asked on a filière: what is left filters the graph, the table and the files alike."""
    unknown = _wrong(asked, _lists(chain))
    changed = {"territory": "", "around": ""}
    if asked.territory:
        changed["territory"], none = _territory(asked.territory, chain, ground)
        unknown += none
    if asked.around:
        changed["around"] = find(chain.network, asked.around)
        if not changed["around"]:
            near = tuple((actor.path, Named(actor.label)) for actor in nearest(chain.network, asked.around))
            unknown.append(Unknown("around", asked.around, near))
    wrong = {(one.name, one.text) for one in unknown}
    given = [(name, changed.get(name, value)) for name, value in asked.given if (name, value) not in wrong]
    stages = {local_name(stage) for stage, _ in chain.stages} | {NONE}
    return replace(
        asked,
        stages=tuple(stage for stage in asked.stages if stage in stages),
        territory=changed["territory"],
        around=changed["around"],
        given=tuple((name, value) for name, value in given if value),
        unknown=tuple(unknown),
        near=ground.paths_inside if asked.extent == "region" and not any(changed.values()) else frozenset(),
    )


def _wrong(asked: ChainParams, lists: Mapping[str, Options]) -> list[Unknown]:
    """List the values that are none of the list of their filter, then those that are no year."""
    found = [
        Unknown(name, value, _close(value, options))
        for name, options in lists.items()
        for value in dict.fromkeys(value for one, value in asked.given if one == name)
        if value not in options
    ]
    years = [value for value in asked.given if value[0] in ("since", "until") and value[1].strip()]
    return [*found, *(Unknown(name, value) for name, value in years if year_of(value) is None)]


def _lists(chain: Chain) -> Mapping[str, Options]:
    """Give the values of each filter that is a list, with their names in both languages."""
    named = {local_name(one): Named(text["fr"], text["en"]) for one, text in chain.stages}
    return {
        "function": {local_name(one): Named(text["fr"], text["en"]) for one, text in chain.functions},
        "stage": {**named, NONE: N_("non précisée")},
        "kind": {kind: word.of(2) for kind, word in KINDS.items()},
        "evidence": EVIDENCE,
    }


def _close(text: str, options: Options) -> tuple[tuple[str, Spoken], ...]:
    """Give the values whose names are most like a text; all of them where none is."""
    names = {fold(word): value for value, words in options.items() for word in (value, *words.values())}
    wanted = fold(text)
    like = [names[name] for name in get_close_matches(wanted, names, n=3, cutoff=0.6)]
    return tuple((value, options[value]) for value in dict.fromkeys(like) or options)


def _territory(text: str, chain: Chain, ground: Gazetteer) -> tuple[str, list[Unknown]]:
    """Find a territory by path, code or name: its path without « territory/ », or why it filters nothing."""
    bare = text.removeprefix("territory/")
    if any(f"territory/{bare}" in actor.territories | actor.places for actor in chain.members):
        return bare, []  # a commune or a département off the ground is known by its members alone
    try:
        found = ground.territory(f"territory/{bare}" if "/" in bare else bare)
    except UnknownName as error:
        near = tuple((iri.partition("/territory/")[2], Named(label)) for label, iri in error.nearest)
        return "", [Unknown("territory", text, near)]
    if found.level not in _LEVELS:
        return "", [Unknown("territory", text)]
    return found.id.removeprefix("territory/"), []


def _sentence(one: Unknown) -> Spoken:
    label = FILTERS[one.name]
    if not one.near:
        return N_("« {value} » n’est pas une valeur de « {label} ».", value=one.text, label=label)
    near = Said(_names, (one.near,))
    return N_(
        "« {value} » n’est pas une valeur de « {label} ». Les plus proches : {near}.",
        value=one.text,
        label=label,
        near=near,
    )


def _names(near: Sequence[tuple[str, Spoken]], language: str) -> str:
    return ", ".join(f"{names[language]} ({value})" for value, names in near)
