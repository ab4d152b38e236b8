"""What the devices keep in the data folder, by name: known without the packages that read it."""

from contextlib import suppress
from pathlib import Path

STORE_FILE = "operations.sqlite"
"""The store, unless an address names a server."""
KEY_FILE = ".contact-key"
"""The key of contacts, unless a setting gives it; backups leave it out, as all hidden files."""
AUDIT_FILE = "audit.jsonl"
"""The audit log."""


def keep_private(path: Path) -> None:
    """Make a file for its owner alone where there is none; take one that is there from whoever is not of its group.

    What SQLite keeps beside a database has the mode of the database.
    """
    path.touch(0o600)
    with suppress(PermissionError):  # another's file
        path.chmod(path.stat().st_mode & 0o770)
