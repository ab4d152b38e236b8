"""Why parameters of an address are refused, in a sentence of French and one of English: unknown, missing, or of no use."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from fastapi import HTTPException, Request

from ..web.routes import template_of


class UnknownParameters(ValueError):  # noqa: N818
    """Parameters that a route does not have; `words` says so in both languages, `known` are those it has."""

    def __init__(self, names: Sequence[str], known: Sequence[str]) -> None:
        self.names, self.known = tuple(names), tuple(known)
        near = [one for name in names for one in get_close_matches(name.lower(), known, 1)]
        all_known = ", ".join(known)
        many = len(names) > 1
        french = f"Paramètre{'s' * many} inconnu{'s' * many} : {_listed(names, 'fr')}"
        english = f"Unknown parameter{'s' * many}: {_listed(names, 'en')}"
        hint = (f" Vouliez-vous dire {_listed(near, 'fr')} ?", f" Did you mean {_listed(near, 'en')}?")
        self.words = {
            "fr": f"{french} (paramètres : {all_known}).{hint[0] if near else ''}",
            "en": f"{english} (parameters: {all_known}).{hint[1] if near else ''}",
        }
        super().__init__(self.words["fr"])


def known_parameters(request: Request) -> None:
    """Refuse parameters that a route of the API does not describe: a name mistyped would change an answer in silence.

    Raises HTTPException (400), which names the nearest.
    """
    described = request.app.openapi()["paths"].get(template_of(request.scope), {})
    told = described.get(request.method.lower(), {}).get("parameters", ())
    names = [one["name"] for one in told if one["in"] == "query"]
    refuse_unknown(
        request, dict.fromkeys([*names, "lang"])
    )  # every link of an English page asks for its language


def refuse_unknown(request: Request, known: Collection[str]) -> None:
    """Refuse parameters that are not among the known ones; raises HTTPException (400)."""
    if unknown := [name for name in request.query_params if name not in known]:
        error = UnknownParameters(list(dict.fromkeys(unknown)), list(known))
        raise HTTPException(400, str(error)) from error


def refused(errors: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Say in French and English which parameters are refused and what each takes, from what the validation found.

    >>> refused([{"type": "missing", "loc": ("query", "territory")}])["fr"]
    'Paramètre refusé : « territory » manque.'
    >>> refused([{"type": "string_too_long", "loc": ("query", "q"), "ctx": {"max_length": 200}}])["en"]
    'Parameter refused: “q” has at most 200 characters.'
    """
    said: dict[str, list[str]] = {"fr": [], "en": []}
    for one in errors:
        french, english = _RULES.get(str(one["type"]), _ANY)(one.get("ctx") or {})
        name = str(one["loc"][-1])
        said["fr"].append(f"« {name} » {french}")
        said["en"].append(f"“{name}” {english}")
    french, english = (" ; ".join(dict.fromkeys(said["fr"])), "; ".join(dict.fromkeys(said["en"])))
    return {"fr": f"Paramètre refusé : {french}.", "en": f"Parameter refused: {english}."}


def _listed(names: Iterable[str], language: str) -> str:
    return ", ".join(f"“{one}”" if language == "en" else f"« {one} »" for one in names)


def _choices(context: Mapping[str, Any]) -> tuple[str, str]:
    """Read the choices of a pattern (`^(a|b)$`) or of a literal (`'a' or 'b'`)."""
    text = str(context.get("pattern") or context.get("expected", ""))
    names = text.strip("^()$").replace("'", "").replace(" or ", "|").replace(", ", "|").split("|")
    told = ", ".join(name for name in names if name)
    return f"est l’une de ces valeurs : {told}", f"is one of: {told}"


def _bound(key: str, french: str, english: str) -> Callable[[Mapping[str, Any]], tuple[str, str]]:
    return lambda context: (french.format(context.get(key, "")), english.format(context.get(key, "")))


def _always(french: str, english: str) -> Callable[[Mapping[str, Any]], tuple[str, str]]:
    return lambda _: (french, english)


_ANY = _always("n’a pas une valeur possible", "has no possible value")
_RULES: Mapping[str, Callable[[Mapping[str, Any]], tuple[str, str]]] = {
    "missing": _always("manque", "is missing"),
    "string_too_long": _bound("max_length", "a {} caractères au plus", "has at most {} characters"),
    "string_too_short": _bound("min_length", "a au moins {} caractère", "has at least {} character"),
    "string_pattern_mismatch": _choices,
    "literal_error": _choices,
    "enum": _choices,
    "int_parsing": _always("est un nombre entier", "is a whole number"),
    "float_parsing": _always("est un nombre", "is a number"),
    "bool_parsing": _always("est true ou false", "is true or false"),
    "greater_than": _bound("gt", "est plus grand que {}", "is greater than {}"),
    "greater_than_equal": _bound("ge", "est au moins {}", "is at least {}"),
    "less_than": _bound("lt", "est plus petit que {}", "is less than {}"),
    "less_than_equal": _bound("le", "est au plus {}", "is at most {}"),
}
