"""Supply without a tie: a territory with few interactions with research, and units without partners in the economy."""

from __future__ import annotations

from ..analysis.proportion import fisher_exact_greater, wilson_interval
from ..analysis.uncertainty import Estimate
from ..findings.model import Finding, Reason, Thing
from ..findings.words import (
    agree_en,
    agree_fr,
    count_en,
    count_fr,
    number_en,
    number_fr,
    percent_en,
    percent_fr,
)
from .chance import MEASURE, METHODS, Deficits
from .coverage import SIDED, TYPED, unmeasurable
from .setting import Setting
from .ties import Ties
from .wording import Found

UNITS = 5
"""Share of units without a partner: fewer units than this are told without a share."""


def partner_gaps(setting: Setting) -> Found:
    """Tell how few interactions the territory's actors have with research, and which of its units have no partner."""
    ties = setting.matter.once(Ties.of)
    return _weight(setting, ties) + _alone(setting, ties)


def _weight(setting: Setting, ties: Ties) -> Found:
    """Compare the interactions of the territory's actors with research with its share of the region's population."""
    if setting.whole or not ties.coverage.enough:
        return Found()
    rest = setting.region & ~setting.inside
    people, total = setting.people(setting.inside), setting.people(rest)
    mine, others = (int(ties.local.count(one)[0]) for one in (setting.inside, rest))
    expected = others * people / total if total else 0.0
    found = Deficits.of([expected], [mine], [others], level=setting.level)
    if not found.told(0):
        return Found(tested=found.tests())
    covered = ties.coverage.words(SIDED)
    if mine:
        french = count_fr(mine, "interaction connue associe", "interactions connues associent")
        english = f"{count_en(mine, 'known interaction brings', 'known interactions bring')} together"
    else:
        french, english = "Aucune interaction connue n'associe", "No known interaction brings together"
    told = [
        Finding(
            kind="tie",
            subject=setting.thing,
            object=Thing("actor-type/research-unit", "unités de recherche", "actor-type"),
            sentence={
                "fr": f"{french} un acteur du territoire (entreprise, association, collectivité…) et une unité de recherche, "
                f"où qu'elle soit, contre {number_fr(expected, 1)} à proportion de sa population, au rythme du reste de la "
                f"région.{covered[0]}",
                "en": f"{english} an actor of the territory (company, association, authority…) and a research unit, "
                f"wherever it is, against {number_en(expected, 1)} in proportion to its population, at the rest of "
                f"the region's rate.{covered[1]}",
            },
            strength=found.estimate(0),
            measure=MEASURE,
            p=found.chance(0),
            evidence=ties.local.evidence_of(setting.inside),
            facts={
                "interactions": mine,
                "expected_interactions": expected,
                "other_interactions": others,
                "population": int(people),
                "other_population": int(total),
                **ties.coverage.facts,
            },
            question=setting.question("territory-interactions-with-research"),
            methods=METHODS,
            sources=setting.sources("units", "interactions"),
        )
    ]
    return Found(told, tested=found.tests())


def _alone(setting: Setting, ties: Ties) -> Found:
    """Tell the share of the territory's units that have no company or authority as a known partner anywhere.

    Wilson's interval; p by Fisher's exact test against the region's other units, of which a smaller share have none.
    """
    here, alone = (int(ties.every.count(setting.inside, keep)[0]) for keep in (None, ties.alone))
    if not alone:
        return Found()
    if not ties.typed.enough:
        name = (
            "unités sans entreprise ni collectivité pour partenaire",
            "units without a company or authority as a partner",
        )
        return Found(refusals=unmeasurable("tie", TYPED, [(name, ties.typed)]))
    rest = setting.region & ~setting.inside
    others, lonely = (int(ties.every.count(rest, keep)[0]) for keep in (None, ties.alone))
    estimate, p = None, None
    if here >= UNITS:
        low, high = wilson_interval(alone, here, setting.level)
        estimate = Estimate(alone / here, low, high, setting.level, "Wilson", here)
        if others >= UNITS:
            p = fisher_exact_greater(alone, here, lonely, others)
    tested = [] if p is None else [p]
    if others >= UNITS and alone * others <= lonely * here:
        return Found(tested=tested)  # no more of them than elsewhere: that is no gap
    names = ties.every.names(0, setting.inside, ties.alone)
    labels = sorted(ties.every.label.get(one, one) for one in names)
    beside = ("", "")
    if others >= UNITS:
        beside = (
            f" (ailleurs dans la région : {percent_fr(lonely / others)})",
            f" (elsewhere in the region: {percent_en(lonely / others)})",
        )
    french = (
        f"{number_fr(alone)} des {number_fr(here)} unités de recherche du territoire {agree_fr(alone, 'n’a', 'n’ont')} ni "
        f"entreprise ni collectivité parmi {agree_fr(alone, 'ses', 'leurs')} partenaires connus{beside[0]}."
    )
    english = (
        f"{number_en(alone)} of the territory's {number_en(here)} research units {agree_en(alone, 'has', 'have')} no company "
        f"or local authority among {agree_en(alone, 'its', 'their')} known partners{beside[1]}."
    )
    if here == 1:
        french = f"La seule unité de recherche du territoire n'a ni entreprise ni collectivité pour partenaire connu{beside[0]}."
        english = f"The territory's only research unit has no company or local authority among its known partners{beside[1]}."
    covered = ties.typed.words(TYPED)
    told = [
        Finding(
            kind="tie",
            subject=setting.thing,
            object=Thing("actor-type/company", "entreprises et collectivités", "actor-type"),
            sentence={"fr": french.replace("’", "'") + covered[0], "en": english + covered[1]},
            strength=estimate,
            measure={
                "fr": "part des unités sans partenaire connu",
                "en": "share of units without a known partner",
            },
            p=p,
            evidence=ties.every.evidence_of(setting.inside, keep=ties.alone),
            facts={
                "units": here,
                "units_without_partner": alone,
                "other_units": others,
                "other_units_without_partner": lonely,
                **ties.typed.facts,
            },
            reasons=tuple(Reason("partner", {"fr": label, "en": label}) for label in labels[:10]),
            question=setting.question("units-without-local-tie"),
            sources=setting.sources("units", "interactions"),
        )
    ]
    return Found(told, tested=tested)
