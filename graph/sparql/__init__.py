"""SPARQL texts: their tokens, syntax and limits; one evaluation; formats of answers and their rows."""
