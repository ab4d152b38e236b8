"""What would be lost without some actors: the territories that would reach fewer academic actors, and by how many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...words import N_, NN_, Listed, Number, Said, gettext, join_words
from ..findings.model import Finding, Question, Report, Thing, Words
from ..indicators.board import Board
from ..region.gazetteer import Gazetteer, Territory
from ..region.names import UnknownName
from ..region.relays import Contacts
from ..region.view import RegionView
from .assumptions import ScenarioError
from .names import find_node, find_organization

_METHODS = ("reach_of_groups",)
_SHOWN = 3
"""Territories that a sentence names."""
ABOUT: Words = N_(
    "Un EPCI est relié à un laboratoire ou à un établissement quand une suite "
    "d'interactions, ou une structure relais qui le dessert, y mène depuis un de ses "
    "acteurs, quelle que soit sa longueur. Ce que les données ne disent pas n'y est pas : "
    "une perte peut être moindre qu'il ne semble."
)


@dataclass(frozen=True)
class _Loss:
    """How many academic actors each territory reaches, before and after."""

    places: Sequence[Territory]
    before: Sequence[int]
    after: Sequence[int]

    @property
    def cut(self) -> list[tuple[Territory, int, int]]:
        """The territories that reach fewer, with how many before and after, those that lose most first."""
        every = zip(self.places, self.before, self.after, strict=True)
        found = [one for one in every if one[2] < one[1]]
        return sorted(found, key=lambda one: (one[2] - one[1], one[0].id))


def without(matter: RegionView, nodes: Sequence[str], territory: str | None = None) -> Report:
    """Tell what the intercommunalities of a territory would lose without some relays or other actors.

    Args:
        matter: what is known; it stays as it is.
        nodes: relays or organizations, by their path, IRI, code or name.
        territory: whose intercommunalities are looked at (None: the territory that the matter was read for).

    Returns:
        A report with a finding of kind "loss" for all of them together, then for each alone where there are several:
        pairs of an intercommunality and an academic actor tied `before` and `after`, the share `lost`, how many
        intercommunalities are `cut` from some, and how many from all (`isolated`).

    Raises:
        UnknownName: an actor or a territory that the matter does not have.
        ScenarioError: no actor is named.
    """
    ground = Gazetteer.of(matter)
    within = ground.territory(territory or matter.within)
    things = list(dict.fromkeys(_thing(matter, one) for one in nodes))
    if not things:
        raise ScenarioError(N_("Nommez au moins un acteur."))
    board, contacts = Board.of(matter), Contacts.of(matter)
    places = [one for one in ground.territories("epci", within.id) if one.id in set(board.ids)]
    members = board.members[np.array([board.ids.index(one.id) for one in places], dtype=np.intp), :]
    before = contacts.reached(members).tolist()
    subject = Thing(within.id, within.label, "territory")
    found = []
    for group in (things, *([one] for one in things if len(things) > 1)):
        gone = [one.id for one in group if one.id in contacts.names]
        found.append(
            _finding(subject, group, _Loss(places, before, contacts.reached(members, gone).tolist()))
        )
    names = [one.label for one in things]
    title = N_("Sans {names}", names=Listed(names))
    asked = {"within": within.id, "nodes": ",".join(one.id for one in things)}
    return Report(
        title,
        subject,
        tuple(found),
        (),
        matter.snapshot,
        asked,
        matter.illustrative,
        matter.scenario,
        notes=(ABOUT,),
    )


def _thing(matter: RegionView, name: str) -> Thing:
    try:
        node = find_node(matter, "relay", name)
    except UnknownName:
        node = ""
    node = node or find_organization(matter, name)
    labels = matter.frame("actors").filter(actor=node)["label"].to_list()
    return Thing(node, labels[0] if labels else name, "organization")


def _finding(subject: Thing, gone: Sequence[Thing], loss: _Loss) -> Finding:
    names = [one.label for one in gone]
    before, after = sum(loss.before), sum(loss.after)
    return Finding(
        kind="loss",
        subject=subject,
        object=gone[0] if len(gone) == 1 else Thing(gone[0].id, join_words(names, "fr"), "organization"),
        sentence=_sentence(subject.label, names, loss),
        measure=N_("part des liens perdue"),
        facts={
            "before": before,
            "after": after,
            "lost": 1 - after / before if before else None,
            "cut": len(loss.cut),
            "isolated": sum(not left for _, _, left in loss.cut),
        },
        question=Question("relays"),
        methods=_METHODS,
    )


def _sentence(within: str, names: Sequence[str], loss: _Loss) -> Words:
    without = N_("Sans {names}", names=Listed(names))
    cut = loss.cut
    if not any(loss.before):
        return N_(
            "{without}, rien de connu ne changerait : aucun EPCI de « {within} » n'est relié à un "
            "laboratoire ou à un établissement.",
            without=without,
            within=within,
        )
    if not cut:
        return N_(
            "{without}, aucun EPCI de « {within} » ne perdrait son lien avec un laboratoire ou un "
            "établissement : d'autres interactions y mènent.",
            without=without,
            within=within,
        )
    isolated = [one.label for one, _, left in cut if not left]
    fewer = [one for one in cut if one[2]]
    told: list[Words] = []
    if isolated:
        told.append(
            NN_(
                "{n} EPCI de « {within} » ne serait plus relié à aucun laboratoire ni établissement connu, faute d'un autre "
                "lien : {names}",
                "{n} EPCI de « {within} » ne seraient plus reliés à aucun laboratoire ni établissement connu, faute d'un autre "
                "lien : {names}",
                len(isolated),
                within=within,
                names=_some(isolated),
            )
        )
    if fewer:
        left = [
            N_("{name} ({left} au lieu de {had})", name=one.label, left=Number(left), had=Number(had))
            for one, had, left in fewer
        ]
        told.append(
            NN_(
                "{n} EPCI serait relié à moins de laboratoires et d'établissements : {names}",
                "{n} EPCI seraient reliés à moins de laboratoires et d'établissements : {names}",
                len(fewer),
                names=_some(left),
            )
        )
    return N_("{without}, {told}.", without=without, told=Said(_joined, (told,)))


def _joined(told: Sequence[Words], language: str) -> str:
    return gettext(" ; ", language).join(one[language] for one in told)


def _some(names: Sequence[str | Words]) -> Listed:
    rest = len(names) - _SHOWN
    return Listed([*names[:_SHOWN], *([NN_("{n} autre", "{n} autres", rest)] if rest > 0 else [])])
