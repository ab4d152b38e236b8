"""Relays: the events that relay structures say they carry, kept as events of the store and published."""
