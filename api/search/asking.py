"""What a request asks of the finder, and the address that asks it again with something changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from ...graph.finder.documents import KINDS
from ...graph.finder.finding import Finder, SearchRequest
from ...words import N_, Spoken, first_upper, languages
from ..labels.wording import EVIDENCE, level_name
from ..web.negotiation import Language
from ..web.page_error import PageError
from ..web.parameters import is_true

SIZE = 20
"""Results on one page."""
LONGEST = 200


@dataclass(frozen=True)
class Facet:
    """One thing to choose by: its name in addresses, its column, its title, what its paths begin with."""

    name: str
    column: str
    title: Spoken
    heads: tuple[str, ...] = ("",)


_TERRITORIES = ("territory/", "territory/epci/", "territory/department/", "territory/commune/")
FACETS = (
    Facet("kind", "kind", N_("Nature")),
    Facet("territory", "places", N_("Territoire"), _TERRITORIES),
    Facet("chain", "chains", N_("Filière"), ("value-chain/",)),
    Facet("field", "fields", N_("Domaine"), ("field/", "")),
    Facet("family", "families", N_("Famille d’interactions"), ("interaction-type/",)),
    Facet("evidence", "evidence", N_("Preuve")),
)  # fmt: skip
"""What results can be chosen by, in the order it is shown."""

PROPOSED = ("territory/epci/", "territory/department/", "territory/region/", "territory/adhoc/")
"""What begins the territories that are proposed to choose from."""
KIND_NAMES: Mapping[str, Spoken] = MappingProxyType(
    {
        "filieres": N_("Filières"),
        "territoires": N_("Territoires"),
        "acteurs": N_("Acteurs"),
        "unites": N_("Unités de recherche"),
        "formations": N_("Formations"),
        "interactions": N_("Interactions et évènements"),
        "dispositifs": N_("Dispositifs"),
        "strategies": N_("Stratégies"),
    }
)
assert set(KIND_NAMES) == set(KINDS)


@dataclass(frozen=True)
class Search:
    """A search: its words, what is chosen by facet (as in the address), the page, and whether invented things count."""

    text: str
    chosen: Mapping[str, tuple[str, ...]]
    page: int = 1
    illustrative: bool = False
    lang: str = ""

    def asked(self, finder: Finder) -> SearchRequest:
        """Give the question to the finder: values become the paths they name there."""
        wanted = {
            facet.column: [path_of(finder, facet, value) for value in self.chosen[facet.name]]
            for facet in FACETS
            if self.chosen.get(facet.name)
        }
        illustrative = self.illustrative or "illustrative" in self.chosen.get("evidence", ())
        return SearchRequest(self.text, wanted, illustrative)

    def address(
        self, path: str = "/recherche", *, page: int = 1, lang: str | None = None, **more: str
    ) -> str:
        """Give the address of this search, at a page."""
        return self._address(path, self.chosen, page, self.lang if lang is None else lang, **more)

    def toggled(self, name: str, value: str) -> str:
        """Give the address of this search with a value chosen, or no longer."""
        values = self.chosen.get(name, ())
        changed = tuple(one for one in values if one != value) if value in values else (*values, value)
        return self.with_values(name, changed)

    def with_values(self, name: str, values: Sequence[str]) -> str:
        """Give the address of this search with other values chosen of a facet."""
        return self._address("/recherche", {**self.chosen, name: values}, 1, self.lang)

    def widened(self) -> str:
        """Give the address of these words alone."""
        return self._address("/recherche", {}, 1, self.lang)

    def _address(
        self, path: str, chosen: Mapping[str, Sequence[str]], page: int, lang: str, **more: str
    ) -> str:
        pairs: list[tuple[str, str]] = [("q", self.text)] if self.text else []
        pairs += [(facet.name, value) for facet in FACETS for value in chosen.get(facet.name, ())]
        pairs += [("illustrative", "true")] if self.illustrative else []
        pairs += [("page", str(page))] if page > 1 else []
        pairs += [("lang", lang)] if lang else []
        pairs += list(more.items())
        return f"{path}?{urlencode(pairs)}" if pairs else path


def search_of(query: QueryParams) -> Search:
    """Read a search from an address; raises PageError (400) that says what is wrong."""
    text = query.get("q", "").strip()
    chosen = {
        facet.name: tuple(dict.fromkeys(one.strip() for one in query.getlist(facet.name) if one.strip()))
        for facet in FACETS
    }
    if any(len(one) > LONGEST for one in [text, *(value for values in chosen.values() for value in values)]):
        raise PageError(400, N_("Une valeur de l’adresse est trop longue (200 caractères au plus)."))
    if sum(map(len, chosen.values())) > 50:
        raise PageError(400, N_("Trop de valeurs sont choisies (50 au plus)."))
    page = query.get("page", "1")
    if not (page.isascii() and page.isdigit() and 1 <= int(page[:7]) <= 100_000 and len(page) < 7):
        raise PageError(400, N_("« page » est un nombre entier à partir de 1."))
    lang = query.get("lang", "")
    return Search(
        text, chosen, int(page), is_true(query, "illustrative"), lang if lang in languages() else ""
    )


def path_of(finder: Finder, facet: Facet, value: str) -> str:
    """Give the path that a value of an address names among those known; the value itself where there is none."""
    paths = (head + value for head in facet.heads)
    return next((path for path in paths if finder.knows(facet.column, path)), value)


def short(facet: Facet, path: str) -> str:
    """Give the value that an address has for a path.

    >>> short(FACETS[1], "territory/epci/200040715"), short(FACETS[3], "field/mesr/5")
    ('epci/200040715', 'mesr/5')
    """
    head = facet.heads[0]
    return path.removeprefix(head) if head else path


def value_name(finder: Finder, facet: Facet, path: str, language: Language) -> str:
    """Name a value of a facet."""
    if facet.column == "kind":
        return KIND_NAMES[path][language] if path in KIND_NAMES else path
    if facet.column == "evidence":
        return EVIDENCE[path][language] if path in EVIDENCE else path
    name = first_upper(finder.name(path, language))
    if facet.column == "places" and path.startswith("territory/"):
        level = path.split("/")[1]
        return f"{name} ({level_name(level, language)})"
    return name


def detail_name(finder: Finder, kind: str, detail: str | None, language: Language) -> str:
    """Say one more thing on a result: level, kind of actor, institution."""
    if not detail:
        return ""
    return level_name(detail, language) if kind == "territoires" else finder.name(detail, language)


def join_values(values: Iterable[str], most: int = 3) -> str:
    """Join the first values of a list, and tell how many are left.

    >>> join_values(["a", "b", "c", "d"], 2)
    'a, b (+2)'
    """
    known = list(values)
    more = f" (+{len(known) - most})" if len(known) > most else ""
    return ", ".join(known[:most]) + more
