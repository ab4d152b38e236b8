"""What a dossier is made from: what portraits see, the findings kept beside the snapshot, and the list of references."""

from __future__ import annotations

import logging
import shlex
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from ...graph.region.gazetteer import Territory
from ...graph.region.view import RegionView
from ...graph.sparql.results import Rows
from ...words import N_, NN_, Number, Spoken, gettext
from ..analysis.words import evidence_words, status_words
from ..labels.basis_names import method_name
from ..labels.typesetting import typeset
from ..pages.territory.blocks import BLOCKS, Context
from ..pages.territory.figures import PEERS, Comparison, comparison
from ..pages.territory.matter import PortraitData
from ..precompute.kept_findings import kept_findings
from ..render.blocks.tables import Cell, Column, Table, absent, figure
from ..web.links import href
from ..web.negotiation import Language
from .file_names import file_stem
from .model import Element, Grid, Paragraph, Section
from .words import counted_apart, date_of, why_empty

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Entry:
    """A line of the annex: the `reference` printed beside a figure, and all that it takes to find it again."""

    reference: str
    what: str
    shown: str
    method: str
    period: str
    sources: str
    evidence: str


@dataclass
class References:
    """The figures of a dossier, in the order they are cited: C1, C2… for figures, M1… for gaps, and so on."""

    entries: list[Entry] = field(default_factory=list)
    methods: dict[str, None] = field(default_factory=dict)
    sources: dict[str, None] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)

    def cite(
        self,
        letter: str,
        what: str,
        *,
        shown: str = "",
        method: str = "",
        period: str = "",
        sources: Sequence[str] = (),
        evidence: str = "",
    ) -> str:
        """Add a line and give its reference."""
        self._counts[letter] = self._counts.get(letter, 0) + 1
        reference = f"{letter}{self._counts[letter]}"
        names = [one.removeprefix("source/") for one in sources if one]
        self.sources.update(dict.fromkeys(names))
        self.entries.append(Entry(reference, what, shown, method, period, ", ".join(names), evidence))
        return reference


