"""Content negotiation: an answer's format, by suffix, `format` parameter or Accept header; a page's language."""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias, TypeVar, cast

from ...words import N_, AncrageError, Spoken, languages

Language: TypeAlias = str
"""A language that pages have: one of `languages()`, those of the catalogues."""
Ranges: TypeAlias = list[tuple[float, int, str]]
"""What an Accept header asks for: quality, specificity and media range, best first."""


T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
LONGEST_KEPT = 500
"""Characters of what a client sends that are kept from one request to the next, at most."""


class Kept(Protocol[T_co]):
    """A function of texts that keeps what it made of short ones."""

    def __call__(self, *texts: str | None) -> T_co:
        """Give what is kept, or made."""

    def cache_clear(self) -> None:
        """Forget all of it."""


def keep_short(size: int) -> Callable[[Callable[..., T]], Kept[T]]:
    """Keep what a function makes of texts, the last `size`; of long ones nothing, or whoever sends many would fill the memory.

    >>> keep_short(8)(str.upper)("fr")
    'FR'
    """

    def around(make: Callable[..., T]) -> Kept[T]:
        kept = functools.lru_cache(size)(make)

        @functools.wraps(make)
        def made(*texts: str | None) -> T:
            short = sum(map(len, filter(None, texts))) <= LONGEST_KEPT
            return (kept if short else make)(*texts)

        vars(made)["cache_clear"] = kept.cache_clear
        return cast("Kept[T]", made)

    return around


@dataclass(frozen=True)
class Representation:
    """One way to write an answer: its short name, suffix, and media type."""

    name: str
    suffix: str
    media_type: str


HTML = Representation("html", ".html", "text/html")
TURTLE = Representation("ttl", ".ttl", "text/turtle")
JSON_LD = Representation("jsonld", ".jsonld", "application/ld+json")
N_TRIPLES = Representation("nt", ".nt", "application/n-triples")
RDF_XML = Representation("rdf", ".rdf", "application/rdf+xml")
TRIG = Representation("trig", ".trig", "application/trig")
N_QUADS = Representation("nq", ".nq", "application/n-quads")
CSV = Representation("csv", ".csv", "text/csv")
ONTOLOGIES: tuple[Representation, ...] = (HTML, TURTLE, JSON_LD, N_TRIPLES, RDF_XML)
DESCRIPTIONS: tuple[Representation, ...] = (*ONTOLOGIES, TRIG, CSV)

