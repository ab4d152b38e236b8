"""By which rule a record is linked to an organisation of the register, in words."""

from collections.abc import Mapping

from ...words import N_, Message

RULES: Mapping[str, Message] = {
    "identifier": N_("un identifiant officiel"),
    "name": N_("le même nom"),
    "name-place": N_("le même nom, au même endroit"),
    "centre": N_("le nom d’une délégation ou d’un centre"),
    "number": N_("le numéro de l’unité"),
    "acronym": N_("le sigle"),
    "segment": N_("le nom de l’unité ou de l’entreprise dans le libellé"),
    "core": N_("les mêmes mots, dans le même département"),
    "decision": N_("la décision d’une personne"),
}
"""What agreed, by the name of the rule (`loaders/register/linkage.py`)."""
