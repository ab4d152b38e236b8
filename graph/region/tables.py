"""Tables of counts from the graph: territories × sectors, × fields, institutions × territories, filières × actors.

Each function asks its question once and gives a Table whose `about` has measure, unit, year, sources, evidence,
snapshot, query, parameters. Containment and overlap of territories differ: `rule` says which territories are rows
and what of them counts (`ancrage.graph.region.places.RULES`); one that straddles the edge of the territory looked at is
never counted whole on both sides unless asked for. Here a cell of zero says that the graph knows none.
"""

from __future__ import annotations

from typing import Any, Literal

import polars as pl

from ...queries.library import Library
from ...queries.query import ParameterError
from ..analysis.table import Axis, Table
from ..snapshots.reader import Reader
from .places import Places, Rule, ask_within, check_chain, read_places, territory_iri, units
from .sector_table import NotObserved, territory_sector
from .solutions import Solutions, ask, evidence_counts, given, labels, matrix, of_evidence, texts

__all__ = [
    "NotObserved",
    "chain_actor",
    "institution_territory",
    "territory_field",
    "territory_sector",
]

LINKS = ("site", "programme", "unit", "interaction")
_SCHEMES = {"programme": "master", "unit": "mesr"}


def territory_field(
    reader: Reader,
    *,
    within: str = "region/84",
    level: str = "epci",
    of: Literal["programme", "unit"] = "unit",
    scheme: str | None = None,
    year: int | None = None,
    evidence: str | None = None,
    rule: Rule = "inside",
) -> Table:
    """Count the programmes or the research units with a site in each territory, by academic field.

    A programme or unit counts once for a territory and field however many sites it has there, and once for each
    of its fields: rows and columns do not add up to the number of units.

    Args:
        reader: where to ask.
        within: code, path or IRI of the territory looked at.
        level: level of the rows: commune, epci, department, region, zone, bassin or adhoc.
        of: "unit" (research units) or "programme".
        scheme: list of fields: mesr, erc (units), master (programmes), doctoral; mesr or master by default.
        year: keep what is open that year; what has no known year of opening or closing counts as open.
        evidence: keep one evidence status ("documented"), all by default.
        rule: "inside", "contained" or "whole", as RULES says.

    Returns:
        Counts; `about` tells also how many have no field in that list (`without_field`) and how many have no
        year at all (`undated`).

    Raises:
        UnknownName: no such territory. ParameterError: a value that does not fit its parameter.

    >>> territory_field.__kwdefaults__["of"]
    'unit'
    """
    name = "fields-by-territory"
    _one_of(name, "of", of, tuple(_SCHEMES))
    scheme = scheme or _SCHEMES[of]
    found = ask_within(reader, name, within=within, level=level)
    places = read_places(found, rule)
    rows = found.frame.filter(pl.col("kind").cast(pl.String) == of)
    rows = _located(_open(of_evidence(rows, name, evidence), year), found, places)
    listed = pl.col("field").cast(pl.String).str.contains(f"/field/{scheme}/", literal=True).fill_null(False)
    placed = rows.filter(listed)
    without = rows.join(placed.select("item").unique(), on="item", how="anti")["item"].n_unique()
    keys = tuple(texts(placed["field"]))
    cells = _counted(placed, "territory", "field", "item")
    nouns = {"programme": "training programmes", "unit": "research units"}
    about = {
        **_about(found, rows, f"{nouns[of]} by field ({scheme})", year),
        **places.about(),
        "without_field": without,
        "undated": _undated(rows),
    }
    about["parameters"] |= given(of=of, scheme=scheme, year=year, evidence=evidence, rule=rule)
    return matrix(cells, places.axis, Axis("field", keys, labels(reader, keys)), about, known=True)


