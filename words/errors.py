"""Errors that say themselves: a stable code, the fields of their class, and a sentence in each language."""

from __future__ import annotations

from typing import ClassVar

from .catalogues import SOURCE
from .messages import Spoken


class AncrageError(Exception):
    """What ancrage refuses or cannot do: `code` names the kind for programs, `message` says it to people.

    Classes of errors have this base beside the built-in one that fits (`ValueError`, `LookupError`…), and keep what
    they are about in fields, of which the message is made; nobody reads a message to learn what happened.
    """

    code: ClassVar[str] = "error"
    said_in: ClassVar[str] = ""
    """The language of `str()`; "" where that is what the error was made with, in English."""
    spoken: str = ""
    """The language of `str()` of this one error, where who raises it knows who reads."""

    @property
    def message(self) -> Spoken:
        """What is said to people."""
        raise NotImplementedError

    @property
    def brief(self) -> Spoken:
        """What is said where the nearest names, if the error keeps some, are shown beside."""
        return self.message

    def told(self, language: str) -> str:
        """Say it in a language."""
        return self.message[language]

    def __str__(self) -> str:
        language = self.spoken or self.said_in
        return self.told(language) if language else super().__str__()


class SentenceError(AncrageError):
    """An error that is given its `sentence` where it is raised."""

    said_in = SOURCE

    def __init__(self, sentence: Spoken) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    @property
    def message(self) -> Spoken:
        """What is said to people."""
        return self.sentence
