"""YARRRML, the human form of RML, parsed into a small model: every long and short form of the specification.

Functions other than conditions, XML sources and quoted triples are refused, the mapping being named.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...words import N_
from ..sources.declaration import nearest
from . import spellings
from .parsing import Reader, several, template, text_of
from .rml import (
    Document,
    Join,
    LogicalSource,
    Statement,
    Term,
    TriplesMap,
)
from .spellings import RDF
from .yaml_text import load_yaml


def parse(text: str, path: Path | None = None, base: str = "") -> Document:
    """Parse a YARRRML document; `base` is that of relative IRIs where the document gives none.

    Raises:
        MappingError: it is not YAML, a key is unknown, a prefix is not declared, a function is not supported.

    >>> text = "mappings: {a: {sources: [[a.csv~csv]], s: 'http://e.x/$(id)', po: [[a, owl:Thing]]}}"
    >>> document = parse(text)
    >>> document.mappings["a"].subjects[0].parts
    ('http://e.x/', Reference(name='id'))
    """
    return _Parser(path, base).document(load_yaml(text, path))


class _Parser(Reader):
    """The reading of one document."""

    # --- Document ------------------------------------------------------------------------------------

    def document(self, data: Any) -> Document:
        top = self.keys(data, spellings.TOP, "document")
        self.base = str(top.get("base") or self.base)
        self.prefixes.update({str(key): str(value) for key, value in (top.get("prefixes") or {}).items()})
        self.externals = {str(key): str(value) for key, value in (top.get("externals") or {}).items()}
        for name, source in (top.get("sources") or {}).items():
            self.named_sources[str(name)] = self.source(source)
        mappings = {}
        for name, body in (top.get("mappings") or {}).items():
            self.mapping = str(name)
            mappings[self.mapping] = self.triples_map(body)
        self.mapping = ""
        if not mappings:
            raise self.error(N_("aucune correspondance"))
        self.check_joins(mappings)
        return Document(mappings)

    def check_joins(self, mappings: Mapping[str, TriplesMap]) -> None:
        """Refuse an object that is the subject of a mapping that there is not."""
        for triples_map in mappings.values():
            self.mapping = triples_map.name
            objects = (item for statement in triples_map.statements for item in statement.objects)
            for item in objects:
                if isinstance(item, Join) and item.mapping not in mappings:
                    hint = nearest(item.mapping, mappings)
                    raise self.error(
                        N_(
                            "l'objet renvoie au mapping « {mapping} », qui n'existe pas{hint}",
                            mapping=item.mapping,
                            hint=hint,
                        )
                    )

    def triples_map(self, data: Any) -> TriplesMap:
        body = self.keys(data, spellings.MAPPING, "mapping")
        sources = body.get("sources")
        if sources is None:
            raise self.error(N_("il n'a pas de source"))
        return TriplesMap(
            name=self.mapping,
            sources=tuple(logical for source in several(sources) for logical in self.source(source)),
            subjects=self.resources(body.get("subjects")),
            statements=tuple(self.statement(item) for item in several(body.get("predicateobjects"))),
            graphs=self.resources(body.get("graphs")),
            condition=self.condition_of(body),
            base=self.base,
        )

    def source(self, data: Any) -> tuple[LogicalSource, ...]:
        """Return the source a description stands for, or those that a name or a list of names stands for."""
        if isinstance(data, str):
            if data in self.named_sources:
                return self.named_sources[data]
            if "~" not in data and not Path(data).suffix:
                raise self.error(
                    N_(
                        "la source « {data} » n'est pas décrite{nearest}",
                        data=data,
                        nearest=nearest(data, self.named_sources),
                    )
                )
            data = [data]
        if isinstance(data, list):
            if all(str(item) in self.named_sources for item in data):
                return tuple(logical for item in data for logical in self.named_sources[str(item)])
            data = {"access": data[0], **({"iterator": data[1]} if len(data) > 1 else {})}
        return (self.described(self.keys(data, spellings.SOURCE, "source")),)

    def described(self, body: dict[str, Any]) -> LogicalSource:
        """Return the file that a source is, with how it is read."""
        if "access" not in body or body.get("query") or body.get("type", "localfile") != "localfile":
            raise self.error(
                N_("une source est un fichier ; les bases de données et les services ne sont pas lus")
            )
        access, tilde, short = str(body["access"]).rpartition("~")
        access = access if tilde else short
        formulation = str(body.get("referenceFormulation") or (short if tilde else ""))
        options = {key: str(body[key]) for key in ("iterator", "delimiter", "encoding") if body.get(key)}
        return self.file(access, formulation, **options)

    # --- Statements ----------------------------------------------------------------------------------

    def statement(self, data: Any) -> Statement:
        extra: list[Any] = []
        if not isinstance(data, list):
            body = self.keys(data, spellings.STATEMENT, "predicateobjects")
        elif 2 <= len(data) <= 4:
            body, extra = {"predicates": data[0], "objects": data[1]}, data[2:]
        else:
            raise self.error(N_("« {data} » n'est pas [prédicat, objet, type ou langue]", data=data))
        predicates = self.resources(body.get("predicates"), predicate=True)
        inverses = self.resources(body.get("inversepredicates"), predicate=True)
        raw = body.get("objects")
        if not (predicates or inverses) or raw is None:
            raise self.error(N_("un prédicat et un objet sont attendus"))
        is_type = any(term.parts == (RDF + "type",) for term in predicates)
        if isinstance(raw, list) and len(raw) == 2 and isinstance(raw[1], str) and raw[1].endswith("~lang"):
            raw = [raw]
        default = str(body.get("type") or ("iri" if is_type else "literal")).lower()
        return Statement(
            predicates=predicates,
            objects=tuple(self.object(item, extra, default) for item in several(raw)),
            inverses=inverses,
            graphs=self.resources(body.get("graphs")),
            condition=self.condition_of(body),
        )

    def object(self, data: Any, extra: list[Any], default: str) -> Term | Join:
        if isinstance(data, dict) and "mapping" in data:
            body = self.keys(data, {"mapping": "mapping", "condition": "condition"}, N_("objet"))
            return Join(str(body["mapping"]), self.join(body.get("condition")))
        body, extra = self.value(data, extra)
        language = body.get("language")
        datatype = body.get("datatype")
        for item in map(text_of, extra):
            if item.endswith("~lang"):
                language = item.removesuffix("~lang")
            else:
                datatype = item
        text = self.external(text_of(body["value"]))
        kind = str(body.get("type") or default).lower()
        kind = {"blanknode": "blank"}.get(kind, kind)
        if text.endswith("~iri"):
            text, kind = text.removesuffix("~iri"), "iri"
        elif text.endswith("~blanknode"):
            text, kind = text.removesuffix("~blanknode"), "blank"
        elif text.endswith("~lang") or kind not in ("iri", "literal", "blank"):
            raise self.error(N_("l'objet « {text} » a une sorte inconnue", text=text))
        if kind != "literal":
            return self.as_resource(text, kind)
        return Term(
            template(text),
            "literal",
            datatype=None if datatype is None else self.constant_iri(text_of(datatype)),
            language=None if language is None else template(self.external(text_of(language))),
        )

    def value(self, data: Any, extra: list[Any]) -> tuple[dict[str, Any], list[Any]]:
        """Return the keys of an object in any form, `value` being one of them, and its types or languages."""
        if isinstance(data, list):
            if not data:
                raise self.error(N_("un objet est vide"))
            body, extra = {"value": data[0]}, data[1:]
        elif isinstance(data, dict):
            body = self.keys(data, spellings.OBJECT, N_("objet"))
            if "function" in body:
                name = str(body["function"]).partition("(")[0]
                raise self.error(N_("la fonction « {name} » n'est pas prise en charge", name=name))
            if "value" not in body:
                raise self.error(N_("un objet n'a pas de valeur"))
        else:
            body = {"value": data}
        if isinstance(body["value"], list | dict):
            raise self.error(N_("la valeur « {value} » n'est pas un texte", value=body["value"]))
        return body, extra

    def resources(self, data: Any, predicate: bool = False) -> tuple[Term, ...]:
        return tuple(self.resource(item, predicate) for item in several(data))

    def resource(self, data: Any, predicate: bool = False) -> Term:
        kind = "iri"
        if isinstance(data, list) and data:
            data = data[0]  # what follows is a target, and there is one here: the file
        if isinstance(data, dict):
            body = self.keys(data, spellings.OBJECT, N_("sujet, prédicat ou graphe"))
            if "function" in body or "value" not in body:
                raise self.error(
                    N_("la fonction « {name} » n'est pas prise en charge", name=body.get("function", "?"))
                )
            kind = {"blanknode": "blank"}.get(
                str(body.get("type") or "iri").lower(), str(body.get("type") or "iri")
            )
            data = body["value"]
        if isinstance(data, list | dict) or kind not in ("iri", "blank"):
            raise self.error(N_("« {data} » n'est pas une IRI", data=data))
        text = self.external(text_of(data))
        if predicate and text == "a":
            return Term((RDF + "type",), "iri")
        if text.endswith("~blanknode"):
            text, kind = text.removesuffix("~blanknode"), "blank"
        return self.as_resource(text.removesuffix("~iri"), kind)

    def as_resource(self, text: str, kind: str) -> Term:
        return Term(template(self.expand(text) if kind == "iri" else text.removeprefix("_:")), kind)
