"""What each source of ties is called."""

from __future__ import annotations

from collections.abc import Mapping

from ...words import N_, Named
from ..findings.model import Words

NAMES: Mapping[str | None, Words] = {
    None: N_("toutes"),
    "source/mesr-ilab": Named("i-Lab"),
    "source/anr-aapg": Named("ANR AAPG"),
    "source/anr-pia": Named("ANR PIA"),
    "source/cordis": Named("CORDIS"),
    "source/cordis-h2020": Named("H2020"),
    "source/europe-feder": Named("FEDER", "ERDF"),
    "source/mesr-inov": Named("i-Nov"),
    "source/mesr-iphd": Named("i-PhD"),
    "source/illustrative": N_("exemples illustratifs"),
}


def source_name(source: str | None) -> Words:
    """Name a source of ties: the end of its path where it has no other name."""
    return NAMES.get(source) or Named(str(source).rsplit("/", 1)[-1])
