"""OGC API - Features at `/ogc`: territories, sites and actors as GeoJSON."""
