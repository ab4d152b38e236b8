"""api of ancrage."""
