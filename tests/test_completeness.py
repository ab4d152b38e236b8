"""Nothing is undocumented: commands, sources and settings stand in the reference as the code says them."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from ancrage.graph.snapshots.labels import PROJECTS, REGISTERS
from ancrage.loaders.read.source import all_sources

from .conftest import LONG

ROOT = Path(__file__).parent.parent


@pytest.mark.long
def test_the_reference_says_what_the_code_says() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "document.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_what_a_plain_run_leaves_out_is_run_by_the_integration() -> None:
    """Both halves: the README's command, and the same with the marks that it leaves out."""
    runs = re.findall(r"\.venv/bin/pytest(.*)", (ROOT / ".ci" / "run").read_text())
    assert [f'-m "{LONG}"' in arguments for arguments in runs] == [False, True]
    assert "-m" not in runs[0] and "-k" not in "".join(runs)


def test_terms_that_the_documentation_writes_are_of_the_ontology() -> None:
    terms = {
        name
        for path in (ROOT / "ontology").rglob("*.ttl")
        for name in re.findall(r"(?m)^anc:(\w+)", path.read_text())
    }
    told = [
        *(ROOT / "docs" / "how-to").glob("*.md"),
        *(ROOT / "docs" / "reference").glob("*.md"),
        ROOT / "README.md",
    ]
    told += [ROOT / "api" / "commands" / "starts.py", *(ROOT / "examples").rglob("*.ipynb")]
    unknown = {
        f"{path.name}: {name}"
        for path in told
        for name in re.findall(r"(?<![\w-])anc:([A-Za-z]\w*)", path.read_text(encoding="utf-8"))
        if name not in terms
    }
    assert len(terms) > 200 and not unknown, unknown


MATTERS = re.compile(
    r"(?i)type|niveau|statut|[ée]tat\b|\bmode|modalit|nature|validit|fermeture|ouvert|actif|dur[ée]e|accr[ée]dit|date|fin_|capacit"
)


def test_a_column_that_may_change_what_a_row_is_says_at_length_why_it_is_left() -> None:
    """Every column left has a reason (the declaration refuses it otherwise); of those that tell kinds, a sentence."""
    from ancrage.loaders.read.source import all_sources

    short = [
        f"{name}, {column} : {reason}"
        for name, source in all_sources().items()
        for given in source.inputs
        for variant in given.variants
        for column, reason in {**variant.ignored, **variant.ignored_patterns}.items()
        if MATTERS.search(column) and len(reason.split()) < 5
    ]
    assert short == []


@pytest.mark.parametrize("command", ["demo", "load", "sources", "validate", "query", "draw", "rollback"])
def test_the_readme_or_the_reference_names_each_command(command: str) -> None:
    texts = (ROOT / "README.md").read_text(encoding="utf-8") + (
        ROOT / "docs/reference/commands.md"
    ).read_text(encoding="utf-8")
    assert f"ancrage {command}" in texts


def test_examples_stay_small() -> None:
    size = sum(path.stat().st_size for path in (ROOT / "examples").rglob("*") if path.is_file())
    assert size <= 6 * 1024**2


def test_every_folder_of_examples_says_its_sources() -> None:
    told = (ROOT / "examples" / "SOURCES.md").read_text(encoding="utf-8")
    for folder in (
        path
        for path in (ROOT / "examples").iterdir()
        if path.is_dir() and not path.name.startswith("_") and path.name != "notebooks"
    ):
        assert folder.name in told
        assert (folder / "about.csv").is_file()


def test_both_pages_on_hosting_say_the_same_commands() -> None:
    """The pages on hosting hold the same blocks, comments apart, and name settings that exist."""
    from ancrage.api.web.settings import reference

    pages = [
        (ROOT / "docs" / "how-to" / name).read_text(encoding="utf-8") for name in ("host.md", "heberger.md")
    ]
    blocks = [
        [
            re.sub(r"\s*# .*|DOSSIER|FOLDER", "", block)
            for block in re.findall(r"```\w+\n(.*?)```", page, re.DOTALL)
        ]
        for page in pages
    ]
    assert blocks[0] == blocks[1]
    known = {row.name for row in reference()}
    for page in pages:
        named = set(re.findall(r"ANCRAGE_[A-Z_]+[A-Z]", page))
        assert {name.removesuffix("_FILE") for name in named} <= known


