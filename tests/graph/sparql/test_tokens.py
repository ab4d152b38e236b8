"""Tokens of any text."""

from ancrage.graph.sparql.tokens import tokens
from hypothesis import given
from hypothesis import strategies as st


@given(st.text(alphabet="SERVIC?x<>{}()'\"#\\ \n:.,;|&=!1a", max_size=80))
def test_tokens_cover_any_text_without_overlap(text: str) -> None:
    end = 0
    for token in tokens(text):
        assert token.offset >= end
        assert text[token.offset : token.offset + len(token.text)] == token.text
        end = token.offset + len(token.text)
