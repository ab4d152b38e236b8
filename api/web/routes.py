"""Which route answers a request, by its template."""

from starlette.types import Scope

ROUTE = "ancrage.route"
"""Where a scope keeps the template of an answer that was not routed."""
UNMATCHED = "(none)"
"""Route of the answers that no route gave."""


def template_of(scope: Scope) -> str:
    """Give the template of the route that answered, or `(none)`.

    >>> template_of({"path": "/static/a.css"}), template_of({"path": "/x"})
    ('/static', '(none)')
    """
    route = scope.get("route")
    if route is not None:
        return str(route.path)
    for mount in ("/static", "/docs"):
        if scope["path"].startswith(f"{mount}/"):
            return mount
    return str(scope.get(ROUTE) or UNMATCHED)
