"""What a replica answers to who would write: where that is done."""

from __future__ import annotations

from ...words import N_
from .page_error import PageError
from .settings import Settings


def refuse_on_replica(settings: Settings) -> None:
    """Refuse, in a service that follows another, what only that one does; raises PageError (503), which names it.

    >>> refuse_on_replica(Settings())
    >>> refuse_on_replica(Settings(primary="https://atlas.example.org"))
    Traceback (most recent call last):
    ancrage.api.web.page_error.PageError: 503: Cette copie ne fait que lire : faites ceci sur https://atlas.example.org.
    """
    if "://" in settings.primary:
        raise PageError(
            503,
            N_("Cette copie ne fait que lire : faites ceci sur {primary}.", primary=settings.primary),
        )
    if settings.primary:
        raise PageError(
            503, N_("Cette copie ne fait que lire : faites ceci sur le service dont elle est la copie.")
        )
