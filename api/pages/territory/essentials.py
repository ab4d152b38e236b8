"""What a portrait says first: what sets the territory apart, its strongest ties, what is missing, and five key figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import islice
from typing import Any

from ....graph.gaps.demand import PLANS
from ....graph.suggestions.directory import nameless
from ....words import EMPTY, N_, NN_, Message, Number, Spoken, gettext, join_words
from ...web.negotiation import Language
from .blocks import Context
from .figures import LEAST_PEERS, PEERS, Comparison, comparison, figures

#: Rates that are compared, told in this order: the count that each is of, that there is more or less of it, that there is none
#: among peers or here.
RATES: Mapping[str, tuple[str, Spoken, Spoken, Spoken]] = {
    "programmes-per-100000": (
        "programmes", N_("de formations du supérieur"), N_("des formations du supérieur, que la plupart n’ont pas"),
        N_("aucune formation du supérieur connue, alors que la plupart en ont"),
    ),
    "research-units-per-100000": (
        "research-units", N_("d’unités de recherche"), N_("des unités de recherche, que la plupart n’ont pas"),
        N_("aucune unité de recherche connue, alors que la plupart en ont"),
    ),
    "interactions-per-100000": (
        "interactions", N_("d’interactions connues"), N_("des interactions connues, que la plupart n’ont pas"),
        N_("aucune interaction connue, alors que la plupart en ont"),
    ),
}  # fmt: skip
COUNTS = {count: name for name, (count, *_) in RATES.items()}
COMPANIES, DISTANCE = "interactions-academic-company-share", "distance-to-programme"
REACH, ALL = "reach-programme", 99.95
COMPARABLE = (*RATES, COMPANIES, DISTANCE)
POPULATION = "population"
#: Key figures with the words after them: the first `SHOWN` that have a value are shown.
KEY: Mapping[str, Message] = {
    POPULATION: NN_("habitant", "habitants", 1),
    "students-on-site": NN_("étudiant inscrit sur place, au moins", "étudiants inscrits sur place, au moins", 1),
    "programmes": NN_("formation du supérieur", "formations du supérieur", 1),
    "research-units": NN_("unité de recherche", "unités de recherche", 1),
    "interactions": NN_("interaction connue", "interactions connues", 1),
    DISTANCE: NN_("en moyenne jusqu’à une formation du supérieur", "en moyenne jusqu’à une formation du supérieur", 1),
    REACH: NN_(
        "des habitants à moins de 30 km d’une formation", "des habitants à moins de 30 km d’une formation", 1
    ),
    "establishments": NN_("établissement actif", "établissements actifs", 1),
    "population-sparse-share": NN_(
        "des habitants en commune peu dense", "des habitants en commune peu dense", 1
    ),
}  # fmt: skip
SHOWN = 5
APART = 1.5
"""Times its peers' median, or less than its inverse, from which a figure is told to differ."""
SURE = 2.0
"""Standard errors of a count (Poisson's) by which a rate must differ too: one more of a thing sets no small place apart."""
FEW = 3
"""Things under which there is no ratio: one more would change it by half or more. The counts are told."""
PER = 100_000
NAMED, LEAST_SHARED = 3, 3
"""Partners that are named, and interactions shared with each at least."""
WIDTH = 120
#: Gaps by kind and by whose figures they are, those that a meeting can do most about first.
GAPS = (
    ("demand", "territory"),
    ("access", "territory"),
    ("demand", "pool"),
    ("link", "territory"),
    ("tie", "territory"),
)


@dataclass(frozen=True)
class Strip:
    """A figure among those of the peers: the median and the range in words, and where all stand on a line of `WIDTH`.

    `known` is how many of the peers have a value.
    """

    known: int
    median: str
    range: str
    here: float
    middle: float
    low: float
    high: float


@dataclass(frozen=True)
class KeyFigure:
    """A figure as the page shows it first: its value in words, what it counts, of when, and its place among the peers."""

    address: str
    shown: str
    words: str
    of: str
    strip: Strip | None


