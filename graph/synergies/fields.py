"""Which academic fields go with which technologies, filières and sectors: the assist matrix beside its null model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from ...words import N_, NN_, Message, Number
from ..analysis.assist import Significance, assist_matrix, assist_significance
from ..analysis.multiple_tests import benjamini_hochberg
from ..analysis.null_model import MINIMUM_FOUND, MINIMUM_ROWS
from ..analysis.uncertainty import Estimate, TooFewData
from ..findings.model import Finding, Question, Thing, Words
from ..region.gazetteer import Gazetteer
from ..region.view import RegionView
from .options import Options, Told
from .profiles import (
    MINIMUM_JOBS,
    MINIMUM_UNITS,
    Matrix,
    National,
    Profile,
    Zones,
    families,
    jobs,
    national,
    units,
)
from .subject import Names, Subject

MINIMUM_PROJECTS = 2
"""Fewest projects of a technology in a département; of a filière, rarer, one is enough."""


@dataclass(frozen=True)
class Support:
    """Fields × targets over the same territories: both tables of 0 and 1, what is found, its interval, and q of each cell."""

    name: str
    fields: Profile
    targets: Profile
    has_field: Matrix
    has_target: Matrix
    found: Significance
    q: Matrix
    low: Matrix
    high: Matrix


def _support(
    name: str, fields: Profile, targets: Profile, minimum: tuple[float, float | Matrix], options: Options
) -> Support:
    """Test fields against targets found in at least five territories; raises TooFewData where there are fewer than two."""
    has_field, has_target = fields.specialised(minimum[0]), targets.specialised(minimum[1])
    kept = [np.flatnonzero(one.sum(axis=0) >= MINIMUM_FOUND) for one in (has_field, has_target)]
    filled = int(has_field.any(axis=1).sum()) if has_field.size else 0
    if filled < MINIMUM_ROWS:
        raise TooFewData(name, f"are {filled}", f"at least {MINIMUM_ROWS} territories specialised in a field")
    if min(len(one) for one in kept) < 2:
        raise TooFewData(
            name, f"are {len(kept[0])} and {len(kept[1])}", "two fields and two targets in five territories"
        )
    m, t = has_field[:, kept[0]], has_target[:, kept[1]]
    found = assist_significance(m, t, draws=10 * options.draws, level=options.level, seed=options.seed)
    q = np.array(benjamini_hochberg(found.p.ravel().tolist())).reshape(found.p.shape)
    fields, targets = (
        replace(one, counts=one.counts[:, places], columns=[one.columns[at] for at in places])
        for one, places in ((fields, kept[0]), (targets, kept[1]))
    )
    generator = np.random.default_rng(options.seed)
    again = [generator.integers(0, len(m), len(m)) for _ in range(min(options.draws, 99))]
    tails = [(1 - options.level) / 2, (1 + options.level) / 2]
    low, high = np.quantile([assist_matrix(m[rows], t[rows]) for rows in again], tails, axis=0)
    low, high = np.minimum(low, found.observed), np.maximum(high, found.observed)
    return Support(name, fields, targets, m, t, found, q, low, high)


def _technologies(matter: RegionView, options: Options) -> Support:
    known: National = matter.once(national)
    fewest = np.array(
        [1.0 if one.startswith("value-chain/") else MINIMUM_PROJECTS for one in known.targets.columns]
    )
    name, minimum = "fields and projects by department", (MINIMUM_UNITS, fewest)
    return _support(name, known.units, known.targets, minimum, options)


def _research(matter: RegionView, options: Options) -> Support:
    return _support(
        "fields and sectors by employment zone",
        matter.once(units),
        matter.once(jobs),
        (MINIMUM_UNITS, MINIMUM_JOBS),
        options,
    )


def _training(matter: RegionView, options: Options) -> Support:
    return _support(
        "programmes and sectors by employment zone",
        matter.once(families),
        matter.once(jobs),
        (MINIMUM_UNITS, MINIMUM_JOBS),
        options,
    )


TESTS: dict[str, Callable[[RegionView, Options], Support]] = {
    "technologies": _technologies,
    "research": _research,
    "training": _training,
}
REFUSED: Mapping[str, Words] = {
    "technologies": N_(
        "Domaines de recherche et technologies des projets : trop peu de départements en ont pour le dire."
    ),
    "research": N_(
        "Domaines de recherche et secteurs d'emploi : trop peu de zones d'emploi de la région "
        "ont au moins deux unités d'un même domaine pour comparer avec le hasard."
    ),
    "training": N_(
        "Formations et secteurs d'emploi : trop peu de zones d'emploi ont des formations dont on "
        "sait à quels métiers elles préparent."
    ),
}
"""What is said where a test has too few data, in French and in English."""


class Supports:
    """The tests of a matter, each made once for given options."""

    def __init__(self, matter: RegionView) -> None:
        self._matter = matter
        self._made: dict[tuple[str, Options], Support | TooFewData] = {}

    def get(self, name: str, options: Options) -> Support:
        """Give one of the TESTS; raises TooFewData."""
        if (name, options) not in self._made:
            try:
                self._made[name, options] = TESTS[name](self._matter, options)
            except TooFewData as error:
                self._made[name, options] = error
        found = self._made[name, options]
        if isinstance(found, TooFewData):
            raise found
        return found


def find_fields(matter: RegionView, subject: Subject, test: str, options: Options) -> Told:
    """Find the fields that go with a filière, or with the technologies and sectors of a territory, more than chance gives.

    For a filière of which no field is tested, or a territory with nothing of the kind, nothing is found.
    """
    support = matter.once(Supports).get(test, options)
    rows, columns = np.meshgrid(*(np.arange(size) for size in support.q.shape), indexing="ij")
    cells = [(int(row), int(column)) for row, column in zip(rows.ravel(), columns.ravel(), strict=True)]
    if subject.chain is not None:
        wanted = _targets_of_chain(matter, subject.chain)
        cells = [cell for cell in cells if support.targets.columns[cell[1]] in wanted]
        if not cells:
            raise TooFewData(
                support.name,
                "are fewer for this value chain",
                f"{MINIMUM_FOUND} territories with a project or a sector of it",
            )
    else:
        mine = _rows_of(matter, subject, support)
        own = [bool(support.has_field[mine, at].any()) for at in range(support.q.shape[0])]
        cells = [cell for cell in cells if own[cell[0]] and support.found.p[cell] <= 1 - options.level]
    shown = max(
        min(options.most, sum(bool(support.q[cell] <= 1 - options.level) for cell in cells)),
        min(3, options.most),
    )
    cells.sort(key=lambda cell: (support.q[cell], support.found.p[cell], -support.found.observed[cell], cell))
    return [_finding(matter, subject, test, support, cell, options) for cell in cells[:shown]]


def _targets_of_chain(matter: RegionView, chain: str) -> set[str]:
    rows = matter.frame("chains").filter(matter.frame("chains")["chain"] == chain)
    return {chain, *rows["sector"].drop_nulls()}


def _rows_of(matter: RegionView, subject: Subject, support: Support) -> list[int]:
    """List the rows of a test that a territory lies in mainly: its département, or its zone."""
    assert subject.territory is not None
    ground = Gazetteer.of(matter)
    if support.name == "fields and projects by department":
        held = [one.id for one, share in ground.containing(subject.territory, "department") if share > 0.1]
        return [support.fields.rows.index(one) for one in held if one in support.fields.rows]
    zones = Zones.of_matter(matter).main(subject.territory, ground.population)
    return [at for at, share in zones if share > 0.1]


def _finding(
    matter: RegionView, subject: Subject, test: str, support: Support, cell: tuple[int, int], options: Options
) -> Finding:
    names, (row, column) = Names.of(matter), cell
    field, target = support.fields.columns[row], support.targets.columns[column]
    value, expected = float(support.found.observed[cell]), float(support.found.expected[cell])
    both = int((support.has_field[:, row] * support.has_target[:, column]).sum())
    q, p = float(support.q[cell]), float(support.found.p[cell])
    distinct = q <= 1 - options.level
    more = Number(value / expected if expected else None, 1)
    carried = N_("la formation aux métiers") if test == "training" else N_("la recherche en")
    if distinct:
        verdict = N_("{more} fois ce que le hasard donnerait", more=more)
    elif p <= 1 - options.level:
        verdict = N_(
            "un indice, que le nombre de couples testés ({size}) ne permet pas de confirmer",
            size=support.q.size,
        )
    else:
        verdict = N_("rien ne le distingue du hasard ({size} couples testés)", size=support.q.size)
    total = int(support.has_field[:, row].sum())
    places = NN_("{n} zone d'emploi", "{n} zones d'emploi", total)
    if test == "technologies":
        places = NN_("{n} département", "{n} départements", total)
    aimed = _target(names, target, test)
    parameters = {"field": field.removeprefix("field/")} if test != "training" else {}
    question = "field-and-projects-by-department" if test == "technologies" else None
    return Finding(
        "fields",
        Thing.of(field, names.named(field), "family" if test == "training" else "field"),
        Thing.of(target, aimed, "chain" if target.startswith("value-chain/") else "activity"),
        N_(
            "Là où {carried} « {field} » est une spécialité ({places}), {target} l'est aussi dans {both} : {verdict}.",
            carried=carried,
            field=names.named(field),
            places=places,
            target=aimed,
            both=Number(both),
            verdict=verdict,
        ),
        Estimate(
            value,
            float(support.low[cell]),
            float(support.high[cell]),
            options.level,
            "bootstrap of territories",
            total,
        ),
        N_("part d'appui (matrice d'assistance)"),
        p=p,
        q=q,
        distinct=distinct,
        evidence=support.fields.evidence_of(field),
        facts={
            "test": test,
            "territories_with_field": total,
            "territories_with_both": both,
            "expected": expected,
            "chance_high": float(support.found.high[cell]),
            "tested": int(support.q.size),
            "asked_of": subject.thing.id,
        },
        question=Question(question, parameters) if question else None,
        methods=("specialised", "assist_matrix", "assist_significance", "configuration"),
    )


def _target(names: Names, target: str, test: str) -> Message:
    name = names.named(target)
    if target.startswith("value-chain/"):
        return N_("la filière {name}", name=name)
    if test == "technologies":
        return N_("la création d'entreprises « {name} »", name=name)
    return N_("l'emploi « {name} »", name=name)
