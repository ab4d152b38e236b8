"""How the sides of a tie are called in sentences."""

from __future__ import annotations

from collections.abc import Mapping

from ...words import N_, Message

ONE: Mapping[str, Message] = {
    "academic": N_("un laboratoire ou un établissement"),
    "company": N_("une entreprise"),
    "authority": N_("une collectivité ou un service de l'État"),
    "intermediary": N_("une association, un pôle ou une structure relais"),
    "society": N_("une école ou des habitants"),
    "unknown": N_("un acteur de type inconnu"),
}
_TWO: Mapping[str, Message] = {
    "academic": N_("plusieurs laboratoires ou établissements"),
    "company": N_("plusieurs entreprises"),
    "authority": N_("plusieurs collectivités ou services de l'État"),
    "intermediary": N_("plusieurs associations, pôles ou structures relais"),
    "society": N_("plusieurs écoles ou groupes d'habitants"),
    "unknown": N_("plusieurs acteurs de type inconnu"),
}
SHORT: Mapping[str, Message] = {
    "academic": N_("recherche et enseignement supérieur"),
    "company": N_("entreprises"),
    "authority": N_("collectivités et État"),
    "intermediary": N_("associations et relais"),
    "society": N_("écoles et habitants"),
    "unknown": N_("type inconnu"),
}


def between(one: str, other: str) -> Message:
    """Name who is brought together.

    >>> between("academic", "company")["fr"], between("company", "company")["en"]
    ('un laboratoire ou un établissement et une entreprise', 'several companies')
    """
    return _TWO[one] if one == other else N_("{one} et {other}", one=ONE[one], other=ONE[other])
