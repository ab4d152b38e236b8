"""What the parties of an agreement do: each act is checked against what it was decided on, then kept, or refused."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import Connection

from ....ontology.refusals import END_FIRST
from ....words import N_, NN_, Spoken
from ...desk.acts import ActRefused
from ...operations.store import Draft, Operations
from .ledger import Agreement, Agreements, Terms
from .states import (
    EVALUATED_BY,
    MOVE_NAMES,
    REASONED,
    SIGNERS,
    STATE_NAMES,
    TRANSITIONS,
    Evaluator,
    Move,
    Party,
    Result,
    State,
)

LEGAL_WEEK = 35
"""Hours of the legal week (code du travail, L3121-27): more may be right, and is told to be looked at."""
LONGEST_WEEK = 48
"""Hours that no week goes beyond (code du travail, L3121-20)."""
_SPAN_OF_ALLOWANCE, _LONGEST_SPAN = 62, 184
"""Days of two months, beyond which an allowance is due (code de l'éducation, L124-6), and of six, the longest span (L124-5)."""


class Acts:
    """The acts of the parties, in a store; `key` makes a form that is sent twice count once."""

    def __init__(self, store: Operations, agreements: Agreements) -> None:
        self._store, self._agreements = store, agreements

    def open(self, who: str, post: str, terms: Terms, seats: int, *, key: str = "") -> str:
        """Open an agreement on a post of so many seats; give its id. Raises ActRefused."""
        _require_order(terms)
        id = f"agreement/{secrets.token_hex(6)}"
        draft = Draft(who, "agreement-opened", id, {"post": post, "terms": asdict(terms)})
        return self._add_where_free(draft, post, seats, terms, key)

    def change(
        self,
        one: Agreement,
        who: str,
        parties: frozenset[Party],
        terms: Terms,
        seats: int,
        *,
        key: str = "",
    ) -> None:
        """Change what an agreement says before all have signed, or propose an amendment of a validated one.

        Signatures are asked for (again). An amendment keeps the institution; `seats` are those of the post.
        Raises ActRefused, Conflict.
        """
        _require_order(terms)
        if not parties:
            raise ActRefused(_NOT_YOURS)
        if not one.changeable and not one.amendable:
            raise ActRefused(
                N_("« {state} » : ce que dit la convention ne change plus.", state=STATE_NAMES[one.state])
            )
        if one.amendable and terms == one.terms:
            raise ActRefused(N_("Cet avenant ne change rien à la convention."))
        if one.in_force.institution_path != terms.institution_path and (one.amendable or one.standing):
            raise ActRefused(
                N_("Un avenant garde l’établissement ({name}) : avec un autre, c’est une autre convention.",
                   name=one.in_force.institution)
            )  # fmt: skip
        kind = "agreement-amended" if one.amendable else "agreement-changed"
        draft = Draft(who, kind, one.id, {"terms": asdict(terms)}, one.version)
        self._add_where_free(draft, one.post, seats, terms, key)

    def move(
        self,
        one: Agreement,
        who: str,
        parties: frozenset[Party],
        move: Move,
        *,
        reason: str = "",
        key: str = "",
    ) -> None:
        """Change the state of an agreement, or of its amendment, as some parties; raises ActRefused, Conflict.

        An amendment is proposed by `change`, which knows what it says.
        """
        change = TRANSITIONS[one.state].get(move) if move is not Move.AMEND else None
        if change is None:
            raise ActRefused(
                N_(
                    "« {state} » : « {move} » n’est plus possible.",
                    state=STATE_NAMES[one.state],
                    move=MOVE_NAMES[move],
                )
            )
        if not change.by & parties:
            raise ActRefused(_NOT_YOURS)
        if SIGNERS.get(move) in one.signed:
            raise ActRefused(N_("Cette signature est déjà donnée."))
        if move in REASONED and not reason:
            raise ActRefused(
                N_("Dites pour quelle raison : « {state} » en demande une.", state=MOVE_NAMES[move])
            )
        self._add(
            one,
            who,
            "agreement-moved",
            {"move": move.value, "reason": reason if move in REASONED else ""},
            key,
        )

    def end(
        self, one: Agreement, who: str, parties: frozenset[Party], result: Result, day: str, *, key: str = ""
    ) -> None:
        """Say on a day what came of a validated agreement, or correct it; raises ActRefused, Conflict."""
        if not parties:
            raise ActRefused(_NOT_YOURS)
        if one.state is not State.VALIDATED:
            raise ActRefused(
                N_("Ce qu’il en est advenu ne peut être indiqué que pour une convention validée.")
            )
        if day < one.terms.start:
            raise ActRefused(N_("Ce stage n’a pas commencé : dites plus tard ce qu’il en est advenu."))
        if result in (Result.COMPLETED, Result.JOB) and day < one.terms.end:
            raise ActRefused(
                N_("Ce stage n’est pas fini : il peut être mené en partie, pas encore à son terme.")
            )
        self._add(one, who, "agreement-ended", {"result": result.value}, key)

    def evaluate(
        self, one: Agreement, who: str, parties: frozenset[Party], by: Evaluator, day: str, *, key: str = ""
    ) -> None:
        """Say on a day that an evaluation was given, and nothing of what it says; raises ActRefused, Conflict."""
        if not EVALUATED_BY[by] & parties:
            raise ActRefused(_NOT_YOURS)
        if one.state is not State.VALIDATED or day < one.terms.start:
            raise ActRefused(
                N_("Une évaluation se rend d’un stage qui a commencé, sous une convention validée.")
            )
        if by in one.evaluated:
            raise ActRefused(N_("Cette évaluation est déjà rendue."))
        self._add(one, who, "agreement-evaluated", {"by": by.value}, key)

    def _add_where_free(self, draft: Draft, post: str, seats: int, terms: Terms, key: str) -> str:
        """Keep what takes places of a post, counted while no other writes; give the agreement."""

        def make(_: Connection) -> list[Draft]:
            free = seats - self._agreements.read().held(post, but=draft.subject)
            if terms.students > free:
                raise ActRefused(left(free))
            return [draft]

        return self._store.append_with(make, key=key or None)[0].subject

    def _add(self, one: Agreement, who: str, kind: str, told: Mapping[str, Any], key: str) -> None:
        self._store.append([Draft(who, kind, one.id, told, one.version)], key=key or None)


def left(free: int) -> Spoken:
    """Say how many places of a post are left."""
    return NN_(
        "Il reste {n} place à ce poste, compte tenu des autres conventions.",
        "Il reste {n} places à ce poste, compte tenu des autres conventions.",
        max(0, free),
    )


_NOT_YOURS = N_("Ce compte n’a pas le droit de faire cela.")


def doubts(terms: Terms) -> list[Spoken]:
    """Say what in an agreement is to be looked at: plausible limits, which refuse nothing."""
    told: list[Spoken] = []
    if terms.hours > LEGAL_WEEK:
        told.append(
            N_("{hours} heures par semaine : plus que la durée légale de {legal} heures. À vérifier.",
               hours=terms.hours, legal=LEGAL_WEEK)
        )  # fmt: skip
    days = (_day(terms.end) - _day(terms.start)) + 1
    if days > _SPAN_OF_ALLOWANCE and not terms.allowance:
        told.append(
            N_(
                "Plus de deux mois sans gratification : elle est due, sauf exception, au-delà de deux mois. À vérifier."
            )
        )
    if days > _LONGEST_SPAN:
        told.append(
            N_(
                "Plus de six mois : c’est la durée la plus longue d’un stage par an chez qui accueille. À vérifier."
            )
        )
    return told


def _day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def _require_order(terms: Terms) -> None:
    if terms.end < terms.start:
        raise ActRefused(END_FIRST)
