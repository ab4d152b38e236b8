"""A theme folder: replaced files, name, foot and colours; and what stops the start."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from ancrage.api.app import create_app
from ancrage.api.maps import drawing as map_drawing
from ancrage.api.pages.value_chain import visualisation
from ancrage.api.render import chart_drawing
from ancrage.api.render.theme import OURS, ThemeError, light_tokens, our_tokens, read_theme
from ancrage.api.render.theme import __file__ as where
from ancrage.api.web.settings import Settings
from fastapi.testclient import TestClient

HTML = {"Accept": "text/html"}
EXAMPLE = Path(__file__).parents[2] / "data" / "theme"
STATIC = Path(where).parents[1] / "static"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the example, to spoil."""
    return Path(shutil.copytree(EXAMPLE, tmp_path / "theme"))


@pytest.fixture(scope="module")
def themed(data_dir: Path) -> Iterator[TestClient]:
    settings = Settings(data_dir=data_dir, workers=1, read_ahead=False, theme=EXAMPLE)
    with TestClient(create_app(settings), raise_server_exceptions=False) as made:
        yield made


def test_its_files_stand_in_the_place_of_ours(themed: TestClient, client: TestClient) -> None:
    tokens = themed.get("/static/tokens.css")
    assert tokens.text == (EXAMPLE / "tokens.css").read_text(encoding="utf-8")
    assert tokens.headers["cache-control"] == "public, no-cache"
    assert (
        themed.get("/static/tokens.css", headers={"If-None-Match": tokens.headers["etag"]}).status_code == 304
    )
    assert tokens.headers["etag"] != client.get("/static/tokens.css").headers["etag"]
    assert themed.get("/static/icon.svg").text == (EXAMPLE / "icon.svg").read_text(encoding="utf-8")
    assert themed.get("/static/ancrage.css").content == client.get("/static/ancrage.css").content
    assert themed.get("/static/theme.toml").status_code == 404  # only what a page shows is given


def test_pages_have_its_name_logo_and_foot(themed: TestClient) -> None:
    page = themed.get("/sources", headers=HTML).text
    assert "– Atlas d&#39;Essai</title>" in page
    assert '<img src="/static/theme/logo.svg" alt=""' in page
    assert "Un service de l&#39;Agence d&#39;Essai." in page
    assert "A service of the Essai Agency." in themed.get("/sources?lang=en", headers=HTML).text
    assert themed.get("/static/theme/logo.svg").headers["content-type"] == "image/svg+xml"


def test_drawings_and_graphs_have_its_colours(themed: TestClient, client: TestClient) -> None:
    for path in ("/filieres/timber-construction/reseau.svg", "/filieres/timber-construction/dessin.json"):
        ours, theirs = client.get(path), themed.get(path)
        assert "#2f8a57" in ours.text
        assert "#2f8a57" not in theirs.text
        assert "#1d7f8a" in theirs.text
        plain = themed.get(path, headers={"Accept-Encoding": "identity"})
        assert int(plain.headers["content-length"]) == len(plain.content)
    assert themed.get("/filieres/timber-construction/reseau.png").content[1:4] == b"PNG"


def test_the_colours_of_drawings_are_tokens() -> None:
    """A drawing that stands alone holds the light values of the tokens: one file says them all."""
    tokens = our_tokens()
    for name, colour in map_drawing.COLOURS.items():
        if name not in ("zero", "rond"):
            assert tokens[f"--carte-{name}"] == colour
    assert (tokens["--encre"], tokens["--encre-2"]) == (map_drawing.INK, map_drawing.SOFT)
    assert (map_drawing.LINE, map_drawing.COLOURS["rond"]) == (tokens["--carte-trait"], tokens["--principal"])
    nodes = {
        kind: colour for kind, (_, colour, _) in visualisation.STYLES.items() if f"--noeud-{kind}" in tokens
    }
    assert nodes == {kind: tokens[f"--noeud-{kind}"] for kind in nodes}
    assert len(nodes) == 8
    assert set(chart_drawing.COLOURS) <= set(tokens.values())


def test_style_sheets_use_tokens_that_exist_and_hardly_a_colour_of_their_own() -> None:
    known = set(our_tokens())
    for path in [*STATIC.glob("*.css"), *(STATIC / "editor").glob("*.css")]:
        text = path.read_text(encoding="utf-8")
        own = set(re.findall(r"(--[a-z0-9-]+)\s*:", text))
        assert set(re.findall(r"var\((--[a-z0-9-]+)", text)) <= known | own, path.name
        if path != OURS and path.name != "print.css":
            screen = text.partition("@media print")[0]
            assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", screen)) <= {"#fff", "#000"}, path.name


def test_tokens_are_read_outside_conditions_and_comments() -> None:
    text = "/* :root { --a: 1 } */ :root { --b: #112233; --c: 0 1px rgb(1 2 3 / 4%) }\n@media print { :root { --b: #000 } }"
    assert light_tokens(text) == {"--b": "#112233", "--c": "0 1px rgb(1 2 3 / 4%)"}


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("tokens.css", None, "un thème a un fichier « tokens.css »"),
        ("tokens.css", ":root { --encre: #000000; }", "il manque à « :root » : --police"),
        ("tokens.css", ":root { --encre: #000000;", "des accolades ne se ferment pas"),
        ("tokens.css", "@import 'https://e.org/a.css';", "un autre site"),
        ("tokens.css", b"\xff\xfe", "pas un texte en UTF-8"),
        ("theme.toml", "name = ", "ce n’est pas du TOML"),
        ("theme.toml", 'nom = "x"', "« nom » est inconnu"),
        ("theme.toml", "name = 3", "« name » doit être un texte"),
        ("theme.toml", 'logo = "../secret.svg"', "doit nommer un fichier du dossier"),
        ("theme.toml", 'logo = "absent.svg"', "le fichier n’existe pas"),
        ("theme.toml", 'footer = "x"', "« footer » a des textes par langue"),
        ("theme.toml", '[footer]\nen = "x"', "n’a pas de texte « fr »"),
    ],
)
def test_a_broken_theme_stops_the_start_and_says_why(
    folder: Path, name: str, content: str | bytes | None, reason: str
) -> None:
    path = folder / name
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ThemeError) as caught:
        create_app(Settings(data_dir=folder, theme=folder))
    assert reason in str(caught.value)
    assert caught.value.path.parent == folder


def test_a_colour_that_pictures_keep_must_be_plain(folder: Path) -> None:
    path = folder / "tokens.css"
    path.write_text(
        path.read_text(encoding="utf-8").replace("--noeud-unit: #7d5bb0", "--noeud-unit: purple"),
        encoding="utf-8",
    )
    with pytest.raises(ThemeError, match="--noeud-unit vaut « purple »"):
        read_theme(folder)


def test_a_theme_that_is_no_folder(tmp_path: Path) -> None:
    with pytest.raises(ThemeError, match="le dossier n’existe pas"):
        read_theme(tmp_path / "none")
