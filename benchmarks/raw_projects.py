"""Who takes part in the projects of the official files, from which commune: ANR, investments for the future, H2020, i-Lab.

Read with nothing but polars. A town is a commune where its name is that of one commune of the region that the row names, of
France where it names none. An actor is its number, else its name in its town.
"""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
from raw_official import read_csv, squeeze

COLUMNS = ["interaction", "actor", "commune", "kind", "abroad"]
ACADEMIC, COMPANY = "academic", "company"
ANR_KINDS = {
    "Laboratoire public": ACADEMIC,
    "Divers public": ACADEMIC,
    "Fondation de recherche": ACADEMIC,
    "Association": "other",
    "TPE": COMPANY,
    "PME": COMPANY,
    "Entreprise autre que TPE ou PME": COMPANY,
}
PIA_KINDS = {
    "Universités, INSA et INP": ACADEMIC,
    "Grandes écoles publiques": ACADEMIC,
    "ENS et grands établissements": ACADEMIC,
    "COMUE Pôle de recherche et d'Enseignement supérieur": ACADEMIC,
    "Autres écoles (privées)": ACADEMIC,
    "IEP": ACADEMIC,
    "Organismes de type EPST": ACADEMIC,
    "Organismes de Type EPIC": ACADEMIC,
    "INHA": ACADEMIC,
    "Observatoires": ACADEMIC,
    "Entreprises Privées": COMPANY,
}
NATURES = dict.fromkeys(("UNIV", "UNIV_ETR", "AUT_ETAB", "EPST", "EPIC"), ACADEMIC) | {"PRIVE": COMPANY}
CODE = r"^\d{9}[A-Z]$"


def towns(folder: Path, codes: dict[str, str]) -> pl.DataFrame:
    """Give name, region (its name), commune of the names that one commune of a region has, those of today first.

    The region is FRANCE for those of the country, TODAY for the full names of today alone.
    """
    records = json.loads((folder / "etalab-decoupage-administratif/communes.json").read_text())
    regions = json.loads((folder / "etalab-decoupage-administratif/regions.json").read_text())
    names = {row["code"]: row["nom"] for row in regions}
    homes = {row["code"]: row.get("region") for row in records if row["type"] == "commune-actuelle"}
    rows = [
        (
            row["nom"],
            names.get(homes.get(codes.get(row["code"], "")) or ""),
            codes.get(row["code"]),
            row["type"] == "commune-actuelle",
        )
        for row in records
    ]
    found = pl.DataFrame(rows, ["name", "region", "commune", "today"], orient="row").drop_nulls("commune")
    own = found.with_columns(squeeze(pl.col("name")), squeeze(pl.col("region")))
    bare = own.with_columns(pl.col("name").str.replace(r"^(LE|LA|LES) ", ""))
    found = pl.concat([own, bare]).unique()
    today = own.filter("today").with_columns(region=pl.lit("TODAY"))
    every = pl.concat([found, found.with_columns(region=pl.lit("FRANCE")), today])
    now, all_of = pl.col("commune").filter("today"), pl.col("commune")
    places = every.group_by("name", "region").agg(
        commune=pl.when(now.n_unique() == 1)
        .then(now.first())
        .when((now.n_unique() == 0) & (all_of.n_unique() == 1))
        .then(all_of.first())
    )
    return places.drop_nulls("commune")


def one_kind(kinds: dict[str, str], column: str, keys: list[str], unknown: bool) -> pl.Expr:
    """Give the kind of an actor whose rows all say the same; `unknown` tells whether an empty one is another kind."""
    kind = pl.col(column).replace_strict(kinds, default="unknown" if unknown else None)
    same = kind.drop_nulls().n_unique().over(keys) == 1
    found = kind.drop_nulls().first().over(keys)
    return pl.when(same & found.is_in([ACADEMIC, COMPANY])).then(found)


