"""Dossiers of territories: the content once, written as HTML, PDF, Word and CSV."""
