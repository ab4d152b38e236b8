"""Indicators in words: how each is computed, how often, for whom, and from which period of which source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...graph.indicators.basis import Basis
from ...graph.indicators.declaration import Indicator
from ...graph.indicators.partners import MINIMUM as FEWEST_SHARED
from ...graph.indicators.structure import MINIMUM as FEWEST_EXPECTED
from ...graph.region.firmness import counts_of
from ...graph.region.gazetteer import GRIDS
from ...words import N_, NN_, Message, Named, Number, Spoken, gettext, ngettext, numeral, percent_sign
from ...words import date as dated
from ..analysis.words import status_words
from ..labels.typesetting import typeset
from ..web.negotiation import Language

Pair = Spoken

#: What each formula does, with the places of its options.
FORMULA_WORDS: Mapping[str, Pair] = {
    "items": N_(
        "Dénombrement : chaque élément est compté une fois dans un territoire, quel que soit le "
        "nombre de ses lieux."
    ),
    "total": N_("Somme des valeurs connues, à la dernière période publiée : le minimum de ce qu’il y a."),
    "population": N_("Somme des populations municipales des communes du territoire."),
    "communes": N_("Dénombrement des communes d’aujourd’hui."),
    "observed": N_(
        "Somme des observations publiées des unités qui composent entièrement le territoire. Un "
        "territoire qu’une unité coupe n’a pas de valeur. Une cellule manquante ou secrète "
        "laisse la somme sans valeur, sauf où il est dit que seul ce qui est publié est compté."
    ),
    "location-quotient": N_(
        "Quotient de localisation : part du groupe dans le territoire, divisée par sa part dans "
        "la région ; 1 dit autant qu’ailleurs. Tout est compté, rien n’est tiré au sort : il n’y a "
        "pas d’intervalle ; sous {fewest} attendus, pas de valeur.",
        fewest=FEWEST_EXPECTED,
    ),
    "variety": N_("Nombre effectif de groupes : exponentielle de l’entropie de leurs parts."),
    "reach": N_("Part de la population dont la commune a un élément à moins de {km} km à vol d’oiseau."),
    "distance": N_(
        "Moyenne, pondérée par la population, de la distance à vol d’oiseau à l’élément le plus proche."
    ),
    "catchment": N_(
        "Aires flottantes à deux étapes : ce qui est à moins de {km} km, partagé entre ceux qui "
        "peuvent y aller, avec un poids gaussien de la distance ; 100 est la moyenne de la "
        "région."
    ),
    "outside-share": N_(
        "Interactions dont un participant est situé hors du territoire, divisées par celles du "
        "territoire ; sous {fewest} interactions, pas de valeur.",
        fewest=FEWEST_SHARED,
    ),
    "ei-index": N_(
        "Indice E–I : interactions avec l’extérieur moins interactions internes, divisées par "
        "leur somme ; sous {fewest} de cette somme, pas de valeur.",
        fewest=FEWEST_SHARED,
    ),
    "counterparts": N_(
        "Dénombrement des autres territoires d’où agissent les partenaires des interactions du territoire."
    ),
    "announcements": N_(
        "Dénombrement des annonces qui concernent le territoire, ou un territoire entièrement situé dedans."
    ),
    "brokered": N_(
        "Paires d’acteurs sans interaction commune entre lesquels se tient une structure relais "
        "installée dans le territoire ; chaque paire compte une fois par structure."
    ),
    "academic-reach": N_(
        "Composantes du réseau des acteurs et des interactions : est atteint ce qu’une suite "
        "d’interactions, ou une structure relais qui dessert le territoire, relie à un acteur du "
        "territoire, quelle que soit sa longueur."
    ),
    "ratio": N_("« {of} » divisé par « {over} », multiplié par {times}, à la dernière période de chacun."),
}


OF_CLASSES: Mapping[str, Pair] = {
    "population": N_(
        "Somme des populations municipales des communes du territoire que la grille met dans ces classes, portée à toute la "
        "population là où la classe d’une commune n’est pas connue."
    ),
    "communes": N_("Nombre de communes que la grille met dans ces classes."),
}
"""What formulas do that keep communes of some classes of a grid."""


def formula_words(one: Indicator, indicators: Mapping[str, Indicator], said: Language) -> str:
    """Say in a sentence how an indicator is computed.

    >>> from ...graph.indicators.declaration import read_indicators
    >>> formula_words(read_indicators()[0]["population-sparse-share"], read_indicators()[0], "en")[:54]
    '“Population of sparse and very sparse communes” over “'
    """
    options: dict[str, Any] = dict(one.options)
    for key in ("of", "over"):
        if key in options and options[key] in indicators:
            options[key] = indicators[options[key]].title[said]
    options.setdefault("times", 1)
    for key in ("times", "km"):
        if key in options:
            options[key] = numeral(options[key], said)
    words_of = OF_CLASSES if options.keys() & GRIDS else FORMULA_WORDS
    pair = words_of.get(one.formula, Named(one.formula))
    words = pair[said].format_map(options)
    if one.options.get("published"):
        words += gettext(" Seul ce qui est publié est compté.", said)
    if one.options.get("series"):
        words += gettext(" Une valeur par année.", said)
    return words


#: What indicators count, by the column that tells it: one in French, several in French and in English.
ITEM_WORDS: Mapping[str, Message] = {
    "programme": NN_("{n} formation", "{n} formations", 1),
    "unit": NN_("{n} unité de recherche", "{n} unités de recherche", 1),
    "organization": NN_("{n} établissement", "{n} établissements", 1),
    "interaction": NN_("{n} interaction", "{n} interactions", 1),
    "actor": NN_("{n} acteur", "{n} acteurs", 1),
    "member": NN_("{n} membre", "{n} membres", 1),
    "platform": NN_("{n} plateforme", "{n} plateformes", 1),
    "site": NN_("{n} site", "{n} sites", 1),
    "node": NN_("{n} structure", "{n} structures", 1),
}
_ITEM = NN_("{n} élément", "{n} éléments", 1)


def dates_words(basis: Basis, said: Language) -> str:
    """Name the sources of an indicator with the dates of their data; an empty text where it has none.

    >>> from ...graph.indicators.basis import DatedSource
    >>> title = {"fr": "Base des codes postaux", "en": "Postal codes"}
    >>> dates_words(Basis((DatedSource("a", title, "2020-11-01"), DatedSource("b", title, "2014/2021"))), "fr")
    'Base des codes postaux (1er novembre 2020) ; Base des codes postaux (2014–2021)'
    """
    told = []
    for one in basis.sources:
        date = date_words(one.date, said)
        told.append(f"{one.title[said]} ({date})" if date else one.title[said])
    return (gettext(" ; ", said)).join(told)


def date_words(date: str, said: Language) -> str:
    """Write the date of the data of a source: a day, a year, or two years.

    >>> date_words("2022-02-01", "en"), date_words("2014/2021", "en"), date_words("", "en")
    ('1 February 2022', '2014–2021', '')
    """
    if "/" in date or not date:
        return date.replace("/", "–")
    return dated(date, said)


def unplaced_words(one: Indicator, basis: Basis, said: Language) -> str:
    """Say how many of the items counted have no known place; an empty text where none is or where it has none.

    >>> from ...graph.indicators.declaration import read_indicators
    >>> unplaced_words(read_indicators()[0]["programmes-level-7"], Basis((), 225, 168), "fr")
    'Sur 225 formations, 168 n’ont pas de lieu dans les données chargées et n’entrent dans aucun territoire.'
    >>> unplaced_words(read_indicators()[0]["programmes-level-6"], Basis((), 631, 1), "fr")
    'Sur 631 formations, 1 n’a pas de lieu dans les données chargées et n’entre dans aucun territoire.'
    """
    if not basis.items or not basis.unplaced:
        return ""
    items = ITEM_WORDS.get(str(one.options.get("item", "")), _ITEM)
    return ngettext(
        "Sur {items}, {n} n’a pas de lieu dans les données chargées et n’entre dans aucun territoire.",
        "Sur {items}, {n} n’ont pas de lieu dans les données chargées et n’entrent dans aucun territoire.",
        basis.unplaced,
        said,
        items=items.of(basis.items),
    )


#: What the evidence of an indicator rests on.
EVIDENCE_WORDS: Mapping[str, Pair] = {
    "documented": N_("compté ou additionné de ce que disent les sources"),
    "inferred": N_("calculé, ou déduit par une règle, de ce que disent les sources"),
    "declared": N_("compté ou additionné de ce que des partenaires déclarent"),
    "simulated": N_("supposé par un scénario"),
    "illustrative": N_("inventé, pour l’exemple"),
}
"""What the evidence of a figure means: that of the least firm of its facts."""


def evidence_words(one: Indicator, said: Language) -> str:
    """Say what the evidence of an indicator means.

    >>> from ...graph.indicators.declaration import read_indicators
    >>> evidence_words(read_indicators()[0]["population"], "en")
    'counted or added up from what sources say'
    """
    words = EVIDENCE_WORDS[one.evidence][said]
    shares = facts_words(one.facts, said)
    return f"{words} ({shares})" if shares else words


def facts_words(facts: str | None, said: Language) -> str:
    r"""Say how many facts there are of each status, with their shares, where there are several statuses.

    >>> facts_words("documented: 2; declared: 80", "fr"), facts_words("declared: 80", "fr")
    ('documenté\xa0: 2 (2\u202f%), déclaré\xa0: 80 (98\u202f%)', '')
    """
    counts = counts_of(facts)
    if len(counts) < 2:
        return ""
    whole = sum(counts.values())
    told = (
        gettext(
            "{name} : {count} ({share})",
            said,
            name=status_words(name, said),
            count=Number(count),
            share=numeral(round(100 * count / whole), said) + percent_sign(said),
        )
        for name, count in counts.items()
    )
    return typeset(", ".join(told), said)