def read_anr(folder: Path, named: pl.DataFrame, units: dict[str, str]) -> pl.DataFrame:
    """Read the participations of the projects of the general calls."""
    start = "Projet.Partenaire."
    rows = read_csv(next((folder / "anr-dos").glob("*.csv"))).select(
        interaction=pl.lit("anr/") + pl.col("id"),
        name=squeeze_whole(pl.col(f"{start}Nom_organisme")),
        category=f"{start}Categorie_organisme",
        unit=pl.col(f"{start}Code_RNSR").str.strip_chars().str.to_uppercase(),
        town=squeeze(pl.col(f"{start}Adresse.Ville")),
        region=squeeze(pl.col(f"{start}Adresse.Region")),
        country=f"{start}Adresse.Pays",
    )
    is_unit = pl.col("unit").str.contains(CODE).fill_null(False)
    own = pl.format("name/{}|{}", "name", pl.col("town").fill_null(""))
    # "Aucune aide", "Pas d'aide pour le partenaire…" stand where a name should.
    is_named = (pl.col("name") != "") & ~pl.col("name").str.contains(
        "^(AUCUNE ?|PAS D ?|0 )AIDE|^PAS DE LABORATOIRE"
    )
    rows = rows.filter(is_unit | is_named.fill_null(False))
    rows = rows.with_columns(actor=pl.when(is_unit).then(pl.col("unit").replace(units)).otherwise(own))
    region = pl.coalesce("region", pl.when(is_unit | (pl.col("country") == "France")).then(pl.lit("FRANCE")))
    rows = rows.with_columns(region=region).join(
        named, left_on=["town", "region"], right_on=["name", "region"], how="left"
    )
    countries = pl.col("country").drop_nulls()
    single = (countries.n_unique().over("actor") == 1) & ~pl.col("actor").is_in(list(units.values()))
    return rows.select(
        "interaction",
        "actor",
        "commune",
        kind=pl.when(is_unit.any().over("actor"))
        .then(pl.lit(ACADEMIC))
        .otherwise(one_kind(ANR_KINDS, "category", ["actor"], True)),
        abroad=(single & (countries.first().over("actor") != "France")).fill_null(False),
    )


def squeeze_whole(name: pl.Expr) -> pl.Expr:
    """Write a name in capitals, without accents and signs."""
    name = name.str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.to_uppercase()
    return name.str.replace_all("Œ", "OE").str.replace_all(r"[^A-Z0-9]+", " ").str.strip_chars()


def read_pia(folder: Path, named: pl.DataFrame) -> pl.DataFrame:
    """Read the participations of the investments for the future."""
    books = {
        name: pl.read_excel(
            next((folder / "anr-dgpie").glob(f"*{name}.xlsx")), engine="calamine", infer_schema_length=0
        )
        for name in ("partenaires", "projets")
    }
    start, project = "Projet.Partenaire.", "Projet.Code_Decision_ANR"
    rows = books["partenaires"].join(books["projets"].select(project), on=project, how="semi")
    said = {
        name: pl.col(f"{start}{name}").replace({"Non renseigné": None})
        for name in ("Nom_organisme", "Categorie_organisme", "Adresse.Ville", "Adresse.Region")
    }
    rows = rows.select(
        interaction=pl.lit("anr/") + pl.col(project),
        name=squeeze_whole(said["Nom_organisme"]),
        category=said["Categorie_organisme"].str.strip_chars(),
        town=squeeze(said["Adresse.Ville"]),
        region=squeeze(said["Adresse.Region"]),
    ).filter(pl.col("name") != "")
    rows = rows.with_columns(actor=pl.format("pia/{}|{}", "name", pl.col("town").fill_null("")))
    return rows.join(named, left_on=["town", "region"], right_on=["name", "region"], how="left").select(
        "interaction",
        "actor",
        "commune",
        kind=one_kind(PIA_KINDS, "category", ["actor"], False),
        abroad=pl.lit(False),
    )


