"""What a name may be: organisations by the rules that link records, territories by their names and codes, and why.

A candidate is a match only where a rule of the register links it, or where one territory alone has the name or the code;
likeness of letters proposes and never matches.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from rapidfuzz import fuzz, process

from ...graph.region.stopping import look
from ...graph.region.text import fold
from ...loaders.publish.linked_tables import IDENTIFIERS, record_of
from ...loaders.register.record import CONFIDENCE, Record
from ...words import N_, Spoken, gettext
from ..labels.link_rules import RULES
from ..reading.names import Named
from ..reading.solutions import Reading
from ..web.links import BASE, local_name
from .entities import Entities
from .extension import Values, read_values
from .properties import PROPERTIES
from .request import Condition, Question
from .types import ORGANIZATION, TERRITORY, are_about, group_of, type_name, with_broader

LIKE = round(100 * min(CONFIDENCE.values()) - 1, 1)
"""Score of a name that is the same letter by letter and that no rule links: below that of every rule."""
_LEAST = 70.0
_LEAST_TERRITORY = 80.0
_IDENTITY, _CODE, _NAME = "identity", "code", "territory-name"
_WHY: Mapping[str, Spoken] = {
    **RULES,
    _IDENTITY: N_("son identifiant ici"),
    _CODE: N_("son code officiel"),
    _NAME: N_("le même nom, que lui seul a à son niveau ; la commune vient d’abord"),
}
_SCORES = {
    **{rule: 100 * value for rule, value in CONFIDENCE.items()},
    _IDENTITY: 100.0,
    _CODE: 100.0,
    _NAME: 95.0,
}
_LISTED = ("commune", "commune-code", "department")
"""Properties that place an organisation."""


@dataclass(frozen=True)
class Candidate:
    """A thing that a name may be.

    Attributes:
        path: its path.
        rule: the rule that gives it; "" where only letters are alike.
        likeness: how alike names are, 0 to 100, where no rule gives it.
        has: whether it has the values asked for, by property.
        is_match: whether it is taken without asking anybody.
    """

    path: str
    rule: str = ""
    likeness: float = 100.0
    has: Mapping[str, bool] = field(default_factory=dict)
    is_match: bool = False

    @property
    def score(self) -> float:
        """How surely it is the thing, 0 to 100: of a rule the lower bound of its precision, else at most `LIKE`."""
        return round(_SCORES[self.rule] if self.rule else LIKE * self.likeness / 100, 1)


@dataclass(frozen=True)
class Answer:
    """The candidates of a name, the surest first, and what is wrong with what was asked."""

    candidates: tuple[Candidate, ...]
    notes: tuple[Spoken, ...] = ()


def answer(entities: Entities, reading: Reading, questions: Sequence[Question]) -> list[Answer]:
    """Answer questions, in their order; raises what the pool raises, BadRequest where there is no register."""
    found = [_candidates(entities, one) for one in questions]
    wanted = {
        condition.property: None
        for question in questions
        for condition in question.conditions
        if condition.property not in IDENTIFIERS or condition.required or condition.quantifier != "any"
    }
    paths = dict.fromkeys(
        candidate.path
        for question, one in zip(questions, found, strict=True)
        if question.conditions
        for candidate in one.candidates
    )
    values = read_values(reading, paths, list(wanted))
    return [
        replace(
            one, candidates=_settled(entities, question, _checked(entities, question, one.candidates, values))
        )
        for question, one in zip(questions, found, strict=True)
    ]


def _candidates(entities: Entities, question: Question) -> Answer:
    """List what a name may be, before the values of candidates are known."""
    given = [
        Candidate(path, _IDENTITY)
        for text in (*question.ids, *question.names)
        if (path := entities.find(text)) and "/" in text
    ]
    notes: list[Spoken] = []
    if are_about(question.types, ORGANIZATION):
        made, notes = _organizations(entities, question)
        given += made
    if are_about(question.types, TERRITORY):
        given += _territories(entities, question)
    unique = {one.path: one for one in reversed(given)}
    return Answer(tuple(unique[path] for path in dict.fromkeys(one.path for one in given)), tuple(notes))


def _organizations(entities: Entities, question: Question) -> tuple[list[Candidate], list[Spoken]]:
    """List the organisations: the one that a rule links, and those whose names are alike."""
    register = entities.register
    found: list[Candidate] = []
    notes: list[Spoken] = []
    for record, wrong in _records(entities, question):
        notes += [
            N_("{name} « {value} » : la clé ou la forme est fausse, ce numéro n’est pas lu", name=PROPERTIES[one].name,
               value=", ".join(question.values(one)))
            for one in wrong
        ]  # fmt: skip
        if link := register.find(record):
            found.append(Candidate(link.body, link.rule))
            if other := register.doubt(record, link):
                notes.append(
                    N_("{number} est le numéro de « {body} », dont le nom n’a rien de commun avec « {name} » ; à vérifier",
                       number=link.why.partition(":")[2], body=other, name=record.names[0])
                )  # fmt: skip
        found += [
            Candidate(one.body, likeness=100 * one.confidence) for one in register.proposals(record, _LEAST)
        ]
    found.sort(key=lambda one: -one.score)  # the first of those that are one organisation is kept
    return found, notes


def _records(entities: Entities, question: Question) -> Iterator[tuple[Record, list[str]]]:
    """Yield what is asked as rows of a table are read: `ancrage link` and this service link alike."""
    cells = {name: values[0] for name in (*IDENTIFIERS, "country") if (values := question.values(name))}
    places = frozenset(_places(entities, question))
    for name in question.names or ("",):
        look()
        given = cells | {"name": name}
        record, wrong = record_of(given, group_of(question.types))
        if record.names or record.identifiers:
            yield replace(record, places=places), wrong


def _places(entities: Entities, question: Question) -> Iterator[str]:
    """Yield the communes and the départements that are asked for, by code, by identifier or by name."""
    for property in _LISTED:
        level = "department" if property == "department" else "commune"
        for value in question.values(property):
            head = f"territory/{level}/"
            if value.removeprefix(BASE).startswith(head):
                yield value.removeprefix(BASE)
            for one in entities.territories.get(fold(value), ()):
                if one.iri.startswith(BASE + head):
                    yield one.iri.removeprefix(BASE)


def _territories(entities: Entities, question: Question) -> Iterator[Candidate]:
    """Yield the territories that have the name or the code; where none has, and territories are asked for, those alike."""
    called = entities.territories
    texts = (
        *question.names,
        *question.values("code"),
        *(question.values("commune-code") if question.types else ()),
    )
    for text in texts:
        look()
        asked = fold(text).partition(" cedex")[0]
        for one in called.get(asked, ()):
            yield Candidate(_path(one), _CODE if asked == fold(local_name(one.iri)) else _NAME)
        if asked in called or not question.types:
            continue
        for name, score, _ in process.extract(
            asked,
            called.keys(),
            scorer=fuzz.ratio,
            score_cutoff=_LEAST_TERRITORY,
            limit=question.limit,
        ):
            yield from (Candidate(_path(one), likeness=score) for one in called[name])


def _path(thing: Named) -> str:
    return thing.iri.removeprefix(BASE)


def _checked(
    entities: Entities, question: Question, candidates: Iterable[Candidate], values: Values
) -> list[Candidate]:
    """Tell of each candidate whether it has the values asked for; leave out those that lack one that is required."""
    kept = []
    for one in candidates:
        known = values.get(one.path, {})
        has: dict[str, bool] = {}
        for condition in question.conditions:
            if condition.property in known or condition.required:
                is_so = _has(entities, condition, known.get(condition.property, ()))
                has[condition.property] = has.get(condition.property, True) and is_so
        if all(has[one.property] for one in question.conditions if one.required):
            kept.append(replace(one, has=has))
    return kept


def _has(entities: Entities, condition: Condition, values: Sequence[str]) -> bool:
    """Tell whether values are those that a condition wants: as texts, as codes, or as things by their names."""
    known = set()
    for value in values:
        known |= {fold(value), fold(local_name(value))}
        if value.startswith(BASE):
            known |= {fold(value.removeprefix(BASE)), fold(entities.name(value.removeprefix(BASE)))}
    wanted = [fold(value.removeprefix(BASE)) in known for value in condition.values]
    if condition.quantifier == "none":
        return not any(wanted)
    return all(wanted) if condition.quantifier == "all" else any(wanted)


def _settled(
    entities: Entities, question: Question, candidates: Sequence[Candidate]
) -> tuple[Candidate, ...]:
    """Keep the candidates of the types asked for, the surest first, and say which is a match: where one alone is."""
    is_of = {one.path: _is_of(entities, question, one.path) for one in candidates}
    if question.strict != "should":
        candidates = [one for one in candidates if is_of[one.path]]
    meant = {*_meant(entities, candidates)}
    kept = [
        _unsure(one) if one.rule in (_CODE, _NAME) and one.path not in meant else one for one in candidates
    ]
    sure = {one.path for one in kept if one.rule}
    said = {one.path for one in kept if one.rule == _IDENTITY}
    matched = said if len(said) == 1 else sure if len(sure) == 1 else set()
    ranked = sorted(kept, key=lambda one: (not is_of[one.path], -one.score, _rank(entities, one)))
    return tuple(replace(one, is_match=one.path in matched) for one in ranked[: question.limit])


def _unsure(one: Candidate) -> Candidate:
    """Give what has a name or a code that it is not alone to have, or not all that is asked beside it: it is only alike."""
    return replace(one, rule="", likeness=100.0 if all(one.has.values()) else _LEAST_TERRITORY)


def _is_of(entities: Entities, question: Question, path: str) -> bool:
    """Tell whether a thing is of the types asked for; what is only known to be an organisation may be of any kind of them."""
    types = {*with_broader(entities.type(path))}
    if types == {ORGANIZATION}:
        return are_about(question.types, ORGANIZATION)
    wanted = {*question.types}
    return not wanted or (wanted <= types if question.strict == "all" else not wanted.isdisjoint(types))


def _meant(entities: Entities, candidates: Iterable[Candidate]) -> Iterator[str]:
    """Yield the territory that a name or a code means: the one that has all that is asked, of the first level, if it is alone.

    A commune of the region is not preferred to those of its name elsewhere, as it is where a person types the name on a
    page and sees what it gave: a table may be of another region.
    """
    found = [one for one in candidates if one.rule in (_CODE, _NAME) and all(one.has.values())]
    found = [one for one in found if entities.type(one.path) != "FormerCommune"] or found
    if not any(one.rule == _CODE for one in found):  # a code is of one level: two that have it are two
        first = min((_weight(entities, one) for one in found), default=0)
        found = [one for one in found if _weight(entities, one) == first]
    if len(found) == 1:
        yield found[0].path


def _weight(entities: Entities, one: Candidate) -> int:
    thing = entities.named(one.path)
    return thing.weight if thing else 9


def _rank(entities: Entities, one: Candidate) -> tuple[bool, int, str]:
    """Rank what is of the region first, then by level."""
    return BASE + one.path not in entities.names.around, _weight(entities, one), one.path


def written(entities: Entities, one: Candidate, language: str) -> dict[str, Any]:
    """Write a candidate as both versions of the specification have it; features tell by which rule it is one."""
    thing = entities.named(one.path)
    types = list(with_broader(entities.type(one.path)))
    features: list[dict[str, Any]] = []
    if one.rule:
        features.append({"id": f"rule-{one.rule}", "name": _WHY[one.rule][language], "value": True})
        if one.rule in RULES:
            told = gettext("confiance", language)
            features.append({"id": "confidence", "name": told, "value": one.score})
    else:
        told = gettext("ressemblance des lettres", language)
        features.append({"id": "likeness", "name": told, "value": round(one.likeness, 1)})
    features += [
        {"id": f"property-{name}", "name": PROPERTIES[name].name[language], "value": value}
        for name, value in one.has.items()
    ]
    return {
        "id": one.path,
        "name": entities.name(one.path),
        "description": entities.names.precise(thing, language) if thing else "",
        "type": [{"id": type, "name": type_name(type)[language]} for type in types],
        "score": one.score,
        "features": features,
        "match": one.is_match,
    }
