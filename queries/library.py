"""Named, typed, documented questions: a `.rq` file each, plain SPARQL under `#+ key: value` lines.

A file pastes into any SPARQL editor as it stands: each parameter is a variable whose `VALUES ?x { … }` block
holds an example. Binding replaces the terms inside those blocks by serialised terms; nothing is formatted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from types import MappingProxyType

from pyoxigraph import Store

from ..words import N_, SOURCE, AncrageError, Said, Spoken, gettext
from .files import QueryFileError, read_query
from .query import Query


class QueryNotFound(AncrageError, KeyError):  # noqa: N818
    """No question has this `name`; `nearest` lists the closest ones."""

    code = "unknown-question"
    said_in = SOURCE

    def __init__(self, name: str, nearest: Sequence[str]) -> None:
        self.name, self.nearest = name, tuple(nearest)
        super().__init__(self.told("fr"))

    @property
    def message(self) -> Spoken:
        """What is said, with the nearest names."""
        if not self.nearest:
            return self.brief
        near = Said(join_alternatives, (self.nearest,))
        return N_(
            "Aucune question ne s'appelle « {name} » ; voulez-vous dire {near} ?", name=self.name, near=near
        )

    @property
    def brief(self) -> Spoken:
        """What is said where the nearest names are shown beside."""
        return N_("Aucune question ne s'appelle « {name} ».", name=self.name)


def join_alternatives(names: Sequence[str], language: str) -> str:
    """Quote names, one of which is meant."""
    return gettext(" ou ", language).join(gettext("« {name} »", language, name=one) for one in names)


Check = Callable[[str], object]
OWN = "own"
"""Section of the questions that a host adds."""


class Library(Mapping[str, Query]):
    """The questions of a folder (the package's own by default) by name: the file's name, without `.rq`.

    Those of folders `beside`, which a host adds, come after: a file that cannot be used is set aside, told in `broken`, and the
    rest stands. None takes the name of a question that is there already, nor has a text that `check` refuses (AncrageError).

    >>> library = Library()
    >>> library["territory-identity"].title["fr"]
    "Identité d'un territoire"
    >>> "territory-identiti" in library   # library[…] would raise QueryNotFound, which names the nearest
    False
    """

    def __init__(
        self, folder: Path | None = None, *, beside: Sequence[Path] = (), check: Check = lambda text: None
    ) -> None:
        self.folder = folder or Path(__file__).parent
        self.broken: tuple[QueryFileError, ...] = ()
        self._queries = _read_folder(folder) if folder else _shipped()
        for one in beside:
            added, broken = _read_beside(one, self._queries, check)
            self._queries, self.broken = {**self._queries, **added}, (*self.broken, *broken)

    def __getitem__(self, name: str) -> Query:
        if name in self._queries:
            return self._queries[name]
        near = get_close_matches(name, self._queries, n=3, cutoff=0.5)
        near += [one for one in self._queries if len(name) >= 3 and name in one]
        raise QueryNotFound(name, list(dict.fromkeys(near))[:3])

    def __contains__(self, name: object) -> bool:
        return name in self._queries

    def __iter__(self) -> Iterator[str]:
        return iter(self._queries)

    def __len__(self) -> int:
        return len(self._queries)

    def tagged(self, tag: str) -> tuple[Query, ...]:
        """List the questions that carry a tag, in the order of their folders and names."""
        return tuple(query for query in self._queries.values() if tag in query.tags)

    def sections(self) -> Mapping[str, tuple[Query, ...]]:
        """Group the questions by folder."""
        grouped: dict[str, list[Query]] = {}
        for query in self._queries.values():
            grouped.setdefault(query.section, []).append(query)
        return MappingProxyType({section: tuple(queries) for section, queries in grouped.items()})


def _read_folder(folder: Path) -> dict[str, Query]:
    queries: dict[str, Query] = {}
    for path in sorted(folder.glob("*/*.rq")):
        query = read_query(path)
        if query.name in queries:
            raise QueryFileError(path, None, _taken(query))
        queries[query.name] = query
    return queries


def _read_beside(
    folder: Path, taken: Mapping[str, Query], check: Check
) -> tuple[dict[str, Query], tuple[QueryFileError, ...]]:
    queries: dict[str, Query] = {}
    broken: list[QueryFileError] = []
    for path in sorted(folder.rglob("*.rq")):
        try:
            query = read_query(path)
            if query.name in taken or query.name in queries:
                raise QueryFileError(path, None, _taken(query))
            _check(query, check)
        except QueryFileError as error:
            broken.append(error)
        except OSError as error:
            broken.append(
                QueryFileError(
                    path, None, N_("ce fichier ne peut être lu ({reason})", reason=str(error.strerror))
                )
            )
        else:
            queries[query.name] = replace(query, section=OWN)
    return queries, tuple(broken)


def _taken(query: Query) -> Spoken:
    return N_("une question s'appelle déjà « {name} »", name=query.name)


def _check(query: Query, check: Check) -> None:
    """Have a text checked, then read by the engine, on nothing; raises QueryFileError with the line where it stumbles."""
    try:
        check(query.text)
        Store().query(query.text)
    except AncrageError as error:
        raise QueryFileError(query.path, None, error.message) from None
    except (SyntaxError, ValueError) as error:
        place = re.search(r"at ([0-9]+):", str(error))
        reason = N_("SPARQL : {reason}", reason=str(error))
        raise QueryFileError(query.path, int(place[1]) if place else None, reason) from None


def shipped_query(name: str) -> Query | None:
    """Read one question of the package alone, a tenth of a second sooner than all; None where none has this name.

    >>> shipped_query("territory-identity").section, shipped_query("territory-identiti")
    ('entities', None)
    """
    found = (path for path in Path(__file__).parent.glob("*/*.rq") if path.stem == name)
    return next((read_query(path) for path in found), None)


@cache
def _shipped() -> dict[str, Query]:
    """Read the questions of the package once: they do not change while it runs."""
    return _read_folder(Path(__file__).parent)
