"""Filières: each edited as one small TOML file (title, links with their NAF codes, rules), read, checked and given as quads."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from .linkage import normalise
from .membership import FUNCTIONS, SUBJECTS, Rule

__all__ = [
    "FILIERES",
    "SHIPPED",
    "STAGES",
    "Filiere",
    "FiliereError",
    "Link",
    "Share",
    "read_filiere",
    "read_filieres",
]

#: The filières that the package ships, one file each.
SHIPPED = Path(__file__).with_name("filieres")

#: Name of the folder of a data directory whose files add filières, or replace those of the package.
FILIERES = "filieres"

#: The stages of a filière, from the resource to the end use (the scheme `chain-stages.ttl`, in its order).
STAGES = (
    "resource", "design", "equipment", "first-processing", "second-processing", "implementation", "trade",
    "recovery", "support",
)  # fmt: skip

#: Keys of a link that hold codes, and how the sub-classes of that revision of the NAF are written.
#: Whether a code of the NAF rév. 2 exists is looked up later, with the nearest; the NAF 2025 may not be loaded whole.
REVISIONS = {"naf2": re.compile(r"\d{2}\.\d{2}[A-Z]"), "naf2025": re.compile(r"\d{2}\.\d{2}[G-LY]")}
REVISION_NAMES = {"naf2": "NAF rév. 2", "naf2025": "NAF 2025"}

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_RULE_KEYS = {"id", "subject", "function", "stage", "words", "not", "codes"}


class FiliereError(ValueError):
    """A file of a filière cannot be used; keeps `path`, `line` (0: the whole file) and `reason`."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        self.path, self.line, self.reason = path, line, reason
        where = f", ligne {line}" if line else ""
        super().__init__(f"{path.name}{where} : {reason}.")


@dataclass(frozen=True)
class Share:
    """The share of an activity that belongs to the filière (0 to 1, as written), and its source or that it illustrates."""

    value: str
    source: str = ""

    @property
    def illustrative(self) -> bool:
        """Tell whether no source gives the share: it then stays out of the base graphs."""
        return not self.source


@dataclass(frozen=True)
class Link:
    """An activity of the filière: its code, the revision of the NAF (a key of `REVISIONS`), its stage, its line in the file."""

    code: str
    revision: str
    stage: str
    share: Share | None = None
    line: int = 0


@dataclass(frozen=True)
class Filiere:
    """A filière as its file says it: texts by language, links, rules in order of precedence."""

    id: str
    path: Path
    title: Mapping[str, str]
    definition: Mapping[str, str]
    links: tuple[Link, ...]
    rules: tuple[Rule, ...]


def read_filieres(*folders: Path) -> tuple[list[Filiere], list[FiliereError]]:
    """Read the files `<id>.toml` of folders; a filière of a later folder takes the place of an earlier one.

    A broken file is told beside, and what an earlier folder says of that filière then stays.

    >>> filieres, broken = read_filieres(SHIPPED)
    >>> "timber-construction" in [filiere.id for filiere in filieres], broken
    (True, [])
    """
    found: dict[str, Filiere] = {}
    broken: list[FiliereError] = []
    for folder in folders:
        for path in sorted(folder.glob("*.toml")):
            try:
                found[path.stem] = read_filiere(path)
            except FiliereError as error:
                broken.append(error)
    return sorted(found.values(), key=lambda filiere: filiere.id), broken


