"""Who takes part in which filière, and at which link: memberships derived from labels and codes by the filières' rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl
import pyoxigraph

from ...ontology.vocabulary import ANC, ID, PREFIXES
from .rules import digest, labels_of, matching, pattern, reads_change, select

__all__ = ["FUNCTIONS", "SUBJECTS", "Rule", "derive", "is_concerned", "rules_of"]

#: Subjects a rule may speak of: the class to look through.
SUBJECTS = {
    "programme": f"{ANC}TrainingProgramme",
    "research-unit": f"{ANC}ResearchUnit",
    "project": f"{ANC}Interaction",
    "company": f"{ANC}Company",
}
FUNCTIONS = ("trains", "researches", "produces", "supports", "relays")
_READ = {
    f"{ANC}{name}"
    for name in (
        *(
            "hasComponent",
            "componentActivity",
            "wideActivity",
            "chainStage",
            "mainActivity",
            "hasRule",
            "chainFunction",
        ),
        *("ruleSubject", "ruleReads", "ruleWord", "ruleExclusion", "ruleRank"),
    )
}


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


def rules_of(store: pyoxigraph.Store) -> list[Rule]:
    """Return the rules that filières have in a store's default graph, each filière's in order of precedence.

    They come from the files of filières, and from the `chain_rules` of partners. A rule whose subject or function is
    not in the lists is passed over: the shapes tell of it.
    """
    said: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    text = f"SELECT ?rule ?p ?o WHERE {{ ?chain <{ANC}hasRule> ?rule . ?rule ?p ?o }}"
    solutions = store.query(text)
    assert isinstance(solutions, pyoxigraph.QuerySolutions)
    for rule, predicate, value in solutions:
        said[rule.value][predicate.value].append(value.value)
    chains = select(store, f"SELECT ?rule ?chain WHERE {{ ?chain <{ANC}hasRule> ?rule }}")
    found = []
    for iri, chain in sorted(chains):
        facts = said[iri]
        subject = next(iter(facts[f"{ANC}ruleSubject"]), "")
        function = next(
            (one.removeprefix(f"{ID}chain-function/") for one in facts[f"{ANC}chainFunction"]), ""
        )
        if subject not in SUBJECTS or function not in FUNCTIONS:
            continue
        rule = Rule(
            id=next(iter(facts[f"{PREFIXES['skos']}notation"]), iri.rpartition("/")[2]),
            chain=chain.removeprefix(f"{ID}value-chain/"),
            subject=subject,
            function=function,
            stage=next((one.removeprefix(f"{ID}chain-stage/") for one in facts[f"{ANC}chainStage"]), None),
            words=tuple(sorted(facts[f"{ANC}ruleWord"])) if "words" in facts[f"{ANC}ruleReads"] else (),
            exclusions=tuple(sorted(facts[f"{ANC}ruleExclusion"])),
            codes="codes" in facts[f"{ANC}ruleReads"],
        )
        found.append((rule.chain, int(next(iter(facts[f"{ANC}ruleRank"]), 9999)), rule.id, rule))
    return [rule for *_, rule in sorted(found, key=lambda one: one[:3])]


def derive(store: pyoxigraph.Store, rules: list[Rule]) -> pl.DataFrame:
    """Return the memberships table that the rules give on a store's default graph, in the exchange layout's columns.

    The default graph is the union of the base graphs, so nothing illustrative is looked through. A subject that several
    rules of one filière and function match is written once, with the first rule of that filière; the stage is the
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
          FILTER NOT EXISTS {{ ?c anc:wideActivity true }}
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


def is_concerned(store: pyoxigraph.Store, changed: Iterable[pyoxigraph.Quad]) -> bool:
    """Tell whether quads added to or removed from the base graphs of a store may change what `derive` returns."""
    return reads_change(store, changed, SUBJECTS.values(), _READ)