@dataclass(frozen=True)
class Making:
    """A dossier being made: of which territory, in which language, from what, and what was cited so far.

    `created` is when the snapshot was published (ISO).
    `data` are the tables behind pictures, by the id of the picture: their words and their rows.
    """

    seen: PortraitData
    matter: RegionView
    territory: Territory
    language: Language
    created: str = ""
    references: References = field(default_factory=References)
    data: dict[str, tuple[str, Rows]] = field(default_factory=dict)

    def say(self, words: Spoken) -> str:
        """Say something in the language of the dossier, with its spaces."""
        return typeset(words[self.language], self.language)

    def set(self, text: str) -> str:
        """Typeset a text that is in the language already."""
        return typeset(text, self.language)

    @cached_property
    def parent(self) -> Comparison:
        """What figures are compared with first: the parent territory, else peers."""
        return comparison(self.seen, self.territory, "", self.language)

    @cached_property
    def peers(self) -> Comparison:
        """The structural peers that figures are compared with."""
        return comparison(self.seen, self.territory, PEERS, self.language)

    @cached_property
    def held(self) -> bool:
        """Whether the parent that figures stand beside has all the communes of the territory: a zone may be cut by it."""
        shares = {
            other.id: share
            for path in self.parent.territories
            for other, share in self.seen.containing(self.territory, path.split("/")[1])
        }
        return all(shares.get(path, 0) >= 1 for path in self.parent.territories)

    @cached_property
    def findings(self) -> Mapping[str, Any]:
        """Gaps, synergies and suggestions, as plain values."""
        return kept_findings(self.matter, self.territory.id)

    def block(self, name: str) -> Table:
        """Give the table of a block of the portrait, by the name of its address ("acteurs", "emplois"…)."""
        context = Context(self.seen, self.territory, self.language, self.parent)
        (make,) = (one.make for one in BLOCKS if one.name == name)
        assert make is not None
        return make(context)

    def asked(self, question: str, **parameters: str) -> str:
        """Write the command that asks a question of the territory again."""
        if not question:
            return ""
        values = parameters or {"territory": self.territory.id.removeprefix("territory/")}
        return shlex.join(
            ["ancrage", "query", question, *(w for n, v in values.items() for w in ("-p", f"{n}={v}"))]
        )

    def method(self, name: str) -> str:
        """Name a method in words."""
        return self.set(method_name(name, self.language)[1])

    def titles(self, names: str) -> str:
        """Write names of sources, with commas between, as the titles of annex B: those that the graph gives them."""
        mark = gettext(" ; ", self.language)
        found = (name.removeprefix("source/") for name in names.split(", ") if name)
        return mark.join(dict.fromkeys(self.seen.source(name, self.language) for name in found))

    def worded(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Give a row as people read it in a CSV: titles of sources, and evidence in words."""
        words = dict(row)
        for head in ("source", "sources"):
            if row.get(head):
                words[head] = self.titles(str(row[head]))
        if row.get("evidence"):
            words["evidence"] = status_words(str(row["evidence"]), self.language)
        return words

    def section(self, id: str, title: Spoken, make: Callable[[Making], Section]) -> Section:
        """Make a section; one that fails says so in its place, and the others stand."""
        try:
            return replace(make(self), id=id, title=self.say(title))
        except Exception:
            log.exception("section %s of the dossier of %s failed", id, self.territory.id)
            said = self.say(N_("Cette partie n’a pas pu être faite. Le reste du dossier est complet."))
            return Section(id, self.say(title), (Paragraph(said, "warning"),))

    def table(
        self,
        id: str,
        made: Table,
        caption: Spoken,
        *,
        first: int | None = None,
        leave: Sequence[str] = (),
    ) -> list[Grid | Paragraph]:
        """Turn a block of a portrait into a table of a dossier, or into the sentence that says why it is empty.

        The first rows only are printed, which a note says; the CSV has them all. Illustrative rows are left out unless
        they were asked for; then they are marked, and counted apart.
        """
        rows, made_up = list(made.rows), made.illustrative
        if not self.matter.illustrative:
            rows = [row for row in rows if row.get("evidence") != "illustrative"]
        if not rows:
            return [Paragraph(self.say(why_empty(made, made_up)), "absent")]
        kept = [one for one in made.columns if one.name not in ("evidence", "source", "status", *leave)]
        reference = self._cite_table(made, caption, rows)
        notes = [self.say(note) for note in made.notes]
        if made_up:
            notes.append(self.say(counted_apart(len(rows), made_up, shown=self.matter.illustrative)))
        if first is not None and len(rows) > first:
            notes.append(
                self.say(
                    N_(
                        "{first} lignes imprimées sur {rows} ; toutes sont dans le fichier {id}.csv.",
                        first=first,
                        rows=Number(len(rows)),
                        id=file_stem(id, self.language),
                    )
                )
            )
        printed = tuple(
            tuple(self.cell(one, row, mark=one is kept[0]) for one in kept) for row in rows[:first]
        )
        whole = Table(made.columns, [self.worded(row) for row in rows]).to_rows()
        return [Grid(id, f"{self.say(caption)} [{reference}]", tuple(kept), printed, tuple(notes), whole)]

    def _cite_table(self, made: Table, caption: Spoken, rows: Sequence[Mapping[str, Any]]) -> str:
        """Cite rows of a table, with their sources, their years and how firm they are."""
        sources = sorted({s.strip() for row in rows for s in str(row.get("source") or "").split(",")} - {""})
        evidence = Counter(str(row.get("evidence") or "documented") for row in rows)
        return self.references.cite(
            "T",
            self.say(caption),
            shown=self.say(NN_("{n} ligne", "{n} lignes", len(rows))),
            method=self.asked(made.question),
            period=_years(rows),
            sources=sources or made.sources,
            evidence=evidence_words(dict(sorted(evidence.items())), self.language),
        )

    def cell(self, column: Column, row: Mapping[str, Any], *, mark: bool = False) -> Cell:
        """Write a cell of a portrait: a value, or why there is none; the `mark` of an illustrative row stands in its first."""
        value = row.get(column.name)
        if value is None and column.kind == "number":
            status = str(row.get("status") or "missing")
            sign, words = absent(status, self.language)
            return Cell(sign, None, words)
        if column.kind == "number":
            return Cell(figure(float(value or 0), column.decimals or 0, self.language), value)
        text = "" if value is None else str(value)
        if column.kind == "date":
            text = date_of(text, self.language)
        if mark and row.get("evidence") == "illustrative" and "exemple" not in text.casefold():
            text = f"{text} {self.say(N_('[illustratif]'))}"
        return Cell(self.set(text), value)


def _years(rows: Sequence[Mapping[str, Any]]) -> str:
    found = [str(row[name]) for row in rows for name in ("period", "year") if row.get(name)]
    return "" if not found else min(found) if min(found) == max(found) else f"{min(found)}–{max(found)}"


def define(making: Making, definition: str, id: str) -> str:
    """Tell in the annex what an indicator counts, with the name of its page."""
    return making.set(f"{definition} ({id})")


def write_point(making: Making, name: str, block: Element) -> str:
    """Write a paragraph as a point of a list, after the name of what it speaks of; it has colons of its own."""
    assert isinstance(block, Paragraph)
    return making.set(f"{name} — {block.text}")


def outside(path: str) -> str:
    """Give the address of a page outside if it is one that may be followed, else nothing."""
    found = href(path) or ""
    return found if found.startswith(("http://", "https://")) else ""


def flat(rows: Sequence[Mapping[str, Any]]) -> Rows:
    """Give mappings as rows for a CSV."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    return Rows(names, [[row.get(name) for name in names] for row in rows])
