"""A disk that takes nothing more: clients hear what it says by its number, and nobody hears where the data are."""

import errno
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.long

KEY = "the-key-of-the-attacked-service"
PATHS = (
    "/",
    "/healthz",
    "/readyz",
    "/metrics",
    "/sparql?query=ASK%7B%7D",
    "/api/v1/search?q=a",
    "/doc/x",
    "/graphs?default",
    "/.well-known/void",
    "/territoires",
    "/api/v1/gaps?territory=1",
    "/dumps",
    "/catalog",
    "/editor/vocabulary",
    "/queries/actor-ties.csv",
    "/developpeurs",
    "/api/v1/scenarios",
    "/cartes.svg",
)
LIMITED = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
from ancrage.api.cli import main

main()
"""


@pytest.fixture
def limited(hostile_data: Path, tmp_path: Path, server_of: Callable[..., Any]) -> Any:
    """A service whose files can have 200 kB, as on a disk with no room for more."""
    shutil.copytree(hostile_data, tmp_path / "where-the-data-are")
    return server_of(tmp_path / "where-the-data-are", code=LIMITED)


def lines(count: int) -> bytes:
    label = "http://www.w3.org/2000/01/rdf-schema#label"
    return b"".join(f'<urn:full:{number}> <{label}> "x"@en .\n'.encode() for number in range(count))


def put(service: Any, count: int) -> Any:
    headers = {"Content_Type": "application/n-triples", "Authorization": f"Bearer {KEY}"}
    return service.ask("/graphs?graph=urn:full:graph", "PUT", lines(count), timeout=60, **headers)


def check(answer: Any, number: int) -> None:
    """Check that an answer tells the number of the error, and not where the data are."""
    told = json.loads(answer.body)
    assert (answer.status, told.get("errno")) == (507, number), told
    assert str(number) in told["detail"] and str(number) in told["detail_fr"]
    assert b"where-the-data-are" not in answer.body


def test_an_upload_without_room_is_told_by_its_number(limited: Any) -> None:
    with limited as service:
        check(put(service, 9000), errno.EFBIG)
        service.unharmed()
    assert [line for line in service.log if f"Errno {errno.EFBIG}]" in line and "level=error" in line]


def test_a_disk_that_is_full_or_only_read_is_told_by_its_number(
    hostile_data: Path, tmp_path: Path, server_of: Callable[..., Any]
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    size = sum(file.stat().st_size for file in hostile_data.rglob("*") if file.is_file()) + (3 << 20)
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", disk], capture_output=True
    ).returncode:
        pytest.skip("a disk of a few megabytes needs the right to mount one")
    try:
        folder = shutil.copytree(hostile_data, disk / "where-the-data-are")
        with server_of(folder, ANCRAGE_LARGEST_UPLOAD="8M", ANCRAGE_MEMORY="1G") as service:
            answers = [put(service, count) for count in (10, 60_000)]
            assert answers[0].status == 201, answers[0].body
            check(answers[1], errno.ENOSPC)
            for count in (
                9_000,
                12_000,
                15_000,
                18_000,
                21_000,
            ):  # the upload has room, the store perhaps not
                if (answer := put(service, count)).status != 204:
                    check(answer, errno.ENOSPC)
            service.unharmed()
        assert [line for line in service.log if f"Errno {errno.ENOSPC}]" in line and "level=error" in line]
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        with server_of(folder) as service:
            check(put(service, 10), errno.EROFS)
            service.unharmed()
    finally:
        subprocess.run(["umount", "--lazy", disk], check=True)


def test_nobody_hears_where_the_data_are(tmp_path: Path, server_of: Callable[..., Any]) -> None:
    empty = tmp_path / "where-the-data-are"
    empty.mkdir()
    graph = {"Content_Type": "application/n-triples", "Authorization": f"Bearer {KEY}"}
    with server_of(empty) as service:
        for path in PATHS:
            for accept in ("text/html", "application/json", "text/turtle"):
                answer = service.ask(path, Accept=accept)
                told = answer.body + repr(answer.headers).encode()
                assert answer.status not in (0, 500), (path, told)
                assert b"where-the-data-are" not in told, (path, accept, told[:300])
        answer = service.ask("/graphs?graph=urn:a", "PUT", b"<urn:a> <urn:b> <urn:c> .\n", **graph)
        assert b"where-the-data-are" not in answer.body


def test_a_store_that_cannot_be_read_is_told_to_the_log_alone(
    hostile_data: Path, tmp_path: Path, server_of: Callable[..., Any]
) -> None:
    data = tmp_path / "where-the-data-are"
    shutil.copytree(hostile_data, data)
    with server_of(data) as service:
        for file in (data / "generations").rglob("*.sst"):
            file.unlink()
        answer = put(service, 10)
        assert answer.status == 422 and json.loads(answer.body)["title"] == "The write failed"
        assert b"where-the-data-are" not in answer.body
    assert [line for line in service.log if "where-the-data-are" in line and "level=error" in line]
