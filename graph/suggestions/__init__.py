"""Suggested links between academic actors and companies, territories and requests, with their reasons and their quality."""

from .quality import Quality, quality
from .suggesting import suggest

__all__ = ["Quality", "quality", "suggest"]
