"""What an address cannot give: a status of HTTP with a sentence in each language, and what is near."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from starlette.exceptions import HTTPException

from ...words import N_, AncrageError, Message, Said, Spoken


class PageError(AncrageError, HTTPException):
    """An address that cannot be answered; keeps `status_code`, `headers` and the `message`.

    `brief` is the message without the near names that it may tell, for a page that gives them as links; `typed` is what was
    written in a form that is refused whole, to be taken up again.

    >>> str(PageError(404, N_("Rien ne porte cette adresse.")))
    '404: Rien ne porte cette adresse.'
    """

    code = "page"

    def __init__(
        self,
        status: int,
        message: Spoken,
        headers: Mapping[str, str] | None = None,
        *,
        brief: Spoken | None = None,
        typed: Sequence[str] = (),
    ) -> None:
        HTTPException.__init__(self, status, message["fr"], dict(headers) if headers else None)
        self._message, self._brief = message, message if brief is None else brief
        self.typed = typed

    @classmethod
    def of(cls, error: AncrageError, status: int, headers: Mapping[str, str] | None = None) -> PageError:
        """Give what an error tells as that of an address; to be raised from it.

        >>> from ...graph.region.names import UnknownName
        >>> PageError.of(UnknownName("territory", "x"), 404).told("fr")
        'Aucun territoire ne s’appelle « x ».'
        """
        return cls(status, Said(_capital, (error.message,)), headers, brief=Said(_capital, (error.brief,)))

    @property
    def message(self) -> Spoken:
        """What is said, with near names."""
        return self._message

    @property
    def brief(self) -> Spoken:
        """What is said without them."""
        return self._brief


def _capital(message: Spoken, language: str) -> str:
    said = message[language]
    return said[:1].upper() + said[1:]


def check_suffix(what: Message, suffix: str, names: Collection[str]) -> None:
    """Raise PageError (404) for a suffix that no file of something has; `names` are those that there are."""
    if suffix not in names:
        raise PageError(
            404,
            N_(
                "{what} ne s’écrit pas en « {suffix} » (formats : {names}).",
                what=what,
                suffix=suffix,
                names=", ".join(names),
            ),
        )


class SessionEnded(PageError):  # noqa: N818
    """A form that comes after its session ended; keeps the address of the `login`."""

    def __init__(self, login: str, typed: Sequence[str] = ()) -> None:
        super().__init__(
            403,
            N_("Votre session a pris fin. Rien n’est changé : reconnectez-vous, puis recommencez."),
            {"Cache-Control": "no-store"},
            typed=typed,
        )
        self.login = login


class NoFiguresError(PageError):
    """Figures of a territory that has none, which the message says: nothing else is near."""

    code = "no-figures"


class UnknownBlockError(PageError):
    """A page that has no block of this name; keeps the `names` of those it has."""

    code = "unknown-block"

    def __init__(self, page: Message, name: str, names: Collection[str]) -> None:
        self.names = tuple(names)
        listed = ", ".join(names)
        super().__init__(
            404,
            N_("{page} n’a pas de bloc « {name} » (blocs : {listed}).", page=page, name=name, listed=listed),
            brief=N_("{page} n’a pas de bloc « {name} ».", page=page, name=name),
        )
