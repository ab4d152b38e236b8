"""Suggested links between academic actors and companies, territories and requests, with their reasons and their quality."""

from .quality import quality

__all__ = ["quality"]
