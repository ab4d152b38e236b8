"""Main pages as they look, at three widths, beside pictures of them kept in `looks/` (decision 0126).

`ANCRAGE_LOOKS=renew pytest tests/api/test_looks.py` (`just looks`) writes the pictures anew: look at them before you commit them.
A picture is a page in greys, a point for 8 × 8 pixels; what is told is where a page differs, and its picture is written.
"""

from __future__ import annotations

import os
import struct
import zlib
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

pytestmark = pytest.mark.browser
KEPT = Path(__file__).with_name("looks")
ENGINE = KEPT / "engine.txt"
WIDTHS, TALLEST, BLOCK = (390, 820, 1440), 2400, 8
PAGES = {
    "home": "/",
    "territories": "/territoires",
    "portrait": "/territoires/epci/299000001",
    "portrait-ties": "/territoires/epci/200040715/liens",
    "actor": "/acteurs/0990001A",
    "programme": "/formations/essai-1",
    "filieres": "/filieres",
    "filiere": "/filieres/timber-construction/maillons",
    "search": "/recherche?q=bois",
    "missing": "/ce-qui-manque",
    "indicators": "/indicateurs",
    "strategy": "/strategies/essai-plan",
    "desk": "/demandes",
    "map": "/cartes?indicator=population",
}
ON_EXAMPLE = ("portrait-ties", "indicators", "map")
#: Grey levels by which a point is another, where no neighbour is like it; the part of a page that may be so; that of its height.
LEVELS, PART, TALLER = 28, 0.01, 0.03
#: What tells the publication or the day, and what moves.
STILL = "footer, time { visibility: hidden !important } * { transition: none !important; caret-color: transparent !important }"
Greys = npt.NDArray[np.uint8]
#: The mean grey of each block of a screenshot, which Chromium decodes itself.
_MEANS = """async ([data, block]) => {
  const image = await createImageBitmap(await (await fetch('data:image/png;base64,' + data)).blob());
  const wide = Math.floor(image.width / block), tall = Math.floor(image.height / block);
  const canvas = new OffscreenCanvas(wide * block, tall * block), pen = canvas.getContext('2d');
  pen.drawImage(image, 0, 0);
  const points = pen.getImageData(0, 0, canvas.width, canvas.height).data, sums = new Float64Array(wide * tall);
  for (let at = 0, n = 0; at < points.length; at += 4, n += 1) {
    const x = n % canvas.width, y = (n - x) / canvas.width;
    const grey = 0.299 * points[at] + 0.587 * points[at + 1] + 0.114 * points[at + 2];
    sums[Math.floor(y / block) * wide + Math.floor(x / block)] += grey;
  }
  return [wide, Array.from(sums, (one) => Math.round(one / block / block))];
}"""


