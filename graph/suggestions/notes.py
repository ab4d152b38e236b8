"""What a reader of suggestions must know: their quality, what is known already, what the data cannot say."""

from __future__ import annotations

from ...words import EMPTY, N_, NN_, Listed
from ..analysis.adjacency import Places
from ..findings.model import Words
from .features import QUIET
from .reasons import Reasons
from .source_names import source_name
from .trust import Trust


def already(basis: Reasons, rows: Places, academic: bool) -> Words | None:
    """Tell the ties that are there already, which are not suggested."""
    period = basis.period
    last: dict[int, int] = {}
    for row in rows.tolist():
        peers = (
            period.incidence[[row]].indices + period.n_a
            if academic
            else period.partners_of_company(row - period.n_a)
        )
        for peer in peers.tolist():
            years = [met.year or 0 for met in basis.facts.shared(row, peer)[:1]]
            last[peer] = max(last.get(peer, 0), *years)
    if not last:
        return None
    named = [peer for peer in last if basis.who.named(period.ties.nodes[peer])]
    names = [
        basis.who.label(period.ties.nodes[peer]) + (f" ({last[peer]})" if last[peer] else "")
        for peer in sorted(named, key=lambda peer: (-last[peer], peer))[:5]
    ]
    among = N_(", dont {names}", names=Listed(names)) if names else EMPTY
    if academic:
        return NN_(
            "Déjà en lien{units}, donc pas proposé : {n} entreprise{among}.",
            "Déjà en lien{units}, donc pas proposé : {n} entreprises{among}.",
            len(last),
            units=N_(" avec lui ou l’une de ses unités") if len(rows) > 1 else EMPTY,
            among=among,
        )
    return NN_(
        "Déjà en lien, donc pas proposé : {n} acteur académique{among}.",
        "Déjà en lien, donc pas proposé : {n} acteurs académiques{among}.",
        len(last),
        among=among,
    )


def notes(basis: Reasons, kind: str, known: Words | None, everyone: bool) -> tuple[Words, ...]:
    """Tell what a reader must know: what was checked, what is left out, what the data cannot say."""
    trust = Trust.of(basis.matter)
    out: list[Words] = [trust.words(kind)] if trust.shown(kind) else []
    out.append(
        N_(
            "Aucune de ces paires n’a de projet commun connu, sous aucune fiche, ni par une tutelle, une composante ou une "
            "société du même nom. Ni organisation fermée, ni acteur dont le dernier projet daté a commencé avant {year} n’est "
            "proposé.",
            year=str(basis.period.year - QUIET),
        )
    )
    if known:
        out.append(known)
    names = [
        source_name(name) for name in sorted(basis.period.events["source"].drop_nulls().unique().to_list())
    ]
    left_out = N_(" Les acteurs connus à l’étranger, ou par un numéro sans nom, ne sont pas proposés.")
    out.append(
        N_(
            "Un lien est un projet commun à une entreprise et à un acteur académique, dans {sources} : les contrats directs, "
            "stages et thèses Cifre n’y sont pas.{left_out}",
            sources=Listed(names) if names else N_("aucune source"),
            left_out=EMPTY if everyone else left_out,
        )
    )
    if basis.matter.illustrative:
        out.append(N_("Des faits illustratifs entrent dans ces suggestions ; ils sont dits."))
    return tuple(out)
