"""Mappings: YARRRML and RML parsed into one model and compiled to expressions that turn tables into N-Quads."""
