"""Who is who among the actors: names, kinds, places, disciplines, and the descriptions of one organisation."""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches
from functools import cached_property

import polars as pl

from ...ontology.vocabulary import ID
from ...words import Named
from ..findings.model import Thing
from ..region import actor_types
from ..region.names import UnknownName
from ..region.view import RegionView

ACADEMIC = actor_types.ACADEMIC
"""Types of actors that stand on the academic side of a tie."""
COMPANY = "company"
#: Words that do not tell one company from another.
_FORMS = frozenset([
    "sa", "sas", "sasu", "sarl", "eurl", "scop", "snc", "the", "societe", "ste", "gmbh", "ltd", "spa", "srl", "inc",
    "et", "and", "de", "la", "le", "les", "des",
])  # fmt: skip
_NAMELESS = re.compile(r"(Organisation PIC|Entreprise SIREN|Organisation SIREN) \d+$")
#: How the label of a research body, an association or a public service begins, that a funder filed under companies.
_PUBLIC = re.compile(
    r"(institut|centre|association|fondation|agence|universite|ecole|lycee|syndicat|chambre|pole|hospices|hopital|groupement"
    r"|european|satt|observatoire|federation|communaute|ville|commune|conseil|region|mairie|office) "
)
_WORD = re.compile(r"[a-z0-9]+")


