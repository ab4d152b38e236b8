"""The ontology for people and machines, at `/def/`."""
