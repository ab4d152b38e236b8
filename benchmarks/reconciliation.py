"""`/reconcile` measured: what it keeps in memory, how long batches take over a socket, and how many names of firms it matches.

    python benchmarks/reconciliation.py --data DATA

The service is started on the data folder, on a port of this machine. Names are those of the winners of i-Lab, in an order drawn
with seed 14. Matches are counted as in `linkage.py`: the register is that of the sources without i-Lab, and a match is right
where it is the body that has the firm's SIREN; beside them, how often that body is among the candidates.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import time
import tracemalloc
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

import polars as pl
from ancrage.api.reading.names import build_index
from ancrage.api.reading.solutions import Memory, Reading
from ancrage.api.reconciliation.candidates import answer
from ancrage.api.reconciliation.entities import Entities
from ancrage.api.reconciliation.request import BATCH, Question
from ancrage.graph.snapshots.reader import LocalReader
from ancrage.loaders.publish.register import register_in, register_of, tables_of
from ancrage.loaders.publish.staging import SourceVersions
from ancrage.loaders.register.records import read_records
from clients import ask
from linkage import Tables, wilson
from serving import start_ancrage, stopping

_FORM = "application/x-www-form-urlencoded"


def winners(tables: Tables) -> list[tuple[str, str]]:
    """Return the SIREN and the name of the winners of i-Lab that have one."""
    known = pl.read_parquet(tables["mesr-ilab"]["organizations"]).filter(
        pl.col("siren").is_not_null(), pl.col("kind") == "Company"
    )
    return sorted(known.select("siren", "label_fr").iter_rows())


def matches(data: Path, tables: Tables) -> Iterator[str]:
    """Yield what names of firms are matched with, by a register that has not their source."""
    others = {name: one for name, one in tables.items() if name not in ("anr-aapg", "anr-pia", "mesr-ilab")}
    register, links = register_of(others)
    body = {link.record: link.body for link in links}
    numbers = {
        identifier: body.get(record.id, record.id)
        for record in read_records(others)
        for identifier in record.identifiers
    }
    with LocalReader.current(data) as reader:
        reading = Reading(reader, reader.snapshot.id, Memory(), lambda error, _: str(error))
        entities = Entities(reader.snapshot.id, build_index(reading), {}, register)
        firms = winners(tables)
        questions = [Question((name,), types=("Company",)) for _, name in firms]
        answers = answer(entities, reading, questions)
    found: Counter[str] = Counter()
    for (siren, _), one in zip(firms, answers, strict=True):
        right = numbers.get(f"siren:{siren}")
        match = next((candidate.path for candidate in one.candidates if candidate.is_match), None)
        if right is None:
            found["not known by its number"] += 1
        elif match is None:
            found["proposed" if right in {candidate.path for candidate in one.candidates} else "none"] += 1
        else:
            found["right" if match == right else "wrong"] += 1
    asked = sum(found.values()) - found["not known by its number"]
    matched = found["right"] + found["wrong"]
    low, high = wilson(found["right"], matched)
    among = (found["right"] + found["proposed"]) / max(1, asked)
    yield f"firms of i-Lab that another source has: {asked}; {dict(found)}"
    yield (
        f"  precision {found['right'] / max(1, matched):.4f} [{low:.4f}, {high:.4f}], "
        f"matched {found['right'] / max(1, asked):.3f}, matched or proposed {among:.3f}"
    )


def batches(port: int, names: Sequence[str], size: int, *properties: tuple[str, str]) -> list[float]:
    """Return the seconds that each batch of names takes over a socket, with the same properties asked of each."""
    more = {"properties": [{"pid": pid, "v": v} for pid, v in properties]} if properties else {}
    taken = []
    for start in range(0, len(names), size):
        asked = {
            str(rank): {"query": name, "type": "Organization", **more}
            for rank, name in enumerate(names[start : start + size])
        }
        body = urlencode({"queries": json.dumps(asked)}).encode()
        reply = ask(port, "/reconcile", "POST", body, timeout=300, Content_Type=_FORM)
        assert reply.status == 200, reply.body[:300]
        taken.append(reply.seconds)
    return taken


def main() -> None:
    """Print memory, times and matches."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    started = time.process_time()
    bodies = len(register_in(options.data).records)
    seconds = time.process_time() - started
    tracemalloc.start()
    register = register_in(options.data)
    held = tracemalloc.get_traced_memory()[0] / 2**20
    tracemalloc.stop()
    print(f"register: {bodies:,} bodies, {seconds:.1f} s CPU, {held:.0f} MiB kept")
    del register
    tables = tables_of(SourceVersions(options.data).current())
    print(*matches(options.data, tables), sep="\n")
    names = [name for _, name in winners(tables)]
    random.Random(14).shuffle(names)
    with TemporaryDirectory() as folder:
        server = start_ancrage(options.data, Path(folder) / "log", read_ahead="false", share=64)
        with stopping(server):
            first = batches(server.port, names[:1], 1)[0]
            print(f"first name, with what is made of the publication: {first:.1f} s")
            for size in (10, 50, BATCH):
                taken = batches(server.port, names[:1000], size)
                print(
                    f"batches of {size}: median {1000 * statistics.median(taken):.0f} ms, worst {1000 * max(taken):.0f} ms; "
                    f"{len(names[:1000]):,} names in {sum(taken):.2f} s"
                )
            taken = batches(server.port, names[:1000], 50, ("department", "Isère"))
            print(f"batches of 50 with a département: median {1000 * statistics.median(taken):.0f} ms")
            print(f"load of the machine: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
