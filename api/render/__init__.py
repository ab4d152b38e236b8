"""Tables, charts, pictures and blocks as HTML, SVG, workbooks and RDF."""
