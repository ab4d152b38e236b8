"""Writes while the service runs: one writer, and processes that do a write each, or one after the other."""
