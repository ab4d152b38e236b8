"""Who takes part in which filière: members by identifiers that a person checked, by codes of activities; words only propose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import polars as pl
import pyoxigraph

from ...graph.snapshots.provenance import MEMBERSHIP_GRAPH, REGISTER_GRAPH
from ...ontology.vocabulary import ANC, ID, PREFIXES
from ..sources.names import normalise
from .rules import digest, labels_of, matching, pattern, reads_change, select

__all__ = [
    "FUNCTIONS", "SCHEMES", "SUBJECTS", "Rule", "derive", "is_concerned", "proposal_quads", "propose", "rules_of",
]  # fmt: skip

#: Subjects a rule may speak of: the class to look through.
SUBJECTS = {
    "programme": f"{ANC}TrainingProgramme",
    "research-unit": f"{ANC}ResearchUnit",
    "project": f"{ANC}Interaction",
    "company": f"{ANC}Company",
}
FUNCTIONS = ("trains", "researches", "produces", "supports", "relays")

#: How a file names a member, « scheme:value »: an official number, the exact title of a degree (that is one and the same
#: wherever it is taught), or, where it has neither, the code that its record has here (`organization/…`, `project/…`).
NUMBERS = ("siren", "rnsr", "uai", "pic")
SCHEMES = (*NUMBERS, "title", "id")
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_READ = {
    f"{ANC}{name}"
    for name in (
        "hasComponent", "componentActivity", "wideActivity", "chainStage", "mainActivity", "hasRule", "chainFunction",
        "ruleSubject", "ruleReads", "ruleWord", "ruleExclusion", "ruleRank", "ruleIdentifier", *NUMBERS,
    )
}  # fmt: skip
_COLUMNS = ("member", "chain", "function", "stage", "rule")


@dataclass(frozen=True)
class Rule:
    """One rule of a filière: members by identifiers or by its activities, refusals, or words of labels, which propose.

    Identifiers (« scheme:value », `SCHEMES`) are accepted or `refused` by a person: `who` (a role), `when`, `why`.
    """

    id: str
    chain: str
    subject: str = ""
    function: str = ""
    stage: str | None = None
    words: tuple[str, ...] = ()
    exclusions: tuple[str, ...] = ()
    codes: bool = False
    identifiers: tuple[str, ...] = ()
    refused: bool = False
    who: str = ""
    when: date | None = None
    why: str = ""

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
        reads = facts[f"{ANC}ruleReads"]
        refused = "refusals" in reads
        if not refused and (
            function not in FUNCTIONS or (subject not in SUBJECTS and "identifiers" not in reads)
        ):
            continue
        rule = Rule(
            id=next(iter(facts[f"{PREFIXES['skos']}notation"]), iri.rpartition("/")[2]),
            chain=chain.removeprefix(f"{ID}value-chain/"),
            subject=subject,
            function=function,
            stage=next((one.removeprefix(f"{ID}chain-stage/") for one in facts[f"{ANC}chainStage"]), None),
            words=tuple(sorted(facts[f"{ANC}ruleWord"])) if "words" in reads else (),
            exclusions=tuple(sorted(facts[f"{ANC}ruleExclusion"])),
            codes="codes" in reads,
            identifiers=tuple(sorted(facts[f"{ANC}ruleIdentifier"])),
            refused=refused,
        )
        found.append((rule.chain, int(next(iter(facts[f"{ANC}ruleRank"]), 9999)), rule.id, rule))
    return [rule for *_, rule in sorted(found, key=lambda one: one[:3])]


def derive(store: pyoxigraph.Store, rules: list[Rule]) -> pl.DataFrame:
    """Return the memberships table that the rules give on a store's default graph, in the exchange layout's columns.

    The default graph is the union of the base graphs, so nothing illustrative is looked through. Members are those that a
    rule names by their identifier, and those whose activity is one of the filière's, but who is refused. Words make
    nobody a member (`propose`). A subject that several rules of one filière and function give is written once, with the
    first rule of that filière, those by identifiers before those by codes; the stage is the rule's, else that of the
    activity where a code matched, or empty.

    Args:
        store: the store whose identifiers and activities are read.
        rules: the rules, in order of precedence.

    Returns:
        One row a (member, filière, function): id, member, chain, function, stage, rule, evidence.
    """
    named = _Identifiers(store)
    declared = [_by_identifiers(rule, named) for rule in rules if rule.identifiers and not rule.refused]
    inferred = [_by_codes(rule, store) for rule in rules if rule.codes]
    empty = pl.DataFrame(schema=dict.fromkeys((*_COLUMNS, "evidence"), pl.String))
    every = [
        frame.with_columns(evidence=pl.lit(f"evidence-status/{status}"))
        for status, frames in (("declared", declared), ("inferred", inferred))
        for frame in frames
    ]
    found = pl.concat([empty, *every]).join(_refused(rules, named), on=["member", "chain"], how="anti")
    found = found.with_columns(pl.col("stage").drop_nulls().first().over("member", "chain", "function"))
    found = found.unique(["member", "chain", "function"], keep="first", maintain_order=True)
    return found.with_columns(id=_id("membership"))


def propose(store: pyoxigraph.Store, rules: list[Rule], members: pl.DataFrame) -> pl.DataFrame:
    """Return whom the words of rules propose, on the labels of a store's default graph: nobody checked them.

    Who is a member of the filière already (of `members`, or declared by a source), or refused, is not proposed.

    Returns:
        One row a (member, filière, function), with the first rule of that filière: id, member, chain, function, stage, rule.
    """
    labels = {
        subject: labels_of(store, SUBJECTS[subject])
        for subject in {rule.subject for rule in rules if rule.words}
    }
    empty = pl.DataFrame(schema=dict.fromkeys(_COLUMNS, pl.String))
    found = pl.concat([empty, *(_by_words(rule, labels[rule.subject]) for rule in rules if rule.words)])
    for known in (members, _declared(store), _refused(rules, _Identifiers(store))):
        found = found.join(known.select("member", "chain"), on=["member", "chain"], how="anti")
    found = found.unique(["member", "chain", "function"], keep="first", maintain_order=True)
    return found.with_columns(id=_id("membership-proposal"))


def proposal_quads(proposals: pl.DataFrame) -> Iterator[pyoxigraph.Quad]:
    """Yield the quads of proposals, in the graph of memberships but with terms of their own: no question counts them."""
    graph, kind = pyoxigraph.NamedNode(MEMBERSHIP_GRAPH), pyoxigraph.NamedNode(_TYPE)
    links = {
        "member": "proposedMember",
        "chain": "proposedFor",
        "function": "chainFunction",
        "stage": "chainStage",
    }
    for row in proposals.iter_rows(named=True):
        node = pyoxigraph.NamedNode(ID + row["id"])
        yield pyoxigraph.Quad(node, kind, pyoxigraph.NamedNode(f"{ANC}MembershipProposal"), graph)
        for name, term in links.items():
            if row[name]:
                value = row[name] if row[name].startswith("http") else ID + row[name]
                yield pyoxigraph.Quad(
                    node, pyoxigraph.NamedNode(ANC + term), pyoxigraph.NamedNode(value), graph
                )
        rule = pyoxigraph.Literal(row["rule"])
        yield pyoxigraph.Quad(node, pyoxigraph.NamedNode(f"{ANC}matchedRule"), rule, graph)


def _id(folder: str) -> pl.Expr:
    key = pl.concat_str(["chain", "function", "member"], separator="|")
    chain = pl.col("chain").str.split("/").list.last()
    return pl.concat_str(
        [pl.lit(f"{folder}/"), chain, pl.lit("-"), key.map_elements(digest, pl.String, skip_nulls=False)]
    )


class _Identifiers:
    """The things that « scheme:value » name in the default graph of a store; a record is its body."""

    def __init__(self, store: pyoxigraph.Store) -> None:
        self._store = store
        self._titles: dict[str, list[str]] | None = None

    def __call__(self, identifier: str) -> list[str]:
        """Give the IRIs of those that have an identifier: none where nothing loaded does."""
        scheme, _, value = identifier.partition(":")
        if scheme == "title":
            return self._titled().get(normalise(value), [])
        if scheme in NUMBERS:
            predicate = pyoxigraph.NamedNode(ANC + scheme)
            found = self._store.quads_for_pattern(
                None, predicate, pyoxigraph.Literal(value), pyoxigraph.DefaultGraph()
            )
            numbered = sorted({_iri(quad.subject) for quad in found})
            return numbered or self._recorded(pyoxigraph.NamedNode(f"{ID}organization/{value}"))
        return self._recorded(pyoxigraph.NamedNode(ID + value))

    def _recorded(self, node: pyoxigraph.NamedNode) -> list[str]:
        graph, record = pyoxigraph.NamedNode(REGISTER_GRAPH), pyoxigraph.NamedNode(f"{ANC}recordOf")
        bodies = [_iri(quad.object) for quad in self._store.quads_for_pattern(node, record, None, graph)]
        kind, default = pyoxigraph.NamedNode(_TYPE), pyoxigraph.DefaultGraph()
        known = next(self._store.quads_for_pattern(node, kind, None, default), None)
        return sorted(bodies) or ([node.value] if known else [])

    def _titled(self) -> dict[str, list[str]]:
        if self._titles is None:
            self._titles = defaultdict(list)
            for member, label in labels_of(self._store, SUBJECTS["programme"]).iter_rows():
                self._titles[label].append(member)
        return self._titles


def _iri(term: object) -> str:
    assert isinstance(term, pyoxigraph.NamedNode)
    return term.value


def _by_identifiers(rule: Rule, named: _Identifiers) -> pl.DataFrame:
    members = dict.fromkeys(member for one in rule.identifiers for member in named(one))
    found = pl.DataFrame({"member": list(members)}, schema={"member": pl.String})
    return found.select("member", *_constants(rule, f"chain-stage/{rule.stage}" if rule.stage else None))


def _refused(rules: Iterable[Rule], named: _Identifiers) -> pl.DataFrame:
    """Give whom rules refuse, by filière: columns member, chain."""
    rows = {
        (member, f"value-chain/{rule.chain}")
        for rule in rules
        if rule.refused
        for one in rule.identifiers
        for member in named(one)
    }
    return pl.DataFrame(sorted(rows), schema={"member": pl.String, "chain": pl.String}, orient="row")


def _declared(store: pyoxigraph.Store) -> pl.DataFrame:
    """Give who is a member by what a base source says, and not by our rules: columns member, chain."""
    rows = select(
        store,
        f"""PREFIX anc: <{ANC}>
        SELECT DISTINCT ?member ?chain WHERE {{ ?x anc:member ?member ; anc:ofValueChain ?chain .
          GRAPH ?graph {{ ?x anc:ofValueChain ?any }} FILTER(?graph != <{MEMBERSHIP_GRAPH}>) }}""",
    )
    known = [(member, chain.removeprefix(ID)) for member, chain in rows]
    return pl.DataFrame(known, schema={"member": pl.String, "chain": pl.String}, orient="row")


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
