"""Who each party of a meeting is, in two or three sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ....words import EMPTY, N_, NN_, Number, first_upper
from ...render.blocks.tables import figure
from ..model import Element, Paragraph, join_words
from .party import Party
from .sheet import Sheet

PARTNERS, TOWNS, DEPARTMENTS = 3, 4, 3
"""Partners, communes and départements that are named; of more départements, their number is told."""
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
    if partners := _partners(sheet, party):
        words.append(partners)
    elif not party.actors:
        words.append(
            sheet.say(
                N_(
                    "Les sources ne lui connaissent aucune interaction, ce qui ne dit pas qu’il n’y en a aucune."
                )
            )
        )
    return " ".join(words)


def _partners(sheet: Sheet, party: Party) -> str:
    """Name the first partners of a party; where more have as many interactions than there is room for, count them."""
    first = party.first_partners(PARTNERS)
    if not party.partners:
        return ""
    if not first:
        return sheet.say(
            NN_(
                "{partners} partenaires connus{beside}, une interaction avec chacun.",
                "{partners} partenaires connus{beside}, {n} interactions au plus avec chacun.",
                max(party.partners.values()), partners=Number(len(party.partners)),
                beside=N_(" hors de ses tutelles, unités et regroupements") if party.kin else EMPTY,
            )
        )  # fmt: skip
    names = [sheet.say(N_("{name} ({n})", name=party.context.name(path), n=n)) for path, n in first]
    unnamed = sum(n >= first[-1][1] for one, n in party.partners.items() if not party.has_name(one))
    others = NN_(
        " ; {n} autre, que sa source ne nomme pas, en a autant ou plus",
        " ; {n} autres, que leur source ne nomme pas, en ont autant ou plus",
        unnamed,
    )
    return sheet.say(
        N_(
            "Ses premiers partenaires connus : {names}{others}.",
            names=join_words(names, sheet.language), others=others if unnamed else EMPTY,
        )
    )  # fmt: skip


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
    names = join_words([one.label for one, _ in wholes], sheet.language)
    if len(wholes) > DEPARTMENTS:
        names = NN_("{n} département", "{n} départements", len(wholes))[sheet.language]
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
