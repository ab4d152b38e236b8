"""What the devices keep in the data folder, by name: known without the packages that read it."""

STORE_FILE = "operations.sqlite"
"""The store, unless an address names a server."""
KEY_FILE = ".contact-key"
"""The key of contacts, unless a setting gives it; backups leave it out, as all hidden files."""
