"""Internships: posts and how remote they are, wishes of programmes, who could go where, why posts stay empty."""
