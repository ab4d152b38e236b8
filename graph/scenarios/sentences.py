"""Differences in sentences: from what to what, and by which assumption, as an officer of a territory would say it."""

from __future__ import annotations

from collections.abc import Sequence

from ..findings.model import Words
from ..findings.words import (
    count_en,
    count_fr,
    listed_en,
    listed_fr,
    number_en,
    number_fr,
    percent_en,
    percent_fr,
)
from .figures import Figure
from .values import Value, differ

Cause = tuple[Words, float | None]
"""An assumption in words, and by how much it changed the figure (None: that is not known)."""


def shown(figure: Figure, value: float | None, more: int = 0) -> Words:
    """Write a value of a figure, with `more` decimals than usual; « n. d. » when it is not known."""
    decimals = figure.decimals + more
    if figure.unit == "%":
        share = None if value is None else value / 100
        return {"fr": percent_fr(share, decimals), "en": percent_en(share, decimals)}
    unit = "" if value is None else {"km": "\u00a0km"}.get(figure.unit, "")
    return {"fr": number_fr(value, decimals) + unit, "en": number_en(value, decimals) + unit}


def visible(figure: Figure, before: Value, after: Value) -> bool:
    """Tell whether two values are not the same as they are shown."""
    if not differ(before, after):
        return False
    return None in (before.value, after.value) or shown(figure, before.value) != shown(figure, after.value)


def within(label: str) -> str:
    """Write a title amid a sentence.

    >>> within("Formations enseignées"), within("PIB"), within("")
    ('formations enseignées', 'PIB', '')
    """
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def _more(figure: Figure, before: float, after: float) -> int:
    """Tell how many decimals more it takes for a difference to be seen, 4 at most."""
    for more in range(4):
        if shown(figure, before, more) != shown(figure, after, more):
            return more
    return 4


def signed(figure: Figure, value: float, more: int = 0) -> Words:
    """Write a difference with its sign; that of shares is in points."""
    sign, decimals = "+" if value > 0 else "", figure.decimals + more
    french, english = sign + number_fr(value, decimals), sign + number_en(value, decimals)
    unit = {"km": "\u00a0km"}.get(figure.unit, "")
    if figure.unit == "%":
        return {"fr": f"{french} point" + ("s" if abs(value) >= 2 else ""), "en": f"{english} points"}
    return {"fr": french + unit, "en": english + unit}


def sentence(
    figure: Figure,
    territory: str,
    people: float | None,
    before: Value,
    after: Value,
    causes: Sequence[Cause],
    parts: Sequence[tuple[str, Value]],
) -> Words:
    """Say one difference: the territory, the figure, before, after, and why.

    `people` are those a share is of, `parts` territories that merged.
    """
    if before.value is None or after.value is None:
        return _unknown(figure, territory, before, after)
    difference = after.value - before.value
    if parts:
        return _merged(figure, territory, after, parts)
    more = _more(figure, before.value, after.value) if causes else 0
    old, new = shown(figure, before.value, more), shown(figure, after.value, more)
    label = {language: within(told) for language, told in figure.label.items()}
    if not causes:
        return {
            "fr": f"{territory}, {label['fr']} : {new['fr']}, sans changement.",
            "en": f"{territory}, {label['en']}: {new['en']}, unchanged.",
        }
    if (
        people
        and len(causes) == 1
        and _NEAR["fr"] in figure.label["fr"]
        and _NEAR["en"] in figure.label["en"]
    ):
        return _near(figure.label, territory, people, before.value, after.value, causes[0][0])
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


_NEAR: Words = {"fr": "Habitants à moins ", "en": "Inhabitants within "}
"""How the titles of shares of people begin: what they are near to follows."""


def _near(label: Words, territory: str, people: float, before: float, after: float, cause: Words) -> Words:
    """Say in inhabitants what a share of them changes by."""
    old, new = people * before / 100, people * after / 100
    change = abs(round(new) - round(old))
    french, english = ("de plus", "more") if new > old else ("de moins", "fewer")
    place = {"fr": label["fr"].removeprefix("Habitants "), "en": label["en"].removeprefix("Inhabitants ")}
    return {
        "fr": f"Avec {cause['fr']}, « {territory} » compte {count_fr(change, 'habitant')} {french} {place['fr']} : "
        f"{number_fr(new)} au lieu de {number_fr(old)}.",
        "en": f"With {cause['en']}, “{territory}” has {count_en(change, f'{english} inhabitant')} {place['en']}: "
        f"{number_en(new)} instead of {number_en(old)}.",
    }


def _merged(figure: Figure, territory: str, after: Value, parts: Sequence[tuple[str, Value]]) -> Words:
    told = [(name, shown(figure, one.value)) for name, one in parts]
    french = listed_fr([f"{name} ({value['fr']})" for name, value in told])
    english = listed_en([f"{name} ({value['en']})" for name, value in told])
    new = shown(figure, after.value)
    return {
        "fr": f"{figure.label['fr']} : {french} réunis en « {territory} » : {new['fr']}.",
        "en": f"{figure.label['en']}: {english}, joined in “{territory}”: {new['en']}.",
    }


_REASONS = {
    "suppressed": ("sous secret statistique", "under statistical secrecy"),
    "insufficient": ("trop peu pour le dire", "too few to tell"),
}


def _unknown(figure: Figure, territory: str, before: Value, after: Value) -> Words:
    known = before if before.value is not None else after
    reasons = [_REASONS[one.status] for one in (before, after) if one.status in _REASONS]
    french, english = reasons[0] if reasons else ("n'est pas connu", "not known")
    label = {language: within(told) for language, told in figure.label.items()}
    if known.value is None:
        return {
            "fr": f"{territory}, {label['fr']} : {french}.",
            "en": f"{territory}, {label['en']}: {english}.",
        }
    value = shown(figure, known.value)
    moment = ("avant", "before") if known is before else ("avec le scénario", "under the scenario")
    return {
        "fr": f"{territory}, {label['fr']} : {value['fr']} {moment[0]}, seul connu.",
        "en": f"{territory}, {label['en']}: {value['en']} {moment[1]}, the only one known.",
    }
