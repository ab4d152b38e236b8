"""Files read: formats, headers, checks of rows, persons taken out, places looked up, tables made tidy."""
