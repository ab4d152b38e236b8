"""What every part of a YARRRML document is read with: its keys, templates, IRIs and conditions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...words import N_, Spoken
from ..sources.declaration import nearest
from . import spellings
from .rml import Condition, LogicalSource, MappingError, Reference, Template
from .spellings import PREFIXES

_CURIE = re.compile(r"^([A-Za-z_][\w.\-]*|):(?!//)(.*)$", re.DOTALL)
_SCHEMES = {"http", "https", "urn", "mailto", "tel", "tag", "data", "ftp", "geo", "info", "doi", "file"}


def template(text: str) -> Template:
    r"""Split a text into constants and references; `\$`, `\(`, `\)` and `\\` stand for the sign itself.

    >>> template("a/$(code)/$(x \\(y\\))")
    ('a/', Reference(name='code'), '/', Reference(name='x (y)'))
    """
    parts: list[str | Reference] = []
    constant = ""
    for found in re.finditer(r"\\([$()\\])|\$\(((?:\\.|[^)\\])*)\)|(.)", text, re.DOTALL):
        escaped, reference, plain = found.groups()
        if reference is None:
            constant += escaped or plain
            continue
        if constant:
            parts.append(constant)
        parts.append(Reference(re.sub(r"\\(.)", r"\1", reference)))
        constant = ""
    if constant or not parts:
        parts.append(constant)
    return tuple(parts)


class DocumentReader:
    """The reading of one document; `mapping` is the name of the mapping being read and `line` its place, for sentences."""

    line: int | None = None

    def __init__(self, path: Path | None, base: str = "") -> None:
        self.path, self.mapping = path, ""
        self.base = base

    def error(self, reason: Spoken) -> MappingError:
        """Return the error about the mapping being read."""
        where = N_("mapping « {name} »", name=self.mapping) if self.mapping else N_("en tête")
        if self.line:
            where = N_("ligne {line}, {where}", line=self.line, where=where)
        sentence = N_("{where} : {reason}.", where=where, reason=reason)
        if self.path:
            sentence = N_("{file}, {sentence}", file=self.path.name, sentence=sentence)
        return MappingError(sentence, path=self.path, mapping=self.mapping or None)

    def file(self, access: str, formulation: str, **options: Any) -> LogicalSource:
        """Return the file that a source is, read as its formulation says, or as its suffix does without one."""
        if "://" in access:
            raise self.error(
                N_("la source « {access} » est distante, seuls les fichiers sont lus", access=access)
            )
        formulation = formulation or Path(access).suffix
        known = spellings.FORMULATIONS.get(formulation.lstrip(".").lower())
        if known is None:
            raise self.error(
                N_(
                    "la source « {access} » est en « {format} », qui n'est pas lu (csv, jsonpath, parquet, xlsx, sqlite)",
                    access=access,
                    format=formulation or "?",
                )
            )
        return LogicalSource(access, known, **options)


class Reader(DocumentReader):
    """The reading of one document in YARRRML."""

    def __init__(self, path: Path | None, base: str = "") -> None:
        super().__init__(path, base)
        self.prefixes = dict(PREFIXES)
        self.named_sources: dict[str, tuple[LogicalSource, ...]] = {}
        self.externals: dict[str, str] = {}

    def keys(self, data: Any, allowed: Mapping[str, str], what: str | Spoken) -> dict[str, Any]:
        """Return a mapping with every short or plural key under its long name; others are errors."""
        if not isinstance(data, dict):
            raise self.error(N_("{what} : des clés sont attendues, pas « {data} »", what=what, data=data))
        found: dict[str, Any] = {}
        for key, value in data.items():
            if str(key) not in allowed:
                raise self.error(
                    N_(
                        "{what} : la clé « {key} » est inconnue{nearest}",
                        what=what,
                        key=key,
                        nearest=nearest(str(key), allowed),
                    )
                )
            found[allowed[str(key)]] = value
        return found

    # --- Conditions ----------------------------------------------------------------------------------

    def join(self, data: Any) -> tuple[tuple[Template, Template], ...]:
        """Return the pairs of columns on which rows are joined, the subject's first."""
        pairs = []
        for item in several(data):
            function, values = self.call(item)
            if (
                spellings.CONDITIONS.get(function) != "equal"
                or len(values) != 2
                or any(isinstance(v, dict) for v in values)
            ):
                raise self.error(
                    N_(
                        "une jointure se fait par « equal » et deux colonnes, pas par « {function} »",
                        function=function,
                    )
                )
            pairs.append(
                (template(self.external(text_of(values[0]))), template(self.external(text_of(values[1]))))
            )
        return tuple(pairs)

    def condition_of(self, body: Mapping[str, Any]) -> Condition | None:
        """Return the condition among the keys of a mapping or of a statement; None without one."""
        return None if body.get("condition") is None else self.condition(body["condition"])

    def condition(self, data: Any) -> Condition:
        """Return a condition; a list of them is one that asks for all."""
        if isinstance(data, list):
            return Condition("and", tuple(self.condition(item) for item in data))
        function, values = self.call(data)
        known = spellings.CONDITIONS.get(function)
        if known is None:
            raise self.error(
                N_(
                    "la fonction « {function} » n'est pas prise en charge dans une condition",
                    function=function,
                )
            )
        wanted = {"null": (1, 1), "not-null": (1, 1), "not": (1, 1), "and": (1, 99), "or": (1, 99)}.get(
            known, (2, 2)
        )
        if not wanted[0] <= len(values) <= wanted[1]:
            raise self.error(
                N_(
                    "la fonction « {function} » n'a pas le bon nombre de paramètres ({count})",
                    function=function,
                    count=len(values),
                )
            )
        arguments: list[Template | Condition] = []
        for value in values:
            nested = isinstance(value, dict)
            if nested != (known in ("and", "or", "not")):
                raise self.error(
                    N_(
                        "la fonction « {function} » n'accepte pas le paramètre « {value} »",
                        function=function,
                        value=value,
                    )
                )
            arguments.append(self.condition(value) if nested else template(self.external(text_of(value))))
        return Condition(known, tuple(arguments))

    def call(self, data: Any) -> tuple[str, list[Any]]:
        """Return the local name of a function in lower case and its parameters' values, in order.

        A third item says where a join looks for a value: `s` in the row of the subject, which comes first, or `o`.
        """
        if isinstance(data, str) and (found := re.fullmatch(r"\s*([\w:.\-]+)\((.*)\)\s*", data, re.DOTALL)):
            pieces = [piece.partition("=") for piece in re.split(r",(?![^(]*\))", found[2])]
            values: list[Any] = [
                (right if sign else left).strip().strip("\"'") for left, sign, right in pieces
            ]
            return _local(found[1]), values
        body = self.keys(data, spellings.FUNCTION, "condition")
        values = []
        parameters = body.get("parameters") or []
        if all(isinstance(parameter, list) and len(parameter) == 3 for parameter in parameters):
            parameters = sorted(parameters, key=lambda parameter: str(parameter[2])[:1] != "s")
        for parameter in parameters:
            if isinstance(parameter, list):
                values.append(parameter[1] if len(parameter) > 1 else parameter[0])
            elif isinstance(parameter, dict):
                values.append(self.keys(parameter, spellings.PARAMETER, N_("paramètre")).get("value"))
            else:
                values.append(parameter)
        return _local(str(body.get("function") or "")), values

    # --- IRIs ----------------------------------------------------------------------------------------

    def external(self, text: str) -> str:
        """Put the values given in `externals` in place of their references."""
        return (
            re.sub(r"\$\(_([^)]+)\)", lambda found: self.externals.get(found[1], found[0]), text)
            if self.externals
            else text
        )

    def expand(self, text: str) -> str:
        """Expand a prefixed name; a relative IRI is left for the base."""
        found = _CURIE.match(text)
        if not found or text.startswith("$("):
            return text
        prefix, local = found.groups()
        if prefix in self.prefixes:
            return self.prefixes[prefix] + local
        if prefix.lower() in _SCHEMES or "$(" in prefix:
            return text
        raise self.error(
            N_(
                "le préfixe « {prefix} » n'est pas déclaré{nearest}",
                prefix=prefix,
                nearest=nearest(prefix, self.prefixes),
            )
        )

    def constant_iri(self, text: str) -> str:
        """Return the IRI of a datatype."""
        expanded = self.expand(text.removesuffix("~iri"))
        if "$(" in expanded:
            raise self.error(N_("le type de donnée « {text} » doit être une IRI constante", text=text))
        return expanded if re.match(r"^[A-Za-z][A-Za-z0-9+.\-]*:", expanded) else self.base + expanded


def several(data: Any) -> list[Any]:
    """Return a list as it is, one value as a list of one, nothing as none."""
    return [] if data is None else data if isinstance(data, list) else [data]


def text_of(value: Any) -> str:
    """Return a YAML scalar as the text that was meant: `true`, not `True`."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _local(function: str) -> str:
    return re.split(r"[:/#]", function)[-1].lower()
