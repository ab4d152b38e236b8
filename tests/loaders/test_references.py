"""What no source describes: told at each cell that names it, whichever graph would describe it."""

from pathlib import Path

import polars as pl
import pyoxigraph as ox
from ancrage.loaders.publish.references import unknown_references
from ancrage.loaders.publish.staging import Version
from ancrage.ontology.vocabulary import ID


def test_a_cell_is_lost_where_no_graph_describes_what_it_names(tmp_path: Path) -> None:
    version = Version(tmp_path)
    version.write_tables(
        {
            "sites": pl.DataFrame(
                {"id": ["site/1", "site/2", "site/3"], "organizations": [["o/a"], ["o/b"], ["o/x"]]}
            ),
            "territories": pl.DataFrame(
                {"id": ["t/1", "t/2"], "part_of": [["o/x", "o/a"], ["https://example.org/elsewhere", None]]}
            ),
        }
    )
    store, named = ox.Store(), ox.NamedNode("http://example.org/g")
    for name, graph in (("o/a", ox.DefaultGraph()), ("o/b", named)):
        term = ox.NamedNode(ID + name)
        store.add(ox.Quad(term, named, term, graph))
    assert unknown_references(store, {"mine": version}) == []  # an official source is not asked
    version.rows.touch()
    lost = unknown_references(store, {"mine": version})
    assert [(str(one.focus), str(one.value)) for one in lost] == [
        (f"<{ID}site/3>", f"<{ID}o/x>"),
        (f"<{ID}t/1>", f"<{ID}o/x>"),
    ]
    assert unknown_references(store, {"mine": version}, lost) == []
