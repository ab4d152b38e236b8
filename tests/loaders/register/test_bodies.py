"""The file of bodies: those that succeed one another in a circle are told with their line."""

from pathlib import Path

import pytest
from ancrage.graph.declarations import DeclarationError
from ancrage.loaders.publish.register import write_register
from ancrage.loaders.register.bodies import Body, read_bodies

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


def test_parts_of_a_body_are_of_it_in_the_graph_of_the_register(tmp_path: Path) -> None:
    path = write_register([], tmp_path / "register.nq", [Body(id="1", names=("Institut",), parts=("2", "3"))])
    of = "<http://www.w3.org/ns/org#subOrganizationOf> <https://w3id.org/ancrage/id/organization/1>"
    lines = [line for line in path.read_text("utf-8").splitlines() if of in line]
    assert len(lines) == 2 and all("/graph/register>" in line for line in lines)


def test_no_part_is_of_two_bodies_and_none_is_one() -> None:
    bodies = read_bodies()
    parts = [part for body in bodies for part in body.parts]
    assert len(parts) == len(set(parts)) > 30 and not {body.id for body in bodies} & {*parts}
