"""Flows: bands are as thick as what they count, meet their bars without holes, and no text becomes markup."""

import re
from xml.etree import ElementTree

import pytest
from ancrage.api.render.flow_drawing import Band, flow_svg
from hypothesis import given
from hypothesis import strategies as st

SVG = "{http://www.w3.org/2000/svg}"
HEADS = ("Ici", "Ailleurs")
counts = st.dictionaries(
    st.tuples(st.sampled_from("abcd"), st.sampled_from("wxyz")), st.integers(1, 500), min_size=1
)


def drawn(pairs: dict[tuple[str, str], int]) -> ElementTree.Element:
    bands = [Band(one, other, count, f"{one} et {other} : {count}") for (one, other), count in pairs.items()]
    names = {key: (key.upper(), f"/{key}") for pair in pairs for key in pair}
    return ElementTree.fromstring(flow_svg(bands, names, HEADS, "tout"))


def ends(root: ElementTree.Element) -> dict[str, tuple[float, float, float, float]]:
    """Give, by what a band says, its top and thickness at both ends."""
    found = {}
    for path in root.iter(f"{SVG}path"):
        (told,) = (one.text or "" for one in path.iter(f"{SVG}title"))
        numbers = [float(one) for one in re.findall(r"-?[0-9.]+", path.get("d", ""))]
        found[told] = numbers[1], numbers[-1] - numbers[1], numbers[7], numbers[8]
    return found


@given(counts)
def test_bands_fill_their_bars_in_proportion(pairs: dict[tuple[str, str], int]) -> None:
    root = drawn(pairs)
    bars = [(float(r.get("y", "")), float(r.get("height", ""))) for r in root.iter(f"{SVG}rect")]
    sides = {one for one, _ in pairs}, {other for _, other in pairs}
    assert len(bars) == len(sides[0]) + len(sides[1])
    found = ends(root)
    assert len(found) == len(pairs)
    for side, at in ((0, 0), (1, 2)):
        for key in sides[side]:
            mine = {
                pair: found[f"{pair[0]} et {pair[1]} : {n}"] for pair, n in pairs.items() if pair[side] == key
            }
            total = sum(pairs[pair] for pair in mine)
            thick = sum(one[at + 1] for one in mine.values())
            top = min(one[at] for one in mine.values())
            assert any(abs(top - y) < 0.11 and abs(thick - height) < 0.5 for y, height in bars)
            for pair, one in mine.items():
                assert one[at + 1] / thick == pytest.approx(pairs[pair] / total, abs=0.02)
    height = float(root.get("height", ""))
    assert all(y + tall <= height for y, tall in bars)


def test_each_name_leads_to_its_page_and_is_whole_for_who_hears_it() -> None:
    long = "Commissariat à l’énergie atomique et aux énergies alternatives"
    names = {"a": ('<script>"x"', "/acteurs/a?x=1&y"), "b": (long, "")}
    svg = flow_svg([Band("a", "b", 2, "<b>")], names, HEADS, '"tout"')
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "group" and root.get("aria-label") == '"tout"'
    (link,) = root.iter(f"{SVG}a")
    assert link.get("href") == "/acteurs/a?x=1&y" and "".join(link.itertext()) == '<script>"x"'
    assert long in [title.text for title in root.iter(f"{SVG}title")]
    assert "<script" not in svg and "<b>" not in svg
