"""Indicators: declared in one file each, computed for all territories at once, published as an RDF Data Cube."""
