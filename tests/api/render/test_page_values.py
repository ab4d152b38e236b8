"""What templates are given by name is never a parameter of `page` itself, which would keep it from them."""

import inspect

from ancrage.api.render.rendering import environment, page
from jinja2 import meta


def test_no_template_reads_a_parameter_of_page() -> None:
    made = environment()
    # (the language is given to both; macros and loops of templates call things as they like)
    own = set(inspect.signature(page).parameters) - {"language", "values"}
    assert made.loader is not None
    kept = {
        name: own & meta.find_undeclared_variables(made.parse(made.loader.get_source(made, name)[0]))
        for name in made.list_templates(["html"])
    }
    assert kept
    assert {name: words for name, words in kept.items() if words} == {}