def essentials(
    context: Context, partners: Sequence[Mapping[str, Any]], gaps: Mapping[str, Any] | None
) -> Mapping[str, Any]:
    """Give the sentences that open a portrait, its key figures and the peers that they stand among.

    `partners` are the rows of its block of that name; `gaps` its gaps, None where they are not computed yet (their block then
    tells them), nothing where they are not looked for. No known interaction is not known to be a zero: it is neither compared
    nor shown.
    """
    beside = comparison(context.seen, context.territory, PEERS, context.language)
    names = dict.fromkeys((*COMPARABLE, *KEY))
    table = figures(context.seen, context.territory, beside, context.language, names)
    known = {
        row["id"]: row
        for row in table.rows
        if row["value"] is not None and (row["value"] or not row["id"].startswith("interactions"))
    }
    phrases = (
        _apart(known, beside, context.language),
        _ties(partners, context.language),
        "" if gaps is None else _lacking(gaps, known, context.language) or _around(context),
    )
    return {
        "sentences": [phrase for phrase in phrases if phrase],
        "numbers": [_key(known[name], context.language) for name in KEY if _told(known.get(name))][:SHOWN],
        "gaps_elsewhere": gaps is None,
        "peer_count": len(beside.peers),
        "pairs": join_words([one.label for one in beside.peers], context.language),
    }  # fmt: skip


def _told(row: Mapping[str, Any] | None) -> bool:
    """Tell whether a figure is shown first: no distance of 0, which the programmes themselves tell, nor a reach of all."""
    if row is None:
        return False
    return bool(row["value"]) if row["id"] == DISTANCE else row["id"] != REACH or row["value"] < ALL


def _key(row: Mapping[str, Any], language: Language) -> KeyFigure:
    return KeyFigure(
        f"/indicateurs/{row['id']}", row["shown"], KEY[row["id"]].of(row["value"])[language],
        row["as_of"] or row["period"], _strip(row),
    )  # fmt: skip


def _strip(row: Mapping[str, Any]) -> Strip | None:
    """Place a figure between those of the peers; None where they are unknown, or all the same."""
    if row["least"] is None or row["least"] == row["most"]:
        return None
    low, high = min(row["value"], row["least"]), max(row["value"], row["most"])

    def at(value: float) -> float:
        return float(round(WIDTH * (value - low) / (high - low), 1))

    return Strip(
        row["peers_known"], row["comparison_shown"], row["range_shown"],
        at(row["value"]), at(row["comparison"]), at(row["least"]), at(row["most"]),
    )  # fmt: skip


def _apart(known: Mapping[str, Mapping[str, Any]], beside: Comparison, language: str) -> str:
    """Say in what the territory differs most from its peers; that it does not clearly, or that too little is known to tell."""
    if beside.refused:
        return gettext(
            "Ce qui le distingue n’est pas dit : trop peu est connu pour lui trouver des pairs.", language
        )
    if len(beside.peers) < LEAST_PEERS:
        return gettext(
            "Ce qui le distingue n’est pas dit : moins de trois territoires lui ressemblent.", language
        )
    names = [one if one in known or one not in RATES else RATES[one][0] for one in COMPARABLE]
    rows = [known[name] for name in names if name in known and known[name]["comparison"] is not None]
    if not rows:
        return gettext("Trop peu de chiffres sont connus ici pour dire ce qui le distingue.", language)
    people = known.get(POPULATION, {"value": 0.0})["value"]
    far = nlargest(2, (row for row in rows if _times(row) >= APART and _is_sure(row, people)), key=_times)
    if not far:
        return gettext(
            "Rien ne le distingue nettement de {n} territoires qui lui ressemblent, dans les chiffres connus.", language,
            n=len(beside.peers),
        )  # fmt: skip
    return gettext(
        "Par rapport à {n} territoires qui lui ressemblent : {differences}.", language,
        n=len(beside.peers), differences=join_words([_difference(row, people)[language] for row in far], language),
    )  # fmt: skip


