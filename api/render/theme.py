"""The look of a site: our own, or that of a folder that replaces the tokens, the icon, the logo, the name and the foot.

A theme is a folder with `tokens.css`, and if wanted `icon.svg`, `theme.toml` and `fonts/*.woff2`. It is read once, at
start; a theme that cannot be used stops the start, with the file and the reason.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ...words import EMPTY, N_, NN_, SOURCE, AncrageError, Spoken, languages

OURS = Path(__file__).parents[1] / "static" / "tokens.css"
NAME = "ancrage"
LARGEST = 512 << 10
"""Bytes of a theme's text or picture."""
_LOGOS = (".svg", ".png", ".webp")
_KEYS = ("name", "logo", "footer")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_TOKEN = re.compile(r"(--[a-z0-9-]+)\s*:\s*([^;{}]+)")
_HEX = re.compile(r"#[0-9a-fA-F]{6}\b")
_ELSEWHERE = re.compile(r"@import|url\(\s*['\"]?(?:https?:)?//", re.IGNORECASE)


class ThemeError(AncrageError, ValueError):
    """A theme that cannot be used; keeps the `path` of the file and the `reason`, which is said.

    >>> str(ThemeError(Path("mine/tokens.css"), N_("le fichier n’existe pas")))
    'Thème : mine/tokens.css : le fichier n’existe pas.'
    """

    code = "theme"
    said_in = SOURCE

    def __init__(self, path: Path, reason: Spoken) -> None:
        super().__init__(path, reason)
        self.path, self.reason = path, reason

    @property
    def message(self) -> Spoken:
        """What is said."""
        return N_("Thème : {path} : {reason}.", path=str(self.path), reason=self.reason)


@dataclass(frozen=True)
class Theme:
    """What a site looks like: its `name`, its `logo` (an address), its foot, and the `files` that replace ours.

    `colours` gives for colours of ours, as drawings hold them, those of the theme.
    """

    name: str = NAME
    logo: str = ""
    footer: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, Path] = field(default_factory=dict)
    colours: Mapping[str, str] = field(default_factory=dict)

    def recoloured(self, text: str) -> str:
        """Put the theme's colours in the place of ours, in a drawing or in the data of a graph.

        >>> Theme(colours={"#0f5a66": "#7a1f3d"}).recoloured('<path fill="#0f5a66" stroke="#ffffff"/>')
        '<path fill="#7a1f3d" stroke="#ffffff"/>'
        """
        if not self.colours:
            return text
        first, *rest = text.split("#")  # every colour of ours begins so
        written = [f"#{piece[:6]}" for piece in rest]
        ours = [
            self.colours.get(one.lower(), one) + piece[6:] for one, piece in zip(written, rest, strict=True)
        ]
        return first + "".join(ours)


def read_theme(folder: Path | None) -> Theme:
    """Read the theme of a folder, or ours without one; raises ThemeError.

    >>> read_theme(None).name
    'ancrage'
    """
    if folder is None:
        return Theme()
    if not folder.is_dir():
        raise ThemeError(
            folder, N_("ce n’est pas un dossier") if folder.exists() else N_("le dossier n’existe pas")
        )
    files = {"tokens.css": folder / "tokens.css"}
    tokens = _tokens(files["tokens.css"])
    if (folder / "icon.svg").exists():
        files["icon.svg"] = _picture(folder / "icon.svg")
    files |= {f"theme/fonts/{path.name}": path for path in sorted((folder / "fonts").glob("*.woff2"))}
    told = _told(folder / "theme.toml")
    logo = told.get("logo", "")
    if logo:
        files[f"theme/{logo}"] = _picture(folder / logo)
    return Theme(
        told.get("name", NAME),
        f"/static/theme/{logo}" if logo else "",
        MappingProxyType(told.get("footer", {})),
        MappingProxyType(files),
        MappingProxyType(_colours(tokens)),
    )


@functools.cache
def our_tokens() -> Mapping[str, str]:
    """Give our tokens with their values on a light screen.

    >>> our_tokens()["--principal"]
    '#0f5a66'
    """
    return MappingProxyType(light_tokens(OURS.read_text(encoding="utf-8")))


def light_tokens(text: str) -> dict[str, str]:
    """Read the tokens of the first `:root`, outside every condition.

    >>> light_tokens(":root { --encre: #111; --e1: .35rem } @media print { :root { --encre: #000 } }")
    {'--encre': '#111', '--e1': '.35rem'}
    """
    plain = _COMMENT.sub("", text)
    found: dict[str, str] = {}
    for block in re.finditer(r":root\s*\{([^{}]*)\}", plain):
        before = plain[: block.start()]
        if before.count("{") == before.count("}"):
            found |= {name: value.strip() for name, value in _TOKEN.findall(block[1])}
    return found


