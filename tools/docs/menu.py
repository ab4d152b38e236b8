"""The menu of the documentation: what one does and looks up comes before why it is so."""

from mkdocs.structure.nav import Navigation


def on_nav(nav: Navigation, **_: object) -> Navigation:
    """Put the decisions last."""
    nav.items.sort(key=lambda item: item.title == "Decisions")
    return nav
