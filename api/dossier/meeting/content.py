"""The content of the sheet of a meeting, built once for all formats: two pages that can be read alone."""

from __future__ import annotations

from ....words import N_
from ...pages.territory.matter import PortraitData
from ..model import Dossier
from ..words import date_of
from . import parts
from .between import Pair
from .picture import small_map
from .presentation import PARTNERS, who
from .questions import questions
from .sheet import Sheet

#: The title of the questions, by how many there are.
ASKED = (
    N_("Questions à poser"),
    N_("Une question à poser"),
    N_("Deux questions à poser"),
    N_("Trois questions à poser"),
)


def build_sheet(pair: Pair, seen: PortraitData, created: str) -> Dossier:
    """Build the sheet of a pair; `created` is when the snapshot was published (ISO)."""
    sheet = Sheet(pair, seen, created)
    _learn(pair)
    first, second = pair.sides
    found = questions(pair)
    asked = ASKED[len(found)]
    sections = (
        sheet.section("qui", N_("Qui est qui"), who),
        sheet.section("projets", N_("Ce qui vous lie déjà"), parts.ties),
        sheet.section("differences", N_("Ce que chacun apporte"), parts.differences),
        sheet.section("questions", asked, lambda one: parts.cards(one, found)),
        sheet.section("contacts", N_("À qui écrire"), parts.addresses),
        sheet.section("sources", N_("Sources"), parts.origins),
    )
    names = {"first": first.name, "second": second.name}
    return Dossier(
        first.path,
        sheet.say(N_("{first} et {second}", **names)),
        "",
        sheet.language,
        sheet.say(N_("Vous vous rencontrez demain")),
        sheet.say(N_("Qui est qui, ce qui vous lie, ce que chacun apporte, que demander, à qui écrire.")),
        date_of(created, sheet.language),
        seen.snapshot,
        sections,
        cover=small_map(pair, seen.outlines, _region(seen)) if seen.outlines else None,
        stem="-".join(("rencontre", *(one.key.replace("/", "-") for one in pair.sides))),
        short=True,
    )


def _region(seen: PortraitData) -> str:
    return max(seen.levels["region"][0], key=lambda one: len(one.communes)).id


def _learn(pair: Pair) -> None:
    """Look up at once the names of what the sheet may tell."""
    context = pair.context
    shared = [one.path for one in pair.shared[: parts.PROJECTS]]
    people = [actor for one in pair.shared[: parts.PROJECTS] for side in one.sides for actor in side]
    partners = [path for party in pair.sides for path, _ in party.first_partners(PARTNERS)]
    chains = [part for party in pair.sides for key in party.chains for part in key]
    fields = [one for party in pair.sides for one in (*party.fields, *party.panels, *party.families)]
    brokers = [path for path, *_ in pair.brokers[: parts.BROKERS]]
    context.learn([*shared, *people, *partners, *chains, *fields, *brokers])
