"""A scenario as RDF and back: its assumptions, and ordinary descriptions of what they open, merge or offer.

The graph of a scenario, beside the base graphs, then answers questions as if what it opens were there; what it
closes or moves is only said by its assumptions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pyoxigraph as ox

from ...ontology.vocabulary import ANC, ID, PREFIXES
from ...words import N_, SOURCE
from ..findings.model import Words
from ..findings.rdf import scenario_iri
from .assumptions import CLASSES, Assumption, Close, House, Merge, Move, Offer, Open, Scenario, Share

_A = PREFIXES["rdf"] + "type"
_LABEL = PREFIXES["rdfs"] + "label"
_HAS_SITE, _SITE = PREFIXES["org"] + "hasSite", PREFIXES["org"] + "Site"
_ORGANIZATION = PREFIXES["org"] + "Organization"
_SIMULATED = "evidence-status/simulated"
_RELAY = "actor-type/relay-organization"
_TRAINS = "chain-function/trains"


class Triples:
    """Triples being written: paths of IRIs of the graph, or whole IRIs, as subjects and objects."""

    def __init__(self) -> None:
        self.made: dict[ox.Triple, None] = {}

    def link(self, subject: str, verb: str, *values: str | None) -> None:
        """Say that a subject is tied to other things; those that are None are left out."""
        for value in values:
            if value is not None:
                self._add(subject, verb, ox.NamedNode(_iri(value)))

    def literal(self, subject: str, verb: str, value: str | int, language: str | None = None) -> None:
        """Say a text or a whole number of a subject."""
        text = isinstance(value, str)
        self._add(
            subject, verb, ox.Literal(value, language=language) if text and language else ox.Literal(value)
        )

    def decimal(self, subject: str, verb: str, value: float) -> None:
        """Say a number of a subject, to 12 decimals."""
        text = f"{value:.12f}".rstrip("0")
        datatype = ox.NamedNode(PREFIXES["xsd"] + "decimal")
        self._add(subject, verb, ox.Literal(text + "0" if text.endswith(".") else text, datatype=datatype))

    def words(self, subject: str, verb: str, words: Words) -> None:
        """Say something in each language."""
        for language, text in words.items():
            if text:
                self.literal(subject, verb, text, language)

    def _add(self, subject: str, verb: str, value: ox.NamedNode | ox.Literal) -> None:
        name = verb if "://" in verb else ANC + verb
        self.made[ox.Triple(ox.NamedNode(_iri(subject)), ox.NamedNode(name), value)] = None


def describe(scenario: Scenario, words: Sequence[Words] = ()) -> list[ox.Triple]:
    """Tell a resolved scenario as triples; `words` name its assumptions (their lines otherwise).

    >>> from .reading import read_scenario
    >>> made = {"name": "x", "label": "Essai", "assumptions": ["close-branch site/a"]}
    >>> read_back(describe(read_scenario(made))) == [read_scenario(made)]
    True
    """
    triples = Triples()
    root = scenario_iri(scenario.name)
    triples.link(root, _A, ANC + "Scenario")
    triples.literal(root, _LABEL, scenario.label, SOURCE)
    if scenario.label_en:
        triples.literal(root, _LABEL, scenario.label_en, "en")
    triples.link(root, "hasBaseline", scenario_iri(None))
    for number, assumption in enumerate(scenario.assumptions, 1):
        node = f"{root}/assumption/{number}"
        triples.link(root, "hasAssumption", node)
        triples.link(node, _A, ANC + "Assumption")
        triples.link(node, "assumptionType", f"assumption-type/{assumption.name}")
        triples.literal(node, "assumptionOrder", number)
        said = words[number - 1] if words else {SOURCE: assumption.to_line()}
        triples.words(
            node,
            _LABEL,
            {language: text[:1].upper() + text[1:] for language, text in said.items()} if words else said,
        )
        _tell(triples, node, assumption)
    return list(triples.made)


def _tell(triples: Triples, node: str, assumption: Assumption) -> None:
    if isinstance(assumption, Open):
        triples.link(node, "changesThing", assumption.id)
        _open(triples, assumption)
    elif isinstance(assumption, Merge):
        assert assumption.id is not None
        triples.link(node, "changesThing", *assumption.territories)
        triples.link(assumption.id, _A, ANC + "AdHocTerritory")  # no official code: it does not exist
        triples.literal(assumption.id, _LABEL, assumption.label, SOURCE)
        for gone in assumption.territories:
            triples.link(gone, "succeededBy", assumption.id)
    elif isinstance(assumption, Offer | Share):
        what = assumption.programme if isinstance(assumption, Offer) else assumption.area
        triples.link(node, "changesThing", what)
        triples.link(node, "toPlace", *assumption.places)
        triples.link(node, "attendanceMode", f"attendance-mode/{assumption.mode}")
    elif isinstance(assumption, House):
        triples.link(node, "changesThing", assumption.area)
    else:
        triples.link(node, "changesThing", assumption.node)
        triples.link(node, "fromPlace", assumption.at)
        triples.link(node, "toPlace", assumption.place if isinstance(assumption, Move) else None)


def _open(triples: Triples, one: Open) -> None:
    assert one.id is not None
    site = one.id if one.kind == "branch" else f"{one.id}/site"
    triples.literal(one.id, _LABEL, one.label, SOURCE)
    if one.kind == "platform":
        triples.link(one.id, _A, ANC + "TechnologyPlatform")
        triples.link(one.id, "locatedIn", one.place)
        triples.link(one.id, "operatedBy", one.organization)
        triples.link(one.id, "evidenceStatus", _SIMULATED)
        return
    triples.link(site, _A, ANC + "DigitalBranch" if one.kind == "branch" else _SITE)
    triples.link(site, "locatedIn", one.place)
    triples.link(site, "locationEvidence", _SIMULATED)
    if one.kind == "branch":
        triples.link(site, "providesService", *one.services)
        if one.organization:
            triples.link(one.organization, _HAS_SITE, site)
        if one.serves:
            triples.link(f"{site}/catchment", _A, ANC + "CatchmentArea")
            triples.words(f"{site}/catchment", _LABEL, N_("Territoires servis : {label}", label=one.label))
            triples.link(f"{site}/catchment", "catchmentOf", site)
            triples.link(f"{site}/catchment", "overlapsTerritory", *one.serves)
    elif one.kind == "relay":
        triples.link(one.id, _A, _ORGANIZATION)
        triples.link(one.id, "actorType", _RELAY)
        triples.link(one.id, _HAS_SITE, site)
        triples.link(one.id, "servesTerritory", *one.serves)
    else:
        _open_programme(triples, one, site)


def _open_programme(triples: Triples, one: Open, site: str) -> None:
    assert one.id is not None
    triples.link(one.id, _A, ANC + "TrainingProgramme")
    triples.link(one.id, "taughtAt", site)
    triples.link(one.id, "offeredBy", one.organization)
    triples.link(one.id, "programmeLevel", one.level)
    triples.link(one.id, "evidenceStatus", _SIMULATED)
    if one.capacity is not None:
        triples.literal(one.id, "capacity", one.capacity)
    if one.chain:
        member = f"{one.id}/membership"
        triples.link(member, _A, ANC + "ValueChainMembership")
        triples.link(member, "member", one.id)
        triples.link(member, "ofValueChain", one.chain)
        triples.link(member, "chainFunction", _TRAINS)
        triples.link(member, "evidenceStatus", _SIMULATED)
    for number, family in enumerate(one.families, 1):
        prepared = f"{one.id}/preparation/{number}"
        triples.link(prepared, _A, ANC + "Preparation")
        triples.link(prepared, "preparationOf", one.id)
        triples.link(prepared, "preparesFor", family)
        triples.link(prepared, "evidenceStatus", _SIMULATED)


class _Told:
    """Triples of one graph, by subject and by object."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self.of: dict[tuple[str, str], list[ox.NamedNode | ox.Literal]] = {}
        self.to: dict[tuple[str, str], list[str]] = {}
        for subject, verb, value in triples:
            assert isinstance(subject, ox.NamedNode) and isinstance(value, ox.NamedNode | ox.Literal)
            name = verb.value.removeprefix(ANC)
            self.of.setdefault((_path(subject.value), name), []).append(value)
            self.to.setdefault((name, _path(value.value)), []).append(_path(subject.value))

    def paths(self, subject: str | None, verb: str) -> tuple[str, ...]:
        """List what a subject is tied to, in order."""
        return tuple(sorted(_path(one.value) for one in self.of.get((subject or "", verb), [])))

    def path(self, subject: str | None, verb: str) -> str | None:
        """Give the one thing, or the one text, of a subject."""
        return next(iter(self.paths(subject, verb)), None)

    def label(self, subject: str, language: str) -> str:
        """Give the label of a subject in a language."""
        labels = self.of.get((subject, _LABEL), [])
        return next(
            (one.value for one in labels if isinstance(one, ox.Literal) and one.language == language), ""
        )


