"""Indicators as files: what each one is, in French and English, and the formula that computes it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from .board import LEVELS
from .derived import INFERRED
from .formulas import FORMULAS, STATING

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
_WORDS = ("title", "definition", "unit_label", "limits")
_KEYS = frozenset(
    {
        *_WORDS,
        "topic",
        "unit",
        "decimals",
        "formula",
        "levels",
        "sources",
        "frequency",
        "minimum",
        "dimension",
    }
    | {"illustrative", "people", "regional", "companies", "rdf_communes"}
)
_NEEDED = ("title", "definition", "topic", "unit", "formula", "sources")
_RATIO = frozenset({"of", "over", "times"})


class IndicatorError(ValueError):
    """A file of an indicator cannot be used; keeps `path`, `line` (from 1, or None) and `reason` (French)."""

    def __init__(self, path: Path, line: int | None, reason: str) -> None:
        self.path, self.line, self.reason = path, line, reason
        super().__init__(f"{path.name}{f', ligne {line}' if line else ''} : {reason}.")


@dataclass(frozen=True)
class Indicator:
    """An indicator: id (the file's name), words by language, topic, unit (UCUM), formula and its options.

    `levels` are those it is given for; `dimension` names what `by` is (sector, family, field…), `minimum` the least
    count under which a share or a mean is not given, `illustrative` whether it only exists in illustrative data,
    `regional` whether its sources stop at the edge of the territory looked at: beyond, nothing is known,
    `people` and `companies` whether it counts persons or companies: then the small cells of partners' sources are
    suppressed. With `rdf_communes`, its wholes of communes are in the published graph too.
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

    @property
    def is_ratio(self) -> bool:
        """Whether it is computed from other indicators."""
        return self.formula == "ratio"

    @property
    def evidence(self) -> str:
        """How firm its values are: "documented", "inferred" or "illustrative"; the same wherever they are shown.

        Documented where it only counts or adds up facts that sources state, inferred where a rule or a formula of ours
        makes them or finds the commune they are in, illustrative where no other source gives it.

        >>> found = read_indicators()[0]
        >>> [found[name].evidence for name in ("population", "programmes", "platforms")]
        ['documented', 'inferred', 'illustrative']
        """
        if set(self.sources) == {ILLUSTRATIVE}:
            return "illustrative"
        stated = self.formula in STATING and self.options.get("frame") not in INFERRED
        return "documented" if stated else "inferred"


def read_indicator(path: Path) -> Indicator:
    """Read the file of one indicator; raises IndicatorError naming the file, the line and the reason.

    >>> read_indicator(FOLDER / "population.toml").title["en"]
    'Population'
    """
    text = path.read_text(encoding="utf-8")
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise IndicatorError(path, int(line[1]) if line else None, f"TOML illisible ({error})") from error

    def refuse(key: str, reason: str) -> IndicatorError:
        return IndicatorError(path, _line(text, key), reason)

    if unknown := sorted(set(raw) - _KEYS):
        raise refuse(unknown[0], f"clé inconnue « {unknown[0]} »")
    for key in _NEEDED:
        if key not in raw:
            raise IndicatorError(path, None, f"la clé « {key} » manque")
    for key in _WORDS:
        if key in raw and not (isinstance(raw[key], dict) and {"fr", "en"} <= set(raw[key])):
            raise refuse(key, f"« {key} » demande une phrase fr et une phrase en")
    if raw["topic"] not in TOPICS:
        raise refuse("topic", f"thème « {raw['topic']} » hors de {', '.join(TOPICS)}")
    if wrong := set(raw.get("levels", LEVELS)) - set(LEVELS):
        raise refuse("levels", f"niveau « {sorted(wrong)[0]} » hors de {', '.join(LEVELS)}")
    if raw.get("frequency", "yearly") not in FREQUENCIES:
        raise refuse("frequency", f"fréquence « {raw['frequency']} » hors de {', '.join(FREQUENCIES)}")
    formula = dict(raw["formula"])
    name = str(formula.pop("name", ""))
    if name not in FORMULAS and name != "ratio":
        raise refuse("name", f"formule « {name} » inconnue : {', '.join([*FORMULAS, 'ratio'])}")
    taken = _RATIO if name == "ratio" else FORMULAS[name][1]
    if extra := sorted(set(formula) - taken):
        raise refuse(
            extra[0], f"la formule {name} n'a pas d'option « {extra[0]} » : {', '.join(sorted(taken))}"
        )
    return Indicator(
        id=path.stem,
        title=raw["title"],
        definition=raw["definition"],
        topic=raw["topic"],
        unit=str(raw["unit"]),
        formula=name,
        options=formula,
        levels=tuple(raw.get("levels", LEVELS)),
        sources=tuple(raw["sources"]),
        frequency=raw.get("frequency", "yearly"),
        decimals=int(raw.get("decimals", 0)),
        minimum=float(raw.get("minimum", 0.0)),
        dimension=raw.get("dimension"),
        unit_label=raw.get("unit_label", {}),
        limits=raw.get("limits", {}),
        illustrative=bool(raw.get("illustrative", False)),
        people=bool(raw.get("people", False)),
        regional=bool(raw.get("regional", False)),
        companies=bool(raw.get("companies", False)),
        rdf_communes=bool(raw.get("rdf_communes", False)),
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

    A file of a later folder replaces that of the same name in an earlier one. A ratio of an indicator that is not
    there is an error too.
    """
    found: dict[str, Indicator] = {}
    paths: dict[str, Path] = {}
    errors: list[IndicatorError] = []
    for folder in folders:
        for path in sorted(folder.glob("*.toml")):
            try:
                found[path.stem], paths[path.stem] = read_indicator(path), path
            except IndicatorError as error:
                errors.append(error)
    for name, one in list(found.items()):
        lost = [str(one.options.get(key)) for key in ("of", "over") if one.is_ratio]
        lost = [other for other in lost if other not in found or found[other].is_ratio]
        if lost:
            reason = f"le rapport porte sur « {lost[0]} », qui n'est pas un indicateur simple"
            errors.append(IndicatorError(paths[name], None, reason))
            del found[name]
    return found, errors


def _line(text: str, key: str) -> int | None:
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(rf"\s*\[?{re.escape(key)}\b", line):
            return number
    return None
