"""analysis of ancrage."""
