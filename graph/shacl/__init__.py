"""SHACL: shapes compiled to queries, what a change concerns, reports."""
