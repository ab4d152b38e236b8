"""The register of companies at its national size: rows a second beside DuckDB that counts the same file, in one run.

    python benchmarks/sirene.py FOLDER [--establishments 40000000] [--keep SCRATCH]

`FOLDER` holds the official geographic code (`decoupage-administratif`), of which communes are drawn by their population. The
files are generated in the official layout of the Parquet: columns, types, order (by SIREN) and shares of natural persons, of
closed establishments, of partial diffusion and of sizes as in the register of 2026.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

import duckdb
from ancrage.loaders.publish.pipeline import Pipeline

MOST = 3.0
"""How many times the reference's time a load may take."""

_COMMUNES = """
CREATE TABLE communes AS
SELECT code, sum(weight) OVER (ORDER BY code) - weight AS low, sum(weight) OVER (ORDER BY code) AS high
FROM (SELECT c.code, greatest(coalesce(o.value, 1), 1)::DOUBLE / sum(greatest(coalesce(o.value, 1), 1)) OVER () AS weight
      FROM '{register}' AS c LEFT JOIN '{observations}' AS o ON o.territory = c.territory AND o.indicator = 'indicator/population'
      WHERE c.current);
CREATE TABLE drawn AS   -- a list of 65,536 communes in which each has the place of its population
SELECT list(code ORDER BY n) AS codes
FROM (SELECT n, code FROM range(65536) AS r (n) JOIN communes ON n / 65536.0 >= low AND n / 65536.0 < high);
CREATE TABLE activities AS SELECT list(notation ORDER BY notation) AS codes FROM '{activities}' WHERE length(notation) = 6;
CREATE MACRO draw(n, salt, of) AS (hash(n * 31 + salt) % of)::INTEGER;
CREATE MACRO skewed(n, salt, of) AS (of * power(draw(n, salt, 65536) / 65536.0, 3))::INTEGER % of;
CREATE MACRO day(n, salt) AS DATE '1985-01-01' + draw(n, salt, 15000);
CREATE MACRO size(n, salt) AS CASE
    WHEN draw(n, salt, 1000) < 885 THEN 'NN' WHEN draw(n, salt, 1000) < 910 THEN '00' WHEN draw(n, salt, 1000) < 955 THEN '01'
    WHEN draw(n, salt, 1000) < 973 THEN '02' WHEN draw(n, salt, 1000) < 984 THEN '03' WHEN draw(n, salt, 1000) < 991 THEN '11'
    WHEN draw(n, salt, 1000) < 996 THEN '12' WHEN draw(n, salt, 1000) < 998 THEN '21' WHEN draw(n, salt, 1000) < 999 THEN '31'
    ELSE '41' END;
"""

_UNITS = """
COPY (
SELECT lpad((n * 2 + 100000000)::VARCHAR, 9, '0') AS siren,
    CASE WHEN draw(n, 1, 100) < 8 THEN 'P' ELSE 'O' END AS statutDiffusionUniteLegale,
    NULL::BOOLEAN AS unitePurgeeUniteLegale, day(n, 2) AS dateCreationUniteLegale,
    CASE WHEN draw(n, 3, 20) = 0 THEN 'SG' || draw(n, 3, 9999) END AS sigleUniteLegale,
    CASE WHEN natural_ THEN 'F' END AS sexeUniteLegale, CASE WHEN natural_ THEN 'PRENOM' END AS prenom1UniteLegale,
    CASE WHEN natural_ THEN 'NOM' || n % 65521 END AS nomUniteLegale, size(n, 4) AS trancheEffectifsUniteLegale,
    '2024' AS anneeEffectifsUniteLegale,
    now()::TIMESTAMP AS dateDernierTraitementUniteLegale, draw(n, 5, 6) AS nombrePeriodesUniteLegale,
    day(n, 6) AS dateDebut, CASE WHEN draw(n, 7, 100) < 55 THEN 'C' ELSE 'A' END AS etatAdministratifUniteLegale,
    CASE WHEN NOT natural_ THEN 'SOCIETE ' || upper(md5(n::VARCHAR)[:8]) || ' DU VAL' END AS denominationUniteLegale,
    NULL::VARCHAR AS denominationUsuelle1UniteLegale,
    CASE WHEN natural_ THEN 1000 ELSE [5499, 5710, 6540, 9220, 7210][draw(n, 8, 5) + 1] END AS categorieJuridiqueUniteLegale,
    (SELECT codes FROM activities)[skewed(n, 9, (SELECT len(codes) FROM activities)) + 1] AS activitePrincipaleUniteLegale,
    'NAFRev2' AS nomenclatureActivitePrincipaleUniteLegale, '00012' AS nicSiegeUniteLegale
FROM (SELECT n, draw(n, 0, 100) < 58 AS natural_ FROM range({units}) AS r (n))
) TO '{path}' (FORMAT parquet, COMPRESSION zstd)
"""

