"""The tool that pictures the main pages: what it asks for, what it keeps, what it writes about them."""

import re
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from ancrage.api.app import create_app
from ancrage.api.web.settings import Settings


@pytest.fixture
def tool(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "tools"))
    return import_module("screenshots")


def test_the_index_shows_every_page_at_every_width(tool: Any) -> None:
    text = tool.index()
    pictures = re.findall(r"!\[[^]]+\]\(screenshots/([^)]+)\)", text)
    assert len(pictures) == len(set(pictures)) == 10 * 3
    assert text.count("| 390 px | 820 px | 1280 px |") == 10
    assert "home-390-dark.webp" in tool.index(dark=True)
    assert "/work" not in text and "127.0.0.1" not in text


def test_a_picture_keeps_a_first_look_and_no_more(tool: Any) -> None:
    assert tool.height_of(600, 1280) == 600
    assert tool.height_of(90_000, 1280) == tool.LONGEST[1280]
    assert tool.height_of(0, 390) == 1


def test_pictures_too_heavy_for_the_repository_are_told(tool: Any, tmp_path: Path) -> None:
    (tmp_path / "a.webp").write_bytes(b"x" * 60)
    (tmp_path / "b.webp").write_bytes(b"x" * 50)
    (tmp_path / "notes.txt").write_bytes(b"x" * 5000)
    assert tool.weigh(tmp_path, 110) == 110
    with pytest.raises(
        ValueError, match=r"110 bytes of pictures, more than 100; the largest: a\.webp, b\.webp"
    ):
        tool.weigh(tmp_path, 100)


def test_its_addresses_are_those_of_pages(tool: Any, tmp_path: Path) -> None:
    """Every path has a route, and every parameter is one that the site writes in its own links."""
    application = create_app(Settings(data_dir=tmp_path))
    known = {"indicator", "compare", "level", "q", "territory", "query"}
    paths = "|".join(
        re.sub(r"\{[^}]*\}", "[^/]+", path)
        for path in [*_paths(application), "/sparql"]
        if "{path" not in path
    )
    for shot in tool.SHOTS:
        address = urlsplit(shot.path.format(query=tool.QUERY))
        assert re.fullmatch(paths, address.path), shot.path
        assert parse_qs(address.query).keys() <= known, shot.path
    assert "SELECT ?type" in parse_qs("query=" + tool.QUERY)["query"][0]


def _paths(holder: Any) -> list[str]:
    found: list[str] = []
    for route in getattr(holder, "routes", ()):
        inner = getattr(route, "original_router", None)
        found += _paths(inner) if inner is not None else [route.path]
    return found
