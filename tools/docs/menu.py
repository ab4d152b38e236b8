"""The menu of the documentation: where one begins comes first, what one does and looks up before why it is so."""

from mkdocs.structure.nav import Navigation


def on_nav(nav: Navigation, **_: object) -> Navigation:
    """Put the tutorials before the how-to, and the decisions last."""
    nav.items.sort(
        key=lambda item: (item.title == "Decisions", item.is_section and item.title != "Tutorials")
    )
    return nav