def test_the_image_and_the_unit_name_settings_that_exist() -> None:
    from ancrage.api.web.settings import unknown_variables

    for name in ("Containerfile", "ancrage.service", "ancrage-daily.service"):
        text = (ROOT / "deploy" / name).read_text(encoding="utf-8")
        named = re.findall(r"ANCRAGE_[A-Z_]+(?==)", text)
        assert named
        assert unknown_variables(dict.fromkeys(named, "")) == []


def test_every_source_of_the_package_has_its_place_in_the_order_of_labels() -> None:
    """One that no list names would be believed like a partner's: after every register, before every project database."""
    placed = {*REGISTERS, *PROJECTS}
    assert placed == all_sources().keys() - {"exchange"}
    assert len(placed) == len(REGISTERS) + len(PROJECTS)


def test_templates_are_wrapped() -> None:
    long = [
        f"{path.name}:{number}"
        for path in sorted((ROOT / "api" / "templates").rglob("*.html"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > 160
    ]
    assert long == []


def test_the_reference_has_each_operation_and_each_error() -> None:
    """No operation is lost between the description and the page; what Python says it raises is told where it comes from."""
    from ancrage.api.app import create_app
    from ancrage.api.web.settings import Settings

    described = create_app(Settings(data_dir=Path("/nonexistent"))).openapi()["paths"]
    http, python = (
        (ROOT / f"docs/reference/{name}.md").read_text(encoding="utf-8") for name in ("http", "python")
    )
    told = set(re.findall(r"^### (\w+ /.*)$|^\| \[(/queries/\S+)\]", http, re.MULTILINE))
    assert {one or f"GET {question}" for one, question in told} == {
        *(f"{method.upper()} {path}" for path, methods in described.items() for method in methods),
        "GET /queries/QUESTION",
    }
    raised = {
        name
        for text in re.findall(r"[Rr]aises ([^.;]*)", python)
        for name in re.findall(r"\b[A-Z]\w+[a-z]\b", text)
    }
    builtin = {"ValueError", "OSError"}
    assert raised - builtin <= set(re.findall(r"^\| `[\w.]+\.(\w+)`", python, re.MULTILINE))
    assert "UnknownName" in raised


#: Where a template, a page function or a script of ours names a parameter or a field.
NAMED = (
    re.compile(r"""\bname=\\?["']([a-z_0-9]+)["']"""),
    re.compile(
        r"""\b(?:choice|cell_|box|field|text|values|links|around|Facet|Unknown)\(\s*["']([a-z_0-9]+)["']"""
    ),
    re.compile(r"""[?&;]([a-z_0-9]+)="""),
    re.compile(r"""\{["']([a-z_0-9]+)["']: """),
    re.compile(
        r"""\b(?:query_params|query|parameters|asked|given|form)(?:\.(?:get|getlist))?[\[(]["']([a-z_0-9]+)["']"""
    ),
    re.compile(r"""\b(?:is_true|_listed|_whole|_day)\([\w.]+, ["']([a-z_0-9]+)["']"""),
    re.compile(r"""\b(?:elements\.|searchParams\.\w+\(["'])([a-z_0-9]+)"""),
    re.compile(r"""(?<=\baddress\()(?:[^()]*[ (])?([a-z_0-9]+)="""),
)


@pytest.mark.parametrize("folder", ["api/**/*.py", "api/templates/*.html", "api/static/*.js"])
def test_no_parameter_is_called_in_french(folder: str) -> None:
    """What addresses were called before leads on (`api/web/parameters.py`), and comes back nowhere."""
    from ancrage.api.web.parameters import OLD

    kept = ROOT / "api/web/parameters.py"
    texts = {path: path.read_text(encoding="utf-8") for path in ROOT.glob(folder) if path != kept}
    found = {name for text in texts.values() for said in NAMED for name in said.findall(text)}
    assert found > {"q", "illustrative"} or folder.endswith(".js")
    assert [
        (path.name, name)
        for path, text in texts.items()
        for said in NAMED
        for name in said.findall(text)
        if name in OLD
    ] == []


def test_no_route_has_a_parameter_in_french() -> None:
    from ancrage.api.app import create_app
    from ancrage.api.web.parameters import OLD
    from ancrage.api.web.settings import Settings

    described = create_app(Settings(data_dir=Path("/nonexistent"))).openapi()["paths"]
    named = {
        one["name"]
        for operations in described.values()
        for operation in operations.values()
        for one in operation.get("parameters", ())
    }
    assert {"illustrative", "territory", "block"} <= named
    assert not named & {*OLD, "bloc"}
