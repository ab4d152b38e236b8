"""The memory of the process that serves."""

import platform
import subprocess
import sys

import pytest

PAGES = """
import sys
from ancrage.api.server import give_back_memory

def own():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("RssAnon"))

if sys.argv[1:]:
    give_back_memory()
del (once := [bytes(20 << 20)])[0]  # glibc keeps pieces of the size from now on
before, pages, rest = own(), [], []
for _ in range(40):
    pages.append(b"p" * 1_500_000)
    rest.append(bytearray(600))
pages.clear()
print(own() - before)
"""


@pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc", reason="nothing is told to another C library than glibc"
)
def test_memory_of_large_pages_is_given_back() -> None:
    def kept(*arguments: str) -> int:
        command = [sys.executable, "-c", PAGES, *arguments]
        return int(subprocess.run(command, capture_output=True, check=True, text=True).stdout)

    assert kept("give") < kept() / 4
