"""Smoke test of an installed wheel: build and publish the demo, ask it, serve it. Usage: smoke.py ANCRAGE_COMMAND DATA_DIR."""

import html
import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor


def run(*args: str) -> str:
    """Return the standard output of a command, or stop with what it said."""
    done = subprocess.run(args, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(args)} gave {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def main() -> None:
    """Run the commands a newcomer runs and check what they answer."""
    ancrage, data = sys.argv[1:]
    start = time.monotonic()
    run(ancrage, "demo", "--no-serve", "--data-dir", data)
    print(f"demo built in {time.monotonic() - start:.1f} s")
    text = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }"
    answer = json.loads(run(ancrage, "query", text, "--format", "json", "--data-dir", data))
    quads = int(next(iter(answer[0].values()))) if isinstance(answer, list) else _count(answer)
    if quads < 300_000:
        sys.exit(f"the demo graph holds {quads} quads, fewer than 300,000")
    print(f"{quads} quads")
    command = [ancrage, "serve", "--data-dir", data, "--port", "0"]
    # Nothing is made ahead: it would compete with what is asked here.
    environment = os.environ | {"ANCRAGE_READ_AHEAD": "false"}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as server:
        try:
            address = _address(server)
            for path in (
                "/",
                "/territoires/epci/200040715",
                "/filieres/timber-construction",
                "/docs/",
                "/healthz",
            ):
                print(200, path, len(_read(address + path)), "bytes")
            maps = [f"/cartes?indicator={name}&level={level}" for name, level in _indicators(address)]
            for paths, kind in ((maps, "maps,"), (_examples(address), "examples,")):
                print(200, len(paths), kind, _bytes(address + path for path in paths), "bytes")
        finally:
            server.terminate()


def _indicators(address: str) -> list[tuple[str, str]]:
    """List indicators, each with a level that has a map."""
    declared = json.loads(_read(address + "/api/v1/indicators"))["indicators"]
    return [(one["id"], next(level for level in one["levels"] if level != "region")) for one in declared]


#: Whose examples are not of the demo (publications of another day, what somebody keeps), take long, or are asked elsewhere;
#: PDF needs an extra.
_ELSEWHERE = (
    "/changes/",
    "/generations/",
    "/ldes/",
    "/api/v1/scenarios/",
    "/dispositifs/exemple/",
    "/dumps/",
    "/graphs?",
    "/queries/",
)


def _examples(address: str) -> list[str]:
    """List the addresses that people who write programs are led to."""
    page = _read(address + "/developpeurs").decode()
    led = [html.unescape(one) for one in re.findall(r'<td><a href="([^"]+)"><code>', page)]
    return [
        one for one in led if not one.startswith(_ELSEWHERE) and "/dossier" not in one and ".pdf" not in one
    ]


def _read(address: str) -> bytes:
    """Read a page, which may ask to wait while a publication is read for the first time: ten minutes on a slow machine."""
    start = time.monotonic()
    while True:
        try:
            with urllib.request.urlopen(address, timeout=120) as page:
                body: bytes = page.read()
                return body
        except urllib.error.HTTPError as error:
            if error.code not in (503, 504) or time.monotonic() - start > 600:
                raise
            time.sleep(2)


def _bytes(addresses: Iterable[str]) -> int:
    """Read pages, four at a time; give their size."""
    with ThreadPoolExecutor(4) as readers:
        return sum(map(len, readers.map(_read, addresses)))


def _count(answer: dict[str, object]) -> int:
    results = answer["results"]
    assert isinstance(results, dict)
    return int(results["bindings"][0]["n"]["value"])


def _address(server: subprocess.Popen[str]) -> str:
    assert server.stderr is not None
    for line in server.stderr:
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            return found.group()
    sys.exit("the server printed no address")


if __name__ == "__main__":
    main()
