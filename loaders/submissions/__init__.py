"""Workbooks that people hand in on the site: kept until their term, checked and published on a process of their own."""
