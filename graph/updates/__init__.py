"""Writes: an update read into operations, evaluated on a working copy, kept as patches."""
