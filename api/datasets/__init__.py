"""The data sets of a publication, described in VoID and DCAT, and their dumps."""
