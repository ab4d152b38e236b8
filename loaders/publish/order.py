"""The order of sources: each comes after those it takes facts from, and is outdated when one of them is loaded again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

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
            raise SourceError(f"Les sources {', '.join(rest)} s'appuient les unes sur les autres en boucle.")
        for source in ready:
            ordered.append(rest.pop(source.name))
    return ordered


def outdated(name: str, versions: Mapping[str, Version]) -> list[str]:
    """Say in French which sources were read with the former version of one: what they took from it may be no more."""
    if name not in versions:
        return []
    loaded, sources = versions[name].record.started, all_sources()
    older = [
        f"« {other} »"
        for other, version in versions.items()
        if (source := sources.get(version.record.source))
        and name in (*source.requires, *source.uses)
        and version.record.ended < loaded
    ]
    read, again = ("ont été lues", "rechargez-les") if len(older) > 1 else ("a été lue", "rechargez-la")
    facts = "dont elles reprennent" if len(older) > 1 else "dont elle reprend"
    told = f"{', '.join(older)} {read} avant cette version de « {name} », {facts} des faits : {again}."
    return [told] if older else []
