"""Synergies: ties there are, what partners would add, which fields support what, three helices, brokers and relays."""

from .report import KINDS, synergies

__all__ = ["KINDS", "synergies"]
