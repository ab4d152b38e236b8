"""What Windows has not: locks of files, limits of processes. There, what is published is read, and nothing is written."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

WINDOWS = """
import os, sys
for name in ("fcntl", "resource", "uvloop", "pwd", "grp", "termios"):
    sys.modules[name] = None
for name in ("O_CLOEXEC", "fork", "register_at_fork", "sched_getaffinity"):
    vars(os).pop(name, None)
"""
COMMAND = "from ancrage.api.cli import main\nsys.argv[0] = 'ancrage'\nmain()"
QUESTION = ("academic-actors-of-territory", "-p", "territory=200040715")


def python(code: str, *args: object) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-c", WINDOWS + code, *map(str, args)]
    return subprocess.run(line, capture_output=True, text=True, timeout=300)


def test_what_is_published_is_read_without_locks(data_dir: Path) -> None:
    code = """
import ancrage
graph = ancrage.open(sys.argv[1])
actors = graph.query("academic-actors-of-territory", territory="200040715").frame
print(actors.columns[0], graph.sparql("ASK { ?s ?p ?o }").frame.item())
"""
    done = python(code, data_dir)
    assert done.stdout == "organization True\n", done.stderr
    done = python(COMMAND, "query", *QUESTION, "--format", "csv", "--data-dir", data_dir)
    assert done.returncode == 0 and done.stdout.startswith("organization"), done.stderr


@pytest.mark.parametrize(
    "command", [("rollback",), ("load", "exchange", "examples/aura"), ("serve", "--port", "0")]
)
def test_a_write_is_refused_in_one_sentence(command: tuple[str, ...], data_dir: Path, tmp_path: Path) -> None:
    shutil.copytree(data_dir, tmp_path / "data")
    before = (tmp_path / "data" / "current").read_text()
    done = python(COMMAND, *command, "--data-dir", tmp_path / "data")
    assert done.returncode == 1 and "ne verrouille pas de fichier" in done.stderr
    assert done.stderr.count("\n") == 1 and (tmp_path / "data" / "current").read_text() == before
