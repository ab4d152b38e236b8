"""Licences by their usual names, and those of the graphs that an answer is read from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ...graph.snapshots.provenance import LICENCES, licence_iri
from ...graph.snapshots.snapshot import BASE_ROLES
from ...words import N_, Spoken, gettext
from .publication import Publication

LICENCE_NAMES: Mapping[str, Spoken] = {"etalab-2.0": N_("Licence Ouverte 2.0")}
"""What a licence of `graph.provenance` is called where that is not its short name with blanks."""
_SHORT_NAMES = {iri: name for name, iri in LICENCES.items()}


def licence_name(iri: str, language: str = "fr") -> str:
    """Give the usual name of a licence told by its IRI or its short name; one that is not known stays as it is.

    >>> licence_name("https://spdx.org/licenses/ODbL-1.0"), licence_name("etalab-2.0"), licence_name("")
    ('ODbL 1.0', 'Licence Ouverte 2.0', 'non précisée')
    """
    if not iri:
        return gettext("non précisée", language)
    name = _SHORT_NAMES.get(licence_iri(iri))
    if name is None:
        return iri
    return LICENCE_NAMES[name][language] if name in LICENCE_NAMES else name.replace("-", " ")


def licences(publication: Publication, language: str, graphs: Iterable[str] | None = None) -> list[str]:
    """Name the licences of the graphs read (those of a base unless told), as `licence (graph, graph)`, in a language."""
    read = set(graphs) if graphs is not None else None
    by_licence: dict[str, list[str]] = {}
    for iri, described in sorted(publication.graphs.items()):
        if iri in read if read is not None else described.get("role", "base") in BASE_ROLES:
            licence = str(described.get("licence") or "")
            if licence:
                by_licence.setdefault(licence_name(licence, language), []).append(
                    iri.rsplit("/graph/", 1)[-1]
                )
    return [f"{licence} ({', '.join(names)})" for licence, names in by_licence.items()]
