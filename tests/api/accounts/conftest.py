"""A provider of identities that really answers."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

collect_ignore = ["provider_process.py"]
"""A program, which no test imports."""


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The address of the provider."""
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("provider_process.py"))],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "AUTHLIB_INSECURE_TRANSPORT": "1", "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()
