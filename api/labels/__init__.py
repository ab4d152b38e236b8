"""What things are called on pages: kinds, headings, sections, methods and sources, rules in words."""
