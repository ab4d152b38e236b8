"""The finder: who works on what, where; full text in French over actors, programmes, units, interactions, filières, places."""

from .documents import KINDS, documents
from .finding import FACETS, Asked, Finder, Found
from .index import build

__all__ = ["FACETS", "KINDS", "Asked", "Finder", "Found", "build", "documents"]
