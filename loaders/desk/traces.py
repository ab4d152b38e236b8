"""What the desk keeps of a person, found by an e-mail address: to be given to who asks for it, or erased."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from ..operations.safe import Safe
from ..operations.store import Operations
from .acts import Acts
from .ledger import Ledger

Part = Literal["requester", "words", "candidate", "offer", "mention", "account"]


@dataclass(frozen=True)
class Trace:
    """A sealed content that tells an address: of which need or offer, as what of it, its number and what it says.

    A requester's words are theirs; a "mention" is in the words of somebody else. An account is told without content.
    """

    subject: str
    part: Part
    sealed: str
    content: Mapping[str, str]


def traces_of(email: str, ledger: Ledger, safe: Safe) -> list[Trace]:
    """List what is kept of an address; what is past its term, or closed by a key that is lost, is not found."""
    address = re.compile(rf"(?<![\w.+-]){re.escape(email.strip())}(?![\w-])", re.IGNORECASE)
    places = list(_places(ledger))
    opened = safe.read(sealed for _, _, sealed in places)
    telling = {sealed for sealed, told in opened.items() if any(map(address.search, told.values()))}
    own = {subject for subject, part, sealed in places if part == "requester" and sealed in telling}
    found = []
    for subject, part, sealed in places:
        theirs = subject in own and part in ("requester", "words")
        if sealed in opened and (theirs or sealed in telling):
            kind: Part = "mention" if part == "words" and not theirs else part
            found.append(Trace(subject, kind, sealed, opened[sealed]))
    return found


def erase_traces(
    traces: Collection[Trace], who: str, ledger: Ledger, store: Operations, safe: Safe
) -> list[Trace]:
    """Erase what was found but mentions, which are given back; needs of the person lose their words. Raises Conflict."""
    acts, own = Acts(store, safe), {one.subject for one in traces if one.part == "requester"}
    for subject in sorted(own):
        acts.erase(ledger.needs[subject], who, words=True)
    with store.writing() as connection:
        safe.erase(connection, [one.sealed for one in traces if one.part in ("candidate", "offer")])
    return [one for one in traces if one.part == "mention"]


def _places(ledger: Ledger) -> Iterator[tuple[str, Part, str]]:
    """Tell where contents are sealed: of which subject, as what, under which number."""
    for need in ledger.needs.values():
        yield from ((need.id, "requester", sealed) for sealed in (need.contact, need.receipt) if sealed)
        yield from ((need.id, "words", sealed) for sealed in need.sealed)
        yield from ((need.id, "candidate", one.contact) for one in need.matches.values() if one.contact)
    yield from ((offer.id, "offer", offer.contact) for offer in ledger.offers.values() if offer.contact)
