"""What the files of a dossier are called, in its language: the words of a table's identifier, one by one."""

from __future__ import annotations

from collections.abc import Mapping

from ...words import N_, Message
from ..web.negotiation import Language

_NAMES = (
    N_("absences"), N_("absentes"), N_("acces"), N_("acteurs"), N_("agenda"), N_("annee"), N_("annexe"), N_("carte"),
    N_("chiffres"), N_("cles"), N_("composition"), N_("contacts"), N_("couples"), N_("demandes"), N_("domaines"),
    N_("donnees"), N_("emplois"), N_("etablissements"), N_("evolutions"), N_("familles"), N_("filieres"),
    N_("formations"), N_("interactions"), N_("lacunes"), N_("manques"), N_("methodes"), N_("pairs"),
    N_("partenaires"), N_("preuves"), N_("recrutements"), N_("relais"), N_("rencontre"), N_("ruralite"),
    N_("sources"), N_("strategies"), N_("suggestions"), N_("synergies"), N_("territoires"), N_("unites"),
)  # fmt: skip
_WORDS: Mapping[str, Message] = {str(one): one for one in _NAMES}


def file_stem(id: str, language: Language) -> str:
    """Name the file of a table, without its suffix; a word that is not known stays.

    >>> file_stem("formations-etablissements", "en"), file_stem("chiffres-population", "fr")
    ('programmes-institutions', 'chiffres-population')
    """
    return "-".join(_WORDS[word][language] if word in _WORDS else word for word in id.split("-"))
