"""Mappings: YARRRML parsed into RML and compiled to expressions that turn tables into N-Quads."""
