"""Processes of our modules: what they say on standard error is in the log, and nowhere else."""

import logging
import time

import pytest
from ancrage.loaders.operations import module_process


def test_what_a_process_says_on_standard_error_is_logged_line_by_line(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.WARNING), module_process.start("loaders.devices.process") as process:
        assert process.stdin is not None
        process.stdin.write("no JSON\n")
        process.stdin.close()
        assert process.wait(30) == 1
        end = time.monotonic() + 10
        while not any("JSONDecodeError" in one for one in caplog.messages) and time.monotonic() < end:
            time.sleep(0.01)
    assert caplog.messages[0] == "loaders.devices.process: Traceback (most recent call last):"
    assert "JSONDecodeError" in caplog.messages[-1] and capfd.readouterr().err == ""
