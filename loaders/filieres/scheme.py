"""Filières as RDF: the scheme, its links and its rules, as quads of the ontology graph; codes checked against the store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import pyoxigraph as ox

from ...graph.declarations import DeclarationError, DeclarationFile
from ...graph.snapshots.provenance import GRAPHS, ONTOLOGY_GRAPH
from ...ontology.vocabulary import ANC, ID, PREFIXES
from ...words import DECLARED, N_
from ..inference.membership import Rule
from .files import REVISION_NAMES, SHIPPED, Filiere, Link, read_filieres

#: Where the illustrative shares go: out of the base graphs.
ILLUSTRATIVE_GRAPH = GRAPHS + "illustrative"

_SKOS, _DCT, _XSD = PREFIXES["skos"], PREFIXES["dcterms"], PREFIXES["xsd"]
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_SCHEME = ID + "value-chain"
_REVISIONS = {
    "naf2": ("http://id.insee.fr/codes/nafr2/sousClasse/", "http://id.insee.fr/codes/nafr2/naf"),
    "naf2025": (f"{ID}naf2025/", f"{ID}naf2025"),
}


#: With fewer sub-classes than that, the NAF 2025 is not loaded whole: a code that is not there may be right.
_WHOLE = 700


@dataclass(frozen=True)
class CodeCheck:
    """Filières whose codes can be used, faults of the others, and the links whose code nothing loaded can vouch for."""

    kept: list[Filiere]
    broken: list[DeclarationError]
    unverified: list[tuple[Filiere, Link]]


def check(filieres: Iterable[Filiere], store: ox.Store) -> CodeCheck:
    """Look up the codes of filières among the activities of a store's default graph.

    A code of the NAF rev. 2 must be there. One of the NAF 2025, which no source of the package gives whole, must be there
    only where the whole of it is.
    """
    known = {revision: _codes(store, *names) for revision, names in _REVISIONS.items()}
    partial = len(known["naf2025"]) < _WHOLE
    kept: list[Filiere] = []
    broken: list[DeclarationError] = []
    unverified: list[tuple[Filiere, Link]] = []
    for filiere in filieres:
        missing = [link for link in filiere.links if link.code not in known[link.revision]]
        wrong = next((link for link in missing if link.revision == "naf2" or not partial), None)
        if wrong is not None:
            broken.append(_unknown(filiere.path, wrong, known[wrong.revision]))
            continue
        kept.append(filiere)
        unverified += [(filiere, link) for link in missing]
    return CodeCheck(kept, broken, unverified)


def without_namesakes(filieres: Iterable[Filiere]) -> tuple[list[Filiere], list[DeclarationError]]:
    """Leave out the filières whose title another one before them has, in any language; with what is wrong in each."""
    kept: list[Filiere] = []
    broken: list[DeclarationError] = []
    known: dict[tuple[str, str], Filiere] = {}
    for filiere in filieres:
        titles = [(language, title.casefold()) for language, title in filiere.title.items()]
        if (taken := next((title for title in titles if title in known), None)) is None:
            kept.append(filiere)
            known |= dict.fromkeys(titles, filiere)
            continue
        language, title = taken[0], filiere.title[taken[0]]
        reason = N_(
            "le titre « {title} » est déjà celui de la filière « {other} »",
            title=title,
            other=known[taken].id,
        )
        broken.append(
            DeclarationError(filiere.path, DeclarationFile(filiere.path).line(("title", language)), reason)
        )
    return kept, broken


def activities(unverified: Iterable[tuple[Filiere, Link]]) -> Iterator[ox.Quad]:
    """Yield what makes the codes that nothing loaded vouches for into activities: class, scheme and code, without a label."""
    for _, link in unverified:
        head, scheme = _REVISIONS[link.revision]
        activity = _Node(head + link.code)
        yield activity.kind(_SKOS + "Concept")
        yield activity.kind(ANC + "EconomicActivity")
        yield activity.link(_SKOS + "inScheme", scheme)
        yield activity.text(_SKOS + "notation", link.code)


def _codes(store: ox.Store, head: str, scheme: str) -> set[str]:
    """Give the codes of the activities whose IRI begins so: sub-classes, in the NAF rev. 2."""
    solutions = store.query(
        f"""PREFIX skos: <{_SKOS}>
        SELECT ?code WHERE {{ ?activity skos:inScheme <{scheme}> ; skos:notation ?code ; a <{ANC}EconomicActivity>
            FILTER(STRSTARTS(STR(?activity), "{head}")) }}"""
    )
    assert isinstance(solutions, ox.QuerySolutions)
    return {solution[0].value for solution in solutions}


def _unknown(path: Path, link: Link, known: set[str]) -> DeclarationError:
    near = get_close_matches(link.code, sorted(known), n=1)
    reason = N_(
        "le code « {code} » n'est pas dans la {revision} chargée{near}",
        code=link.code,
        revision=REVISION_NAMES[link.revision],
        near=N_(" (le plus proche : « {code} »)", code=near[0]) if near else "",
    )
    return DeclarationError(path, link.line, reason)


def quads(filieres: Iterable[Filiere]) -> Iterator[ox.Quad]:
    """Yield the quads of filières: the scheme they make together, then each with its links and rules."""
    chosen = list(filieres)
    if not chosen:
        return
    scheme = _Node(_SCHEME)
    yield scheme.kind(_SKOS + "ConceptScheme")
    for name in ("title", "prefLabel"):
        place = _DCT + name if name == "title" else _SKOS + name
        yield scheme.text(place, "Filières", "fr")
        yield scheme.text(place, "Value chains", "en")
    yield scheme.text(
        _DCT + "description",
        "Filières locales, décrites par des maillons qui renvoient à des activités.",
        "fr",
    )
    yield scheme.text(
        _DCT + "description",
        "Local value chains, each described by components that point to activities.",
        "en",
    )
    yield scheme.link(_DCT + "creator", f"{ID}agent/ancrage-project")
    yield scheme.link(_DCT + "license", "https://creativecommons.org/licenses/by/4.0/")
    for filiere in chosen:
        yield scheme.link(_SKOS + "hasTopConcept", chain_iri(filiere.id))
        yield from _filiere(filiere)


def chain_iri(name: str) -> str:
    """Return the IRI of a filière.

    >>> chain_iri("timber-construction")
    'https://w3id.org/ancrage/id/value-chain/timber-construction'
    """
    return f"{_SCHEME}/{name}"


def _filiere(filiere: Filiere) -> Iterator[ox.Quad]:
    chain = _Node(chain_iri(filiere.id))
    yield chain.kind(_SKOS + "Concept")
    yield chain.kind(ANC + "ValueChain")
    yield chain.link(_SKOS + "inScheme", _SCHEME)
    yield chain.link(_SKOS + "topConceptOf", _SCHEME)
    yield chain.text(_SKOS + "notation", filiere.id)
    for language in DECLARED:
        yield chain.text(_SKOS + "prefLabel", filiere.title[language], language)
        yield chain.text(_SKOS + "definition", filiere.definition[language], language)
    for link in filiere.links:
        component = _Node(f"{chain.iri}/{link.code}")
        yield chain.link(ANC + "hasComponent", component.iri)
        yield component.kind(ANC + "ValueChainComponent")
        yield component.link(ANC + "componentActivity", _REVISIONS[link.revision][0] + link.code)
        yield component.link(ANC + "chainStage", f"{ID}chain-stage/{link.stage}")
        if link.wide:
            yield component.number(ANC + "wideActivity", "true", "boolean")
        yield from _share(component.iri, link)
    for rank, rule in enumerate(filiere.rules, 1):
        yield chain.link(ANC + "hasRule", f"{chain.iri}/rule/{rule.id}")
        yield from _rule(_Node(f"{chain.iri}/rule/{rule.id}"), rule, rank)


def _share(component: str, link: Link) -> Iterator[ox.Quad]:
    if link.share is None:
        return
    node = _Node(component, ILLUSTRATIVE_GRAPH if link.share.illustrative else ONTOLOGY_GRAPH)
    yield node.number(ANC + "share", link.share.value, "decimal")
    status = "illustrative" if link.share.illustrative else "declared"
    yield node.link(ANC + "evidenceStatus", f"{ID}evidence-status/{status}")
    if link.share.source:
        yield node.text(_DCT + "source", link.share.source)


def _rule(node: _Node, rule: Rule, rank: int) -> Iterator[ox.Quad]:
    yield node.kind(ANC + "MembershipRule")
    yield node.text(_SKOS + "notation", rule.id)
    yield node.number(ANC + "ruleRank", str(rank), "nonNegativeInteger")
    if rule.subject:
        yield node.text(ANC + "ruleSubject", rule.subject)
    if rule.function:
        yield node.link(ANC + "chainFunction", f"{ID}chain-function/{rule.function}")
    if rule.stage:
        yield node.link(ANC + "chainStage", f"{ID}chain-stage/{rule.stage}")
    reads = {
        "words": rule.words,
        "codes": rule.codes,
        "refusals" if rule.refused else "identifiers": rule.identifiers,
    }
    for name in (name for name, told in reads.items() if told):
        yield node.text(ANC + "ruleReads", name)
    for word in dict.fromkeys(rule.words):
        yield node.text(ANC + "ruleWord", word)
    for word in dict.fromkeys(rule.exclusions):
        yield node.text(ANC + "ruleExclusion", word)
    for identifier in dict.fromkeys(rule.identifiers):
        yield node.text(ANC + "ruleIdentifier", identifier)
    if rule.when:
        yield node.text(ANC + "decidedBy", rule.who)
        yield node.number(_DCT + "date", rule.when.isoformat(), "date")
        yield node.text(_DCT + "description", rule.why, "fr")


def shipped_quads() -> list[ox.Quad]:
    """Return the quads of the filières of the package."""
    return list(quads(read_filieres(SHIPPED)[0]))


class _Node:
    """A subject in a graph, which makes its quads."""

    def __init__(self, iri: str, graph: str = ONTOLOGY_GRAPH) -> None:
        self.iri = iri
        self._node, self._graph = ox.NamedNode(iri), ox.NamedNode(graph)

    def kind(self, name: str) -> ox.Quad:
        return ox.Quad(self._node, _TYPE, ox.NamedNode(name), self._graph)

    def link(self, predicate: str, value: str) -> ox.Quad:
        return ox.Quad(self._node, ox.NamedNode(predicate), ox.NamedNode(value), self._graph)

    def text(self, predicate: str, value: str, language: str | None = None) -> ox.Quad:
        return ox.Quad(self._node, ox.NamedNode(predicate), ox.Literal(value, language=language), self._graph)

    def number(self, predicate: str, value: str, kind: str) -> ox.Quad:
        literal = ox.Literal(value, datatype=ox.NamedNode(_XSD + kind))
        return ox.Quad(self._node, ox.NamedNode(predicate), literal, self._graph)
