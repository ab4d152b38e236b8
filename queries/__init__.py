"""queries of ancrage."""
