"""Indicators as files: what each one is, in French and English, and the formula that computes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import Field
from pydantic.dataclasses import dataclass as model

from ...words import N_, Spoken
from ..declarations import (
    FREQUENCIES,
    STRICT,
    DeclarationError,
    DeclarationFile,
    Flag,
    Names,
    Positive,
    Text,
    Words,
    is_a,
    nearest,
    one_of,
)
from ..extensions import extension_folder, package_folders
from ..region.derived import INFERRED
from ..region.levels import LEVELS
from .formula_options import read_formula
from .formulas import FORMULAS, STATING

__all__ = [
    "DIMENSIONS", "FOLDER", "ILLUSTRATIVE", "KEPT", "TOPICS", "Indicator", "IndicatorFile",
    "indicator_folders", "read_indicator", "read_indicators",
]  # fmt: skip

FOLDER = Path(__file__).parent / "declared"
"""The indicators that the package ships, one file each."""

ILLUSTRATIVE = "illustrative"
"""Name of the source that is no source: examples made up, which enter no indicator unless asked for."""

KEPT = "indicators"
"""Name of the folder of a data directory whose files add indicators, or replace those that the package ships."""

TOPICS: Mapping[str, Spoken] = MappingProxyType(
    {
        "population": N_("Population et éloignement"),
        "supply": N_("Formation et recherche"),
        "economy": N_("Économie et filières"),
        "interactions": N_("Interactions"),
        "ties": N_("Liens et intermédiaires"),
        "access": N_("Accès"),
        "desk": N_("Guichet"),
        "strategies": N_("Stratégies"),
    }
)
DIMENSIONS = (
    "sector", "chain", "field", "occupation", "actor-type", "actor-role", "interaction-type", "level", "density",
    "chain-stage", "chain-function", "source",
)  # fmt: skip
"""What the groups of an indicator (`by`) may be: sectors, value chains, disciplines, occupations, terms of a list, or sources."""

MOST_DECIMALS = 6
"""Decimals that a value may be written with: the graph has no more."""

_Decimals = Annotated[
    int,
    Field(strict=True, ge=0, le=MOST_DECIMALS),
    is_a(N_("un nombre entier, de 0 à {most}", most=MOST_DECIMALS)),
]
_Level = one_of(*LEVELS)
_Levels: Any = Annotated[
    tuple[_Level, ...],  # type: ignore[valid-type]
    Field(min_length=1),
    is_a(N_('une liste de textes : ["…"]')),
]
_NAMES = {"properties": {"name": {"enum": [*FORMULAS, "ratio"]}}, "required": ["name"]}
_Formula = Annotated[
    dict[str, Any],
    Field(json_schema_extra=_NAMES),
    is_a(N_("une table : [formula], avec name et ses options")),
]


@model(frozen=True, kw_only=True, config=STRICT)
class IndicatorFile:
    """What the file of an indicator says; `Indicator` tells what each key is."""

    title: Words
    definition: Words
    topic: one_of(*TOPICS)  # type: ignore[valid-type]
    unit: Text
    sources: Names
    formula: _Formula
    limits: Words = field(default_factory=dict)
    unit_label: Words = field(default_factory=dict)
    decimals: _Decimals = 0
    levels: _Levels = LEVELS
    frequency: one_of(*FREQUENCIES) = "annual"  # type: ignore[valid-type]
    as_of: Text = ""
    minimum: Positive = 0.0
    dimension: one_of(*DIMENSIONS) | None = None  # type: ignore[valid-type]
    illustrative: Flag = False
    people: Flag = False
    regional: Flag = False
    companies: Flag = False
    rdf_communes: Flag = False


@dataclass(frozen=True)
class Indicator:
    """An indicator: id (the file's name), words by language, topic, unit (UCUM), formula and its options.

    `levels` are those it is given for; `dimension` names what `by` is (sector, family, field…), `minimum` the least
    count under which a share or a mean is not given, `illustrative` whether it only exists in illustrative data,
    `regional` whether its sources stop at the edge of the territory looked at: beyond, nothing is known,
    `people` and `companies` whether it counts persons or companies: then the small cells of partners' sources are
    suppressed. `as_of` are the years of its data where the dates of its sources are others (the edition of a file, not
    the census in it). With `rdf_communes`, its wholes of communes are in the published graph too. `path` is its file.

    Of a cube, `sources` are those of the facts in its values, `dated` those of them that it declares, whose dates are its
    own (another may only name an item that they tell), `told` is the evidence of the least firm of the facts, and `facts`
    counts those of all territories together.
    """

    id: str
    title: Mapping[str, str]
    definition: Mapping[str, str]
    topic: str
    unit: str
    formula: str
    options: Mapping[str, Any]
    levels: tuple[str, ...] = LEVELS
    sources: tuple[str, ...] = ()
    frequency: str = "annual"
    as_of: str = ""
    decimals: int = 0
    minimum: float = 0.0
    dimension: str | None = None
    unit_label: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[str, str] = field(default_factory=dict)
    illustrative: bool = False
    people: bool = False
    regional: bool = False
    companies: bool = False
    rdf_communes: bool = False
    dated: tuple[str, ...] = ()
    told: str = ""
    facts: str = ""
    path: Path | None = field(default=None, repr=False, compare=False)

    @property
    def is_ratio(self) -> bool:
        """Whether it is computed from other indicators."""
        return self.formula == "ratio"

    @property
    def evidence(self) -> str:
        """How firm its formula is, and so its values at best: the facts in a figure tell how firm that one is (`facts`).

        Documented where it only counts or adds up facts as they are told, inferred where a rule or a formula of ours
        makes it of them.

        >>> found = read_indicators()[0]
        >>> [found[name].evidence for name in ("population", "platforms", "reach-programme")]
        ['documented', 'documented', 'inferred']
        """
        estimated = self.formula == "population" and bool(
            self.options
        )  # where the class of a commune is not known
        if self.told:
            return self.told
        stated = self.formula in STATING and self.options.get("frame") not in INFERRED and not estimated
        return "documented" if stated else "inferred"


def read_indicator(path: Path) -> Indicator:
    """Read the file of one indicator; raises DeclarationError naming the file, the line and the reason.

    >>> read_indicator(FOLDER / "population.toml").title["en"]
    'Population'
    """
    file = DeclarationFile(path)
    name, says = file.id, file.read(IndicatorFile)
    formula, options = read_formula(file)
    if (
        "by" in options and says.dimension is None and formula != "variety"
    ):  # variety gives no value of a group
        known = ", ".join(DIMENSIONS)
        raise file.refuse(
            N_("l'option « by » demande la clé « dimension » : {known}", known=known), "formula", "by"
        )
    kept = {one.name: getattr(says, one.name) for one in fields(says) if one.name != "formula"}
    return Indicator(id=name, formula=formula, options=options, path=path, **kept)


def indicator_folders(data_dir: Path, own: Path | None = None) -> tuple[Path, ...]:
    """List the folders that declare the indicators of a data directory, the later ones winning.

    The package's, those of installed packages, those of the data directory (`indicators`, then `extensions/indicators`), and
    one that a setting names.

    >>> [folder.parent.name for folder in indicator_folders(Path("data"), Path("mine/own"))]
    ['indicators', 'data', 'extensions', 'mine']
    """
    return (
        FOLDER,
        *package_folders(KEPT),
        data_dir / KEPT,
        extension_folder(data_dir, KEPT),
        *([own] if own else []),
    )


def read_indicators(
    folders: Iterable[Path] = (FOLDER,),
) -> tuple[dict[str, Indicator], list[DeclarationError]]:
    """Read all the indicators of some folders; a file that cannot be used is left out and told, the rest stands.

    A file of a later folder replaces that of the same name in an earlier one, which stays where the later one cannot be
    used. A ratio of an indicator that is not there is an error too.
    """
    found: dict[str, Indicator] = {}
    former: dict[str, Indicator] = {}
    errors: list[DeclarationError] = []
    for folder in folders:
        for path in sorted(folder.glob("*.toml")):
            try:
                one = read_indicator(path)
            except DeclarationError as error:
                errors.append(error)
                continue
            if path.stem in found:
                former[path.stem] = found[path.stem]
            found[path.stem] = one
    for name, one in list(found.items()):
        if wrong := _unfounded(one, found):
            errors.append(wrong)
            del found[name]
            if name in former and not _unfounded(former[name], found):
                found[name] = former[name]
    return found, errors


def without_unknown_sources(
    indicators: Mapping[str, Indicator], loaded: Callable[[], Iterable[str]]
) -> tuple[dict[str, Indicator], list[DeclarationError]]:
    """Leave out the indicators of a source that nobody knows: neither loaded nor named by the package; tell them.

    `loaded` names the sources that are loaded: it is asked only where the package names not all of them.
    """
    ours = {ILLUSTRATIVE, *(name for one in _shipped().values() for name in one.sources)}
    strange = {name: one for name, one in indicators.items() if not ours.issuperset(one.sources)}
    known = sorted({*ours, *loaded()}) if strange else []
    errors = []
    for one in strange.values():
        lost = next((name for name in one.sources if name not in known), None)
        if lost is not None and one.path is not None:
            reason = N_(
                "la source « {name} » n'est ni chargée ni connue{near}", name=lost, near=nearest(lost, known)
            )
            errors.append(DeclarationFile(one.path).refuse(reason, "sources"))
    left = {error.path.stem for error in errors}
    return {name: one for name, one in indicators.items() if name not in left}, errors


@cache
def _shipped() -> Mapping[str, Indicator]:
    return read_indicators()[0]


def _unfounded(one: Indicator, found: Mapping[str, Indicator]) -> DeclarationError | None:
    """Tell what is wrong with a ratio whose parts are no indicators that are counted themselves."""
    if not one.is_ratio or one.path is None:
        return None
    simple = [name for name, other in found.items() if not other.is_ratio]
    for key in ("of", "over"):
        if (part := one.options[key]) not in simple:
            reason = N_(
                "le rapport porte sur « {part} », qui n'est pas un indicateur simple{near}",
                part=part,
                near=nearest(part, simple),
            )
            return DeclarationFile(one.path).refuse(reason, "formula", key)
    return None