_ESTABLISHMENTS = """
COPY (
SELECT siren, nic, siren || nic AS siret, CASE WHEN draw(unit, 1, 100) < 8 THEN 'P' ELSE 'O' END AS statutDiffusionEtablissement,
    day(n, 12) AS dateCreationEtablissement, size(n, 14) AS trancheEffectifsEtablissement, '2024' AS anneeEffectifsEtablissement,
    now()::TIMESTAMP AS dateDernierTraitementEtablissement, n % 3 <> 2 AS etablissementSiege,
    (draw(n, 15, 200) + 1)::VARCHAR AS numeroVoieEtablissement, 'RUE' AS typeVoieEtablissement,
    'DE LA ' || md5((n // 50)::VARCHAR)[:6] AS libelleVoieEtablissement, left(commune, 2) || '000' AS codePostalEtablissement,
    'COMMUNE ' || commune AS libelleCommuneEtablissement, commune AS codeCommuneEtablissement, day(n, 16) AS dateDebut,
    CASE WHEN draw(n, 17, 100) < 58 THEN 'F' ELSE 'A' END AS etatAdministratifEtablissement,
    CASE WHEN draw(n, 18, 12) = 0 THEN 'ENSEIGNE ' || upper(md5(n::VARCHAR)[:5]) END AS enseigne1Etablissement,
    NULL::VARCHAR AS denominationUsuelleEtablissement,
    (SELECT codes FROM activities)[skewed(n, 9, (SELECT len(codes) FROM activities)) + 1] AS activitePrincipaleEtablissement,
    'NAFRev2' AS nomenclatureActivitePrincipaleEtablissement
FROM (SELECT n, n * 2 // 3 AS unit, lpad((n * 2 // 3 * 2 + 100000000)::VARCHAR, 9, '0') AS siren,
          lpad((n % 3 + 12)::VARCHAR, 5, '0') AS nic,
          (SELECT codes FROM drawn)[draw(n, 10, (SELECT len(codes) FROM drawn)) + 1] AS commune
      FROM range({establishments}) AS r (n))
) TO '{path}' (FORMAT parquet, COMPRESSION zstd)
"""

_REFERENCE = """
SELECT count(*), sum(establishments)
FROM (SELECT codeCommuneEtablissement, activitePrincipaleEtablissement, count(*) AS establishments
      FROM read_parquet('{path}') GROUP BY ALL)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path, help="folder of official files, laid out as the sources expect")
    parser.add_argument("--establishments", type=int, default=40_000_000)
    parser.add_argument("--region", default="84")
    parser.add_argument(
        "--keep", type=Path, help="folder where the generated files are kept, and found again"
    )
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        kept = arguments.keep or Path(scratch)
        kept.mkdir(parents=True, exist_ok=True)
        pipeline = Pipeline(Path(scratch) / "data")
        for name in ("decoupage-administratif", "insee-naf"):
            pipeline.load(name, [arguments.folder], publish=False)
        paths = generated(pipeline, kept, arguments.establishments)
        measure(pipeline, paths, arguments.establishments, arguments.region)


def generated(pipeline: Pipeline, folder: Path, establishments: int) -> list[Path]:
    """Write the two files of the register, unless they are there already."""
    tables = pipeline.versions.current()
    territories = tables["decoupage-administratif"].tables()
    paths = [
        folder / f"StockEtablissement_utf8-{establishments}.parquet",
        folder / f"StockUniteLegale_utf8-{establishments}.parquet",
    ]
    if all(path.exists() for path in paths):
        return paths
    with duckdb.connect(
        config={"threads": 2, "memory_limit": "4GB", "temp_directory": str(folder)}
    ) as engine:
        engine.execute(
            _COMMUNES.format(
                register=territories["register_communes"],
                observations=territories["observations"],
                activities=tables["insee-naf"].tables()["concepts"],
            )
        )
        engine.execute(_ESTABLISHMENTS.format(establishments=establishments, path=paths[0]))
        engine.execute(_UNITS.format(units=establishments * 2 // 3 + 1, path=paths[1]))
    return paths


def measure(pipeline: Pipeline, paths: list[Path], establishments: int, region: str) -> None:
    """Print what the reference and a load of the same files took, and the ratio."""
    with duckdb.connect(config={"threads": 2}) as engine:
        started = time.perf_counter()
        ((cells, _),) = engine.execute(_REFERENCE.format(path=paths[0])).fetchall()
        reference = time.perf_counter() - started
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    (report,) = pipeline.load_many(
        [("insee-sirene", paths, None)], settings={"region": region}, publish=False
    )
    seconds = report.seconds
    record = report.record
    taken = seconds["read"] + seconds["tidy"]
    sizes = ", ".join(f"{path.stat().st_size / 1e9:.2f} GB" for path in paths)
    units = record.read["legal_units"]
    print(f"{establishments:,} establishments, {units:,} legal units ({sizes}), region {region}")
    for what, lasted in ((f"DuckDB, counting ({cells:,} cells)", reference), ("read and tidy", taken)):
        print(f"  {what:<40} {lasted:7.1f} s {establishments / lasted:13,.0f} rows a second")
    print(f"  {f'map to {record.quads:,} quads':<40} {seconds['map']:7.1f} s")
    kept = ", ".join(f"{name} {record.rows[name]:,}" for name in ("organizations", "sites", "observations"))
    print(f"  kept: {kept}; rejected {record.rejected}")
    ratio = taken / reference
    print(f"  ratio {ratio:.2f} (at most {MOST:g}: {'met' if ratio <= MOST else 'NOT MET'})")
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"  peak of memory {after / 1024**2:.2f} GiB (before the load {before / 1024**2:.2f} GiB)")


if __name__ == "__main__":
    main()
