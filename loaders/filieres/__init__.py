"""Filières: one TOML file each, read, checked and given as RDF."""
