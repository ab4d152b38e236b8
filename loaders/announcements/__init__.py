"""Announcements: public events that organisations put into the agenda, kept as events of the store and published."""
