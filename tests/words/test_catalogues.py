"""Catalogues: complete, in agreement with the code, compiled or not; a third language is one folder."""

import ast
import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from ancrage.api.render.rendering import environment, sayings
from ancrage.api.render.theme import Theme
from ancrage.words import DECLARED, N_, NN_, Listed, Number, catalogues, gettext, languages, ngettext
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from markupsafe import Markup

from ..third_language import tool

ROOT = Path(__file__).parents[2]


def test_the_languages_are_listed_in_one_place() -> None:
    """`languages()` are those of pages, `DECLARED` those of files that declare: no other code lists them."""
    paths = [
        path
        for floor in ("api", "loaders", "graph", "ontology", "queries")
        for path in (ROOT / floor).rglob("*.py")
    ]
    lists = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in paths
        if '"en"' in (text := path.read_text(encoding="utf-8"))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Tuple | ast.List | ast.Set)
        and {one.value for one in node.elts if isinstance(one, ast.Constant)} == {*DECLARED}
    ]
    assert len(paths) > 500 and not lists


@pytest.mark.filterwarnings("ignore")
def test_catalogues_are_what_the_code_says(said: Catalog) -> None:
    for path in tool.LOCALE.glob("*/LC_MESSAGES/ancrage.po"):
        assert path.read_bytes() == tool.brought_up(path, said), f"{path}: run `just words`"
        with path.open("rb") as file:
            assert list(tool.faults(read_po(file))) == []


def test_an_event_has_one_spelling() -> None:
    suffixes = {".py", ".html", ".ttl", ".rq", ".toml"}
    said = [path for floor in ("api", "graph", "ontology", "queries") for path in (ROOT / floor).rglob("*.*")]
    texts = {path: path.read_text(encoding="utf-8").lower() for path in said if path.suffix in suffixes}
    assert not [path for path, text in texts.items() if "événement" in text]


def test_a_fault_is_told() -> None:
    made = Catalog(locale="en")
    made.add("{n} sites à {place}", string="{n} sites in {town}")
    made.add("Rien", string="")
    made.add(("{n} site", "{n} sites"), string=("one site", "{n} sites"))
    assert list(tool.faults(made)) == [
        "placeholders differ: '{n} sites à {place}' / '{n} sites in {town}'",
        "not translated: 'Rien'",
    ]


def test_a_third_language_is_one_folder(pseudo: str) -> None:
    assert languages() == ("fr", "de", "en")
    assert gettext("n. d.", pseudo) == "⟦n. d.⟧"
    assert ngettext("{n} résultat", "{n} résultats", 1200, pseudo) == "⟦1.200 résultats⟧"
    assert N_("plus de {share}", share=Number(1.5, 1))[pseudo] == "⟦plus de 1,5⟧"
    assert Listed(("Die", N_("n. d.")))[pseudo] == "Die und ⟦n. d.⟧"
    assert dict(N_("n. d."))["de"] == "⟦n. d.⟧"


def test_scripts_of_the_editor_say_what_the_catalogue_has(pseudo: str) -> None:
    said = catalogues.sentences("editor", pseudo)
    assert said["Tableau"] == "⟦Tableau⟧" and said["{n} ligne"] == ("⟦{n} ligne⟧", "⟦{n} lignes⟧")
    for path in (ROOT / "api" / "static" / "editor").glob("*.js"):
        source = re.sub(r"^\s*//.*$|/\*\*.*?\*/", "", path.read_text(), flags=re.M)
        outside = re.sub(r'\b_\("[^"]*"|\bngettext\("[^"]*", "[^"]*"', "", source)
        assert re.findall(r'"[^"]*[À-ÿ’][^"]*"|`[^`]*[À-ÿ’][^`]*`', outside) == [], path.name
        for sentence in re.findall(r'\b(?:_|ngettext)\("([^"]*)"', source):
            assert sentence in said, f"{path.name}: not found by babel (a call inside a call?): {sentence}"


#: What stands in templates and is the same in every language: names of formats, codes, and words that French and English share.
SAME = re.compile(r"^(?:[\W\d_]*|[A-Z]{2,}[\w.-]*|[A-Z]\w*[A-Z]\w*|[\w.-]+\.\w+|\w{1,3})$")


