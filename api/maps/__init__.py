"""Maps of indicators and of flows, drawn on the server as SVG."""
