"""Names of territories and filières that the graph does not have, or has several times."""

from __future__ import annotations

from collections.abc import Sequence

from ...words import N_


class UnknownName(LookupError):  # noqa: N818
    """The graph has no such territory or filière; keeps the `kind`, the `name` and the `nearest` (label, IRI)."""

    def __init__(self, kind: str, name: str, nearest: Sequence[tuple[str, str]] = ()) -> None:
        self.kind, self.name, self.nearest = kind, name, tuple(nearest)
        near = ", ".join(f"{label} ({iri.split('/id/')[-1]})" for label, iri in nearest)
        super().__init__(f"the graph has no {kind} “{name}”" + (f"; did you mean {near}?" if near else ""))


class SharedName(UnknownName):
    """Several territories of a level have a name; `nearest` are all of them."""

    def __init__(self, name: str, things: Sequence[tuple[str, str]]) -> None:
        super().__init__("territory", name, things)
        codes = ", ".join(iri.split("/id/territory/")[-1] for _, iri in things)
        self.words = N_(
            "plusieurs territoires s’appellent « {name} » ; donnez un code : {codes}.", name=name, codes=codes
        )
        self.args = (self.words["en"],)
