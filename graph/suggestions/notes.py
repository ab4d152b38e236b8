"""What a reader of suggestions must know: their quality, what is known already, what the data cannot say."""

from __future__ import annotations

from ..analysis.adjacency import Places
from ..findings.model import Words
from ..findings.words import count_en, count_fr, listed_en, listed_fr
from .quality import NAMES
from .reasons import Reasons
from .trust import Trust


def already(told: Reasons, rows: Places, academic: bool) -> Words | None:
    """Tell the ties that are there already, which are not suggested."""
    period = told.period
    found: dict[int, int] = {}
    for row in rows.tolist():
        peers = (
            period.incidence[[row]].indices + period.n_a
            if academic
            else period.partners_of_company(row - period.n_a)
        )
        for peer in peers.tolist():
            years = [met.year or 0 for met in told.facts.shared(row, peer)[:1]]
            found[peer] = max(found.get(peer, 0), *years)
    if not found:
        return None
    named = sorted(
        (one for one in found if told.who.named(period.ties.nodes[one])), key=lambda one: (-found[one], one)
    )[:5]
    names = [
        f"{told.who.label(period.ties.nodes[one])}" + (f" ({found[one]})" if found[one] else "")
        for one in named
    ]
    noun = (
        ("entreprise", "entreprises", "company", "companies")
        if academic
        else ("acteur académique", "acteurs académiques", "academic actor", "academic actors")
    )
    return {
        "fr": f"Déjà en lien, donc pas proposé : {count_fr(len(found), noun[0], noun[1])}"
        + (f", dont {listed_fr(names)}." if names else "."),
        "en": f"Tied already, so not suggested: {count_en(len(found), noun[2], noun[3])}"
        + (f", among them {listed_en(names)}." if names else "."),
    }


def notes(told: Reasons, level: float, known: Words | None, everyone: bool) -> tuple[Words, ...]:
    """Tell what a reader must know: quality, what is left out, what the data cannot say."""
    out: list[Words] = [Trust.of(told.matter).words()]
    if known:
        out.append(known)
    sources = sorted(one for one in told.period.events["source"].drop_nulls().unique().to_list())
    names = listed_fr([NAMES.get(one, one.rsplit("/", 1)[-1]) for one in sources])
    out.append(
        {
            "fr": f"Un lien est un projet commun à une entreprise et à un acteur académique, dans "
            f"{names or 'aucune source'} : les contrats directs, "
            "stages et thèses Cifre n’y sont pas."
            + (
                ""
                if everyone
                else " Les acteurs connus à l’étranger, ou par un numéro sans nom, ne sont pas proposés."
            ),
            "en": "A tie is a project shared by a company and an academic actor, in these sources: direct "
            "contracts, internships and Cifre theses are not there."
            + ("" if everyone else " Actors known abroad, or by a number without a name, are not suggested."),
        }
    )
    if told.matter.illustrative:
        out.append(
            {
                "fr": "Des faits illustratifs entrent dans ces suggestions ; ils sont dits.",
                "en": "Illustrative facts enter these suggestions; they are told.",
            }
        )
    return tuple(out)
