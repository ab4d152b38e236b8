"""Sources in: official files and partners' folders, read, checked, tidied, linked and mapped to N-Quads."""
