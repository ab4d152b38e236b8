"""Structures to write to before a meeting: their official page and their place, never a person."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from ....graph.region.actor_types import ACADEMIC
from ....graph.region.levels import municipality_path
from ....graph.region.relays import POSSIBLE
from ....graph.region.text import fold
from ....words import N_, NN_, Number, Spoken
from ...pages.actor.matter import Context
from ...pages.territory.lists import kind_words
from ..making import outside
from .between import Pair
from .party import Party

MOST = 3
AUTHORITY, RELAYS = (
    "local-authority",
    ("relay-organization", "remote-study-centre", "transfer-office", "incubator"),
)


@dataclass(frozen=True)
class Contact:
    """A structure: its name, its kind, where it is, its official page ("" where no source gives it), and why it is named."""

    path: str
    name: str
    nature: str
    town: str
    homepage: str
    why: Spoken


def contacts(pair: Pair) -> list[Contact]:
    """Choose up to MOST structures: the parties, who shares projects, who trains on site, who works with both, relays."""
    context = pair.context
    chosen: dict[str, Spoken] = {}
    for party in pair.sides:
        for body in _bodies(party):
            chosen.setdefault(
                body, N_("la collectivité elle-même") if party.territory else N_("la structure elle-même")
            )
    for path, n in sorted(_tied(pair).items(), key=lambda one: (-one[1], one[0]))[:MOST]:
        whole = len(pair.shared)
        chosen.setdefault(
            path,
            NN_(
                "{n} projet en commun, sur {whole}",
                "{n} projets en commun, sur {whole}",
                n,
                whole=Number(whole),
            ),
        )
    for path, n in filter(None, map(_school, pair.sides)):
        chosen.setdefault(
            path,
            NN_(
                "{n} formation du supérieur connue sur place",
                "{n} formations du supérieur connues sur place",
                n,
            ),
        )
    for path, first, second in pair.brokers[:MOST]:
        chosen.setdefault(path, N_("travaille avec les deux ({n} et {m} interactions)", n=first, m=second))
    for path in _relays(pair):
        chosen.setdefault(path, N_("lieu d’études ou d’accueil sur place"))
    return [_contact(context, path, why) for path, why in list(chosen.items())[:MOST]]


def _contact(context: Context, path: str, why: Spoken) -> Contact:
    pages = context.known.by("homepages", "actor").of(path)["homepage"]
    return Contact(
        path, context.name(path), kind_words(context.known.kind(path), context.language), context.town(path),
        next(filter(None, map(outside, pages)), ""), why,
    )  # fmt: skip


def _bodies(party: Party) -> list[str]:
    """Give the organisation that a party is; of a territory, its authorities: of a commune where a source describes it."""
    if party.territory is None:
        return [party.path]
    known, town = party.context.known, municipality_path(party.path)
    found = known.by("actors", "type").of(f"actor-type/{AUTHORITY}").distinct("actor")
    governing = {*known.by("authorities", "territory").of(party.path).distinct("authority")}
    return sorted(one for one in found if one in governing or (town and one.startswith(town)))


def _tied(pair: Pair) -> Counter[str]:
    """Count the shared interactions of each organisation that acts from a territory of the pair."""
    return Counter(
        actor
        for one in pair.shared
        for party, actors in zip(pair.sides, one.sides, strict=True)
        if party.territory is not None
        for actor in actors
    )


def _school(party: Party) -> tuple[str, int] | None:
    """Give the institution of most programmes in a territory, one of higher education first; None of an organisation."""
    if party.territory is None:
        return None
    rows = party.context.known.by("programmes", "programme").of_all(sorted(party.programmes))
    counts = Counter(school for _, school in set(rows.select("programme", "institution")) if school)
    kind = party.context.known.kind
    return min(counts.items(), key=lambda one: (kind(one[0]) not in ACADEMIC, -one[1], one[0]), default=None)


def _relays(pair: Pair) -> list[str]:
    """List who can relay in the territories of the pair: mandated first, those that have an official page before others."""
    known = pair.context.known
    towns = {town for party in pair.sides if party.territory for town in party.towns}
    found = known.by("sites", "place").of_all(sorted(towns)).distinct("organization")
    kinds = [*RELAYS, *(one.rpartition("/")[2] for one in POSSIBLE)]
    relays = [one for one in found if known.kind(one) in kinds]
    return sorted(
        relays,
        key=lambda one: (
            known.kind(one) not in RELAYS, one not in known.by("homepages", "actor"), fold(pair.context.name(one)), one,
        ),
    )  # fmt: skip
