"""The filières of a territory in one picture: who does what in each, by name, and the stages where nobody is known."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from ....graph.region.gazetteer import Territory
from ....graph.region.text import fold
from ....loaders.filieres.files import STAGES
from ....loaders.inference.membership import FUNCTIONS
from ....words import N_, gettext
from ...render.blocks.tables import Column, Table, full
from ...web.links import href
from ...web.negotiation import Language
from .lists import EVIDENCE, ties_of
from .matter import PortraitData

NAMED = 2
"""Names that a cell shows; one more is shown too, rather than counted."""
FILTERING = ("commune", "epci", "department", "zone")
"""Levels that filter the page of a filière (`value_chain.asking`); that of the region is what it shows unasked."""


@dataclass(frozen=True)
class ChainCell:
    """Who has a function in a filière: names with their addresses, how many members they leave unnamed, and where all are."""

    names: tuple[tuple[str, str], ...]
    rest: int
    address: str


@dataclass(frozen=True)
class ChainLine:
    """A filière in a territory: its name, its board, its cells by function, the stages (names) where nobody is known."""

    label: str
    address: str
    cells: Mapping[str, ChainCell]
    without: tuple[str, ...]
    missing: str


def chains(seen: PortraitData, territory: Territory, language: Language) -> Table:
    """Count the members of each filière there, by function and stage; `more` has the picture of the same members, by name."""
    stages: dict[str, dict[str, None]] = defaultdict(dict)
    for chain, stage in seen.by("chains", "chain").all().select("chain", "stage"):
        stages[chain] |= {stage: None} if stage else {}
    held: dict[tuple[str, str, str | None, str], dict[str, str]] = defaultdict(dict)
    columns = ("chain", "function", "stage", "evidence", "member", "label")
    rows = seen.rows("members", territory).select(*columns)
    for chain, function, stage, evidence, member, label in rows:
        held[chain, function, stage, evidence][member] = label or seen.label(member)
    unknown = gettext("étape inconnue", language)
    listed = [
        {
            "chain": seen.word(cell[0], language),
            "chain_iri": cell[0],
            "function": seen.word(cell[1], language),
            "stage": seen.word(cell[2], language) or unknown,
            "members": len(held[cell]),
            "names": " ; ".join(label for label, _ in _ranked(seen, held[cell])),
            "evidence": cell[3],
        }
        for cell in sorted(held, key=lambda cell: [one or "~" for one in cell])
    ]
    present = {chain for chain, *_ in held}
    silent = [seen.word(chain, language) for chain in sorted(stages.keys() - present)]
    return Table(
        (
            Column("chain", N_("Filière"), "link", weight=2),
            Column("function", N_("Fonction"), weight=1.2),
            Column("stage", N_("Étape"), weight=1.6),
            Column("members", N_("Membres"), "number"),
            EVIDENCE,
            Column("names", N_("Leurs noms"), "file"),
        ),
        listed,
        empty=N_(
            "Aucun membre des filières décrites n’est situé dans ce territoire par les sources chargées."
        ),
        notes=(N_("Sans membre connu ici : {silent}.", silent=", ".join(silent)),)
        if silent and listed
        else (),
        question="chain-members-in-territory",
        more=_picture(seen, territory, language, stages, held),
    )


def _picture(
    seen: PortraitData,
    territory: Territory,
    language: Language,
    stages: Mapping[str, Iterable[str]],
    held: Mapping[tuple[str, str, str | None, str], Mapping[str, str]],
) -> dict[str, Any]:
    """Give the filières that have members as lines, as columns the functions that somebody has, and how sure members are."""
    key = territory.id.removeprefix("territory/")
    where = {"territory": key} if territory.level in FILTERING else {}
    cells: dict[str, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    known: dict[str, set[str]] = defaultdict(set)
    for (chain, function, stage, _), members in held.items():
        cells[chain][function] |= members
        known[chain] |= {stage} if stage else set()
    lines = []
    for chain in sorted(cells):
        page = f"/filieres/{chain.rpartition('/')[2]}"
        silent = sorted(set(stages.get(chain, ())) - known[chain], key=_rank)
        asked = urlencode(where | {"gaps": key})
        lines.append(
            ChainLine(
                seen.word(chain, language),
                f"{page}{_query(where)}#qui-fait-quoi",
                {one: _cell(seen, page, where, one, members) for one, members in cells[chain].items()},
                tuple(seen.word(stage, language) for stage in silent),
                f"{page}?{asked}#maillons-manquants",
            )
        )
    functions = {one: seen.word(one, language) for one in (f"chain-function/{name}" for name in FUNCTIONS)}
    shown = {function for chain in cells.values() for function in chain}
    return {
        "lines": lines,
        "across": [(one, name) for one, name in functions.items() if one in shown],
        "firm": _firmness(held),
    }


def _firmness(held: Mapping[tuple[str, str, str | None, str], Mapping[str, str]]) -> Counter[str]:
    """Count the members by how sure they are."""
    firm = {(member, status) for (*_, status), members in held.items() for member in members}
    return Counter(status for _, status in sorted(firm))


def _cell(
    seen: PortraitData, page: str, where: Mapping[str, str], function: str, members: Mapping[str, str]
) -> ChainCell:
    found = _ranked(seen, members)
    first = found[: NAMED if len(found) > NAMED + 1 else len(found)]
    every = f"{page}{_query({**where, 'function': function.rpartition('/')[2]})}#membres"
    named = [
        (label, href(full(paths[0])) or "") if len(paths) == 1 else (f"{label} ({len(paths)})", every)
        for label, paths in first
    ]
    rest = len(members) - sum(len(paths) for _, paths in first)
    return ChainCell(tuple(named), rest, every)


def _ranked(seen: PortraitData, members: Mapping[str, str]) -> list[tuple[str, list[str]]]:
    """Give the names of members with those who have each (programmes share theirs), those with most known interactions first."""
    named: dict[str, list[str]] = defaultdict(list)
    for path, label in sorted(members.items()):
        named[label].append(path)
    ties = ties_of(seen)
    return sorted(
        named.items(), key=lambda pair: (-sum(ties.get(path, 0) for path in pair[1]), fold(pair[0]), pair[1])
    )


def _query(asked: Mapping[str, str]) -> str:
    return f"?{urlencode(asked)}" if asked else ""


def _rank(stage: str) -> tuple[int, str]:
    name = stage.rpartition("/")[2]
    return (STAGES.index(name) if name in STAGES else len(STAGES), stage)
