"""Ask remote stores each question of the library, and compare their answers and times with those of the local store.

Usage: python benchmarks/remote.py DATA_DIR URL… [--only NAME…]

DATA_DIR is a published data directory; each URL is a SPARQL endpoint that was filled from it (`ancrage dump --union`). Prints
for each endpoint how many questions have the same rows, other rows, or no answer, and why, and the seconds of the equal
ones as a ratio to the local store's. Ends with 1 where rows differ.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path

from ancrage.api.reading.questions import dataset_of
from ancrage.graph.snapshots.reader import LocalReader
from ancrage.graph.snapshots.remote import adopt
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.graph.sparql.remote import RemoteFailed
from ancrage.queries.library import Library


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("urls", nargs="+")
    parser.add_argument("--only", nargs="*", default=())
    arguments = parser.parse_args()
    different = 0
    with LocalReader.current(arguments.data) as local:
        for url in arguments.urls:
            with tempfile.TemporaryDirectory() as folder:
                adopt(Snapshots(Path(folder)), url, lenient=True)
                with LocalReader.current(Path(folder)) as remote:
                    different += compare(url, local, remote, arguments.only)
    sys.exit(bool(different))


def compare(url: str, local: LocalReader, remote: LocalReader, only: list[str]) -> int:
    """Compare the answers of two stores; give the number of questions whose rows differ."""
    found: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    seconds = [0.0, 0.0]
    for query in Library().values():
        if only and query.name not in only:
            continue
        text, graphs = query.text, dataset_of(local.snapshot.manifest["graphs"], query)
        ours = local.query(text, accept="tsv, nt;q=0.9", default_graphs=graphs)
        try:
            theirs = remote.query(text, accept=ours.media_type, default_graphs=graphs)
        except RemoteFailed as error:
            found["no answer"] += 1
            reasons[" ".join(str(error.reason).split("SPARQL query:")[0].split())[:110]] += 1
            continue
        equal = Counter(ours.body.splitlines()) == Counter(theirs.body.splitlines())
        found["equal" if equal else "other rows"] += 1
        if equal:
            seconds[0] += ours.seconds
            seconds[1] += theirs.seconds
        else:
            print(
                f"  {query.name}: other rows ({len(ours.body.splitlines())} lines here, {len(theirs.body.splitlines())} there)"
            )
    ratio = seconds[1] / max(seconds[0], 1e-9)
    print(
        f"{url}: {dict(found)}; the equal ones took {seconds[1]:.1f} s beside {seconds[0]:.1f} s ({ratio:.1f})"
    )
    for reason, count in reasons.most_common():
        print(f"  {count:3} {reason}")
    return found["other rows"]


if __name__ == "__main__":
    main()
