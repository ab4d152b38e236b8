"""Filières: each edited as one small TOML file (title, links with their NAF codes, rules), read, checked and given as quads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic.dataclasses import dataclass as model

from ...graph.declarations import (
    STRICT,
    DeclarationError,
    DeclarationFile,
    Flag,
    Name,
    Text,
    Words,
    is_a,
    one_of,
    wrong,
)
from ...graph.extensions import extension_folder, package_folders
from ...words import N_
from ..inference.membership import FUNCTIONS, SUBJECTS, Rule
from ..inference.rules import Labels
from .decisions import STAGES, MemberTable, RefusalTable

__all__ = [
    "SHIPPED",
    "STAGES",
    "Filiere",
    "FiliereFile",
    "Link",
    "Share",
    "filiere_folders",
    "read_filiere",
    "read_filieres",
]

#: The filières that the package ships, one file each.
SHIPPED = Path(__file__).parent

#: Name of the folder of a data directory whose files add filières, or replace those of the package.
FILIERES = "filieres"

#: Keys of a link that hold codes, and how the sub-classes of that revision of the NAF are written.
#: Whether a code of the NAF rév. 2 exists is looked up later, with the nearest; the NAF 2025 may not be loaded whole.
REVISIONS = {"naf2": re.compile(r"\d{2}\.\d{2}[A-Z]"), "naf2025": re.compile(r"\d{2}\.\d{2}[G-LY]")}
REVISION_NAMES = {"naf2": "NAF rév. 2", "naf2025": "NAF 2025"}


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
    """An activity of the filière: its code, the revision of the NAF (a key of `REVISIONS`), its stage, its line in the file.

    Of one that is `wide` only a part is of the filière: its establishments are counted, and its code alone names no member.
    """

    code: str
    revision: str
    stage: str
    share: Share | None = None
    line: int = 0
    wide: bool = False


@dataclass(frozen=True)
class Filiere:
    """A filière as its file says it: texts by language, links, rules in order of precedence (members and refusals first)."""

    id: str
    path: Path
    title: Mapping[str, str]
    definition: Mapping[str, str]
    links: tuple[Link, ...]
    rules: tuple[Rule, ...]


def _share(value: float) -> float:
    if not 0 <= value <= 1:
        written = f"{value:g}"
        raise wrong(N_("la part « {value} » n'est pas un nombre entre 0 et 1", value=written))
    return value


def _table(value: Any) -> Any:
    return value if isinstance(value, dict) else {"code": value}


_Share = Annotated[float, Field(strict=True), is_a(N_("un nombre entre 0 et 1")), AfterValidator(_share)]


@model(frozen=True, kw_only=True, config=STRICT)
class CodeTable:
    """A code in the file of a filière: alone, or in a table with its share, or saying that it is wide."""

    code: Text
    share: _Share | None = None
    source: Text | None = None
    illustrative: Flag = False
    wide: Flag = False


_Code = Annotated[CodeTable, BeforeValidator(_table, json_schema_input_type=str | CodeTable)]
_Codes = Annotated[tuple[_Code, ...], is_a(N_("une liste de codes"))]


@model(frozen=True, kw_only=True, config=STRICT)
class LinkTable:
    """One `[[links]]` of the file of a filière: the activities of a stage."""

    stage: one_of(*STAGES)  # type: ignore[valid-type]
    naf2: _Codes = ()
    naf2025: _Codes = ()


@model(frozen=True, kw_only=True, config=STRICT)
class RuleTable:
    """One `[[rules]]` of the file of a filière: who takes part in it, by words or by the codes of the links."""

    id: Name
    subject: one_of(*SUBJECTS)  # type: ignore[valid-type]
    function: one_of(*FUNCTIONS)  # type: ignore[valid-type]
    stage: one_of(*STAGES) | None = None  # type: ignore[valid-type]
    words: Labels = ()
    exclusions: Annotated[Labels, Field(alias="not")] = ()
    codes: Flag = False


@model(frozen=True, kw_only=True, config=STRICT)
class FiliereFile:
    """What the file of a filière says."""

    title: Words
    definition: Words
    links: tuple[LinkTable, ...] = ()
    members: tuple[MemberTable, ...] = ()
    refusals: tuple[RefusalTable, ...] = ()
    rules: tuple[RuleTable, ...] = field(default=())


def filiere_folders(data_dir: Path) -> tuple[Path, ...]:
    """List the folders of a data directory that declare filières beside those of the package, the later ones winning.

    >>> [folder.parent.name for folder in filiere_folders(Path("data"))]
    ['data', 'extensions']
    """
    return (*package_folders(FILIERES), data_dir / FILIERES, extension_folder(data_dir, FILIERES))


def read_filieres(*folders: Path) -> tuple[list[Filiere], list[DeclarationError]]:
    """Read the files `<id>.toml` of folders; a filière of a later folder takes the place of an earlier one.

    A broken file is told beside, and what an earlier folder says of that filière then stays.

    >>> filieres, broken = read_filieres(SHIPPED)
    >>> "timber-construction" in [filiere.id for filiere in filieres], broken
    (True, [])
    """
    found: dict[str, Filiere] = {}
    broken: list[DeclarationError] = []
    for folder in folders:
        for path in sorted(folder.glob("*.toml")):
            try:
                found[path.stem] = read_filiere(path)
            except DeclarationError as error:
                broken.append(error)
    return sorted(found.values(), key=lambda filiere: filiere.id), broken


def read_filiere(path: Path) -> Filiere:
    """Read the file of one filière, named by its identifier.

    Raises `DeclarationError` with the line and the reason.

    >>> read_filiere(SHIPPED / "organic-cosmetics.toml").title["fr"]
    'cosmétique bio'
    """
    file = DeclarationFile(path)
    name, says = file.id, file.read(FiliereFile)
    links, rules = tuple(_links(file, says)), tuple(_rules(file, says, name))
    if not links:
        raise file.refuse(N_("aucun maillon : il faut au moins un tableau [[links]] avec un code"), "links")
    return Filiere(name, path, says.title, says.definition, links, rules)


def _links(file: DeclarationFile, says: FiliereFile) -> Iterator[Link]:
    seen: set[str] = set()
    for rank, table in enumerate(says.links):
        for revision, pattern in REVISIONS.items():
            for one in getattr(table, revision):
                at = ("links", rank, revision)
                if not pattern.fullmatch(one.code):
                    meant = re.sub(r"\W", "", one.code).upper()
                    dotted = f"{meant[:2]}.{meant[2:]}"
                    reason = N_(
                        "« {code} » n'est pas un code de la {revision}, écrit comme « {form} »{near}",
                        code=one.code,
                        revision=REVISION_NAMES[revision],
                        form="16.10A" if revision == "naf2" else "16.11Y",
                        near=N_(" (le plus proche : « {code} »)", code=dotted)
                        if pattern.fullmatch(dotted)
                        else "",
                    )
                    raise file.refuse(reason, *at, value=one.code)
                if one.code in seen:
                    reason = N_("le code « {code} » est donné deux fois", code=one.code)
                    raise file.refuse(reason, *at, value=one.code)
                seen.add(one.code)
                if one.share is not None and bool(one.source) == one.illustrative:
                    reason = N_(
                        'une part a une source (source = "…"), ou se dit illustrative (illustrative = true)'
                    )
                    raise file.refuse(reason, *at, value=one.code)
                share = None if one.share is None else Share(str(Decimal(str(one.share))), one.source or "")
                line = file.line(at, one.code) or 0
                yield Link(one.code, revision, table.stage, share, line, one.wide)


def _rules(file: DeclarationFile, says: FiliereFile, chain: str) -> Iterator[Rule]:
    seen: set[str] = set()
    tables: list[tuple[str, int, RefusalTable | RuleTable]] = [
        *(("members", rank, one) for rank, one in enumerate(says.members)),
        *(("refusals", rank, one) for rank, one in enumerate(says.refusals)),
        *(("rules", rank, one) for rank, one in enumerate(says.rules)),
    ]
    for kind, rank, one in tables:
        if one.id in seen:
            reason = N_("l'identifiant « {name} » est pris par une autre règle", name=one.id)
            raise file.refuse(reason, kind, rank, "id")
        if isinstance(one, RuleTable) and not one.words and not one.codes:
            reason = N_("la règle « {name} » n'a ni mots ni codes : elle ne désigne personne", name=one.id)
            raise file.refuse(reason, kind, rank)
        seen.add(one.id)
        yield Rule(chain=chain, refused=kind == "refusals", **vars(one))
    _contradiction(file, says)


def _contradiction(file: DeclarationFile, says: FiliereFile) -> None:
    """Refuse a file where somebody is both a member and refused. Raises `DeclarationError`."""
    accepted = {identifier for table in says.members for identifier in table.identifiers}
    for rank, table in enumerate(says.refusals):
        for identifier in table.identifiers:
            if identifier in accepted:
                reason = N_("« {value} » est à la fois membre et refusé", value=identifier)
                raise file.refuse(reason, "refusals", rank, "identifiers", value=identifier)
