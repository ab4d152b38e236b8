"""The parts of the sheet of a meeting: ties, differences, questions, structures, sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ....words import EMPTY, N_, NN_, Number, Spoken, first_upper, gettext
from ...render.blocks.tables import Cell, Column
from ..model import Card, Element, Grid, Paragraph, Points, join_words
from ..words import date_of
from .between import Difference, Key, Pair, Shared, listed, named, worded
from .contacts import contacts
from .party import Party
from .questions import Question
from .sheet import Sheet

PROJECTS, ITEMS, BROKERS, UNDATED = 6, 3, 4, 2
"""Rows and items that two pages have room for; the pages of both parties have the rest."""


def ties(sheet: Sheet) -> Sequence[Element]:
    """List the shared projects; where there is none, say so, and who or what could tie both."""
    pair = sheet.pair
    blocks: list[Element] = []
    if pair.kinship:
        blocks.append(Paragraph(sheet.say(pair.kinship)))
        if pair.shared:
            words = N_(
                "Ne sont comptés que les projets qui les nomment tous les deux : ce que fait l’un peut être aussi ce que fait "
                "l’autre."
            )
            blocks.append(Paragraph(sheet.say(words), "note"))
    if pair.nested:
        blocks.append(Paragraph(sheet.say(_inside(*pair.nested))))
    if there := _there(sheet):
        blocks.append(Points(there))
    if pair.shared:
        blocks.append(_projects(sheet))
    undated = [
        sheet.say(
            NN_(
                "{one} et {other} : une source ({source}) compte {n} projet commun, sans le nommer ni le dater.",
                "{one} et {other} : une source ({source}) compte {n} projets communs, sans les nommer ni les dater.",
                n, one=pair.context.name(one), other=pair.context.name(other), source=sheet.cite(source),
            )
        )
        for one, other, n, source in pair.undated[:UNDATED]
    ]  # fmt: skip
    if undated:
        blocks.append(Points(tuple(undated)))
        if pair.shared:
            words = N_(
                "Ces nombres ne s’ajoutent pas aux projets nommés plus haut, dont ils comptent peut-être une partie."
            )
            blocks.append(Paragraph(sheet.say(words), "note"))
    if not pair.shared and not undated:
        blocks.append(Paragraph(sheet.say(_nothing(pair)), "absent"))
        if not pair.kinship and not pair.nested:
            blocks += _could(sheet)
    return blocks


def _nothing(pair: Pair) -> Spoken:
    """Say that no shared project is known."""
    if pair.kinship:
        return N_(
            "Aucun projet connu ne les nomme tous les deux. Ce que fait l’un peut être aussi ce que fait l’autre."
        )
    if pair.nested:
        inner, outer = pair.nested
        return N_(
            "Aucun projet connu ne réunit des participants {of} et du reste {whole}.", of=inner.of, whole=outer.of,
        )  # fmt: skip
    return N_(
        "Aucun projet connu ne réunit {first} et {second}. Cela ne dit pas qu’il n’y en a aucun : contrats directs, "
        "stages et échanges informels n’y sont que si une source les décrit.",
        first=pair.first.the, second=pair.second.the,
    )  # fmt: skip


def _inside(inner: Party, outer: Party) -> Spoken:
    """Say that a territory is in another: what is counted in the one is counted in the other too."""
    if len(inner.towns) == len(outer.towns):
        return N_("{inner} a les mêmes communes que {outer}.", inner=inner.opening, outer=outer.the)
    if len(inner.towns) == 1:
        return N_(
            "{inner} est une des {n} communes {of} : ce qui est connu d’elle y est compté aussi.",
            inner=inner.opening, n=Number(len(outer.towns)), of=outer.of,
        )  # fmt: skip
    return N_(
        "{inner} est une partie {of} : ce qui en est connu y est compté aussi.",
        inner=inner.opening, of=outer.of,
    )  # fmt: skip


def _there(sheet: Sheet) -> tuple[str, ...]:
    """Tell what of an organisation is in the territory that it meets: programmes that are taught there, units."""
    first, second = sheet.pair.sides
    if (first.territory is None) == (second.territory is None):
        return ()
    place, other = (first, second) if first.territory else (second, first)
    programmes, units = first.programmes & second.programmes, first.units & second.units - {other.path}
    rows = other.context.known.by("programmes", "programme").of_all(sorted(other.programmes))
    unknown = len(other.programmes - {one for one, town in rows.select("programme", "place") if town})
    lost = (
        NN_(" ({n} autre est sans lieu connu)", " ({n} autres sont sans lieu connu)", unknown)
        if unknown
        else EMPTY
    )
    told = (
        NN_(
            "Sur place ({place}) : {n} formation du supérieur connue {of}{lost}.",
            "Sur place ({place}) : {n} formations du supérieur connues {of}{lost}.",
            len(programmes), place=place.name, of=other.of, lost=lost,
        ),
        NN_(
            "Sur place ({place}) : {n} unité de recherche connue {of}.",
            "Sur place ({place}) : {n} unités de recherche connues {of}.",
            len(units), place=place.name, of=other.of,
        ),
    )  # fmt: skip
    return tuple(sheet.say(words) for things, words in zip((programmes, units), told, strict=True) if things)


def _could(sheet: Sheet) -> Sequence[Element]:
    """Tell what could tie a pair: who works with both, what both have."""
    pair, language = sheet.pair, sheet.language
    items = []
    if pair.brokers:
        names = [
            sheet.say(N_("{name} ({n} et {m})", name=pair.context.name(path), n=n, m=m))
            for path, n, m in pair.brokers[:BROKERS]
        ]
        items.append(
            sheet.say(
                N_(
                    "Qui travaille avec les deux, avec ses interactions connues avec {first} et avec {second} : {names}.",
                    first=pair.first.the, second=pair.second.the, names=join_words(names, language),
                )
            )
        )  # fmt: skip
    for one in pair.differences:
        if one.both:
            names = worded(pair.context, [key for key, *_ in one.both[:ITEMS]])
            items.append(
                sheet.say(
                    N_("{kind}, chez les deux : {names}.", kind=one.words, names=join_words(names, language))
                )
            )
    if pair.chains_apart:
        words = N_(
            "Filières où les deux ont des membres, à des fonctions différentes : {names}.",
            names=join_words([pair.context.word(chain) for chain in pair.chains_apart], language),
        )
        items.append(sheet.say(words))
    if not items:
        words = N_(
            "Les sources ne leur connaissent ni partenaire, ni domaine, ni filière en commun : les questions partent "
            "de ce que l’un a et qui manque à l’autre."
        )
        return [Paragraph(sheet.say(words), "absent")]
    return [Paragraph(sheet.say(N_("Ce qui pourrait vous lier :"))), Points(tuple(items))]


def _projects(sheet: Sheet) -> Grid:
    pair = sheet.pair
    shown = pair.shared[:PROJECTS]
    columns = (
        Column("project", N_("Projet"), weight=2.4),
        Column("year", N_("Année"), "year", weight=0.6),
        *(
            Column(f"side{rank}", N_("Pour {name}", name=party.the), weight=2)
            for rank, party in enumerate(pair.sides)
            if party.territory is not None
        ),
        Column("role", N_("Rôles"), weight=1.5),
        Column("source", N_("Source"), weight=0.6),
    )
    notes: tuple[str, ...] = ()
    if pair.nested:
        notes = (
            sheet.say(
                N_("L’un est dans l’autre : ces projets sont ceux de l’un avec qui agit du reste de l’autre.")
            ),
        )
    if (more := len(pair.shared) - len(shown)) > 0:
        words = NN_(
            "{n} autre projet commun, plus ancien ou sans date, sur les pages des deux.",
            "{n} autres projets communs, plus anciens ou sans date, sur les pages des deux.",
            more,
        )
        notes = (*notes, sheet.say(words))
    years = [one.year for one in pair.shared if one.year]
    span = (
        N_(", de {first} à {last}", first=str(min(years)), last=str(max(years)))
        if len(set(years)) > 1
        else EMPTY
    )
    title = NN_(
        "{n} projet en commun connu{span}", "{n} projets en commun connus{span}", len(pair.shared), span=span
    )  # fmt: skip
    return Grid("projets-communs", sheet.say(title), columns, tuple(_row(sheet, one) for one in shown), notes)


def _row(sheet: Sheet, one: Shared) -> tuple[Cell, ...]:
    context = sheet.pair.context
    sides = [
        Cell(sheet.set(named(context, actors)))
        for party, actors in zip(sheet.pair.sides, one.sides, strict=True)
        if party.territory is not None
    ]
    took = context.known.by("participations", "interaction").of(one.path).select("actor", "role")
    everyone = frozenset[str]().union(*one.sides)
    roles = sorted({context.word(role) for actor, role in took if role and actor in everyone})
    return (
        Cell(sheet.set(context.name(one.path))),
        Cell(str(one.year) if one.year else "∅", one.year),
        *sides,
        Cell(", ".join(roles) or "∅"),
        Cell(sheet.cite(one.source)),
    )


def differences(sheet: Sheet) -> Sequence[Element]:
    """Set side by side what each party has alone and what both have."""
    pair = sheet.pair
    if not pair.differences:
        words = N_(
            "Les sources chargées ne donnent ni domaine du ministère, ni formation, ni filière à l’un ou à l’autre."
        )
        return [Paragraph(sheet.say(words), "absent")]
    columns = (
        Column("what", N_("Sujet"), weight=1.4),
        Column("first", N_("Seulement {name}", name=pair.first.name), weight=2),
        Column("second", N_("Seulement {name}", name=pair.second.name), weight=2),
        Column("both", N_("Les deux"), weight=1.8),
    )
    rows = [
        (
            Cell(sheet.say(one.words)),
            _items(sheet, one.first, one.known[0], one.panels[0]),
            _items(sheet, one.second, one.known[1], one.panels[1]),
            _common(sheet, one) if all(one.known) else Cell("∅"),
        )
        for one in pair.differences
    ]
    for party in pair.sides:
        _cite_things(sheet, party)
    notes = (
        sheet.say(
            N_(
                "∅ : les sources ne disent rien de ce sujet pour lui, ce qui n’est pas zéro. Les métiers sont déduits "
                "par des règles qui lisent des noms, les filières d’un identifiant qu’une personne a vérifié ou d’un "
                "code d’activité."
            )
        ),
    )
    return [
        Grid(
            "differences", sheet.say(N_("Ce que l’un a et que l’autre n’a pas")), columns, tuple(rows), notes
        )
    ]


def _items(sheet: Sheet, counts: Counter[Key], known: bool, panels: Counter[Key]) -> Cell:
    if not known and not panels:
        return Cell("∅")
    shown = counts if known else panels
    names = [sheet.say(N_("{name} ({n})", name=_name(sheet, key), n=n)) for key, n in listed(shown, ITEMS)]
    told = _told(sheet, names, len(shown))
    if known:
        return told
    words = N_("aucun domaine du ministère dans le répertoire ; panels de l’ERC : {names}", names=told.text)
    return Cell(sheet.say(words))


def _common(sheet: Sheet, one: Difference) -> Cell:
    names = [
        sheet.say(N_("{name} ({n} et {m})", name=_name(sheet, key), n=n, m=m))
        for key, n, m in one.both[:ITEMS]
    ]
    return _told(sheet, names, len(one.both))


def _name(sheet: Sheet, key: Key) -> str:
    return first_upper(*worded(sheet.pair.context, [key]))


def _told(sheet: Sheet, names: list[str], whole: int) -> Cell:
    more = [sheet.say(NN_("{n} autre", "{n} autres", whole - len(names)))] if whole > len(names) else []
    return Cell(gettext(" ; ", sheet.language).join([*names, *more]) or sheet.say(N_("rien de plus")))


def _cite_things(sheet: Sheet, party: Party) -> None:
    known = party.context.known
    for frame, key, paths in (("units", "unit", party.units), ("programmes", "programme", party.programmes)):
        rows = known.by(frame, key).of_all(sorted(paths))
        sheet.cite(*sorted(str(one).removeprefix("source/") for one in rows.distinct("source")))


def cards(sheet: Sheet, found: Sequence[Question]) -> Sequence[Element]:
    """Write the questions, each with the facts that it comes from and their sources."""
    if not found:
        return [
            Paragraph(
                sheet.say(N_("Ce que disent les sources ne suffit pas à calculer une question.")), "absent"
            )
        ]
    return [_card(sheet, rank, one) for rank, one in enumerate(found, 1)]


def _card(sheet: Sheet, rank: int, one: Question) -> Card:
    sources = sheet.cite(*one.sources)
    details = (sheet.say(N_("Sources : {numbers}", numbers=sources)),) if sources else (
        sheet.say(N_("Source : règles qui rangent les acteurs dans les filières")),
    )  # fmt: skip
    return Card(
        f"Q{rank}", sheet.say(one.words), details, sheet.say(N_("D’où vient la question")),
        tuple(sheet.say(fact) for fact in one.facts),
    )  # fmt: skip


def addresses(sheet: Sheet) -> Sequence[Element]:
    """List the structures to write to, with their official page."""
    found = contacts(sheet.pair)
    if not found:
        return [
            Paragraph(
                sheet.say(N_("Aucune structure de l’un ni de l’autre n’est décrite par les sources.")),
                "absent",
            )
        ]
    columns = (
        Column("name", N_("Structure"), weight=2.4),
        Column("why", N_("Pourquoi elle"), weight=2),
        Column("town", N_("Commune"), weight=1.2),
        Column("homepage", N_("Page officielle"), weight=2),
    )
    rows = [
        (
            Cell(sheet.set(f"{one.name}, {one.nature}")),
            Cell(sheet.say(one.why)),
            Cell(one.town or "∅"),
            Cell(
                one.homepage.split("://", 1)[-1].rstrip("/") or "∅", one.homepage, link=one.homepage or None
            ),
        )
        for one in found
    ]
    note = sheet.say(N_("∅ : non connu d’après les sources. Cette fiche ne donne le nom d’aucune personne."))
    return [
        Grid("contacts", sheet.say(N_("Structures, jamais des personnes")), columns, tuple(rows), (note,))
    ]


def origins(sheet: Sheet) -> Sequence[Element]:
    """List the sources of the sheet with the date of their data, and the publication."""
    rows = sheet.pair.context.known.by("sources", "source").all().named()
    dates = {row["source"].removeprefix("source/"): row["date"] for row in rows}

    def told(name: str, number: int) -> str:
        dated = f" ({dates[name]})" if dates.get(name) else ""
        return f"{number}. {sheet.seen.source(name, sheet.language)}{dated}"

    listed_ = gettext(" ; ", sheet.language).join(told(*pair) for pair in sheet.sources.items())
    words = N_(
        "Publication du graphe : {date} ({snapshot}).",
        date=date_of(sheet.created, sheet.language),
        snapshot=sheet.seen.snapshot,
    )
    texts = [sheet.set(listed_), sheet.say(words)] if listed_ else [sheet.say(words)]
    return [Paragraph(text, "note") for text in texts]