def _difference(row: Mapping[str, Any], people: float) -> Spoken:
    """Say how a figure differs from the median of the peers.

    >>> row = {"id": "programmes-per-100000", "value": 30.0, "comparison": 10.0}
    >>> _difference(row, 1e6)["fr"], _difference(row | {"value": 6.0}, 1e6)["fr"]
    ('3 fois plus de formations du supérieur par habitant', '1,7 fois moins de formations du supérieur par habitant')
    >>> _difference(row | {"value": 0.0}, 1e6)["fr"]
    'aucune formation du supérieur connue, alors que la plupart en ont'
    >>> _difference(row | {"value": 1.0}, 1e5)["fr"]
    '1 formation du supérieur, contre 10 à population égale'
    """
    value, middle, name = row["value"], row["comparison"], COUNTS.get(row["id"], row["id"])
    if name in RATES:
        _, what, some, none = RATES[name]
        if not value or not middle:
            return some if value else none
        here, there = _counts(row, people)
        if min(here, there) < FEW:
            return _beside(row["id"], here, there)
        told = {"times": Number(_times(row), 0 if _times(row) >= 3 else 1), "what": what}
        if row["id"] in COUNTS:
            return (
                N_("{times} fois plus {what}", **told)
                if value > middle
                else N_("{times} fois moins {what}", **told)
            )
        if value > middle:
            return N_("{times} fois plus {what} par habitant", **told)
        return N_("{times} fois moins {what} par habitant", **told)
    told = {"value": row["shown"], "median": row["comparison_shown"]}
    if row["id"] == DISTANCE and value > middle:
        return N_("des formations du supérieur plus loin ({value} en moyenne, contre {median})", **told)
    if row["id"] == DISTANCE:
        return N_("des formations du supérieur plus près ({value} en moyenne, contre {median})", **told)
    if value > middle:
        return N_("plus souvent des entreprises dans les interactions ({value}, contre {median})", **told)
    return N_("moins souvent des entreprises dans les interactions ({value}, contre {median})", **told)


def _is_sure(row: Mapping[str, Any], people: float) -> bool:
    """Tell whether a rate is of counts that differ by more than their chance; of what is no rate by people, nothing is counted.

    >>> rate = {"id": "programmes-per-100000", "value": 8.0, "comparison": 0.0}
    >>> _is_sure(rate, 12_000), _is_sure(rate, 450_000), _is_sure({"id": "distance", "value": 9, "comparison": 1}, 1)
    (False, True, True)
    """
    if row["id"] not in (*RATES, *COUNTS):
        return True
    here, there = _counts(row, people)
    return bool(abs(here - there) >= SURE * max(here, there) ** 0.5)


def _counts(row: Mapping[str, Any], people: float) -> tuple[float, float]:
    """Give the count of a rate, or of a count, and that of the peers' median: of as many people, where it is a rate."""
    share = 1.0 if row["id"] in COUNTS else people / PER
    return row["value"] * share, row["comparison"] * share


def _beside(name: str, here: float, there: float) -> Spoken:
    """Set two counts side by side."""
    whole = there >= FEW or there == round(there)
    told = {
        "n": Number(here, 0), "what": KEY[name if name in COUNTS else RATES[name][0]].of(round(here)),
        "median": Number(there, 0 if whole else 1),
    }  # fmt: skip
    if name in COUNTS:
        return N_("{n} {what}, contre {median}", **told)
    return N_("{n} {what}, contre {median} à population égale", **told)


def _times(row: Mapping[str, Any]) -> float:
    """Tell how many times a value is a median, or a median a value: the larger of both.

    >>> [_times({"value": value, "comparison": median}) for value, median in ((30, 10), (5, 10), (0, 10), (0, 0))]
    [3.0, 2.0, inf, 1.0]
    """
    small, large = sorted((abs(float(row["value"])), abs(float(row["comparison"]))))
    return large / small if small else float("inf") if large else 1.0


def _counted(partners: Iterable[Mapping[str, Any]], language: str) -> str:
    """Name partners, each with how many interactions are shared with it."""
    names = (
        gettext("{name} ({n})", language, name=row["partner"], n=Number(row["interactions"]))
        for row in partners
    )
    return join_words([*names], language)


