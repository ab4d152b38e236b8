"""What `ancrage new` starts: files that work as they are, to be changed."""

from __future__ import annotations

INDICATOR = """title = { fr = "Unités de recherche", en = "Research units" }
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
PREFIX ind: <https://w3id.org/ancrage/id/indicator/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

SELECT ?commune ?communeLabel ?population WHERE {
  VALUES ?territory { <https://w3id.org/ancrage/id/territory/epci/200040715> }
  ?commune anc:partOfTerritory ?territory ; a anc:Commune ; rdfs:label ?communeLabel .
  OPTIONAL { [] anc:refTerritory ?commune ; anc:refIndicator ind:population ; anc:obsValue ?population }
}
ORDER BY ?communeLabel
"""
SOURCE = """name = "{name}"
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
FILIERE = """# Les codes et les mots sont ceux de la pierre sèche, à remplacer : des codes de la NAF rév. 2, un tableau [[links]]
# par étape ; puis qui est membre, par identifiant ou par règle.
title.fr = "{title}"
title.en = "{title}"
definition.fr = "{title} : à définir en une phrase."
definition.en = "{title}: to define in one sentence."

[[links]]
stage = "resource"
naf2 = ["08.11Z"]

[[links]]
stage = "implementation"
naf2 = [{{ code = "43.99C", wide = true }}]

[[rules]]
id = "{name}-trains"
subject = "programme"
function = "trains"
words = ["pierre sèche", "taille de pierre"]
"""


def start(kind: str, name: str) -> dict[str, str]:
    """Give the files that a kind starts with: their paths below the folder of the kind, and their texts.

    >>> list(start("source", "third-places"))
    ['third-places/source.toml', 'third-places/tidy.sql', 'third-places/example/third-places.csv']
    """
    if kind == "source":
        return {
            f"{name}/source.toml": SOURCE.format(name=name),
            f"{name}/tidy.sql": TIDY,
            f"{name}/example/{name}.csv": ROWS,
        }
    if kind == "filiere":
        return {f"{name}.toml": FILIERE.format(name=name, title=name.replace("-", " "))}
    return {f"{name}.rq": QUERY} if kind == "query" else {f"{name}.toml": INDICATOR}
