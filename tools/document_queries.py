"""Write docs/reference/queries.md, the page of the shipped questions. Usage: python tools/document_queries.py [--check].

With `--check` nothing is written; the exit code is 1 where the page is not what the files say.
"""

from __future__ import annotations

import sys
from pathlib import Path

from ancrage.queries.library import Library
from ancrage.queries.parameters import TYPES
from ancrage.queries.query import Query

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "queries.md"
SECTIONS = {
    "entities": "Entités : territoires, acteurs, filières",
    "indicators": "Indicateurs",
    "synergies": "Synergies",
    "gaps": "Manques",
    "desk": "Guichet",
    "projections": "Projections en réseau",
    "tables": "Tables de comptages",
    "matter": "Matière de l'analyse",
    "quality": "Qualité des données",
}
HEAD = """# Questions

Écrit par `python tools/document_queries.py` d'après `queries/*/*.rq`. Chaque question est un fichier SPARQL ordinaire, avec
un en-tête `#+ clé: valeur` et un exemple pour chaque paramètre : `ancrage query NOM -p paramètre=valeur`,
`/queries/NOM?paramètre=valeur`, ou `Library()["NOM"].bind(paramètre=valeur)` en Python. Elles ne demandent aucun
raisonneur et lisent les graphes de base ; celles qui disent « + illustratif » ont besoin, pour l'exemple, du graphe illustratif.

Sur le site, `/queries` les liste, et `/queries/NOM` les pose : une page, ou un fichier par le suffixe de l'adresse (`.csv`,
`.csv-fr`, `.xlsx`, `.json`, `.xml`, `.tsv`, `.svg` pour celles qui ont un graphique, `.rq` pour la requête avec ses valeurs), par
`?format=` ou par `Accept`. `/queries.ttl` et `/queries/NOM/description` les décrivent en RDF (`sh:SPARQLExecutable`),
`/openapi.json` en OpenAPI.

Une colonne `x` qui porte une IRI est suivie de `xLabel`, son nom en français ; le site le donne dans la langue demandée
(`lang=`, `Accept-Language`) où le graphe l'a, dans tous les formats, et ne change rien d'autre. Une cellule vide n'est pas un
zéro : `status` dit si la valeur manque ou relève du secret statistique.
"""
CONVENTIONS = """## En-têtes d'un fichier

| clé | valeur |
| --- | --- |
| `title.fr`, `title.en` | le titre |
| `summary.fr`, `summary.en` | une phrase : ce que dit la réponse, et ce qu'elle ne dit pas |
| `tags` | étiquettes, séparées par des virgules |
| `param.NOM` | type et exemple d'un paramètre ; l'exemple est aussi dans chaque bloc `VALUES ?NOM { … }` du texte |
| `optional` | paramètres facultatifs : sans valeur, l'exemple est gardé |
| `graphs` | graphes lus : `base` (sans en-tête), `base+illustrative`, `base+provenance`, `base+scenario` |
| `chart` | `bar` ou `line`, puis les variables des catégories, des valeurs, des séries (s'il y en a) ; `sum` à la fin ajoute |

Sans `sum`, de plusieurs lignes à la même place d'une série la première est dessinée, et la légende compte les autres.

## Types de paramètres

| type | nom | accepte |
| --- | --- | --- |
"""
ADVICE = """
## Écrire une question rapide

Mesuré sur Oxigraph, sur le graphe national (2,2 millions de triplets) ; les plans se lisent avec
`oxigraph query --explain-file`.

- Partir de ce qui est lié : `VALUES ?territory { … }` puis `?place anc:partOfTerritory* ?territory`, dans **chaque** branche
  d'une `UNION` et dans chaque sous-requête, car chacune est planifiée seule.
- Un motif à propriété et objet constants (`?o anc:refIndicator ind:population`) attire le plan à lui et fait lire toute la
  population : écrire `?o anc:refIndicator ?i . FILTER(?i = ind:population)` quand un autre motif choisit déjà. De même
  `FILTER(?type IN (…))` plutôt que `VALUES ?type { … }` après coup.
- Un `OPTIONAL` d'un seul motif est cherché ligne par ligne ; un `OPTIONAL` de deux motifs peut faire lire toute la table :
  les emboîter (`OPTIONAL { ?x anc:actorType ?t OPTIONAL { ?t skos:prefLabel ?l } }`), sans jamais commencer par une
  variable qui peut être libre.
- Compter et grouper d'abord, nommer ensuite. `MINUS { SELECT DISTINCT … }` plutôt que `FILTER NOT EXISTS`.
- `SUM`, `MIN`, `MAX` et `GROUP_CONCAT` ne donnent rien si une seule ligne du groupe n'a pas de valeur : `COALESCE`.
- Un `LIMIT` ne se trouve que dans une question qui dit combien de lignes elle donne.
"""


def page() -> str:
    """Return the page, from the files."""
    library = Library()
    sections = library.sections()
    parts = [HEAD, CONVENTIONS + "\n".join(_types()) + "\n" + ADVICE]
    parts.append(f"\n{len(library)} questions.\n")
    for section in [*SECTIONS, *sorted(set(sections) - set(SECTIONS))]:
        parts.append(f"\n## {SECTIONS.get(section, section)}\n")
        parts += [_question(query) for query in sections.get(section, ())]
    return "\n".join(parts)


def _types() -> list[str]:
    return [f"| `{name}` | {type_.label['fr']} | {type_.accepts['fr']} |" for name, type_ in TYPES.items()]


def _question(query: Query) -> str:
    lines = [
        f"### {query.name}\n",
        f"**{query.title['fr']}** — {query.title['en']}\n",
        f"{query.summary['fr']}\n",
    ]
    notes = [f"étiquettes : {', '.join(query.tags)}"]
    if query.graphs != ("base",):
        names = {
            "computed": "calculés",
            "illustrative": "illustratif",
            "provenance": "provenance",
            "scenario": "scénarios",
        }
        notes.append("graphes : base + " + " + ".join(names[g] for g in query.graphs if g != "base"))
    for parameter in query.parameters:
        optional = ", facultatif" if parameter.optional else ""
        notes.append(
            f"`{parameter.name}` ({TYPES[parameter.type].label['fr']}{optional}) : `{parameter.example}`"
        )
    return "\n".join([*lines, *(f"- {note}" for note in notes), ""])


def main() -> int:
    """Write the page, or check it."""
    expected = page()
    if "--check" not in sys.argv[1:]:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(expected, encoding="utf-8")
        return 0
    if not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != expected:
        print(f"{PAGE} is not what the queries say: run python tools/document_queries.py", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
