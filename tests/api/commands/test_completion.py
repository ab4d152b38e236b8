"""What a shell asks when a person presses Tab, and what help says of each command."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ANCRAGE = [
    sys.executable,
    "-c",
    "import sys; from ancrage.api.cli import main; sys.argv[0] = 'ancrage'; main()",
]


def ancrage(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*ANCRAGE, *words], env={**os.environ, **variables}, capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("ancrage de", ["decisions", "demo", "desk"]),
        ("ancrage query --form", ["--format"]),
        ("ancrage query academic-actors-of", ["academic-actors-of-territory"]),
        ("ancrage queries own-", ["own-question"]),
    ],
)
def test_a_shell_is_told_what_may_follow(typed: str, offered: list[str], tmp_path: Path) -> None:
    ancrage("new", "query", "own-question", "--data-dir", str(tmp_path))
    done = ancrage(
        COMP_WORDS=typed,
        COMP_CWORD=str(typed.count(" ")),
        _ANCRAGE_COMPLETE="complete_bash",
        ANCRAGE_DATA_DIR=str(tmp_path),
    )
    assert sorted(done.stdout.split()) == offered, done.stderr


def test_the_script_of_bash_completes_in_bash(tmp_path: Path) -> None:
    written = ancrage("completion", "bash").stdout
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "ancrage").write_text(f"#!{sys.executable}\n{ANCRAGE[2]}\n")
    (folder / "ancrage").chmod(0o755)
    asked = 'COMP_WORDS=(ancrage roll); COMP_CWORD=1; _ancrage_completion ancrage; echo "${COMPREPLY[@]}"'
    done = subprocess.run(
        ["bash", "-c", f"{written}\n{asked}"],
        env={**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.stdout == "rollback\n", done.stderr


def test_a_shell_that_is_not_known_is_refused_with_those_that_are() -> None:
    done = ancrage("completion", "tcsh")
    assert done.returncode == 2 and "bash, zsh, fish, powershell" in done.stderr


@pytest.mark.parametrize("group", [(), ("desk",), ("scenario",), ("account",)])
def test_help_cuts_no_sentence(group: tuple[str, ...]) -> None:
    shown = ancrage(*group, "-h").stdout
    assert "..." not in shown and max(map(len, shown.splitlines())) <= 80
