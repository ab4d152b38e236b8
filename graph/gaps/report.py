"""All the gaps of a territory, of five kinds that are never mixed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from math import isfinite

from ...words import EMPTY, N_, NN_, Percent, percent
from ..analysis.multiple_tests import benjamini_hochberg
from ..analysis.uncertainty import TooFewData, check_level
from ..findings.model import Finding, Refusal, Report, Thing, Words
from ..region.gazetteer import Gazetteer, Territory
from ..region.view import RegionView
from .access import CATCHMENT, access_gaps
from .coverage import NOTHING, Coverage
from .data import data_gaps
from .demand import hiring_gaps
from .links import link_gaps
from .partners import partner_gaps
from .requests import request_gaps
from .sectors import job_gaps
from .setting import GapContext
from .supply import count_placed
from .ties import tie_gaps
from .wording import GapFacts

KINDS = ("demand", "tie", "link", "access", "data")
"""Demand without supply, supply without a tie, missing link of a filière, no access, and missing data, apart."""

NEAR = ("tie", "link", "access")
"""Kinds that need to know where the territory is."""

READ = 0.5
"""A territory with a smaller share of its people in the region that is read is refused, missing data apart."""

NOTES = (
    N_(
        "Ce qui n'est pas dans les sources n'est pas connu : une absence ici n'en est pas "
        "toujours une sur le terrain."
    ),
    N_(
        "Les distances sont à vol d'oiseau entre communes, depuis celle du territoire (ou du "
        "bassin, de la zone dont parle la phrase) qui est la plus proche. Les habitants qui "
        "n'ont rien à proximité sont comptés commune par commune. Ce qui se trouve hors de la région n'est pas compté."
    ),
)

ACCESS = (
    N_(
        "L'accès moyen est celui des indicateurs d'accès : aires flottantes de {f} km, quel que "
        "soit le rayon où l'on compte ceux qui n'ont rien.",
        f=f"{CATCHMENT:g}",
    ),
)


def _demand(setting: GapContext) -> GapFacts:
    found = hiring_gaps(setting) + job_gaps(setting) + GapFacts(request_gaps(setting))
    told = {refusal.words["en"]: refusal for refusal in found.refusals}
    return GapFacts(found.findings, list(told.values()), found.tested)


def _tie(setting: GapContext) -> GapFacts:
    return partner_gaps(setting) + tie_gaps(setting)


_MEASURES: dict[str, Callable[[GapContext], GapFacts]] = {
    "demand": _demand,
    "tie": _tie,
    "link": link_gaps,
    "access": access_gaps,
    "data": lambda setting: GapFacts(data_gaps(setting)),
}


def gaps(
    matter: RegionView,
    territory: str,
    *,
    kinds: Collection[str] = KINDS,
    radius: float = 30.0,
    level: float = 0.95,
) -> Report:
    """Find the gaps of a territory: what chance does not explain first, then by strength; missing data last and apart.

    Args:
        matter: what the graph holds; a scenario's gaps are those of its matter.
        territory: code, path, IRI or exact name, of any level.
        kinds: kinds wanted, of KINDS.
        radius: how far "near" reaches, in kilometres as the crow flies; the catchments of access stay those of the
            indicators.
        level: level of intervals, and of the tests (false discoveries at most 1 − level).

    Returns:
        A report; what could not be measured is among its refusals.

    Raises:
        UnknownName: no such territory, with the nearest names. ValueError: a kind, radius or level that is none.

    Example:
        >>> KINDS
        ('demand', 'tie', 'link', 'access', 'data')
    """
    wanted = _check(kinds, radius, level)
    return _report(matter, Gazetteer.of(matter).territory(territory), wanted, radius, level)


def gaps_of(
    matter: RegionView,
    territories: Iterable[str],
    *,
    kinds: Collection[str] = KINDS,
    radius: float = 30.0,
    level: float = 0.95,
) -> Iterator[tuple[Territory, Report]]:
    """Find the gaps of several territories, one after the other; what is the same for all is read once.

    Raises as `gaps`, before the first report for what it checks.
    """
    wanted = _check(kinds, radius, level)
    ground = Gazetteer.of(matter)
    found = [ground.territory(name) for name in territories]
    return ((one, _report(matter, one, wanted, radius, level)) for one in found)


def told_once(reports: Iterable[Report]) -> Iterator[Report]:
    """Give reports that are shown together, without what an earlier one told of the same zone or labour pool."""
    told: set[tuple[str, str, str]] = set()
    for report in reports:
        kept = []
        for one in report.findings:
            name = (one.kind, one.subject.id, one.object.id)
            if one.subject.id == report.subject.id or name not in told:
                kept.append(one)
                told.add(name)
        yield replace(report, findings=tuple(kept))


def _report(
    matter: RegionView, territory: Territory, kinds: tuple[str, ...], radius: float, level: float
) -> Report:
    setting = GapContext(matter, territory, radius, level)
    found = GapFacts()
    for kind in kinds:
        if kind != "data" and setting.share_read < READ:
            found.refusals.append(_beyond(kind, setting))
        elif kind in NEAR and not setting.placed:
            error = TooFewData(
                "distances", "is no commune with a known position", "one commune of the territory"
            )
            found.refusals.append(Refusal.of(kind, error, N_("La position du territoire n'est pas connue.")))
        else:
            found += _MEASURES[kind](setting)
    return Report(
        title=N_("Manques : {territory}", territory=territory.label),
        subject=Thing(territory.id, territory.label, "territory"),
        findings=tuple(sorted(judge(found, level), key=_order)),
        refusals=tuple(found.refusals),
        snapshot=matter.snapshot,
        parameters={"territory": territory.id, "radius": f"{radius:g}", "kinds": ",".join(kinds)},
        illustrative=matter.illustrative,
        scenario=matter.scenario,
        level=level,
        notes=(*NOTES, *(ACCESS if "access" in kinds else ()), *_together(found, level), *_unplaced(matter)),
    )


def judge(found: GapFacts, level: float) -> list[Finding]:
    """Judge the findings that were tested, all together: q over every comparison of the report, told or not.

    What chance may explain says so at its end; the number of comparisons is among the figures of each.
    """
    q = dict(zip(found.tested, benjamini_hochberg(found.tested), strict=True))
    made = []
    for one in found.findings:
        if one.p is None:
            made.append(one)
            continue
        distinct = q[one.p] <= 1 - level
        words = {
            language: text + ("" if distinct else DOUBT[language]) for language, text in one.sentence.items()
        }
        facts = {**one.facts, "tests": len(found.tested)}
        made.append(replace(one, q=q[one.p], distinct=distinct, sentence=words, facts=facts))
    return made


DOUBT = N_(" L'écart peut tenir au hasard.")


def _together(found: GapFacts, level: float) -> tuple[Words, ...]:
    """Say how many comparisons were judged together."""
    n = len(found.tested)
    if not n:
        return ()
    most = 1 - level
    return (
        NN_(
            "{n} comparaison testée ensemble : parmi celles où le hasard est dit écarté, {most} au "
            "plus le sont à tort, en moyenne.",
            "{n} comparaisons testées ensemble : parmi celles où le hasard est dit écarté, {most} au "
            "plus le sont à tort, en moyenne.",
            n,
            most=Percent(most),
        ),
    )


def _beyond(kind: str, setting: GapContext) -> Refusal:
    """Refuse a territory that lies for the most part where nothing is read."""
    share = percent(setting.share_read, "en")
    error = TooFewData(
        "gaps", f"is {share} of its people in {setting.region_label}", "half of them in what is read"
    )
    words = N_(
        "{share} seulement des habitants du territoire sont dans la région lue ({region}) : ce qui se trouve ailleurs n'est pas "
        "connu.",
        share=Percent(setting.share_read),
        region=setting.region_label,
    )
    return Refusal.of(kind, error, words)


def _unplaced(matter: RegionView) -> tuple[Words, ...]:
    """Tell how many open programmes no territory has, since nobody knows where they are taught."""
    known = matter.once(count_placed)
    lost = _lost(known.get("", NOTHING))
    if not lost:
        return ()
    most = _lost(known.get("level/eqf7", NOTHING)) > lost / 2
    masters = N_(", surtout de niveau bac + 5") if most else EMPTY
    return (
        NN_(
            "{n} formation ouverte n'a pas de lieu d'enseignement connu{masters} : elle ne compte dans aucun territoire, ni dans "
            "la région.",
            "{n} formations ouvertes n'ont pas de lieu d'enseignement connu{masters} : elles ne comptent dans aucun territoire, "
            "ni dans la région.",
            lost,
            masters=masters,
        ),
    )


def _lost(coverage: Coverage) -> int:
    return coverage.every - coverage.known


def _order(finding: Finding) -> tuple[bool, bool, bool, float]:
    """Order: missing data last; what chance does not explain first, then what was tested, by strength."""
    strength = finding.strength.value if finding.strength else -1.0
    return finding.kind == "data", finding.distinct is not True, finding.strength is None, -strength


def _check(kinds: Collection[str], radius: float, level: float) -> tuple[str, ...]:
    wanted = (kinds,) if isinstance(kinds, str) else tuple(kinds)
    if unknown := [kind for kind in wanted if kind not in KINDS]:
        raise ValueError(f"there is no kind of gap « {unknown[0]} »: give some of {', '.join(KINDS)}")
    if not (isfinite(radius) and radius > 0):
        raise ValueError(f"the radius is {radius:g} km, and must be positive")
    check_level("gaps", level)
    return tuple(kind for kind in KINDS if kind in wanted)
