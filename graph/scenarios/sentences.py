"""Differences in sentences: from what to what, and by which assumption, as an officer of a territory would say it."""

from __future__ import annotations

from collections.abc import Sequence

from ..findings import Words
from ..words import count_en, count_fr, listed_en, listed_fr, number_en, number_fr, percent_en, percent_fr
from .counting import Value
from .figures import Figure

Cause = tuple[Words, float | None]
"""An assumption in words, and by how much it changed the figure (None: that is not known)."""


def shown(figure: Figure, value: float | None, more: int = 0) -> Words:
    """Write a value of a figure, with `more` decimals than usual; « n. d. » when it is not known."""
    decimals = figure.decimals + more
    if figure.share:
        return {"fr": percent_fr(value, decimals), "en": percent_en(value, decimals)}
    return {"fr": number_fr(value, decimals), "en": number_en(value, decimals)}


def _more(figure: Figure, before: float, after: float) -> int:
    """Tell how many decimals more it takes for a difference to be seen, 4 at most."""
    for more in range(4):
        if shown(figure, before, more) != shown(figure, after, more):
            return more
    return 4


def signed(figure: Figure, value: float, more: int = 0) -> Words:
    """Write a difference with its sign; that of shares is in points."""
    sign, decimals = "+" if value > 0 else "", figure.decimals + more
    scale = 100 if figure.share else 1
    french, english = sign + number_fr(scale * value, decimals), sign + number_en(scale * value, decimals)
    if figure.share:
        return {"fr": f"{french} point" + ("s" if abs(scale * value) >= 2 else ""), "en": f"{english} points"}
    return {"fr": french, "en": english}


def sentence(
    figure: Figure,
    territory: str,
    before: Value,
    after: Value,
    causes: Sequence[Cause],
    parts: Sequence[tuple[str, Value]],
) -> Words:
    """Say one difference: the territory, the figure, before, after, and why; `parts` are territories that merged."""
    if before.value is None or after.value is None:
        return _unknown(figure, territory, before, after)
    difference = after.value - before.value
    if parts:
        return _merged(figure, territory, after, parts)
    more = _more(figure, before.value, after.value) if causes else 0
    old, new, label = shown(figure, before.value, more), shown(figure, after.value, more), figure.label
    if not causes:
        return {
            "fr": f"{territory}, {label['fr']} : {new['fr']}, sans changement.",
            "en": f"{territory}, {label['en']}: {new['en']}, unchanged.",
        }
    if figure.near and len(causes) == 1:
        return _near(figure.near, territory, before.value, after.value, causes[0][0])
    change = signed(figure, difference, more)
    return {
        "fr": f"{territory}, {label['fr']} : de {old['fr']} à {new['fr']} ({change['fr']}), par "
        f"{listed_fr([_cause(figure, one, causes, more, 'fr') for one in causes])}.",
        "en": f"{territory}, {label['en']}: from {old['en']} to {new['en']} ({change['en']}), by "
        f"{listed_en([_cause(figure, one, causes, more, 'en') for one in causes])}.",
    }


def _cause(figure: Figure, cause: Cause, causes: Sequence[Cause], more: int, language: str) -> str:
    words, effect = cause
    if len(causes) == 1 or effect is None:
        return words[language]
    return f"{words[language]} ({signed(figure, effect, more)[language]})"


def _near(near: Words, territory: str, before: float, after: float, cause: Words) -> Words:
    change = abs(round(after) - round(before))
    french, english = ("de plus", "more") if after > before else ("de moins", "fewer")
    verb = "ont" if change >= 2 else "a"
    people = count_en(change, f"{english} inhabitant")
    return {
        "fr": f"Avec {cause['fr']}, {count_fr(change, 'habitant')} {french} {verb} {near['fr']} à moins de 30 km dans "
        f"« {territory} » : {number_fr(after)} au lieu de {number_fr(before)}.",
        "en": f"With {cause['en']}, {people} of “{territory}” {'have' if change != 1 else 'has'} {near['en']} within "
        f"30 km: {number_en(after)} instead of {number_en(before)}.",
    }


def _merged(figure: Figure, territory: str, after: Value, parts: Sequence[tuple[str, Value]]) -> Words:
    told = [(name, shown(figure, one.value)) for name, one in parts]
    french = listed_fr([f"{name} ({value['fr']})" for name, value in told])
    english = listed_en([f"{name} ({value['en']})" for name, value in told])
    new = shown(figure, after.value)
    return {
        "fr": f"{figure.label['fr'].capitalize()} : {french} réunis en « {territory} » : {new['fr']}.",
        "en": f"{figure.label['en'].capitalize()}: {english}, joined in “{territory}”: {new['en']}.",
    }


def _unknown(figure: Figure, territory: str, before: Value, after: Value) -> Words:
    known = before if before.value is not None else after
    hidden = "suppressed" in (before.status, after.status)
    french, english = (
        ("sous secret statistique", "under statistical secrecy")
        if hidden
        else ("n'est pas connu", "not known")
    )
    if known.value is None:
        return {
            "fr": f"{territory}, {figure.label['fr']} : {french}.",
            "en": f"{territory}, {figure.label['en']}: {english}.",
        }
    value = shown(figure, known.value)
    moment = ("avant", "before") if known is before else ("avec le scénario", "under the scenario")
    return {
        "fr": f"{territory}, {figure.label['fr']} : {value['fr']} {moment[0]}, seul connu.",
        "en": f"{territory}, {figure.label['en']}: {value['en']} {moment[1]}, the only one known.",
    }
