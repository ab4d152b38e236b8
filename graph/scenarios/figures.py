"""The figures that a scenario is compared on: every indicator, some that say something of scenarios alone, and gaps.

An indicator of scenarios alone is declared as others are (`graph/scenarios/declared`), and is in no cube.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from ...words import N_, Named
from ..findings.model import Words
from ..indicators.cube import published_folders
from ..indicators.declaration import FOLDER, Indicator, read_indicators
from ..indicators.formulas import METHODS
from ..region.view import RegionView
from .stages import whole

OWN = Path(__file__).parent / "declared"
"""The indicators that scenarios alone are compared on."""
_GAPS: Mapping[str, Words] = MappingProxyType(
    {
        "demand": N_("Besoins sans offre"),
        "tie": N_("Offres sans lien"),
        "link": N_("Maillons manquants de filières"),
        "access": N_("Défauts d'accès"),
        "data": N_("Données manquantes"),
    }
)
_UNITS: Mapping[str, Words] = MappingProxyType({"%": Named("%"), "km": Named("km")})
FORMER: Mapping[str, str] = MappingProxyType(
    {
        "places": "capacities",
        "units": "research-units",
        "relays": "relay-structures",
        "relayed": "interactions-relayed",
        "academic-company": "interactions-academic-company",
        "brokered": "brokered-pairs",
        "reach-lost": "academic-reach-by-relays-alone",
        "hiring-difficult-share": "hiring-plans-difficult-share",
        **{f"programmes-eqf{n}": f"programmes-level-{n}" for n in (5, 6, 7)},
        **{f"chain-{name}": f"chain-members-{name}" for name in ("trains", "researches", "produces")},
        **{f"near-{name}": f"reach-{name}" for name in ("programme", "branch")},
        **{f"near-{name}-share": f"reach-{name}" for name in ("programme", "branch")},
        **{f"near-unit{end}": "reach-research-unit" for end in ("", "-share")},
        **{f"access-{name}-relative": f"access-{name}" for name in ("programme", "branch")},
        "access-unit-relative": "access-research-unit",
    }
)
"""Figures that had another name."""


@dataclass(frozen=True)
class Figure:
    """What is compared of a territory: its `id` and `label`, and the `indicator` it is, or the kind of `gap` it counts.

    Gaps cost too much to be looked for everywhere: they are counted in the territories that are named.
    """

    id: str
    label: Words
    indicator: Indicator | None = None
    gap: str | None = None

    @property
    def unit(self) -> str:
        """The unit in UCUM."""
        return self.indicator.unit if self.indicator else "1"

    @property
    def measure(self) -> Words:
        """The unit in words, or else what is counted."""
        told = self.indicator.unit_label if self.indicator else {}
        return told or _UNITS.get(self.unit, self.label)

    @property
    def decimals(self) -> int:
        """How many are shown."""
        return self.indicator.decimals if self.indicator else 0

    @property
    def relative(self) -> bool:
        """Whether it is relative to all territories, so that it moves everywhere when something changes anywhere."""
        one = self.indicator
        return one is not None and one.formula == "catchment" and "per" not in one.options

    @property
    def of_scenarios(self) -> bool:
        """Whether scenarios alone are compared on it: it is no indicator of the published cube."""
        return self.indicator is None or (OWN / f"{self.id}.toml").exists()

    @property
    def methods(self) -> tuple[str, ...]:
        """The functions of the analysis that compute it."""
        return (
            (METHODS[self.indicator.formula],) if self.indicator and self.indicator.formula in METHODS else ()
        )


def figures_of(matter: RegionView) -> Mapping[str, Figure]:
    """Give the figures of a matter by their id: the indicators published with it, those of scenarios, gaps."""
    return _figures(_folders(matter))


def register(matter: RegionView) -> Mapping[str, Indicator]:
    """Give all the indicators that figures, or ratios among them, are of."""
    return _declared(_folders(matter))


def _folders(matter: RegionView) -> tuple[Path, ...]:
    return (FOLDER, *published_folders(matter.beside), OWN)


@cache
def _declared(folders: tuple[Path, ...]) -> Mapping[str, Indicator]:
    return MappingProxyType(read_indicators(folders)[0])


@cache
def _figures(folders: tuple[Path, ...]) -> Mapping[str, Figure]:
    declared = _declared(folders)
    made = {name: Figure(name, one.title, one) for name, one in declared.items() if not _again(one, declared)}
    for kind, words in _GAPS.items():
        made[f"gaps-{kind}"] = Figure(f"gaps-{kind}", words, gap=kind)
    return MappingProxyType(made)


def _again(one: Indicator, declared: Mapping[str, Indicator]) -> bool:
    """Tell whether an indicator has no whole, or its whole is another indicator: it is compared on groups alone."""
    if one.formula == "location-quotient":
        return True
    bare = whole(one)
    return any(
        other.id != one.id and other.formula == one.formula and other.options == bare.options
        for other in declared.values()
        if bare.options != one.options
    )
