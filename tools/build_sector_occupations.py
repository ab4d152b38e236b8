"""Write ontology/schemes/sector-occupations.ttl. Usage: python tools/build_sector_occupations.py ROME_NAF.csv.

`ROME_NAF.csv` is France Travail's count of hirings by job card (ROME, version 3) and class of activity (NAF rev. 2), with the
columns `rome_id`, `naf_id` (no dot) and `hirings`. A job card gives a family of the FAP by `tools/rome_families.tsv`, a class
gives an item of the A38 by its division. Only codes are written: counts and labels stay in the file.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import polars as pl
from rdflib import SKOS, Graph

ROOT = Path(__file__).parent.parent
SCHEMES = ROOT / "ontology" / "schemes"
SCHEME = "https://w3id.org/ancrage/id/sector/"

QUOTIENT, SHARE, LEAST = 3.0, 0.03, 200
"""A family is characteristic of a sector where its share of the sector's hirings is QUOTIENT times that of all sectors or more,
and SHARE of them or more; a sector with fewer hirings than LEAST has none."""

AGENCIES = "NZ"
"""Temporary work is hired here for every sector: it is no part of what all sectors are."""
PUBLIC = "OZ"
"""Civil servants are appointed, not hired: what public administration hires beside them says nothing of its occupations."""

HEAD = f"""@prefix a17:     <https://w3id.org/ancrage/id/sector/a17/> .
@prefix a38:     <https://w3id.org/ancrage/id/sector/a38/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix fap:     <https://w3id.org/ancrage/id/fap/> .
@prefix skos:    <http://www.w3.org/2004/02/skos/core#> .
@prefix xkos:    <http://rdf-vocabulary.ddialliance.org/xkos#> .
@prefix xsd:     <http://www.w3.org/2001/XMLSchema#> .

# Written by `python tools/build_sector_occupations.py`; do not edit. An item of the A17 has the families of its items of the A38.

<https://w3id.org/ancrage/id/correspondence/sector-fap> a xkos:Correspondence ;
    dcterms:title "Sectors and the occupational families characteristic of them"@en , "Secteurs et familles professionnelles qui les caractérisent"@fr ;
    dcterms:description "Computed from hirings of 2021 by job card (ROME) and activity (NAF rev. 2), France Travail: the families of the FAP 2021 whose share of a sector's hirings is at least {SHARE:.0%} and {QUOTIENT:g} times their share of all hirings, temporary work apart. Engineers, researchers and computing are in it. Codes only."@en ,
        "Calculé sur les embauches de 2021 par fiche métier (ROME) et activité (NAF rév. 2), France Travail : les familles de la FAP 2021 dont la part dans les embauches d'un secteur est d'au moins {SHARE:.0%} et de {QUOTIENT:g} fois leur part dans toutes les embauches, hors intérim. Ingénieurs, chercheurs et informaticiens y sont. Codes seulement."@fr ;
    dcterms:source "France Travail, hirings by ROME and NAF, 2021; Dares, FAP 2021; Insee, NAF rev. 2" ;
    dcterms:date "2026-11-27"^^xsd:date ;
    xkos:compares <https://w3id.org/ancrage/id/sector/a38> , <https://w3id.org/ancrage/id/sector/a17> , <https://w3id.org/ancrage/id/fap> .
"""  # noqa: E501


def main(arguments: list[str]) -> int:
    """Write the correspondence; the exit code is 2 for a wrong call."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    aggregates = Graph().parse(SCHEMES / "naf-aggregates.ttl")
    own = characteristic(pl.read_csv(arguments[0], infer_schema=False), families(), divisions(aggregates))
    wider: dict[str, set[str]] = {}
    for item, broader in aggregates.subject_objects(SKOS.broader):
        code, above = (str(one).rpartition("/")[2] for one in (item, broader))
        wider.setdefault(above, set()).update(own.get(code, ()))
    lines = [*_lines("a38", own), "", *_lines("a17", {code: found for code, found in wider.items() if found})]
    (SCHEMES / "sector-occupations.ttl").write_text(HEAD + "\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return 0


def characteristic(
    hirings: pl.DataFrame, family_of: dict[str, str], sector_of: dict[str, str]
) -> dict[str, list[str]]:
    """Give the families that are characteristic of each sector (A38); raises KeyError for an unknown code."""
    rows = [
        (sector_of[naf[:2]], family_of.get(rome) or family_of[rome[:3]], int(n))
        for rome, naf, n in hirings.select("rome_id", "naf_id", "hirings").iter_rows()
    ]
    table = pl.DataFrame(rows, schema=["sector", "family", "n"], orient="row")
    table = table.group_by("sector", "family").agg(pl.col("n").sum())
    table = table.with_columns(whole=pl.col("n").sum().over("sector"))
    others = table.filter(pl.col("sector") != AGENCIES).group_by("family").agg(common=pl.col("n").sum())
    others = others.with_columns(pl.col("common") / pl.col("common").sum())
    share = pl.col("n") / pl.col("whole")
    kept = table.join(others, on="family").filter(
        (pl.col("whole") >= LEAST)
        & (pl.col("sector") != PUBLIC)
        & (share >= SHARE)
        & (share >= QUOTIENT * pl.col("common"))
    )
    own = kept.sort("family").group_by("sector").agg("family").sort("sector")
    return {str(sector): list(found) for sector, found in own.iter_rows()}


def families() -> dict[str, str]:
    """Read the family of each professional domain, or job card, of the ROME."""
    table = pl.read_csv(Path(__file__).parent / "rome_families.tsv", separator="\t", comment_prefix="#")
    return dict(table.select("rome", "fap").iter_rows())


def divisions(aggregates: Graph) -> dict[str, str]:
    """Read the item of the A38 that each division of the NAF is in, from its definition."""
    found: dict[str, str] = {}
    for item, words in aggregates.subject_objects(SKOS.definition):
        code = str(item).removeprefix(f"{SCHEME}a38/")
        if code != str(item) and getattr(words, "language", "") == "en":
            told = re.findall(r"(\d\d)(?: to (\d\d))?", str(words).split("division")[-1])
            for first, last in told:
                found |= {f"{one:02}": code for one in range(int(first), int(last or first) + 1)}
    return found


def _lines(scheme: str, own: dict[str, list[str]] | dict[str, set[str]]) -> list[str]:
    return [
        f"{scheme}:{code} skos:relatedMatch {' , '.join(f'fap:{one}' for one in sorted(found))} ."
        for code, found in sorted(own.items())
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
