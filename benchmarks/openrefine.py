"""OpenRefine itself as a client of `/reconcile`: a table reconciled and completed by its commands, beside `ancrage link`.

    ancrage serve --data-dir DATA --port 8765
    refine -p 3399 -x refine.headless=true          (OpenRefine 3.8; of Debian: package `openrefine`)
    python benchmarks/openrefine.py TABLE.csv --data DATA [--service ADDRESS/reconcile] [--refine ADDRESS]

The table has a column `nom`, and may have `siren`, `commune`: those of `ancrage link`. Printed: the types that OpenRefine
guesses, how many cells it takes as matched and in how long, the columns that it adds, and the rows where it differs from
`ancrage link`.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import Request, urlopen

from ancrage.loaders.publish.linked_tables import link_table
from ancrage.loaders.publish.register import register_in

_ADDED = ("siren", "commune", "epci", "activity", "parent")
_ENGINE = '{"facets": [], "mode": "row-based"}'
_PATIENCE = 120.0


class Refine:
    """A running OpenRefine, and the service that it reconciles with."""

    def __init__(self, address: str, service: str) -> None:
        self.address, self.service = f"{address}/command/core", service
        with urlopen(service, timeout=60) as answer:
            self.manifest = json.load(answer)
        self.spaces = {name: self.manifest[name] for name in ("identifierSpace", "schemaSpace")}

    def get(self, command: str, **parameters: Any) -> Any:
        """Ask for something."""
        with urlopen(f"{self.address}/{command}?{urlencode(parameters)}", timeout=60) as answer:
            return json.load(answer)

    def post(self, command: str, project: str, **fields: str) -> Any:
        """Have something done."""
        asked = urlencode({"csrf_token": self.get("get-csrf-token")["token"], "project": project})
        request = Request(
            f"{self.address}/{command}?{asked}", urlencode(fields | {"engine": _ENGINE}).encode()
        )
        with urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def create(self, table: Path) -> str:
        """Make a project of a table; return its number."""
        options = {"separator": ",", "encoding": "UTF-8", "headerLines": 1, "guessCellValueTypes": False}
        fields = {"project-name": table.stem, "format": "text/line-based/*sv", "options": json.dumps(options)}
        parts = [f'name="{name}"\r\n\r\n{value}' for name, value in fields.items()]
        text = table.read_text(encoding="utf-8-sig")
        parts.append(f'name="project-file"; filename="{table.name}"\r\nContent-Type: text/csv\r\n\r\n{text}')
        edge = "----ancrage"
        body = (
            "".join(f"--{edge}\r\nContent-Disposition: form-data; {part}\r\n" for part in parts)
            + f"--{edge}--\r\n"
        )
        token = self.get("get-csrf-token")["token"]
        headers = {"Content-Type": f"multipart/form-data; boundary={edge}"}
        request = Request(
            f"{self.address}/create-project-from-upload?csrf_token={token}", body.encode(), headers
        )
        with urlopen(request, timeout=60) as answer:
            return parse_qs(urlsplit(answer.url).query)["project"][0]

    def wait(self, project: str) -> None:
        """Wait until nothing of a project is being done; raises TimeoutError."""
        end = time.monotonic() + _PATIENCE
        while self.get("get-processes", project=project)["processes"]:
            if time.monotonic() > end:
                raise TimeoutError("OpenRefine is still at work")
            time.sleep(0.2)

    def reconcile(self, project: str, columns: list[str], type: str) -> float:
        """Reconcile the column `nom` with a type, by the other columns as properties; return the seconds it took."""
        known = {"siren": "siren", "commune": "commune-code"}
        config = {
            "mode": "standard-service", "service": self.service, **self.spaces, "type": {"id": type, "name": type},
            "autoMatch": True, "batchSize": self.manifest["batchSize"],
            "columnDetails": [
                {"column": name, "propertyName": name, "propertyID": known[name]} for name in columns if name in known
            ],
        }  # fmt: skip
        started = time.perf_counter()
        self.post("reconcile", project, columnName="nom", config=json.dumps(config))
        self.wait(project)
        return time.perf_counter() - started

    def extend(self, project: str) -> None:
        """Add properties of what is matched as columns beside the names."""
        extension = {"properties": [{"id": name, "name": name} for name in _ADDED]}
        self.post(
            "extend-data", project, baseColumnName="nom", endpoint=self.service, columnInsertIndex="1",
            extension=json.dumps(extension), **self.spaces,
        )  # fmt: skip
        self.wait(project)

    def rows(self, project: str) -> tuple[list[str], list[list[Any]], dict[str, Any]]:
        """Return the columns of a project, the cells of its rows, and what reconciliation says of cells."""
        columns = [one["name"] for one in self.get("get-models", project=project)["columnModel"]["columns"]]
        told = self.get("get-rows", project=project, start=0, limit=100_000, engine=_ENGINE)
        models = self.get("get-models", project=project)["columnModel"]["columns"]
        places = [one["cellIndex"] for one in models]
        cells = [
            [row["cells"][at] if at < len(row["cells"]) else None for at in places] for row in told["rows"]
        ]
        return columns, cells, told["pool"]["recons"]


def main() -> None:
    """Print what OpenRefine makes of a table, and where it differs from the command."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("table", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--service", default="http://127.0.0.1:8765/reconcile")
    parser.add_argument("--refine", default="http://127.0.0.1:3399")
    parser.add_argument("--type", default="Organization")
    options = parser.parse_args()
    refine = Refine(options.refine, options.service)
    print(refine.get("get-version")["full_name"])
    project = refine.create(options.table)
    guessed = refine.post("guess-types-of-column", project, columnName="nom", service=options.service)[
        "types"
    ]
    print("types guessed:", ", ".join(f"{one['id']} {one['count']}" for one in guessed))
    columns, rows, _ = refine.rows(project)
    seconds = refine.reconcile(project, columns, options.type)
    _, rows, recons = refine.rows(project)
    found = [recons.get(str(row[0]["r"]), {}) if row[0] and "r" in row[0] else {} for row in rows]
    bodies = [(one.get("m") or {}).get("id") for one in found]
    print(f"{len(rows)} rows, {sum(map(bool, bodies))} matched, in {seconds:.1f} s")
    linked = (
        link_table(options.table, register_in(options.data), proposals=False).frame["organization"].to_list()
    )
    names = [row[0] and row[0]["v"] for row in rows]
    differing = [one for one in zip(names, linked, bodies, strict=True) if one[1] != one[2]]
    print(f"rows where `ancrage link` says something else: {len(differing)}")
    for name, ours, theirs in differing[:20]:
        print(f"  {name}: {ours} by the command, {theirs} by OpenRefine")
    refine.extend(project)
    columns, rows, _ = refine.rows(project)
    filled = {
        name: sum(bool(row[rank] and row[rank]["v"] is not None) for row in rows)
        for rank, name in enumerate(columns)
    }
    print(f"{len(rows)} rows with the columns added; cells with a value:", filled)


if __name__ == "__main__":
    main()
