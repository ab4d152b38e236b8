"""What the system refuses, as the command line says it."""

from __future__ import annotations

import errno
import re
import socket
from collections.abc import Mapping
from pathlib import Path

from ...words import N_, Spoken

#: What the system refuses, by its number.
_SYSTEM: Mapping[int, Spoken] = {
    errno.EACCES: N_("accès refusé"),
    errno.EPERM: N_("accès refusé"),
    errno.EROFS: N_("le disque est en lecture seule"),
    errno.ENOSPC: N_("il n'y a plus de place sur le disque"),
    errno.EDQUOT: N_("le quota du disque est atteint"),
    errno.EEXIST: N_("ce nom est déjà pris par un fichier"),
    errno.ENOTDIR: N_("ce n'est pas un dossier"),
    errno.EISDIR: N_("c'est un dossier"),
    errno.ENOTEMPTY: N_("le dossier n'est pas vide"),
    errno.ENAMETOOLONG: N_("le nom est trop long"),
    errno.ELOOP: N_("des liens tournent en rond"),
    errno.EMFILE: N_("trop de fichiers sont ouverts"),
    errno.ENFILE: N_("trop de fichiers sont ouverts"),
    errno.EIO: N_("le disque ne répond pas (erreur d'entrée-sortie)"),
    errno.ENOMEM: N_("il n'y a plus de mémoire"),
    errno.EADDRNOTAVAIL: N_("cette machine n'a pas cette adresse"),
    errno.EAFNOSUPPORT: N_("cette machine n'a pas ce genre d'adresse"),
    errno.ETXTBSY: N_("le fichier est en cours d'exécution"),
}


def system_error(error: OSError) -> Spoken | None:
    """Say what the system refused, and of which file; None where the system said nothing.

    >>> system_error(OSError(errno.EROFS, "Read-only file system", "/srv/lock"))["fr"]
    'le disque est en lecture seule : /srv/lock'
    >>> system_error(FileNotFoundError(2, "No such file", "x.csv"))["en"]
    'file not found: x.csv'
    """
    number = error_number(error)
    if number is None:
        return None
    file = error.filename
    if isinstance(error, socket.gaierror):
        words: Spoken = N_("cette adresse n'est celle d'aucune machine connue")
    elif number == errno.ENOENT:
        folder = Path(file).parent if isinstance(file, str) else None
        if folder is not None and not folder.exists():
            words, file = N_("dossier introuvable"), folder
        else:
            words = N_("fichier introuvable")
    else:
        refused = N_("le système refuse ({reason})", reason=errno.errorcode.get(number, number))
        words = _SYSTEM.get(number, refused)
    return words if file is None else N_("{reason} : {file}", reason=words, file=str(file))


def error_number(error: OSError) -> int | None:
    """Give the number of an error of the system, also where a library tells it only in its message.

    >>> error_number(OSError("Read-only file system (os error 30)")) == errno.EROFS
    True
    """
    if error.errno is not None:
        return error.errno
    found = re.search(r"\(os error (\d+)\)", str(error))
    return int(found[1]) if found else None
