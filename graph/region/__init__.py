"""The region: what the graph holds of it as frames, its communes and territories, outlines, relays and flows."""