def read_back(triples: Iterable[ox.Triple]) -> list[Scenario]:
    """Read the scenarios that `describe` told, whatever else is said beside; lists come back in the order of their names.

    A scenario with an assumption of another form (an indicator that is altered) is left out: it is not for this model.
    """
    told = _Told(triples)
    found = []
    for root in sorted(told.to.get((_A, ANC + "Scenario"), [])):
        nodes = sorted(
            told.paths(root, "hasAssumption"), key=lambda node: int(told.path(node, "assumptionOrder") or 0)
        )
        if nodes and all(told.path(node, "assumptionType") for node in nodes):
            assumptions = tuple(_read(told, node) for node in nodes)
            name = root.removeprefix("scenario/")
            found.append(Scenario(name, told.label(root, SOURCE), assumptions, told.label(root, "en")))
    return found


def _read(told: _Told, node: str) -> Assumption:
    name = (told.path(node, "assumptionType") or "").rsplit("/", 1)[-1]
    things = told.paths(node, "changesThing")
    thing, kind = things[0], name.partition("-")[2]
    if CLASSES[name] is Merge:
        made = told.path(thing, "succeededBy")
        return Merge(things, told.label(made or "", SOURCE), made)
    if (followed := CLASSES[name]) in (Offer, Share):
        mode = (told.path(node, "attendanceMode") or "").rsplit("/", 1)[-1]
        return followed(thing, told.paths(node, "toPlace"), mode)
    if CLASSES[name] is House:
        return House(thing)
    if CLASSES[name] is Close:
        return Close(kind, thing, told.path(node, "fromPlace"))
    if CLASSES[name] is Move:
        return Move(kind, thing, told.path(node, "toPlace") or "", told.path(node, "fromPlace"))
    return _read_opening(told, kind, thing)


def _read_opening(told: _Told, kind: str, thing: str) -> Open:
    site = thing if kind in ("branch", "platform") else f"{thing}/site"
    organization = {
        "platform": told.path(thing, "operatedBy"),
        "programme": told.path(thing, "offeredBy"),
    }.get(kind)
    serves = told.paths(thing, "servesTerritory")
    if kind == "branch":
        organization = next(iter(told.to.get((_HAS_SITE, thing), [])), None)
        serves = told.paths(f"{thing}/catchment", "overlapsTerritory")
    capacity = told.path(thing, "capacity")
    prepared = sorted(told.to.get(("preparationOf", thing), []))
    return Open(
        kind,
        told.path(site, "locatedIn") or "",
        told.label(thing, SOURCE),
        thing,
        organization,
        serves,
        told.paths(site, "providesService"),
        told.path(thing, "programmeLevel"),
        int(capacity) if capacity else None,
        tuple(sorted(family for one in prepared for family in told.paths(one, "preparesFor"))),
        next((told.path(one, "ofValueChain") for one in told.to.get(("member", thing), [])), None),
    )


def _iri(path: str) -> str:
    return path if "://" in path else ID + path


def _path(iri: str) -> str:
    return iri.removeprefix(ID)
