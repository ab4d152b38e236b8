"""Packages that only a part of what ancrage does needs: read when that part is asked for, told where they are not installed."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from ..words import N_, AncrageError, Spoken


class PackageMissing(AncrageError, ImportError):  # noqa: N818
    """A package that is only needed for one thing is not installed; keeps its name, `package`, and what to `install`.

    >>> str(PackageMissing("pyarrow"))
    'pyarrow is needed for this and is not installed: pip install pyarrow'
    """

    code = "package-missing"

    def __init__(self, package: str, install: str = "") -> None:
        self.package, self.install = package, install or package
        super().__init__(f"{package} is needed for this and is not installed: pip install {self.install}")

    @property
    def message(self) -> Spoken:
        """What is said."""
        return N_(
            "il faut pour cela {package}, qui n'est pas installé : pip install {install}",
            package=self.package,
            install=self.install,
        )


def optional_package(name: str, install: str = "") -> Any:
    """Import a package; raises PackageMissing, which says what to `install` (the package itself unless told otherwise).

    >>> optional_package("json").loads("[1]")
    [1]
    """
    try:
        return import_module(name)
    except ImportError:
        raise PackageMissing(name, install) from None


class LaterPackage:
    """A package in the place of its import: imported when something of it is asked for, which raises PackageMissing.

    >>> LaterPackage("json").loads("[1]")
    [1]
    """

    def __init__(self, name: str, install: str = "") -> None:
        self._name, self._install = name, install

    def __getattr__(self, name: str) -> Any:
        return getattr(optional_package(self._name, self._install), name)
