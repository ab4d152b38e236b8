"""Indicators as files: what each one is, in French and English, and the formula that computes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ..region.derived import INFERRED
from .board import LEVELS
from .formula_options import read_formula
from .formulas import STATING
from .indicator_file import IndicatorError, IndicatorFile, nearest

__all__ = [
    "DIMENSIONS", "FOLDER", "FREQUENCIES", "ILLUSTRATIVE", "KEPT", "KEYS", "TOPICS", "Indicator", "IndicatorError",
    "indicator_folders", "read_indicator", "read_indicators",
]  # fmt: skip

FOLDER = Path(__file__).parent / "declared"
"""The indicators that the package ships, one file each."""

ILLUSTRATIVE = "illustrative"
"""Name of the source that is no source: examples made up, which enter no indicator unless asked for."""

KEPT = "indicators"
"""Name of the folder of a data directory whose files add indicators, or replace those that the package ships."""

TOPICS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "population": ("Population et éloignement", "Population and remoteness"),
        "supply": ("Formation et recherche", "Training and research"),
        "economy": ("Économie et filières", "Economy and value chains"),
        "interactions": ("Interactions", "Interactions"),
        "ties": ("Liens et intermédiaires", "Ties and brokers"),
        "access": ("Accès", "Access"),
        "desk": ("Guichet", "One-stop shop"),
        "strategies": ("Stratégies", "Strategies"),
    }
)
FREQUENCIES = ("once", "yearly", "monthly", "continuous")
DIMENSIONS = (
    "sector", "chain", "field", "occupation", "actor-type", "actor-role", "interaction-type", "level", "density",
    "chain-stage", "chain-function", "source",
)  # fmt: skip
"""What the groups of an indicator (`by`) may be: sectors, value chains, disciplines, occupations, terms of a list, or sources."""

_FLAGS = ("illustrative", "people", "regional", "companies", "rdf_communes")
NEEDED = ("title", "definition", "topic", "unit", "sources", "formula")
"""Keys that every file of an indicator has."""
KEYS = (
    *NEEDED,
    "limits",
    "unit_label",
    "decimals",
    "levels",
    "frequency",
    "as_of",
    "minimum",
    "dimension",
    *_FLAGS,
)
"""All keys that a file of an indicator may have."""


@dataclass(frozen=True)
class Indicator:
    """An indicator: id (the file's name), words by language, topic, unit (UCUM), formula and its options.

    `levels` are those it is given for; `dimension` names what `by` is (sector, family, field…), `minimum` the least
    count under which a share or a mean is not given, `illustrative` whether it only exists in illustrative data,
    `regional` whether its sources stop at the edge of the territory looked at: beyond, nothing is known,
    `people` and `companies` whether it counts persons or companies: then the small cells of partners' sources are
    suppressed. `as_of` are the years of its data where the dates of its sources are others (the edition of a file, not
    the census in it). With `rdf_communes`, its wholes of communes are in the published graph too. `path` is its file.

    Of a cube, `sources` are those of the facts in its values, `told` is the evidence of the least firm of them, and
    `facts` counts those of all territories together.
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
    frequency: str = "yearly"
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
        estimated = self.formula == "population" and "density" in self.options  # where a density is not known
        if self.told:
            return self.told
        stated = self.formula in STATING and self.options.get("frame") not in INFERRED and not estimated
        return "documented" if stated else "inferred"


def read_indicator(path: Path) -> Indicator:
    """Read the file of one indicator; raises IndicatorError naming the file, the line and the reason.

    >>> read_indicator(FOLDER / "population.toml").title["en"]
    'Population'
    """
    file = IndicatorFile(path)
    file.keys(KEYS, NEEDED)
    formula, options = read_formula(file)
    dimension = file.choice("dimension", DIMENSIONS) if "dimension" in file.raw else None
    if "by" in options and dimension is None and formula != "variety":  # variety gives no value of a group
        raise file.refuse(
            "by",
            f"l'option « by » demande la clé « dimension » : {', '.join(DIMENSIONS)}",
            f"the option “by” needs the key “dimension”: {', '.join(DIMENSIONS)}",
            "formula",
        )
    return Indicator(
        id=path.stem,
        title=file.words("title"),
        definition=file.words("definition"),
        topic=file.choice("topic", TOPICS),
        unit=file.text_of("unit"),
        formula=formula,
        options=options,
        levels=file.choices("levels", LEVELS, LEVELS),
        sources=file.names("sources"),
        frequency=file.choice("frequency", FREQUENCIES, "yearly"),
        as_of=file.text_of("as_of") if "as_of" in file.raw else "",
        decimals=file.decimals("decimals"),
        minimum=file.number("minimum"),
        dimension=dimension,
        unit_label=file.words("unit_label"),
        limits=file.words("limits"),
        **{flag: file.flag(flag) for flag in _FLAGS},
        told="",
        facts="",
        path=path,
    )


def indicator_folders(data_dir: Path, own: Path | None = None) -> tuple[Path, ...]:
    """List the folders that declare the indicators of a data directory, the later ones winning.

    The package's, that of the data directory, and one that a setting names.

    >>> [folder.name for folder in indicator_folders(Path("data"), Path("mine"))]
    ['declared', 'indicators', 'mine']
    """
    return (FOLDER, data_dir / KEPT, *([own] if own else []))


def read_indicators(
    folders: Iterable[Path] = (FOLDER,),
) -> tuple[dict[str, Indicator], list[IndicatorError]]:
    """Read all the indicators of some folders; a file that cannot be used is left out and told, the rest stands.

    A file of a later folder replaces that of the same name in an earlier one, which stays where the later one cannot be
    used. A ratio of an indicator that is not there is an error too.
    """
    found: dict[str, Indicator] = {}
    former: dict[str, Indicator] = {}
    errors: list[IndicatorError] = []
    for folder in folders:
        for path in sorted(folder.glob("*.toml")):
            try:
                one = read_indicator(path)
            except IndicatorError as error:
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
) -> tuple[dict[str, Indicator], list[IndicatorError]]:
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
            near, near_english = nearest(lost, known)
            errors.append(
                IndicatorFile(one.path).refuse(
                    "sources",
                    f"la source « {lost} » n'est ni chargée ni connue{near}",
                    f"the source “{lost}” is neither loaded nor known{near_english}",
                )
            )
    left = {error.path.stem for error in errors}
    return {name: one for name, one in indicators.items() if name not in left}, errors


@cache
def _shipped() -> Mapping[str, Indicator]:
    return read_indicators()[0]


def _unfounded(one: Indicator, found: Mapping[str, Indicator]) -> IndicatorError | None:
    """Tell what is wrong with a ratio whose parts are no indicators that are counted themselves."""
    if not one.is_ratio or one.path is None:
        return None
    simple = [name for name, other in found.items() if not other.is_ratio]
    for key in ("of", "over"):
        if (part := one.options[key]) not in simple:
            near, near_english = nearest(part, simple)
            return IndicatorFile(one.path).refuse(
                key,
                f"le rapport porte sur « {part} », qui n'est pas un indicateur simple{near}",
                f"the ratio is of “{part}”, which is no simple indicator{near_english}",
                "formula",
            )
    return None
