"""What a part of the site needs that is not in every installation."""

from collections.abc import Collection
from functools import cache
from importlib.util import find_spec

from ...loaders.packages import PackageMissing, optional_package

DEVICES = (
    "sqlalchemy",
    "alembic",
    "argon2",
    "authlib",
    "cryptography",
    "joserfc",
    "python_multipart",
    "webauthn",
)
"""Packages of the extra `devices`, as they are imported."""


@cache
def has_devices() -> bool:
    """Tell whether the devices have their packages.

    >>> has_devices()
    True
    """
    return all(find_spec(package) for package in DEVICES)


def check_device_packages() -> None:
    """Refuse the devices where a package of theirs is not installed; raises PackageMissing.

    >>> check_device_packages()
    """
    for package in DEVICES:
        if find_spec(package) is None:
            raise PackageMissing(package, "'ancrage[devices]'")


def check_dossier_packages(formats: Collection[str]) -> None:
    """Refuse the formats of a dossier (`pdf`, `docx`) whose package is not installed; raises PackageMissing.

    >>> check_dossier_packages(("html", "csv"))
    """
    for format, package in (("pdf", "typst"), ("docx", "docx")):
        if format in formats:
            optional_package(package, "'ancrage[dossiers]'")
