"""« Je relaie cet évènement » : what relay structures say of the agenda."""
