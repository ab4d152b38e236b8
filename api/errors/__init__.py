"""Errors as HTTP: one table of statuses, sentences, refusals of parameters."""