def written(greys: Greys) -> bytes:
    """Write a picture in greys as PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    tall, wide = greys.shape
    rows = np.hstack([np.zeros((tall, 1), np.uint8), greys]).tobytes()
    head = struct.pack(">IIBBBBB", wide, tall, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows, 9))
        + chunk(b"IEND", b"")
    )


def read(path: Path) -> Greys:
    """Read a picture that `written` made."""
    data = path.read_bytes()
    wide, tall = struct.unpack(">II", data[16:24])
    size = struct.unpack(">I", data[33:37])[0]
    rows = np.frombuffer(zlib.decompress(data[41 : 41 + size]), np.uint8)
    return rows.reshape(tall, wide + 1)[:, 1:]


def differing(before: Greys, now: Greys) -> npt.NDArray[np.bool_]:
    """Tell which points of two pictures are others: by more than `LEVELS`, and than all that is a point away.

    A line of text that stands a pixel or a point lower is the same; what is gone, or new, is not.
    """
    tall = min(len(before), len(now))
    return _unlike(before[:tall], now[:tall]) | _unlike(now[:tall], before[:tall])


def _unlike(some: Greys, others: Greys) -> npt.NDArray[np.bool_]:
    tall, wide = some.shape
    padded = np.pad(others.astype(int), 1, mode="edge")
    beside = [padded[y : y + tall, x : x + wide] for y in range(3) for x in range(3)]
    return np.asarray(np.min([abs(some.astype(int) - one) for one in beside], axis=0) > LEVELS)


def region(points: npt.NDArray[np.bool_]) -> str:
    """Say between which pixels the points are that differ."""
    y, x = np.nonzero(points)
    return f"x {x.min() * BLOCK}–{(x.max() + 1) * BLOCK}, y {y.min() * BLOCK}–{(y.max() + 1) * BLOCK}"


@pytest.fixture(scope="module")
def engine(browser: Any) -> str:
    """The version of Chromium and the size of a text in the fonts that are there: with others, all lines break elsewhere."""
    page = browser.new_page()
    page.set_content('<span style="font: 100px system-ui, sans-serif">Ancrage des formations</span>')
    wide = page.evaluate("() => Math.round(document.querySelector('span').getBoundingClientRect().width)")
    page.close()
    return f"Chromium {browser.version.partition('.')[0]}, {wide} px"


@pytest.fixture(scope="module")
def hosts(
    data_dir: Path, example_data_dir: Path, served: Callable[..., AbstractContextManager[str]]
) -> Iterator[list[str]]:
    """The addresses of the site on the published fixture and on the example graph, which has a region."""
    with ExitStack() as stack:
        yield [stack.enter_context(served(folder)) for folder in (data_dir, example_data_dir)]


@pytest.mark.long
@pytest.mark.parametrize("name", PAGES)
def test_a_page_looks_as_it_did(
    name: str, hosts: list[str], visitor: Any, engine: str, tmp_path: Path
) -> None:
    renewed = os.environ.get("ANCRAGE_LOOKS") == "renew"
    if not renewed and ENGINE.read_text(encoding="utf-8").strip() != engine:
        pytest.skip(
            f"pictures are of {ENGINE.read_text(encoding='utf-8').strip()}, this is {engine}: ANCRAGE_LOOKS=renew"
        )
    told = []
    with visitor(reduced_motion="reduce", bypass_csp=True) as page:
        assert page.goto(hosts[name in ON_EXAMPLE] + PAGES[name], wait_until="networkidle").status == 200
        page.evaluate("() => document.fonts.ready")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            shot, now = look(page, width)
            kept = KEPT / f"{name}-{width}.png"
            if renewed:
                kept.write_bytes(written(now))
                ENGINE.write_text(engine + "\n", encoding="utf-8")
            elif fault := unlike(read(kept), now):
                picture = tmp_path / kept.name
                picture.write_bytes(shot)
                told.append(f"{PAGES[name]} at {width} px: {fault}; see {picture}")
    assert told == [], "ANCRAGE_LOOKS=renew where it is meant"


def look(page: Any, width: int) -> tuple[bytes, Greys]:
    """Take a picture of a page, as PNG and as the mean grey of each block."""
    tall = min(TALLEST, page.evaluate("() => document.documentElement.scrollHeight"))
    shot = page.screenshot(
        full_page=True,
        clip={"x": 0, "y": 0, "width": width, "height": tall},
        style=STILL,
        animations="disabled",
    )
    across, means = page.evaluate(_MEANS, [b64encode(shot).decode(), BLOCK])
    return shot, np.array(means, dtype=np.uint8).reshape(-1, across)


def unlike(before: Greys, now: Greys) -> str:
    """Say where a picture is not what it was; nothing where it is."""
    others = differing(before, now)
    if others.mean() <= PART and abs(len(now) - len(before)) <= max(2, TALLER * len(before)):
        return ""
    where = region(others) if others.any() else "none"
    return f"{others.mean():.1%} of it differs ({where}); {len(now) * BLOCK} px tall, {len(before) * BLOCK} before"


def test_a_line_a_point_lower_is_the_same_and_a_block_gone_is_not() -> None:
    page = np.full((60, 80), 250, np.uint8)
    page[10:12, 5:60] = 60
    lower = np.roll(page, 1, axis=0)
    assert not differing(page, lower).any()
    gone = page.copy()
    gone[8:14] = 250
    assert differing(page, gone).mean() > PART
    assert region(differing(page, gone)) == "x 40–480, y 80–96"


def test_a_picture_is_read_as_it_was_written(tmp_path: Path) -> None:
    greys = np.arange(48, dtype=np.uint8).reshape(6, 8)
    (tmp_path / "a.png").write_bytes(written(greys))
    assert (read(tmp_path / "a.png") == greys).all()
