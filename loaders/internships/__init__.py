"""Internships: posts that hosts file and wishes of programmes, kept as events of the store."""
