"""Ask every operation of the OpenAPI description, with values that its schema allows, and print how many answer as it says.

    python benchmarks/contract.py DATA_DIR [--examples 5] [--under /ogc]

An answer is as the description says when its status, its media type and, where there is one, its schema are described, and when
it is no server error; a 503 or a 504 that is described is none. The service runs in this process, on one query process.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import schemathesis
from ancrage.api.app import create_app
from ancrage.api.web.settings import Settings
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.python import asgi
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [status_code_conformance, content_type_conformance, response_schema_conformance]
BUSY = (503, 504)


def operations(client: Any) -> Iterator[Any]:
    """Give the operations that a service describes."""
    described = schemathesis.openapi.from_dict(client.get("/openapi.json").json())
    described.app = client.app  # `from_asgi` would start and stop the service once more
    for found in described.get_all_operations():
        yield found.ok()


def faults(operation: Any, client: Any, examples: int) -> list[str]:
    """Say how an operation answers otherwise than its description, in one line each."""
    said = {str(status) for status in operation.definition.raw.get("responses", {})}
    found: dict[str, None] = {}

    @seed(1)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],
    )
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        answer = case.call(session=client)
        described = answer.status_code in BUSY and str(answer.status_code) in said
        try:
            case.validate_response(answer, checks=CHECKS if described else [not_a_server_error, *CHECKS])
        except FailureGroup as group:
            found.update(dict.fromkeys(" ".join(str(one).split())[:160] for one in group.exceptions))

    ask()
    return list(found)


def main() -> int:
    """Print each operation that is not as described, and how many are."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--examples", type=int, default=5)
    parser.add_argument("--under", default="/", help="only addresses that begin so")
    chosen = parser.parse_args()
    app = create_app(Settings(data_dir=chosen.data, workers=1, strict=False, read_ahead=False))
    clean = total = 0
    with asgi.get_client(app) as client:
        for operation in operations(client):
            if not operation.path.startswith(chosen.under):
                continue
            total += 1
            wrong = faults(operation, client, chosen.examples)
            clean += not wrong
            for one in wrong:
                print(f"{operation.label}: {one}", file=sys.stderr)
    print(f"{clean} of {total} operations answer as described ({chosen.examples} examples each)")
    return int(clean < total)


if __name__ == "__main__":
    raise SystemExit(main())
