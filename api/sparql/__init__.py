"""The SPARQL service: queries, updates, the Graph Store protocol, its description and its page."""
