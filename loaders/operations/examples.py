"""What is invented in a store (needs, offers, posts, wishes, agreements of the demo), taken out again."""

from __future__ import annotations

from sqlalchemy import delete, select

from .safe import Safe
from .store import Operations
from .tables import EVENTS

_EXAMPLES = EVENTS.c.subject.like("%/example-%")
"""Subjects of examples have numbers, `need/example-3`; those of people have random names without a hyphen."""


def forget_examples(store: Operations, safe: Safe) -> int:
    """Delete the events of examples, whoever worked on them, and what was sealed for them; give how many examples there were.

    A service that runs reads them until it is started again.
    """
    with store.writing() as connection:
        rows = connection.execute(select(EVENTS.c.subject, EVENTS.c.payload).where(_EXAMPLES)).all()
        sealed = {
            str(payload[name])
            for _, payload in rows
            for name in ("words", "contact", "sealed_when", "sealed_reason")
            if payload.get(name)
        }
        safe.erase(connection, sealed)
        connection.execute(delete(EVENTS).where(_EXAMPLES))
    return len({subject for subject, _ in rows})
