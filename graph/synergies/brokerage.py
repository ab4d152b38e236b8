"""Who stands between whom, and what its loss would cost: relays, and the organisations that join kinds of actors most."""

from __future__ import annotations

from dataclasses import dataclass, replace

import networkx as nx
import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array  # type: ignore[import-untyped, unused-ignore]

from ...words import EMPTY, N_, NN_, Number
from ..analysis.adjacency import Adjacency
from ..analysis.betweenness import betweenness
from ..analysis.brokerage import constraint
from ..analysis.brokerage_null import MINIMUM_EDGES, roles_against_null
from ..analysis.null_model import Comparison
from ..analysis.reach import reach_of_groups
from ..analysis.robustness import single_points
from ..analysis.uncertainty import Estimate, TooFewData
from ..findings.model import Finding, Question
from ..region.gazetteer import Gazetteer
from ..region.view import RegionView
from .meetings import NAMES, Flags, Meetings, Places
from .options import Options, correct_chance
from .precedents import precedents
from .subject import Names, Subject

_ACADEMIC = 0
_ROLES = ("coordinator", "itinerant", "representative", "gatekeeper", "liaison")
_ACROSS = len(_ROLES)
"""The column of the roles that join two actors of different sides; an itinerant joins two of one side."""


@dataclass(frozen=True)
class Brokers:
    """The actors of the ground and the ties of those who met: places of the actors among those of the meetings.

    `groups` are the intercommunalities × actors: those located there, and the relays that serve it.
    """

    actors: Places
    ties: Adjacency
    side: Places
    relay: Flags
    constraint: npt.NDArray[np.float64]
    betweenness: npt.NDArray[np.float64]
    cuts: Flags
    groups: npt.NDArray[np.bool_]
    territories: list[str]


def brokers(matter: RegionView) -> Brokers:
    """Read the network of the actors located on the ground; raises TooFewData under ten ties."""
    meetings, ground = Meetings.of(matter), Gazetteer.of(matter)
    here = meetings.at >= 0
    actors, column = np.unique(meetings.actor[here], return_inverse=True)
    columns = np.full(len(here), -1, dtype=np.intp)
    columns[here] = column.ravel()
    presence = meetings.presence(here, columns, len(actors))
    together = csr_array(presence.T @ presence).tocoo()
    apart = together.row != together.col
    ones = np.ones(int(apart.sum()))
    matrix = csr_array((ones, (together.row[apart], together.col[apart])), shape=(len(actors), len(actors)))
    if matrix.nnz < 2 * MINIMUM_EDGES:
        raise TooFewData("brokerage", f"are {matrix.nnz // 2} ties", f"at least {MINIMUM_EDGES} ties")
    ties = Adjacency.of(matrix, measure="brokerage")
    side = np.zeros(len(actors), dtype=np.intp)
    side[columns[here]] = meetings.side[here]
    graph: nx.Graph[int] = nx.from_scipy_sparse_array(matrix)
    cuts = np.zeros(len(actors), dtype=bool)
    cuts[single_points(graph).articulations] = True
    epcis = ground.territories("epci")
    place = {epci.id: at for at, epci in enumerate(epcis)}
    of = np.full(len(ground), -1, dtype=np.intp)
    for at, epci in enumerate(epcis):
        of[epci.communes] = at
    groups = np.zeros((len(epcis), len(actors)), dtype=bool)
    rows = np.flatnonzero(here & (of[meetings.at] >= 0))
    groups[of[meetings.at[rows]], columns[rows]] = True
    relay = np.zeros(len(actors), dtype=bool)
    at_of = {meetings.actors[actor]: at for at, actor in enumerate(actors.tolist())}
    for organization, serves in matter.frame("relays").select("organization", "serves").unique().iter_rows():
        if organization in at_of:
            relay[at_of[organization]] = True
            for served in _served(ground, serves):
                groups[place[served], at_of[organization]] = True
    acting = [row for row in np.flatnonzero(here).tolist() if "relay" in (meetings.role[row] or "")]
    relay[columns[acting]] = True
    return Brokers(
        actors,
        ties,
        side,
        relay,
        constraint(ties),
        betweenness(ties),
        cuts,
        groups,
        [epci.id for epci in epcis],
    )


def _served(ground: Gazetteer, path: str | None) -> list[str]:
    if not path:
        return []
    try:
        territory = ground.territory(path)
    except LookupError:
        return []
    return [epci.id for epci in ground.territories("epci", territory.id)]


class Roles:
    """Brokerage roles of all the actors of a matter beside chance, made once for given options."""

    def __init__(self, matter: RegionView) -> None:
        self._matter = matter
        self._made: dict[Options, Comparison] = {}

    def get(self, options: Options) -> Comparison:
        """Give the roles of the actors beside those with sides handed out by chance."""
        if options not in self._made:
            known = self._matter.once(brokers)
            sides = [NAMES[one] for one in known.side]
            self._made[options] = roles_against_null(
                known.ties, sides, draws=min(options.draws, 99), level=options.level, seed=options.seed
            )
        return self._made[options]


