"""loaders of ancrage."""
