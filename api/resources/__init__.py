"""Pages and descriptions of any thing of the graph."""
