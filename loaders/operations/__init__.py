"""The operational store: what people enter, as append-only events, and what must be kept apart from the graph."""
