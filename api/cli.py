"""The entry of the command line: the commands registered, one of them run."""

import gc
import logging
import sys

from . import commands
from .commands.application import run


class NotKept(logging.Handler):
    """Says in French that nothing can be kept beside a publication; a service says it in its own log."""

    def emit(self, record: logging.LogRecord) -> None:
        """Say it, once: the record is written once a folder."""
        if not logging.getLogger().handlers:
            print(
                "Attention : le dossier de données ne peut être écrit : ce qui est calculé n'y est pas gardé.",
                file=sys.stderr,
            )


def main() -> None:
    """Run the command line of this process.

    Python sweeps for cycles rarely: a whole sweep stops a service, which keeps a publication's objects, for 0.2 s at a
    time, and finds little.
    """
    gc.set_threshold(100_000, 50, 1_000)
    logging.getLogger("ancrage.graph.region.frame_cache").addHandler(NotKept())
    sys.exit(run(sys.argv[1:]))


__all__ = ["NotKept", "commands", "main"]
