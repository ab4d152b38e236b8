"""Pages of what is missing: territories, sources out of date, unresolved references."""
