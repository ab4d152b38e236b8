"""What is a table: its frame, and the same for pandas, Arrow, Parquet, and whatever reads Arrow's stream."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from ...graph.snapshots.durable import draft_of
from ...loaders.packages import optional_package
from .spoken import speak

if TYPE_CHECKING:
    import pandas as pd

_NULLABLE: dict[type[pl.DataType], str] = {
    pl.Int64: "Int64",
    pl.Float64: "Float64",
    pl.Boolean: "boolean",
    pl.String: "string",
}


class Tabular:
    """Something with a `frame`; `polars.DataFrame(x)`, DuckDB and all that read Arrow's C stream take it as it is."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        speak(cls)

    @property
    def frame(self) -> pl.DataFrame:
        """The table as a polars frame, each column of one type."""
        raise NotImplementedError

    def pandas(self) -> pd.DataFrame:
        """Give the frame for pandas, with its nullable types; decimals stay `decimal.Decimal`. Raises PackageMissing.

        pyarrow is not needed. Dates are `datetime64`, as pandas has no other.
        """
        pandas: Any = optional_package("pandas")
        columns = {}
        for column in self.frame:
            if (kind := _NULLABLE.get(type(column.dtype))) is not None:
                columns[column.name] = pandas.array(column.to_list(), dtype=kind)
            elif isinstance(column.dtype, pl.Date | pl.Datetime):
                columns[column.name] = pandas.to_datetime(pandas.Series(column.to_list(), dtype="object"))
            else:
                columns[column.name] = pandas.Series(column.to_list(), dtype="object")
        made: pd.DataFrame = pandas.DataFrame(columns)
        return made

    def arrow(self) -> Any:
        """Give the frame as a `pyarrow.Table`; raises PackageMissing."""
        return optional_package("pyarrow").table(self)

    def parquet(self, path: os.PathLike[str] | str) -> Path:
        """Write the frame as a Parquet file, whole or not at all, and give its path; raises OSError."""
        with draft_of(Path(path)) as draft:
            self.frame.write_parquet(draft)
        return Path(path)

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self.frame.__arrow_c_stream__(requested_schema)


speak(Tabular)
