"""Who takes part in which filière, and at which link: memberships derived from labels and codes by a rules file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pyoxigraph

from ..ontology.vocabulary import ANC, ID
from .rules import (
    RuleError,
    digest,
    labels_of,
    matching,
    pattern,
    read_tables,
    reads_change,
    select,
    words_of,
)

__all__ = ["FUNCTIONS", "RULES", "SUBJECTS", "Rule", "RuleError", "concerned", "derive", "read_rules"]

#: The rules that the package ships.
RULES = Path(__file__).with_name("filieres.toml")

#: Subjects a rule may speak of: the class to look through.
SUBJECTS = {
    "programme": f"{ANC}TrainingProgramme",
    "research-unit": f"{ANC}ResearchUnit",
    "project": f"{ANC}Interaction",
    "company": f"{ANC}Company",
}
FUNCTIONS = ("trains", "researches", "produces", "supports", "relays")
_CODES = {f"{ANC}{name}" for name in ("hasComponent", "componentActivity", "chainStage", "mainActivity")}


@dataclass(frozen=True)
class Rule:
    """One rule: which subjects belong to a filière, by words of their label or by the activities of the filière."""

    id: str
    chain: str
    subject: str
    function: str
    stage: str | None = None
    words: tuple[str, ...] = ()
    exclusions: tuple[str, ...] = ()
    codes: bool = False

    @property
    def pattern(self) -> str:
        """Return the regular expression that the words make over normalised labels."""
        return pattern(self.words)


def read_rules(path: Path = RULES) -> list[Rule]:
    """Read a rules file.

    Raises `RuleError` naming the rule where a key is unknown, missing or has a value outside its list.

    >>> {rule.chain for rule in read_rules()} == {"timber-construction", "organic-cosmetics"}
    True
    """
    tables = read_tables(path, ("id", "chain", "subject", "function"), ("stage", "words", "not", "codes"))
    return [_rule(path, raw) for raw in tables]


def _rule(path: Path, raw: Mapping[str, Any]) -> Rule:
    name = str(raw["id"])
    if raw["subject"] not in SUBJECTS:
        raise RuleError(path, name, f"sujet « {raw['subject']} » hors de {', '.join(SUBJECTS)}")
    if raw["function"] not in FUNCTIONS:
        raise RuleError(path, name, f"fonction « {raw['function']} » hors de {', '.join(FUNCTIONS)}")
    if not raw.get("words") and not raw.get("codes"):
        raise RuleError(path, name, "ni mots ni codes : la règle ne désigne personne")
    return Rule(
        id=name,
        chain=str(raw["chain"]),
        subject=str(raw["subject"]),
        function=str(raw["function"]),
        stage=str(raw["stage"]) if raw.get("stage") else None,
        words=words_of(path, raw, "words"),
        exclusions=words_of(path, raw, "not"),
        codes=bool(raw.get("codes", False)),
    )


def derive(store: pyoxigraph.Store, rules: list[Rule]) -> pl.DataFrame:
    """Return the memberships table that the rules give on a store's default graph, in the exchange layout's columns.

    The default graph is the union of the base graphs, so nothing illustrative is looked through. A subject that several
    rules of one filière and function match is written once, with the first rule of the file; the stage is the
    rule's, or that of the activity where a code matched, or empty: which link a label speaks of is rarely sure.

    Args:
        store: the store whose labels and activities are read.
        rules: the rules, in order of precedence.

    Returns:
        One row a (member, filière, function): id, member, chain, function, stage, rule, evidence.
    """
    labels = {subject: labels_of(store, SUBJECTS[subject]) for subject in {rule.subject for rule in rules}}
    frames = []
    for rule in rules:
        if rule.words:
            frames.append(_by_words(rule, labels[rule.subject]))
        if rule.codes:
            frames.append(_by_codes(rule, store))
    columns = ["member", "chain", "function", "stage", "rule"]
    empty = pl.DataFrame(schema=dict.fromkeys(columns, pl.String))
    found = pl.concat([empty, *frames]).unique(
        ["member", "chain", "function"], keep="first", maintain_order=True
    )
    key = pl.concat_str(["chain", "function", "member"], separator="|")
    return found.with_columns(
        id=pl.lit("membership/")
        + pl.col("chain").str.split("/").list.last()
        + "-"
        + key.map_elements(digest, pl.String),
        evidence=pl.lit("evidence-status/inferred"),
    )


def _by_words(rule: Rule, labels: pl.DataFrame) -> pl.DataFrame:
    found = matching(labels, rule.words, rule.exclusions)
    return found.select("member", *_constants(rule, f"chain-stage/{rule.stage}" if rule.stage else None))


def _by_codes(rule: Rule, store: pyoxigraph.Store) -> pl.DataFrame:
    rows = select(
        store,
        f"""PREFIX anc: <{ANC}>
        SELECT ?x ?stage WHERE {{
          <{ID}value-chain/{rule.chain}> anc:hasComponent ?c . ?c anc:componentActivity ?a ; anc:chainStage ?stage .
          ?x anc:mainActivity ?a . ?x a <{SUBJECTS[rule.subject]}> }}""",
    )
    found = pl.DataFrame(list(rows), schema={"member": pl.String, "stage": pl.String}, orient="row")
    return found.select("member", *_constants(rule, None)).with_columns(stage=found["stage"])


def _constants(rule: Rule, stage: str | None) -> list[pl.Expr]:
    return [
        pl.lit(f"value-chain/{rule.chain}").alias("chain"),
        pl.lit(f"chain-function/{rule.function}").alias("function"),
        pl.lit(stage, dtype=pl.String).alias("stage"),
        pl.lit(rule.id).alias("rule"),
    ]


def concerned(store: pyoxigraph.Store, changed: Iterable[pyoxigraph.Quad]) -> bool:
    """Tell whether quads added to or removed from the base graphs of a store may change what `derive` returns."""
    return reads_change(store, changed, SUBJECTS.values(), _CODES)
