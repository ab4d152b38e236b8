"""The finder: who works on what, where."""
