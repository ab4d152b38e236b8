"""What a source is: its declaration, its parts, and the layout of tables that all sources end in."""
