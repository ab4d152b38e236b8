"""A filière as pages and drawings show it: links by stage, members by function, ties, and what is empty."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from .links import local_name
from .solutions import Block, Reading, Row
from .wording import fold, plural, typeset

STAGES = ("resource", "first-processing", "second-processing", "implementation", "trade", "support")
FUNCTIONS = ("trains", "researches", "produces", "supports", "relays")
NAF_REV2 = "http://id.insee.fr/codes/nafr2/naf"

#: Kinds of members: the class that says so, and the words for one and several.
KINDS: dict[str, tuple[str, str]] = {
    "programme": ("formation", "formations"),
    "unit": ("unité de recherche", "unités de recherche"),
    "project": ("projet", "projets"),
    "company": ("entreprise", "entreprises"),
    "institution": ("établissement", "établissements"),
    "other": ("autre organisation", "autres organisations"),
}
_KIND_OF_CLASS = {
    "TrainingProgramme": "programme",
    "ResearchUnit": "unit",
    "ResearchProject": "project",
    "Interaction": "project",
    "Company": "company",
    "University": "institution",
    "School": "institution",
    "HigherEducationInstitution": "institution",
}


#: The questions whose answers make a filière, kept in `questions/chain/`.
NAMES = ("links", "members", "ties", "places", "sectors", "whereabouts")


@dataclass(frozen=True)
class Link:
    """An activity of the filière: its code and label, the revision of the classification, the share."""

    iri: str
    code: str
    label: str
    revision: str
    recent: bool
    stage: str
    share: str


@dataclass
class Member:
    """Someone or something that takes part, with functions, stages (or none), rules and evidence."""

    iri: str
    label: str
    kind: str
    functions: set[str] = field(default_factory=set)
    stages: set[str] = field(default_factory=set)
    rules: set[str] = field(default_factory=set)
    evidence: str = ""
    holders: set[str] = field(default_factory=set)
    towns: set[str] = field(default_factory=set)


@dataclass
class Chain:
    """A filière, read whole or through filters."""

    iri: str
    label: str
    definition: str
    stages: list[tuple[str, str]]
    functions: list[tuple[str, str]]
    links: list[Link]
    members: list[Member]
    ties: list[tuple[str, str]]
    labels: dict[str, str]
    blocks: dict[str, Block]
    total: int

    @property
    def summary(self) -> str:
        """Say the filière in one line: links, members by kind, and the stages where nobody is found."""
        old = sum(1 for link in self.links if not link.recent)
        recent = len(self.links) - old
        kinds = Counter(member.kind for member in self.members)
        parts = [plural(kinds[kind], *words) for kind, words in KINDS.items() if kinds[kind]]
        empty = [label for stage, label in self.stages if not any(stage in m.stages for m in self.members)]
        text = (
            f"{plural(old, 'maillon')} en NAF rév. 2 et {plural(recent, 'maillon')} en NAF 2025 ; "
            f"{plural(len(self.members), 'membre repéré', 'membres repérés')}"
        )
        if parts:
            text += f" : {', '.join(parts)}"
        if empty:
            text += f". Personne n’est repéré {_listed(empty)}"
        return typeset(text + ".")


def _listed(stages: list[str]) -> str:
    quoted = [f"« {name} »" for name in stages]
    if len(quoted) == 1:
        return f"à l’étape {quoted[0]}"
    return f"aux étapes {', '.join(quoted[:-1])} et {quoted[-1]}"


def read_chain(
    reading: Reading, iri: str, functions: Collection[str] = (), stages: Collection[str] = ()
) -> Chain | None:
    """Read a filière; None when no source describes it. Filters are last pieces of IRIs."""
    facts = reading.block("chain/facts", chain=iri)
    if not facts.rows and not facts.failure:
        return None
    blocks = reading.blocks("chain", NAMES, chain=iri)
    sectors = sorted({row["sector"] for row in blocks["sectors"].rows})
    blocks["producers"] = reading.block("chain/producers", sectors=sectors) if sectors else blocks["sectors"]
    stage_block = reading.block("chain/stages")
    mentioned = {iri, *(row["stage"] for row in stage_block.rows)}
    for block in blocks.values():
        for row in block.rows:
            mentioned.update(
                v for v in row.values() if v.startswith(("https://w3id.org/", "http://id.insee.fr/"))
            )
    reading.learn_labels(mentioned)
    labels = {thing: reading.label(thing) for thing in mentioned}
    everyone = _members(reading, blocks["members"].rows, blocks["whereabouts"].rows)
    members = [m for m in everyone if _kept(m, functions, stages)]
    definition = [row["value"] for row in facts.rows if row["property"].endswith("#definition")]
    ordered = sorted(
        {row["stage"] for row in stage_block.rows}
        | {r["stage"] for r in blocks["links"].rows if "stage" in r},
        key=lambda stage: (STAGES.index(local_name(stage)) if local_name(stage) in STAGES else 99, stage),
    )
    functions_met = {function for member in everyone for function in member.functions}
    kept = {member.iri for member in members}
    return Chain(
        iri=iri,
        label=reading.label(iri),
        definition=_french(definition),
        stages=[(stage, reading.label(stage)) for stage in ordered],
        functions=[
            (function, reading.label(function))
            for function in sorted(functions_met, key=lambda f: (_rank(local_name(f)), f))
        ],
        links=_links(reading, blocks["links"].rows),
        members=members,
        ties=[(r["from"], r["to"]) for r in blocks["ties"].rows if r["from"] in kept],
        labels=labels,
        blocks=blocks,
        total=len(everyone),
    )


def _rank(function: str) -> int:
    return FUNCTIONS.index(function) if function in FUNCTIONS else 99


def _french(texts: list[str]) -> str:
    accented = [text for text in texts if any(character in text for character in "éèêàçùîôœ’")]
    return (accented or texts or [""])[0]


def _kept(member: Member, functions: Collection[str], stages: Collection[str]) -> bool:
    if functions and not {local_name(function) for function in member.functions} & set(functions):
        return False
    names = {local_name(stage) for stage in member.stages} or {"none"}
    return not stages or bool(names & set(stages))


def _links(reading: Reading, rows: list[Row]) -> list[Link]:
    links = {
        (row["activity"], row.get("stage", "")): Link(
            row["activity"],
            row.get("code", local_name(row["activity"])),
            _activity_label(reading, row),
            "NAF rév. 2" if row.get("scheme") == NAF_REV2 else "NAF 2025",
            row.get("scheme") != NAF_REV2,
            row.get("stage", ""),
            row.get("share", ""),
        )
        for row in rows
    }
    return sorted(links.values(), key=lambda link: (link.recent, link.code))


def _activity_label(reading: Reading, row: Row) -> str:
    label = reading.label(row["activity"])
    return "" if label == local_name(row["activity"]) else label


def _members(reading: Reading, rows: list[Row], whereabouts: list[Row]) -> list[Member]:
    found: dict[str, Member] = {}
    classes: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        member = found.setdefault(row["member"], Member(row["member"], reading.label(row["member"]), "other"))
        member.functions.add(row["function"])
        if "stage" in row:
            member.stages.add(row["stage"])
        if "rule" in row:
            member.rules.add(row["rule"])
        member.evidence = row.get("evidence", member.evidence)
        if "class" in row:
            classes[row["member"]].add(local_name(row["class"]))
    for row in whereabouts:
        if row["member"] in found:
            found[row["member"]].towns.update(reading.label(row[k]) for k in ("town",) if k in row)
            found[row["member"]].holders.update(reading.label(row[k]) for k in ("holder",) if k in row)
    for iri, member in found.items():
        kinds = [_KIND_OF_CLASS[name] for name in sorted(classes[iri]) if name in _KIND_OF_CLASS]
        if kinds:
            member.kind = kinds[0]
        elif any(piece in iri for piece in ("/project/", "/interaction/")):
            member.kind = "project"
    return sorted(found.values(), key=lambda m: (list(KINDS).index(m.kind), fold(m.label), m.iri))
