"""What the official sources tell together can be published: each is tested alone elsewhere."""

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from ancrage.loaders.publish.order import in_order
from ancrage.loaders.publish.pipeline import Pipeline
from ancrage.loaders.read.source import Source, all_sources
from ancrage.words import AncrageError

FIXTURES = Path(__file__).parents[2] / "data"
APART = {"exchange", "ics", "openagenda", "insee-naf", "insee-densite"}
"""Sources of partners, and those whose files are workbooks, which tests write as they run."""
INVENTED = "Le code d'un arrondissement municipal a cinq caractères et relève de Paris, Lyon ou Marseille."
"""What is false of our fixtures: districts of a town that is none of the three."""


def small(source: Source) -> Source:
    """Let the few rows of a fixture be enough, and those that it has wrong on purpose be no reason to refuse it."""
    inputs = tuple(replace(given, minimum_rows=0) for given in source.inputs)
    return replace(source, inputs=inputs, max_rejected=20)


@pytest.mark.long
def test_the_shapes_refuse_nothing_of_what_official_sources_tell_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The data set of students by institution had no source once: the enrolments are written by the list of institutions."""
    sources = {name: small(one) for name, one in all_sources().items() if name not in APART}
    monkeypatch.setattr(Source, "named", lambda name, *own: sources[name])
    pipeline = Pipeline(tmp_path / "data")
    for source in in_order(list(sources.values())):
        files = (path for path in sorted((FIXTURES / source.name).iterdir()) if path.suffix != ".nq")
        pipeline.load(source.name, [path for path in files if "14-20" not in path.name], publish=False)
    with pytest.raises(AncrageError, match="2 violations"):
        pipeline.publish()
    told = pl.read_csv(tmp_path / "data" / "rejected" / "publication.csv")
    assert set(told["reason"]) == {INVENTED}