def read_filiere(path: Path) -> Filiere:
    """Read the file of one filière, named by its identifier.

    Raises `FiliereError` with the line and a reason in French.

    >>> read_filiere(SHIPPED / "organic-cosmetics.toml").title["fr"]
    'cosmétique bio'
    """
    try:
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        end = text.rstrip().count("\n") + 1
        raise FiliereError(
            path, int(line[1]) if line else end, "le TOML est mal écrit à cet endroit"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise FiliereError(path, 0, "le fichier est illisible, ou n'est pas en UTF-8") from error
    return _Reading(path, text).filiere(data)


class _Reading:
    """The reading of one file, which finds the lines of what is wrong in its text."""

    def __init__(self, path: Path, text: str) -> None:
        self.path, self.lines = path, text.splitlines()

    def filiere(self, data: Mapping[str, Any]) -> Filiere:
        if not _NAME.fullmatch(self.path.stem):
            raise self.error(
                0, "le nom du fichier, identifiant de la filière, s'écrit en minuscules, chiffres et tirets"
            )
        self.keys(data, {"title", "definition", "links", "rules"}, 0, 0)
        links = tuple(self.links(self.tables(data, "links")))
        if not links:
            raise self.error(1, "aucun maillon : il faut au moins un tableau [[links]] avec un code")
        return Filiere(
            id=self.path.stem,
            path=self.path,
            title=self.texts(data, "title"),
            definition=self.texts(data, "definition"),
            links=links,
            rules=tuple(self.rules(self.tables(data, "rules"))),
        )

    def texts(self, data: Mapping[str, Any], key: str) -> dict[str, str]:
        value = data.get(key)
        if not isinstance(value, dict) or not all(
            isinstance(value.get(language), str) and value[language].strip() for language in ("fr", "en")
        ):
            raise self.error(self.line(key), f"il faut « {key}.fr » et « {key}.en », deux textes")
        self.keys(value, {"fr", "en"}, 0, 0)
        return {language: value[language].strip() for language in ("fr", "en")}

    def tables(self, data: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
        value = data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.error(self.line(key), f"« {key} » s'écrit en tableaux [[{key}]]")
        return value

    def links(self, tables: list[dict[str, Any]]) -> Iterator[Link]:
        seen: set[str] = set()
        for rank, raw in enumerate(tables):
            start, end = self.block("links", rank)
            self.keys(raw, {"stage", *REVISIONS}, start, end)
            stage = self.choice(raw, "stage", STAGES, "étape", start, end)
            for revision, written in REVISIONS.items():
                codes = raw.get(revision, [])
                if not isinstance(codes, list):
                    raise self.error(
                        self.line(revision, start, end), f"« {revision} » est une liste de codes"
                    )
                for item in codes:
                    link = self.link(item, revision, written, stage, self.line(revision, start, end), end)
                    if link.code in seen:
                        raise self.error(link.line, f"le code « {link.code} » est donné deux fois")
                    seen.add(link.code)
                    yield link

    def link(
        self, item: object, revision: str, written: re.Pattern[str], stage: str, start: int, end: int
    ) -> Link:
        raw = item if isinstance(item, dict) else {"code": item}
        code = raw.get("code")
        line = self.line(f'"{code}"', start, end)
        if not isinstance(code, str) or not written.fullmatch(code):
            form = "16.10A" if revision == "naf2" else "16.11Y"
            name = REVISION_NAMES[revision]
            meant = re.sub(r"\W", "", str(code)).upper()
            dotted = f"{meant[:2]}.{meant[2:]}"
            hint = f" (le plus proche : « {dotted} »)" if written.fullmatch(dotted) else ""
            raise self.error(line, f"« {code} » n'est pas un code de la {name}, écrit comme « {form} »{hint}")
        self.keys(raw, {"code", "share", "source", "illustrative"}, line, line)
        return Link(code, revision, stage, self.share(raw, line), line)

    def share(self, raw: Mapping[str, Any], line: int) -> Share | None:
        value, source = raw.get("share"), raw.get("source", "")
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            raise self.error(line, f"la part « {value} » n'est pas un nombre entre 0 et 1")
        if not isinstance(source, str) or bool(source.strip()) == bool(raw.get("illustrative", False)):
            raise self.error(
                line, 'une part a une source (source = "…"), ou se dit illustrative (illustrative = true)'
            )
        return Share(str(Decimal(str(value))), source.strip())

    def rules(self, tables: list[dict[str, Any]]) -> Iterator[Rule]:
        seen: set[str] = set()
        for rank, raw in enumerate(tables):
            start, end = self.block("rules", rank)
            self.keys(raw, _RULE_KEYS, start, end)
            name = raw.get("id")
            if not isinstance(name, str) or not _NAME.fullmatch(name):
                raise self.error(
                    self.line("id", start, end),
                    "une règle a un identifiant (id), en minuscules, chiffres et tirets",
                )
            if name in seen:
                raise self.error(
                    self.line("id", start, end), f"l'identifiant « {name} » est pris par une autre règle"
                )
            seen.add(name)
            rule = Rule(
                id=name,
                chain=self.path.stem,
                subject=self.choice(raw, "subject", SUBJECTS, "sujet", start, end),
                function=self.choice(raw, "function", FUNCTIONS, "fonction", start, end),
                stage=self.choice(raw, "stage", STAGES, "étape", start, end) if "stage" in raw else None,
                words=self.words(raw, "words", start, end),
                exclusions=self.words(raw, "not", start, end),
                codes=raw.get("codes", False) is True,
            )
            if not rule.words and not rule.codes:
                raise self.error(
                    start, f"la règle « {name} » n'a ni mots ni codes : elle ne désigne personne"
                )
            yield rule

    def words(self, raw: Mapping[str, Any], key: str, start: int, end: int) -> tuple[str, ...]:
        value = raw.get(key, [])
        if not isinstance(value, list) or not all(
            isinstance(item, str) and normalise(item) for item in value
        ):
            raise self.error(
                self.line(key, start, end), f"« {key} » est une liste de mots, aucun n'étant vide"
            )
        return tuple(value)

    def choice(
        self, raw: Mapping[str, Any], key: str, known: Collection[str], name: str, start: int, end: int
    ) -> str:
        value = raw.get(key)
        if value not in known:
            said = "manque" if value is None else f"« {value} » est inconnu"
            raise self.error(self.line(key, start, end), f"{name} ({key}) {said} : {', '.join(known)}")
        return str(value)

    def keys(self, raw: Mapping[str, Any], known: set[str], start: int, end: int) -> None:
        if unknown := [key for key in raw if key not in known]:
            raise self.error(self.line(unknown[0], start, end), f"la clé « {unknown[0]} » est inconnue")

    def block(self, key: str, rank: int) -> tuple[int, int]:
        """Return the first and last lines (from 1) of the table of that rank: up to the next one."""
        starts = [
            number for number, line in enumerate(self.lines, 1) if re.match(rf"\s*\[\[\s*{key}\s*\]\]", line)
        ]
        if rank >= len(starts):
            return self.line(key), len(self.lines)
        after = (n for n, line in enumerate(self.lines, 1) if n > starts[rank] and re.match(r"\s*\[", line))
        return starts[rank], next(after, len(self.lines) + 1) - 1

    def line(self, wanted: str, start: int = 1, end: int = 0) -> int:
        """Return the line between two that has a text, or begins with a key; the first where none does."""
        test: Callable[[str], object] = (
            re.compile(rf"\s*\[*\s*{re.escape(wanted)}\s*[].=]").match
            if '"' not in wanted
            else lambda line: wanted in line
        )
        chosen = list(enumerate(self.lines, 1))[max(start, 1) - 1 : end or None]
        return next((number for number, line in chosen if test(line)), max(start, 1))

    def error(self, line: int, reason: str) -> FiliereError:
        return FiliereError(self.path, line, reason)
