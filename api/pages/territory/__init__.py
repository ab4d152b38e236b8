"""Portraits of territories, and what is told of territories off the region."""
