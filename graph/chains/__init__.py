"""The networks of filières and the ways through them."""
