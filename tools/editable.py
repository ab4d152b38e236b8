"""Build hook: links under `.editable/ancrage/` for an editable install; compiled catalogues and the documentation in a wheel."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class EditableLinks(BuildHookInterface):  # type: ignore[type-arg]
    """Recreate one symbolic link for each shipped folder and file when the install is editable."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Lay the links; for a wheel compile the catalogues and write the documentation, which a checkout reads as they are."""
        root = Path(self.root)
        if version != "editable":
            build_data["artifacts"] += [str(path.relative_to(root)) for path in compiled(root)]
            self.site = tempfile.TemporaryDirectory()
            build_data["force_include"][self.site.name] = "site"  # `sources` puts it in the package
            write_site(root, Path(self.site.name))
            return
        package = root / ".editable" / "ancrage"
        if package.exists():
            shutil.rmtree(package)
        package.mkdir(parents=True)
        for name in self.build_config.target_config["only-include"]:
            (package / name).symlink_to(Path("..") / ".." / name)

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Take away what the wheel holds by now."""
        if version != "editable":
            self.site.cleanup()


def write_site(root: Path, site: Path) -> None:
    """Write the documentation as `just docs` does, without its index of addresses and the forms of its fonts for old browsers."""
    line = [
        sys.executable,
        "-m",
        "mkdocs",
        "build",
        "--quiet",
        "--config-file",
        root / "mkdocs.yml",
        "--site-dir",
        site,
    ]
    subprocess.run(line, check=True)
    fonts = [path for path in (site / "css" / "fonts").iterdir() if path.suffix != ".woff2"]
    for path in (*fonts, *site.glob("sitemap.xml*"), site / "404.html"):
        path.unlink()


def compiled(root: Path) -> list[Path]:
    """Compile the catalogues beside their sources; give the files written."""
    made = []
    for source in sorted((root / "words" / "locale").glob("*/LC_MESSAGES/*.po")):
        with source.open("rb") as file, source.with_suffix(".mo").open("wb") as out:
            write_mo(out, read_po(file))
        made.append(source.with_suffix(".mo"))
    return made
