"""Analyses as answers: the thread that runs them, their routes, findings as files, tables and words."""
