"""Pictures painted by processes of their own: the same as here, told when they fail, started again when they end."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from ancrage.api.render import picture
from ancrage.api.render.painting import NotPainted, Painters, to_png

FONTS = [f'font-family="{picture.LETTERS}"', 'font-family="system-ui, DejaVu Sans, sans-serif"']
"""How charts, maps and filières name their letters."""
SQUARE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="4"><text y="3" font-size="4">é</text></svg>'
)


@pytest.fixture
def painters() -> Iterator[Painters]:
    made = Painters(2)
    yield made
    made.close()


def test_a_process_paints_what_is_painted_here_for_many_threads(painters: Painters) -> None:
    drawings = [SQUARE.format(width) for width in range(3, 9)]
    with ThreadPoolExecutor(6) as threads:
        assert list(threads.map(painters.paint, drawings)) == [to_png(one) for one in drawings]
    assert 1 <= len(painters._started) <= 2
    assert painters.paint(SQUARE.format(4), 5.0) == to_png(SQUARE.format(4), 5.0)


def test_a_drawing_that_is_none_is_told_and_the_next_is_painted(painters: Painters) -> None:
    with pytest.raises(NotPainted):
        painters.paint("<svg")
    assert painters.paint(SQUARE.format(4))[1:4] == b"PNG"


def test_a_process_that_ended_is_started_again() -> None:
    painters = Painters(1)
    picture = painters.paint(SQUARE.format(4))
    (first,) = painters._started
    first.kill()
    first.wait()
    assert painters.paint(SQUARE.format(4)) == picture
    with pytest.raises(NotPainted, match="ended"):
        painters.paint(SQUARE.format(4), 1e6)  # more memory than there is
    assert painters.paint(SQUARE.format(4)) == picture
    painters.close()


def test_who_asks_first_is_painted_first() -> None:
    painters, order = Painters(1), list[Future[bytes]]()
    promises = [painters.submit(SQUARE.format(4 + number)) for number in range(20)]
    for one in promises:
        one.add_done_callback(order.append)
    painters._threads.shutdown()
    assert order == promises
    painters.close()


@pytest.mark.parametrize("font", FONTS)
def test_letters_are_those_that_the_package_ships(font: str) -> None:
    text = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><text y="15" {}>{}</text></svg>'
    plain = [to_png(text.format('font-family="DejaVu Sans" font-size="13"', words)) for words in ("", "né")]
    assert plain[0] != plain[1]
    assert to_png(text.format(font if "font-size" in font else f'{font} font-size="13"', "né")) == plain[1]


def test_what_is_no_drawing_is_told_here_too() -> None:
    with pytest.raises(ValueError, match="ParsingFailed"):
        to_png("<svg")
