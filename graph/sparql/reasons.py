"""Why a query has no answer, in words: the reasons that we know by name, and the sentences of the engine, in English alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from ...words import N_, Message, Named, Spoken

REASONS: Mapping[str, Message] = {
    "unexpected": N_("« {text} » est inattendu ici"),
    "unfinished": N_("la requête n’est pas finie"),
    "prefix": N_("le préfixe « {text} » n’est pas déclaré"),
    "usual-prefix": N_("un préfixe n’est pas déclaré : commencez par « PREFIX {text} »"),
    "iri": N_("{text} n’est pas un IRI"),
    "ungrouped": N_("le SELECT nomme une variable qui n’est ni groupée ni agrégée"),
    "memory": N_("plus de mémoire qu’une requête n’en a"),
    "size": N_("une réponse de plus de {text} octets"),
    "room": N_("le serveur n’a plus de place pour la réponse ({text})"),
    "died": N_("le calcul s’est arrêté de lui-même ({text})"),
    "stops": N_("le service s’arrête"),
    "unheard": N_("personne n’attend la réponse"),
    "late": N_("pas de réponse en {text} s"),
    "unreached": N_("il est hors d’atteinte ({text})"),
    "status": N_("il a répondu {text}"),
    "keyless": N_("il demande la clé des copies : donnez la sienne par ANCRAGE_REPLICA_KEY_FILE"),
    "wrong-key": N_("la clé des copies n’est pas la sienne (ANCRAGE_REPLICA_KEY_FILE)"),
    "closed": N_(
        "il ne donne rien à copier : qu’il ait ANCRAGE_REPLICA_KEY_FILE, puis soit relancé, ou que l’adresse soit la sienne"
    ),
    "partial": N_("il n’a donné qu’une partie de la réponse ({text})"),
    "unread": N_("sa réponse ne se lit pas ({text})"),
    "nameless": N_("son graphe par défaut n’a pas de nom : donnez-le dans son adresse (default-graph-uri)"),
    "unfaithful": N_(
        "il ne répond pas comme SPARQL 1.1 le veut à « {text} » (ANCRAGE_STORE_LENIENT=true le lit quand même)"
    ),
    "open": N_("un mot de passe ne lui est pas envoyé sans https"),
    "token": N_("{text} n’est ni « nom:mot de passe » ni un jeton"),
    "file": N_("le fichier {text}, qu’il faut pour y entrer, ne se lit pas"),
    "json": N_("sa réponse n’est pas du JSON"),
    "busy": N_("{text} appels à d’autres services sont déjà en cours"),
    "address": N_("ce n’est pas une adresse HTTP"),
    "private": N_("son adresse n’est pas publique"),
    "digest": N_("le fichier {text} n’est pas celui qu’il annonce"),
    "unlisted": N_("la liste des fichiers de sa publication ({text}) n’y est pas encore"),
    "unpublished": N_("rien n’y est publié"),
    "empty": N_("il ne contient aucun graphe d’ancrage"),
}


@dataclass(frozen=True, eq=True)
class Reason(Spoken):
    """A reason of `REASONS`, by its `name`, with the `text` that it is about; its `str` is English.

    >>> Reason("prefix", "anc")["fr"], str(Reason("memory"))
    ('le préfixe « anc » n’est pas déclaré', 'more memory than a query may take')
    """

    name: str
    text: str = ""

    def __post_init__(self) -> None:
        if self.name not in REASONS:
            raise LookupError(self.name)

    def __getitem__(self, language: str) -> str:
        """Say it in a language."""
        message = REASONS[self.name]
        return N_(message.source, text=self.text)[language]

    def __str__(self) -> str:
        return self["en"]


Why: TypeAlias = Reason | str
"""A reason that has a name, or a sentence of the engine."""


def reason_text(why: Why) -> Spoken:
    """Give a reason as it is said: the engine's sentences are English in every language."""
    return why if isinstance(why, Reason) else Named(why)


def pack_reason(why: Why) -> list[str] | str:
    """Give a reason as plain values, to be told to another process.

    >>> pack_reason(Reason("memory")), pack_reason("out of luck")
    (['memory', ''], 'out of luck')
    """
    return [why.name, why.text] if isinstance(why, Reason) else why


def unpack_reason(value: list[str] | str) -> Why:
    """Read what `pack_reason` gave; raises LookupError or TypeError for what it does not give."""
    return value if isinstance(value, str) else Reason(*value)
