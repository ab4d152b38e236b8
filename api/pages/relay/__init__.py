"""Pages of what brings the university closer: digital branches, relays, and places that could relay."""
