"""Write docs/reference/licences.md: what an installation brings, and under what licence. Usage: python tools/licences.py.

It is read from the metadata of the packages that are installed beside; `just sbom` writes the same for machines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "licences.md"
EXTRAS = ("", "devices", "dossiers", "load", "all", "postgresql")
#: Beginnings of the licences that permit use in any program, or ask for the source of the package itself alone.
PERMITTED = (
    *("MIT", "BSD", "0BSD", "ISC", "Apache", "PSF", "Zlib", "CC0", "W3C"),
    *("MPL", "Mozilla", "LGPL", "GNU Lesser", "GNU Library"),
)
HEAD = """# Licences

Écrit par `python tools/licences.py` d'après ce que disent d'eux-mêmes les paquets installés ce jour-là, sous Linux. `ancrage`
est sous Apache-2.0. Un test refuse dans la base une licence qui n'est ni permissive, ni MPL ou LGPL. Pour une machine :
`just sbom` écrit la même liste en CycloneDX. `[spark]`, qui se prend seul, n'y est pas : pyspark est sous Apache-2.0, sqlglot
sous MIT.

| paquet | version vue | demandé | licence | vient avec |
| --- | --- | --- | --- | --- |
"""


@dataclass(frozen=True)
class Dependency:
    """A package that an installation brings: who asks for it (empty: `ancrage`), within what bound, by what extra."""

    name: str
    asked_by: str
    bound: str
    extra: str

    @property
    def licence(self) -> str:
        """Its licence: the SPDX expression, else the classifiers, else what one line says; empty where nothing is said."""
        told = distribution(self.name).metadata
        classified = [
            one
            for one in told.get_all("Classifier", ())
            if one.startswith("License :: ") and one.count("::") > 1
        ]
        texts = [
            told.get("License-Expression"),
            " / ".join(one.rpartition(" :: ")[2] for one in classified),
            told.get("License"),
        ]
        return next((text for text in texts if text and "\n" not in text), "")


def permitted(licence: str) -> bool:
    """Tell whether each part of a licence is in the list; nothing said is not."""
    return all(part.startswith(PERMITTED) for part in re.split(r" (?:AND|OR|/) ", licence))


def dependencies(extras: tuple[str, ...] = EXTRAS) -> dict[str, Dependency]:
    """List what `ancrage` brings here, by name: what it asks for itself first, then what those ask for.

    Raises PackageNotFoundError where an extra is not installed.
    """
    found: dict[str, Dependency] = {}
    for extra in extras:
        asking: list[tuple[Distribution, frozenset[str], str]] = [
            (distribution("ancrage"), frozenset({extra}), "")
        ]
        for asked, chosen, name in asking:  # grows as it goes
            for one in _required(asked, chosen):
                key = canonicalize_name(one.name)
                if key not in found and key != "ancrage":
                    found[key] = Dependency(key, name, str(one.specifier), extra)
                    asking.append((distribution(key), frozenset(one.extras), key))
                elif key == "ancrage":
                    asking.append((distribution(key), frozenset(one.extras), ""))
    return found


def _required(asked: Distribution, extras: frozenset[str]) -> Iterator[Requirement]:
    for text in asked.requires or ():
        one = Requirement(text)
        if one.marker is None or any(one.marker.evaluate({"extra": extra}) for extra in extras | {""}):
            yield one


def page() -> str:
    """Return the page."""
    rows = (
        f"| [{one.name}](https://pypi.org/project/{one.name}/) | {distribution(one.name).version} "
        f"| {f'`{one.bound}`' if one.bound and not one.asked_by else f'par {one.asked_by}'} "
        f"| {one.licence} | {f'`[{one.extra}]`' if one.extra else 'la base'} |\n"
        for one in sorted(dependencies().values(), key=lambda one: (EXTRAS.index(one.extra), one.name))
    )
    return HEAD + "".join(rows)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
