"""What would be lost without some actors: the territories that would reach fewer academic actors, and by how many."""

from __future__ import annotations

from collections.abc import Sequence

from ..analysis.robustness import Loss, reach_lost, single_points
from ..findings import Finding, Question, Report, Thing, Words
from ..ground import Ground
from ..matter import Matter
from ..places import UnknownName
from ..words import count_en, listed_en, listed_fr, number_en, number_fr, percent_en, percent_fr
from .assumptions import ScenarioError
from .names import node_named, organization_named
from .network import reach_graph

_METHODS = ("reach_lost", "single_points")
_ABOUT: Words = {
    "fr": "Un EPCI atteint un acteur académique quand une suite d'interactions, ou un relais, les relie, quelle que soit sa "
    "longueur. Ce que les données ne disent pas n'y est pas : une perte peut être moindre qu'il ne semble.",
    "en": "An intercommunality reaches an academic actor when a chain of interactions, or a relay, joins them, however long. "
    "What the data do not say is not in it: a loss may be smaller than it seems.",
}


def without(matter: Matter, nodes: Sequence[str], territory: str | None = None) -> Report:
    """Tell what the intercommunalities of a territory would lose without some relays or other actors.

    Args:
        matter: what is known; it stays as it is.
        nodes: relays or organizations, by their path, IRI, code or name.
        territory: whose intercommunalities are looked at (None: the territory that the matter was read for).

    Returns:
        A report with a finding of kind "loss" for all of them together, then for each alone where there are several:
        pairs of an intercommunality and an academic actor connected `before` and `after`, the share `lost`, and how
        many of the nodes are `single` points of failure of the whole network.

    Raises:
        UnknownName: an actor or a territory that the matter does not have.
        ScenarioError: no actor is named.
    """
    ground = Ground.of(matter)
    within = ground.territory(territory or matter.within)
    things = list(dict.fromkeys(_thing(matter, one) for one in nodes))
    if not things:
        raise ScenarioError("Nommez au moins un acteur.", "name one actor at least")
    places = ground.territories("epci", within.id)
    graph, resources = reach_graph(matter, places)
    graph.add_nodes_from(one.id for one in things)
    cut = set(single_points(graph).articulations)
    subject = Thing(within.id, within.label, "territory")
    groups = [things, *([one] for one in things if len(things) > 1)]
    ids = [one.id for one in places]
    found = tuple(
        _finding(
            subject, group, reach_lost(graph, [one.id for one in group], ids, resources), len(places), cut
        )
        for group in groups
    )
    names = [one.label for one in things]
    title = {"fr": f"Sans {listed_fr(names)}", "en": f"Without {listed_en(names)}"}
    asked = {"within": within.id, "nodes": ",".join(one.id for one in things)}
    return Report(
        title,
        subject,
        found,
        (),
        matter.snapshot,
        asked,
        matter.illustrative,
        matter.scenario,
        notes=(_ABOUT,),
    )


def _thing(matter: Matter, name: str) -> Thing:
    try:
        node = node_named(matter, "relay", name)
    except UnknownName:
        node = ""
    node = node or organization_named(matter, name)
    labels = matter.frame("actors").filter(actor=node)["label"].to_list()
    return Thing(node, labels[0] if labels else name, "organization")


def _finding(subject: Thing, gone: Sequence[Thing], loss: Loss, places: int, cut: set[str]) -> Finding:
    names = [one.label for one in gone]
    single = sum(one.id in cut for one in gone)
    return Finding(
        kind="loss",
        subject=subject,
        object=gone[0] if len(gone) == 1 else Thing(gone[0].id, listed_fr(names), "organization"),
        sentence=_sentence(subject.label, names, loss, places),
        measure={"fr": "part des liens perdue", "en": "share of ties lost"},
        facts={
            "before": loss.before,
            "after": loss.after,
            "lost": loss.lost if loss.before else None,
            "single": single,
        },
        question=Question("relays"),
        methods=_METHODS,
    )


def _sentence(within: str, names: Sequence[str], loss: Loss, places: int) -> Words:
    french, english = f"Sans {listed_fr(names)}", f"Without {listed_en(names)}"
    if not loss.before:
        return {
            "fr": f"{french}, rien de connu ne changerait : aucun EPCI de « {within} » n'est relié au monde académique.",
            "en": f"{english}, nothing known would change: no intercommunality of “{within}” is tied to academic actors.",
        }
    if loss.before == loss.after:
        return {
            "fr": f"{french}, aucun EPCI de « {within} » ne serait coupé du monde académique : d'autres liens y mènent.",
            "en": f"{english}, no intercommunality of “{within}” would be cut off from academic actors: other ties lead there.",
        }
    several = count_en(places, "intercommunality", "intercommunalities")
    return {
        "fr": f"{french}, {percent_fr(loss.lost, 1)} des liens entre les {number_fr(places)} EPCI de « {within} » et "
        f"les acteurs académiques disparaîtraient ({number_fr(loss.before)} avant, {number_fr(loss.after)} après).",
        "en": f"{english}, {percent_en(loss.lost, 1)} of the ties of the {several} of “{within}” with academic actors "
        f"would go ({number_en(loss.before)} before, {number_en(loss.after)} after).",
    }
