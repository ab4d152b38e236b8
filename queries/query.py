"""A named question: what it asks, its parameters bound as terms, and its dataset written in its text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from ..words import N_, SOURCE, AncrageError, Spoken
from .columns import Variable
from .parameters import TYPES, BadValue, Parameter, iri_term


class ParameterError(AncrageError, ValueError):
    """A parameter is unknown, missing or badly valued; keeps `query`, `parameter`, `value` and `reason`, which is said."""

    code = "parameter"
    said_in = SOURCE

    def __init__(self, query: str, parameter: str, value: object, reason: Spoken) -> None:
        super().__init__(query, parameter, value)
        self.query, self.parameter, self.value, self.reason = query, parameter, value, reason

    @property
    def message(self) -> Spoken:
        """What is said."""
        return N_(
            "Question « {query} », paramètre « {parameter} » : {reason}.",
            query=self.query,
            parameter=self.parameter,
            reason=self.reason,
        )


@dataclass(frozen=True, slots=True)
class Chart:
    """A hint for drawing an answer: the kind (bar, line), the variables of its axes, and that of its series.

    With `total`, rows at one place of a series are added; else the first counts, and the queries put it first.
    """

    kind: str
    category: str
    value: str
    series: str = ""
    total: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A named question; `title` and `summary` map a language (fr, en) to text, `text` is the whole file.

    `section` is its folder (entities, indicators…), `form` its SPARQL form (SELECT, CONSTRUCT, ASK), `graphs`
    the parts of the dataset it needs (base, and illustrative for what no open data gives), `columns` what the variables
    of its answer hold and are called (none for those that nothing declares), `blocks` the
    (variable, start, end) of the terms of each `VALUES` block in the text, `body` where the pattern of the
    outer query begins (FROM stands before it).
    """

    name: str
    section: str
    title: Mapping[str, str]
    summary: Mapping[str, str]
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    chart: Chart | None
    columns: Mapping[str, Variable]
    graphs: tuple[str, ...]
    form: str
    text: str
    path: Path
    blocks: tuple[tuple[str, int, int], ...] = field(repr=False)
    body: int = field(repr=False)

    def parameter(self, name: str) -> Parameter:
        """Get the parameter of that name; raises ParameterError."""
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        names = [p.name for p in self.parameters]
        shown = ", ".join(names) or N_("aucun")
        if near := get_close_matches(name, names, n=1, cutoff=0.5):
            reason = N_(
                "il n'existe pas ; vouliez-vous dire « {near} » ? (paramètres : {names})",
                near=near[0],
                names=shown,
            )
        else:
            reason = N_("il n'existe pas (paramètres : {names})", names=shown)
        raise ParameterError(self.name, name, None, reason)

    def bind(self, **values: object) -> str:
        """Give the SPARQL text with these values in place of the examples.

        A value is a text, a number, or a list of them. Raises ParameterError when a parameter is unknown,
        missing (unless optional: its example is then kept) or does not fit its type.

        >>> from .library import Library
        >>> text = Library()["territory-identity"].bind(territory="38185")
        >>> "VALUES ?territory { <https://w3id.org/ancrage/id/territory/commune/38185> }" in text
        True
        """
        return self._bound(self._terms(values), 0, len(self.text))

    def over(
        self, default_graphs: Sequence[str], named_graphs: Sequence[str] = (), /, **values: object
    ) -> str:
        """Give the text as `bind` does, with the graphs it reads written as FROM and FROM NAMED.

        It then means the same on any endpoint that holds those graphs. Raises ParameterError, and ValueError
        for a graph that is no IRI.
        """
        terms = self._terms(values)
        lines = [f"FROM {iri_term(iri)}\n" for iri in default_graphs]
        lines += [f"FROM NAMED {iri_term(iri)}\n" for iri in named_graphs]
        head, tail = self._bound(terms, 0, self.body), self._bound(terms, self.body, len(self.text))
        return f"{head.rstrip()}\n{''.join(lines)}{tail}"

    def _terms(self, values: Mapping[str, object]) -> dict[str, str]:
        terms: dict[str, str] = {}
        for name, value in values.items():
            try:
                terms[name] = " ".join(self.parameter(name).terms(value))
            except (ParameterError, BadValue) as error:
                raise ParameterError(self.name, name, value, error.reason) from None
        for parameter in self.parameters:
            if parameter.name not in terms and not parameter.optional:
                reason = N_("il manque (par exemple : {example})", example=parameter.example)
                raise ParameterError(self.name, parameter.name, None, reason)
        return terms

    def _bound(self, terms: Mapping[str, str], start: int, end: int) -> str:
        pieces, at = [], start
        for name, first, last in self.blocks:
            if name in terms and start <= first < end:
                pieces += [self.text[at:first], f" {terms[name]} "]
                at = last
        return "".join([*pieces, self.text[at:end]])

    def describe(self, language: str = "fr") -> str:
        """Give a short description for people: title, name, summary and parameters, in a language.

        >>> from .library import Library
        >>> print(Library()["territory-identity"].describe("en").splitlines()[0])
        Identity of a territory
        """
        lines = [
            self.title[language],
            f"{self.section}/{self.name} [{', '.join(self.tags)}]",
            self.summary[language],
        ]
        for parameter in self.parameters:
            label: Spoken = TYPES[parameter.type].label
            if parameter.optional:
                label = N_("{type} facultatif", type=label)
            lines.append(f"  {parameter.name} ({label[language]}) = {parameter.example}")
        return "\n".join(lines)


def without_header(text: str) -> str:
    r"""Give a question's text without its `#+` lines: SPARQL alone.

    >>> without_header("#+ tags: a\nASK { }\n")
    'ASK { }\n'
    """
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#+"))
