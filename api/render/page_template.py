"""Templates whose pages let go at once of what they were made of: sweeps for garbage, which stop every visitor, find nothing."""

import threading
from collections.abc import Mapping
from typing import Any

from jinja2 import Template
from jinja2.runtime import Context

_PAGE = threading.local()
"""The contexts of the page that a thread renders."""


class PageTemplate(Template):
    """A template that empties the contexts of a page once it is rendered: its macros refer to them, and they to its macros.

    >>> from jinja2 import Environment
    >>> environment = Environment()
    >>> environment.template_class = PageTemplate
    >>> environment.from_string("{% macro a() %}{{ b }}{% endmacro %}{{ a() }}").render(b=1)
    '1'
    """

    def render(self, *arguments: Any, **values: Any) -> str:
        """Render a page."""
        outer, _PAGE.contexts = getattr(_PAGE, "contexts", None), []
        try:
            return super().render(*arguments, **values)
        finally:
            for context in _PAGE.contexts:
                for names in (context.vars, context.exported_vars, context.parent):
                    names.clear()
            _PAGE.contexts = outer

    def new_context(
        self,
        vars: dict[str, Any] | None = None,
        shared: bool = False,
        locals: Mapping[str, Any] | None = None,
    ) -> Context:
        """Make a context; one without values is of macros that stay for other pages."""
        made = super().new_context(vars, shared, locals)
        if vars is not None and getattr(_PAGE, "contexts", None) is not None:
            _PAGE.contexts.append(made)
        return made
