"""« Classeurs » : what partners hand in, what is to be put right in it, and its publication."""
