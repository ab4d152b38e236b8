"""Why a pair is suggested, in words and as paths of the graph, each reason with what it adds to the score."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...words import EMPTY, N_, NN_, Listed, Number, Said, of_name
from ..analysis.access import great_circle
from ..analysis.adjacency import Places, Values
from ..findings.model import Reason, Step, Thing, Words
from ..region.gazetteer import Gazetteer
from ..region.view import RegionView
from .brief import Figures
from .facts import Facts
from .features import FEATURES
from .scoring import Ranking
from .source_names import source_name
from .topics import topic_name
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
        return matter.once(_current)

    def of_pairs(self, pairs: Places, parts: Values) -> list[tuple[tuple[Reason, ...], Figures]]:
        """Give the reasons of pairs, the weightiest first, and their figures; `parts`: what features add to their scores."""
        return [
            self._of(int(a), int(c), dict(zip(FEATURES, row, strict=True)))
            for (a, c), row in zip(pairs.tolist(), parts.tolist(), strict=True)
        ]

    def _of(self, a: int, c: int, parts: dict[str, float]) -> tuple[tuple[Reason, ...], Figures]:
        figures: Figures = {}
        reasons = [
            *self._precedents(a, c, parts, figures),
            *self._common(a, c, parts, figures),
            *self._field(a, c, parts, figures),
            *self._topics(a, c, parts, figures),
            *self._chain(a, c, parts, figures),
            *self._programmes(a, c, parts),
            *self._active(a, c, parts, figures),
            *self._distance(a, c, parts, figures),
            *self._relays(a, c),
            *self._modes(a),
        ]
        return tuple(sorted(reasons, key=lambda reason: -(reason.weight or 0.0))), figures

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
            rest = count - len(paths)
            more: Words = EMPTY
            if not rank and rest > 0:
                more = NN_(" ; {n} autre chemin semblable", " ; {n} autres chemins semblables", rest)
            yield Reason(
                "precedent",
                N_(
                    "Précédent : {actor} a travaillé avec {company} ({first}), qui a travaillé avec {other} ({second}), "
                    "partenaire {end} ({third}){more}.",
                    actor=self._name(a),
                    company=self._name(company),
                    other=self._name(actor),
                    end=Said(of_name, (self._name(end),)),
                    first=_latest(self.facts, a, company),
                    second=_latest(self.facts, actor, company),
                    third=_latest(self.facts, actor, end),
                    more=more,
                ),
                steps,
                max(parts["paths"], 0.0) if not rank else None,
            )

    def _common(self, a: int, c: int, parts: dict[str, float], figures: Figures) -> Iterator[Reason]:
        end = c + self.period.n_a
        both = self.facts.common(a, end)
        figures["partners_in_common"] = len(both)
        if not len(both):
            return
        shown = [int(peer) for peer in both if self.who.named(self.period.ties.nodes[peer])][:3]
        names = [self._name(peer) for peer in shown]
        steps = tuple(
            step for peer in shown for step in (self.facts.step(a, peer), self.facts.step(peer, end))
        )
        listed: Words = EMPTY
        if names:
            listed = N_(" : {names}", names=Listed(names))
        if 0 < len(names) < len(both):
            listed = N_(", dont {names}", names=Listed(names))
        yield Reason(
            "partners",
            NN_("{n} partenaire commun{names}.", "{n} partenaires communs{names}.", len(both), names=listed),
            steps,
            max(parts["shared"], 0.0) + max(parts["circle"], 0.0),
        )

    def _field(self, a: int, c: int, parts: dict[str, float], figures: Figures) -> Iterator[Reason]:
        field = self.who.field.get(self.period.ties.nodes[a])
        if field is None or self.period.fields(np.array([a]), np.array([c]))[0] <= 0:
            return
        partners = {int(peer): self.period.ties.nodes[peer] for peer in self.period.partners_of_company(c)}
        peers = [peer for peer, one in partners.items() if field in self.who.fields.get(one, ())]
        same, known = len(peers), len(self.who.fields.keys() & partners.values())
        if not same:
            return
        figures["partners_of_field"], figures["partners_of_known_field"] = same, known
        company = Said(of_name, (self._name(c + self.period.n_a),))
        values = {"company": company, "actor": self._name(a), "field": self.who.concept(field)}
        if known == 1:
            words = N_(
                "Discipline : le seul laboratoire partenaire {company} dont la discipline est connue a, comme {actor}, "
                "« {field} » parmi ses disciplines.",
                **values,
            )
        elif known == same:
            words = N_(
                "Discipline : les {n} laboratoires partenaires {company} (de discipline connue) ont, comme {actor}, "
                "« {field} » parmi leurs disciplines.",
                n=Number(known),
                **values,
            )
        else:
            words = NN_(
                "Discipline : {n} des {known} laboratoires partenaires {company} (de discipline connue) a, comme {actor}, "
                "« {field} » parmi ses disciplines.",
                "Discipline : {n} des {known} laboratoires partenaires {company} (de discipline connue) ont, comme {actor}, "
                "« {field} » parmi leurs disciplines.",
                same,
                known=Number(known),
                **values,
            )
        yield Reason(
            "field",
            words,
            tuple(self.facts.step(peer, c + self.period.n_a) for peer in peers[:3]),
            parts["field"] if parts["field"] > 0 else None,
        )

    def _topics(self, a: int, c: int, parts: dict[str, float], figures: Figures) -> Iterator[Reason]:
        both = self.period.topics.common(a, c + self.period.n_a)
        if not both:
            return
        names = [N_("« {name} »", name=topic_name(topic, self.who)) for topic in both[:2]]
        figures["topics"] = len(both)
        words = N_(
            "Sujets : {actor} et {company} ont chacun des projets sur {names}.",
            actor=self._name(a),
            company=self._name(c + self.period.n_a),
            names=Listed(names),
        )
        steps = tuple(
            self.facts.part(node, self.period.topics.latest(node, topic))
            for topic in both[:2]
            for node in (a, c + self.period.n_a)
        )
        yield Reason("topic", words, steps, max(parts["topic"], 0.0))

    def _chain(self, a: int, c: int, parts: dict[str, float], figures: Figures) -> Iterator[Reason]:
        end = c + self.period.n_a
        mine, theirs = (self.period.chains.get(node, {}) for node in (a, end))
        for chain in sorted(mine.keys() & theirs.keys()):
            label = self._chain_labels.get(chain, chain)
            figures["chain"] = label
            name = self.who.concept(chain, label)
            thing = Thing(chain, label, "chain", name["en"])
            relation = N_("est membre de la filière")
            steps = tuple(
                Step(self.facts.thing(node), relation, thing, of[chain])
                for node, of in ((a, mine), (end, theirs))
            )
            words = N_("Filière : tous deux sont membres de « {chain} ».", chain=name)
            yield Reason("chain", words, steps, max(parts["chain"], 0.0))

    def _programmes(self, a: int, c: int, parts: dict[str, float]) -> Iterator[Reason]:
        if parts["programme"] <= 0:
            return
        end = c + self.period.n_a
        mine, theirs = ({met.source for met in self.facts.of(node).values()} for node in (a, end))
        names = [source_name(source) for source in sorted(filter(None, mine & theirs))]
        if names:
            words = N_(
                "Mêmes dispositifs : tous deux ont pris part à des projets {names}.", names=Listed(names)
            )
            yield Reason("programme", words, (), parts["programme"])

    def _active(self, a: int, c: int, parts: dict[str, float], figures: Figures) -> Iterator[Reason]:
        mine, met = self.facts.of(a), list(self.facts.of(c + self.period.n_a).values())
        years = [meeting.year for meeting in met if meeting.year]
        figures["projects"], figures["last_year"] = len(met), max(years, default=None)
        weight = sum(max(parts[name], 0.0) for name in ("projects_c", "recent_c", "projects_a", "recent_a"))
        if len(met) < 2 or not weight:
            return
        words = N_(
            "Habitude : d'après les sources, {company} a pris part à {n} projets, où qu'ils soient menés{last} ; {actor} à "
            "{own}.",
            company=self._name(c + self.period.n_a),
            n=Number(len(met)),
            last=N_(", le dernier commencé en {year}", year=max(years)) if years else EMPTY,
            actor=self._name(a),
            own=Number(len(mine)),
        )
        yield Reason("activity", words, (), weight)

    def _distance(self, a: int, c: int, parts: dict[str, float], figures: Figures) -> Iterator[Reason]:
        ends = (a, c + self.period.n_a)
        places = [self.spot(node) for node in ends]
        km = figures["km"] = self.between(*ends)
        if km is not None and places[0] and places[1]:
            names = [self.ground.labels[place] for place in places]  # type: ignore[index]
            weight = parts["near"] if parts["near"] > 0 else None
            if names[0] == names[1]:
                words = N_("Distance : tous deux dans la même commune ({place}).", place=names[0])
            else:
                words = N_(
                    "Distance : {km} km à vol d’oiseau ({place}).",
                    km=Number(km),
                    place=f"{names[0]} – {names[1]}",
                )
            yield Reason("distance", words, (), weight)
        elif parts["near"] > 0:
            where = self.period.place[a].rsplit("/", 1)[-1]
            code = where[:3] if where.startswith("97") else where[:2]
            words = N_("Distance : dans le même département ({code}).", code=code)
            yield Reason("distance", words, (), parts["near"])

    def _relays(self, a: int, c: int) -> Iterator[Reason]:
        spots = self.spot(a), self.spot(c + self.period.n_a)
        if spots[0] is not None and spots[1] is not None:
            yield from relays(self.matter, self.facts.thing(c + self.period.n_a), spots[0], spots[1])

    def _modes(self, a: int) -> Iterator[Reason]:
        yield from modes(self.matter, self.facts.thing(a))

    def spot(self, node: int) -> int | None:
        """Give the commune of the ground where an actor is, None when it is not known or not on it."""
        communes = self.ground.at(self.period.place.get(node))
        return communes[0] if len(communes) == 1 else None

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


def _current(matter: RegionView) -> Reasons:
    return Reasons(matter, current(matter))


def _latest(facts: Facts, one: int, other: int) -> Words:
    """Name the latest interaction of two actors and count the others."""
    met = facts.shared(one, other)
    if len(met) == 1:
        return N_("« {interaction} »", interaction=met[0].words)
    return NN_(
        "« {interaction} » et {n} autre",
        "« {interaction} » et {n} autres",
        len(met) - 1,
        interaction=met[0].words,
    )
