"""The form of an assumption: the fields of each kind, what was typed, and what is wrong with it beside its field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from starlette.datastructures import QueryParams

from ...graph.region.gazetteer import Gazetteer, Territory
from ...graph.region.names import UnknownName
from ...graph.region.view import RegionView
from ...graph.scenarios.assumptions import CLASSES, LISTS, Close, House, Merge, Move, Offer, Scenario, Share
from ...graph.scenarios.changes import steps
from ...graph.scenarios.names import NameIndex
from ...graph.scenarios.reading import read_assumption
from ...ontology.labels import concepts
from ...ontology.vocabulary import ID
from ...words import N_, Spoken
from ..analysis.openapi import LONGEST_ASSUMPTION
from ..labels.wording import options
from ..web.page_error import PageError
from .trial import NEW, TRIAL, Trial, line_of

Choices: TypeAlias = Sequence[tuple[str, str]]
VERBS: Mapping[str, Spoken] = {
    "open": N_("Ouvrir"),
    "close": N_("Fermer"),
    "move": N_("Déplacer"),
    "merge": N_("Fusionner"),
    "offer": N_("Proposer ailleurs"),
    "share": N_("Partager"),
    "house": N_("Loger"),
}
"""The verbs of assumptions, in the order of the form."""
FEW = 300
"""Names that a field suggests as one types; more would be longer than the page."""


@dataclass(frozen=True)
class Field:
    """One field: its `name` among those of the assumption, its words, and how it is filled in."""

    name: str
    label: Spoken
    help: Spoken | None = None
    required: bool = False
    shape: str = "text"


_PLACE = Field("place", N_("Dans quelle commune ?"), N_("Son nom ou son code."), True)
_LABEL = Field("label", N_("Son nom"), N_("Tel que les résultats l’écriront."), True)
_WHO = Field(
    "organization",
    N_("Qui la tient (facultatif)"),
    N_("Le nom ou le code d’une organisation que le graphe connaît."),
)
_SERVES = Field(
    "serves",
    N_("Territoires servis (facultatif)"),
    N_("Un par ligne : commune, intercommunalité ou département."),
    shape="lines",
)
_NODE = Field("node", N_("Laquelle ?"), N_("Son nom tel que le graphe le connaît, ou son identifiant."), True)
_AT = Field("at", N_("En quel lieu ? (facultatif)"), N_("La commune, si elle est en plusieurs lieux."))
_OPENINGS: Mapping[str, tuple[Field, ...]] = {
    "branch": (
        _PLACE, _LABEL, _WHO, _SERVES,
        Field("services", N_("Services (facultatif)"), shape="checks"),
    ),
    "relay": (_PLACE, _LABEL, _SERVES),
    "programme": (
        _PLACE, _LABEL, replace(_WHO, label=N_("Qui la propose (facultatif)")),
        Field("level", N_("Niveau (facultatif)"), shape="choice"),
        Field("capacity", N_("Places (facultatif)"), N_("Un nombre entier."), shape="number"),
        Field("families", N_("Familles de métiers préparées (facultatif)"), N_("Un code FAP par ligne."), shape="lines"),
        Field("chain", N_("Filière (facultatif)"), shape="choice"),
    ),
    "platform": (_PLACE, _LABEL, _WHO),
}  # fmt: skip
_MERGE = (
    Field(
        "territories", N_("Quelles intercommunalités ?"), N_("Une par ligne, deux au moins."), True, "lines"
    ),
    replace(_LABEL, label=N_("Le nom de la nouvelle")),
)
_FOLLOWED = (
    Field("places", N_("Depuis quels lieux ?"), N_("Une commune ou une antenne par ligne."), True, "lines"),
    Field("mode", N_("Comment ?"), shape="choice"),
)
_AREA = Field("area", N_("Dans quel territoire ?"), N_("Son nom ou son code."), True)
_OFFER = (replace(_NODE, name="programme", label=N_("Quelle formation ?")), *_FOLLOWED)
_SHARE = (replace(_AREA, label=N_("Les évènements tenus dans quel territoire ?")), *_FOLLOWED)


def fields_of(kind: str) -> tuple[Field, ...]:
    """List the fields of a kind of assumption; raises PageError (404) for one that there is not."""
    if kind not in CLASSES:
        raise PageError(404, N_("« {kind} » n’est pas une hypothèse.", kind=kind[:60]))
    one, thing = CLASSES[kind], kind.partition("-")[2]
    if one is Merge:
        return _MERGE
    if one is Offer:
        return _OFFER
    if one is Share:
        return _SHARE
    if one is House:
        return (_AREA,)
    if one is Close:
        return (_NODE, _AT)
    if one is Move:
        return (_NODE, replace(_PLACE, label=N_("Vers quelle commune ?")), _AT)
    return _OPENINGS[thing]


def kinds(said: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """List the kinds of assumptions under their verbs, as the ontology names them."""
    terms = concepts("assumption-type")
    return [
        (words[said], options({name: terms[name] for name in CLASSES if name.startswith(verb)}, said))
        for verb, words in VERBS.items()
    ]


@dataclass
class Entry:
    """A form as it was sent: its `kind`, what was typed, and what is wrong: errors and near names by field."""

    kind: str
    trial: Trial
    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, Spoken] = field(default_factory=dict)
    near: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    @classmethod
    def of(cls, query: QueryParams) -> Entry:
        """Read what was typed; raises PageError for what no form sends."""
        entry = cls(query.get("kind", ""), Trial.of(query))
        for one in fields_of(entry.kind):
            typed = query.getlist(one.name)
            if any(len(text) > LONGEST_ASSUMPTION for text in typed):
                raise PageError(400, N_("Une valeur de l’adresse est trop longue."))
            entry.values[one.name] = (
                typed if one.shape == "checks" else next(iter(typed), "").replace("\r\n", "\n").strip()
            )
        return entry

    def table(self) -> dict[str, Any]:
        """Give what was typed as an assumption's table, and note the fields that are required and empty."""
        table: dict[str, Any] = {"assumption": self.kind}
        for one in fields_of(self.kind):
            value = self.values[one.name]
            if one.name in LISTS:
                value = value if one.shape == "checks" else _lines(value)
            if value:
                table[one.name] = value
            elif one.required:
                self.errors[one.name] = N_("Remplissez ce champ.")
        return table

    def note(self, error: UnknownName) -> None:
        """Put an unknown name, with the names near it, beside the field where it was typed."""
        where = next((one for one, value in self.values.items() if error.name in _lines(value)), "")
        if not where and error.name == self.trial.territory:
            where = "territory"
        self.errors[where] = PageError.of(error, 404).brief
        self.near[where] = [(label, self._with(where, error.name, iri)) for label, iri in error.nearest]

    def _with(self, where: str, typed: str, iri: str) -> str:
        """Give the address of the form with a near name in place of one that was typed."""
        path = iri.removeprefix(ID)
        better = (
            path.removeprefix("territory/").removeprefix("commune/")
            if path.startswith("territory/")
            else path
        )
        trial, pairs = self.trial, []
        if where == "territory":
            trial = replace(trial, territory=better)
        for name, value in self.values.items():
            for text in value if isinstance(value, list) else [value]:
                lines = [better if name == where and line == typed else line for line in text.split("\n")]
                pairs.append((name, "\n".join(lines)))
        return trial.address(NEW, kind=self.kind, **{name: text for name, text in pairs if text})


