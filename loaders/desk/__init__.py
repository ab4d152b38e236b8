"""The desk: needs, offers and their matches as folds of events, candidates by rules, rates, reminders, publication."""
