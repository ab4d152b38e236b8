"""The form of an agreement: what each field may hold, and the sentence beside it where it may not."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import Request

from ...graph.internships.posts import Post
from ...loaders.internships.agreements.acts import LONGEST_WEEK, left
from ...loaders.internships.agreements.ledger import Terms
from ...loaders.internships.agreements.states import KIND_NAMES, ORIGIN_NAMES
from ...loaders.operations.roles import Act
from ...words import N_
from ..accounts.visitor import Form, Visitor
from ..desk.asked import Checked, answers_for, modes, precise_place
from .forms import commune, period, programme_of

_MOST_EUROS = 5_000
_DAYS = 6
"""Days of a week at the most: one is of rest (code du travail, L3132-1)."""
FLAGS = ("allowance", "mission_costs", "housing", "transport", "confidential")
_TEXTS = (
    "subject", "service", "tasks", "skills", "start", "end", "interruptions", "days", "hours", "mode", "students",
    "benefits", "kind", "origin",
)  # fmt: skip
"""What the form shows of an agreement as it is."""


async def values_of_post(request: Request, post: Post) -> dict[str, str]:
    """Give what a post says already, as the form shows it."""
    return {
        "subject": post.title,
        "where": await precise_place(request, post.place, post.place_name),
        "relay": await precise_place(request, post.relay, post.relay.rpartition("/")[2]),
        "start": post.start,
        "end": post.end,
        "mode": post.mode,
        "housing": "true" if post.housing else "",
        "transport": "true" if post.transport else "",
    }


def values_of_terms(terms: Terms) -> dict[str, str]:
    """Give what an agreement says, as the form shows it."""
    return {
        **{name: str(getattr(terms, name)) for name in _TEXTS},
        **{name: "true" if getattr(terms, name) else "" for name in FLAGS},
        "amount": str(terms.amount or ""),
        "programme": terms.programme_name,
        "where": terms.place_name,
        "relay": terms.relay_name,
    }


async def checked_terms(
    request: Request, visitor: Visitor, form: Form, post: Post, free: int, before: Terms | None = None
) -> tuple[Checked, Terms]:
    """Check the form of an agreement on a post that has some free places; it is to be kept where no field is wrong.

    Names that the form shows of the post, or of what the agreement said before, mean what they meant there.
    """
    checked = Checked()
    checked.public(form, "subject", 5, 140, N_("Écrivez le sujet du stage."))
    checked.text(form, "service", 0, 140, N_("Écrivez qui encadre."))
    checked.text(form, "tasks", 20, 2000, N_("Écrivez ce que feront les stagiaires."))
    checked.text(form, "skills", 0, 1000, N_("Écrivez les compétences à acquérir."))
    checked.text(form, "interruptions", 0, 200, N_("Écrivez quand le stage s’interrompt."))
    checked.text(form, "benefits", 0, 200, N_("Écrivez les avantages."))
    checked.choice(form, "kind", KIND_NAMES)
    checked.choice(form, "origin", ORIGIN_NAMES)
    period(checked, form, required=True)
    checked.choice(form, "mode", modes(), required=True)
    days, hours = checked.number(form, "days", 1, _DAYS), checked.number(form, "hours", 1, LONGEST_WEEK)
    students = checked.number(form, "students", 1, 500)
    if students > free and "students" not in checked.errors:
        checked.errors["students"] = left(free)
    for name in FLAGS:
        checked.flag(form, name)
    amount = _amount(checked, form)
    known = {post.place_name: post.place} | ({before.place_name: before.place} if before else {})
    place, place_name = await _place(request, checked, "where", form["where"], known)
    relays = {before.relay_name: before.relay} if before else {}
    relay, relay_name = (
        await _place(request, checked, "relay", form["relay"], relays) if form["relay"] else ("", "")
    )
    checked.values["relay"] = form["relay"]
    own = (
        ""
        if visitor.may(Act.MATCH) or answers_for(visitor.account, post.host_path)
        else _organization(visitor)
    )
    named = before.programme if before and form["programme"] == before.programme_name else form["programme"]
    programme, institution = await programme_of(request, checked, named, own)
    checked.values["programme"] = form["programme"]
    if programme.path and not programme.institution:
        checked.errors["programme"] = N_("Aucun établissement n’est connu pour cette formation.")
    values = checked.values
    return checked, Terms(
        post.host, post.host_path, place, place_name, programme.path, programme.label, institution,
        programme.institution, post.type, values["subject"], values["tasks"], values["start"], values["end"],
        days, hours, values["mode"], post.subjects, students, bool(values["allowance"]), amount,
        bool(values["mission_costs"]), bool(values["housing"]), bool(values["transport"]), relay, relay_name,
        programme.places[0] if len(programme.places) == 1 else "", values["service"], values["kind"], values["origin"],
        values["skills"], values["interruptions"], values["benefits"], bool(values["confidential"]),
    )  # fmt: skip


def _organization(visitor: Visitor) -> str:
    return (visitor.account.organization if visitor.account else "") or ""


def _amount(checked: Checked, form: Form) -> int:
    allowance = bool(checked.values["allowance"])
    if allowance or form["amount"]:
        amount = checked.number(form, "amount", 1, _MOST_EUROS)
        if not allowance and "amount" not in checked.errors:
            checked.errors["amount"] = N_("Cochez la gratification, ou effacez son montant.")
        return amount
    checked.values["amount"] = ""
    return 0


async def _place(
    request: Request, checked: Checked, name: str, text: str, known: Mapping[str, str]
) -> tuple[str, str]:
    if text and known.get(text):
        checked.values[name] = text
        return known[text], text
    return await commune(request, checked, name, text)
