"""JSON Schemas of declarations: editors say of a file what the loader says of it."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from ancrage.graph.declarations import DeclarationError, DeclarationFile
from ancrage.loaders.schemas import SCHEMAS, schema_of
from jsonschema import Draft202012Validator

ROOT = Path(__file__).parents[2]
SHIPPED = {
    "indicator": "graph/indicators/declared/*.toml",
    "filiere": "loaders/filieres/*.toml",
    "rules": "loaders/inference/metiers.toml",
    "source": "loaders/sources/*/source.toml",
}


def test_every_shipped_declaration_names_its_schema_and_follows_it() -> None:
    assert SHIPPED.keys() == SCHEMAS.keys()
    for name, pattern in SHIPPED.items():
        validator = Draft202012Validator(schema_of(name))
        paths = list(ROOT.glob(pattern))
        assert paths
        for path in paths:
            text = path.read_text(encoding="utf-8")
            mark, _, schema = text.partition("\n")[0].partition(" ")
            assert mark == "#:schema", path
            assert (path.parent / schema).resolve() == ROOT / "docs" / "schemas" / f"{name}.json", path
            # A date of TOML is a text of JSON, as editors check it.
            read = json.loads(json.dumps(tomllib.loads(text), default=str))
            assert not list(validator.iter_errors(read)), path


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("indicator", "colour = 1"),
        ("filiere", "[[links]]\nstage = 'moon'"),
        ("rules", "[[rules]]\nid = 'a'"),
        ("source", "evidence = 'sure'"),
    ],
)
def test_what_the_loader_refuses_the_schema_refuses(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / "one.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DeclarationError):
        DeclarationFile(path).read(SCHEMAS[name])
    assert not Draft202012Validator(schema_of(name)).is_valid(tomllib.loads(text))
