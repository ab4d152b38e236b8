"""Writes while the service runs: one writer, a process for each write."""