def find_brokers(matter: RegionView, subject: Subject, mine: Flags, options: Options) -> list[Finding]:
    """Find the relays of a subject and those of its actors that join kinds of actors most, beside chance.

    Raises TooFewData where none of its actors stands between two others.
    """
    known, roles, meetings = matter.once(brokers), matter.once(Roles).get(options), Meetings.of(matter)
    involved = np.isin(known.actors, meetings.actor[mine & (meetings.at >= 0)])
    groups = _own_groups(matter, subject, known)
    involved |= known.relay & known.groups[groups].any(axis=0)
    paths = roles.observed[:, :_ACROSS].sum(axis=1)
    candidates = np.flatnonzero(involved & (paths > 0))
    if not len(candidates):
        raise TooFewData("brokerage", "is no actor between two others", "at least 1 actor between two others")
    across = roles.observed[:, _ACROSS]
    order = sorted(candidates.tolist(), key=lambda at: (not known.relay[at], -across[at], at))[: options.most]
    made = correct_chance([_finding(matter, subject, known, roles, at, options) for at in order], options)
    shown = zip(made, order, strict=True)
    resources = known.side == _ACADEMIC
    return [_with_loss(matter, known, groups, resources, finding, at) for finding, at in shown]


def _own_groups(matter: RegionView, subject: Subject, known: Brokers) -> Places:
    if subject.territory is None:
        return np.arange(len(known.territories))
    inside = {epci.id for epci in Gazetteer.of(matter).territories("epci", subject.territory.id)}
    return np.array([at for at, path in enumerate(known.territories) if path in inside], dtype=np.intp)


def _finding(
    matter: RegionView,
    subject: Subject,
    known: Brokers,
    roles: Comparison,
    at: int,
    options: Options,
) -> Finding:
    names, meetings = Names.of(matter), Meetings.of(matter)
    actor = meetings.actors[known.actors[at]]
    across, expected, low, high = (
        float(one[at, _ACROSS]) for one in (roles.observed, roles.expected, roles.low, roles.high)
    )
    joined = int(roles.observed[at, :_ACROSS].sum() / 2)
    neighbours = int(known.ties.matrix.indptr[at + 1] - known.ties.matrix.indptr[at])
    counts = dict(zip(_ROLES, (roles.observed[at, :_ACROSS] / 2).tolist(), strict=True))
    return Finding(
        "brokerage",
        subject.thing,
        names.thing(actor, "relay" if known.relay[at] else NAMES[known.side[at]]),
        EMPTY,
        Estimate(
            across / expected if expected else float("nan"),
            across / high if high else float("nan"),
            across / low if low else float("nan"),
            options.level,
            "permutation of the sides",
            joined,
        ),
        N_("mises en relation entre types d'acteurs différents, rapportées à celles que le hasard donnerait"),
        p=min(1.0, 2 * float(min(roles.below[at, _ACROSS], roles.above[at, _ACROSS]))),
        facts={
            "partners": neighbours,
            "joined_pairs": joined,
            "joined_across": across / 2,
            "expected_across": expected / 2,
            **counts,
            "constraint": float(known.constraint[at]),
            "betweenness": float(known.betweenness[at]),
            "articulation": "yes" if known.cuts[at] else "no",
        },
        question=Question("actor-partners", {"organization": actor.removeprefix("organization/")}),
        methods=(
            "gould_fernandez",
            "roles_against_null",
            "constraint",
            "betweenness",
            "reach_of_groups",
            "single_points",
        ),
    )


def _with_loss(
    matter: RegionView,
    known: Brokers,
    groups: Places,
    resources: Flags,
    finding: Finding,
    at: int,
) -> Finding:
    meetings, names = Meetings.of(matter), Names.of(matter)
    wanted = resources.copy()
    wanted[at] = False
    removed = np.zeros(len(wanted), dtype=bool)
    removed[at] = True
    before = reach_of_groups(known.ties, known.groups[groups], wanted)
    after = reach_of_groups(known.ties, known.groups[groups], wanted, removed)
    cut = [names.french(known.territories[groups[one]]) for one in np.flatnonzero(after < before)]
    lost, had = int((before - after).sum()), int(before.sum())
    facts = {**finding.facts, "pairs_before": had, "pairs_lost": lost, "territories_cut": len(cut)}
    joined, across = int(finding.facts["joined_pairs"] or 0), int(finding.facts["joined_across"] or 0)
    expected = float(finding.facts["expected_across"] or 0)
    label = finding.object.label
    if lost:
        loss = NN_(
            "Sans cet acteur, {n} liaison sur {had} entre une intercommunalité et un laboratoire ou un "
            "établissement serait coupée",
            "Sans cet acteur, {n} liaisons sur {had} entre une intercommunalité et un laboratoire ou un "
            "établissement seraient coupées",
            lost,
            had=Number(had),
        )
    else:
        loss = N_("Sa perte ne couperait aucune liaison connue")
    chance = N_("au hasard : {expected}", expected=Number(expected, 0 if expected >= 10 else 1))
    role = N_("La structure relais ") if finding.object.kind == "relay" else EMPTY
    rows = meetings.actor == known.actors[at]
    events = meetings.of_events(rows)
    return replace(
        finding,
        sentence=NN_(
            "{role}{label} met en relation {n} paire d'acteurs de la région sans autre lien connu, "
            "dont {across} de types différents ({chance}). {loss}.",
            "{role}{label} met en relation {n} paires d'acteurs de la région sans autre lien connu, "
            "dont {across} de types différents ({chance}). {loss}.",
            joined,
            role=role,
            label=label,
            across=Number(across),
            chance=chance,
            loss=loss,
        ),
        evidence=meetings.counted(events, rows),
        facts=facts,
        reasons=precedents(meetings, names, events, rows, meetings.at >= 0),
        sources=meetings.sources(events),
    )
