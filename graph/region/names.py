"""Names of territories and filières that the graph does not have, or has several times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...ontology.vocabulary import ID
from ...words import N_, AncrageError, Listed, Message, Named, Spoken

_NONE: Mapping[str, Message] = {
    "territory": N_("aucun territoire"),
    "filière": N_("aucune filière"),
    "chain": N_("aucune filière"),
    "territory or filière": N_("aucun territoire ni aucune filière"),
    "commune": N_("aucune commune"),
    "branch": N_("aucune antenne"),
    "relay": N_("aucune structure relais"),
    "programme": N_("aucune formation"),
    "platform": N_("aucune plateforme"),
    "actor": N_("aucun acteur"),
    "request": N_("aucune demande"),
    "actor, territory or request": N_("aucun acteur, territoire ni demande"),
    "commune or branch": N_("aucune commune ni antenne"),
    "scenario": N_("aucun scénario"),
    "epci": N_("aucun EPCI"),
    "indicator": N_("aucun indicateur"),
    "level": N_("aucun niveau de cet indicateur"),
    "period": N_("aucune période de cet indicateur"),
    "group": N_("aucun groupe de cet indicateur"),
    "kind of flow": N_("aucun flux"),
    "network": N_("aucun réseau"),
    "level of network": N_("aucun niveau de réseau"),
    "level of this network": N_("aucun niveau de ce réseau, qui n’en a pas,"),
    "kind of ties": N_("aucune sorte de liens de ce réseau"),
}
"""Nothing of each kind of names."""


class UnknownName(AncrageError, LookupError):  # noqa: N818
    """The graph has no such territory or filière; keeps the `kind`, the `name` and the `nearest` (label, IRI).

    >>> UnknownName("territory", "grenobl", [("Grenoble", "/id/territory/commune/38185")]).told("fr")
    'aucun territoire ne s’appelle « grenobl » ; vouliez-vous dire Grenoble (territory/commune/38185) ?'
    """

    code = "unknown-name"

    def __init__(self, kind: str, name: str, nearest: Sequence[tuple[str | Spoken, str]] = ()) -> None:
        self.kind, self.name = kind, name
        self.nearest = tuple((str(label), iri) for label, iri in nearest)
        self._offers = [_offer(*one) for one in nearest]
        near = ", ".join(one["en"] for one in self._offers)
        super().__init__(f"the graph has no {kind} “{name}”" + (f"; did you mean {near}?" if near else ""))

    @property
    def message(self) -> Spoken:
        """What is said, with the nearest names."""
        if not self.nearest:
            return self.brief
        return N_(
            "{none} ne s’appelle « {name} » ; vouliez-vous dire {near} ?",
            none=self._none,
            name=self.name,
            near=Listed(self._offers, "or"),
        )

    @property
    def brief(self) -> Spoken:
        """What is said where the nearest names are shown beside."""
        return N_("{none} ne s’appelle « {name} ».", none=self._none, name=self.name)

    @property
    def _none(self) -> Message:
        return _NONE.get(self.kind, N_("rien"))


class SharedName(UnknownName):
    """Several territories of one level, or programmes, have a name; `nearest` are all of them, programmes by who offers them."""

    code = "shared-name"

    def __init__(self, name: str, things: Sequence[tuple[str, str]], kind: str = "territory") -> None:
        super().__init__(kind, name, things)
        self.args = (self.told("en"),)

    @property
    def message(self) -> Spoken:
        """What is said, with the code of each."""
        if self.kind == "programme":
            offered = ", ".join(f"{iri.removeprefix(ID)} ({label})" for label, iri in self.nearest)
            return N_(
                "plusieurs formations s’appellent « {name} » ; donnez un code : {codes}.",
                name=self.name,
                codes=offered,
            )
        codes = ", ".join(iri.split("/id/territory/")[-1] for _, iri in self.nearest)
        return N_(
            "plusieurs territoires s’appellent « {name} » ; donnez un code : {codes}.",
            name=self.name,
            codes=codes,
        )


def _offer(label: str | Spoken, iri: str) -> Spoken:
    """Write a name that may be meant with its code, where that is another."""
    code = iri.rsplit("/id/", 1)[-1]
    name = Named(label) if isinstance(label, str) else label
    return name if code == name["fr"] else N_("{name} ({code})", name=name, code=code)
