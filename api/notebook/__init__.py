"""The face for Python and notebooks."""
