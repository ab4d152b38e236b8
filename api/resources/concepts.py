"""Where a concept stands in its scheme, and a scheme as a tree: as much of it as a page can show."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from ...graph.region.text import fold
from ..reading.solutions import Reading, Solutions
from ..web.query_texts import bound

SKOS = "http://www.w3.org/2004/02/skos/core#"
#: Concepts shown in one tree; deeper ones are counted under the one that holds them.
SHOWN = 300

_OF_SCHEME = """SELECT DISTINCT ?concept ?parent ?code {
  { ?concept skos:inScheme $thing } UNION { ?concept skos:topConceptOf $thing } UNION { $thing skos:hasTopConcept ?concept }
  OPTIONAL { ?concept skos:broader ?parent }
  OPTIONAL { ?concept skos:notation ?code }
}"""
_AROUND = """SELECT DISTINCT ?concept ?parent ?code {
  { $thing skos:broader+ ?concept OPTIONAL { ?concept skos:broader ?parent } }
  UNION { ?concept skos:broader+ $thing ; skos:broader ?parent }
  UNION { $thing skos:broader ?parent BIND($thing AS ?concept) }
  OPTIONAL { ?concept skos:notation ?code }
}"""


@dataclass
class Node:
    """A concept in a tree: its name and code, those shown under it, and how many there are below in all."""

    iri: str
    label: str
    code: str
    below: int = 0
    children: list["Node"] = field(default_factory=list)

    @property
    def sign(self) -> str:
        """The code where it tells people something (`16.10A`, `C`), not where it is a word of the address.

        >>> Node("", "stage", "internship").sign, Node("", "Construction", "F").sign
        ('', 'F')
        """
        return self.code if self.code != self.code.lower() or any(c.isdigit() for c in self.code) else ""


@dataclass
class Place:
    """Where a concept stands: the `path` of broader ones from the top, and the `tree` of narrower ones.

    For a scheme, the tree holds its concepts and the path is empty. `block` is the query behind it.
    """

    block: Solutions
    path: list[Node] = field(default_factory=list)
    tree: list[Node] = field(default_factory=list)
    total: int = 0


def place_of(reading: Reading, iri: str, *, scheme: bool) -> Place:
    """Read the concepts around a concept, or all those of a scheme; a failure is told by the block."""
    block = reading.ask(bound(_OF_SCHEME if scheme else _AROUND, thing=iri))
    codes, parents, children = _edges(block)
    above = [] if scheme else _path(iri, parents)
    roots = _roots(codes, parents, children) if scheme else list(children[iri])
    below = _counts(roots, children)
    shown = _within(roots, children)
    reading.learn_labels([*above, *shown])

    def node(concept: str) -> Node:
        return Node(concept, reading.label(concept), codes.get(concept, ""), below.get(concept, 0))

    def tree(concepts: Iterable[str]) -> list[Node]:
        nodes = []
        for concept in concepts:
            one = node(concept)
            one.children = tree(c for c in children[concept] if shown.get(c) == concept)
            nodes.append(one)
        return sorted(nodes, key=lambda one: (not one.code, one.code, fold(one.label)))

    total = len(codes) if scheme else sum(1 + below.get(root, 0) for root in roots)
    return Place(block, [node(concept) for concept in above], tree(c for c in roots if c in shown), total)


def _edges(block: Solutions) -> tuple[dict[str, str], dict[str, list[str]], dict[str, list[str]]]:
    codes: dict[str, str] = {}
    parents: dict[str, list[str]] = defaultdict(list)
    children: dict[str, list[str]] = defaultdict(list)
    for row in block.rows:
        concept = row["concept"]
        codes[concept] = row.get("code", codes.get(concept, ""))
        parent = row.get("parent")
        if parent is not None and parent not in parents[concept]:
            parents[concept].append(parent)
            children[parent].append(concept)
    return codes, parents, children


def _roots(codes: dict[str, str], parents: dict[str, list[str]], children: dict[str, list[str]]) -> list[str]:
    """List the concepts without a broader one in the scheme, and one of each circle that has none."""
    roots = [c for c in codes if not any(p in codes for p in parents[c])]
    reached: set[str] = set()
    for concept in (*roots, *codes):
        if concept in reached:
            continue
        if concept not in roots:
            roots.append(concept)
        pending = [concept]
        while pending:
            if (one := pending.pop()) not in reached:
                reached.add(one)
                pending.extend(children[one])
    return roots


def _path(iri: str, parents: dict[str, list[str]]) -> list[str]:
    """List the broader concepts from the top; of several parents, the first in order."""
    path: list[str] = []
    while parents[iri] and (iri := min(parents[iri])) not in path:
        path.append(iri)
    return path[::-1]


def _within(roots: list[str], children: dict[str, list[str]]) -> dict[str, str]:
    """Choose what a page shows, level by level while it fits: each concept with the one it is shown under."""
    shown = dict.fromkeys(roots, "")
    level = roots
    while level:
        deeper = {child: concept for concept in level for child in children[concept] if child not in shown}
        if len(shown) + len(deeper) > SHOWN:
            break
        shown.update(deeper)
        level = list(deeper)
    return shown


def _counts(roots: list[str], children: dict[str, list[str]]) -> dict[str, int]:
    """Count the different concepts below each concept reached from the roots."""
    below: dict[str, set[str]] = {}
    pending = [(root, False) for root in roots]
    entered: set[str] = set()
    while pending:
        concept, left = pending.pop()
        if left:
            below[concept] = {c for child in children[concept] for c in (child, *below.get(child, ()))}
        elif concept not in entered:
            entered.add(concept)
            pending.append((concept, True))
            pending.extend((child, False) for child in children[concept])
    return {concept: len(found) for concept, found in below.items()}
