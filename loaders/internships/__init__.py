"""Internships: posts that hosts file, wishes of programmes, agreements and their signatures, kept as events of the store."""
