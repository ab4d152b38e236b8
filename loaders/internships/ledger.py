"""The state of internships: posts and wishes, folded from the events of the store, each event once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from ...graph.internships.posts import Post, Wish
from ..operations.folding import Fold, of_payload
from ..operations.store import Event, Operations

T = TypeVar("T", Post, Wish)
ILLUSTRATIVE = "illustrative"


@dataclass(frozen=True)
class Filed(Generic[T]):
    """A post or a wish as an account filed it; `ended` is when it was taken back, empty while it stands."""

    id: str
    version: int
    filed: str
    who: str
    told: T
    ended: str = ""

    def open(self, day: str) -> bool:
        """Tell whether it stands on a day: not taken back, and its period not over."""
        return not self.ended and (not self.told.end or self.told.end >= day)


class Internships(Fold):
    """The posts and wishes of a store; `read` folds what was added since, and is cheap when nothing was."""

    def __init__(self, store: Operations) -> None:
        super().__init__(store)
        self.posts: dict[str, Filed[Post]] = {}
        self.wishes: dict[str, Filed[Wish]] = {}

    def open_posts(self, day: str, *, illustrative: bool = False) -> list[Post]:
        """List the posts that stand on a day; the illustrative ones apart from the others."""
        return [
            one.told
            for one in self.posts.values()
            if one.open(day) and (one.told.evidence == ILLUSTRATIVE) == illustrative
        ]

    def open_wishes(self, day: str, *, illustrative: bool = False) -> list[Wish]:
        """List the wishes that stand on a day; the illustrative ones apart from the others."""
        return [
            one.told
            for one in self.wishes.values()
            if one.open(day) and (one.told.evidence == ILLUSTRATIVE) == illustrative
        ]

    def standing(self, told: Post | Wish, day: str) -> Filed[Post] | Filed[Wish] | None:
        """Find the post or the wish that stands on a day and says the same as another, all but its number."""
        filed: Iterable[Filed[Post] | Filed[Wish]] = [*self.posts.values(), *self.wishes.values()]
        return next((one for one in filed if one.open(day) and replace(one.told, id=told.id) == told), None)

    def _fold(self, event: Event) -> None:
        if event.kind == "post-filed":
            self.posts[event.subject] = _filed(event, Post)
        elif event.kind == "wish-filed":
            self.wishes[event.subject] = _filed(event, Wish)
        elif event.kind == "post-ended":
            self.posts[event.subject] = _ended(event, self.posts[event.subject])
        elif event.kind == "wish-ended":
            self.wishes[event.subject] = _ended(event, self.wishes[event.subject])


def _filed(event: Event, shape: type[T]) -> Filed[T]:
    at = event.payload.get("at") or event.at
    return Filed(
        event.subject, event.version, at, event.who, of_payload(shape, event.payload, id=event.subject)
    )


def _ended(event: Event, filed: Filed[T]) -> Filed[T]:
    return replace(filed, version=event.version, ended=event.at)
