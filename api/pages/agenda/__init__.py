"""The agenda: its page, and the calendars and feeds of any choice."""
