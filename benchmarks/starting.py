"""Measure what `ancrage query` costs before and around a question: processor time beside that of importing typer.

    python benchmarks/starting.py DATA_DIR [--runs 7]

The least of some runs each, in turn: other work on the machine only adds.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys

COMMANDS = {
    "import typer": ["-c", "import typer"],
    "a text in SPARQL": ["query", "SELECT ?s { ?s ?p ?o } LIMIT 1"],
    "a question of the package": ["query", "relays"],
}


def cost(words: list[str], data: str) -> float:
    """Run Python, or a command of ancrage, and give its processor time in seconds."""
    code = ["-c", "from ancrage.api.cli import main; main()"] if words[0] != "-c" else []
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "ANCRAGE_DATA_DIR": data}
    subprocess.run([sys.executable, *code, *words], check=True, stdout=subprocess.DEVNULL, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> int:
    """Print the least of each, and its ratio to the first."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("data")
    parser.add_argument("--runs", type=int, default=7)
    chosen = parser.parse_args()
    least = dict.fromkeys(COMMANDS, float("inf"))
    for _ in range(chosen.runs):
        for name, words in COMMANDS.items():
            least[name] = min(least[name], cost(words, chosen.data))
    reference = least["import typer"]
    for name, seconds in least.items():
        print(f"{name}: {seconds:.2f} s of CPU, {seconds / reference:.1f} × import typer")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
