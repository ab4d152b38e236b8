"""The French agreement of an internship: what it says, its states, who does what, and what of it is published."""