def _lines(value: Any) -> list[str]:
    texts = value if isinstance(value, list) else str(value).replace(";", "\n").split("\n")
    return [text.strip() for text in texts if text.strip()]


def check(view: RegionView, entry: Entry, table: Mapping[str, Any]) -> Trial:
    """Give the trial with the assumption of a form, all of it resolved; raises ScenarioError, UnknownName."""
    trial = entry.trial
    known = trial.scenario().assumptions if trial.lines else ()
    scenario = Scenario(TRIAL, TRIAL, (*known, read_assumption(table)))
    lines = tuple(line_of(one) for one, _ in steps(view, scenario))
    place = Gazetteer.of(view).territory(trial.territory).id if trial.territory else ""
    return replace(trial, lines=lines, territory=place.removeprefix("territory/"))


@dataclass(frozen=True)
class Offered:
    """What a form offers: names of things by field, the territory looked at as one types it, and what is filled in at first."""

    names: Mapping[str, Choices]
    territory: str = ""
    begun: Mapping[str, str] = field(default_factory=dict)


def offered(view: RegionView, kind: str, asked: str) -> Offered:
    """List what the graph knows for the fields of a kind of assumption."""
    names: dict[str, Choices] = {}
    thing = kind.partition("-")[2]
    if any(one.name in ("node", "programme") for one in fields_of(kind)):
        labels = NameIndex.of(view, thing).labels
        names["node"] = sorted({(label, label) for label in labels.values()}) if len(labels) <= FEW else ()
    if kind == "open-programme":
        chains = view.frame("chains").select("chain", "chainLabel").unique().sort("chainLabel")
        names["chain"] = [(chain, label) for chain, label in chains.iter_rows()]
    if not asked:
        return Offered(names)
    try:
        found = Gazetteer.of(view).territory(asked)
    except UnknownName:
        return Offered(names, asked)
    typed = _typed(view, found)
    begun = {"commune": {"place", "places"}, "epci": {"area", "territories"}}.get(found.level, {"area"})
    mine = begun & {one.name for one in fields_of(kind)}
    return Offered(names, typed, dict.fromkeys(mine, typed))


def _typed(view: RegionView, territory: Territory) -> str:
    """Write a territory as a person types it: its name, its code where others have it."""
    try:
        alone = Gazetteer.of(view).territory(territory.label).id == territory.id
    except UnknownName:
        alone = False
    return territory.label if alone else territory.id.removeprefix("territory/").removeprefix("commune/")


def choices(given: Offered, said: str) -> dict[str, Choices]:
    """List the choices of the fields that are not typed."""
    modes = concepts("attendance-mode")
    return {
        "services": options(concepts("branch-service"), said),
        "level": options(concepts("level"), said),
        "mode": options({name: modes[name] for name in ("hybrid", "remote", "relayed")}, said),
        **given.names,
    }
