"""What the writer and its process tell each other: the write asked for, what it did, and the errors it may end in."""

from __future__ import annotations

import errno
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

from ...graph.pool.errors import seconds
from ...graph.sparql.limits import MAX_BYTES, QueryRefused, QueryTooComplex, QueryTooLarge
from ...graph.sparql.reasons import Reason, pack_reason, unpack_reason
from ...graph.sparql.syntax import QuerySyntax
from ...graph.updates.evaluation import GraphExists, UnknownGraph
from ...graph.updates.working_copy import LocalBlankNode, ProtectedGraph
from ...words import EMPTY, N_, NN_, AncrageError, Named, Said, Spoken

Action: TypeAlias = Literal["update", "put", "post", "delete"]


class InvalidEdit(AncrageError, ValueError):  # noqa: N818
    """A write whose result breaks shapes with severity Violation; keeps `count`, the first `results`, the `report`.

    A result is a dict of focus, path, value, message.fr and message.en; the report is SHACL's, in Turtle.
    """

    code = "shapes-violated"

    def __init__(self, count: int, results: list[dict[str, str]], report: str) -> None:
        first = results[0]
        plural = "s" if count > 1 else ""
        super().__init__(
            f"nothing is published: {count} violation{plural} of SHACL shapes; the first: {first['focus']}: "
            f"{first['message.en']}"
        )
        self.count, self.results, self.report = count, results, report

    @property
    def message(self) -> Spoken:
        """What is said."""
        return NN_(
            "Rien n’est publié : {n} violation des formes SHACL ; la première : {focus} — {first}",
            "Rien n’est publié : {n} violations des formes SHACL ; la première : {focus} — {first}",
            self.count,
            focus=self.results[0]["focus"],
            first=Named(self.results[0]["message.fr"], self.results[0]["message.en"]),
        )


class DataSyntax(AncrageError, ValueError):  # noqa: N818
    """An uploaded file that is not in the syntax it is said to be in; keeps `reason`, `line` and `column`."""

    code = "data-syntax"

    def __init__(self, reason: str, line: int, column: int) -> None:
        super().__init__(f"line {line}, column {column}: {reason}" if line else reason)
        self.reason, self.line, self.column = reason, line, column

    @property
    def message(self) -> Spoken:
        """What is said, with the place where there is one."""
        place = N_(" (ligne {line}, colonne {column})", line=self.line, column=self.column)
        return N_(
            "Le corps n’est pas dans la syntaxe annoncée{place}. Rien n’est changé.",
            place=place if self.line else EMPTY,
        )


class EditTimeout(AncrageError, TimeoutError):  # noqa: N818
    """A write that took longer than its deadline; keeps `deadline` in seconds."""

    code = "write-timeout"

    def __init__(self, deadline: float) -> None:
        super().__init__(f"the write was stopped after {deadline:g} s, and nothing of it is kept")
        self.deadline = deadline

    @property
    def message(self) -> Spoken:
        """What is said."""
        return N_(
            "L’écriture a été arrêtée après {limit} s. Rien n’est changé.",
            limit=Said(seconds, (self.deadline,)),
        )


class EditExhausted(AncrageError, MemoryError):  # noqa: N818
    """A write that exhausted its process; keeps `reason`."""

    code = "write-exhausted"

    def __init__(self, reason: str) -> None:
        super().__init__(f"the write needs too much, and nothing of it is kept: {reason}")
        self.reason = reason

    @property
    def message(self) -> Spoken:
        """What is said."""
        return N_("L’écriture demande trop de mémoire ou a arrêté son processus. Rien n’est changé.")


class EditFailed(AncrageError, RuntimeError):  # noqa: N818
    """A write the engine gave up on; keeps its `reason`."""

    code = "write-failed"

    def __init__(self, reason: str) -> None:
        super().__init__(f"the write could not be done: {reason}")
        self.reason = reason

    @property
    def message(self) -> Spoken:
        """What is said."""
        return N_("L’écriture n’a pas pu être faite. Rien n’est changé.")


