"""Pages of internships: posts and how remote they are, wishes of programmes, agreements, and who could go where."""