def institution_territory(
    reader: Reader,
    *,
    within: str = "region/84",
    level: str = "epci",
    kind: str | None = None,
    year: int | None = None,
    evidence: str | None = None,
    rule: Rule = "inside",
) -> Table:
    """Count what ties each higher education institution to each territory.

    A link is a site, a programme taught there, a research unit it supervises with a site there, or an
    interaction it shares with a partner who acts from there; it counts once for an institution and territory.

    Args:
        reader: where to ask.
        within: code, path or IRI of the territory looked at.
        level: level of the columns: commune, epci, department, region, zone, bassin or adhoc.
        kind: "site", "programme", "unit" or "interaction"; the sum of the four by default.
        year: keep what is open that year and the interactions of that year.
        evidence: keep one evidence status ("documented"), all by default.
        rule: "inside", "contained" or "whole", as RULES says.

    Returns:
        Numbers of links; `about` tells also the number of each kind (`by_kind`), and how many have no year.

    Raises:
        UnknownName: no such territory. ParameterError: a value that does not fit its parameter.

    >>> LINKS
    ('site', 'programme', 'unit', 'interaction')
    """
    name = "institutions-by-territory"
    if kind is not None:
        _one_of(name, "kind", kind, LINKS)
    found = ask_within(reader, name, within=within, level=level)
    places = read_places(found, rule)
    rows = found.frame.filter(pl.col("organization").is_not_null())
    if kind is not None:
        rows = rows.filter(pl.col("kind").cast(pl.String) == kind)
    rows = _located(_open(of_evidence(rows, name, evidence), year), found, places)
    links = rows.unique(["organization", "territory", "kind", "item"])
    kinds = links.group_by(pl.col("kind").cast(pl.String)).len().sort("kind")
    cells = links.group_by(row="organization", column="territory").agg(value=pl.len())
    keys = tuple(texts(rows["organization"]))
    about = {
        **_about(
            found, rows, "links of institutions" if kind is None else f"links of institutions: {kind}", year
        ),
        **places.about(),
        "by_kind": {str(one): int(n) for one, n in kinds.iter_rows()},
        "undated": _undated(rows),
    }
    about["parameters"] |= given(kind=kind, year=year, evidence=evidence, rule=rule)
    return matrix(cells, Axis("institution", keys, labels(reader, keys)), places.axis, about, known=True)


def chain_actor(
    reader: Reader,
    chain: str,
    *,
    within: str | None = None,
    by: Literal["function", "type"] = "function",
    projects: bool = False,
    year: int | None = None,
    evidence: str | None = None,
) -> Table:
    """Count the actors at each link of a filière, by what they do there or by their type.

    An actor is an organisation that is a member of the filière or an institution that offers a programme of it,
    counted once in a cell. Members whose link is not known are in no row: `about["unknown_link"]` counts them.

    Args:
        reader: where to ask.
        chain: short name or IRI of the filière ("timber-construction").
        within: territory where the member (the programme's site) must stand; everywhere by default.
        by: "function" (who trains, researches, produces, supports, relays) or "type" (company, research unit…).
        projects: whether the participants of the filière's projects count as actors.
        year: keep what is open that year, and its projects.
        evidence: keep one evidence status ("inferred": a rule found the member), all by default.

    Returns:
        Counts of actors, links × functions or types; every link and every function has its place, zero included.

    Raises:
        UnknownName: no such filière or territory. ParameterError: a value that does not fit its parameter.

    >>> chain_actor.__kwdefaults__["by"]
    'function'
    """
    name = "actors-by-chain-link"
    _one_of(name, "by", by, ("function", "type"))
    try:
        found = ask(reader, name, chain=chain)
        iri = Library()[name].parameter("chain").terms(chain)[0].strip("<>")
    except ParameterError:
        found, iri = ask(reader, name, chain="timber-construction"), ""
    check_chain(chain, iri, _names(found, "known")[0])
    rows = found.frame.filter(pl.col("actor").is_not_null() & pl.col("function").is_not_null())
    rows = _open(of_evidence(rows, name, evidence), year)
    if within is not None:
        target = territory_iri(reader, within)
        there = found.frame.filter(pl.col("territory").cast(pl.String) == target)
        rows = rows.join(there.select("member").unique(), on="member", how="semi")
    project = pl.col("kind").cast(pl.String) == "interaction"
    left_out = 0 if projects else rows.filter(project)["member"].n_unique()
    rows = rows.filter(pl.col(by).is_not_null() if projects else pl.col(by).is_not_null() & ~project)
    stages, functions = _names(found, "stage", "function")
    actors: dict[tuple[str | None, str], set[str]] = {}
    for stage, key, actor in rows.select("stage", by, "actor").iter_rows():
        actors.setdefault((stage, key), set()).add(actor)
    found_there = {key for _, key in actors}
    keys = tuple(sorted(found_there | functions.keys() if by == "function" else found_there))
    links = tuple(sorted(stages.keys() | {stage for stage, _ in actors if stage is not None}))
    counts = [(stage, key, len(those)) for (stage, key), those in sorted(actors.items(), key=str)]
    cells = pl.DataFrame(
        [cell for cell in counts if cell[0] is not None],
        schema={"row": pl.String, "column": pl.String, "value": pl.Int64},
        orient="row",
    )
    about = {
        **_about(found, rows, f"actors of the filière by {by}", year, source="rule"),
        "within": within or "everywhere",
        "unknown_link": {key: n for stage, key, n in counts if stage is None},
        "projects_left_out": left_out,
    }
    about["parameters"] |= given(within=within, by=by, projects=projects, year=year, evidence=evidence)
    rows_axis = Axis("link", links, tuple(stages.get(key, key.rsplit("/", 1)[-1]) for key in links))
    ends = {key: key.rsplit("/", 1)[-1] for key in keys} | functions
    named = tuple(ends[key] for key in keys) if by == "function" else labels(reader, keys)
    return matrix(cells, rows_axis, Axis(by, keys, named), about, known=True)


