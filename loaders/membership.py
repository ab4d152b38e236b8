"""Who takes part in which filière, and at which link: memberships derived from labels and codes by a rules file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha1
from pathlib import Path

import polars as pl
import pyoxigraph

from ..ontology.vocabulary import ANC, ID
from .linkage import normalise

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
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
_KEYS = {"id", "chain", "subject", "function", "stage", "words", "not", "codes"}


class RuleError(ValueError):
    """A rule of the rules file cannot be read; keeps `path`, `rule` (its id or rank) and `reason`."""

    def __init__(self, path: Path, rule: str, reason: str) -> None:
        self.path, self.rule, self.reason = path, rule, reason
        super().__init__(f"{path.name}, règle « {rule} » : {reason}.")


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
        return _alternatives(self.words)


def read_rules(path: Path = RULES) -> list[Rule]:
    """Read a rules file.

    Raises `RuleError` naming the rule where a key is unknown, missing or has a value outside its list.

    >>> {rule.chain for rule in read_rules()} == {"timber-construction", "organic-cosmetics"}
    True
    """
    with path.open("rb") as file:
        try:
            data = tomllib.load(file)
        except tomllib.TOMLDecodeError as error:
            raise RuleError(path, "fichier", f"TOML illisible ({error})") from error
    rules = [_rule(path, rank, raw) for rank, raw in enumerate(data.get("rules", []), 1)]
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            raise RuleError(path, rule.id, "identifiant déjà pris par une autre règle")
        seen.add(rule.id)
    return rules


def _rule(path: Path, rank: int, raw: Mapping[str, object]) -> Rule:
    name = str(raw.get("id", rank))
    if unknown := set(raw) - _KEYS:
        raise RuleError(path, name, f"clé inconnue « {sorted(unknown)[0]} »")
    for key in ("id", "chain", "subject", "function"):
        if not raw.get(key):
            raise RuleError(path, name, f"la clé « {key} » manque")
    if raw["subject"] not in SUBJECTS:
        raise RuleError(path, name, f"sujet « {raw['subject']} » hors de {', '.join(SUBJECTS)}")
    if raw["function"] not in FUNCTIONS:
        raise RuleError(path, name, f"fonction « {raw['function']} » hors de {', '.join(FUNCTIONS)}")
    if not raw.get("words") and not raw.get("codes"):
        raise RuleError(path, name, "ni mots ni codes : la règle ne désigne personne")
    return Rule(
        id=str(raw["id"]),
        chain=str(raw["chain"]),
        subject=str(raw["subject"]),
        function=str(raw["function"]),
        stage=str(raw["stage"]) if raw.get("stage") else None,
        words=_strings(raw.get("words")),
        exclusions=_strings(raw.get("not")),
        codes=bool(raw.get("codes", False)),
    )


def _strings(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list) else ()


def _alternatives(words: tuple[str, ...]) -> str:
    parts = []
    for word in words:
        stem = word.endswith("*")
        text = re.escape(normalise(word.rstrip("*")))
        parts.append(text if stem else text + "(?:s|x)?\\b")
    return r"\b(?:" + "|".join(parts) + ")"


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
    labels = {subject: _labels(store, SUBJECTS[subject]) for subject in {rule.subject for rule in rules}}
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
        + key.map_elements(_hash, pl.String),
        evidence=pl.lit("evidence-status/inferred"),
    )


def _hash(text: str) -> str:
    return sha1(text.encode(), usedforsecurity=False).hexdigest()[:10]


def _labels(store: pyoxigraph.Store, kind: str) -> pl.DataFrame:
    rows = _select(
        store,
        f"""PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        SELECT ?x ?label WHERE {{ ?x a <{kind}> . ?x rdfs:label ?label }}""",
    )
    pairs = [(iri, normalise(label)) for iri, label in rows]
    return pl.DataFrame(pairs, schema={"member": pl.String, "label": pl.String}, orient="row")


def _by_words(rule: Rule, labels: pl.DataFrame) -> pl.DataFrame:
    found = labels.filter(pl.col("label").str.contains(rule.pattern))
    if rule.exclusions:
        found = found.filter(~pl.col("label").str.contains(_alternatives(rule.exclusions)))
    return found.select("member", *_constants(rule, f"chain-stage/{rule.stage}" if rule.stage else None))


def _by_codes(rule: Rule, store: pyoxigraph.Store) -> pl.DataFrame:
    rows = _select(
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


def _select(store: pyoxigraph.Store, text: str) -> Iterator[tuple[str, str]]:
    solutions = store.query(text)
    assert isinstance(solutions, pyoxigraph.QuerySolutions)
    for solution in solutions:
        yield solution[0].value, solution[1].value


def concerned(store: pyoxigraph.Store, changed: Iterable[pyoxigraph.Quad]) -> bool:
    """Tell whether quads added to or removed from the base graphs of a store may change what `derive` returns.

    >>> s, label = pyoxigraph.NamedNode("http://e.org/s"), pyoxigraph.NamedNode(_LABEL)
    >>> concerned(pyoxigraph.Store(), [pyoxigraph.Quad(s, label, pyoxigraph.Literal("bois"))])
    False
    """
    classes = {pyoxigraph.NamedNode(name) for name in SUBJECTS.values()}
    codes = {f"{ANC}{name}" for name in ("hasComponent", "componentActivity", "chainStage", "mainActivity")}
    kind = pyoxigraph.NamedNode(_TYPE)
    for quad in changed:
        predicate = quad.predicate.value
        if predicate in codes or (predicate == _TYPE and quad.object in classes):
            return True
        if predicate == _LABEL and any(
            pyoxigraph.Quad(quad.subject, kind, name) in store for name in classes
        ):
            return True
    return False