def _tokens(path: Path) -> dict[str, str]:
    text = _text(path, N_("un thème a un fichier « tokens.css » ; copiez le nôtre et changez ses valeurs"))
    plain = _COMMENT.sub("", text)
    if plain.count("{") != plain.count("}"):
        raise ThemeError(path, N_("des accolades ne se ferment pas"))
    if _ELSEWHERE.search(plain):
        raise ThemeError(
            path, N_("une adresse d’un autre site ou « @import » : les pages ne demandent rien ailleurs")
        )
    tokens = light_tokens(text)
    lacking = [name for name in our_tokens() if name not in tokens]
    if lacking:
        names, rest = ", ".join(lacking[:5]), len(lacking) - 5
        more = NN_(" et {n} autre", " et {n} autres", rest) if rest > 0 else EMPTY
        raise ThemeError(path, N_("il manque à « :root » : {names}{more}", names=names, more=more))
    for name, ours in our_tokens().items():
        if (
            _HEX.fullmatch(ours)
            and name.startswith(("--carte-", "--noeud-"))
            and not _HEX.fullmatch(tokens[name])
        ):
            raise ThemeError(
                path,
                N_(
                    "{name} vaut « {value} » : il faut une couleur « #rrggbb », que les images gardent",
                    name=name,
                    value=tokens[name],
                ),
            )
    return tokens


def _told(path: Path) -> dict[str, Any]:
    """Read `theme.toml`: `name`, `logo`, and `[footer]` with `fr` and `en`."""
    if not path.exists():
        return {}
    try:
        told = tomllib.loads(_text(path, N_("le fichier n’existe pas")))
    except tomllib.TOMLDecodeError as error:
        raise ThemeError(path, N_("ce n’est pas du TOML ({error})", error=str(error))) from None
    unknown = [key for key in told if key not in _KEYS]
    if unknown:
        raise ThemeError(
            path, N_("« {name} » est inconnu ; il y a {known}", name=unknown[0], known=", ".join(_KEYS))
        )
    for key in ("name", "logo"):
        if key in told and not (isinstance(told[key], str) and told[key].strip()):
            raise ThemeError(path, N_("« {key} » doit être un texte", key=key))
    _check_footer(path, told.get("footer", {}))
    if "logo" in told and ("/" in told["logo"] or not told["logo"].endswith(_LOGOS)):
        raise ThemeError(
            path, N_("« logo » doit nommer un fichier du dossier ({kinds})", kinds=", ".join(_LOGOS))
        )
    return told


def _check_footer(path: Path, footer: Any) -> None:
    if not isinstance(footer, dict) or not all(
        key in languages() and isinstance(value, str) for key, value in footer.items()
    ):
        raise ThemeError(
            path, N_("« footer » a des textes par langue : {languages}", languages=", ".join(languages()))
        )
    if footer and "fr" not in footer:
        raise ThemeError(path, N_("« footer » n’a pas de texte « fr »"))


def _text(path: Path, absent: Spoken) -> str:
    try:
        body = path.read_bytes()
        if len(body) > LARGEST:
            raise ThemeError(path, N_("plus de {size} Kio", size=LARGEST >> 10))
        return body.decode("utf-8")
    except FileNotFoundError:
        raise ThemeError(path, absent) from None
    except UnicodeDecodeError:
        raise ThemeError(path, N_("ce n’est pas un texte en UTF-8")) from None
    except OSError as error:
        raise ThemeError(path, N_("illisible ({reason})", reason=error.strerror)) from None


def _picture(path: Path) -> Path:
    if not path.is_file():
        raise ThemeError(path, N_("le fichier n’existe pas"))
    if path.stat().st_size > LARGEST:
        raise ThemeError(path, N_("plus de {size} Kio", size=LARGEST >> 10))
    return path


def _colours(tokens: Mapping[str, str]) -> dict[str, str]:
    """Pair the colours that our drawings hold with the theme's; of two tokens of one colour, the first counts."""
    found: dict[str, str] = {}
    for name, ours in our_tokens().items():
        if (
            _HEX.fullmatch(ours)
            and ours.lower() not in ("#ffffff", "#000000")
            and _HEX.fullmatch(tokens[name])
        ):
            found.setdefault(ours.lower(), tokens[name].lower())
    return {ours: theirs for ours, theirs in found.items() if ours != theirs}
