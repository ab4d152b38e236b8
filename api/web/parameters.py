"""Parameters of pages: what they were called before, and where such an address leads.

They are those of `/api/` where it has the same thing (decision 0152). The words that addresses had in French are written
here and nowhere else: one that was kept, or sent in an e-mail, leads to the address of today.
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from urllib.parse import quote, unquote_plus

from starlette.datastructures import QueryParams
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from .page_cache import ELSEWHERE

_YES: Mapping[str, str] = {"oui": "true", "1": "true"}
_NAMES = (
    "acteur:actor ajouter:add au:until autour:around avec:with candidats:candidates carte:figure comparer:compare "
    "dans:within de:since densite:density depuis:from domaine:field du:since etape:stage etat:state etendue:extent "
    "evenement:event famille:family filiere:chain flux:kind fonction:function frequence:frequency genre:kind hybride:hybrid "
    "illustratif:illustrative indicateur:indicator logement:housing manques:gaps methode:method modalite:mode mois:month "
    "nature:type niveau:level par:by par2:by2 periode:period periode2:period2 preuve:evidence quand:when relais:relay "
    "ruralite:rurality seuil:threshold sorte:kind suite:after territoire:territory texte:q tri:sort vers:to"
)
OLD: Mapping[str, str] = dict(pair.split(":") for pair in _NAMES.split())
"""Names of parameters before, and of today."""
OLD_THERE: tuple[tuple[re.Pattern[str], Mapping[str, str]], ...] = (
    (re.compile(r"/filieres/(?!comparaison)"), {"a": "until"}),
    (re.compile(r"/indicateurs$"), {"theme": "topic"}),
)
"""Names that other addresses have for something else: where they were another, too."""
OLD_VALUES: Mapping[str, Mapping[str, str]] = {
    **dict.fromkeys(("illustratif", "logement", "hybride", "relais"), _YES),
    "candidats": {"tous": "all"},
    "comparer": {"pairs": "peers"},
    "etendue": {"pays": "country"},
    "frequence": {"yearly": "annual"},
    "flux": {"entreprises": "companies", "stages": "internships"},
    "quand": {"a-venir": "to-come"},
    "tri": {"nom": "name", "-nom": "-name", "valeur": "value", "-valeur": "-value"},
}
"""Values of these parameters before, where they were codes, and of today."""
_MACHINES = (*ELSEWHERE, "/api/", "/queries", "/reconcile", "/ogc", "/editor/")


def is_true(query: QueryParams, name: str) -> bool:
    """Tell whether an address says yes to something, as `/api/` reads it.

    >>> is_true(QueryParams("illustrative=true"), "illustrative"), is_true(QueryParams("illustrative=false"), "illustrative")
    (True, False)
    """
    return query.get(name, "").lower() in ("true", "1", "yes", "on")


def renamed(path: str, query: str) -> str:
    """Give the query of a page's address with the parameters of today; all else stays as it is written.

    >>> renamed("/cartes", "niveau=epci&x=1&illustratif=oui&lang=en"), renamed("/api/v1/search", "niveau=epci")
    ('level=epci&x=1&illustrative=true&lang=en', 'niveau=epci')
    >>> renamed("/filieres/timber-construction", "a=2020"), renamed("/filieres/comparaison", "a=timber-construction")
    ('until=2020', 'a=timber-construction')
    """
    if path.startswith(_MACHINES):
        return query
    names = dict(OLD)
    for where, more in OLD_THERE:
        names |= more if where.match(path) else {}
    pairs = []
    for name, equals, value in (pair.partition("=") for pair in query.split("&")):
        old = unquote_plus(name)
        if old in names:
            name, value = names[old], OLD_VALUES.get(old, {}).get(value, value)
        pairs.append(f"{name}{equals}{value}")
    return "&".join(pairs)


class OldParameters:
    """ASGI layer: leads a GET of a page with parameters of before to the address of today, for good (308)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request through, or lead it on."""
        app = self.app
        if scope["type"] == "http" and scope["query_string"] and scope["method"] in ("GET", "HEAD"):
            query = scope["query_string"].decode("latin-1")
            today = renamed(scope["path"], query)
            if today != query:
                # a query alone keeps the path, which a client may have begun by « // »
                app = RedirectResponse(quote(f"?{today}", safe=string.punctuation, encoding="latin-1"), 308)
        await app(scope, receive, send)
