"""graph of ancrage."""
