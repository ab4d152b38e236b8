"""The register of organisations: which records of the sources are of one body, by which rule, and what a person decided."""
