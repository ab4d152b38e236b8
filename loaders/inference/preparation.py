"""What training programmes prepare for: families of occupations derived from programmes' labels by a rules file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import polars as pl
import pyoxigraph
from pydantic import Field
from pydantic.dataclasses import dataclass as model

from ...graph.declarations import STRICT, DeclarationFile, SomeTexts, Text
from ...ontology.vocabulary import ANC
from ...words import N_
from .rules import Labels, digest, labels_of, matching, reads_change

#: The rules that the package ships.
RULES = Path(__file__).with_name("metiers.toml")

#: Letters of the families of the FAP 2021 (I and O are not used).
FAMILIES = "ABCDEFGHJKLMNPQRSTUVWX"
_PROGRAMME = f"{ANC}TrainingProgramme"


@model(frozen=True, kw_only=True, config=STRICT)
class Rule:
    """One rule: the families of occupations that programmes prepare for whose label has one of its words."""

    id: Text
    families: SomeTexts
    words: Annotated[Labels, Field(min_length=1)]
    exclusions: Annotated[Labels, Field(alias="not")] = ()


@model(frozen=True, config=STRICT)
class RulesFile:
    """The file of the rules, the first of which wins."""

    rules: tuple[Rule, ...] = ()


def read_rules(path: Path = RULES) -> list[Rule]:
    """Read a rules file; raises DeclarationError, with its line, where a key, a letter of a family or an id is wrong.

    >>> {letter for rule in read_rules() for letter in rule.families} <= set(FAMILIES)
    True
    """
    file = DeclarationFile(path)
    rules = file.read(RulesFile).rules
    seen: set[str] = set()
    for rank, rule in enumerate(rules):
        for letter in rule.families:
            if letter not in [*FAMILIES]:
                reason = N_("famille « {letter} » hors de {known}", letter=letter, known=", ".join(FAMILIES))
                raise file.refuse(reason, "rules", rank, "families")
        if rule.id in seen:
            reason = N_("l'identifiant « {name} » est pris par une autre règle", name=rule.id)
            raise file.refuse(reason, "rules", rank, "id")
        seen.add(rule.id)
    return list(rules)


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


def is_concerned(store: pyoxigraph.Store, changed: Iterable[pyoxigraph.Quad]) -> bool:
    """Tell whether quads added to or removed from the base graphs of a store may change what `derive` returns."""
    return reads_change(store, changed, [_PROGRAMME], ())
