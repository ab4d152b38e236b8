"""The index of the finder: built once a snapshot and kept beside it, opened in some tens of milliseconds."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import polars as pl
import tantivy

from ..region.text import STEMMED, WORDS, prepare_text, splitter, stemmer
from ..region.view import RegionView
from ..snapshots.reader import LocalReader
from ..snapshots.snapshot import Snapshot
from .columns import names_of
from .documents import documents
from .occupations import Trades

_HEAP = 64 << 20


def schema() -> tantivy.Schema:
    """Give the fields of the index: the row, and names, subjects and work in whole words or in stems."""
    made = tantivy.SchemaBuilder().add_unsigned_field("row", stored=False, fast=True)
    made.add_text_field("name", tokenizer_name=WORDS, index_option="basic")
    for field in ("label", "text", "work"):
        made.add_text_field(field, tokenizer_name=STEMMED, index_option="freq")
    return made.build()


def register_tokenizers(index: tantivy.Index) -> tantivy.Index:
    """Tell an index how it cuts texts."""
    index.register_tokenizer(WORDS, splitter())
    index.register_tokenizer(STEMMED, stemmer())
    return index


def build(snapshot: Snapshot, folder: Path) -> None:
    """Make the index of a snapshot in a folder, which is there only when it is whole; errors of the reader pass."""
    with LocalReader(snapshot) as reader:
        matter, everything = RegionView.of(reader), RegionView.of(reader, illustrative=True)
        made, names = documents(matter, everything), names_of(everything)
    draft = folder.with_name(f".{folder.name}.{os.getpid()}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        write(made, names, Trades.of(matter), draft)
        shutil.rmtree(folder, ignore_errors=True)
        draft.replace(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def write(made: pl.DataFrame, names: dict[str, tuple[str, ...]], trades: Trades, folder: Path) -> None:
    """Write documents, the names of their facets, words of occupations and the index in a folder."""
    (folder / "index").mkdir(parents=True)
    trades.write(folder)
    index = register_tokenizers(tantivy.Index(schema(), path=str(folder / "index"), reuse=False))
    writer = index.writer(heap_size=_HEAP, num_threads=1)
    columns = made.select("label", "names", "text", "work").iter_rows()
    for row, (label, known, text, work) in enumerate(columns):
        document = tantivy.Document()
        document.add_unsigned("row", row)
        for name in known:
            document.add_text("name", name)
        for field, value in (("label", label), ("text", text), ("work", work)):
            if value:
                document.add_text(field, prepare_text(value))
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    facets = {
        path
        for column in ("places", "fields", "chains", "families", "detail")
        for path in _values(made[column])
    }
    kept = {path: names[path] for path in sorted(facets) if path in names}
    (folder / "names.json").write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
    made.drop("text", "work").write_ipc(folder / "documents.arrow")


def _values(column: pl.Series) -> list[str]:
    values = column.explode() if column.dtype == pl.List(pl.String) else column
    return [str(one) for one in values.drop_nulls().unique()]
