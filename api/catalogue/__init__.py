"""The catalogue of named questions: pages, forms, answers and files."""
