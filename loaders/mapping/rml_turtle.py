"""RML in Turtle parsed into the model of mappings: the vocabulary of rml-core, and the one before it with that of R2RML.

Functions, sources in XML and remote ones are refused; a target is left aside, as there is one here: the file.
A sentence about what is wrong names the file, the line and the triples map.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyoxigraph as ox

from ...words import N_
from ..sources.declaration import nearest
from .nodes import Value, local_name, read_nodes, short_names
from .parsing import DocumentReader
from .rml import (
    DEFAULT_GRAPH,
    Document,
    Join,
    LogicalSource,
    Reference,
    Statement,
    Template,
    Term,
    TriplesMap,
)
from .spellings import RDF

_EXPRESSIONS = ("constant", "reference", "column", "template")
_KINDS = {"IRI": "iri", "URI": "uri", "UnsafeIRI": "unsafe", "BlankNode": "blank", "Literal": "literal"}
_RESOURCES = {"iri", "uri", "unsafe"}
#: The kinds of terms that may stand at each position.
_ALLOWED = {
    "subject": _RESOURCES | {"blank"},
    "predicate": _RESOURCES,
    "object": _RESOURCES | {"blank", "literal"},
    "graph": _RESOURCES | {"blank"},
    "datatype": _RESOURCES,
}
_POSITIONS = {
    "subject": N_("le sujet"),
    "predicate": N_("le prédicat"),
    "object": N_("l'objet"),
    "graph": N_("le graphe"),
    "datatype": N_("le type de donnée"),
}

# The properties that each resource of a mapping may have; `type` and targets say nothing here.
_ANY = {"type", "logicalTarget"}
_MAP = {"logicalSource", "logicalTable", "subjectMap", "subject", "predicateObjectMap", "baseIRI"}
_SOURCE = {"source", "referenceFormulation", "iterator", "query", "tableName", "sqlQuery"}
_FILE = {"path", "root", "encoding", "compression", "null", "url", "dialect"}
_DIALECT = {"delimiter", "encoding"}
_TERM = {*_EXPRESSIONS, "termType"}
_SUBJECT = {*_TERM, "class", "graph", "graphMap"}
_OBJECT = {*_TERM, "language", "languageMap", "datatype", "datatypeMap"}
_JOINED = {"parentTriplesMap", "joinCondition"}
_STATEMENT = {"predicate", "predicateMap", "object", "objectMap", "graph", "graphMap"}
_CONDITION = {"child", "parent", "childMap", "parentMap"}


def parse(text: str, path: Path | None = None, base: str = "") -> Document:
    """Parse a mapping in Turtle; `base` is that of relative IRIs where the mapping gives none.

    Raises:
        MappingError: it is not Turtle, or no mapping that is read here.

    >>> document = parse('''
    ... @prefix rml: <http://w3id.org/rml/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
    ... <urn:map:A> rml:logicalSource [ rml:source [ rml:path "a.csv" ] ; rml:referenceFormulation rml:CSV ] ;
    ...   rml:subjectMap [ rml:template "http://e.x/{id}" ; rml:class owl:Thing ] .''')
    >>> document.mappings["urn:map:A"].subjects[0].parts
    ('http://e.x/', Reference(name='id'))
    """
    return _Parser(text, path, base).document()


class _Parser(DocumentReader):
    """The reading of one document."""

    def __init__(self, text: str, path: Path | None, base: str) -> None:
        self.nodes = read_nodes(text, path)
        super().__init__(path, base or self.nodes.base)
        maps = [node for node, held in self.nodes.properties.items() if _is_map(held)]
        self.names: dict[Value, str] = dict(short_names(maps))
        self.sources: dict[str, LogicalSource] = {}

    def document(self) -> Document:
        if not self.names:
            raise self.error(N_("aucune correspondance"))
        for node, name in self.names.items():
            self.mapping = name
            self.known(node, _MAP)
            self.sources[name] = self.source(self.only(node, "logicalSource", "logicalTable"))
        return Document({name: self.triples_map(node, name) for node, name in self.names.items()})

    # --- Resources -----------------------------------------------------------------------------------

    def at(self, node: Value) -> None:
        """Keep the line of a resource, for sentences."""
        if isinstance(node, ox.NamedNode | ox.BlankNode):
            self.line = self.nodes.lines.get(node, self.line)

    def known(self, node: Value, allowed: set[str]) -> None:
        """Refuse the properties of a resource that are not among those it may have."""
        self.at(node)
        for name in self.nodes.names(node):
            if name not in allowed | _ANY:
                raise self.error(
                    N_(
                        "la propriété « {name} » est inconnue ici ou n'est pas prise en charge{nearest}",
                        name=name,
                        nearest=nearest(name, allowed),
                    )
                )

    def only(self, node: Value, *names: str) -> Value:
        """Return the one value of a property that goes by several names."""
        self.at(node)
        values = self.nodes.values(node, *names)
        if len(values) != 1:
            raise self.error(
                N_("« {name} » est attendu une fois, il y en a {count}", name=names[0], count=len(values))
            )
        return values[0]

    def optional(self, node: Value, *names: str) -> Value | None:
        """Return the value of a property that there may be once; None without it."""
        return self.only(node, *names) if self.nodes.values(node, *names) else None

    def text(self, value: Value, name: str) -> str:
        """Return the text that a property should have as its value."""
        if not isinstance(value, ox.Literal):
            raise self.error(
                N_("« {name} » demande un texte, pas « {value} »", name=name, value=_shown(value))
            )
        return value.value

    # --- Sources -------------------------------------------------------------------------------------

    def source(self, node: Value) -> LogicalSource:
        self.known(node, _SOURCE)
        given = self.optional(node, "referenceFormulation")
        formulation = "" if given is None else local_name(given) or _shown(given)
        iterator = self.optional(node, "iterator", "query", "tableName", "sqlQuery")
        options: dict[str, object] = {"arrays": not self.nodes.core}
        if iterator is not None:
            options["iterator"] = self.text(iterator, "iterator")
        file = self.only(node, "source")
        if isinstance(file, ox.Literal):
            return self.file(file.value, formulation, **options)
        self.known(file, _FILE)
        access = _shown(self.only(file, "path", "url"))
        options["nulls"] = tuple(self.text(value, "null") for value in self.nodes.values(file, "null"))
        dialect = self.optional(file, "dialect")
        if dialect is not None:
            self.known(dialect, _DIALECT)
        places = {"compression": file, "encoding": file} | dict.fromkeys(_DIALECT if dialect else (), dialect)
        for name, place in places.items():
            if place is not None and (value := self.optional(place, name)) is not None:
                options[name] = local_name(value).lower() or _shown(value)
        if options.get("compression") == "none":
            del options["compression"]
        return self.file(access, formulation, **options)

    # --- Triples maps --------------------------------------------------------------------------------

    def triples_map(self, node: Value, name: str) -> TriplesMap:
        self.mapping = name
        base = self.optional(node, "baseIRI")
        subject = self.only(node, "subjectMap", "subject")
        is_map = bool(self.nodes.values(node, "subjectMap"))
        classes = self.nodes.values(subject, "class") if is_map else []
        types = tuple(self.constant(value, "predicate") for value in classes)
        given = self.nodes.values(node, "predicateObjectMap")
        statements = [Statement((Term((RDF + "type",), "iri"),), types)] if types else []
        return TriplesMap(
            name=name,
            sources=(self.sources[name],),
            subjects=self.subjects(subject) if is_map else (self.constant(subject, "subject"),),
            statements=(*statements, *(self.statement(value) for value in given)),
            graphs=self.terms(subject, "graph") if is_map else (),
            base=_shown(base) if base is not None else self.base,
        )

    def subjects(self, node: Value) -> tuple[Term, ...]:
        """Return the subject of a map; none where it is a blank node a row, that nothing names."""
        kinds = [local_name(value) for value in self.nodes.values(node, "termType")]
        unnamed = kinds == ["BlankNode"] and not self.nodes.values(node, *_EXPRESSIONS)
        return () if unnamed else (self.term(node, "subject", _SUBJECT),)

    def statement(self, node: Value) -> Statement:
        self.known(node, _STATEMENT)
        predicates = self.terms(node, "predicate")
        joined = [
            value for value in self.nodes.values(node, "objectMap") if self.nodes.values(value, *_JOINED)
        ]
        objects: tuple[Term | Join, ...] = self.terms(node, "object", joined)
        objects += tuple(self.join(value) for value in joined)
        self.at(node)
        if not (predicates and objects):
            raise self.error(N_("un prédicat et un objet sont attendus"))
        return Statement(predicates, objects, graphs=self.terms(node, "graph"))

    def join(self, node: Value) -> Join:
        """Return the objects that are the subjects of another map."""
        self.known(node, _JOINED)
        parent = self.only(node, "parentTriplesMap")
        if parent not in self.names:
            raise self.error(
                N_(
                    "l'objet renvoie au mapping « {mapping} », qui n'existe pas{hint}",
                    mapping=_shown(parent),
                    hint=nearest(_shown(parent), [_shown(known) for known in self.names]),
                )
            )
        name = self.names[parent]
        on = tuple(
            (self.side(value, "child"), self.side(value, "parent"))
            for value in self.nodes.values(node, "joinCondition")
        )
        if not on and self.sources[name] != self.sources[self.mapping]:
            raise self.error(
                N_(
                    "la jointure avec le mapping « {mapping} », qui lit une autre source, demande une condition",
                    mapping=name,
                )
            )
        return Join(name, on)

    def side(self, condition: Value, name: str) -> Template:
        """Return what one side of a join is compared by."""
        self.known(condition, _CONDITION)
        value = self.only(condition, name, name + "Map")
        return (Reference(value.value),) if isinstance(value, ox.Literal) else self.expression(value, _TERM)

    # --- Terms ---------------------------------------------------------------------------------------

    def terms(self, node: Value, position: str, besides: Sequence[Value] = ()) -> tuple[Term, ...]:
        """Return the terms that a resource gives to a position, as constants and as maps."""
        constants = [self.constant(value, position) for value in self.nodes.values(node, position)]
        allowed = _OBJECT if position == "object" else _TERM
        maps = [value for value in self.nodes.values(node, position + "Map") if value not in besides]
        return (*constants, *(self.term(value, position, allowed) for value in maps))

    def term(self, node: Value, position: str, allowed: set[str]) -> Term:
        """Return the term of a map."""
        self.known(node, allowed)
        constant = self.optional(node, "constant")
        given = self.optional(node, "termType")
        if constant is not None:
            self.expression(node, allowed)
            return self.constant(constant, position)
        language, datatype = self.language(node), self.datatype(node)
        self.at(node)
        plain = language is None and datatype is None
        literal = position == "object" and not (plain and self.nodes.values(node, "template"))
        kind = self.kind(given, position) if given is not None else "literal" if literal else "iri"
        if kind != "literal" and not plain:
            raise self.error(N_("seul un littéral a une langue ou un type de donnée"))
        if language is not None and datatype is not None:
            raise self.error(N_("un littéral a une langue ou un type de donnée, pas les deux"))
        kept = {"json", "sqlite"} if self.nodes.core else {"sqlite"}
        typed = self.sources[self.mapping].formulation in kept and bool(
            self.nodes.values(node, "reference", "column")
        )
        native = typed and plain and kind == "literal"
        return Term(self.expression(node, allowed), kind, datatype, language, native)

    def kind(self, given: Value, position: str) -> str:
        """Return the kind of term that a map tells; raises MappingError for one that its position does not take."""
        kind = _KINDS.get(local_name(given), "")
        if kind not in _ALLOWED[position]:
            raise self.error(
                N_(
                    "{position} ne peut pas être « {kind} »",
                    position=_POSITIONS[position],
                    kind=local_name(given) or _shown(given),
                )
            )
        return kind

    def constant(self, value: Value, position: str) -> Term:
        """Return a term that is the same for each row."""
        if isinstance(value, ox.NamedNode):
            iri = DEFAULT_GRAPH if local_name(value) == "defaultGraph" else value.value
            return Term((iri,), "iri")
        if not isinstance(value, ox.Literal) or position != "object":
            raise self.error(
                N_(
                    "{position} ne peut pas être la constante « {value} »",
                    position=_POSITIONS[position],
                    value=_shown(value),
                )
            )
        language = None if value.language is None else (value.language,)
        return Term((value.value,), "literal", None if language else value.datatype.value, language)

    def language(self, node: Value) -> Template | None:
        value = self.optional(node, "language", "languageMap")
        if value is None:
            return None
        return (value.value,) if isinstance(value, ox.Literal) else self.expression(value, _TERM)

    def datatype(self, node: Value) -> str | Term | None:
        value = self.optional(node, "datatype", "datatypeMap")
        if value is None:
            return None
        is_map = bool(self.nodes.values(node, "datatypeMap"))
        term = self.term(value, "datatype", _TERM) if is_map else self.constant(value, "datatype")
        constant = all(isinstance(part, str) for part in term.parts)
        return "".join(map(str, term.parts)) if constant else term

    def expression(self, node: Value, allowed: set[str]) -> Template:
        """Return what a map makes of a row, a constant, the value of a reference or a template."""
        self.known(node, allowed)
        value = self.only(node, *_EXPRESSIONS)
        if self.nodes.values(node, "template"):
            return self.template(self.text(value, "template"))
        if self.nodes.values(node, "constant"):
            return (_shown(value),)
        return (Reference(self.text(value, "reference")),)

    def template(self, text: str) -> Template:
        parts: list[str | Reference] = []
        for escaped, reference, brace, plain in _PIECES.findall(text):
            if brace or (reference and reference == "{}"):
                raise self.error(
                    N_("le modèle « {text} » a une accolade qui n'entoure pas une référence", text=text)
                )
            if reference:
                parts.append(Reference(_ESCAPED.sub(r"\1", reference[1:-1])))
            elif parts and isinstance(parts[-1], str):
                parts[-1] += escaped or plain
            else:
                parts.append(escaped or plain)
        # a template is percent-encoded even when it is a reference alone, which is not
        return tuple(parts) if len(parts) > 1 else ("", *parts)


#: An escaped sign, a reference between braces, a brace alone, any other sign.
_PIECES = re.compile(r"\\([{}\\])|(\{(?:\\.|[^{}\\])*\})|([{}])|(.)", re.DOTALL)
_ESCAPED = re.compile(r"\\([{}\\])")


def _is_map(held: Mapping[str, Sequence[Value]]) -> bool:
    """Say whether a resource is a triples map, by its properties or by its class."""
    classes = [local_name(value) for value in held.get("type", ())]
    return not {"logicalSource", "logicalTable", "subjectMap"}.isdisjoint(held) or "TriplesMap" in classes


def _shown(value: Value) -> str:
    return value.value if isinstance(value, ox.NamedNode | ox.Literal) else str(value)
