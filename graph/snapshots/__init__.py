"""Publications: immutable generations, who holds them, their store, provenance, dumps, counts and readers."""
