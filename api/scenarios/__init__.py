"""« Et si… » on the site: assumptions filled in, figures before and after on a table and a map, scenarios saved and deleted."""
