"""The portrait of a dossier: key figures beside the parent territory and peers, supply, economy, actors, filières."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ...graph.indicators.declaration import TOPICS
from ...graph.indicators.rows import MISSING
from ...graph.region.text import fold
from ...graph.sparql.results import Rows
from ...words import EMPTY, N_, NN_, Named, Number, Spoken, first_upper, gettext, number
from ..analysis.words import status_words
from ..labels.typesetting import NARROW, NO_BREAK
from ..pages.territory.figures import figures
from ..render.blocks.tables import Cell, Column, absent
from .making import Making, define, flat, outside
from .model import Element, Grid, Paragraph, Points, Section, join_words

CONTACTS = 25
ILLUSTRATIVE_TOPICS = ("desk",)


def key_figures(making: Making) -> Section:
    """Give every indicator of the territory, topic by topic, beside its parent's and its peers' values."""
    seen, territory, language = making.seen, making.territory, making.language
    rows = list(figures(seen, territory, making.parent, language).rows)
    if not rows:
        absent_ = making.say(N_("Aucun indicateur n’est calculé pour ce territoire."))
        return Section(blocks=(Paragraph(absent_, "absent"),))
    peers = making.peers
    beside = {row["id"]: row for row in figures(seen, territory, peers, language).rows} if peers.peers else {}
    blocks: list[Element] = [Paragraph(_compared(making, peers.peers))]
    if peers.peers:
        words = making.say(
            N_("Pairs de même structure, dans l’ordre de leurs codes : ce n’est pas un classement.")
        )
        blocks += [
            Paragraph(words, "note"),
            Points(
                tuple(
                    making.set(
                        gettext(
                            "{first} : {language_}",
                            making.language,
                            first=one.label,
                            language_=one.why[language],
                        )
                    )
                    for one in peers.peers
                )
            ),
        ]
    elif peers.refused:
        blocks.append(Paragraph(making.set(peers.refused), "note"))
    for topic in TOPICS:  # what is counted by group is drawn further on: its whole is another row already
        chosen = [row for row in rows if row["topic_id"] == topic and "-by-" not in row["id"]]
        if chosen and (making.matter.illustrative or topic not in ILLUSTRATIVE_TOPICS):
            blocks.append(_topic(making, topic, chosen, beside))
    return Section(blocks=tuple(blocks))


def _compared(making: Making, peers: Sequence[Any]) -> str:
    parent = making.parent.label if making.parent.territories and not making.parent.peers else ""
    if not parent:
        return making.say(
            N_(
                "Chaque chiffre porte une référence (C1, C2…) que l’annexe A détaille : définition, "
                "source, date et preuve."
            )
        )
    more: Spoken = EMPTY
    if peers:
        more = N_(
            ", et à la médiane de {peers} territoires de même structure (entre parenthèses, le plus "
            "bas et le plus haut)",
            peers=len(peers),
        )
    if not making.held:
        return making.say(
            N_(
                "Chaque chiffre est mis à côté de celui du territoire comparé ({parent}), qui ne "
                "contient qu’une partie de celui-ci{more}. La référence (C1, C2…) renvoie à l’annexe A : "
                "définition, source, date et preuve.",
                parent=parent,
                more=more,
            )
        )
    return making.say(
        N_(
            "Chaque chiffre est mis à côté de celui du territoire qui le contient ({parent}){more}. "
            "Un nombre d’habitants, de formations ou de projets y est naturellement plus grand. La "
            "référence (C1, C2…) renvoie à l’annexe A : définition, source, date et preuve.",
            parent=parent,
            more=more,
        )
    )


def _is_silent(row: Mapping[str, Any], peer: Mapping[str, Any]) -> bool:
    """Tell whether nothing is known of an indicator here, in the territory beside, and of peers."""
    values = (row.get("value"), row.get("comparison"), peer.get("comparison"))
    statuses = {row.get("status"), row.get("comparison_status"), peer.get("comparison_status")}
    return values == (None, None, None) and statuses <= {None, MISSING}


def _topic(making: Making, topic: str, rows: Sequence[Any], beside: dict[str, Any]) -> Grid | Paragraph:
    parent = making.parent.label if making.parent.territories else ""
    columns = [
        Column("indicator", N_("Indicateur"), weight=3.2),
        Column("value", N_("Ici"), "number", weight=1.1),
    ]
    if parent:
        columns.append(Column("comparison", Named(parent), "number", weight=1.1))
    if beside:
        columns.append(Column("peers", N_("Pairs"), "number", weight=1.6))
    columns += [
        Column("period", N_("Période"), weight=0.9),
        Column("reference", N_("Réf."), weight=0.6),
    ]
    made: list[tuple[Cell, ...]] = []
    whole: list[dict[str, Any]] = []
    silent: list[str] = []
    counted = _unplaced(making, rows)
    for row in rows:
        peer = beside.get(row["id"], {})
        if _is_silent(row, peer):
            if (name := first_upper(row["indicator"])) not in counted.values():
                silent.append(making.set(name))
            whole.append(_whole(making, row, peer, ""))
            continue
        when = row["as_of"] or row["period"] or ""
        reference = making.references.cite(
            "C",
            making.set(row["indicator"]),
            shown=row["shown"] or why_none(making, row, "status")[1],
            method=define(making, row["definition"], row["id"]),
            period=when,
            sources=row["sources"].split(", "),
            evidence=status_words(row["evidence"], making.language),
        )
        label = row["unit_label"]
        unit = f" ({label})" if label and label not in row["indicator"] else ""
        made.append(
            (
                Cell(making.set(first_upper(row["indicator"]) + unit), row["id"]),
                _figure(making, row, "value", "shown", "status"),
                *((_figure(making, row, *_COMPARED),) if parent else ()),
                *((_of_peers(making, peer),) if beside else ()),
                Cell(when, row["period"]),
                Cell(reference, reference),
            )
        )
        whole.append(_whole(making, row, peer, reference))
    caption = first_upper(making.set(TOPICS[topic][making.language]))
    notes = [_told_unplaced(making, counted)] if counted else []
    if silent:
        listed = gettext(" ; ", making.language).join(silent)
        notes.append(making.say(N_("Absents des sources : {silent}.", silent=listed)))
    if not made:
        making.data[f"chiffres-{topic}"] = (caption, flat(whole))
        told = " ".join(notes)
        return Paragraph(f"{caption}{making.say(N_(' : '))}{told[:1].lower()}{told[1:]}", "absent")
    return Grid(f"chiffres-{topic}", caption, tuple(columns), tuple(made), tuple(notes), flat(whole))


_COMPARED = ("comparison", "comparison_shown", "comparison_status")


def _of_peers(making: Making, peer: Mapping[str, Any]) -> Cell:
    """Write the median of peers, with the least and the most, and how many of them have a value."""
    cell, reach = _figure(making, peer, *_COMPARED), _known(making, peer)
    if cell.absent:
        return Cell(cell.text, None, cell.absent + reach)
    return Cell(cell.text + _spread(peer.get("range_shown") or "") + reach, cell.value)


def _whole(making: Making, row: Any, peer: Mapping[str, Any], reference: str) -> dict[str, Any]:
    """Give a row of the CSV: the value here, of the parent and of peers, each with why there is none, and what it counts."""

    def why(from_: Mapping[str, Any], value: str, status: str) -> str | None:
        return why_none(making, from_, status, bounded=False)[1] if from_ and from_[value] is None else None

    parent = making.parent.label if making.parent.territories else None
    unplaced, items = _places(making, row["id"])
    return {
        "reference": reference or None,
        "indicator": first_upper(row["indicator"]),
        "id": row["id"],
        "value": row["value"],
        "status": why(row, "value", "status"),
        "low": row["low"],
        "high": row["high"],
        "unit": row["unit_label"] or row["unit"] or None,
        "period": row["period"],
        "as_of": row["as_of"] or None,
        "compared_with": parent,
        "comparison": row["comparison"] if parent else None,
        "comparison_status": why(row, "comparison", "comparison_status") if parent else None,
        "peers_median": peer.get("comparison"),
        "peers_status": why(peer, "comparison", "comparison_status"),
        "peers_least": peer.get("least"),
        "peers_most": peer.get("most"),
        "peers_known": peer.get("peers_known"),
        "peers": peer.get("peers"),
        "items_known": items,
        "items_without_place": unplaced,
        "evidence": status_words(row["evidence"], making.language),
        "sources": making.titles(row["sources"]),
        "definition": row["definition"],
        "limits": row["limits"] or None,
    }


def _places(making: Making, id: str) -> tuple[int | None, int | None]:
    """Give how many of the items that an indicator counts have no known place, and how many there are."""
    basis = making.seen.bases.get(id)
    return (basis.unplaced, basis.items) if basis else (None, None)


def _unplaced(making: Making, rows: Sequence[Any]) -> dict[tuple[int, int], str]:
    """Name what is counted by how many of it have no known place, of how many; shares and distances follow from that."""
    told: dict[tuple[int, int], str] = {}
    for row in rows:
        unplaced, items = _places(making, row["id"])
        if unplaced and items and making.seen.cube.indicators[row["id"]].formula == "items":
            told.setdefault((unplaced, items), first_upper(row["indicator"]))
    return told


def _told_unplaced(making: Making, counted: Mapping[tuple[int, int], str]) -> str:
    """Say how many of what is counted have no known place, so count in no territory."""
    language = making.language
    each = [
        gettext("{name}, {n} sur {of}", language, name=name, n=number(n, language), of=number(of, language))
        for (n, of), name in counted.items()
    ]
    listed = gettext(" ; ", language).join(each)
    return making.say(N_("Sans lieu connu, donc comptés dans aucun territoire : {listed}.", listed=listed))


def _known(making: Making, peer: Mapping[str, Any]) -> str:
    """Say how many peers have a value, where some have none."""
    known, asked = peer.get("peers_known"), peer.get("peers")
    if known is None or not asked or known in (0, asked):
        return ""
    return making.say(NN_(", {n} sur {asked} connu", ", {n} sur {asked} connus", known, asked=asked))


def _spread(shown: str) -> str:
    """Write the least and the most of peers, unless they are one.

    >>> _spread("1 – 3"), _spread("0 – 0"), _spread("")
    (' (1 – 3)', '', '')
    """
    ends = [end.strip() for end in shown.replace(NARROW, " ").replace(NO_BREAK, " ").split("–")]
    return "" if not shown or len(set(ends)) == 1 else f" ({shown})"


def _figure(making: Making, row: Any, value: str, shown: str, status: str) -> Cell:
    if row.get(value) is not None:
        return Cell(str(row[shown]), row[value])
    mark, words = why_none(making, row, status)
    return Cell(mark, None, words)


def why_none(making: Making, row: Mapping[str, Any], status: str, bounded: bool = True) -> tuple[str, str]:
    """Give the sign and the words of a figure without a value, and between what it is: the same in table, annex and limits."""
    mark, words = absent(row.get(status), making.language)
    words = making.set(row.get(f"{status}_words") or words)
    between = row.get(status.replace("status", "bounds")) if bounded else ""
    return mark, f"{words}, {between}" if between else words


def actors(making: Making) -> Section:
    """List the structures that are there, with the home page and the address of those that have them; never a person."""
    made = making.block("acteurs")
    if not len(made):
        return Section(blocks=(Paragraph(making.say(made.empty), "absent"),))
    counted = join_words([f"{kind} ({n})" for kind, n in made.more["groups"].items()], making.language)
    blocks: list[Element] = [
        Paragraph(
            making.say(N_("Par nature, structures situées ici par les sources : {counted}.", counted=counted))
        ),
    ]
    pages = dict(making.matter.frame("homepages").unique("actor", keep="first").iter_rows())
    addresses = _addresses(making)
    rows = [
        dict(row)
        | {
            "homepage": outside(pages.get(row["actor_iri"], "")),
            "address": addresses.get(row["actor_iri"], ""),
        }
        for row in made.rows
    ]
    data = flat(
        [
            {
                name: row[name]
                for name in ("actor", "kind", "town", "address", "homepage", "evidence", "source")
            }
            for row in map(making.worded, rows)
        ]
    )
    reference = making.references.cite(
        "T",
        making.say(N_("Acteurs et contacts des structures")),
        shown=str(len(rows)),
        method=making.asked(made.question),
        sources=sorted({s for row in rows for s in row["source"].split(", ")}),
    )
    caption = making.say(N_("Structures à contacter [{reference}]", reference=reference))
    if len(rows) <= CONTACTS or any(row["homepage"] for row in rows):
        blocks.append(_contacts(making, caption, rows, data))
    else:
        words = making.say(
            N_(
                "Aucune des {number} structures n’a de page d’accueil connue : la liste est dans le "
                "fichier contacts.csv.",
                number=Number(len(rows)),
            )
        )
        blocks.append(Paragraph(f"{words} [{reference}]", "absent"))
        making.data["contacts"] = (caption, data)
    return Section(blocks=tuple(blocks))


def _addresses(making: Making) -> dict[str, str]:
    """Give the postal address of structures that have sites in the territory, where sources tell it."""
    ground, inside = making.seen.ground, making.seen.inside(making.territory)
    places = making.matter.frame("sites").select("site", "place").drop_nulls().iter_rows()
    here = {site for site, place in places if inside[ground.at(place)].any()}
    told = making.matter.frame("openings").select("organization", "site", "address").drop_nulls().unique()
    found: dict[str, list[str]] = {}
    for organization, site, address in told.sort("organization", "address").iter_rows():
        if site in here:
            found.setdefault(organization, []).append(address)
    return {organization: " ; ".join(dict.fromkeys(several)) for organization, several in found.items()}


def _contacts(making: Making, caption: str, rows: Sequence[Mapping[str, Any]], data: Rows) -> Grid:
    """Print the structures, those of most interactions first; those alone that have a home page, where there are many."""
    active: Counter[str] = Counter()  # by name: one structure may have an identifier in each source
    for row in making.block("partenaires").rows:
        if row["side"] == "actor":
            active[fold(row["partner"])] += row["interactions"]
    known = [row for row in rows if row["homepage"] or len(rows) <= CONTACTS]
    known.sort(key=lambda row: -active[fold(row["actor"])])
    note: Spoken = N_(
        "Celles qui ont le plus d’interactions connues d’abord. Ce dossier ne donne le nom d’aucune personne."
    )
    if len(rows) > CONTACTS:
        note = N_(
            "Structures dont la page d’accueil est connue : {known} sur {rows}, imprimées jusqu’à "
            "{contacts}, celles qui ont le plus d’interactions connues d’abord ; la liste est dans "
            "le fichier contacts.csv. Ce dossier ne donne le nom d’aucune personne.",
            known=Number(len(known)),
            rows=Number(len(rows)),
            contacts=CONTACTS,
        )
    columns = [
        Column("actor", N_("Structure"), weight=3),
        Column("kind", N_("Nature"), weight=2.2),
        Column("town", N_("Commune"), weight=1.3),
        *(
            column
            for column in (
                Column("address", N_("Adresse"), weight=2.2),
                Column("homepage", N_("Page d’accueil"), weight=2.2),
            )
            if any(row[column.name] for row in known)
        ),
    ]
    cells = tuple(tuple(_contact(making, row, column.name) for column in columns) for row in known[:CONTACTS])
    return Grid("contacts", caption, tuple(columns), cells, (making.say(note),), data)


def _contact(making: Making, row: Mapping[str, Any], name: str) -> Cell:
    """Write a cell of a structure; a home page without what all addresses begin with."""
    page = row[name] if name == "homepage" else ""
    if page:
        return Cell(page.split("://", 1)[-1].rstrip("/"), page, link=page)
    return Cell(row[name] if name == "kind" else making.set(row[name]))


def filieres(making: Making) -> Section:
    """Tell which filières have members there, by function and stage, and which have none."""
    made = making.block("filieres")
    blocks = making.table("filieres", made, N_("Membres des filières situés ici"), first=30)
    words = making.say(
        N_(
            "Une filière est une suite de maillons décrits par leurs activités ; un membre y est "
            "nommé par un identifiant qu’une personne a vérifié, ou par son code d’activité ; un mot ne fait "
            "que proposer. Les maillons qui manquent sont dans la partie sur les manques."
        )
    )
    return Section(blocks=(Paragraph(words, "note"), *blocks))
