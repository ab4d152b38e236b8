"""ancrage: a knowledge graph of academic–territorial relations."""

__version__ = "0.1.0"
