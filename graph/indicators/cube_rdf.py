"""The cube as RDF: one observation a value, in N-Quads written column by column; indicators, data sets and their run."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import pyoxigraph as ox

from ... import __version__
from ...ontology.vocabulary import ANC, ID, PREFIXES
from ...words import N_
from ..declarations import FREQUENCIES
from ..snapshots.provenance import INDICATORS_GRAPH
from .declaration import ILLUSTRATIVE, Indicator
from .rows import MARKUP

COMPUTED = "computed"
"""Part of the IRIs of what is computed here, which keeps them apart from what sources tell."""

SECTORS = frozenset({"sector", "chain", "field"})
"""Dimensions whose groups are sectors, value chains or disciplines: `refSector` tells them."""

_STRUCTURES = {
    None: "dsd/territorial-observations",
    "occupation": "dsd/occupation-observations",
    "group": "dsd/group-observations",
}
_DECIMALS = 6
_END = f" <{INDICATORS_GRAPH}> .\n"


@dataclass(frozen=True)
class Run:
    """The run that computed the cube: when (xsd:dateTime), and the loads of the graphs it read, by graph, if known."""

    started: str
    ended: str
    inputs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def iri(self) -> str:
        """The IRI of the run."""
        return f"{ID}run/indicators/{self.started.replace(':', '').replace('-', '')}"


def indicator_iri(name: str) -> str:
    """Give the IRI of a computed indicator, unlike that of the sources' indicator of the same name.

    >>> indicator_iri("population")
    'https://w3id.org/ancrage/id/indicator/computed/population'
    """
    return f"{ID}indicator/{COMPUTED}/{name}"


def published_rows(
    frame: pl.DataFrame, levels: pl.DataFrame, indicators: Mapping[str, Indicator]
) -> pl.DataFrame:
    """Give the rows of a cube that are published: of communes, only wholes of the indicators declared so.

    What only examples would tell is not: the graph of the indicators holds nothing illustrative.
    """
    of_communes = [name for name, one in indicators.items() if one.rdf_communes]
    rows = frame.join(levels.select("territory", "level"), on="territory", how="left")
    wanted = (pl.col("level") != "commune") | (
        pl.col("indicator").is_in(of_communes) & pl.col("by").is_null()
    )
    return rows.filter(wanted, pl.col("evidence") != ILLUSTRATIVE).drop("level")


def write_observations(rows: pl.DataFrame, indicators: Mapping[str, Indicator], path: Path) -> int:
    """Write rows of a cube as N-Quads and return how many quads there are.

    Each is an observation of a territory, a period, an indicator and a group, with its value (at most six decimals)
    or the reason why it has none. Nothing is escaped: periods and paths are plain (ValueError otherwise).
    """
    if rows.is_empty():
        path.write_bytes(b"")
        return 0
    _refuse_markup(rows)
    kinds = {name: _kind(one.dimension) for name, one in indicators.items()}
    rows = rows.with_columns(
        kind=pl.col("indicator").replace_strict(kinds, default="sector"),
    )
    grouped = pl.col("by").is_not_null()
    occupation = grouped & (pl.col("kind") == "occupation")
    generic = grouped & (pl.col("kind") == "group")
    dataset = pl.when(occupation | generic).then(pl.lit("/groups")).otherwise(pl.lit(""))
    suffix = pl.when(grouped).then(pl.lit("/") + pl.col("by").str.replace_all("/", "-")).otherwise(pl.lit(""))
    subject = pl.concat_str(
        pl.lit(f"<{ID}observation/{COMPUTED}/"),
        "indicator",
        pl.lit("/"),
        pl.col("territory").str.strip_prefix("territory/").str.replace_all("/", "-"),
        pl.lit("/"),
        pl.col("period").str.replace("/", "-"),
        suffix,
        pl.lit(">"),
    )
    rows = rows.with_columns(s=subject, dataset=dataset)
    value = pl.col("value").is_not_null()
    sector = (
        pl.when(grouped & (pl.col("kind") == "sector")).then(pl.col("by")).otherwise(pl.lit("sector/total"))
    )
    lines = [
        _line(PREFIXES["rdf"] + "type", pl.lit(f"<{ANC}TerritorialObservation>")),
        _line(PREFIXES["qb"] + "dataSet", _iri(f"dataset/{COMPUTED}/", "indicator", "dataset")),
        _line(ANC + "refTerritory", _iri("", "territory")),
        _line(ANC + "refPeriod", pl.concat_str(pl.lit('"'), "period", pl.lit('"'))),
        _line(ANC + "refIndicator", _iri(f"indicator/{COMPUTED}/", "indicator")),
        pl.when(occupation)
        .then(_line(ANC + "refOccupation", _iri("", "by")))
        .otherwise(_line(ANC + "refSector", _iri("", sector))),
        pl.when(generic).then(_line(ANC + "refGroup", _iri("", "by"))).otherwise(pl.lit("")),
        _line(ANC + "refScenario", pl.lit(f"<{ID}scenario/observed>")),
        pl.when(value)
        .then(_line(ANC + "obsValue", _number("value")))
        .otherwise(_line(ANC + "obsStatus", _iri("obs-status/", "status"))),
        *(
            pl.when(pl.col(name).is_not_null()).then(_line(ANC + term, _number(name))).otherwise(pl.lit(""))
            for name, term in (("low", "obsLow"), ("high", "obsHigh"))
        ),
        _line(ANC + "evidenceStatus", _iri("evidence-status/", "evidence")),
    ]
    texts = rows.select(pl.concat_str(*(line.fill_null("") for line in lines)))
    texts.write_csv(path, include_header=False, quote_style="never", line_terminator="")
    optional = [generic, pl.col("low").is_not_null(), pl.col("high").is_not_null()]
    return 9 * rows.height + sum(int(rows.select(one.sum()).item()) for one in optional)


def describe(
    indicators: Iterable[Indicator], run: Run, present: Mapping[str, Sequence[str]]
) -> list[ox.Quad]:
    """Tell the run, and of each indicator what it is and its data sets; `present` has the groups of each, if any."""
    told = _Told()
    told.run(run)
    for one in indicators:
        if one.id in present:
            told.indicator(one)
            told.datasets(one, run, bool(present[one.id]))
    return told.quads


def _kind(dimension: str | None) -> str:
    """Tell which dimension of the cube the groups of an indicator are on."""
    if dimension is None or dimension in SECTORS:
        return "sector"
    return "occupation" if dimension == "occupation" else "group"


def _refuse_markup(rows: pl.DataFrame) -> None:
    for column in ("indicator", "territory", "period", "by", "status"):
        texts = rows[column].drop_nulls().unique()
        wrong = texts.filter(texts.str.contains(MARKUP))
        if len(wrong):
            raise ValueError(f"{column}: {wrong[0]!r} cannot be part of an IRI")


def _line(predicate: str, object: pl.Expr) -> pl.Expr:
    return pl.concat_str("s", pl.lit(f" <{predicate}> "), object, pl.lit(_END))


def _iri(start: str, *parts: str | pl.Expr) -> pl.Expr:
    return pl.concat_str(pl.lit(f"<{ID}{start}"), *parts, pl.lit(">"))


def _number(column: str) -> pl.Expr:
    """Write a number as a decimal: whole numbers as they are, others with at most six decimals."""
    exact = pl.col(column).round(_DECIMALS).cast(pl.Decimal(38, _DECIMALS)).cast(pl.String)
    text = exact.str.strip_chars_end("0")
    text = pl.when(text.str.ends_with(".")).then(text + "0").otherwise(text)
    return pl.concat_str(pl.lit('"'), text, pl.lit(f'"^^<{PREFIXES["xsd"]}decimal>'))


class _Told:
    """Quads of the graph of the indicators that are no observations."""

    def __init__(self) -> None:
        self.quads: list[ox.Quad] = []
        self._graph = ox.NamedNode(INDICATORS_GRAPH)

    def add(self, subject: str, name: str, value: str | ox.Literal) -> None:
        prefix, local = name.split(":")
        term = ox.NamedNode(value) if isinstance(value, str) else value
        self.quads.append(
            ox.Quad(ox.NamedNode(subject), ox.NamedNode(PREFIXES[prefix] + local), term, self._graph)
        )

    def words(self, subject: str, name: str, said: Mapping[str, str]) -> None:
        for language, text in said.items():
            self.add(subject, name, ox.Literal(text, language=language))

    def typed(self, subject: str, name: str, text: str, kind: str) -> None:
        self.add(subject, name, ox.Literal(text, datatype=ox.NamedNode(PREFIXES["xsd"] + kind)))

    def parameters(self, subject: str, values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            node = f"{subject}/parameter/{name}"
            self.add(subject, "anc:hasParameter", node)
            self.add(node, "rdf:type", PREFIXES["schema"] + "PropertyValue")
            self.add(node, "schema:name", ox.Literal(name))
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
            self.add(node, "schema:value", ox.Literal(text))

    def run(self, run: Run) -> None:
        software = f"{ID}agent/ancrage-{__version__}"
        for kind in (ANC + "AnalysisRun", PREFIXES["prov"] + "Activity"):
            self.add(run.iri, "rdf:type", kind)
        self.words(run.iri, "rdfs:label", N_("Calcul des indicateurs"))
        self.add(run.iri, "prov:wasAssociatedWith", software)
        self.add(software, "rdf:type", PREFIXES["prov"] + "SoftwareAgent")
        self.add(software, "dcterms:title", ox.Literal(f"ancrage {__version__}", language="fr"))
        self.typed(run.iri, "prov:startedAtTime", run.started, "dateTime")
        self.typed(run.iri, "prov:endedAtTime", run.ended, "dateTime")
        self.add(INDICATORS_GRAPH, "rdf:type", PREFIXES["prov"] + "Entity")
        self.add(INDICATORS_GRAPH, "prov:wasGeneratedBy", run.iri)
        for graph, version in run.inputs.items():
            self.add(INDICATORS_GRAPH, "prov:wasDerivedFrom", graph)
            self.add(run.iri, "prov:used", graph)
            self.add(graph, "rdf:type", PREFIXES["prov"] + "Entity")
            if version.get("loaded"):
                self.typed(graph, "prov:generatedAtTime", version["loaded"], "dateTime")
            if version.get("sha256"):
                self.add(graph, "dcterms:identifier", ox.Literal(f"sha256:{version['sha256']}"))

    def indicator(self, one: Indicator) -> None:
        node = indicator_iri(one.id)
        for kind in (ANC + "Indicator", PREFIXES["skos"] + "Concept"):
            self.add(node, "rdf:type", kind)
        self.add(node, "skos:inScheme", f"{ID}indicator")
        self.add(node, "skos:topConceptOf", f"{ID}indicator")
        self.add(node, "skos:notation", ox.Literal(f"{COMPUTED}/{one.id}"))
        self.words(node, "skos:prefLabel", one.title)
        self.words(node, "skos:definition", one.definition)
        self.words(node, "skos:scopeNote", one.limits)
        self.add(node, "anc:unitCode", ox.Literal(one.unit))
        self.add(node, "anc:methodUsed", ox.Literal(one.formula))
        minimum = {"minimum": one.minimum} if one.minimum else {}
        self.parameters(node, {**one.options, **minimum})
        self.add(node, "dcterms:accrualPeriodicity", FREQUENCIES[one.frequency])
        for source in one.sources:
            self.add(node, "prov:hadPrimarySource", f"{ID}source/{source}")

    def datasets(self, one: Indicator, run: Run, groups: bool) -> None:
        self.dataset(one, run, f"{ID}dataset/{COMPUTED}/{one.id}", _STRUCTURES[None])
        kind = _kind(one.dimension)
        if groups and kind != "sector":
            self.dataset(one, run, f"{ID}dataset/{COMPUTED}/{one.id}/groups", _STRUCTURES[kind])

    def dataset(self, one: Indicator, run: Run, node: str, structure: str) -> None:
        self.add(node, "rdf:type", PREFIXES["qb"] + "DataSet")
        self.words(node, "dcterms:title", one.title)
        self.words(node, "rdfs:label", one.title)
        self.words(node, "rdfs:comment", one.definition)
        self.add(node, "qb:structure", ID + structure)
        self.add(node, "prov:wasGeneratedBy", run.iri)
        for source in one.sources:
            self.add(node, "prov:hadPrimarySource", f"{ID}source/{source}")
