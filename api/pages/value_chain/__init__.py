"""Pages of filières: their links, their network as a drawing and as data."""
