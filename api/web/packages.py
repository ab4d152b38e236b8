"""What files of a dossier need that is not in every installation."""

from collections.abc import Collection

from ...loaders.packages import optional_package


def check_dossier_packages(formats: Collection[str]) -> None:
    """Refuse the formats of a dossier (`pdf`, `docx`) whose package is not installed; raises PackageMissing.

    >>> check_dossier_packages(("html", "csv"))
    """
    for format, package in (("pdf", "typst"), ("docx", "docx")):
        if format in formats:
            optional_package(package, "'ancrage[dossiers]'")
