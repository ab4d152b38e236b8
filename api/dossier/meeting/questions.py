"""Questions worth asking at a meeting: each is computed from what is known, and tells its figures and their sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ....graph.analysis.access import great_circle
from ....graph.suggestions.features import QUIET
from ....words import N_, NN_, Number, Said, Spoken, at_name, first_upper, organization_name
from ...pages.territory.lists import source_name
from .between import Pair, named
from .party import Party
from .pools import HIRINGS, plans_words, pool_of

MOST = 3
LEAST_PLANS = 10
"""Hiring plans under which a family of occupations is not asked about."""
LEAST_OTHERS = 2
"""Other participants that an interaction must have to be one that somebody could join: grants have none."""
AGO = 5
"""Years without a known shared project after which it is asked what became of the last."""


MAKES = "/produces"


@dataclass(frozen=True)
class Question:
    """A question, the facts that it comes from, and the short names of their sources."""

    words: Spoken
    facts: tuple[Spoken, ...]
    sources: tuple[str, ...]


_OWN = frozenset(f"interaction-type/{name}" for name in ("business-creation", "spin-off", "grant"))
"""What somebody is given or founds: nobody joins it."""


def questions(pair: Pair) -> list[Question]:
    """Give the questions of a pair, at most MOST, of different kinds."""
    kinds: Sequence[Callable[[Pair], Question | None]] = (
        hiring, chain, sequel, project, site, broker, shortage, field,
    )  # fmt: skip
    if pair.kinship:  # what one does is the other's too: its partners, its projects, its fields
        kinds = (sequel,)
    found = (kind(pair) for kind in kinds)
    return [one for one in found if one is not None][:MOST]


def hiring(pair: Pair) -> Question | None:
    """Ask of the occupation that employers struggle most to hire for, where nobody is known to train and the other side does.

    As in gaps, nothing is said of occupations of which too few programmes have a known place.
    """
    for here, there in _both(pair):
        if here.seen is None:
            continue
        pool = pool_of(here)
        wanted = [
            (plans.difficult, family)
            for family, plans in pool.plans.items()
            if plans.whole >= LEAST_PLANS
            and plans.difficult
            and family in pool.untaught
            and there.families[family]
            and not here.families[family]
        ]
        if wanted:
            _, family = max(wanted)
            words = N_(
                "Métiers « {family} » : les employeurs les cherchent dans {pool}, où aucune formation à ces métiers n’est "
                "connue ; {there} y forme. Que faire ensemble, sur place ou à distance ?",
                family=here.context.word(family), pool=pool.the, there=there.the,
            )  # fmt: skip
            trains = NN_(
                "{there} : {n} formation du supérieur connue y prépare. {here} : aucune.",
                "{there} : {n} formations du supérieur connues y préparent. {here} : aucune.",
                there.families[family], here=here.name, there=there.name,
            )  # fmt: skip
            return Question(
                words,
                (plans_words(pool, here, pool.plans[family]), trains),
                (HIRINGS, *_sources(there, "programmes")),
            )
    return None


def chain(pair: Pair) -> Question | None:
    """Ask of a filière in which one side makes and the other trains or searches, and no project ties a member of it to both."""
    context = pair.context
    tied = {one.path for one in pair.shared}.union(*(row[:2] for row in pair.undated))
    took = context.known.by("participations", "interaction").of_all(sorted(tied))
    tied |= set(took.distinct("actor"))
    for here, there in _both(pair):
        own = Counter(row[:2] for row in set(_members(pair, here)))
        for (name, function), makers in sorted(own.items(), key=lambda item: (-item[1], item[0])):
            members = [row for row in _members(pair, there) if row[0] == name and row[1] != function]
            if not function.endswith(MAKES) or not members:
                continue
            if tied & set(context.known.by("members", "chain").of(name)["member"]):
                continue
            functions = ", ".join(sorted({context.word(row[1]) for row in members}))
            facts = (
                NN_(
                    "{here} : {n} membre connu qui produit.", "{here} : {n} membres connus qui produisent.",
                    makers, here=_label(pair, here),
                ),
                NN_(
                    "{there} : {n} membre connu d’une autre fonction ({functions}).",
                    "{there} : {n} membres connus d’autres fonctions ({functions}).",
                    len({row[2] for row in members}), there=_label(pair, there), functions=functions,
                ),
                N_("Aucun projet commun connu n’a de participant connu de cette filière."),
            )  # fmt: skip
            words = N_(
                "Filière {chain} : {here} y produit, {there} y tient une autre fonction ({functions}). Quel projet "
                "commun dans cette filière ?",
                chain=context.word(name), here=here.the, there=there.the, functions=functions,
            )  # fmt: skip
            return Question(words, facts, ())
    return None


def sequel(pair: Pair) -> Question | None:
    """Ask what became of the last shared project, where its source tells none for `AGO` to `QUIET` years and goes on."""
    last = next((one for one in pair.shared if one.year), None)
    if last is None or last.year is None:
        return None
    years = pair.context.known.by("interactions", "source").of(f"source/{last.source}")["year"]
    latest = max((year for year in years if year), default=last.year)
    if not AGO <= latest - last.year <= QUIET:
        return None
    words = N_(
        "Que reste-t-il de « {project} » ({year}), dernier projet connu en commun ?",
        project=pair.context.name(last.path), year=str(last.year),
    )  # fmt: skip
    fact = N_(
        "Sa source va jusqu’en {latest} ; depuis {year}, ni elle ni les autres ne disent d’eux un projet commun.",
        latest=str(latest), year=str(last.year),
    )  # fmt: skip
    return Question(words, (fact,), (last.source,))


def project(pair: Pair) -> Question | None:
    """Ask who of the first side could join the latest project of the second: one of a filière of the first, if there is.

    Nothing is asked of a project that began more than `QUIET` years before the last known one.
    """
    if pair.nested:  # whoever is of one is of the other
        return None
    context, (here, there) = pair.context, pair.sides
    latest = max(filter(None, context.known.by("interactions", "interaction").all()["year"]), default=0)
    alone = there.actors.keys() - {one.path for one in pair.shared}
    rows = context.known.by("interactions", "interaction").of_all(sorted(alone))
    named_ = [
        row
        for row in rows.select("year", "interaction", "type", "source")
        if row[0] and row[0] >= latest - QUIET and row[2] not in _OWN and _title(pair, row[1])
    ]
    chains = {name for name, _ in here.chains}
    known = context.known.by("members", "member")
    several = [
        row for row in named_ if len(_others(pair, row[1])) >= LEAST_OTHERS and not _present(pair, row[1])
    ]
    if not several:
        return None
    newest = max(several)[0]
    fit = [row for row in several if newest - row[0] <= AGO and chains & set(known.of(row[1])["chain"])]
    year, path, kind, source = max(fit or several)
    facts = (
        N_(
            "{kind}. Y prennent part aussi : {names}.",
            kind=first_upper(context.word(kind)), names=named(context, _others(pair, path), 3),
        ),
        NN_(
            "{there} : {n} interaction connue sans partenaire de l’autre côté.",
            "{there} : {n} interactions connues sans partenaire de l’autre côté.",
            len(alone), there=there.name,
        ),
    )  # fmt: skip
    who = (
        N_("on y prend part depuis {there}", there=there.the)
        if there.territory
        else N_("{there} y prend part", there=there.the)
    )
    lack = (
        N_("mais pas {here} d’après les sources", here=here.the) if here.territory is None
        else N_("sans autre participant connu {of}", of=here.of) if set(there.towns) & set(here.towns)
        else N_("sans participant connu {of}", of=here.of)
    )  # fmt: skip
    words = N_(
        "« {project} » ({year}) : {who}, {lack}. Qui pourrait en rejoindre la suite ?",
        project=_title(pair, path), year=str(year), who=who, lack=lack,
    )  # fmt: skip
    return Question(words, facts, (source_name(source),))


def site(pair: Pair) -> Question | None:
    """Ask by which place an organisation that has neither site nor project in a territory could begin there."""
    if pair.shared:
        return None
    for here, there in _both(pair):
        if here.territory is None or there.territory is not None or set(there.towns) & set(here.towns):
            continue
        near = _nearest(here, there)
        if near is None:
            continue
        km, town = near
        words = N_(
            "{there} n’a pas de site connu sur place ({here}) : par quel lieu, quel stage ou quel relais commencer ?",
            there=there.opening, here=here.name,
        )  # fmt: skip
        here_is_one = here.territory.level == "commune"
        fact = N_(
            "Le plus proche est {town}, à {km} km à vol d’oiseau {start}.",
            town=Said(at_name, (here.context.name(town),)), km=Number(round(km)),
            start=here.of if here_is_one else N_("de la commune la plus proche {of}", of=here.of),
        )  # fmt: skip
        return Question(words, (fact,), ("decoupage-administratif",))
    return None


def broker(pair: Pair) -> Question | None:
    """Ask whether an organisation that works with both could bring them together, unless one is of the other: it works there."""
    if not pair.brokers or pair.within:
        return None
    path, first, second = pair.brokers[0]
    name = Said(lambda language: first_upper(organization_name(pair.context.name(path), language)))
    words = (
        N_("{name} travaille avec les deux : quelle suite avec son appui ?", name=name)
        if pair.shared
        else N_("{name} travaille avec les deux : quel premier projet commun avec son appui ?", name=name)
    )
    fact = N_(
        "Interactions connues avec {first} : {n} ; avec {second} : {m}.",
        n=first, m=second, first=pair.first.the, second=pair.second.the,
    )  # fmt: skip
    return Question(words, (fact,), _of_events(pair, path))


def shortage(pair: Pair) -> Question | None:
    """Ask of the occupation that employers struggle most to hire for, of those that the other side trains for."""
    if pair.nested or hiring(pair) is not None:
        return None
    for here, there in _both(pair):
        if here.seen is None:
            continue
        pool = pool_of(here)
        ranked = [
            (plans.difficult, family)
            for family, plans in pool.plans.items()
            if plans.whole >= LEAST_PLANS and plans.difficult and there.families[family]
        ]
        if ranked:
            _, family = max(ranked)
            plans = pool.plans[family]
            words = N_(
                "Métiers « {family} », auxquels {there} forme : dans {pool}, {difficult} projets de recrutement sur {whole} sont "
                "jugés difficiles. Que faire de plus ensemble ?",
                family=here.context.word(family), pool=pool.the, there=there.the, difficult=plans.difficult_words,
                whole=plans.whole_words,
            )  # fmt: skip
            return Question(words, (plans_words(pool, here, plans),), (HIRINGS,))
    return None


def field(pair: Pair) -> Question | None:
    """Ask what the research field that one side alone has could serve at the other, a territory or who has fields too.

    It is not asked for a research unit, which has one field or two.
    """
    for here, there in _both(pair):
        if here.territory is None and (not here.fields or here.path in here.units):
            continue
        alone = [(n, one) for one, n in there.fields.items() if not here.fields[one]]
        if alone:
            count, one = max(alone)
            who = (
                NN_(
                    "{n} unité de recherche {of} y travaille", "{n} unités de recherche {of} y travaillent", count, of=there.of
                )
                if there.territory
                else N_("{there} y fait de la recherche", there=there.the)
            )  # fmt: skip
            words = N_(
                "« {field} » : {who}, rien de tel n’est connu pour {here}. À quoi cette recherche pourrait-elle y servir ?",
                field=here.context.word(one), who=who, here=here.the,
            )  # fmt: skip
            fact = NN_(
                "{there} : {n} unité de recherche connue dans ce domaine.",
                "{there} : {n} unités de recherche connues dans ce domaine.",
                count, there=there.name,
            )  # fmt: skip
            return Question(words, (fact,), _sources(there, "units"))
    return None


def _both(pair: Pair) -> Iterator[tuple[Party, Party]]:
    yield pair.first, pair.second
    yield pair.second, pair.first


def _label(pair: Pair, party: Party) -> object:
    return N_("Le reste {of}", of=party.of) if pair.nested and party is pair.nested[1] else party.name


def _members(pair: Pair, party: Party) -> list[tuple[str, str, str]]:
    """List the members of filières of a side with their functions; of a territory that holds the other, those of its rest."""
    inner = {row[3] for row in pair.nested[0].members} if pair.nested and party is pair.nested[1] else set()
    return [(chain, function, member) for chain, function, _, member in party.members if member not in inner]


def _title(pair: Pair, path: str) -> str:
    """Give the title of an interaction; "" where its source gives a number alone."""
    name = pair.context.known.names.get(path, "")
    return "" if name.endswith(path.rpartition("/")[2]) else name


def _others(pair: Pair, path: str) -> list[str]:
    """List who takes part in an interaction of the second side beside it."""
    took = pair.context.known.by("participations", "interaction").of(path).distinct("actor")
    return [one for one in took if one not in pair.second.actors[path] and one not in pair.second.family]


def _present(pair: Pair, path: str) -> bool:
    """Tell whether somebody of the first side takes part beside the second, or may: who has a place there, even unsaid here.

    Of a territory, the supervisors, units and groupings of the second side are somebody too.
    """
    here, there = pair.sides
    if here.territory is None:
        return not here.family.isdisjoint(_others(pair, path))
    towns = {*here.towns, here.path}
    mine = here.local | here.actors.get(path, frozenset())
    took = here.context.known.by("participations", "interaction").of(path).distinct("actor")
    others = set(took) - there.actors[path]
    return any(one in mine or not towns.isdisjoint(here.context.known.towns(one)) for one in others)


def _nearest(here: Party, there: Party) -> tuple[float, str] | None:
    """Give how far the nearest commune of an organisation is from those of a territory, and which."""
    known = here.context.known.by("communes", "place")

    def positions(towns: Sequence[str]) -> list[tuple[str, float, float]]:
        rows = known.of_all(towns).select("place", "lat", "long")
        return [row for row in rows if row[1] is not None and row[2] is not None]

    mine, theirs = positions(here.towns), positions(there.towns)
    if not mine or not theirs:
        return None
    km = great_circle([row[1:] for row in theirs], [row[1:] for row in mine]).min(axis=1)
    at = int(km.argmin())
    return float(km[at]), theirs[at][0]


def _sources(party: Party, frame: str) -> tuple[str, ...]:
    key, paths = ("programme", party.programmes) if frame == "programmes" else ("unit", party.units)
    rows = party.context.known.by(frame, key).of_all(sorted(paths))
    return tuple(sorted(source_name(one) for one in rows.distinct("source")))


def _of_events(pair: Pair, path: str) -> tuple[str, ...]:
    known = pair.context.known
    events = set(known.interactions(path)) & (pair.first.actors.keys() | pair.second.actors.keys())
    rows = known.by("interactions", "interaction").of_all(sorted(events))
    return tuple(sorted(source_name(one) for one in rows.distinct("source")))
