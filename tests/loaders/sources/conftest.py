"""What the tests of a source read of those that come before it."""

from dataclasses import replace
from pathlib import Path

import pytest
from ancrage.loaders.read.source import Source, read_inputs
from ancrage.loaders.read.tidy import tidy

FIXTURES = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="module")
def registers(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The tables of the sources that the module names in `BEFORE`, in that order, by `<source>__<table>`."""
    folder = tmp_path_factory.mktemp("registers")
    made: dict[str, Path] = {}
    for name in request.module.BEFORE:
        source = Source.named(name)
        source = replace(source, inputs=tuple(replace(given, minimum_rows=0) for given in source.inputs))
        files = sorted(path for path in (FIXTURES / name).iterdir() if path.suffix != ".nq")
        raw = read_inputs(source, files, registers=made)
        for table, frame in tidy(source, raw.tables, registers=made).items():
            path = folder / f"{name.replace('-', '_')}__{table}.parquet"
            frame.write_parquet(path)
            made[path.stem] = path
    return made
