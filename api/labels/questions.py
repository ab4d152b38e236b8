"""Words of the catalogue of questions in French and English: sections, tags, formats, levels of territory."""

from collections.abc import Mapping

from ..web.negotiation import Language
from .wording import TERRITORY_KINDS

Pair = tuple[str, str]

SECTIONS: Mapping[str, Pair] = {
    "entities": ("Qui, quoi, où", "Who, what, where"),
    "indicators": ("Indicateurs", "Indicators"),
    "synergies": ("Synergies et réseaux", "Synergies and networks"),
    "gaps": ("Manques", "Gaps"),
    "desk": ("Guichet, dispositifs et stratégies", "Desk, support schemes and strategies"),
    "quality": ("Qualité des données", "Quality of data"),
    "projections": ("Projections en réseau", "Projections as networks"),
    "tables": ("Tables de comptages", "Tables of counts"),
    "matter": ("Matière de l'analyse", "Matter of the analysis"),
}

TAGS: Mapping[str, Pair] = {
    "access": ("accès", "access"),
    "actor": ("acteurs", "actors"),
    "agenda": ("agenda", "agenda"),
    "catalogue": ("catalogue", "catalogue"),
    "chain": ("filières", "value chains"),
    "coarse": ("mesures grossières", "coarse measures"),
    "cq": ("questions de compétence", "competency questions"),
    "desk": ("guichet", "one-stop shop"),
    "field": ("domaines académiques", "academic fields"),
    "gap": ("manques", "gaps"),
    "indicator": ("indicateurs", "indicators"),
    "interaction": ("interactions", "interactions"),
    "matter": ("matière", "matter"),
    "network": ("réseaux", "networks"),
    "occupation": ("métiers", "occupations"),
    "portrait": ("fiches", "profiles"),
    "programme": ("formations", "programmes"),
    "projection": ("projections", "projections"),
    "table": ("tables", "tables"),
    "quality": ("qualité", "quality"),
    "relay": ("relais", "relays"),
    "scenario": ("scénarios", "scenarios"),
    "scheme": ("dispositifs", "support schemes"),
    "search": ("recherche", "search"),
    "sector": ("secteurs", "sectors"),
    "source": ("sources", "sources"),
    "strategy": ("stratégies", "strategies"),
    "student": ("étudiants", "students"),
    "synergy": ("synergies", "synergies"),
    "territory": ("territoires", "territories"),
    "top": ("classements", "rankings"),
}

FORMATS: Mapping[str, Pair] = {
    "csv": ("CSV", "CSV"),
    "csv-fr": ("CSV (tableur français)", "CSV (French spreadsheet)"),
    "xlsx": ("Excel (XLSX)", "Excel (XLSX)"),
    "json": ("JSON (résultats SPARQL)", "JSON (SPARQL results)"),
    "xml": ("XML (résultats SPARQL)", "XML (SPARQL results)"),
    "tsv": ("TSV", "TSV"),
    "svg": ("Graphique (SVG)", "Chart (SVG)"),
    "rq": ("Requête (SPARQL)", "Query (SPARQL)"),
    "ttl": ("Turtle", "Turtle"),
    "nt": ("N-Triples", "N-Triples"),
    "jsonld": ("JSON-LD", "JSON-LD"),
    "rdf": ("RDF/XML", "RDF/XML"),
}

LEVELS: Mapping[str, Pair] = {level: (one["fr"], one["en"]) for level, (one, _) in TERRITORY_KINDS.items()}


def word(words: Mapping[str, Pair], name: str, language: Language) -> str:
    """Give the words for a name in a language; the name itself where there are none.

    >>> word(TAGS, "chain", "en"), word(TAGS, "unheard", "fr")
    ('value chains', 'unheard')
    """
    pair = words.get(name)
    return pair[language == "en"] if pair else name


def is_facet(tag: str) -> bool:
    """Say whether a tag groups questions; `cq07` numbers one.

    >>> is_facet("cq"), is_facet("cq07")
    (True, False)
    """
    return not (tag.startswith("cq") and tag[2:].isdigit())
