"""What training programmes prepare for: families of occupations derived from programmes' labels by a rules file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pyoxigraph

from ..ontology.vocabulary import ANC
from .rules import RuleError, digest, labels_of, matching, read_tables, reads_change, words_of

#: The rules that the package ships.
RULES = Path(__file__).with_name("metiers.toml")

#: Letters of the families of the FAP 2021 (I and O are not used).
FAMILIES = "ABCDEFGHJKLMNPQRSTUVWX"
_PROGRAMME = f"{ANC}TrainingProgramme"


@dataclass(frozen=True)
class Rule:
    """One rule: the families of occupations that programmes prepare for whose label has one of its words."""

    id: str
    families: tuple[str, ...]
    words: tuple[str, ...]
    exclusions: tuple[str, ...] = ()


def read_rules(path: Path = RULES) -> list[Rule]:
    """Read a rules file.

    Raises `RuleError` naming the rule where a key is unknown or missing, or a letter is not a family's.

    >>> {letter for rule in read_rules() for letter in rule.families} <= set(FAMILIES)
    True
    """
    return [_rule(path, raw) for raw in read_tables(path, ("id", "families", "words"), ("not",))]


def _rule(path: Path, raw: Mapping[str, Any]) -> Rule:
    families = raw["families"]
    for letter in families if isinstance(families, list) else [families]:
        if not isinstance(letter, str) or len(letter) != 1 or letter not in FAMILIES:
            raise RuleError(path, str(raw["id"]), f"famille « {letter} » hors de {', '.join(FAMILIES)}")
    return Rule(str(raw["id"]), tuple(families), words_of(path, raw, "words"), words_of(path, raw, "not"))


def derive(store: pyoxigraph.Store, rules: list[Rule]) -> pl.DataFrame:
    """Return the preparations table that the rules give on a store's default graph, in the exchange layout's columns.

    A programme and a family that several rules bring together are written once, with the first rule of the file.

    Args:
        store: the store whose programmes' labels are read.
        rules: the rules, in order of precedence.

    Returns:
        One row a (programme, family): id, programme, occupation, rule, evidence.
    """
    labels = labels_of(store, _PROGRAMME)
    columns = ["programme", "occupation", "rule"]
    frames = [pl.DataFrame(schema=dict.fromkeys(columns, pl.String))]
    for rule in rules:
        found = matching(labels, rule.words, rule.exclusions)
        frames += [
            found.select(
                pl.col("member").alias("programme"),
                pl.lit(f"fap/{letter}").alias("occupation"),
                pl.lit(rule.id).alias("rule"),
            )
            for letter in rule.families
        ]
    found = pl.concat(frames).unique(["programme", "occupation"], keep="first", maintain_order=True)
    return found.with_columns(
        id=pl.lit("preparation/")
        + pl.col("occupation").str.split("/").list.last()
        + "-"
        + pl.col("programme").map_elements(digest, pl.String),
        evidence=pl.lit("evidence-status/inferred"),
    )


def concerned(store: pyoxigraph.Store, changed: Iterable[pyoxigraph.Quad]) -> bool:
    """Tell whether quads added to or removed from the base graphs of a store may change what `derive` returns."""
    return reads_change(store, changed, [_PROGRAMME], ())
