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


class ThemeError(ValueError):
    """A theme that cannot be used; keeps the `path` of the file and the `reason`, in French.

    >>> str(ThemeError(Path("mine/tokens.css"), "le fichier n’existe pas"))
    'Thème : mine/tokens.css : le fichier n’existe pas.'
    """

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"Thème : {path} : {reason}.")
        self.path, self.reason = path, reason


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
        return _HEX.sub(lambda found: self.colours.get(found[0].lower(), found[0]), text)


def read_theme(folder: Path | None) -> Theme:
    """Read the theme of a folder, or ours without one; raises ThemeError.

    >>> read_theme(None).name
    'ancrage'
    """
    if folder is None:
        return Theme()
    if not folder.is_dir():
        raise ThemeError(
            folder, "le dossier n’existe pas" if not folder.exists() else "ce n’est pas un dossier"
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


def stamp(folder: Path | None) -> str:
    """Tell one state of a theme's folder from another: what is made with the one is not used with the other.

    >>> stamp(None)
    ''
    """
    if folder is None:
        return ""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return " ".join(f"{path.relative_to(folder)}:{path.stat().st_mtime_ns}" for path in files)


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
    text = _text(path, "un thème a un fichier « tokens.css » ; copiez le nôtre et changez ses valeurs")
    plain = _COMMENT.sub("", text)
    if plain.count("{") != plain.count("}"):
        raise ThemeError(path, "des accolades ne se ferment pas")
    if _ELSEWHERE.search(plain):
        raise ThemeError(
            path, "une adresse d’un autre site ou « @import » : les pages ne demandent rien ailleurs"
        )
    tokens = light_tokens(text)
    lacking = [name for name in our_tokens() if name not in tokens]
    if lacking:
        more = f" et {len(lacking) - 5} autres" if len(lacking) > 5 else ""
        raise ThemeError(path, f"il manque à « :root » : {', '.join(lacking[:5])}{more}")
    for name, ours in our_tokens().items():
        if (
            _HEX.fullmatch(ours)
            and name.startswith(("--carte-", "--noeud-"))
            and not _HEX.fullmatch(tokens[name])
        ):
            raise ThemeError(
                path,
                f"{name} vaut « {tokens[name]} » : il faut une couleur « #rrggbb », que les images gardent",
            )
    return tokens


def _told(path: Path) -> dict[str, Any]:
    """Read `theme.toml`: `name`, `logo`, and `[footer]` with `fr` and `en`."""
    if not path.exists():
        return {}
    try:
        told = tomllib.loads(_text(path, "le fichier n’existe pas"))
    except tomllib.TOMLDecodeError as error:
        raise ThemeError(path, f"ce n’est pas du TOML ({error})") from None
    unknown = [key for key in told if key not in _KEYS]
    if unknown:
        raise ThemeError(path, f"« {unknown[0]} » est inconnu ; il y a {', '.join(_KEYS)}")
    for key in ("name", "logo"):
        if key in told and not (isinstance(told[key], str) and told[key].strip()):
            raise ThemeError(path, f"« {key} » doit être un texte")
    footer = told.get("footer", {})
    if not isinstance(footer, dict) or not all(
        key in ("fr", "en") and isinstance(value, str) for key, value in footer.items()
    ):
        raise ThemeError(path, "« footer » doit avoir les textes « fr » et « en »")
    if footer and "fr" not in footer:
        raise ThemeError(path, "« footer » n’a pas de texte « fr »")
    if "logo" in told and ("/" in told["logo"] or not told["logo"].endswith(_LOGOS)):
        raise ThemeError(path, f"« logo » doit nommer un fichier du dossier ({', '.join(_LOGOS)})")
    return told


def _text(path: Path, absent: str) -> str:
    try:
        body = path.read_bytes()
        if len(body) > LARGEST:
            raise ThemeError(path, f"plus de {LARGEST >> 10} Kio")
        return body.decode("utf-8")
    except FileNotFoundError:
        raise ThemeError(path, absent) from None
    except UnicodeDecodeError:
        raise ThemeError(path, "ce n’est pas un texte en UTF-8") from None
    except OSError as error:
        raise ThemeError(path, f"illisible ({error.strerror})") from None


def _picture(path: Path) -> Path:
    if not path.is_file():
        raise ThemeError(path, "le fichier n’existe pas")
    if path.stat().st_size > LARGEST:
        raise ThemeError(path, f"plus de {LARGEST >> 10} Kio")
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
