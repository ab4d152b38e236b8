"""Supply without a tie: a territory with few interactions with research, and units without partners in the economy."""

from __future__ import annotations

from ...words import EMPTY, N_, NN_, Named, Number, Percent
from ..analysis.proportion import fisher_exact_greater, wilson_interval
from ..analysis.uncertainty import Estimate
from ..findings.model import Finding, Reason, Thing, Words
from .chance import MEASURE, METHODS, Deficits
from .coverage import SIDED, TYPED, unmeasurable
from .setting import GapContext
from .ties import Ties
from .wording import GapFacts

UNITS = 5
"""Share of units without a partner: fewer units than this are told without a share."""


def partner_gaps(setting: GapContext) -> GapFacts:
    """Tell how few interactions the territory's actors have with research, and which of its units have no partner."""
    ties = setting.matter.once(Ties.of)
    return _weight(setting, ties) + _alone(setting, ties)


def _weight(setting: GapContext, ties: Ties) -> GapFacts:
    """Compare the interactions of the territory's actors with research with its share of the region's population."""
    if setting.whole or not ties.coverage.enough:
        return GapFacts()
    rest = setting.region & ~setting.inside
    people, total = setting.people(setting.inside), setting.people(rest)
    mine, others = (int(ties.local.count(one)[0]) for one in (setting.inside, rest))
    expected = others * people / total if total else 0.0
    found = Deficits.of([expected], [mine], [others], level=setting.level)
    if not found.told(0):
        return GapFacts(tested=found.tests())
    covered = ties.coverage.words(SIDED)
    together: Words = N_("Aucune interaction connue n'associe")
    if mine:
        together = NN_("{n} interaction connue associe", "{n} interactions connues associent", mine)
    told = [
        Finding(
            kind="tie",
            subject=setting.thing,
            object=Thing.of("actor-type/research-unit", N_("unités de recherche"), "actor-type"),
            sentence=N_(
                "{together} un acteur du territoire (entreprise, association, collectivité…) et une unité "
                "de recherche, où qu'elle soit, contre {expected} à proportion de sa population, au "
                "rythme du reste de la région.{covered}",
                together=together,
                expected=Number(expected, 1),
                covered=covered,
            ),
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
    return GapFacts(told, tested=found.tests())


def _alone(setting: GapContext, ties: Ties) -> GapFacts:
    """Tell the share of the territory's units that have no company or authority as a known partner anywhere.

    Wilson's interval; p by Fisher's exact test against the region's other units, of which a smaller share have none.
    """
    here, alone = (int(ties.every.count(setting.inside, keep)[0]) for keep in (None, ties.alone))
    if not alone:
        return GapFacts()
    if not ties.typed.enough:
        name = N_("unités sans entreprise ni collectivité pour partenaire")
        return GapFacts(refusals=unmeasurable("tie", TYPED, [(name, ties.typed)]))
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
        return GapFacts(tested=tested)  # no more of them than elsewhere: that is no gap
    names = ties.every.names(0, setting.inside, ties.alone)
    labels = sorted(ties.every.label.get(one, one) for one in names)
    beside: Words = EMPTY
    if others >= UNITS:
        beside = N_(" (ailleurs dans la région : {others})", others=Percent(lonely / others))
    words = NN_(
        "{n} des {here} unités de recherche du territoire n'a ni entreprise ni collectivité "
        "parmi ses partenaires connus{beside}.",
        "{n} des {here} unités de recherche du territoire n'ont ni entreprise ni collectivité "
        "parmi leurs partenaires connus{beside}.",
        alone,
        here=Number(here),
        beside=beside,
    )
    if here == 1:
        words = N_(
            "La seule unité de recherche du territoire n'a ni entreprise ni collectivité pour "
            "partenaire connu{beside}.",
            beside=beside,
        )
    covered = ties.typed.words(TYPED)
    told = [
        Finding(
            kind="tie",
            subject=setting.thing,
            object=Thing.of("actor-type/company", N_("entreprises et collectivités"), "actor-type"),
            sentence=N_("{words}{covered}", words=words, covered=covered),
            strength=estimate,
            measure=N_("part des unités sans partenaire connu"),
            p=p,
            evidence=ties.every.evidence_of(setting.inside, keep=ties.alone),
            facts={
                "units": here,
                "units_without_partner": alone,
                "other_units": others,
                "other_units_without_partner": lonely,
                **ties.typed.facts,
            },
            reasons=tuple(Reason("partner", Named(label)) for label in labels[:10]),
            question=setting.question("units-without-local-tie"),
            sources=setting.sources("units", "interactions"),
        )
    ]
    return GapFacts(told, tested=tested)
