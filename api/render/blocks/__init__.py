"""Blocks of pages: what each is called, its table and its files, at an address of its own."""
