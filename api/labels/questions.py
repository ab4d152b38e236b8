"""Words of the catalogue of questions in French and English: sections, tags, formats, levels of territory."""

from collections.abc import Mapping

from ...graph.region.levels import TERRITORY_KINDS
from ...queries.library import OWN
from ...words import N_, Spoken
from ..web.negotiation import Language

Pair = Spoken

SECTIONS: Mapping[str, Pair] = {
    "entities": N_("Qui, quoi, où"),
    "indicators": N_("Indicateurs"),
    "synergies": N_("Synergies et réseaux"),
    "gaps": N_("Manques"),
    "desk": N_("Guichet, dispositifs et stratégies"),
    "quality": N_("Qualité des données"),
    "projections": N_("Projections en réseau"),
    "tables": N_("Tables de comptages"),
    "matter": N_("Matière de l'analyse"),
    OWN: N_("Questions ajoutées ici"),
}

TAGS: Mapping[str, Pair] = {
    "access": N_("accès"),
    "actor": N_("acteurs"),
    "agenda": N_("agenda"),
    "catalogue": N_("catalogue"),
    "chain": N_("filières"),
    "coarse": N_("mesures grossières"),
    "cq": N_("questions de compétence"),
    "desk": N_("guichet"),
    "field": N_("domaines académiques"),
    "gap": N_("manques"),
    "indicator": N_("indicateurs"),
    "interaction": N_("interactions"),
    "matter": N_("matière"),
    "network": N_("réseaux"),
    "occupation": N_("métiers"),
    "portrait": N_("fiches"),
    "programme": N_("formations"),
    "projection": N_("projections"),
    "table": N_("tables"),
    "quality": N_("qualité"),
    "relay": N_("relais"),
    "scenario": N_("scénarios"),
    "scheme": N_("dispositifs"),
    "search": N_("recherche"),
    "sector": N_("secteurs"),
    "source": N_("sources"),
    "strategy": N_("stratégies"),
    "student": N_("étudiants"),
    "synergy": N_("synergies"),
    "territory": N_("territoires"),
    "top": N_("classements"),
}

FORMATS: Mapping[str, Pair] = {
    "csv": N_("CSV"),
    "csv-fr": N_("CSV (tableur français)"),
    "csvw": N_("Description des colonnes du CSV (CSVW)"),
    "xlsx": N_("Excel (XLSX)"),
    "json": N_("JSON (résultats SPARQL)"),
    "xml": N_("XML (résultats SPARQL)"),
    "tsv": N_("TSV"),
    "svg": N_("Graphique (SVG)"),
    "rq": N_("Requête (SPARQL)"),
    "ttl": N_("Turtle"),
    "nt": N_("N-Triples"),
    "jsonld": N_("JSON-LD"),
    "rdf": N_("RDF/XML"),
}

LEVELS: Mapping[str, Pair] = {level: one for level, (one, _) in TERRITORY_KINDS.items()}


def word(words: Mapping[str, Pair], name: str, language: Language) -> str:
    """Give the words for a name in a language; the name itself where there are none.

    >>> word(TAGS, "chain", "en"), word(TAGS, "unheard", "fr")
    ('value chains', 'unheard')
    """
    pair = words.get(name)
    return pair[language] if pair else name


def is_facet(tag: str) -> bool:
    """Say whether a tag groups questions; `cq07` numbers one.

    >>> is_facet("cq"), is_facet("cq07")
    (True, False)
    """
    return not (tag.startswith("cq") and tag[2:].isdigit())
