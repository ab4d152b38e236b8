"""Content negotiation: the format of an answer, chosen by suffix, `format` parameter or Accept header."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


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
DESCRIPTIONS: tuple[Representation, ...] = (HTML, TURTLE, JSON_LD, N_TRIPLES, RDF_XML)

CSV = Representation("csv", ".csv", "text/csv")
CSV_FR = Representation("csv-fr", ".csv-fr", "text/csv; header=present; charset=utf-8")
JSON = Representation("json", ".json", "application/sparql-results+json")
TABLES: tuple[Representation, ...] = (HTML, JSON, CSV, CSV_FR)
GRAPHS: tuple[Representation, ...] = (HTML, TURTLE, N_TRIPLES, JSON_LD)

_ALIASES: Mapping[str, str] = {
    "application/json": "application/sparql-results+json",
    "application/xhtml+xml": "text/html",
    "text/n3": "text/turtle",
    "text/plain": "application/n-triples",
}


class NotAcceptable(ValueError):  # noqa: N818
    """None of the formats asked for can be given; keeps `asked` and `offered`."""

    def __init__(self, asked: str, offered: Sequence[Representation]) -> None:
        names = ", ".join(f"{one.name} ({one.media_type})" for one in offered)
        super().__init__(f"Format « {asked} » inconnu ici ; formats possibles : {names}.")
        self.asked, self.offered = asked, tuple(offered)


def accepted(header: str) -> list[tuple[float, int, str]]:
    """Read an Accept header as (quality, specificity, media range), best first; broken parts are left out.

    >>> accepted("text/html;q=0.5, text/turtle, */*;q=0.1")
    [(1.0, 2, 'text/turtle'), (0.5, 2, 'text/html'), (0.1, 0, '*/*')]
    """
    ranges = []
    for part in header.split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        if "/" not in name:
            continue
        quality = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip().lower() == "q":
                try:
                    quality = min(1.0, max(0.0, float(value)))
                except ValueError:
                    quality = 0.0
        specificity = 0 if name == "*/*" else 1 if name.endswith("/*") else 2
        ranges.append((quality, specificity, name.lower()))
    return sorted(ranges, key=lambda one: (-one[0], -one[1]))


def quality(header: str, media_type: str) -> float:
    """Give the quality that an Accept header grants to a media type: its most specific range decides.

    >>> quality("text/*;q=0.3, text/html;q=0.7, */*;q=0.1", "text/html")
    0.7
    """
    bare = media_type.partition(";")[0]
    best = (-1, 0.0)
    for value, specificity, name in accepted(header):
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
    if not header or not accepted(header):
        return offered[0]
    scored = [(quality(header, one.media_type), -rank) for rank, one in enumerate(offered)]
    best = max(scored)
    if best[0] == 0:
        raise NotAcceptable(header, offered)
    return offered[-best[1]]


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
    return any(name in ("text/html", "application/xhtml+xml") and q > 0 for q, _, name in accepted(header))
