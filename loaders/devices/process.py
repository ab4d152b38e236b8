"""The process that publishes what people enter, for its service: `python -m ancrage.loaders.devices.process`.

Its first line of standard input says where; each other names a room that changed. It writes what became of each
publication on its standard output. Its input ends with its service: where that was killed, it publishes every room once
more, then ends; another that the next service has started meanwhile waits for its turn.
"""

from __future__ import annotations

import json
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path
from types import FrameType

from ...words import Spoken
from ..write.processes import WriteProcesses

_PATIENCE = 60.0
"""Seconds that a publication waits for the lock."""


def _say(room: str, snapshot: str, failure: Spoken | None) -> None:
    told = None if failure is None else {"fr": failure["fr"], "en": failure["en"]}
    with suppress(OSError):  # nobody hears it any more
        print(json.dumps({"room": room, "snapshot": snapshot, "failure": told}), flush=True)


def main() -> None:
    """Publish until the end; exit with 1 where the store does not open."""
    if not (first := sys.stdin.readline()):  # the service ended before it said anything
        return
    told = json.loads(first)
    processes = WriteProcesses(warm=True, memory=told["memory"])
    processes.start()  # beside the imports of this one
    from ..operations.store import Operations, StoreUnreachable
    from ..write.writer import Writer
    from .publisher import Publisher, rooms

    folder = Path(told["data_dir"])
    options = {"memory": told["memory"], "keep": told["keep"], "strict": told["strict"]}
    writer = Writer(folder, patience=_PATIENCE, processes=processes, **options)

    def stop(number: int, frame: FrameType | None) -> None:
        processes.close()
        writer.close()
        sys.exit(0)  # what is under way is let go of

    signal.signal(signal.SIGTERM, stop)
    try:
        store = Operations.open(folder, told["operations"])
    except (StoreUnreachable, OSError) as error:
        _say("", "", (error if isinstance(error, StoreUnreachable) else StoreUnreachable(str(error))).message)
        processes.close()
        sys.exit(1)
    publisher = Publisher(rooms(store, writer, told["publisher"]), _say)

    def hear() -> None:
        for line in sys.stdin:
            publisher.told.put(line.strip())
        publisher.told.put(None)

    threading.Thread(target=hear, name="told", daemon=True).start()
    publisher.run()
    processes.close()


if __name__ == "__main__":
    main()
