"""What is said of the columns that are left is true of the official files."""

import os
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from ancrage.loaders.read.source import all_sources

OFFICIAL = Path(os.environ.get("ANCRAGE_OFFICIAL_DATA", Path(__file__).parents[4] / "shared" / "data"))


def said_constant() -> Iterator[tuple[str, pl.Series, str]]:
    """Give source and file, values and reason of each column said to be empty or always the same."""
    for name, source in all_sources().items():
        for given in source.inputs:
            if given.separator is None:
                continue
            for path in sorted({path for pattern in given.files for path in OFFICIAL.glob(pattern)}):
                if path.suffix == ".json":
                    continue
                table = pl.read_csv(
                    path, separator=given.separator, encoding="utf8-lossy", infer_schema=False
                )
                left = {column: why for one in given.variants for column, why in one.ignored.items()}
                for column in left.keys() & set(table.columns):
                    if "vide" in left[column] or "toujours" in left[column]:
                        yield f"{name}, {path.name}", table[column], left[column]


@pytest.mark.official
def test_what_is_said_to_be_empty_or_constant_is() -> None:
    """« Vide dans les deux exports » was said of a column that holds names."""
    if not OFFICIAL.is_dir():
        pytest.skip(f"no official files in {OFFICIAL}")
    told = list(said_constant())
    assert len(told) > 3
    wrong = [
        (where, values.name, why)
        for where, values, why in told
        if values.drop_nulls().n_unique() > (0 if "vide" in why else 1)
    ]
    assert wrong == []