class StorageFailed(AncrageError, OSError):  # noqa: N818
    """A disk that refused while a write was done, of which nothing is kept: `errno`, and `filename` in the data folder."""

    code = "disk-refuses"

    def __init__(self, number: int, path: str) -> None:
        super().__init__(number, os.strerror(number), path or None)

    @property
    def message(self) -> Spoken:
        """What is said."""
        return N_(
            "Le disque refuse l’écriture ({reason}, errno {errno}). Rien n’est changé.",
            reason=self.strerror,
            errno=self.errno,
        )


_REFUSALS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG, errno.EIO, errno.EACCES, errno.EPERM)
"""What a disk may refuse with, as the store's engine tells it: in words."""
_PATH = re.compile(r"(?<= )/[^:]+")


def storage_failure(error: OSError, data_dir: Path) -> StorageFailed | None:
    """Say what a disk refused, with a path that tells nothing of where the data folder is; None for other errors.

    >>> told = "IO error: No space left on device: While appending to file: /d/data/a/b.sst: No space left on device"
    >>> str(storage_failure(OSError(told), Path("/d/data")))
    "[Errno 28] No space left on device: 'a/b.sst'"
    """
    if isinstance(error, StorageFailed):
        return error
    text = str(error)
    number = error.errno or next((one for one in _REFUSALS if os.strerror(one) in text), None)
    if number is None:
        return None
    named = _PATH.search(text)
    path = Path(str(error.filename or (named[0] if named else "")))
    inside = path.is_relative_to(data_dir) or path.is_relative_to(data_dir.absolute())
    base = data_dir if path.is_relative_to(data_dir) else data_dir.absolute()
    return StorageFailed(number, str(path.relative_to(base)) if inside else path.name)


@dataclass(frozen=True)
class Write:
    """A write: an update (its text is the upload), or a graph replaced (put), added to (post) or deleted.

    `graph` is empty for the default graph, `format` the media type of the upload, `base` what relative IRIs
    are relative to. `using` and `using_named` are the dataset that the protocol gives (None: none).
    """

    action: Action
    graph: str = ""
    format: str = ""
    base: str = ""
    using: list[str] | None = None
    using_named: list[str] = field(default_factory=list)
    longest: int = MAX_BYTES


@dataclass(frozen=True)
class Written:
    """What a write did: the `snapshot` that has it, its `edit` (empty: nothing changed), counts by graph, new or not."""

    snapshot: str
    edit: str = ""
    graphs: dict[str, dict[str, int]] = field(default_factory=dict)
    created: bool = False


_KEPT: dict[type[Exception], tuple[str, ...]] = {
    QuerySyntax: ("reason", "line", "column"),
    QueryRefused: ("keyword", "line", "column"),
    QueryTooComplex: ("reason", "limit", "line", "column"),
    QueryTooLarge: ("size", "limit"),
    ProtectedGraph: ("graph", "reason"),
    LocalBlankNode: ("graph",),
    UnknownGraph: ("graph",),
    GraphExists: ("graph",),
    InvalidEdit: ("count", "results", "report"),
    DataSyntax: ("reason", "line", "column"),
    EditExhausted: ("reason",),
    EditFailed: ("reason",),
    StorageFailed: ("errno", "filename"),
}


def pack_error(error: Exception, data_dir: str | None = None) -> dict[str, Any]:
    """Return an error as plain values, for JSON; what a disk refused is told where the data folder is known.

    >>> pack_error(QueryTooLarge(2, 1))
    {'error': 'QueryTooLarge', 'of': [2, 1]}
    """
    if isinstance(error, MemoryError):
        error = error if isinstance(error, EditExhausted) else EditExhausted("memory")
    if isinstance(error, OSError) and data_dir is not None:
        error = storage_failure(error, Path(data_dir)) or error
    if type(error) not in _KEPT:
        error = EditFailed(f"{type(error).__name__}: {error}")
    kept = [getattr(error, name) for name in _KEPT[type(error)]]
    return {
        "error": type(error).__name__,
        "of": [pack_reason(one) if isinstance(one, Reason) else one for one in kept],
    }


def unpack_error(told: dict[str, Any]) -> Exception:
    """Return the error that `pack_error` packed."""
    kind = next(kind for kind in _KEPT if kind.__name__ == told["error"])
    kept = told["of"]
    if kind is QuerySyntax:
        return QuerySyntax(unpack_reason(kept[0]), *kept[1:])
    return kind(*kept)
