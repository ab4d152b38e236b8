"""« Annoncer un évènement » : what organisations put into the agenda."""
