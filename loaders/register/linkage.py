"""Linkage of records: which of them are of one body, by rules in order, from strict to loose.

Each record is asked in the order of its source, registers first: the first rule that gives it one body alone links it; a
record that no rule links is a body itself. Nothing is merged by likeness of letters: that only proposes (`proposals`).

1. identifier: the same check-digited number (SIREN, of a SIRET its SIREN, UAI, RNSR, PIC, Paysage, ROR), or a former one.
2. number: the number of a research unit (UMR 5525) in the name; of a number that two bodies may give, with a word that agrees.
3. name: the same key (`names.key`) as a name of one body alone, or, of several, of the one in the same place.
4. centre: the name of a body that has centres, and beside it words of administration and geography alone.
5. name-place: a name, and after it the town where that body is.
6. acronym: an acronym that one body alone has, and the same département where it has fewer than five letters.
7. core: a research unit of the same département has the same words, once those of bodies, towns, teams and kinds of units are
   left out, and the acronym of the unit: « BOREA, Biologie des organismes et écosystèmes aquatiques ».
8. segment: one of the parts of the name, between signs, is the name, the number or the acronym of a research unit, and the
   others are names of bodies: « CNRS - Laboratoire Réactions et Génie des Procédés, UMR 7274 »; or that of a firm, and the
   other one of its services: « KAPTEOS SAS / R&D ».
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from ..sources.names import normalise
from .bodies import Body
from .contradictions import are_far
from .names import (
    LEGAL_FORMS,
    bare,
    is_distinctive,
    is_nameless,
    joined,
    key,
    mended,
    segments,
    spellings,
    words,
)
from .record import CONFIDENCE, Link, Record

_ADMINISTRATION = frozenset(
    words(
        "délégation délégations régional régionale directions direction DR secteur siège centre centres site antenne "
        "implantation institut national nord sud est ouest grand outre mer cedex région IDF A B C unité base campus de recherche "
        "scientifique secrétariat général pôle Europe Meudon Michel Ange Thiais Theix Villejuif Gif Saclay Ivry Cadarache "
        "Marcoule Valduc DAM Fontenay Roses Bruyères Ripault Gramat Cesta Alsace Lorraine Aquitaine Limousin Bretagne Pays Loire "
        "Normandie Provence Corse Côte Azur Occitanie Languedoc Roussillon Midi Pyrénées Rhône Auvergne Alpes Picardie "
        "Calais Pas Hauts Ile Poitou Charentes Champagne Ardenne Ardennes Franche Comté Bourgogne Val Nouvelle Atlantique "
        "Méditerranée "
        "Sophia Antipolis Dazur PACA Rhônes études nucléaires administration administrative moyens communs établissement "
        "principal"
    )
)
_COLON = re.compile(r"\s*:\s+|\s+[-–]\s+")
"""Signs between the parts of the name of a unit, each of which may stand for it: « TRIANGLE : action, discours, pensée »."""
_HOSPITAL = re.compile(r"\b(?:hopital|chr?u|centre hospitalier)\b")
"""A hospital is no unit that bears its name."""
_SERVICE = re.compile(r"\s*(?:/|;)\s+|\s+/\s*")
"""Sign between a firm and one of its services or sites."""
_MANY_LETTERS = 20
"""Letters of a name from which on spaces and apostrophes tell no name from another."""
_SOME_LETTERS = 8
"""The same, of a name in the same département."""
_LONGEST = 8
"""Words that a name of a body has, at most, where it is looked for in a longer name."""
_OWN = ("uai", "rnsr", "ed")
"""Registers whose numbers are of one body each: two numbers are two bodies, though one legal unit may be above both."""
_COUNCILS = ("siren:22", "siren:23")
"""How numbers of départements and régions begin: a laboratory or a museum of one has its number, and is not it."""
_KINDS = frozenset(
    words(
        "laboratoire laboratory lab institut institute centre center unité équipe team groupe recherche research mixte propre "
        "service plateforme école school management faculté national étude scientifique délégation régional régionale DR "
        "UMR UMRS UPR USR UAR UMS EA UR FR EMR ERL UMI IRL"
    )
)
"""Words that say what kind of thing a unit is, and tell none from another."""
_INSTITUTES = frozenset({"institut", "centre"})
"""Two that do: of one university or département, the institute and the centre of a field are two."""
_TEAM = re.compile(
    r"[-,/ ]+(?:équipe|equipe|groupe|team|eq|département|departement)\b.*$|^(?:équipe|equipe|groupe|team)\b[^-,/]*[-,/]",
    re.I,
)
"""What names a team beside the unit that it is in."""
_DELEGATION_NUMBER = re.compile(r"(?:dr)?\d{1,2}")
_UNIT = re.compile(
    r"\b(UMR|UPR|URA|EA|UR|USR|UMS|UAR|FRE|ERL|EMR|U|UMI|IRL|FR)[ _\-]?(?:S[ _\-]?|CNRS[ _\-]?|INSERM[ _\-]?)?(\d{2,5})\b"
)


@dataclass
class Register:
    """Bodies known so far, and how to find the one that a record is of.

    `doubts` are the names of the bodies of records that a number alone links, whose own names have nothing in common with them.
    """

    bodies: Sequence[Body] = ()
    towns: Collection[tuple[str, ...]] = frozenset()
    refusals: Collection[frozenset[str]] = frozenset()
    acceptances: Mapping[str, str] = field(default_factory=dict)
    zones: Mapping[str, str] = field(default_factory=dict)
    vocabulary: frozenset[str] = frozenset()
    stopwords: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self.records: dict[str, Record] = {}
        self.doubts: dict[str, str] = {}
        self._links: dict[str, str] = {}
        self._identifiers: dict[str, str] = {}
        self._keys: dict[str, list[str]] = defaultdict(list)
        self._acronyms: dict[str, list[str]] = defaultdict(list)
        self._numbers: dict[str, list[str]] = defaultdict(list)
        self._letters: dict[str, list[str]] = defaultdict(list)
        self._cores: dict[str, list[str]] = defaultdict(list)
        self._public: set[str] = set()
        self._places: dict[str, set[str]] = defaultdict(set)

    @cached_property
    def _centres(self) -> dict[str, str]:
        """Names of bodies that have centres, as words joined by a space, and their identifiers."""
        return {
            " ".join(words(name)): body.path
            for body in self.bodies
            if body.has_centres
            for name in body.every_name
        }

    @cached_property
    def _geography(self) -> frozenset[str]:
        """Words of names of places."""
        return frozenset(word for town in self.towns for word in town)

    @cached_property
    def _aliases(self) -> dict[str, frozenset[str]]:
        """Keys of the names that the file of bodies gives each."""
        return {
            body.path: frozenset(
                key(one, self.vocabulary) for name in body.every_name for one in spellings(name)
            )
            for body in self.bodies
        }

    @cached_property
    def _written(self) -> dict[str, Body]:
        return {body.path: body for body in self.bodies}

    def add(self, record: Record) -> Link | None:
        """Link a record to a body that is known, or make it one; returns the link, or nothing for a body."""
        link = self.find(record)
        body = link.body if link else record.id
        if link is None:
            self.records[record.id] = record
            for identifier in self._written[body].identifiers if body in self._written else ():
                self._identifiers.setdefault(identifier, body)
        else:
            self._links[record.id] = body
            if name := self.doubt(record, link):
                self.doubts[record.id] = name
        self._index(record, body, is_name=link is None or link.rule in ("identifier", "decision"))
        return link

    def find(self, record: Record) -> Link | None:
        """Return the link of a record to a known body by the first rule that gives one alone; None where none does."""
        if accepted := self.acceptances.get(record.id):
            known = self._links.get(accepted, accepted)
            return self._link(record, known, "decision", record.id) if known in self.records else None
        if record.is_observed:
            return None
        for identifier in sorted(record.identifiers):
            if (body := self._identifiers.get(identifier)) and self._has_number(record, body, identifier):
                return self._link(record, body, "identifier", identifier)
        names = [name for name in record.names if not is_nameless(name)]
        for name in names:
            for rule in (
                self._by_number, self._by_centre, self._by_name, self._by_town, self._by_acronym, self._by_core, self._by_segment,
            ):  # fmt: skip
                if link := rule(record, name):
                    return link
        return None

    def doubt(self, record: Record, link: Link) -> str:
        """Return the name of a body that a number alone gives, where no name of the record has anything in common with its own.

        A shop may bear another name than its firm, or the number be another's: a person tells which.

        >>> register = Register()
        >>> _ = register.add(Record("organization/a", ("Soitec",), identifiers=frozenset(["siren:384711909"])))
        >>> baker = Record("organization/b", ("Boulangerie Martin",), identifiers=frozenset(["siren:384711909"]))
        >>> register.doubt(baker, register.find(baker))
        'Soitec'
        """
        own = self.records[link.body]
        written = self._written.get(link.body)
        theirs = (*own.names, *own.acronyms, *(written.every_name if written else ()))
        numbers = {one.partition(":")[2] for one in record.identifiers}
        ours = [
            name for name in (*record.names, *record.acronyms) if name.replace(" ", "").upper() not in numbers
        ]
        is_far = ours and theirs and all(are_far(one, other) for one in ours for other in theirs)
        return theirs[0] if link.rule == "identifier" and is_far else ""

    def body(self, record: str) -> str | None:
        """Return the body that a path is of, itself or as a record of one; None for a path that the register has not.

        >>> register = Register()
        >>> _ = link([Record("organization/a", ("Aledia",)), Record("organization/b", ("Aledia SAS",))], register)
        >>> register.body("organization/b"), register.body("organization/c")
        ('organization/a', None)
        """
        return record if record in self.records else self._links.get(record)

    def proposals(self, record: Record, least: float = 88.0) -> list[Link]:
        """Return bodies whose names are like those of a record letter by letter, or that it abbreviates, the likest first.

        Never links of themselves.
        """
        from rapidfuzz import fuzz, process

        found: dict[str, Link] = {}
        for name in record.names:
            if is_nameless(name):
                continue
            for body in self._acronyms.get(short := _compact(name), ()):
                if self._may_be(record, body):
                    found.setdefault(body, Link(record.id, body, "likeness", 0.9, short))
            asked = key(name, self.vocabulary)
            rare = [word for word in asked.split() if len(word) > 3 and word not in self.stopwords]
            block = {one for word in rare for one in self._blocks.get(word, ())}
            for other, score, _ in process.extract(
                asked, block, scorer=fuzz.token_sort_ratio, score_cutoff=least, limit=5
            ):
                for body in self._keys[other]:
                    if self._may_be(record, body):
                        found.setdefault(
                            body, Link(record.id, body, "likeness", round(score / 100, 3), other)
                        )
        return sorted(found.values(), key=lambda link: -link.confidence)[:5]

    @cached_property
    def _blocks(self) -> dict[str, list[str]]:
        blocks: dict[str, list[str]] = defaultdict(list)
        for one in self._keys:
            for word in one.split():
                blocks[word].append(one)
        return blocks

    def _index(self, record: Record, body: str, *, is_name: bool) -> None:
        for identifier in record.identifiers | record.former:
            self._identifiers.setdefault(identifier, body)
        own = self.records[body]
        if is_name or not (own.group == "unit" and own.places):  # a namesake may be elsewhere
            self._places[body] |= record.places
        for number in record.numbers | _numbers(record):
            _append(self._numbers[number], body)
        if is_name and not record.is_school:  # « Sciences et Ingénierie » is one, and a part of many names
            self._index_names(record, body)

    def _index_names(self, record: Record, body: str) -> None:
        written = self._written.get(record.id)
        names = (*record.names, *(written.every_name if written else ()))
        for name in names:
            if not is_nameless(name) and not (record.group == "unit" and self._is_public(name)):
                for spelling in spellings(name):
                    _append(self._keys[key(spelling, self.vocabulary)], body)
                    _append(self._letters[joined(spelling)], body)
                    for part in dict.fromkeys((spelling, *_COLON.split(spelling))):
                        _append(self._cores[self._core(part)], body)
        if record.group == "public" and record.country in ("", "FR"):  # units are of French bodies
            self._public |= {" ".join(self._mend(words(name))) for name in (*names, *record.acronyms)}
        for acronym in record.acronyms:
            if len(short := _compact(acronym)) > 2:
                _append(self._acronyms[short], body)

    def _is_public(self, name: str) -> bool:
        """Tell whether a name is that of a public body: a programme may give it to the unit that it pays through that body."""
        asked = Record("", (name,))
        links = (rule(asked, name) for rule in (self._by_name, self._by_centre, self._by_town))
        return any(link and self.records[link.body].group == "public" for link in links)

    def _by_name(self, record: Record, name: str) -> Link | None:
        links = (self._by_spelling(record, spelling) for spelling in spellings(name))
        return next((link for link in links if link), None)

    def _by_spelling(self, record: Record, spelling: str) -> Link | None:
        asked = key(spelling, self.vocabulary)
        found = self._spelt(self._keys.get(asked, ()), record, spelling)
        found = [body for body in found if asked in self._aliases.get(body, ())] or found
        # « Inserm U768 » is a unit of who is written so.
        is_written = spelling in record.names and len(found) == 1 and asked in self._aliases.get(found[0], ())
        is_proper = is_written or is_distinctive(asked, self.stopwords)
        is_long = " " in asked
        if (
            is_proper
            and len(found) == 1
            and (record.group or is_long or self.records[found[0]].group != "unit")
        ):
            return self._link(record, found[0], "name", asked)
        is_firm = record.group == "company" and len(asked) > 2 and asked not in self.stopwords
        if (is_proper or is_long or is_firm) and (near := self._nearest(record, found)):
            return self._link(record, near, "name-place", asked)
        return self._by_letters(record, spelling, asked) if is_proper else None

    def _spelt(self, bodies: Iterable[str], record: Record, spelling: str) -> list[str]:
        """Keep the bodies that a record may be by this spelling of its name."""
        asked = key(spelling, self.vocabulary)
        return [
            body
            for body in bodies
            if self._may_be(record, body, asked) and not self._is_plural(record, body, spelling)
        ]

    def _by_letters(self, record: Record, spelling: str, asked: str) -> Link | None:
        """Link a long name that has the same letters, whatever its spaces and apostrophes: « Agro-écologie », « LORIENT »."""
        letters = joined(spelling)
        found = self._spelt(self._letters.get(letters, ()), record, spelling)
        if len(found) == 1 and len(letters) >= _MANY_LETTERS:
            return self._link(record, found[0], "name", letters)
        near = self._nearest(record, found) if len(letters) >= _SOME_LETTERS else None
        return self._link(record, near, "name-place", letters) if near else None

    def _by_centre(self, record: Record, name: str) -> Link | None:
        if record.group in ("company", "unit") or record.country not in ("", "FR"):
            return None
        said = words(name)
        for length in range(min(len(said), 14), 0, -1):
            body = self._centres.get(" ".join(self._mend(said[:length])))
            if body is None or body not in self.records or self._is_refused(record, body):
                continue
            is_another = self._contradict(record, self.records[body], _OWN)
            if not is_another and self._is_geography(said[length:]):
                return self._link(record, body, "centre" if said[length:] else "name", name)
        return None

    def _by_town(self, record: Record, name: str) -> Link | None:
        """Link a name and after it a town, of a body that is there: « École polytechnique Palaiseau »."""
        if record.identifiers:
            return None
        said = self._mend(words(name))
        for length in range(len(said) - 1, max(len(said) - 5, 0), -1):
            if said[length:] not in self.towns:
                continue
            asked = " ".join(sorted({word for word in said[:length] if word not in LEGAL_FORMS}))
            if not is_distinctive(asked, self.stopwords):
                continue
            found = [body for body in self._keys.get(asked, ()) if self._may_be(record, body, asked)]
            near = self._nearest(record, found)
            if near and self.records[near].group != "unit":
                return self._link(record, near, "name-place", asked)
        return None

    def _by_number(self, record: Record, name: str) -> Link | None:
        if record.group == "company":
            return None
        for kind, digits in _UNIT.findall(name):
            found = self._numbers.get(f"{kind} {int(digits)}", [])
            if len(found) != 1 or not self._may_be(record, found[0]):
                continue
            # Below, Inserm, INRAE and others count alike, and a number may have lost a figure: a word must agree too.
            is_unique = int(digits) >= (2000 if kind == "UMR" else 1000)
            if is_unique or self._agree(name, self.records[found[0]]):
                return self._link(record, found[0], "number", f"{kind} {digits}")
        return None

    def _by_acronym(self, record: Record, name: str) -> Link | None:
        if record.identifiers:
            return None
        for part in dict.fromkeys((name, *segments(name)[:1])):
            is_whole, short = part == name, self._acronym(part)
            known = (body for body in self._acronyms.get(short, ()) if self.records[body].group != "company")
            found = [body for body in known if self._may_be(record, body)]
            near = self._nearest(record, found)
            # « MNHN - Centre de recherche » is a unit of the museum; « INERIS / Procédés » a service.
            if near and (is_whole or self.records[near].group == "unit" or _SERVICE.search(name)):
                return self._link(record, near, "acronym", short)
            if is_whole and len(short) > 4 and len(found) == 1 and self.records[found[0]].group != "unit":
                return self._link(record, found[0], "acronym", short)
        return None

    def _by_segment(self, record: Record, name: str) -> Link | None:
        """Link a unit named beside the bodies that it is of; where two units are named, none."""
        parts = segments(name)
        if _SERVICE.search(name) and (link := self._by_firm(record, name)):
            return link
        if record.group == "company":
            return None
        if len(parts) < 2:
            return self._by_prefix(record, name)
        found: dict[str, str] = {}
        asked = replace(record, is_closed=False)
        for part in parts:
            for rule in (self._by_name, self._by_acronym):
                link = rule(asked, part)
                if link and self.records[link.body].group == "unit":
                    found.setdefault(link.body, part)
        if len(found) != 1:
            return None
        (body, part), *_ = found.items()
        return self._link(record, body, "segment", part)

    def _by_firm(self, record: Record, name: str) -> Link | None:
        """Link a firm named beside one of its services or sites: « KAPTEOS SAS / R&D »."""
        for part in _SERVICE.split(name):
            link = self._by_name(record, part)
            if link and "company" in (record.group, self.records[link.body].group):
                return self._link(record, link.body, "segment", part)
        return None

    def _by_prefix(self, record: Record, name: str) -> Link | None:
        """Link a unit named after a body that it is of: « CNRS Institut Jacques Monod »."""
        said = self._mend(words(name))
        for length in range(len(said) - 2, 0, -1):
            if " ".join(said[:length]) in self._public:
                asked = " ".join(sorted({*said[length:]}))
                found = [
                    body
                    for body in self._keys.get(asked, ())
                    if is_distinctive(asked, self.stopwords) and self._may_be(record, body, asked)
                ]
                if len(found) == 1 and self.records[found[0]].group == "unit":
                    return self._link(record, found[0], "segment", asked)
        return None

    def _by_core(self, record: Record, name: str) -> Link | None:
        """Link a unit of the same département that has the same words, beside those of bodies, towns, teams and its acronym."""
        if record.group == "company" or _HOSPITAL.search(normalise(name)):
            return None
        for part in dict.fromkeys((name, _TEAM.sub("", name), *spellings(name))):
            asked = self._core(part)
            link = self._by_core_words(record, asked)
            if link and self._is_elsewhere(name, self.records[link.body]):
                continue
            if link := link or self._by_core_acronym(record, part):
                return link
        return None

    def _is_elsewhere(self, name: str, body: Record) -> bool:
        """Tell whether a name and those of a body say other towns (« ENS de Paris », « de Lyon »), or institute and centre."""
        towns = [{" ".join(town) for town in self._said_towns(one)} for one in (name, *body.names)]
        kinds = [{*_INSTITUTES.intersection(self._own_words(one))} for one in (name, *body.names)]
        said = [(own, set().union(*others)) for own, *others in (towns, kinds)]
        return any(own and other and not own & other for own, other in said)

    def _said_towns(self, name: str) -> set[tuple[str, ...]]:
        """Give the towns that a name says, whatever they stand in."""
        said = self._mend(words(name))
        ends = ((at, at + length) for at in range(len(said)) for length in range(1, _LONGEST + 1))
        return {part for start, end in ends if (part := said[start:end]) in self.towns}

    def _by_core_words(self, record: Record, asked: str) -> Link | None:
        every = asked.split()
        for left_out in ("", *every):
            core = " ".join(word for word in every if word != left_out)
            if not ((" " in core and len(core) >= 12) or self._is_proper(core)):
                continue
            near = self._nearest(record, self._units(record, self._cores.get(core, ())))
            if near and (not left_out or self._has_acronym(near, left_out)):
                return self._link(record, near, "core", core)
        return None

    def _by_core_acronym(self, record: Record, name: str) -> Link | None:
        """Link by what a name says in its own order: « Laboratoire TIMC-IMAG »."""
        short = self._acronym(" ".join(self._core_words(name)))
        near = self._nearest(record, self._units(record, self._acronyms.get(short, ())))
        return self._link(record, near, "acronym", short) if near else None

    def _acronym(self, name: str) -> str:
        """Return a name as the acronym that it may be; empty where it is none."""
        short = _compact(name)
        may_be = 3 <= len(short) <= 14 and len(name.split()) < 3 and short not in self.stopwords
        return short if may_be else ""

    def _core(self, name: str) -> str:
        """Return the words of a name beside names of bodies and of towns, kinds of units and numbers, as a key."""
        return " ".join(sorted({*self._core_words(name)}))

    def _core_words(self, name: str) -> list[str]:
        return [word for word in self._own_words(name) if word not in _KINDS and not word.isdigit()]

    def _own_words(self, name: str) -> Iterator[str]:
        """Yield the words of a name that are in no name of a public body and of no town."""
        said, at = self._mend(words(name)), 0
        while at < len(said):
            longest = range(min(_LONGEST, len(said) - at), 0, -1)
            parts = (said[at : at + length] for length in longest)
            known = next(
                (part for part in parts if " ".join(part) in self._public or self._is_town(part)), ()
            )
            if not known:
                yield said[at]
            at += len(known) or 1

    def _is_town(self, part: tuple[str, ...]) -> bool:
        return part in self.towns and not _INSTITUTES.issuperset(part)  # there is a commune named Centre

    def _is_plural(self, record: Record, body: str, spelling: str) -> bool:
        """Tell whether a firm of one word has the name of another but for its s: « Ineo », « Ineos »."""
        if "company" not in (record.group, self.records[body].group) or " " in bare(spelling):
            return False
        if key(spelling, self.vocabulary) in self._aliases.get(body, ()):
            return False
        written = (one for name in self.records[body].names for one in spellings(name))
        return bare(spelling) not in {bare(one).replace(" ", "") for one in written}

    def _is_proper(self, word: str) -> bool:
        """Tell whether a word alone can be a name."""
        return (
            len(word) >= 5 and " " not in word and word not in self.stopwords and word not in _ADMINISTRATION
        )

    def _units(self, record: Record, bodies: Iterable[str]) -> list[str]:
        return [body for body in bodies if self.records[body].group == "unit" and self._may_be(record, body)]

    def _has_acronym(self, body: str, word: str) -> bool:
        return any(_compact(one) == word for one in self.records[body].acronyms)

    def _has_number(self, record: Record, body: str, identifier: str) -> bool:
        """Tell whether a number in common makes two records one.

        Not two schools, each with its code, of one legal unit; nor a laboratory that a département has, under its own name.
        """
        other = self.records[body]
        if self._is_refused(record, body) or self._contradict(record, other, _OWN):
            return False
        if identifier in other.former and self._contradict(record, other, ("siren", "paysage", "ror")):
            return False  # Guyane had the code of the university that it left, which still has it
        is_school = identifier.startswith("siren:") and body not in self._written and _scheme_of(other, "uai")
        if not is_school and not identifier.startswith(_COUNCILS):
            return True
        return any(self._agree(name, other) for name in record.names)

    def _agree(self, name: str, other: Record) -> bool:
        """Tell whether a name has a proper word of the names of another."""
        theirs = {word for one in (*other.names, *other.acronyms) for word in words(one)}
        return any(is_distinctive(word, self.stopwords) for word in {*words(name)} & theirs)

    def _is_refused(self, record: Record, body: str) -> bool:
        return frozenset((record.id, body)) in self.refusals

    def _may_be(self, record: Record, body: str, asked: str = "") -> bool:
        other = self.records[body]
        if body == record.id or self._is_refused(record, body) or record.is_school != other.is_school:
            return False
        if other.group in ("public", "unit") and asked in self._aliases.get(body, ()):
            return self._may_be_public(record, other, asked)
        # A programme that says no place, and no country or by default its own, may name anybody of the world; but a firm of
        # a name has branches here.
        is_anywhere = record.country in ("", "FR") and not (record.places or record.identifiers)
        is_anywhere &= record.group != "company"
        is_firm = other.group == "company" and "universite" not in asked.split()
        is_anywhere &= other.country in ("", "FR") or not is_firm
        is_near = is_anywhere or _may_be_near(record.country, other.country)
        if not _may_be_one(record.group, other.group, asked) or not is_near:
            return False
        own = set(_OWN) - ({"rnsr"} if asked and record.is_closed else set())
        return not self._contradict(record, other, {*own, "siren"})

    def _may_be_public(self, record: Record, other: Record, alias: str) -> bool:
        # A university of before that has its own code has its own accounts.
        is_another = self._contradict(record, other, _OWN)
        is_school = record.group == "company" and "universite" in alias.split()  # a firm is no university
        # ESRF and IFPEN are listed as units too, under their name; a programme may give a unit that of who pays it.
        is_unit = record.group == "unit" and alias != key(record.names[0], self.vocabulary)
        return not (is_school or is_unit or is_another) and record.country in ("", "FR")

    def _contradict(self, record: Record, other: Record, schemes: Collection[str]) -> bool:
        """Tell whether two records have each a number of one register, and not the same: they are two bodies."""
        ours, theirs = _by_scheme(record.identifiers), _by_scheme(other.identifiers | other.former)
        return any(
            ours[scheme].isdisjoint(theirs[scheme]) for scheme in ours.keys() & theirs.keys() & {*schemes}
        )

    def _nearest(self, record: Record, bodies: Iterable[str]) -> str | None:
        """Return the one of some bodies that is in the same département, where one alone is."""
        here = {self.zones.get(place, place) for place in record.places}
        near = [
            body for body in bodies if here & {self.zones.get(place, place) for place in self._places[body]}
        ]
        return near[0] if len(near) == 1 else None

    def _mend(self, said: Sequence[str]) -> tuple[str, ...]:
        return tuple(mended(word, self.vocabulary) for word in said)

    def _is_geography(self, rest: Sequence[str]) -> bool:
        return all(
            word in _ADMINISTRATION
            or word in self._geography
            or _DELEGATION_NUMBER.fullmatch(word)
            or word in self._centres
            for word in self._mend(rest)
        )

    def _link(self, record: Record, body: str, rule: str, why: str) -> Link:
        return Link(record.id, body, rule, CONFIDENCE[rule], why)


def link(records: Iterable[Record], register: Register) -> list[Link]:
    """Link records in the order given, but those that the file of bodies names first, and those decided upon last.

    A name that several records have is that of the body that the file gives it to: the group, not a site of it. What a
    link leads to is a body, never a record decided upon: its body is known then, or is a record that is linked itself.
    """
    written = {body.path for body in register.bodies}
    ordered = sorted(
        records, key=lambda record: (record.id in register.acceptances, record.id not in written)
    )
    return [found for record in ordered if (found := register.add(record))]


def _append(found: list[str], body: str) -> None:
    if body not in found:
        found.append(body)


def _numbers(record: Record) -> frozenset[str]:
    """Return the numbers that the name of a unit of the register holds: « UMR 5205 - Laboratoire d'informatique »."""
    if record.group != "unit" or "rnsr" not in _by_scheme(record.identifiers):
        return frozenset()
    return frozenset(f"{kind} {int(digits)}" for name in record.names for kind, digits in _UNIT.findall(name))


def _may_be_one(group: str, other: str, asked: str) -> bool:
    """Tell whether two kinds may be of one body: a long name tells that a firm for a programme is a laboratory for a register."""
    groups = {group, other} - {""}
    return "company" not in groups or len(groups) < 2 or asked.count(" ") >= (2 if "public" in groups else 1)


def _may_be_near(country: str, other: str) -> bool:
    """Tell whether two countries may be one; a register that says none is French."""
    return not (country or other) or (country or "FR") == (other or "FR")


def _scheme_of(record: Record, scheme: str) -> str | None:
    return next((one for one in record.identifiers if one.startswith(f"{scheme}:")), None)


def _compact(text: str) -> str:
    return normalise(text).replace(" ", "")


def _by_scheme(identifiers: Iterable[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for identifier in identifiers:
        scheme, _, value = identifier.partition(":")
        found[scheme].add(value)
    return found
