"""Types of actors that analyses take together, without the `actor-type/` that their paths begin with."""

from __future__ import annotations

ACADEMIC = (
    "higher-education",
    "research-unit",
    "research-team",
    "research-federation",
    "research-organization",
    "public-research",
    "academic-component",
    "doctoral-school",
)
"""The academic side of a tie: institutions and their schools, laboratories, research organisations."""
