"""Errors of Python say themselves in the language of the locale, as the command line does."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import isfunction
from typing import ParamSpec, TypeVar

from ...words import AncrageError
from ...words.locales import language

P = ParamSpec("P")
T = TypeVar("T")


def in_the_locale(work: Callable[P, T]) -> Callable[P, T]:
    """Give the same function, whose errors say themselves in the language of the locale."""

    @wraps(work)
    def spoken(*args: P.args, **named: P.kwargs) -> T:
        try:
            return work(*args, **named)
        except AncrageError as error:
            error.spoken = language()
            raise

    return spoken


def speak(kind: type) -> None:
    """Have the public methods of a class raise errors in the language of the locale."""
    for name, member in list(vars(kind).items()):
        if isfunction(member) and not name.startswith("_"):
            setattr(kind, name, in_the_locale(member))
