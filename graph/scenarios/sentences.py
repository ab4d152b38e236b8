"""Differences in sentences: from what to what, and by which assumption, as an officer of a territory would say it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...words import N_, NN_, Listed, Number, Percent, Said, gettext, number
from ..findings.model import Words
from .figures import Figure
from .values import Value, differ

Cause = tuple[Words, float | None]
"""An assumption in words, and by how much it changed the figure (None: that is not known)."""


def figure_text(figure: Figure, value: float | None, more: int = 0) -> Words:
    """Write a value of a figure, with `more` decimals than usual; « n. d. » when it is not known."""
    decimals = figure.decimals + more
    if figure.unit == "%":
        share = None if value is None else value / 100
        return Percent(share, decimals)
    written = Number(value, decimals)
    return (
        N_("{distance}\u00a0km", distance=written) if value is not None and figure.unit == "km" else written
    )


def visible(figure: Figure, before: Value, after: Value) -> bool:
    """Tell whether two values are not the same as they are shown."""
    if not differ(before, after):
        return False
    return None in (before.value, after.value) or dict(figure_text(figure, before.value)) != dict(
        figure_text(figure, after.value)
    )


def within(label: str) -> str:
    """Write a title amid a sentence.

    >>> within("Formations enseignées"), within("PIB"), within("")
    ('formations enseignées', 'PIB', '')
    """
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def _more(figure: Figure, before: float, after: float) -> int:
    """Tell how many decimals more it takes for a difference to be seen, 4 at most."""
    for more in range(4):
        if dict(figure_text(figure, before, more)) != dict(figure_text(figure, after, more)):
            return more
    return 4


def difference_text(figure: Figure, value: float, more: int = 0) -> Words:
    """Write a difference with its sign; that of shares is in points."""
    change = Said(_signed, (value, figure.decimals + more))
    if figure.unit == "%":
        return NN_("{change} point", "{change} points", abs(value), change=change)
    return N_("{change}\u00a0km", change=change) if figure.unit == "km" else change


def _signed(value: float, decimals: int, language: str) -> str:
    return ("+" if value > 0 else "") + number(value, language, decimals)


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
    old, new = figure_text(figure, before.value, more), figure_text(figure, after.value, more)
    label = Said(_amid, (figure.label,))
    if not causes:
        return N_("{territory}, {label} : {new}, sans changement.", territory=territory, label=label, new=new)
    if (
        people
        and len(causes) == 1
        and _NEAR["fr"] in figure.label["fr"]
        and _NEAR["en"] in figure.label["en"]
    ):
        return _near(figure.label, territory, people, before.value, after.value, causes[0][0])
    change = difference_text(figure, difference, more)
    return N_(
        "{territory}, {label} : de {old} à {new} ({change}), par {causes}.",
        territory=territory,
        label=label,
        old=old,
        new=new,
        change=change,
        causes=Listed([_cause(figure, one, causes, more) for one in causes]),
    )


def _amid(label: Words, language: str) -> str:
    return within(label[language])


def _cause(figure: Figure, cause: Cause, causes: Sequence[Cause], more: int) -> Words:
    words, effect = cause
    if len(causes) == 1 or effect is None:
        return words
    return N_("{cause} ({change})", cause=words, change=difference_text(figure, effect, more))


_NEAR: Words = N_("Habitants à moins ")
"""How the titles of shares of people begin: what they are near to follows."""


def _near(label: Words, territory: str, people: float, before: float, after: float, cause: Words) -> Words:
    """Say in inhabitants what a share of them changes by."""
    old, new = people * before / 100, people * after / 100
    change = abs(round(new) - round(old))
    if new > old:
        told = NN_("{n} habitant de plus", "{n} habitants de plus", change)
    else:
        told = NN_("{n} habitant de moins", "{n} habitants de moins", change)
    return N_(
        "Avec {cause}, « {territory} » compte {change} {place} : {new} au lieu de {old}.",
        cause=cause,
        territory=territory,
        change=told,
        place=Said(_place, (label,)),
        new=Number(new),
        old=Number(old),
    )


def _place(label: Words, language: str) -> str:
    return label[language].removeprefix(gettext("Habitants ", language))


def _merged(figure: Figure, territory: str, after: Value, parts: Sequence[tuple[str, Value]]) -> Words:
    told = [(name, figure_text(figure, one.value)) for name, one in parts]
    words = Listed([N_("{name} ({value})", name=name, value=value) for name, value in told])
    new = figure_text(figure, after.value)
    return N_(
        "{figure} : {words}, ensemble dans « {territory} » : {new}.",
        figure=figure.label,
        words=words,
        territory=territory,
        new=new,
    )


_REASONS: Mapping[str | None, Words] = {
    "suppressed": N_("sous secret statistique"),
    "insufficient": N_("trop peu pour le dire"),
}


def _unknown(figure: Figure, territory: str, before: Value, after: Value) -> Words:
    known = before if before.value is not None else after
    reasons = [_REASONS[one.status] for one in (before, after) if one.status in _REASONS]
    reason = reasons[0] if reasons else N_("valeur non connue")
    label = Said(_amid, (figure.label,))
    if known.value is None:
        return N_("{territory}, {label} : {reason}.", territory=territory, label=label, reason=reason)
    value = figure_text(figure, known.value)
    told = {"territory": territory, "label": label, "value": value}
    if known is before:
        return N_("{territory}, {label} : {value} avant ; valeur non connue avec le scénario.", **told)
    return N_("{territory}, {label} : {value} avec le scénario ; valeur non connue avant.", **told)