def _ties(partners: Sequence[Mapping[str, Any]], language: str) -> str:
    """Name the territories with which most interactions are shared, and who shares them from here; say how little is known.

    Partners come as in their block: territories first, those that share most before others.
    """
    places = [row for row in partners[:NAMED] if row["side"] == "territory"]

    def actors(here: bool) -> Iterator[Mapping[str, Any]]:  # the first of thousands
        return (row for row in partners if row["side"] == "actor" and bool(row["here"]) == here)

    others = [*islice((row for row in actors(False) if not nameless(row["partner"])), NAMED)]
    with_whom = _counted(others, language)
    often = [row for row in places if row["interactions"] >= LEAST_SHARED]
    if often:
        mine = [row["partner"] for row in islice(actors(True), 2)]
        here = N_(" ; ici, surtout par {actors}", actors=join_words(mine, language)) if mine else EMPTY
        return gettext(
            "Territoires avec lesquels il partage le plus d’interactions : {names}{here}.", language,
            names=_counted(often, language), here=here[language],
        )  # fmt: skip
    if places:
        also = N_(" ; acteurs d’ailleurs ou sans lieu dit : {names}", names=with_whom) if others else EMPTY
        return gettext(
            "Peu d’interactions sont connues d’ici ; territoires liés : {names}{also}.", language,
            names=join_words([row["partner"] for row in places], language), also=also[language],
        )  # fmt: skip
    if others:
        return gettext(
            "Aucun territoire partenaire n’est connu ; acteurs d’ailleurs ou sans lieu dit, partenaires de ceux d’ici : {names}.",
            language, names=with_whom,
        )  # fmt: skip
    return gettext(
        "Aucun lien avec un autre territoire n’est connu, ce qui ne dit pas qu’il n’y en a pas.", language
    )


def _lacking(gaps: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]], language: Language) -> str:
    """Give the first gap that is measured, of the territory itself before that of its pools; say where there is none."""
    kinds = {kind["kind"]: kind["findings"] for kind in gaps.get("kinds", ())}
    for name, scope in GAPS:
        found = [one for one in kinds.get(name, ()) if one["scope"] == scope and not one["illustrative"]]
        if found:
            return str(found[0].get("short", found[0]["sentence"])[language])
    taught, away = known.get("programmes"), known.get(DISTANCE)
    if taught and away and not taught["value"]:
        return gettext(
            "Aucune formation du supérieur connue n’y est enseignée : la plus proche est en moyenne à {away} des habitants.",
            language, away=away["shown"],
        )  # fmt: skip
    return gettext("Aucun manque n’est mesuré ici avec les données connues.", language) if gaps else ""


def _around(context: Context) -> str:
    """Tell, of a commune, the occupations that its labour pool hires for most and no programme there is known to prepare for.

    No gap is measured of a commune alone. Occupations that no programme prepares for anywhere are not told, nor too few plans.
    """
    seen, place, language = context.seen, context.territory, context.language
    pools = seen.containing(place, "bassin") if place.level == "commune" else []
    if not pools:
        return ""
    pool = pools[0][0]
    untaught = seen.untaught.get(pool.id, frozenset()) & seen.prepared
    rows = [
        row
        for row in seen.by("hirings", "pool").of(pool.id).named()
        if row["family"] in untaught and row["indicator"] == "indicator/hiring-plans"
    ]
    year = max((row["year"] for row in rows), default=None)
    plans, hidden = Counter[str](), set[str]()
    for row in rows:
        if row["year"] == year:
            plans[row["family"]] += round(row["least"] or 0)
            hidden |= {row["family"]} if row["value"] is None else set()
    family, count = max(plans.items(), key=lambda pair: (pair[1], pair[0]), default=("", 0))
    if count < PLANS:
        return ""
    told = (
        N_("au moins {n} recrutements sont projetés", n=Number(count))
        if family in hidden
        else N_("{n} recrutements sont projetés", n=Number(count))
    )
    return gettext(
        "Dans son bassin d’emploi ({pool}), aucune formation du supérieur connue ne prépare aux métiers « {family} », pour "
        "lesquels {plans} en {year}.",
        language,
        pool=pool.label,
        family=seen.word(family, language),
        plans=told,
        year=str(year),
    )