def _located(rows: pl.DataFrame, found: Solutions, places: Places) -> pl.DataFrame:
    """Join each row's `unit` to the territories it counts for."""
    at = units(found, places).join(places.parts, on="place").select("unit", at="territory").unique()
    return rows.drop("territory").join(at, on="unit").rename({"at": "territory"})


def _open(rows: pl.DataFrame, year: int | None) -> pl.DataFrame:
    """Keep what is open in a year; an unknown year of opening or closing is no bound."""
    if year is None:
        return rows
    start, end = (pl.col(name).cast(pl.String).str.slice(0, 4).cast(pl.Int64) for name in ("start", "end"))
    return rows.filter((start <= year).fill_null(True) & (end >= year).fill_null(True))


def _undated(rows: pl.DataFrame) -> int:
    return rows.filter(pl.col("start").is_null() & pl.col("end").is_null())["item"].n_unique()


def _counted(rows: pl.DataFrame, row: str, column: str, what: str) -> pl.DataFrame:
    return rows.group_by(row=row, column=column).agg(value=pl.col(what).n_unique())


def _names(found: Solutions, *columns: str) -> list[dict[str, str]]:
    """Give the labels of the values of each column, in the order of the values."""
    pairs = [name for column in columns for name in (column, f"{column}Label")]
    named = found.frame.select(pairs).filter(pl.any_horizontal(pl.col(pairs[1::2]).is_not_null()))
    rows = [named[name].to_list() for name in pairs]
    return [
        dict(sorted(pair for pair in zip(keys, names, strict=True) if pair[1] is not None))
        for keys, names in zip(rows[::2], rows[1::2], strict=True)
    ]


def _about(
    found: Solutions, rows: pl.DataFrame, measure: str, year: int | None, source: str = "source"
) -> dict[str, Any]:
    return {
        "measure": measure,
        "unit": "1",
        "year": year,
        "sources": texts(rows[source]),
        "evidence": evidence_counts(rows),
        **found.about(),
    }


def _one_of(query: str, parameter: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        names = ", ".join(known)
        raise ParameterError(query, parameter, value, f"donnez l'un de {names}", f"give one of {names}")
