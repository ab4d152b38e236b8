"""The order of sources: each comes after those it takes facts from, and is outdated when one of them is loaded again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ...words import N_, NN_, Listed, Spoken
from ..sources.declaration import SourceError
from ..sources.description import Source, all_sources
from .staging import Version


def in_order(sources: Iterable[Source]) -> list[Source]:
    """Return sources so that each comes after those it requires or uses; ties keep the order of names."""
    rest = {source.name: source for source in sorted(sources, key=lambda source: source.name)}
    ordered: list[Source] = []
    while rest:
        ready = [source for source in rest.values() if not ({*source.requires, *source.uses} & rest.keys())]
        if not ready:
            raise SourceError(
                N_("Les sources {names} s'appuient les unes sur les autres en boucle.", names=", ".join(rest))
            )
        for source in ready:
            ordered.append(rest.pop(source.name))
    return ordered


def outdated_sources(name: str, versions: Mapping[str, Version]) -> list[Spoken]:
    """Say which sources were read with the former version of one: what they took from it may be no more."""
    if name not in versions:
        return []
    loaded, sources = versions[name].record.started, all_sources()
    older = [
        N_("« {name} »", name=other)
        for other, version in versions.items()
        if (source := sources.get(version.record.source))
        and name in (*source.requires, *source.uses)
        and version.record.ended < loaded
    ]
    told = NN_(
        "{names} a été lue avant cette version de « {name} », dont elle reprend des faits : rechargez-la.",
        "{names} ont été lues avant cette version de « {name} », dont elles reprennent des faits : rechargez-les.",
        len(older),
        names=Listed(older),
        name=name,
    )
    return [told] if older else []
