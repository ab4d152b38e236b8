"""The file of bodies: those that succeed one another in a circle are told with their line."""

from pathlib import Path

import pytest
from ancrage.graph.declarations import DeclarationError
from ancrage.loaders.register.bodies import read_bodies

CIRCLE = """[[body]]
id = "1"
names = ["Un"]
former = [{ names = ["Deux"], until = 2015 }]

[[body]]
id = "2"
names = ["Deux"]
former = [{ names = ["Un"], until = 2016 }]
"""


def test_a_circle_of_successors_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "bodies.toml"
    path.write_text(CIRCLE, encoding="utf-8")
    with pytest.raises(DeclarationError) as told:
        read_bodies(path)
    assert told.value.message["fr"].startswith(
        "bodies.toml, ligne 4 : ces organismes se succèdent en cercle : "
    )


def test_a_body_may_have_the_name_of_one_before_it(tmp_path: Path) -> None:
    path = tmp_path / "bodies.toml"
    path.write_text(CIRCLE.partition('former = [{ names = ["Un"]')[0], encoding="utf-8")
    assert [body.id for body in read_bodies(path)] == ["1", "2"]


def test_no_part_is_of_two_bodies_and_none_is_one() -> None:
    bodies = read_bodies()
    parts = [part for body in bodies for part in body.parts]
    assert len(parts) == len(set(parts)) > 30 and not {body.id for body in bodies} & {*parts}
