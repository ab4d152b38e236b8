"""The workbook that people fill: written for them, and given back with what is wrong in it told in its cells."""
