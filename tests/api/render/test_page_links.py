"""The links to the pages of a list: those that people need, whatever the number of pages."""

import re

import pytest
from ancrage.api.render.rendering import environment

LIST = (
    '{% from "page_links.html" import page_links with context %}'
    '{% call(n) page_links(page_no, pages, "Pages du tableau") %}{{ "/cartes?a=b&page=" ~ n }}{% endcall %}'
)


def _links(page_no: int, pages: int) -> str:
    return environment().from_string(LIST).render(page_no=page_no, pages=pages, _=str)


@pytest.mark.parametrize(
    ("page_no", "pages", "said"),
    [
        (1, 3, "1 2 3 suivante ›"),
        (3, 3, "‹ précédente 1 2 3"),
        (1, 161, "1 2 3 … 161 suivante ›"),
        (80, 161, "‹ précédente 1 … 78 79 80 81 82 … 161 suivante ›"),
        (158, 161, "‹ précédente 1 … 156 157 158 159 160 161 suivante ›"),
    ],
)
def test_links_lead_to_the_ends_and_beside(page_no: int, pages: int, said: str) -> None:
    links = _links(page_no, pages)
    assert " ".join(re.sub("<[^>]*>", " ", links).split()) == said
    assert f'<span aria-current="page">{page_no}</span>' in links
    assert (f'href="/cartes?a=b&amp;page={page_no + 1}' in links) == (page_no < pages)


def test_one_page_has_no_links_and_a_page_beyond_leads_back_to_the_last() -> None:
    assert not _links(1, 1).strip()
    assert re.findall(r'rel="prev"|page=(\d+)', _links(99, 4))[0] == "4"
