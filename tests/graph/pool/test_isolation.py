"""What an isolated process cannot do any more."""

import subprocess
import sys

import pytest

PRELUDE = "from ancrage.graph.pool.isolation import isolate, can_connect, limit_memory, forbid_core_dumps\n"


def run(script: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PRELUDE + script], capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module", autouse=True)
def possible() -> None:
    if run("print(isolate())").stdout != "True\n":
        pytest.skip("this system gives no way to take the network from a process")


def test_a_process_reaches_its_host_before_and_nothing_after() -> None:
    assert run("print(can_connect(), isolate(), can_connect())").stdout == "True True False\n"


def test_no_socket_is_made() -> None:
    done = run("isolate()\nimport socket\nsocket.create_connection(('127.0.0.1', 9), 1)")
    assert "PermissionError" in done.stderr or "Network is unreachable" in done.stderr


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="system calls are filtered on Linux")
def test_no_program_is_started() -> None:
    done = run("isolate()\nimport os\nos.execv('/bin/echo', ['echo', 'started'])")
    assert "started" not in done.stdout
    assert "PermissionError" in done.stderr


def test_files_are_still_read() -> None:
    assert run("isolate()\nprint(len(open('/proc/self/stat').read()) > 0)").stdout == "True\n"


def test_memory_is_capped_and_the_cap_can_be_raised() -> None:
    done = run(
        "limit_memory(200 << 20)\n"
        "try: bytearray(400 << 20)\n"
        "except MemoryError: print('capped')\n"
        "limit_memory(2 << 30)\nprint(len(bytearray(400 << 20)))\n"
    )
    assert done.stdout == f"capped\n{400 << 20}\n"


def test_no_core_is_dumped() -> None:
    script = "import resource\nforbid_core_dumps()\nprint(resource.getrlimit(resource.RLIMIT_CORE))"
    assert run(script).stdout == "(0, 0)\n"
