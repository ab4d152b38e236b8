"""Gaps of a territory: demand without supply, supply without a tie, missing links, no access; missing data apart."""

from .report import KINDS, gaps, gaps_of, told_once

__all__ = ["KINDS", "gaps", "gaps_of", "told_once"]