def test_templates_hold_no_text_of_their_own(pseudo: str) -> None:
    """The text nodes of a template are said through the catalogue: nothing but marks, codes and names stands outside `_`."""
    left: dict[str, list[str]] = {}
    for path in sorted((ROOT / "api" / "templates").glob("*.html")):
        source = re.sub(
            r"\{#.*?#\}|<(script|style)\b.*?</\1>|<svg\b.*?</svg>|<code\b.*?</code>",
            " ",
            path.read_text(),
            flags=re.S,
        )
        source = re.sub(r"\{%.*?%\}", "\n", source, flags=re.S)
        source = re.sub(r"\{\{.*?\}\}", "\n", source, flags=re.S)
        for text in re.sub(r"<[^>]*>", "\n", source).split("\n"):
            words = [word for word in text.split() if not SAME.match(word)]
            if words and text.strip() not in SHARED:
                left.setdefault(path.name, []).append(text.strip())
    assert left == {}


def test_templates_leave_the_space_before_a_colon_to_the_language() -> None:
    """French sets a space before `:` and `;`, English does not: a template says them through the catalogue."""
    left = []
    for path in sorted((ROOT / "api" / "templates").glob("*.html")):
        source = re.sub(r"\{#.*?#\}|<(script|style)\b.*?</\1>", "", path.read_text(), flags=re.S)
        source = re.sub(r"\{[{%].*?[%}]\}", "·", source, flags=re.S)
        left += [f"{path.name}: {found}" for found in re.findall(r".{0,30}\s[:;!?](?:\s|$).{0,30}", source)]
    assert left == []


#: Commands and names of formats, which no language translates.
SHARED = {
    *(
        "Turtle",
        "iCalendar",
        "Atom",
        "N-Quads",
        "Word",
        "(SSSOM)",
        "– ancrage",
        "curl -O",
        "curl -L",
        'curl "',
        "--data-dir",
        "/dumps/",
        "/changes/",
        '/sparql"',
    ),
    *("ancrage load all", "ancrage demo --no-serve --data-dir"),
    'curl -H "Accept: application/sparql-results+json" "',
    'curl --data-urlencode "query=SELECT (COUNT(*) AS ?n) { ?s ?p ?o }" "',
}


def test_an_empty_page_is_whole_in_a_third_language(pseudo: str) -> None:
    body = (
        environment()
        .get_template("error.html")
        .render(**_page(pseudo), status_code=404, detail="", nearest=[], login="", typed=[])
    )
    assert "⟦Rien n’existe à cette adresse⟧" in body and 'lang="de"' in body


def _page(language: str) -> dict[str, Any]:
    return {
        **sayings(language),
        **{
            "theme": Theme(),
            "switched": "/",
            "publication": None,
            "path": "/",
            "search_words": "",
            "trail": (),
            "menu": Markup(environment().get_template("menu.html").render(**sayings(language), path="/")),
        },
        **{"alternates": (), "structure": ""},
    }


def test_a_compiled_catalogue_serves_until_its_source_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(tool.LOCALE, tmp_path / "locale")
    monkeypatch.setattr(catalogues, "FOLDER", tmp_path / "locale")
    source = tmp_path / "locale" / "en" / "LC_MESSAGES" / "ancrage.po"
    compiled = source.with_suffix(".mo")
    compiled.write_bytes(catalogues.compile_catalogue(source))
    text = source.read_text().replace('msgstr "n/a"', 'msgstr "not known"')
    source.write_text(text)
    for stamp, told in ((2_000_000_000, "n/a"), (1_000_000_000, "not known")):
        os.utime(compiled, (stamp, stamp))
        catalogues.catalogue.cache_clear()
        assert catalogues.catalogue("en").gettext("n. d.") == told
    source.unlink()
    catalogues.catalogue.cache_clear()
    assert catalogues.catalogue("en").gettext("n. d.") == "n/a"
    catalogues.catalogue.cache_clear()


def test_plurals_are_those_of_each_language() -> None:
    said = [NN_("{n} résultat", "{n} résultats", n) for n in (0, 1, 1.5, 2)]
    assert [one["fr"] for one in said] == ["0 résultat", "1 résultat", "2 résultat", "2 résultats"]
    assert [one["en"] for one in said] == ["0 results", "1 result", "2 results", "2 results"]