def read_h2020(folder: Path, named: pl.DataFrame, institutions: pl.DataFrame) -> pl.DataFrame:
    """Read the participations of Horizon 2020: an organisation is where its head office is."""
    rows = read_csv(folder / "cordis-h2020/h2020_participations_projets-avec-aura.csv")
    heads = read_csv(folder / "cordis-h2020/h2020_organisations_france_2017.csv", ";").select(
        pic="orgId", town=squeeze(pl.col("city")), region=pl.lit("TODAY")
    )
    heads = heads.join(named, left_on=["town", "region"], right_on=["name", "region"])
    known = dict(institutions.filter(pl.col("scheme") == "pic").select("code", "institution").iter_rows())
    rows = rows.join(heads.select("pic", "commune").unique("pic"), on="pic", how="left")
    rows = rows.with_columns(actor=pl.col("pic").replace(known), is_known=pl.col("pic").is_in(list(known)))
    most = pl.col("type").mode().sort().first().over("actor")
    kinds = {"HES": ACADEMIC, "REC": ACADEMIC, "PRC": COMPANY}
    country = pl.col("country").mode().sort().first().over("actor")
    return rows.select(
        interaction=pl.lit("h2020/") + pl.col("rcn"),
        actor="actor",
        commune="commune",
        kind=pl.when("is_known").then(pl.lit(ACADEMIC)).otherwise(most.replace_strict(kinds, default=None)),
        abroad=~pl.col("is_known") & (country != "FR"),
    )


def read_ilab(
    folder: Path, units: dict[str, str], places: dict[str, str], institutions: pl.DataFrame
) -> pl.DataFrame:
    """Read the companies, units and institutions of the prizes; a company has no place here."""
    rows = read_csv(next((folder / "mesr-ilab").glob("*.csv")), ";")
    rows = rows.rename({name: name.lstrip("\ufeff") for name in rows.columns}).with_row_index("row")
    number = pl.col("Identifiant").str.strip_chars().str.replace_all(r"[^A-Za-z0-9]+", "-")
    rows = rows.with_columns(number=pl.when(number != "").then(number))
    rows = rows.with_columns(interaction=pl.lit("ilab/") + pl.coalesce("number", pl.col("row").cast(str)))
    rows = rows.unique("interaction", keep="first", maintain_order=True)
    company = squeeze_whole(pl.col("Libellé entreprise"))
    is_siren = pl.col("N° SIREN").str.contains(r"^\d{9}$").fill_null(False)
    named = pl.format("name/{}|{}", company, pl.col("Id région").fill_null(""))
    companies = rows.select(
        "interaction", actor=pl.when(is_siren).then("N° SIREN").when(company != "").then(named)
    )
    companies = companies.drop_nulls().with_columns(commune=pl.lit(None, str), kind=pl.lit(COMPANY))
    split = pl.col("Id de l'unité de recherche liée au projet").str.split(",")
    taking = rows.select("interaction", code=split).explode("code").drop_nulls()
    taking = taking.with_columns(pl.col("code").str.strip_chars().str.to_uppercase())
    taking = taking.filter(pl.col("code").str.contains(CODE)).with_columns(
        actor=pl.col("code").replace(units)
    )
    where = pl.col("actor").replace_strict(places, default=None, return_dtype=pl.String)
    taking = taking.select("interaction", "actor", commune=where, kind=pl.lit(ACADEMIC))
    bodies = rows.select("interaction", code=pl.col("Id de la structure liée au projet").str.split(","))
    bodies = (
        bodies.explode("code").with_columns(pl.col("code").str.strip_chars()).filter(pl.col("code") != "")
    )
    known = dict(institutions.filter(pl.col("scheme") != "pic").select("code", "institution").iter_rows())
    heads = dict(institutions.drop_nulls("commune").select("institution", "commune").iter_rows())
    natures = read_natures(folder)
    siret = pl.col("code").str.contains(r"^\d{14}$")
    by_siren = pl.col("code").str.slice(0, 9).replace_strict(known, default=None, return_dtype=pl.String)
    own = pl.col("code").replace_strict(known, default=None, return_dtype=pl.String)
    bodies = bodies.with_columns(institution=pl.coalesce(own, pl.when(siret).then(by_siren)))
    bodies = bodies.select(
        "interaction",
        actor=pl.coalesce("institution", "code"),
        commune=pl.col("institution").replace_strict(heads, default=None, return_dtype=pl.String),
        kind=pl.when(pl.col("institution").is_not_null())
        .then(pl.lit(ACADEMIC))
        .otherwise(pl.col("code").replace_strict(natures, default=None, return_dtype=pl.String)),
    )
    return pl.concat([companies, taking, bodies]).with_columns(abroad=pl.lit(False))


