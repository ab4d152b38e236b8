"""Drawings: every node is placed, told apart by shape, and says only text."""

import tomllib
from dataclasses import replace
from hashlib import sha256
from itertools import combinations
from xml.etree import ElementTree

import networkx as nx
import pytest
from ancrage.api.pages.value_chain.chain import Chain, Link
from ancrage.api.pages.value_chain.drawing import LARGEST, draw_chain
from ancrage.api.pages.value_chain.picture import Box, picture_of
from ancrage.api.pages.value_chain.visualisation import PYVIS_LIMIT, STYLES, assemble
from ancrage.api.render.rendering import STATIC
from ancrage.graph.chains.network import Actor, ChainNetwork, Tie
from ancrage.words import N_

STAGES = [(f"chain-stage/{n}", f"étape {n}") for n in range(6)]
TRAINS = "chain-function/trains"


def chain(members: int) -> Chain:
    """A filière with so many programmes, one in three at a known stage, all offered by one school."""
    actors = {
        f"m{n:05}": Actor(
            f"m{n:05}", f"Membre {n}", "programme", {TRAINS}, {STAGES[n % 6][0]} if n % 3 == 0 else set()
        )
        for n in range(members)
    }
    ties = [Tie(path, "school", "offers") for path in actors]
    actors["school"] = Actor("school", "<b>École</b>", "institution")
    return Chain(
        path="value-chain/essai",
        label={"fr": "essai", "en": "trial"},
        definition={"fr": "", "en": ""},
        stages=tuple((stage, {"fr": text, "en": f"stage {stage[-1]}"}) for stage, text in STAGES),
        functions=((TRAINS, {"fr": "forme", "en": "trains"}),),
        links=(Link("urn:naf", "16.10A", "Sciage", "NAF rév. 2", False, STAGES[1][0], None, "", "", False),),
        rules=(),
        network=ChainNetwork("value-chain/essai", actors, ties),
    )


def test_every_node_has_its_own_place() -> None:
    nodes = draw_chain(chain(60)).nodes
    places = {(node["x"], node["y"]) for node in nodes}
    assert len(places) == len(nodes)
    assert {node["kind"] for node in nodes} >= {"stage", "activity", "programme", "institution"}


def test_stages_stand_from_left_to_right_joined_by_the_flow() -> None:
    drawing = draw_chain(chain(10))
    xs = [next(node["x"] for node in drawing.nodes if node["id"] == stage) for stage, _ in STAGES]
    assert xs == sorted(xs)
    arrows = [(edge["from"], edge["to"]) for edge in drawing.edges if edge.get("arrows") == "to"]
    assert arrows == list(zip([s for s, _ in STAGES], [s for s, _ in STAGES[1:]], strict=False))


def test_a_stage_tells_the_jobs_counted_around_it_and_only_those() -> None:
    counted = {STAGES[0][0]: N_("12 emplois")}
    titles = {node["id"]: node["title"] for node in draw_chain(replace(chain(10), counted=counted)).nodes}
    assert titles[STAGES[0][0]].endswith("\n12 emplois")
    assert "emplois" not in titles[STAGES[1][0]]


def test_kinds_are_told_apart_by_shape_too() -> None:
    assert len({shape for _, _, shape in STYLES.values()}) == len(STYLES)


def test_a_large_filiere_is_drawn_in_part_and_says_so() -> None:
    drawing = draw_chain(chain(LARGEST + 50))
    assert sum(node["kind"] == "programme" for node in drawing.nodes) == LARGEST
    assert "2 051" in drawing.note.replace("\u202f", " ")
    assert "2,051" in draw_chain(chain(LARGEST + 50), said="en").note


def test_physics_is_off_and_titles_are_text() -> None:
    drawing = draw_chain(chain(5))
    assert drawing.options["physics"]["enabled"] is False
    assert "<b>École</b>\nétablissement" in {node["title"] for node in drawing.nodes}


def test_lists_are_the_same_with_and_without_pyvis() -> None:
    graph: nx.Graph[str] = nx.Graph()
    for n in range(PYVIS_LIMIT + 1):
        graph.add_node(f"urn:{n}", kind="unit", label=str(n), x=n, y=0, title=str(n))
    graph.add_edge("urn:0", "urn:1")
    large = assemble(graph)
    small = assemble(graph.subgraph(["urn:0", "urn:1"]))
    assert {node["id"]: node for node in large.nodes}["urn:0"] == {n["id"]: n for n in small.nodes}["urn:0"]
    ends = [[{edge["from"], edge["to"]} for edge in drawing.edges] for drawing in (large, small)]
    assert ends[0] == ends[1] == [{"urn:0", "urn:1"}]


@pytest.mark.parametrize("members", [2, 60])
def test_a_picture_names_each_actor_once_and_no_name_is_over_another(members: int) -> None:
    picture = ElementTree.fromstring(picture_of(draw_chain(chain(members)), "essai", {"Publication": "p"}))
    texts = list(picture.iter("{http://www.w3.org/2000/svg}text"))
    for name in ("<b>École</b>", *(f"Membre {n}" for n in range(members))):
        assert sum((text.text or "").endswith(name) for text in texts) == 1
    boxes = []
    for text in texts:
        x, y, size = (float(text.get(part, "0")) for part in ("x", "y", "font-size"))
        wide = 0.56 * size * len(text.text or "")
        left = x - wide / 2 if text.get("text-anchor") == "middle" else x
        boxes.append(Box(left, y - 0.7 * size, left + wide, y))
    assert not any(one.meets(other) for one, other in combinations(boxes, 2))


def test_the_summary_names_the_stages_where_nobody_is() -> None:
    text = chain(1).summary().replace("\u00a0", " ")
    assert "1 membre repéré, où qu’il soit : 1 formation" in text
    assert "« étape 1 »" in text
    assert "« étape 0 »" not in text


def test_the_drawing_and_the_summary_speak_english_too() -> None:
    drawing = draw_chain(chain(3), said="en")
    assert {word for _, word, _, _ in drawing.legend} >= {"programme", "stage of the chain"}
    assert "stage not known" in {node["label"] for node in drawing.nodes}
    assert (
        chain(1)
        .summary("en")
        .startswith("6 stages, 1 activity; 1 member found, wherever it is: 1 programme.")
    )


def test_nodes_say_what_filters_need() -> None:
    node = next(one for one in draw_chain(chain(4)).nodes if one["id"] == "m00003")
    assert {name: node[name] for name in ("f", "s", "e", "t", "years")} == {
        "f": ["trains"], "s": ["3"], "e": [], "t": [], "years": [],
    }  # fmt: skip


def test_vendored_files_are_the_locked_bytes() -> None:
    lock = tomllib.loads((STATIC / "vendor.lock.toml").read_text("utf-8"))
    locked = {asset["file"]: asset for asset in lock["asset"]}
    for asset in locked.values():
        assert sha256((STATIC / asset["file"]).read_bytes()).hexdigest() == asset["sha256"]
        assert (STATIC / asset["licence_file"]).is_file()
        assert asset["licence"]
        assert asset["version"]
    scripts = {f"vendor/{path.name}" for path in (STATIC / "vendor").glob("*.js")}
    assert scripts <= locked.keys()
