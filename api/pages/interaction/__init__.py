"""Pages of interactions: projects, grants, agreements, events."""