class Directory:
    """The actors of a matter: `kind` ("research-unit", "company"…) by path, in the order of paths.

    The code of a record leads to the organisation of the register that it is of.
    """

    def __init__(self, matter: RegionView) -> None:
        actors = matter.frame("actors").sort("actor", "short", nulls_last=True)
        self._body: dict[str, str] = dict(matter.frame("records").select("record", "body").iter_rows())
        self._labels = dict(actors.select("actor", "label").unique("actor", keep="first").iter_rows())
        self._shorts = actors.drop_nulls("short").select("actor", "short")
        self.country: dict[str, str] = dict(
            actors.drop_nulls("country").select("actor", "country").iter_rows()
        )
        self.kind: dict[str, str] = {
            actor: kind.rsplit("/", 1)[-1]
            for actor, kind in actors.select("actor", "type")
            .drop_nulls()
            .unique("actor", keep="first")
            .sort("actor")
            .iter_rows()
        }
        units = matter.frame("units").sort("unit", "place", "field", nulls_last=True)
        fields = units.filter(pl.col("field").str.starts_with("field/mesr/"))
        self.fields: dict[str, list[str]] = dict(
            fields.group_by("unit").agg(pl.col("field").unique().sort()).iter_rows()
        )
        self.field: dict[str, str] = {unit: found[0] for unit, found in self.fields.items()}
        self.place: dict[str, str] = dict(
            units.drop_nulls("place")
            .unique("unit", keep="first", maintain_order=True)
            .select("unit", "place")
            .iter_rows()
        )
        ends = matter.frame("ends")
        self.closed: set[str] = {*units.drop_nulls("end")["unit"], *ends["organization"]}
        held = (
            matter.frame("supervisions")
            .filter(pl.col("relation") == "supervised")
            .sort("institution", "unit")
        )
        self.units: dict[str, list[str]] = dict(
            held.group_by("institution").agg(pl.col("unit").unique().sort()).iter_rows()
        )
        words = matter.frame("words").unique("concept", keep="first")
        self._concepts: dict[str, Named] = {
            concept: Named(label, english)
            for concept, label, english in words.select("concept", "label", "english").iter_rows()
        }

    @classmethod
    def of(cls, matter: RegionView) -> Directory:
        """Give the directory of a matter, made once."""
        return matter.once(cls)

    def label(self, actor: str) -> str:
        """Give the French name of an actor, its path when it has none."""
        return str(self._labels.get(actor, actor))

    def concept(self, path: str, label: str | None = None) -> Named:
        """Give the name of a concept in each language: its path, or the label that is given, when it has none."""
        return self._concepts.get(path) or Named(label or path)

    def thing(self, actor: str) -> Thing:
        """Give an actor as a thing."""
        return Thing(actor, self.label(actor), self.kind.get(actor, "actor"))

    def academic(self, actor: str) -> bool:
        """Tell whether an actor stands on the academic side."""
        return self.kind.get(actor) in ACADEMIC

    def named(self, actor: str) -> bool:
        """Tell whether a source gives the actor a name, and not its number alone."""
        return not nameless(self.label(actor))

    def whole(self, actor: str) -> bool:
        """Tell whether an academic actor is a whole institution, or a name without a number: no laboratory one can go to."""
        return actor in self.units or self.kind.get(actor) in ("higher-education", "public-research")

    def public(self, actor: str) -> bool:
        """Tell whether a name is that of a research or public body, or of what an institution set up, and not of a firm."""
        name = plain(self.label(actor))
        return bool(_PUBLIC.match(f"{name} ")) or name.split(" ")[0] in self._acronyms

    @cached_property
    def _acronyms(self) -> set[str]:
        """The acronyms of institutions and research organisations of France, of four letters or more."""
        kinds = ("higher-education", "research-organization")
        rows = self._shorts.iter_rows()
        short = {
            plain(word) for actor, word in rows if self.kind.get(actor) in kinds and not self.abroad(actor)
        }
        return {word for word in short if len(word) > 3 and " " not in word}

    def abroad(self, actor: str) -> bool:
        """Tell whether a source says that the actor is in another country than France."""
        return self.country.get(actor, "FR") != "FR"

    def coded(self, name: str) -> bool:
        """Tell whether a text is the code, path or IRI of an actor, rather than a name."""
        text = name.strip().removeprefix(ID)
        return text in self.kind or f"organization/{text}" in self.kind

    def find(self, name: str) -> str:
        """Find an actor by its code, path, IRI, exact name or acronym; raises UnknownName with the nearest names."""
        text = name.strip().removeprefix(ID)
        for path in (text, f"organization/{text}"):
            if (body := self._body.get(path, path)) in self.kind:
                return body
        if actors := self._by_name.get(plain(text)):
            return actors[0]
        raise UnknownName("actor", name, self.nearest(text))

    def nearest(self, name: str, count: int = 3) -> list[tuple[str, str]]:
        """List the nearest names (label, IRI) of a name: those that hold its words, then those that look like it."""
        text = plain(name.rsplit("/", 1)[-1])
        near = self._near_codes(text, count) or self._near_names(text, count)
        return [(self.label(actor), ID + actor) for actor in near]

    def _near_names(self, text: str, count: int) -> list[str]:
        words = [word for word in text.split() if len(word) > 2]
        keys = [key for key in self._askable if words and all(word in key for word in words)]
        keys = sorted(keys, key=len)[:count]
        if len(keys) < count and text:
            same = [
                key
                for key in self._askable
                if key[:1] == text[:1] and abs(len(key) - len(text)) <= len(text) // 2
            ]
            keys += get_close_matches(text, same, n=count - len(keys), cutoff=0.6)
        return list(dict.fromkeys(self._by_name[key][0] for key in keys))

    def _near_codes(self, text: str, count: int) -> list[str]:
        """List those who can be asked about whose codes look like a text that has digits."""
        if not any(sign.isdigit() for sign in text):
            return []
        ends = {
            actor.rsplit("/", 1)[-1].casefold(): actor for actor in self.kind if self._can_be_asked(actor)
        }
        codes = [code for code in ends if code[:3] == text[:3]]
        return [ends[code] for code in get_close_matches(text, codes, n=count, cutoff=0.8)]

    def _can_be_asked(self, actor: str) -> bool:
        return self.kind[actor] in (*ACADEMIC, COMPANY)

    @cached_property
    def _askable(self) -> list[str]:
        """The plain names of those who can be asked about."""
        return [key for key, actors in self._by_name.items() if self._can_be_asked(actors[0])]

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        """Actors by plain name and acronym: those of an official list first."""
        by_name: dict[str, list[str]] = {}
        order = {
            kind: place
            for place, kind in enumerate(("higher-education", "research-unit", "research-organization"))
        }
        ranked = sorted(self.kind, key=lambda actor: ("anr-" in actor, order.get(self.kind[actor], 9), actor))
        for actor in ranked:
            by_name.setdefault(plain(self.label(actor)), []).append(actor)
        shorts: dict[str, list[str]] = {}
        for actor, short in self._shorts.iter_rows():
            shorts.setdefault(actor, []).append(short)
        for actor in ranked:
            for short in shorts.get(actor, ()):
                by_name.setdefault(plain(short), []).append(actor)
        return by_name


def plain(name: str) -> str:
    """Write a name in small letters without accents or signs.

    >>> plain("Université Grenoble-Alpes")
    'universite grenoble alpes'
    """
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return " ".join(_WORD.findall(bare))


def alias(name: str) -> str:
    """Write the name of a company without what tells nothing: two descriptions with one alias may be one company.

    >>> alias("Thales Communications & Security SAS") == alias("THALES COMMUNICATIONS AND SECURITY")
    True
    """
    kept = [word for word in plain(name).split() if word not in _FORMS]
    return " ".join(kept) or plain(name)


def nameless(label: str) -> bool:
    """Tell whether what stands for the name of an actor is its number alone, as where a source gives no name.

    >>> nameless("Organisation PIC 999974553"), nameless("Institut polytechnique de Grenoble")
    (True, False)
    """
    return bool(_NAMELESS.match(label))
