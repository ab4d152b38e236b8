"""Types of actors that analyses take together."""

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
"""The academic side of a tie: institutions and their schools, laboratories, research organisations; names of types."""
ACADEMIC_TYPES = tuple(f"actor-type/{name}" for name in ACADEMIC)
"""The same, as paths of types."""
