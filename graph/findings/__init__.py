"""Findings: what an analysis finds, with its evidence, as values, RDF and tables."""