CSV_FR = Representation("csv-fr", ".csv-fr", "text/csv; header=present; charset=utf-8")
CSVW = Representation("csvw", ".csvw", "application/csvm+json")
"""What the columns of a CSV hold, and where it comes from."""
JSON = Representation("json", ".json", "application/sparql-results+json")
DATA = Representation("json", ".json", "application/json")
"""JSON that is no answer of SPARQL."""
XML = Representation("xml", ".xml", "application/sparql-results+xml")
TSV = Representation("tsv", ".tsv", "text/tab-separated-values")
XLSX = Representation("xlsx", ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
SVG = Representation("svg", ".svg", "image/svg+xml")
FEATURES = Representation("geojson", ".geojson", "application/geo+json")
QUERY = Representation("rq", ".rq", "application/sparql-query")
TABLES: tuple[Representation, ...] = (HTML, JSON, CSV, CSV_FR, XLSX, XML, TSV)
GRAPHS: tuple[Representation, ...] = (HTML, TURTLE, N_TRIPLES, JSON_LD, RDF_XML)

_ALIASES: Mapping[str, str] = {
    "application/json": "application/sparql-results+json",
    "application/xhtml+xml": "text/html",
    "text/n3": "text/turtle",
    "text/plain": "application/n-triples",
}


class NotAcceptable(AncrageError, ValueError):  # noqa: N818
    """None of the formats asked for can be given; keeps `asked` and `offered`."""

    code = "unknown-format"

    def __init__(self, asked: str, offered: Sequence[Representation]) -> None:
        self.asked, self.offered = asked, tuple(offered)
        super().__init__(self.told("fr"))

    @property
    def message(self) -> Spoken:
        """What is said, with the formats there are."""
        names = ", ".join(f"{one.name} ({one.media_type})" for one in self.offered)
        return N_(
            "Format « {asked} » inconnu ici ; formats possibles : {names}.", asked=self.asked, names=names
        )


def parse_accept(header: str) -> Ranges:
    """Read an Accept header as (quality, specificity, media range), best first; broken parts are left out.

    >>> parse_accept("text/html;q=0.5, text/turtle, */*;q=0.1")
    [(1.0, 2, 'text/turtle'), (0.5, 2, 'text/html'), (0.1, 0, '*/*')]
    """
    ranges = [
        (quality, 0 if name == "*/*" else 1 if name.endswith("/*") else 2, name)
        for name, quality in _qualities(header)
        if "/" in name
    ]
    return sorted(ranges, key=lambda one: (-one[0], -one[1]))


def _qualities(header: str) -> list[tuple[str, float]]:
    """Read a header of names with their quality, in its order; a quality that is no number counts as none."""
    found = []
    for part in header.split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip().lower() == "q":
                try:
                    quality = min(1.0, max(0.0, float(value)))
                except ValueError:
                    quality = 0.0
        if name:
            found.append((name.lower(), quality))
    return found


def quality(header: str, media_type: str) -> float:
    """Give the quality that an Accept header grants to a media type: its most specific range decides.

    >>> quality("text/*;q=0.3, text/html;q=0.7, */*;q=0.1", "text/html")
    0.7
    """
    return _granted(parse_accept(header), media_type)


def _granted(ranges: Ranges, media_type: str) -> float:
    bare = media_type.partition(";")[0]
    best = (-1, 0.0)
    for value, specificity, name in ranges:
        exact = name == bare or _ALIASES.get(name) == bare
        matches = exact or name == "*/*" or (name.endswith("/*") and bare.startswith(name[:-1]))
        if matches and specificity > best[0]:
            best = (specificity, value)
    return best[1]


def choose(header: str | None, offered: Sequence[Representation], asked: str | None = None) -> Representation:
    """Choose a representation: the format asked for by name wins, else Accept; the first offered breaks ties.

    Raises NotAcceptable when nothing fits.

    >>> choose("text/turtle, text/html;q=0.9", DESCRIPTIONS).name
    'ttl'
    >>> choose("text/html", DESCRIPTIONS, "nt").name
    'nt'
    """
    if asked:
        for one in offered:
            if asked.lower() in (one.name, one.media_type, one.media_type.partition(";")[0]):
                return one
        raise NotAcceptable(asked, offered)
    if not header or not (ranges := parse_accept(header)):
        return offered[0]
    scored = [(_granted(ranges, one.media_type), -rank) for rank, one in enumerate(offered)]
    best = max(scored)
    if best[0] == 0:
        raise NotAcceptable(header, offered)
    return offered[-best[1]]


@keep_short(1024)
def signature(header: str) -> tuple[float, ...]:
    """Give what an Accept header grants to each format known here: equal signatures get equal answers.

    >>> signature("text/html, */*;q=0.1") == signature("*/*;q=0.1,text/html ;q=1.0, image/png;q=0.3")
    True
    """
    if not (ranges := parse_accept(header)):
        return ()
    return tuple(
        _granted(ranges, one.media_type) for one in (*DESCRIPTIONS, *TABLES[1:], CSVW, SVG, QUERY, FEATURES)
    )


@keep_short(1024)
def language(header: str | None, asked: str | None = None) -> Language:
    """Choose the language of a page: the one asked for by name wins, else Accept-Language; French breaks ties.

    >>> language("en-GB,en;q=0.9,fr;q=0.8"), language("de, fr;q=0.4"), language(None), language("fr", "en")
    ('en', 'fr', 'fr', 'en')
    """
    if asked in languages():
        return asked
    scores: dict[str, float] = {}
    for name, quality in _qualities(header or ""):
        known = name.partition("-")[0]
        scores[known] = max(quality, scores.get(known, 0.0))
    rest = scores.get("*", 0.0)
    return max(languages(), key=lambda name: scores.get(name, rest))  # the first of the best


def split_suffix(path: str, offered: Sequence[Representation] = DESCRIPTIONS) -> tuple[str, str | None]:
    """Take a known suffix off a path; a code with a dot in it keeps its dot.

    >>> split_suffix("territory/region/84.ttl"), split_suffix("naf2025/16.11Y")
    (('territory/region/84', 'ttl'), ('naf2025/16.11Y', None))
    """
    for one in offered:
        if path.endswith(one.suffix) and len(path) > len(one.suffix):
            return path.removesuffix(one.suffix), one.name
    return path, None


def prefers_html(header: str) -> bool:
    """Say whether an error is better told as a page: HTML asked for by name.

    >>> prefers_html("text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"), prefers_html("*/*"), prefers_html("")
    (True, False, False)
    """
    return any(
        name in ("text/html", "application/xhtml+xml") and q > 0 for q, _, name in parse_accept(header)
    )
