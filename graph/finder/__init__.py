"""The finder: who works on what, where; full text in French over actors, programmes, units, interactions, filières, places."""
