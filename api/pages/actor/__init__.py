"""Pages of actors, research units and programmes, made of blocks."""
