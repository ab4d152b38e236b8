"""Why parameters of an address are refused, in a sentence of French and one of English: unknown, missing, or of no use."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from fastapi import Request

from ...words import N_, NN_, AncrageError, Message, Said, Spoken, gettext
from ..web.page_error import PageError
from ..web.routes import template_of

MOST_LISTED = 20
"""Values of a parameter that are told where one is refused."""
MOST_TOLD = 10
"""Names of unknown parameters that are told, each with the nearest that there is."""


class UnknownParameters(AncrageError, ValueError):  # noqa: N818
    """Parameters that a route does not have: their `names` (MOST_TOLD at most); `known` are those it has."""

    code = "unknown-parameter"

    def __init__(self, names: Sequence[str], known: Sequence[str]) -> None:
        self.names, self.known = tuple(names[:MOST_TOLD]), tuple(known)
        super().__init__(self.told("fr"))

    @property
    def message(self) -> Spoken:
        """What is said, with the nearest parameters."""
        near = [one for name in self.names for one in get_close_matches(name.lower(), self.known, 1)]
        said = NN_(
            "Paramètre inconnu : {names} (paramètres : {known}).",
            "Paramètres inconnus : {names} (paramètres : {known}).",
            len(self.names),
            names=Said(_listed, (self.names,)),
            known=", ".join(self.known),
        )
        return _hinted(said, near)


def known_parameters(request: Request) -> None:
    """Refuse parameters that a route of the API does not describe: a name mistyped would change an answer in silence.

    Raises PageError (400), which names the nearest.
    """
    described = request.app.openapi()["paths"].get(template_of(request.scope).replace(":path}", "}"), {})
    told = described.get(request.method.lower(), {}).get("parameters", ())
    names = [one["name"] for one in told if one["in"] == "query"]
    refuse_unknown(
        request, dict.fromkeys([*names, "lang"])
    )  # every link of an English page asks for its language


def refuse_unknown(request: Request, known: Collection[str]) -> None:
    """Refuse parameters that are not among the known ones; raises PageError (400)."""
    if unknown := [name for name in request.query_params if name not in known]:
        error = UnknownParameters(list(dict.fromkeys(unknown)), list(known))
        raise PageError.of(error, 400) from error


def refuse_value(name: str, value: str, known: Collection[str]) -> None:
    """Refuse a value that a parameter cannot have; raises PageError, which names the nearest and MOST_LISTED of those it can.

    >>> refuse_value("fields", "label", ["code", "label"])
    """
    if value in known:
        return
    near = get_close_matches(value.lower(), known, 1)
    told = ", ".join([*list(known)[:MOST_LISTED], *(["…"] if len(known) > MOST_LISTED else [])])
    words = N_(
        "« {name} » n’a pas la valeur « {value} » (valeurs : {told}).", name=name, value=value, told=told
    )
    raise PageError(400, _hinted(words, near))


def _hinted(said: Message, near: Sequence[str]) -> Message:
    """Add the nearest names to a sentence."""
    hint = N_("{said} Vouliez-vous dire {near} ?", said=said, near=Said(_listed, (near,)))
    return hint if near else said


def refusal_of(errors: Iterable[Mapping[str, Any]]) -> Message:
    """Say which parameters are refused and what each takes, from what the validation found.

    >>> refusal_of([{"type": "missing", "loc": ("query", "territory")}])["fr"]
    'Paramètre refusé : « territory » manque.'
    >>> refusal_of([{"type": "string_too_long", "loc": ("query", "q"), "ctx": {"max_length": 200}}])["en"]
    'Parameter refused: “q” has at most 200 characters.'
    """
    each = [
        N_(
            "« {name} » {reason}",
            name=one["loc"][-1],
            reason=_RULES.get(str(one["type"]), _ANY)(one.get("ctx") or {}),
        )
        for one in errors
    ]
    return N_("Paramètre refusé : {reasons}.", reasons=Said(_joined, (each,)))


def _joined(each: Sequence[Spoken], language: str) -> str:
    return gettext(" ; ", language).join(dict.fromkeys(one[language] for one in each))


def _listed(names: Iterable[str], language: str) -> str:
    return ", ".join(gettext("« {first} »", language, first=one) for one in names)


def _choices(context: Mapping[str, Any]) -> Spoken:
    """Read the choices of a pattern (`^(a|b)$`) or of a literal (`'a' or 'b'`)."""
    text = str(context.get("pattern") or context.get("expected", ""))
    if re.search(r"[\[{*+?]", text):  # no list of words
        return N_("n’a pas la forme attendue")
    names = text.strip("^()$").replace("'", "").replace(" or ", "|").replace(", ", "|").split("|")
    told = ", ".join(name for name in names if name)
    return N_("est l’une de ces valeurs : {told}", told=told)


def _bound(key: str, words: Message) -> Callable[[Mapping[str, Any]], Spoken]:
    return lambda context: replace(words, filled={"bound": context.get(key, "")})


def _always(words: Spoken) -> Callable[[Mapping[str, Any]], Spoken]:
    return lambda _: words


_ANY = _always(N_("n’a pas une valeur possible"))
_RULES: Mapping[str, Callable[[Mapping[str, Any]], Spoken]] = {
    "missing": _always(N_("manque")),
    "string_too_long": _bound("max_length", N_("a {bound} caractères au plus")),
    "string_too_short": _bound("min_length", N_("a au moins {bound} caractère")),
    "string_pattern_mismatch": _choices,
    "literal_error": _choices,
    "enum": _choices,
    "int_parsing": _always(N_("est un nombre entier")),
    "float_parsing": _always(N_("est un nombre")),
    "bool_parsing": _always(N_("est true ou false")),
    "greater_than": _bound("gt", N_("est plus grand que {bound}")),
    "greater_than_equal": _bound("ge", N_("est au moins {bound}")),
    "less_than": _bound("lt", N_("est plus petit que {bound}")),
    "less_than_equal": _bound("le", N_("est au plus {bound}")),
}
