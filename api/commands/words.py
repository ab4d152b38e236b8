"""What the command line says in French of what others say in English: the parser, its help, and the system."""

from __future__ import annotations

import errno
import re
import socket
from pathlib import Path

#: The parser's usual complaints, as patterns.
_COMPLAINTS: tuple[tuple[str, str], ...] = (
    (r"Missing argument", "il manque l'argument"),
    (r"Missing option", "il manque l'option"),
    (r"Missing command\.", "il manque une commande."),
    (r"Missing parameter:", "il manque le paramètre"),
    (r"No such command", "il n'existe pas de commande"),
    (r"No such option:?", "il n'existe pas d'option"),
    (r"Got unexpected extra arguments", "arguments en trop"),
    (r"Got unexpected extra argument", "argument en trop"),
    (r"Invalid value for", "valeur refusée pour"),
    (r"Did you mean", "vouliez-vous dire"),
    (r"Possible options", "options possibles"),
    (r"Value error, ", ""),
    (r"Input should be greater than or equal to", "il faut au moins"),
    (r"Input should be less than or equal to", "il faut au plus"),
    (r"Input should be a valid number, unable to parse string as a number", "il faut un nombre"),
    (r"Input should be a valid integer, unable to parse string as an integer", "il faut un nombre entier"),
    (r"is not a valid float", "n'est pas un nombre"),
    (r"is not a valid integer", "n'est pas un nombre entier"),
    (r"requires an argument", "demande une valeur"),
    (r"\bOption\b", "l'option"),
    (r"is not one of", "n'est pas parmi"),
)

#: Words of the help that the parser writes itself, as patterns: the types of parameters are left out.
_HELP: tuple[tuple[str, str], ...] = (
    (r"(?m)^Usage: ", "Usage : "),
    (r"(?m)^(Arguments|Options):$", r"\1 :"),
    (r"(?m)^Commands:$", "Commandes :"),
    (r"\[OPTIONS\] COMMAND \[ARGS\]\.\.\.", "[OPTIONS] COMMANDE [ARGUMENTS]…"),
    (r"(?<=\S)\.\.\.(?=\n|$)", "…"),
    (r"\{(\S+)\}|\[(\[\S+\])\]", r"\1\2"),
    (r"(?m) +$", ""),
    (r"Show this message and exit\.", "Montrer cette aide et finir."),
    (r"\[required\]", "[obligatoire]"),
    (r"\[default:(\s+)", r"[par défaut :\1"),
    (r"\[(\d+)<=x<=(\d+)\]", r"[de \1 à \2]"),
    (r"\[x>=(\d+)\]", r"[au moins \1]"),
)
_TYPE = re.compile(r"(?m)^(  \S+) (<[^>\n]*>)")

#: What the system refuses, by its number.
_SYSTEM: dict[int, str] = {
    errno.EACCES: "accès refusé",
    errno.EPERM: "accès refusé",
    errno.EROFS: "le disque est en lecture seule",
    errno.ENOSPC: "il n'y a plus de place sur le disque",
    errno.EDQUOT: "le quota du disque est atteint",
    errno.EEXIST: "ce nom est déjà pris par un fichier",
    errno.ENOTDIR: "ce n'est pas un dossier",
    errno.EISDIR: "c'est un dossier",
    errno.ENOTEMPTY: "le dossier n'est pas vide",
    errno.ENAMETOOLONG: "le nom est trop long",
    errno.ELOOP: "des liens tournent en rond",
    errno.EMFILE: "trop de fichiers sont ouverts",
    errno.ENFILE: "trop de fichiers sont ouverts",
    errno.EIO: "le disque ne répond pas (erreur d'entrée-sortie)",
    errno.ENOMEM: "il n'y a plus de mémoire",
    errno.EADDRNOTAVAIL: "cette machine n'a pas cette adresse",
    errno.EAFNOSUPPORT: "cette machine n'a pas ce genre d'adresse",
    errno.ETXTBSY: "le fichier est en cours d'exécution",
}


def complaint(message: str) -> str:
    """Say a complaint of the parser in French.

    >>> complaint("No such option: --al (Possible options: --all, --help)")
    "il n'existe pas d'option --al (options possibles: --all, --help)"
    """
    for english, french in _COMPLAINTS:
        message = re.sub(english, french, message)
    return message


def help_text(text: str) -> str:
    r"""Say in French the words of a help page that the parser writes itself; columns stay where they are.

    >>> print(help_text("Arguments:\n  NOM <str>  Un nom.  [required]\n"), end="")
    Arguments :
      NOM        Un nom.  [obligatoire]
    """
    text = _TYPE.sub(lambda found: found[1] + " " * (len(found[2]) + 1), text)
    for english, french in _HELP:
        text = re.sub(english, french, text)
    return text


def system_error(error: OSError) -> str | None:
    """Say in French what the system refused, and of which file; None where the system said nothing.

    >>> system_error(OSError(errno.EROFS, "Read-only file system", "/srv/lock"))
    'le disque est en lecture seule : /srv/lock'
    >>> system_error(FileNotFoundError(2, "No such file", "x.csv"))
    'fichier introuvable : x.csv'
    """
    number = error_number(error)
    if number is None:
        return None
    file = error.filename
    if isinstance(error, socket.gaierror):
        words = "cette adresse n'est celle d'aucune machine connue"
    elif number == errno.ENOENT:
        folder = Path(file).parent if isinstance(file, str) else None
        if folder is not None and not folder.exists():
            words, file = "dossier introuvable", folder
        else:
            words = "fichier introuvable"
    else:
        words = _SYSTEM.get(number, f"le système refuse ({errno.errorcode.get(number, number)})")
    return words if file is None else f"{words} : {file}"


def error_number(error: OSError) -> int | None:
    """Give the number of an error of the system, also where a library tells it only in its message.

    >>> error_number(OSError("Read-only file system (os error 30)")) == errno.EROFS
    True
    """
    if error.errno is not None:
        return error.errno
    found = re.search(r"\(os error (\d+)\)", str(error))
    return int(found[1]) if found else None
