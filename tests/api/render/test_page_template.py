"""A page lets go of what it was made of as soon as it is rendered, and nothing that later pages need goes with it."""

import gc
import weakref
from collections.abc import Iterator

import pytest
from ancrage.api.render.page_template import PageTemplate
from ancrage.api.render.rendering import environment
from fastapi.testclient import TestClient
from jinja2 import DictLoader, Environment

TEMPLATES = {
    "own.html": "{% macro say(n) %}{{ n and say(n - 1) }}{{ thing.name }}{% endmacro %}{{ say(2) }}",
    "imported.html": "{% from 'macros.html' import tell with context %}{{ tell() }}",
    "plain.html": "{% from 'plain_macros.html' import greet %}{{ greet(thing.name) }}",
    "inner.html": "{% include 'own.html' %}",
    "outer.html": "{% extends 'base.html' %}{% block body %}{% macro b() %}{{ thing.name }}{% endmacro %}{{ b() }}{% endblock %}",
    "base.html": "{% macro top() %}{{ thing.name }}{% endmacro %}{{ top() }}{% block body %}{% endblock %}",
    "macros.html": "{% macro tell() %}{{ thing.name }}{{ on() if 0 }}{% endmacro %}{% macro on() %}{{ tell() }}{% endmacro %}",
    "plain_macros.html": "{% macro greet(n) %}{{ hail(n) }}{% endmacro %}{% macro hail(name) %}hi {{ name }}{% endmacro %}",
    "nested.html": "{% macro say() %}{{ thing.name }}{% endmacro %}{{ inner(thing) }}{{ say() }}",
}


class Thing:
    """What a page is made of."""

    name = "Die"


@pytest.fixture
def made() -> Environment:
    """An environment of such templates."""
    found = Environment(loader=DictLoader(TEMPLATES))
    found.template_class = PageTemplate
    return found


@pytest.fixture(autouse=True)
def unswept() -> Iterator[None]:
    """No sweep for garbage meanwhile."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("own.html", "0DieDieDie"),
        ("imported.html", "Die"),
        ("plain.html", "hi Die"),
        ("inner.html", "0DieDieDie"),
        ("outer.html", "DieDie"),
    ],
)
def test_what_a_page_is_made_of_goes_with_it_and_it_is_made_again(
    made: Environment, name: str, text: str
) -> None:
    for _ in range(2):  # macros that stay for other pages are made by the first
        thing = Thing()
        gone = weakref.ref(thing)
        assert made.get_template(name).render(thing=thing) == text
        del thing
        assert gone() is None


def test_a_page_within_a_page_leaves_the_outer_one_what_it_needs(made: Environment) -> None:
    def inner(thing: Thing) -> str:
        return made.get_template("own.html").render(thing=thing)

    assert made.get_template("nested.html").render(thing=Thing(), inner=inner) == "0DieDieDieDie"


@pytest.mark.parametrize(
    "path", ["/", "/territoires/epci/299000001", "/acteurs/0990001A", "/cartes", "/nothing"]
)
def test_pages_leave_nothing_to_sweep(client: TestClient, path: str) -> None:
    assert environment().template_class is PageTemplate
    for _ in range(3):
        client.get(path, headers={"Accept": "text/html"})
    gc.collect()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        client.get(path + "?again=1", headers={"Accept": "text/html"})
        gc.collect()
        left = [type(one).__name__ for one in gc.garbage]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
    assert not {"Macro", "Context"} & set(left)