def read_natures(folder: Path) -> dict[str, str]:
    """Say of the bodies that supervise units (by UAI) whether they are academic or companies."""
    rows = read_csv(next((folder / "mesr-rnsr").glob("*.csv")), ";")
    lists = [pl.col(name).str.split(";") for name in ("uai_des_tutelles", "code_de_nature_de_tutelle")]
    pairs = rows.select(lists).drop_nulls()
    pairs = pairs.filter(
        pl.col("uai_des_tutelles").list.len() == pl.col("code_de_nature_de_tutelle").list.len()
    )
    pairs = pairs.explode("uai_des_tutelles", "code_de_nature_de_tutelle")
    kinds = pl.col("code_de_nature_de_tutelle").str.strip_chars().replace_strict(NATURES, default=None)
    return dict(pairs.select(pl.col("uai_des_tutelles").str.strip_chars(), kinds).drop_nulls().iter_rows())


def read_institutions(folder: Path, codes: dict[str, str]) -> pl.DataFrame:
    """Read institution, scheme (pic, code), code, commune of the main institutions, the newest export first."""
    found = []
    exports = (folder / "mesr-principaux-etablissements").glob("*.csv")
    for path in sorted(exports, key=lambda one: one.stem[-4:], reverse=True):  # the year ends the name
        rows = read_csv(path, ";")
        columns = {name.lstrip("\ufeff"): name for name in rows.columns}
        given = [
            next((columns[name] for name in names if name in columns), None)
            for names in (
                ("identifiant interne", "etablissement_id_paysage"),
                ("Code commune", "com_code"),
                ("Identifiant PIC", "identifiant_pic"),
                ("uai - identifiant", "uai"),
                ("anciens codes uai", "anciens_codes_uai"),
                ("siret",),
                ("siren",),
            )
        ]
        for at, scheme in ((2, "pic"), (3, "code"), (4, "former"), (5, "code"), (6, "code")):
            if (column := given[at]) is not None:
                found.append(
                    rows.select(
                        institution=pl.lit("institution/") + pl.col(str(given[0])),
                        scheme=pl.lit(scheme),
                        code=pl.col(column).str.split(","),
                        commune=pl.col(str(given[1])).replace(codes),
                    ).explode("code")
                )
    every = pl.concat(found).with_columns(pl.col("code").str.strip_chars().str.split(";")).explode("code")
    every = every.filter(pl.col("code").str.strip_chars() != "").with_columns(
        pl.col("code").str.strip_chars()
    )
    return every.unique(["scheme", "code"], keep="first", maintain_order=True)


def read_participations(
    folder: Path, codes: dict[str, str], units: dict[str, str], places: dict[str, str]
) -> pl.DataFrame:
    """Read all participations: interaction, actor, commune, place (as commune), kind, abroad, elsewhere.

    `units` maps the number of a unit, or one that went into it, to that of today; `places` gives its commune.
    """
    named, institutions = towns(folder, codes), read_institutions(folder, codes)
    every = pl.concat(
        [
            read_anr(folder, named, units).select(COLUMNS),
            read_pia(folder, named).select(COLUMNS),
            read_h2020(folder, named, institutions).select(COLUMNS),
            read_ilab(folder, units, places, institutions).select(COLUMNS),
        ]
    )
    # An actor whose towns in one project differ is in none of them.
    one = every.group_by("interaction", "actor").agg(
        commune=pl.when(pl.col("commune").drop_nulls().n_unique() == 1).then(
            pl.col("commune").drop_nulls().first()
        ),
        kind=pl.col("kind").drop_nulls().first(),
        abroad=pl.col("abroad").any(),
    )
    return one.with_columns(place="commune", elsewhere="abroad")
