"""The blocks of a filière as tables: links, who does what, missing links, where, producers; members are beside."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ....graph.gaps.totals import PRODUCES
from ....ontology.vocabulary import ID
from ....words import N_, gettext
from ...render.blocks.block import Block, Unread
from ...render.blocks.tables import Column, Table, Words
from ...web.links import local_name
from ...web.query_texts import bound, question
from .block_params import FUNCTION, STAGE, ChainBlockParams
from .board import Board, BoardCell, board_of
from .member_blocks import decisions, members, proposals
from .totals import JOBS


def links(asked: ChainBlockParams) -> Table:
    """Make the activities of each stage, in both revisions of the NAF."""
    order = [stage for stage, _ in asked.chain.stages]
    rows = [
        {
            "stage": asked.stage(link.stage),
            "revision": link.revision,
            "code": link.code,
            "code_iri": link.iri,
            "activity": link.label,
            "wide": N_("large : une part seulement en est de la filière")[asked.said] if link.wide else "",
            "share": link.share,
            "status": "" if link.share is not None else "missing",
            "citation": link.citation,
        }
        for link in sorted(asked.chain.links, key=lambda one: (order.index(one.stage), one.recent, one.code))
    ]
    columns = (
        *(
            STAGE,
            Column("revision", N_("Nomenclature")),
            Column("code", N_("Code"), "link"),
        ),
        Column("activity", N_("Activité"), "french"),
        Column("wide", N_("Étendue")),
        Column("share", N_("Part de l’activité"), "number", 2),
        *(
            Column("citation", N_("Source de la part")),
            Column("status", N_("État"), "status"),
        ),
    )
    return Table(columns, rows, empty=N_("Aucune source ne décrit les maillons de cette filière."))


def who_does_what(asked: ChainBlockParams) -> Table:
    """Make who is at each stage with each function, and what is counted there; nobody known is missing, not zero."""
    chain, view, said = asked.chain, asked.view, asked.said
    missing = view.missing  # of the place that they were looked for in alone
    board = board_of(chain, view.scope, missing.report if missing.label == view.scope.label else None)
    does = {function: words[said] for function, words in chain.functions}
    rows = [_cell_row(asked, board, cell, does[cell.function]) for cell in board.cells.values()]
    note: Words = N_("Un même membre compte à chacune de ses étapes et de ses fonctions.")
    where = view.scope.label
    silent = [
        N_("Aucun membre connu pour la fonction « {does} » ({where}).", does=does[one], where=where)
        if where and not view.scope.wide
        else N_("Personne ne « {does} » pour cette filière dans les sources chargées.", does=does[one])
        for one in board.nobody
    ]
    columns = (
        *(STAGE, FUNCTION, Column("members", N_("Membres repérés"), "number")),
        *(
            Column("names", N_("Qui"), weight=3),
            Column("elsewhere", N_("Ailleurs, ou de lieu inconnu"), "number"),
        ),
        *(Column("counted", N_("Ce qui y est compté")), Column("missing", N_("Maillon manquant"))),
        Column("status", N_("État"), "status"),
    )
    return Table(columns, rows, notes=(note, *silent), more={"board": board, "does": does})


def _cell_row(asked: ChainBlockParams, board: Board, cell: BoardCell, does: str) -> dict[str, Any]:
    counted = board.scope.counted.get(cell.stage) if cell.function == PRODUCES else None
    told = counted[1][asked.said] if counted else ""
    if counted and not cell.count:
        told = gettext("{counted}, aucune entreprise nommée", asked.said, counted=told)
    return {
        "stage": asked.stage(cell.stage),
        "function": does,
        "members": cell.count or None,
        "names": " ; ".join(one.told for one in (*cell.main, *cell.others)),
        "elsewhere": cell.elsewhere,
        "counted": told,
        "missing": asked.view.missing.label if cell.missing else "",
        "status": "" if cell.count else "missing",
    }


def places(asked: ChainBlockParams) -> Table:
    """Make the number of members with a known place by département and function."""
    functions = {function: words[asked.said] for function, words in asked.chain.functions}
    counts = Counter(
        (place, function)
        for member in asked.chain.members
        for place in member.territories
        for function in member.functions
        if place.startswith("territory/department/")
    )
    asked.reading.learn_labels({ID + place for place, _ in counts})
    rows = [
        {"department": asked.reading.label(ID + place), "department_iri": ID + place, "function": functions[function],
         "members": count}
        for (place, function), count in sorted(counts.items())
    ]  # fmt: skip
    department = Column("department", N_("Département"), "link")
    empty = N_("Aucun membre n’est situé dans un département par les sources chargées.")
    more = {"across": list(functions.values()), "none": N_("aucun connu")}
    columns = (department, FUNCTION, Column("members", N_("Membres"), "number"))
    return Table(columns, rows, empty=empty, more=more)


def producers(asked: ChainBlockParams) -> Table:
    """Make the jobs and establishments of the sectors around each stage; raises Unread where they could not be read."""
    totals = asked.view.totals
    if totals is None:
        raise Unread(
            gettext("Cette partie n’a pas pu être faite. Le reste de la page est complet.", asked.said)
        )
    if asked.sectors.failure:
        raise Unread(asked.sectors.failure)
    near = {(row["stage"].removeprefix(ID), row["sector"].removeprefix(ID)) for row in asked.sectors.rows}
    order = {stage: (rank, text[asked.said]) for rank, (stage, text) in enumerate(asked.chain.stages)}
    lines = [
        (one.indicator != JOBS, order[stage][0], local_name(sector), order[stage][1], one)
        for stage, sector in near
        if stage in order and (one := totals.get(sector))
    ]
    asked.reading.learn_labels(
        {f"{ID}{name}" for *_, one in lines for name in (one.sector, f"indicator/{one.indicator}")}
    )
    rows: list[dict[str, Any]] = [
        {
            "stage": stage,
            "sector": asked.reading.label(ID + one.sector),
            "code": code,
            "indicator": asked.reading.label(f"{ID}indicator/{one.indicator}"),
            "period": str(one.year),
            "value": one.value,
            "territories": float(one.territories),
        }
        for _, _, code, stage, one in sorted(lines, key=lambda line: line[:3])
    ]
    columns = (
        *(STAGE, Column("sector", N_("Secteur entier")), Column("code", N_("Code"))),
        *(Column("indicator", N_("Indicateur")), Column("period", N_("Période"))),
        Column("territories", N_("Territoires décrits"), "number"),
        Column("value", N_("Valeur"), "number"),
    )
    coarse: Words = N_(
        "Ces effectifs sont grossiers : ils comptent des secteurs entiers (A38 pour l’emploi par zone d’emploi, A17 pour les "
        "établissements par commune), bien plus larges que la filière. Ils disent où chercher, pas combien la filière emploie."
    )
    empty = N_(
        "Aucune source chargée ne compte d’emplois ni d’établissements dans les secteurs de cette filière."
    )
    query = bound(question("chain/producers"), sectors=sorted({row["sector"] for row in asked.sectors.rows}))
    return Table(
        columns, rows, empty=empty, notes=(coarse,), more={"query": query if near else asked.sectors.query}
    )


LINKS, BOARD, MEMBERS, FINDINGS, FIELDS = (
    "maillons",
    "qui-fait-quoi",
    "membres",
    "maillons-manquants",
    "domaines",
)
"""Blocks that have a way of their own: the board, members to look around of, missing links of a place, academic fields."""
SHOWN = 10
"""Members on one page; the block's own page and its files hold them all."""
_RULES = N_("Membres dont une personne a vérifié l’identifiant, ou dont l’activité a le code d’un maillon.")
BLOCKS = [
    Block(BOARD, N_("Qui fait quoi, à quelle étape"), "table", who_does_what, 999, _RULES),
    Block(MEMBERS, N_("Membres"), "table", members, SHOWN, _RULES),
    Block(
        "propositions", N_("Proposés par un mot"), "table", proposals, SHOWN,
        N_("Noms qui ont un mot de la filière, et que personne n’a encore acceptés ni refusés."),
    ),
    Block(
        "decisions", N_("Qui a vérifié"), "table", decisions, 3,
        N_("Listes d’identifiants acceptés ou refusés : par quel rôle, quand et pourquoi."),
    ),
    Block(FINDINGS, N_("Maillons manquants"), "findings", definition=N_("Maillons qui n’ont aucun membre connu.")),
    Block(
        FIELDS, N_("Domaines académiques et filière"), "findings",
        definition=N_("Domaines de recherche qui vont, ou non, avec la filière plus que le hasard ne le donnerait."),
    ),
    Block(
        LINKS, N_("Maillons"), "table", links, 8,
        N_("Codes des nomenclatures d’activités de l’Insee, dans la révision en vigueur et dans la NAF 2025, par étape. La part "
           "dit ce qui, dans l’activité, relève de la filière, quand une source la donne."),
    ),
    Block("departements", N_("Par département"), "crossed", places, 999, N_("Membres dont le lieu est connu.")),
    Block(
        "producteurs", N_("Producteurs, en effectifs"), "table", producers, 6,
        N_("Effectifs des secteurs autour des maillons."),
    ),
]  # fmt: skip
"""The blocks of a filière."""
