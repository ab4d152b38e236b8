"""Start an indicator, a source or a query: files that work as they are, to be changed.

    python tools/new.py {indicator,source,query} NAME [--root FOLDER]

A file that is there already is left alone, and nothing is written.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

INDICATOR = """#:schema ../../../docs/schemas/indicator.json
title = { fr = "Unités de recherche", en = "Research units" }
definition.fr = "Unités de recherche qui ont un site dans le territoire."
definition.en = "Research units with a site in the territory."
topic = "supply"
unit = "1"
unit_label = { fr = "unités", en = "units" }
sources = ["mesr-rnsr"]

[formula]
name = "items"
frame = "units"
item = "unit"
"""
QUERY = """#+ title.fr: Communes d'un territoire
#+ title.en: Communes of a territory
#+ summary.fr: Communes du territoire, avec leur population.
#+ summary.en: Communes of the territory, with their population.
#+ tags: territory
#+ param.territory: territory 200040715
PREFIX anc: <https://w3id.org/ancrage/def/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

SELECT ?commune ?communeLabel ?population WHERE {
  VALUES ?territory { <https://w3id.org/ancrage/id/territory/epci/200040715> }
  ?commune anc:partOfTerritory ?territory ; a anc:Commune ; rdfs:label ?communeLabel .
  OPTIONAL { ?commune anc:population ?population }
}
ORDER BY ?communeLabel
"""
SOURCE = """#:schema ../../../docs/schemas/source.json
name = "{name}"
title.fr = "Tiers-lieux, 2026"
title.en = "Third places, 2026"
publisher = "Qui publie"
licence = "etalab-2.0"
homepage = "https://example.org/"
date = "2026-01-01"
evidence = "documented"
mapping = "exchange"
requires = ["decoupage-administratif"]

[[inputs]]
table = "rows"
files = ["{name}/*.csv"]
format = "csv"
separator = ";"
minimum_rows = 2
[[inputs.variants]]
name = "2026"
columns = {{ siret = "siret", label = "nom", commune = "code_commune", state = "etat" }}
personal = ["courriel"]

[inputs.variants.ignored]
'region' = "région, lue par la commune"

[[checks]]
input = "rows"
column = "siret"
pattern = "^[0-9]{{14}}$"
message = "Un SIRET a quatorze chiffres."
[[checks]]
input = "rows"
column = "siret"
unique = true
[[checks]]
input = "rows"
column = "state"
values = ["ouvert", "fermé"]
"""
TIDY = """-- Places that are open, as organisations of today's communes, which the register knows by former codes too.
CREATE TABLE _open AS
SELECT r.siret, left(r.siret, 9) AS siren, r.label, c.commune
FROM rows AS r
JOIN decoupage_administratif__register_communes AS c ON c.code = r.commune
WHERE r.state = 'ouvert';

CREATE TABLE organizations AS
SELECT 'organization/' || siren AS id, siren, label AS label_fr FROM _open ORDER BY id;

CREATE TABLE sites AS
SELECT
    'site/' || siret AS id,
    label AS label_fr,
    ['organization/' || siren] AS organizations,
    'territory/commune/' || commune AS territory
FROM _open
ORDER BY id;
"""
ROWS = """siret;nom;code_commune;etat;region;courriel
12345678900011;La Forge;38900;ouvert;84;a@example.org
12345678900029;Le Moulin;38902;fermé;84;b@example.org
"""


def files(kind: str, name: str) -> dict[str, str]:
    """Give the files that a kind starts with: their paths and their texts."""
    if kind == "indicator":
        return {f"graph/indicators/declared/{name}.toml": INDICATOR}
    if kind == "query":
        return {f"queries/tables/{name}.rq": QUERY}
    return {
        f"loaders/sources/{name}/source.toml": SOURCE.format(name=name),
        f"loaders/sources/{name}/tidy.sql": TIDY,
        f"tests/data/{name}/{name}.csv": ROWS,
    }


NEXT = {
    "indicator": "`ancrage demo` publishes it; docs/how-to/indicator.md says each key",
    "query": "`python tools/document_queries.py` documents it; docs/reference/queries.md says each line of its header",
    "source": "docs/how-to/source.md walks through what comes next",
}


def main() -> int:
    """Write the files, or say which is there."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("kind", choices=NEXT)
    parser.add_argument("name")
    parser.add_argument("--root", type=Path, default=Path(__file__).parents[1])
    chosen = parser.parse_args()
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", chosen.name):
        parser.error(f"“{chosen.name}” is no name in lower case, digits and hyphens")
    wanted = {chosen.root / path: text for path, text in files(chosen.kind, chosen.name).items()}
    if there := [path for path in wanted if path.exists()]:
        print(f"{there[0]} is there already: nothing was written", file=sys.stderr)
        return 1
    for path, text in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(path)
    print(f"next: {NEXT[chosen.kind]}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
