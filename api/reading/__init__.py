"""What pages read of the current publication: rows of questions, names, the cube."""
