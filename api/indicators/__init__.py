"""Pages, routes and files of indicators."""
