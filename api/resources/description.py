"""The description of one thing: what each graph says of it, and what points to it, page by page.

One query reads everything but the counts. What points to a thing comes in the order of the store's index,
which is fixed within a snapshot and costs no sorting: hubs have 200,000 incoming links, and sorting those
took 15 s.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import pyoxigraph as ox

from ...graph.snapshots.provenance import REGISTER_GRAPH
from ...graph.snapshots.snapshot import BASE_ROLES
from ...graph.sparql.results import Rows
from ...graph.sparql.results import Value as Cell
from ...graph.sparql.results import to_csv as harmless_csv
from ..reading.solutions import Reading
from ..render.rdf_document import Document, write_rdf
from ..web.links import FOUND_BY_NAME, friendly_page
from ..web.negotiation import TRIG, Representation
from ..web.query_texts import iri_term

#: Incoming links on one page.
PAGE = 200
#: Incoming links counted; above, "more than".
MOST_COUNTED = 10_000

Value: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal

_ASKED = """SELECT ?g ?p ?o ?q ?r ?s ?i {
  { GRAPH ?g { $thing ?p ?o } }
  UNION { GRAPH ?g { $thing ?p ?o FILTER(isBlank(?o)) ?o ?q ?r } }
  UNION { { SELECT ?s ?i { $incoming } OFFSET $offset LIMIT $limit } OPTIONAL { GRAPH ?g { ?s ?i $thing } } }
}"""
_INCOMING = "SELECT ?s ?i { $incoming } OFFSET $offset LIMIT $limit"
_COUNTS = """SELECT ?i (COUNT(*) AS ?n) { SELECT ?s ?i { $incoming } LIMIT $limit } GROUP BY ?i"""


@dataclass(frozen=True)
class Statement:
    """One thing said: property and value (and the blank node it is said of), with the graphs that say it."""

    property: str
    value: Value
    graphs: tuple[str, ...]
    of: ox.BlankNode | None = None


@dataclass
class Description:
    """What is known of `iri`: said by base graphs, said by `others` (illustrative, provenance…), pointing to it.

    `incoming` is one `page` of things and properties, with the graphs that say so, `more` tells whether another follows; `counts`
    gives the links by property, and `exact` whether all of them were counted.
    """

    iri: str
    said: list[Statement] = field(default_factory=list)
    others: list[Statement] = field(default_factory=list)
    incoming: list[tuple[Value, str, tuple[str, ...]]] = field(default_factory=list)
    page: int = 1
    by: str = ""
    more: bool = False
    counts: dict[str, int] = field(default_factory=dict)
    exact: bool = True
    most: int = MOST_COUNTED

    @property
    def known(self) -> bool:
        """Whether any graph says anything of the thing."""
        return bool(self.said or self.others or self.incoming)

    @property
    def apart(self) -> bool:
        """Whether only graphs outside the base describe the thing."""
        return bool(self.others) and not self.said

    @property
    def friendly_page(self) -> str | None:
        """The address of the designed page of the thing: one that its name finds has none where no source describes it."""
        return None if self.apart and self.iri.startswith(FOUND_BY_NAME) else friendly_page(self.iri)

    @property
    def shown(self) -> list[Statement]:
        """What a description without graphs holds: what the base says, or else what the others say."""
        return self.said or self.others

    @property
    def graphs(self) -> list[str]:
        """The graphs that say what is shown, the one that says most first."""
        found: dict[str, int] = {}
        for statement in self.shown:
            for graph in statement.graphs:
                found[graph] = found.get(graph, 0) + 1
        return sorted(found, key=lambda graph: (-found[graph], graph))

    @property
    def quoted(self) -> list[str]:
        """The graphs that say anything told here: of the thing, and of what points to it."""
        others = [one.graphs for one in self.others]
        arriving = [graphs for _, _, graphs in self.incoming]
        return list(dict.fromkeys(graph for graphs in (self.graphs, *others, *arriving) for graph in graphs))

    def values(self, name: str) -> list[Value]:
        """List what is shown for a property."""
        return [one.value for one in self.shown if one.property == name and one.of is None]


async def describe(
    reading: Reading, iri: str, graphs: Mapping[str, Mapping[str, Any]], *, page: int = 1, by: str = ""
) -> Description:
    """Read the description of a thing, and one page of what points to it (`by` one property, if given).

    It is read on the event loop: threads would spend more on handing over than the queries take. `graphs`
    are those of the publication, with their roles. Raises NotAnIri, and what the pool raises.
    """
    found = Description(iri, page=page, by=by, most=MOST_COUNTED)
    incoming = (
        f"?s {iri_term(by)} {iri_term(iri)} BIND({iri_term(by)} AS ?i)" if by else f"?s ?i {iri_term(iri)}"
    )
    filled = {"thing": iri_term(iri), "incoming": incoming, "offset": str((page - 1) * PAGE)}
    filled["limit"] = str(PAGE + 1)
    _sort(found, solutions(await reading.reply(_fill(_ASKED, filled))), graphs)
    apart = sorted({graph for one in found.others for graph in one.graphs}) if found.apart else None
    if apart:
        rows = solutions(await reading.reply(_fill(_INCOMING, filled), apart))
        found.incoming = [(row["s"], row["i"].value, tuple(apart)) for row in rows]
    found.more = len(found.incoming) > PAGE
    del found.incoming[PAGE:]
    if found.more or page > 1 or by:
        filled["limit"] = str(found.most + 1)
        for row in solutions(await reading.reply(_fill(_COUNTS, filled), apart)):
            if "i" in row:
                found.counts[row["i"].value] = int(row["n"].value)
        found.exact = sum(found.counts.values()) <= found.most
    else:
        for _, name, _ in found.incoming:
            found.counts[name] = found.counts.get(name, 0) + 1
    return found


def _fill(text: str, values: dict[str, str]) -> str:
    return re.sub(r"\$([a-z]+)", lambda found: values[found[1]], text)  # once: a value may hold a "$"


def solutions(body: bytes) -> Iterator[dict[str, Any]]:
    """Read the solutions of SPARQL JSON results as terms (unbound: absent).

    >>> body = b'{"head":{"vars":["a"]},"results":{"bindings":[{"a":{"type":"literal","value":"x"}}]}}'
    >>> [row["a"].value for row in solutions(body)]
    ['x']
    """
    parsed: Any = ox.parse_query_results(body, ox.QueryResultsFormat.JSON)
    names = [variable.value for variable in parsed.variables]
    for solution in parsed:
        yield {name: term for name in names if (term := solution[name]) is not None}


def _sort(
    found: Description, rows: Iterator[dict[str, Any]], graphs: Mapping[str, Mapping[str, Any]]
) -> None:
    """Put each solution where it belongs; the same thing said by several graphs is told once.

    A link that no graph says as it is comes from records of one body: the register makes it.
    """
    arriving: dict[tuple[Value, str], list[str]] = {}
    said: dict[tuple[bool, Any, str, Value], list[str]] = {}
    for row in rows:
        if "s" in row:
            sayers = arriving.setdefault((row["s"], row["i"].value), [])
            if "g" in row and _is_base(graphs, row["g"].value):
                sayers.append(row["g"].value)
            continue
        graph = row["g"].value
        base = _is_base(graphs, graph)
        nested = "q" in row
        key = (
            base,
            row["o"] if nested else None,
            row["q" if nested else "p"].value,
            row["r" if nested else "o"],
        )
        said.setdefault(key, []).append(graph)
    for (base, of, name, value), names in said.items():
        (found.said if base else found.others).append(Statement(name, value, tuple(sorted(names)), of))
    made = tuple(graph for graph in (REGISTER_GRAPH,) if graph in graphs)
    found.incoming = [(*link, tuple(sorted(names)) or made) for link, names in arriving.items()]


def _is_base(graphs: Mapping[str, Mapping[str, Any]], graph: str) -> bool:
    return graphs.get(graph, {}).get("role", "base") in BASE_ROLES


def triples(found: Description) -> list[ox.Triple]:
    """List the triples of a description without graphs, incoming ones last.

    >>> one = Description("http://e.org/s", said=[Statement("http://e.org/p", ox.Literal("x"), ("g",))])
    >>> [str(triple) for triple in triples(one)]
    ['<http://e.org/s> <http://e.org/p> "x"']
    """
    thing = ox.NamedNode(found.iri)
    listed = [ox.Triple(one.of or thing, ox.NamedNode(one.property), one.value) for one in found.shown]
    return [*listed, *(ox.Triple(_subject(s), ox.NamedNode(name), thing) for s, name, _ in found.incoming)]


def _subject(term: Value) -> ox.NamedNode | ox.BlankNode:
    assert not isinstance(term, ox.Literal)
    return term


def serialise(found: Description, chosen: Representation, document: Document) -> bytes:
    """Write a description in a syntax of RDF, after what is said of the `document` itself.

    The default graph of TriG is what the other syntaxes hold, since clients look there; beside it stands what each
    named graph says, all graphs included.
    """
    said = [*document.triples, *triples(found)]
    if chosen is TRIG:
        thing = ox.NamedNode(found.iri)
        quads = [ox.Quad(*triple) for triple in said]
        quads += [
            ox.Quad(one.of or thing, ox.NamedNode(one.property), one.value, ox.NamedNode(graph))
            for one in (*found.said, *found.others)
            for graph in one.graphs
        ]
        quads += [
            ox.Quad(_subject(s), ox.NamedNode(name), thing, ox.NamedNode(graph))
            for s, name, sayers in found.incoming
            for graph in sayers
            if graph != REGISTER_GRAPH
        ]
        return write_rdf(quads, chosen)
    return write_rdf(said, chosen)


_COLUMNS = (
    "direction",
    "property",
    "property_label",
    "value",
    "value_label",
    "language",
    "datatype",
    "graphs",
)


def to_csv(found: Description, reading: Reading) -> bytes:
    """Write a description as a table for spreadsheets: a line for each thing said, then each incoming link.

    The names of what it mentions must have been learnt.
    """
    rows: list[list[Cell]] = []
    for one in found.shown:
        if one.of is not None or isinstance(one.value, ox.BlankNode):
            continue
        head = ("out", one.property, reading.label(one.property), one.value.value)
        if isinstance(one.value, ox.Literal):
            rest = ("", one.value.language or "", "" if one.value.language else one.value.datatype.value)
        else:
            rest = (reading.name(one.value.value), "", "")
        rows.append([*head, *rest, " ".join(one.graphs)])
    for subject, name, graphs in found.incoming:
        value = subject.value
        rows.append(["in", name, reading.label(name), value, reading.name(value), "", "", " ".join(graphs)])
    return harmless_csv(Rows(list(_COLUMNS), rows))


def mentions(found: Description) -> set[str]:
    """Collect the IRIs whose names a page or a table shows."""
    names = {found.iri, *found.counts}
    for one in (*found.said, *found.others):
        names.add(one.property)
        if isinstance(one.value, ox.NamedNode):
            names.add(one.value.value)
    names.update(s.value for s, _, _ in found.incoming if isinstance(s, ox.NamedNode))
    return names
