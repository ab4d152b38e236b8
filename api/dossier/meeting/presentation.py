"""Who each party of a meeting is, in two or three sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ....words import N_, NN_, first_upper
from ...render.blocks.tables import figure
from ..model import Element, Paragraph, join_words
from .party import Party
from .sheet import Sheet

PARTNERS, TOWNS = 3, 4
"""Partners and communes that are named."""
#: Figures that tell a territory in a line.
FIGURES = (
    ("population", NN_("habitant", "habitants", 1)),
    ("programmes", NN_("formation", "formations", 1)),
    ("research-units", NN_("unité de recherche", "unités de recherche", 1)),
)


def who(sheet: Sheet) -> Sequence[Element]:
    """Tell each party in two or three sentences."""
    return [Paragraph(_who(sheet, party)) for party in sheet.pair.sides]


def _who(sheet: Sheet, party: Party) -> str:
    words = [
        sheet.say(
            N_("{name} : {nature}{where}.", name=party.name, nature=party.nature, where=_where(sheet, party))
        )
    ]
    figures = _figures(sheet, party)
    if figures:
        words.append(first_upper(join_words(figures, sheet.language)) + ".")
    partners = [
        sheet.say(N_("{name} ({n})", name=party.context.name(path), n=n))
        for path, n in party.first_partners(PARTNERS)
    ]
    if partners:
        words.append(
            sheet.say(
                N_("Ses premiers partenaires connus : {names}.", names=join_words(partners, sheet.language))
            )
        )
    elif not party.actors:
        words.append(sheet.say(N_("Les sources ne lui connaissent aucun projet : ce n’est pas un zéro.")))
    return " ".join(words)


def _where(sheet: Sheet, party: Party) -> str:
    if party.territory is None:
        towns = list(dict.fromkeys(party.context.name(one) for one in party.towns))
        if not towns:
            return sheet.say(N_(", de lieu inconnu"))
        if len(towns) <= TOWNS:
            return sheet.say(N_(", {towns}", towns=join_words(towns, sheet.language)))
        told, more = ", ".join(towns[: TOWNS - 1]), len(towns) - TOWNS + 1
        return sheet.say(N_(", {towns} et {n} autres communes", towns=told, n=more))
    wholes = (
        sheet.seen.containing(party.territory, "department") if party.territory.level != "department" else []
    )
    names = join_words([one.label for one, _ in wholes[:3]], sheet.language)
    n = len(party.territory.communes)
    communes = NN_("{n} commune", "{n} communes", n)[sheet.language]
    if party.territory.level == "commune":
        communes = ""
    return "".join(f", {one}" for one in (names, communes) if one)


def _figures(sheet: Sheet, party: Party) -> list[str]:
    """Write the figures that tell a party: people, programmes, units, interactions with their years."""
    found: list[str] = []
    language = sheet.language
    if party.territory is not None:
        values = {one.indicator.id: one for one in sheet.seen.values(party.path)}
        for name, words in FIGURES:
            one = values.get(name)
            if one is not None and one.value:
                sheet.cite(*one.indicator.sources)
                found.append(f"{figure(one.value, 0, language)} {words.of(one.value)[language]}")
    else:
        for count, words in (
            (
                len(party.programmes),
                NN_("{n} formation ouverte", "{n} formations ouvertes", len(party.programmes)),
            ),
            (len(party.units), NN_("{n} unité de recherche", "{n} unités de recherche", len(party.units))),
        ):
            if count and not (party.units == {party.path} and count == 1):
                found.append(words[language])
        taught = party.context.known.by("programmes", "institution").of_all(party.parts)["programme"]
        if elsewhere := party.programmes & set(taught):
            found[0] += sheet.say(N_(" (dont {n} dans ses composantes)", n=len(elsewhere)))
    if party.actors:
        count = len(party.actors)
        told = NN_("{n} interaction connue", "{n} interactions connues", count)
        _cite_events(sheet, party.actors)
        years = (
            N_(" de {first} à {last}", first=str(party.years[0]), last=str(party.years[-1]))
            if party.years
            else None
        )
        found.append(told[language] + (years[language] if years and party.years[0] < party.years[-1] else ""))
    return found


def _cite_events(sheet: Sheet, events: Mapping[str, object]) -> None:
    rows = sheet.pair.context.known.by("interactions", "interaction").of_all(events)
    sheet.cite(*sorted(str(one).removeprefix("source/") for one in rows.distinct("source")))
