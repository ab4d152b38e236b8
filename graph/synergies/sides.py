"""How the sides of a tie are called in sentences."""

from __future__ import annotations

ONE_FR = {
    "academic": "un laboratoire ou un établissement",
    "company": "une entreprise",
    "authority": "une collectivité ou un service de l'État",
    "intermediary": "une association, un pôle ou une structure relais",
    "society": "une école ou des habitants",
    "unknown": "un acteur de type inconnu",
}
ONE_EN = {
    "academic": "a laboratory or an institution",
    "company": "a company",
    "authority": "a local authority or a state service",
    "intermediary": "an association, a cluster or a relay",
    "society": "a school or inhabitants",
    "unknown": "an actor of unknown type",
}
_TWO_FR = {
    "academic": "plusieurs laboratoires ou établissements",
    "company": "plusieurs entreprises",
    "authority": "plusieurs collectivités ou services de l'État",
    "intermediary": "plusieurs associations, pôles ou structures relais",
    "society": "plusieurs écoles ou groupes d'habitants",
    "unknown": "plusieurs acteurs de type inconnu",
}
_TWO_EN = {
    "academic": "several laboratories or institutions",
    "company": "several companies",
    "authority": "several authorities or state services",
    "intermediary": "several associations, clusters or relays",
    "society": "several schools or groups of inhabitants",
    "unknown": "several actors of unknown type",
}
SHORT_FR = {
    "academic": "recherche et enseignement supérieur",
    "company": "entreprises",
    "authority": "collectivités et État",
    "intermediary": "associations et relais",
    "society": "écoles et habitants",
    "unknown": "type inconnu",
}


def between_fr(one: str, other: str) -> str:
    """Name who is brought together.

    >>> between_fr("academic", "company")
    'un laboratoire ou un établissement et une entreprise'
    """
    return _TWO_FR[one] if one == other else f"{ONE_FR[one]} et {ONE_FR[other]}"


def between_en(one: str, other: str) -> str:
    """Name who is brought together.

    >>> between_en("company", "company")
    'several companies'
    """
    return _TWO_EN[one] if one == other else f"{ONE_EN[one]} and {ONE_EN[other]}"
