"""Mappings compiled: each triple pattern as the pieces of its line, constants and slots for cells."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha1

from ...words import N_, Spoken
from .quads import (
    BLANK,
    ENCODED,
    ENCODED_URI,
    LANGUAGE,
    LITERAL,
    NATIVE,
    RAW,
    REFERENCE,
    XSD,
    Form,
    WrongTerm,
    datatype_form,
    is_iri,
    write_value,
)
from .rml import (
    DEFAULT_GRAPH,
    NATIVE_MARK,
    Condition,
    Document,
    Join,
    LogicalSource,
    MappingError,
    Reference,
    Statement,
    Template,
    Term,
    TriplesMap,
)

_STRINGS = {XSD + "string", ""}
_CELLS = {"iri": ENCODED, "uri": ENCODED_URI, "unsafe": RAW}


@dataclass(frozen=True)
class Slot:
    """A place in a line for the cells of a column, or of a template over columns, in a form; `base` is that of relative IRIs."""

    form: Form
    template: Template
    column: str = ""
    base: str = ""

    @property
    def references(self) -> list[str]:
        """The columns it reads."""
        return [part.name for part in self.template if isinstance(part, Reference)]


Piece = str | Slot


@dataclass(frozen=True)
class Pattern:
    """One triple pattern: the pieces of its line, the columns it reads, its condition and its join."""

    pieces: tuple[Piece, ...]
    references: tuple[str, ...]
    condition: Condition | None = None
    join: Join | None = None


#: The cells that a join brings: the term of the other mapping's subject, whole.
_JOINED = Slot(Form("joined"), ("",), "\0parent")
_ROW = Slot(Form("row"), ("",), "_row")


class Compiler:
    """The compilation of the mappings of a document; `graph` is for quads that the mapping gives none."""

    def __init__(self, document: Document, graph: str | None = None) -> None:
        self.document, self.graph, self.mapping = document, graph, ""
        if graph is not None and not is_iri(graph):
            raise MappingError(N_("« {graph} » n'est pas l'IRI d'un graphe.", graph=graph), value=graph)

    def patterns(self, triples_map: TriplesMap, source: LogicalSource) -> list[Pattern]:
        """Return the triple patterns of a mapping over one of its sources."""
        self.mapping = triples_map.name
        patterns = []
        for subject in self.subjects(triples_map, source):
            for statement in triples_map.statements:
                ways = [(term, False) for term in statement.predicates]
                ways += [(term, True) for term in statement.inverses]
                for graph in self._graphs(triples_map, statement):
                    for term, inverse in ways:
                        for item in statement.objects:
                            patterns += self._lines(
                                subject,
                                self._term(term, triples_map.base),
                                item,
                                graph,
                                statement.condition,
                                source,
                                inverse,
                                triples_map.base,
                            )
        return patterns

    def subjects(self, triples_map: TriplesMap, source: LogicalSource) -> list[tuple[Piece, ...]]:
        """Return the pieces of the subjects of a mapping: a blank node a row when it names none."""
        if not triples_map.subjects:
            seed = f"{self.graph}\n{triples_map.name}\n{source.access}\n{source.iterator}"
            return [("_:b" + sha1(seed.encode()).hexdigest()[:10] + "r", _ROW)]
        return [self._term(subject, triples_map.base) for subject in triples_map.subjects]

    def _lines(
        self,
        subject: tuple[Piece, ...],
        predicate: tuple[Piece, ...],
        item: Term | Join,
        graph: tuple[Piece, ...],
        condition: Condition | None,
        source: LogicalSource,
        inverse: bool,
        base: str,
    ) -> list[Pattern]:
        join = None
        if isinstance(item, Term):
            objects = [self._term(item, base)]
        elif not item.on and source in self.document.mappings[item.mapping].sources:
            objects = self.subjects(self.document.mappings[item.mapping], source)
        else:
            join, objects = item, [(_JOINED,)]
        patterns = []
        for term in objects:
            first, last = (term, subject) if inverse else (subject, term)
            if _is_literal(first[0]):
                raise self._error(N_("un prédicat inverse demande un objet qui soit une IRI"))
            pieces = (*first, " ", *predicate, " ", *last, *graph)
            patterns.append(Pattern(pieces, _references(pieces, condition, join), condition, join))
        return patterns

    def _graphs(self, triples_map: TriplesMap, statement: Statement) -> list[tuple[Piece, ...]]:
        given = (*triples_map.graphs, *statement.graphs)
        if not given:
            return [(f" <{self.graph}> .\n" if self.graph else " .\n",)]
        return [
            (" .\n",)
            if graph.parts == (DEFAULT_GRAPH,)
            else (" ", *self._term(graph, triples_map.base), " .\n")
            for graph in dict.fromkeys(given)
        ]

    def _error(self, reason: Spoken) -> MappingError:
        return MappingError(
            N_("Correspondance « {mapping} » : {reason}.", mapping=self.mapping, reason=reason),
            mapping=self.mapping,
        )

    # --- Terms ---------------------------------------------------------------------------------------

    def _term(self, term: Term, base: str) -> tuple[Piece, ...]:
        try:
            if term.kind == "blank":
                return ("_:", *("Z" if not part else _piece(BLANK, part) for part in ("", *term.parts)))
            if term.kind == "literal":
                return self._literal(term, base)
            return ("<", *self._iri(term.parts, _CELLS[term.kind], base), ">")
        except WrongTerm as error:
            raise self._error(error.message) from error

    def _iri(self, parts: Template, cells: Form, base: str) -> tuple[Piece, ...]:
        if len(parts) == 1 and isinstance(parts[0], Reference):
            return (Slot(REFERENCE, parts, parts[0].name, base),)
        sample = "".join(part if isinstance(part, str) else "x" for part in parts)
        head = sample.partition(":")[0]
        absolute = (
            sample != head
            and head[:1].isalpha()
            and head.replace("+", "").replace("-", "").replace(".", "").isalnum()
        )
        if not absolute:
            if not base:
                raise WrongTerm(
                    N_("« {value} » est une IRI relative, et la correspondance n'a pas de base", value=sample)
                )
            parts, sample = (base, *parts), base + sample
        write_value(REFERENCE, sample)
        return tuple(part if isinstance(part, str) else Slot(cells, (part,), part.name) for part in parts)

    def _literal(self, term: Term, base: str) -> tuple[Piece, ...]:
        if term.native:
            name = NATIVE_MARK + _only(term.parts)
            return (Slot(NATIVE, (Reference(name),), name),)
        datatype = term.datatype if isinstance(term.datatype, str) else ""
        form = datatype_form(datatype)
        constant = all(isinstance(part, str) for part in term.parts)
        inner: tuple[Piece, ...]
        if constant:
            inner = (write_value(form, "".join(part for part in term.parts if isinstance(part, str))),)
        elif form is LITERAL:
            inner = tuple(_piece(LITERAL, part) for part in term.parts)
        else:
            inner = (Slot(form, term.parts, _only(term.parts)),)
        if term.language is not None:
            tag = term.language
            if all(isinstance(part, str) for part in tag):
                return ('"', *inner, '"@' + write_value(LANGUAGE, "".join(map(str, tag))))
            return ('"', *inner, '"@', Slot(LANGUAGE, tag, _only(tag)))
        if isinstance(term.datatype, Term):
            return ('"', *inner, '"^^', *self._term(term.datatype, base))
        return ('"', *inner, '"' if datatype in _STRINGS else f'"^^<{write_value(REFERENCE, datatype)}>')


def _references(pieces: tuple[Piece, ...], condition: Condition | None, join: Join | None) -> tuple[str, ...]:
    """Return the columns that a line, its condition and its join read."""
    names = [name for piece in pieces if isinstance(piece, Slot) for name in piece.references]
    names += condition.references if condition else []
    templates = [child for child, _ in join.on] if join else []
    names += [part.name for child in templates for part in child if isinstance(part, Reference)]
    return tuple(dict.fromkeys(names))


def _is_literal(piece: Piece) -> bool:
    return piece.startswith('"') if isinstance(piece, str) else piece.form is NATIVE


def _piece(form: Form, part: str | Reference) -> Piece:
    return write_value(form, part) if isinstance(part, str) else Slot(form, (part,), part.name)


def _only(template: Template) -> str:
    return template[0].name if len(template) == 1 and isinstance(template[0], Reference) else ""
