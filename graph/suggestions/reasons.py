"""Why a pair is suggested, in words and as paths of the graph, each reason with what it adds to the score."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..analysis.access import great_circle
from ..analysis.adjacency import Places, Values
from ..findings.model import Reason, Step, Thing, Words
from ..findings.words import count_en, count_fr, listed_en, listed_fr, number_en, number_fr
from ..region.gazetteer import Gazetteer
from ..region.view import RegionView
from .brief import Figures
from .facts import Facts
from .features import FEATURES
from .quality import NAMES
from .scoring import Ranking
from .trust import current
from .ways import modes, relays


class Reasons:
    """Gives the reasons of pairs of a ranking."""

    def __init__(self, matter: RegionView, ranking: Ranking) -> None:
        self.matter, self.ranking, self.period = matter, ranking, ranking.period
        self.who, self.facts, self.ground = (
            ranking.period.who,
            Facts(ranking.period, matter),
            Gazetteer.of(matter),
        )
        chains = matter.frame("chains").select("chain", "chainLabel").unique("chain", keep="first")
        self._chain_labels: dict[str, str] = dict(chains.iter_rows())

    @classmethod
    def of(cls, matter: RegionView) -> Reasons:
        """Give the reasons of a matter's current ranking, made once."""
        return matter.once(_made)

    def of_pairs(self, pairs: Places) -> list[tuple[tuple[Reason, ...], Figures]]:
        """Give the reasons of pairs, the weightiest first, and their figures."""
        if not len(pairs):
            return []
        parts = self.ranking.parts(pairs).tolist()
        return [
            self._of(int(a), int(c), dict(zip(FEATURES, row, strict=True)))
            for (a, c), row in zip(pairs.tolist(), parts, strict=True)
        ]

    def _of(self, a: int, c: int, parts: dict[str, float]) -> tuple[tuple[Reason, ...], Figures]:
        figures: Figures = {}
        found = [*self._precedents(a, c, parts, figures), *self._common(a, c, parts, figures)]
        found += [
            *self._field(a, c, parts, figures),
            *self._chain(a, c, parts, figures),
            *self._programmes(a, c, parts),
        ]
        found += [*self._active(a, c, parts, figures), *self._distance(a, c, parts, figures)]
        found += [*self._relays(a, c, figures), *self._modes(a)]
        ordered = sorted(found, key=lambda one: -(one.weight or 0.0))
        return tuple(ordered), figures

    def _precedents(self, a: int, c: int, parts: dict[str, float], figures: Figures) -> Iterator[Reason]:
        paths, count = self.facts.precedents(a, c)
        figures["precedents"] = count
        end = c + self.period.n_a
        for rank, (company, actor) in enumerate(paths):
            steps = (
                self.facts.step(a, company),
                self.facts.step(actor, company),
                self.facts.step(actor, end),
            )
            met = [_told(self.facts, *pair) for pair in ((a, company), (actor, company), (actor, end))]
            (first, second, third), (first_en, second_en, third_en) = zip(*met, strict=True)
            names = [self._name(node) for node in (a, company, actor, end)]
            rest = count - len(paths)
            more_fr = (
                f" ; {count_fr(rest, 'autre chemin semblable', 'autres chemins semblables')}"
                if not rank and rest > 0
                else ""
            )
            more_en = (
                f"; {count_en(rest, 'other such path', 'other such paths')}" if not rank and rest > 0 else ""
            )
            yield Reason(
                "precedent",
                {
                    "fr": f"Précédent : {names[0]} a travaillé avec {names[1]} ({first}), qui a travaillé avec "
                    f"{names[2]} ({second}), "
                    f"partenaire de {names[3]} ({third}){more_fr}.",
                    "en": f"Precedent: {names[0]} worked with {names[1]} ({first_en}), which worked with {names[2]} "
                    f"({second_en}), a partner of {names[3]} ({third_en}){more_en}.",
                },
                steps,
                max(parts["paths"], 0.0) if not rank else None,
            )

    def _common(self, a: int, c: int, parts: dict[str, float], figures: Figures) -> Iterator[Reason]:
        end = c + self.period.n_a
        both = self.facts.common(a, end)
        figures["partners_in_common"] = len(both)
        if not len(both):
            return
        shown = [int(one) for one in both if self.who.named(self.period.ties.nodes[one])][:3]
        names = [self._name(one) for one in shown]
        steps = tuple(step for one in shown for step in (self.facts.step(a, one), self.facts.step(one, end)))
        told_fr = (
            f", dont {listed_fr(names)}"
            if 0 < len(names) < len(both)
            else f" : {listed_fr(names)}"
            if names
            else ""
        )
        told_en = (
            f", among them {listed_en(names)}"
            if 0 < len(names) < len(both)
            else f": {listed_en(names)}"
            if names
            else ""
        )
        yield Reason(
            "partners",
            {
                "fr": f"{count_fr(len(both), 'partenaire commun', 'partenaires communs')}{told_fr}.",
                "en": f"{count_en(len(both), 'partner')} in common{told_en}.",
            },
            steps,
            max(parts["shared"], 0.0) + max(parts["circle"], 0.0),
        )

    def _field(self, a: int, c: int, parts: dict[str, float], figures: Figures) -> Iterator[Reason]:
        same, known = self.period.partners_of_field(a, c)
        field = self.who.field.get(self.period.ties.nodes[a])
        if not same or field is None or self.period.fields(np.array([a]), np.array([c]))[0] <= 0:
            return
        figures["partners_of_field"], figures["partners_of_known_field"] = same, known
        fr, en = self.who.words.get(field, (field, field))
        company = self._name(c + self.period.n_a)
        peers = [
            int(one)
            for one in self.period.partners_of_company(c)
            if self.who.field.get(self.period.ties.nodes[one]) == field
        ][:3]
        head_fr = f"les {number_fr(known)}" if known == same else f"{number_fr(same)} des {number_fr(known)}"
        words: Words = {
            "fr": f"Discipline : {head_fr} laboratoires partenaires de {company} (de discipline connue) "
            f"{'est' if same == 1 else 'sont'}, comme {self._name(a)}, en « {fr} ».",
            "en": f"Field: {number_en(same)} of the "
            f"{count_en(known, 'partner laboratory', 'partner laboratories')} of {company} (of known field) are, "
            f"like {self._name(a)}, in “{en}”.",
        }
        if known == 1:
            words = {
                "fr": f"Discipline : le seul laboratoire partenaire de {company} dont la discipline est connue "
                f"est, comme {self._name(a)}, en « {fr} ».",
                "en": f"Field: the only partner laboratory of {company} whose field is known is, like "
                f"{self._name(a)}, in “{en}”.",
            }
        yield Reason(
            "field",
            words,
            tuple(self.facts.step(one, c + self.period.n_a) for one in peers),
            parts["field"] if parts["field"] > 0 else None,
        )

    def _chain(self, a: int, c: int, parts: dict[str, float], figures: Figures) -> Iterator[Reason]:
        end = c + self.period.n_a
        for chain in sorted(self.period.chains.get(a, set()) & self.period.chains.get(end, set())):
            label = self._chain_labels.get(chain, chain)
            figures["chain"], figures["chain_en"] = label, self.who.words.get(chain, (label, label))[1]
            thing = Thing(chain, label, "chain", str(figures["chain_en"]))
            relation: Words = {"fr": "est membre de la filière", "en": "is a member of the value chain"}
            steps = tuple(Step(self.facts.thing(one), relation, thing, "inferred") for one in (a, end))
            yield Reason(
                "chain",
                {
                    "fr": f"Filière : tous deux sont rattachés à « {label} » par une règle sur leur nom ou leur "
                    f"activité (inféré).",
                    "en": f"Value chain: both belong to “{figures['chain_en']}” by a rule on their name or activity (inferred).",
                },
                steps,
                max(parts["chain"], 0.0),
            )

    def _programmes(self, a: int, c: int, parts: dict[str, float]) -> Iterator[Reason]:
        if parts["programme"] <= 0:
            return
        end = c + self.period.n_a
        mine, theirs = ({met.source for met in self.facts.of(one).values()} for one in (a, end))
        names = [
            NAMES.get(one, one.rsplit("/", 1)[-1]) for one in sorted(one for one in mine & theirs if one)
        ]
        if names:
            yield Reason(
                "programme",
                {
                    "fr": f"Mêmes dispositifs : tous deux ont pris part à des projets {listed_fr(names)}.",
                    "en": f"Same programmes: both took part in projects of {listed_en(names)}.",
                },
                (),
                parts["programme"],
            )

    def _active(self, a: int, c: int, parts: dict[str, float], figures: Figures) -> Iterator[Reason]:
        mine, met = self.facts.of(a), list(self.facts.of(c + self.period.n_a).values())
        years = [one.year for one in met if one.year]
        figures["projects"], figures["last_year"] = len(met), max(years, default=None)
        weight = sum(max(parts[name], 0.0) for name in ("projects_c", "recent_c", "projects_a", "recent_a"))
        if len(met) < 2 or not weight:
            return
        last_fr = f", le dernier commencé en {max(years)}" if years else ""
        last_en = f", the last begun in {max(years)}" if years else ""
        names = self._name(c + self.period.n_a), self._name(a)
        yield Reason(
            "activity",
            {
                "fr": f"Habitude : d'après les sources, {names[0]} a pris part à {number_fr(len(met))} projets{last_fr} ; "
                f"{names[1]} à {number_fr(len(mine))}.",
                "en": f"Habit: by the sources, {names[0]} took part in {number_en(len(met))} projects{last_en}; "
                f"{names[1]} in {number_en(len(mine))}.",
            },
            (),
            weight,
        )

    def _distance(self, a: int, c: int, parts: dict[str, float], figures: Figures) -> Iterator[Reason]:
        ends = (a, c + self.period.n_a)
        places = [self.spot(node) for node in ends]
        km = figures["km"] = self.between(*ends)
        if km is not None and places[0] and places[1]:
            names = [self.ground.labels[one] for one in places]  # type: ignore[index]
            weight = parts["near"] if parts["near"] > 0 else None
            same = names[0] == names[1]
            yield Reason(
                "distance",
                {
                    "fr": f"Distance : tous deux dans la même commune ({names[0]})."
                    if same
                    else f"Distance : {number_fr(km)} km à vol d’oiseau ({names[0]} – {names[1]}).",
                    "en": f"Distance: both in the same commune ({names[0]})."
                    if same
                    else f"Distance: {number_en(km)} km as the crow flies ({names[0]} – {names[1]}).",
                },
                (),
                weight,
            )
        elif parts["near"] > 0:
            where = self.period.place[a].rsplit("/", 1)[-1]
            code = where[:3] if where.startswith("97") else where[:2]
            yield Reason(
                "distance",
                {
                    "fr": f"Distance : dans le même département ({code}).",
                    "en": f"Distance: in the same department ({code}).",
                },
                (),
                parts["near"],
            )

    def _relays(self, a: int, c: int, figures: Figures) -> Iterator[Reason]:
        spots = self.spot(a), self.spot(c + self.period.n_a)
        if spots[0] is not None and spots[1] is not None:
            yield from relays(self.matter, self.facts.thing(c + self.period.n_a), spots[0], spots[1])

    def _modes(self, a: int) -> Iterator[Reason]:
        yield from modes(self.matter, self.facts.thing(a))

    def spot(self, node: int) -> int | None:
        """Give the commune of the ground where an actor is, None when it is not known or not on it."""
        found = self.ground.at(self.period.place.get(node))
        return found[0] if len(found) == 1 else None

    def between(self, one: int, other: int) -> float | None:
        """Give the distance in km of two actors as the crow flies, None when not known."""
        spots = self.spot(one), self.spot(other)
        if spots[0] is None or spots[1] is None:
            return None
        km = float(great_circle(self._points[[spots[0]]], self._points[[spots[1]]])[0, 0])
        return round(km, 1) if np.isfinite(km) else None

    @property
    def _points(self) -> Values:
        return np.column_stack([self.ground.lat, self.ground.long])

    def _name(self, node: int) -> str:
        return self.who.label(self.period.ties.nodes[node])


def _made(matter: RegionView) -> Reasons:
    return Reasons(matter, current(matter))


def _told(facts: Facts, one: int, other: int) -> tuple[str, str]:
    """Name the latest interaction of two actors and count the others, in French and in English."""
    met = facts.shared(one, other)
    more = len(met) - 1
    return (
        f"« {met[0].words} »" + (f" et {count_fr(more, 'autre')}" if more else ""),
        f"“{met[0].words}”" + (f" and {count_en(more, 'other')}" if more else ""),
    )
