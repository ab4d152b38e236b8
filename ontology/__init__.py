"""ontology of ancrage."""
