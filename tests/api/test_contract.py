"""The description is kept: what addresses answer to values that their schema allows is what it says they answer."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ancrage.api.app import create_app
from ancrage.api.openapi import address_to_try
from ancrage.api.web.contract import RECORDS, complete, media_types
from ancrage.api.web.settings import Settings
from schemathesis.python import asgi

_PATH = Path(__file__).parents[2] / "benchmarks" / "contract.py"
_SPEC = importlib.util.spec_from_file_location("contract_benchmark", _PATH)
assert _SPEC is not None and _SPEC.loader is not None
benchmark: Any = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(benchmark)


@pytest.fixture(scope="module")
def served(example_data_dir: Path) -> Iterator[Any]:
    app = create_app(Settings(data_dir=example_data_dir, workers=1, strict=False, read_ahead=False))
    made: Any = app
    with asgi.get_client(made) as client:
        yield client


ASKED = frozenset(
    {
        *(
            "/id/{path}",
            "/doc/{path}",
            "/.well-known/void",
            "/prefixes",
            "/contexts/v1.jsonld",
            "/dumps/{path}",
            "/graphs",
        ),
        *(
            "/recherche",
            "/territoires/{kind}/{code}",
            "/acteurs/{code}/{block}",
            "/filieres/{slug}/reseau.{suffix}",
        ),
        *(
            "/api/v1/search",
            "/api/v1/actors",
            "/api/v1/scenarios",
            "/api/v1/desk/rates",
            "/sparql",
            "/update",
            "/reconcile/preview",
        ),
    }
)
"""An address of each sort: `benchmarks/contract.py` asks them all, and more of each."""


def test_addresses_answer_as_described(served: Any) -> None:
    chosen = [one for one in benchmark.operations(served) if one.path in ASKED]
    assert {one.path for one in chosen} == ASKED
    assert {one.label: wrong for one in chosen if (wrong := benchmark.faults(one, served, 1))} == {}


def test_every_operation_says_what_is_refused_and_in_which_type(served: Any) -> None:
    paths = served.get("/openapi.json").json()["paths"]
    for path, methods in paths.items():
        for operation in methods.values():
            refused = operation["responses"]["default"]["content"]
            assert "application/problem+json" in refused, path
            assert "HTTPValidationError" not in str(operation["responses"]), path


def test_every_answer_has_a_shape_and_json_has_that_which_is_described(served: Any) -> None:
    described = served.get("/openapi.json").json()
    shown = 0
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            content = operation["responses"].get("200", {}).get("content", {})
            assert all(one.get("schema") for name, one in content.items() if "json" in name), (method, path)
            shape = content.get("application/json", {}).get("schema", {})
            if method != "get" or "$ref" in str(shape) or not any(one.fullmatch(path) for one, _ in RECORDS):
                continue
            answer = served.get(address_to_try(path, operation), headers={"Accept": "application/json"})
            if answer.status_code == 200 and answer.headers["content-type"].startswith("application/json"):
                jsonschema.validate(answer.json(), shape)
                shown += 1
    assert shown > 12


def test_an_answer_that_the_code_describes_is_left_as_it_is() -> None:
    content = {"application/json": {"schema": {"type": "object"}}}
    one: dict[str, Any] = {"responses": {"200": {"content": dict(content)}, "404": {"description": "none"}}}
    complete({"/agenda": {"get": one}})
    assert one["responses"]["200"]["content"] == content and one["responses"]["404"] == {
        "description": "none"
    }
    assert list(media_types("/territoires/{kind}/{code}")) == ["text/html"]
